//! Opening a paper in the clear: the reason is asked once a day and kept.

use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::PaperId;
use web::{App, Context, Form, Frame, Html, Result, Sample, redirect};

use super::sheet::{Desk, Step};
use crate::{opening, paper};

const WORDS: (&str, &str) =
    ("显示完整内容", "查看会留下记录：谁、何时、哪份文书、什么理由。当天内再打开这份文书不用重填。");

fn fields(form: &Form) -> Vec<Html> {
    vec![form.line("reason", "理由", "例如：打印送达")]
}

pub(super) async fn ask(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, PaperId)>,
) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, id };
    let (matter, paper) = desk.load().await?;
    ctx.may(opening::right(matter.kind))?;
    let form = Form::default();
    let fields = fields(&form);
    desk.step(&paper, WORDS, "opening", form, fields).answer()
}

pub(super) async fn open(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, PaperId)>,
    mut form: Form,
) -> Result<Response> {
    let reason = form.text("reason", 200);
    let desk = Desk { app: &app, ctx: &ctx, number: &number, id };
    let (_, paper) = desk.load().await?;
    if !form.has_errors() {
        let (by, seen) = (ctx.clone(), number.clone());
        let opened = app.db.write(move |tx| {
            let matter = matters::find(tx, &by, &seen)?;
            let paper = paper::find(tx, &matter, id)?;
            opening::open(tx, &by, &matter, &paper, &reason)
        });
        match opened.await {
            Ok(()) => return Ok(redirect(&format!("{}/print", desk.address()), "已记录查看理由")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    let fields = fields(&form);
    desk.step(&paper, WORDS, "opening", form, fields).answer()
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::default();
    form.error("reason", "请写明理由");
    let fields = fields(&form);
    let frame = Frame { title: WORDS.0.to_owned(), ..Frame::bare() };
    let (back, action) = ("/matters/1".to_owned(), "/matters/1/papers/1/opening".to_owned());
    let about = "投诉受理决定书".to_owned();
    let step = Step { frame, back, about, lead: WORDS.1.to_owned(), form, fields, action, button: WORDS.0 };
    vec![Sample::of("paper_opening", &step)]
}
