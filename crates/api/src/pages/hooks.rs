//! Webhooks: registered with a secret shown once, put out of use, what became of each delivery.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Ctx, office_minute};
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, Sample, form_page, page, redirect};

use crate::webhook::{self, ALGORITHMS, Delivery, EVENTS, NETS, NewWebhook, Webhook, WebhookId};

struct Line {
    id: String,
    label: String,
    url: String,
    told: String,
    units: String,
    enabled: bool,
    given_up: i64,
}

#[derive(Template)]
#[template(path = "api/webhooks.html")]
struct Hooks {
    frame: Frame,
    form: Form,
    shown: Option<(String, String)>,
    lines: Vec<Line>,
    events: Options,
    algorithms: Options,
    nets: String,
}

fn options(list: &[(&str, &str)]) -> Options {
    list.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect()
}

fn event_words(kinds: &[String]) -> String {
    let named = EVENTS.iter().filter(|(code, _)| kinds.iter().any(|kind| kind == code));
    named.map(|(_, words)| *words).collect::<Vec<_>>().join("、")
}

fn line(hook: Webhook, given_up: i64) -> Line {
    Line {
        id: hook.id.to_string(),
        label: hook.label,
        url: hook.url,
        told: event_words(&hook.kinds),
        units: if hook.units.is_empty() { "全部".to_owned() } else { hook.units.join("、") },
        enabled: hook.enabled,
        given_up,
    }
}

async fn hooks_page(
    app: App,
    ctx: Ctx,
    form: Form,
    shown: Option<(String, String)>,
    flash: Flash,
) -> Result<Response> {
    let (lines, nets) = app
        .db
        .read(|tx| {
            let mut lines = Vec::new();
            for hook in webhook::list(tx)? {
                let given_up = webhook::given_up(tx, hook.id)?;
                lines.push(line(hook, given_up));
            }
            Ok::<_, Problem>((lines, people::setting(tx, NETS)?.unwrap_or_default()))
        })
        .await?;
    let frame = Frame::new(&app, &ctx, "推送", "/tokens").flash(flash.0);
    let (events, algorithms) = (options(EVENTS), options(ALGORITHMS));
    form_page(&form.clone(), &Hooks { frame, form, shown, lines, events, algorithms, nets })
}

fn fresh() -> Form {
    Form::filled([("algorithm", ALGORITHMS[0].0.to_owned())])
}

pub(super) async fn list(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    hooks_page(app, ctx, fresh(), None, flash).await
}

pub(super) async fn create(
    State(app): State<App>,
    Context(ctx): Context,
    mut form: Form,
) -> Result<Response> {
    let units = form.text("units", 600);
    let new = NewWebhook {
        label: form.text("label", 60),
        url: form.text("url", 500),
        kinds: form.all("kinds"),
        units: units
            .split([',', ' ', '，', '、'])
            .filter(|unit| !unit.is_empty())
            .map(str::to_owned)
            .collect(),
        algorithm: form.text("algorithm", 20),
    };
    if !form.has_errors() {
        let by = ctx.clone();
        match app.db.write(move |tx| webhook::create(tx, &by, &new)).await {
            Ok((_, secret)) => {
                let shown = Some((form.value("label").to_owned(), secret));
                return hooks_page(app, ctx, fresh(), shown, Flash::default()).await;
            }
            Err(problem) => form.absorb(problem)?,
        }
    }
    hooks_page(app, ctx, form, None, Flash::default()).await
}

pub(super) async fn enable(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<WebhookId>,
    form: Form,
) -> Result<Response> {
    let enabled = form.value("enabled") == "yes";
    app.db.write(move |tx| webhook::enable(tx, &ctx, id, enabled)).await?;
    Ok(redirect("/webhooks", if enabled { "推送已启用" } else { "推送已停用" }))
}

struct Told {
    number: String,
    event: String,
    made: String,
    state: String,
    colour: &'static str,
}

#[derive(Template)]
#[template(path = "api/deliveries.html")]
struct Deliveries {
    frame: Frame,
    lines: Vec<Told>,
}

fn told(delivery: Delivery) -> Told {
    let why = delivery.error.unwrap_or_default();
    let (colour, state) = match delivery.state.as_str() {
        "sent" => ("ok", format!("{} 已送达", delivery.sent_at.map_or_else(String::new, office_minute))),
        "dead" => ("late", format!("试过 {} 次，已放弃：{why}", delivery.attempts)),
        _ if delivery.attempts > 0 => ("soon", format!("试过 {} 次，还会再试：{why}", delivery.attempts)),
        _ => ("soon", "待发出".to_owned()),
    };
    Told {
        number: delivery.number,
        event: event_words(&[delivery.event]),
        made: office_minute(delivery.made_at),
        state,
        colour,
    }
}

pub(super) async fn deliveries(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<WebhookId>,
) -> Result<Response> {
    let lines = app.db.read(move |tx| webhook::deliveries(tx, id, 200)).await?;
    let frame = Frame::new(&app, &ctx, "推送记录", "/tokens");
    page(&Deliveries { frame, lines: lines.into_iter().map(told).collect() })
}

pub(super) fn samples() -> Vec<Sample> {
    let line = |enabled| Line {
        id: if enabled { "1" } else { "2" }.into(),
        label: "12345平台".into(),
        url: "https://example.com/in".into(),
        told: "新登记".into(),
        units: "全部".into(),
        enabled,
        given_up: 1,
    };
    let mut form = fresh();
    form.error("url", "请填写完整的 http 或者 https 地址");
    let hooks = Hooks {
        frame: Frame::bare(),
        form,
        shown: Some(("12345平台".into(), "ab".into())),
        lines: vec![line(true), line(false)],
        events: options(EVENTS),
        algorithms: options(ALGORITHMS),
        nets: "10.1.0.0/16".into(),
    };
    let one = Told {
        number: "TS-1".into(),
        event: "新登记".into(),
        made: "2026-11-24 09:00".into(),
        state: "待发出".into(),
        colour: "soon",
    };
    let deliveries = Deliveries { frame: Frame::bare(), lines: vec![one] };
    vec![Sample::of("webhooks", &hooks), Sample::of("deliveries", &deliveries)]
}
