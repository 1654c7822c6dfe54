//! The form of an act, and the page that shows a new link once.

use std::{future::Future, pin::Pin};

use askama::Template;
use axum::{
    extract::{Path, State as App_},
    response::Response,
};
use db::Tx;
use kernel::{Ctx, Permission, workflow};
use matters::Matter;
use serde_json::json;
use web::{App, Context, Form, Frame, Html, Options, Problem, Result, Sample, form_page, page, redirect};

use crate::{
    acts::{self, Input, perform},
    body::{self, BodyId},
    file,
    procedure::{Act, MOVES},
};

#[derive(Template)]
#[template(path = "odr/act.html")]
struct Step {
    frame: Frame,
    number: String,
    title: String,
    lead: &'static str,
    form: Form,
    fields: Vec<Html>,
    action: String,
    button: String,
}

#[derive(Template)]
#[template(path = "odr/link.html")]
struct Link {
    frame: Frame,
    number: String,
    name: String,
    link: String,
}

type Answer = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;

/// The handler that shows the form of `act`.
pub(super) fn show(act: Act) -> impl Fn(App_<App>, Context, Path<String>) -> Answer + Clone + Send + 'static {
    move |App_(app), Context(ctx), Path(number)| Box::pin(ask(app, ctx, number, act))
}

/// The handler that does `act`.
pub(super) fn store(
    act: Act,
) -> impl Fn(App_<App>, Context, Path<String>, Form) -> Answer + Clone + Send + 'static {
    move |App_(app), Context(ctx), Path(number), form| Box::pin(take(app, ctx, number, act, form))
}

const fn lead(act: Act) -> &'static str {
    match act {
        Act::Offer => {
            "经营者自收到之日起有 10 个工作日先行和解，这段时间不计入投诉的法定期限。提交后生成一次性链接，请发给经营者。"
        }
        Act::SendBack => "只能退回一次；期限继续计算。",
        Act::Agree => "向消费者核实后登记。约定日期后仍未履行的，可以转为投诉。",
        Act::Perform => "登记后这件事项办结，挽回金额计入统计。",
        Act::FallBack => "生成一件投诉，带去登记内容和当事人；自今天起计算投诉的受理期限。",
        Act::Answer | Act::Withdraw => "",
    }
}

fn fields(act: Act, form: &Form) -> Vec<Html> {
    let mut fields = vec![form.hidden("_version")];
    fields.extend(match act {
        Act::Offer => vec![form.tick("fallback", "消费者同意：到期没有和解的，自动转为投诉")],
        Act::SendBack => vec![form.area("words", "需要补充什么", "经营者会看到这段话", 3)],
        Act::Agree => vec![
            form.area("words", "和解内容", "消费者确认的方式一并写明，例如：11月24日电话确认，录音编号", 4),
            form.day("day", "约定履行日期", ""),
        ],
        Act::Perform => vec![
            form.area("words", "履行情况", "", 3),
            form.line("sum", "挽回金额（元）", "消费者实际得到的；没有金额的不填"),
        ],
        Act::FallBack => vec![form.area("words", "没有和解的情况", "", 3)],
        Act::Answer | Act::Withdraw => vec![form.area("words", "撤回的时间和方式", "", 3)],
    });
    fields
}

async fn ask(app: App, ctx: Ctx, number: String, act: Act) -> Result<Response> {
    let (by, seen) = (ctx.clone(), number.clone());
    let found = app.db.read(move |tx| {
        let found = matters::find(tx, &by, &seen)?;
        let role = by.officer().ok().map(|officer| officer.role);
        workflow::find(MOVES, acts::state_of(&found)?, act, role)?;
        Ok::<_, Problem>(found)
    });
    let found = found.await?;
    let mut form = vec![("_version", found.version.to_string())];
    if act == Act::Offer {
        form.push(("fallback", "yes".to_owned()));
    }
    step(&app, &ctx, &found, act, Form::filled(form))
}

fn step(app: &App, ctx: &Ctx, matter: &Matter, act: Act, form: Form) -> Result<Response> {
    let frame = Frame::new(app, ctx, act.label(), "/matters");
    form_page(&form.clone(), &sheet(frame, &matter.number, &matter.title, act, form))
}

fn sheet(frame: Frame, number: &str, title: &str, act: Act, form: Form) -> Step {
    Step {
        frame,
        number: number.to_owned(),
        title: title.to_owned(),
        lead: lead(act),
        fields: fields(act, &form),
        form,
        action: format!("/matters/{number}/{}", act.code()),
        button: act.label().to_owned(),
    }
}

async fn take(app: App, ctx: Ctx, number: String, act: Act, mut form: Form) -> Result<Response> {
    let input = Input {
        words: form.text("words", 5_000),
        fallback: form.checked("fallback"),
        sum: form.money("sum"),
        day: form.date("day"),
    };
    let version = form.number("_version");
    if !form.has_errors() {
        let (by, seen) = (ctx.clone(), number.clone());
        match app.db.write(move |tx| perform(tx, &by, &seen, version, act, &input)).await {
            Ok(done) => return answer(&app, &ctx, act, done),
            Err(problem) => form.absorb(problem)?,
        }
    }
    let (by, seen) = (ctx.clone(), number);
    let found = app.db.read(move |tx| matters::find(tx, &by, &seen)).await?;
    step(&app, &ctx, &found, act, form)
}

