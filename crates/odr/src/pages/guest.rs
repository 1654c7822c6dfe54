//! What opens behind a one-time link: the matter as far as the body must know it, and the form of its answer.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::Ctx;
use web::{App, Context, Form, Frame, Options, Result, Sample, form_page};

use crate::{
    answer::{self, Answer, Opened},
    slot::answer_words,
};

#[derive(Template)]
#[template(path = "odr/guest.html")]
struct Guest {
    frame: Frame,
    number: String,
    entrusted: bool,
    name: String,
    goods: String,
    facts: String,
    demands: String,
    until: String,
    /// What was answered, when nothing more is asked.
    answered: Option<(String, String)>,
    sent_back: bool,
    form: Form,
    kinds: Options,
    action: String,
}

fn kinds(entrusted: bool) -> Options {
    let list: &[&str] = if entrusted { &["agreed", "not_agreed"] } else { &["settle", "refuse"] };
    list.iter().map(|code| ((*code).to_owned(), answer_words(code).to_owned())).collect()
}

fn sheet(frame: Frame, found: Opened, form: Form, action: String) -> Guest {
    let (entrusted, case) = (found.case.way == "entrust", found.case);
    let open = if entrusted { case.ended_on.is_none() } else { found.matter.state == "offered" };
    let answered = (!open).then(|| {
        let words = case.answer.clone().unwrap_or_default();
        (answer_words(case.answer_kind.as_deref().unwrap_or_default()).to_owned(), words)
    });
    let list = &law::Law::in_use().classification.demands;
    let demands: Vec<_> = found.asked.demands.iter().map(|code| law::Listed::name(list, code)).collect();
    Guest {
        frame,
        number: found.matter.number,
        entrusted,
        name: case.body_name,
        goods: found.asked.goods,
        facts: found.asked.facts,
        demands: [demands.join("、"), found.asked.demand_words].join(" ").trim().to_owned(),
        until: case.link_until.to_string(),
        answered,
        sent_back: case.sent_back > 0,
        form,
        kinds: kinds(entrusted),
        action,
    }
}

async fn shown(app: &App, ctx: &Ctx, key: String, form: Form) -> Result<Response> {
    let (by, secret) = (ctx.clone(), key.clone());
    let found = app.db.read(move |tx| answer::open(tx, &by, &secret)).await?;
    let frame = Frame::new(app, ctx, "先行和解答复", "/public");
    form_page(&form.clone(), &sheet(frame, found, form, format!("/odr/links/{key}")))
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(key): Path<String>,
) -> Result<Response> {
    shown(&app, &ctx, key, Form::default()).await
}

pub(super) async fn store(
    State(app): State<App>,
    Context(ctx): Context,
    Path(key): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let given =
        Answer { kind: form.text("kind", 20), words: form.text("words", 3_000), offer: form.money("offer") };
    if !form.has_errors() {
        let (by, secret) = (ctx.clone(), key.clone());
        match app.db.write(move |tx| answer::take(tx, &by, &secret, &given)).await {
            Ok(()) => return Ok(web::redirect(&format!("/odr/links/{key}"), "已收到答复")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    shown(&app, &ctx, key, form).await
}

pub(super) fn samples() -> Vec<Sample> {
    let guest = |answered: Option<(String, String)>, entrusted| Guest {
        frame: Frame { title: "先行和解答复".into(), ..Frame::bare() },
        number: "HJ-2301-2026-00001".into(),
        entrusted,
        name: "好再来超市".into(),
        goods: "牛奶".into(),
        facts: "购买的牛奶已经变质".into(),
        demands: "退货".into(),
        until: "2026-10-20".into(),
        answered,
        sent_back: true,
        form: Form::default(),
        kinds: kinds(entrusted),
        action: "/odr/links/0".into(),
    };
    let done = Some(("提出和解方案".to_owned(), "退还货款并三倍赔偿".to_owned()));
    vec![
        Sample::of("odr_guest", &guest(None, false)),
        Sample::of("odr_centre", &guest(None, true)),
        Sample::of("odr_answered", &guest(done, false)),
    ]
}
