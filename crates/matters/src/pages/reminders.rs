//! 催办: a head's words to who has a matter; seen by a press.

use axum::{
    extract::{Path, State},
    response::Response,
};
use web::{App, Context, Form, Html, Result, Sample, redirect};

use super::step::{Desk, Step, Words};
use crate::{
    matter,
    reminders::{self, ReminderId},
};

const URGE: Words = Words {
    title: "催办",
    lead: "提醒显示在承办人“我的工作”最上面，并记入经过；不改变任何期限。",
    button: "催办",
};

fn fields(form: &Form) -> Vec<Html> {
    vec![form.area("words", "催办内容", "例如：请于周五前告知受理结果", 3)]
}

pub(super) async fn ask(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: "urging" };
    desk.matter().await?;
    let form = Form::default();
    let fields = fields(&form);
    desk.page(form, &URGE, fields)
}

pub(super) async fn urge(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let words = form.text("words", 300);
    let (by, seen) = (ctx.clone(), number.clone());
    let done = app.db.write(move |tx| {
        let found = matter::find(tx, &by, &seen)?;
        reminders::urge(tx, &by, &found, &words)
    });
    let done = done.await;
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: "urging" };
    desk.answer(done, "已催办", form, &URGE, fields)
}

pub(super) async fn seen(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<ReminderId>,
) -> Result<Response> {
    app.db.write(move |tx| reminders::seen(tx, &ctx, id)).await?;
    Ok(redirect("/work", "已知道"))
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::default();
    form.error("words", "请写明催办的内容");
    vec![Sample::of("urge", &Step::sample(form.clone(), fields(&form), &URGE))]
}