fn answer(app: &App, ctx: &Ctx, act: Act, done: acts::Done) -> Result<Response> {
    let number = done.matter.number;
    if let Some(complaint) = done.complaint {
        let words = format!("已转为投诉，编号 {}", complaint.number);
        return Ok(redirect(&format!("/matters/{}", complaint.number), &words));
    }
    match done.link {
        Some(secret) => shown(app, ctx, number, "经营者", &secret),
        None => Ok(redirect(&format!("/matters/{number}"), &format!("“{}”已完成", act.label()))),
    }
}

fn shown(app: &App, ctx: &Ctx, number: String, name: &str, secret: &str) -> Result<Response> {
    let frame = Frame::new(app, ctx, "一次性链接", "/matters");
    page(&Link { frame, number, name: name.to_owned(), link: format!("/odr/links/{secret}") })
}

const RENEW: &str = "重新生成后，原来的链接立即失效。";

pub(super) async fn ask_link(
    App_(app): App_<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    let (by, seen) = (ctx.clone(), number.clone());
    let found = app.db.read(move |tx| matters::find(tx, &by, &seen)).await?;
    let frame = Frame::new(&app, &ctx, "重新生成链接", "/matters");
    let form = Form::default();
    let (action, button) = (format!("/matters/{number}/odr_link"), "重新生成".to_owned());
    page(&Step { frame, number, title: found.title, lead: RENEW, form, fields: Vec::new(), action, button })
}

pub(super) async fn link(
    App_(app): App_<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    let (by, seen) = (ctx.clone(), number.clone());
    let secret = app.db.write(move |tx| renew(tx, &by, &seen)).await?;
    shown(&app, &ctx, number, "经营者", &secret)
}

/// Gives the link of an open case a new secret; the old one is dead from now on.
///
/// # Errors
/// Refusals without the right; not found without an open case.
pub fn renew(tx: &mut Tx, ctx: &Ctx, number: &str) -> Result<String> {
    ctx.may(Permission::Register)?;
    let found = matters::lock(tx, ctx, number, None)?;
    let case = file::of(tx, found.id)?.filter(|case| case.ended_on.is_none()).ok_or(Problem::NotFound)?;
    let secret = acts::send(tx, ctx, &found, (case.body, &case.way), case.fallback)?;
    matters::note(tx, ctx, found.id, "odr_link", None, &json!({}))?;
    Ok(secret)
}

const ENTRUST: &str = "双方同意委托调解并登记后使用：受托组织打开链接，网上反馈调解情况，再由承办人据此办理下一步（第十九条）。";

fn entrust_fields(form: &Form, centres: &Options) -> Vec<Html> {
    vec![form.select("body", "受托组织", "在“先行和解”中登记的组织", centres)]
}

async fn centres(app: &App, ctx: &Ctx, number: &str) -> Result<(Matter, Options)> {
    let (by, seen) = (ctx.clone(), number.to_owned());
    app.db
        .read(move |tx| {
            let found = matters::find(tx, &by, &seen)?;
            let bodies = body::list(tx, &by)?
                .into_iter()
                .filter(|body| body.kind == "centre" && body.left_on.is_none());
            Ok::<_, Problem>((found, bodies.map(|body| (body.id.to_string(), body.name)).collect()))
        })
        .await
}

async fn entrust_page(app: &App, ctx: &Ctx, number: String, form: Form) -> Result<Response> {
    let (found, centres) = centres(app, ctx, &number).await?;
    let frame = Frame::new(app, ctx, "请受托组织网上反馈", "/matters");
    let (fields, action) = (entrust_fields(&form, &centres), format!("/matters/{number}/odr_entrustment"));
    let button = "生成链接".to_owned();
    form_page(
        &form.clone(),
        &Step { frame, number, title: found.title, lead: ENTRUST, form, fields, action, button },
    )
}

pub(super) async fn ask_entrustment(
    App_(app): App_<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    entrust_page(&app, &ctx, number, Form::default()).await
}

pub(super) async fn entrustment(
    App_(app): App_<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let body: Option<BodyId> = form.id("body");
    let (by, seen) = (ctx.clone(), number.clone());
    match app.db.write(move |tx| acts::entrust(tx, &by, &seen, body)).await {
        Ok((name, secret)) => shown(&app, &ctx, number, &name, &secret),
        Err(problem) => {
            form.absorb(problem)?;
            entrust_page(&app, &ctx, number, form).await
        }
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let mut samples: Vec<Sample> = Act::ALL
        .iter()
        .filter(|act| super::path(**act).is_some())
        .map(|act| {
            let mut form = Form::default();
            form.error("words", "请写明情况");
            Sample::of(act.code(), &sheet(Frame::bare(), "HJ-1", "乳制品变质", *act, form))
        })
        .collect();
    let link = Link {
        frame: Frame::bare(),
        number: "HJ-1".into(),
        name: "经营者".into(),
        link: "/odr/links/0".into(),
    };
    samples.push(Sample::of("odr_link", &link));
    samples
}
