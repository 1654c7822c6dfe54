//! Answering what was asked, later.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::Ctx;
use law::Law;
use web::{App, Context, Form, Frame, Options, Result, Sample, form_page, redirect};

use super::desk::listed;
use crate::contact::answer as answer_matter;

#[derive(Template)]
#[template(path = "intake/answer.html")]
struct Answering {
    frame: Frame,
    number: String,
    form: Form,
    topics: Options,
}

fn answer_page(app: &App, ctx: &Ctx, number: String, form: Form) -> Result<Response> {
    let topics = listed(&Law::in_use().classification.topics, ctx.today());
    form_page(
        &form.clone(),
        &Answering { frame: Frame::new(app, ctx, "答复办结", "/matters"), number, form, topics },
    )
}

pub(super) async fn answering(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    let (by, seen) = (ctx.clone(), number.clone());
    let found = app.db.read(move |tx| matters::find(tx, &by, &seen)).await?;
    answer_page(&app, &ctx, number, Form::filled([("_version", found.version.to_string())]))
}

pub(super) async fn answer(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let (topic, words, version) =
        (form.text("topic", 20), form.text("answer", 2000), form.number("_version"));
    let (by, seen) = (ctx.clone(), number.clone());
    let answered = app.db.write(move |tx| {
        let mut found = matters::lock(tx, &by, &seen, version)?;
        answer_matter(tx, &by, &mut found, &topic, &words)
    });
    match answered.await {
        Ok(()) => Ok(redirect(&format!("/matters/{number}"), "已答复办结")),
        Err(problem) => {
            form.absorb(problem)?;
            answer_page(&app, &ctx, number, form)
        }
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let topics = listed(&Law::in_use().classification.topics, jiff::civil::date(2026, 9, 23));
    let answering = Answering { frame: Frame::bare(), number: "ZX-1".into(), form: Form::default(), topics };
    vec![Sample::of("answer", &answering)]
}
