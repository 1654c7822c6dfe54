//! A registration taken back: made twice, or under the wrong kind.

use axum::{
    extract::{Path, State},
    response::Response,
};
use web::{App, Context, Form, Html, Result, Sample};

use super::step::{Desk, Step, Words};
use crate::{matter, number};

const WORDS: Words = Words {
    title: "作废登记",
    lead: "用于重复登记、类别登记错误等情形。作废后编号不再使用，期限不计按期也不计逾期，统计不再计入；登记内容和理由长期保留。",
    button: "作废",
};

fn fields(form: &Form) -> Vec<Html> {
    vec![form.hidden("_version"), form.area("reason", "理由", "例如：与 TS-2301-2026-00012 重复登记", 3)]
}

pub(super) async fn ask(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: "void" };
    let found = desk.matter().await?;
    let form = Form::filled([("_version", found.version.to_string())]);
    let fields = fields(&form);
    desk.page(form, &WORDS, fields)
}

pub(super) async fn store(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: "void" };
    let (reason, version) = (form.text("reason", 500), form.number("_version"));
    let (by, seen) = (ctx.clone(), number.clone());
    let done = app.db.write(move |tx| {
        let mut found = matter::lock(tx, &by, &seen, version)?;
        number::void_registration(tx, &by, &mut found, &reason)
    });
    desk.answer(done.await, "已作废登记，编号和理由保留备查", form, &WORDS, fields)
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::default();
    form.error("reason", "请写明作废理由");
    vec![Sample::of("void", &Step::sample(form.clone(), fields(&form), &WORDS))]
}
