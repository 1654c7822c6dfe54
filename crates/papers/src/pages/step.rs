//! What is done with a paper: one form per act, with words where the act asks for them.

use std::{future::Future, pin::Pin};

use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Ctx, PaperId, workflow};
use web::{App, Context, Form, Frame, Html, Result, Sample, redirect};

use super::sheet::{Desk, Step};
use crate::{
    paper::{self, Paper},
    procedure::{Act, MOVES},
};

type Answer = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;
type Where = Path<(String, PaperId)>;

/// The handler that shows the form of `act`.
pub(super) fn ask(act: Act) -> impl Fn(State<App>, Context, Where) -> Answer + Clone + Send + 'static {
    move |State(app), Context(ctx), Path((number, id))| Box::pin(show(app, ctx, number, id, act))
}

/// The handler that does `act`.
pub(super) fn store(
    act: Act,
) -> impl Fn(State<App>, Context, Where, Form) -> Answer + Clone + Send + 'static {
    move |State(app), Context(ctx), Path((number, id)), form| Box::pin(take(app, ctx, number, id, act, form))
}

/// What an act's form says.
const fn lead(act: Act) -> &'static str {
    match act {
        Act::Submit => "送审后不能再改；需要修改的由审批人退回。",
        Act::SendBack => "退回起草人修改，不占用文号。",
        Act::Approve => "批准时取得文号和签发日期。请先核对版面。",
        Act::File => "登记表不须审批，编号就是事项编号。定稿后不能再改。",
        Act::Print => "登记为已印制，然后打开打印页面。",
        Act::Void => "作废后文号保留、不再使用，版面加盖“作废”字样。需要的请另行起草。",
        Act::Amend | Act::Discard => "撤销草稿不占用文号，记录保留。",
    }
}

fn fields(act: Act, form: &Form) -> Vec<Html> {
    let mut fields = vec![form.hidden("_version")];
    match act {
        Act::SendBack => fields.push(form.area("words", "退回理由", "写明要改的地方", 3)),
        Act::Void => fields.push(form.area("words", "作废理由", "", 3)),
        _ => {}
    }
    fields
}

fn page(desk: Desk<'_>, paper: &Paper, act: Act, form: Form) -> Result<Response> {
    let controls = fields(act, &form);
    desk.step(paper, (act.label(), lead(act)), act.path(), form, controls).answer()
}

async fn show(app: App, ctx: Ctx, number: String, id: PaperId, act: Act) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, id };
    let (_, paper) = desk.load().await?;
    workflow::find(MOVES, paper.state, act, ctx.officer().ok().map(|officer| officer.role))?;
    let form = Form::filled([("_version", paper.version.to_string())]);
    page(desk, &paper, act, form)
}

async fn take(app: App, ctx: Ctx, number: String, id: PaperId, act: Act, mut form: Form) -> Result<Response> {
    let (words, version) = (form.text("words", 500), form.number("_version"));
    let desk = Desk { app: &app, ctx: &ctx, number: &number, id };
    if !form.has_errors() {
        let (by, seen) = (ctx.clone(), number.clone());
        let done = app.db.write(move |tx| {
            let matter = matters::find(tx, &by, &seen)?;
            paper::perform(tx, &by, &matter, id, version, act, &words)
        });
        match done.await {
            Ok(paper) if act == Act::Print => {
                return Ok(redirect(
                    &format!("{}/print", desk.address()),
                    &format!("{}已登记印制", paper.title),
                ));
            }
            Ok(paper) => return Ok(desk.done(&said(act, &paper))),
            Err(problem) => form.absorb(problem)?,
        }
    }
    let (_, paper) = desk.load().await?;
    page(desk, &paper, act, form)
}

fn said(act: Act, paper: &Paper) -> String {
    match (act, &paper.number) {
        (Act::Approve, Some(number)) => format!("已批准，文号 {number}"),
        _ => format!("“{}”已完成", act.label()),
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let step = |act: &Act| {
        let mut form = Form::default();
        form.error("words", "请写明理由");
        let fields = fields(*act, &form);
        let (back, action) = ("/matters/1".to_owned(), format!("/matters/1/papers/1/{}", act.path()));
        let frame = Frame { title: act.label().to_owned(), ..Frame::bare() };
        let about = "投诉受理决定书".to_owned();
        Step { frame, back, about, lead: lead(*act).to_owned(), form, fields, action, button: act.label() }
    };
    Act::ALL.iter().map(|act| Sample::of("paper_act", &step(act))).collect()
}
