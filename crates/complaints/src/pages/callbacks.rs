//! Call-backs: the plan, who is due, what was found.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::Ctx;
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, Sample, form_page, redirect};

use crate::callback::{self, CallBackId, Due, Plan, Result as Found};

#[derive(Template)]
#[template(path = "complaints/callbacks.html")]
struct List {
    frame: Frame,
    form: Form,
    ways: Options,
    due: Vec<Due>,
    export: web::Html,
}

fn options(list: &[(&str, &str)]) -> Options {
    list.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect()
}

fn ways() -> Options {
    options(&[("all", "全部回访"), ("sample", "分层随机抽样（按结果和单位）")])
}

async fn listed(app: App, ctx: Ctx, form: Form, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let due = app.db.read(move |tx| callback::due(tx, &by)).await?;
    let frame = Frame::new(&app, &ctx, "回访", "/callbacks").flash(flash.0);
    let export = web::export_link(&ctx, "callbacks", "");
    form_page(&form.clone(), &List { frame, form, ways: ways(), due, export })
}

pub(super) async fn list(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    listed(app, ctx, Form::default(), flash).await
}

pub(super) async fn plan(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    let (from, to, due) = (form.date("from"), form.date("to"), form.date("due"));
    for (name, day) in [("from", from), ("to", to), ("due", due)] {
        if day.is_none() {
            form.error(name, "请填写日期");
        }
    }
    let sample = form.value("way") == "sample";
    let per = form.number("per_stratum").and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0);
    if sample && per.is_none() {
        form.error("per_stratum", "抽样请填写每层件数");
    }
    let seed = form.text("seed", 40);
    if let (Some(from), Some(to), Some(due), false) = (from, to, due, form.has_errors()) {
        let plan = Plan { from, to, per_stratum: per.filter(|_| sample), seed, due };
        let by = ctx.clone();
        match app.db.write(move |tx| callback::plan(tx, &by, &plan)).await {
            Ok((drawn, all)) => {
                return Ok(redirect("/callbacks", &format!("从 {all} 件中安排回访 {drawn} 件")));
            }
            Err(problem) => form.absorb(problem)?,
        }
    }
    listed(app, ctx, form, Flash::default()).await
}

#[derive(Template)]
#[template(path = "complaints/callback.html")]
struct Call {
    frame: Frame,
    id: String,
    number: String,
    title: String,
    form: Form,
    states: Options,
    scores: Options,
    performed: Options,
}

fn call(frame: Frame, id: String, number: String, title: String, form: Form) -> Call {
    Call {
        frame,
        id,
        number,
        title,
        form,
        states: options(&[("reached", "已接通"), ("unreachable", "未联系上"), ("declined", "拒绝回访")]),
        scores: options(&[
            ("5", "5 很满意"),
            ("4", "4 满意"),
            ("3", "3 一般"),
            ("2", "2 不满意"),
            ("1", "1 很不满意"),
        ]),
        performed: options(&[("yes", "已按结果履行"), ("partly", "部分履行"), ("no", "没有履行")]),
    }
}

async fn call_page(app: App, ctx: Ctx, id: CallBackId, form: Form) -> Result<Response> {
    let by = ctx.clone();
    let matter = app.db.read(move |tx| callback::of(tx, &by, id)).await?;
    let frame = Frame::new(&app, &ctx, "回访", "/callbacks");
    form_page(&form.clone(), &call(frame, id.to_string(), matter.number, matter.title, form))
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<CallBackId>,
) -> Result<Response> {
    call_page(app, ctx, id, Form::default()).await
}

pub(super) async fn store(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<CallBackId>,
    mut form: Form,
) -> Result<Response> {
    let found = Found {
        state: form.text("state", 20),
        satisfaction: form.number("satisfaction"),
        performed: form.text("performed", 10),
        words: form.text("words", 500),
        reopen: form.checked("reopen"),
    };
    if !form.has_errors() {
        let by = ctx.clone();
        match app.db.write(move |tx| callback::record(tx, &by, id, &found)).await {
            Ok(Some(number)) => return Ok(redirect("/callbacks", &format!("已记录，重办编号 {number}"))),
            Ok(None) => return Ok(redirect("/callbacks", "回访已记录")),
            Err(problem @ Problem::Refused(_)) => form.absorb(problem)?,
            Err(problem) => return Err(problem),
        }
    }
    call_page(app, ctx, id, form).await
}

pub(super) fn samples() -> Vec<Sample> {
    let due = Due {
        id: CallBackId::from_uuid(Default::default()),
        number: "TS-1".into(),
        title: "乳制品变质".into(),
        outcome: "settled".into(),
        due_on: jiff::civil::Date::constant(2026, 11, 30),
        tries: 1,
    };
    let list = List {
        frame: Frame::bare(),
        form: Form::default(),
        ways: ways(),
        due: vec![due],
        export: web::Html::default(),
    };
    let one = call(Frame::bare(), "1".into(), "TS-1".into(), "乳制品变质".into(), Form::default());
    vec![Sample::of("callbacks", &list), Sample::of("callback", &one)]
}
