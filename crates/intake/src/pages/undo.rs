//! 撤回分立: a split that was a mistake, taken back from the matter page.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::Ctx;
use web::{App, Context, Form, Frame, Problem, Result, Sample, form_page, redirect};

use crate::undo::{may_undo_split, undo_split};

#[derive(Template)]
#[template(path = "intake/unsplit.html")]
struct Page {
    frame: Frame,
    form: Form,
    number: String,
    /// The matter it goes back to.
    from: String,
}

async fn undo_page(app: App, ctx: Ctx, number: String, form: Option<Form>) -> Result<Response> {
    let (by, seen) = (ctx.clone(), number.clone());
    let found = app.db.read(move |tx| {
        let part = matters::find(tx, &by, &seen)?;
        let from = may_undo_split(tx, &by, &part)?;
        Ok::<_, Problem>((part.version, from.number))
    });
    let (version, from) = found.await?;
    let form = form.unwrap_or_else(|| Form::filled([("_version", version.to_string())]));
    let frame = Frame::new(&app, &ctx, "撤回分立", "/matters");
    form_page(&form.clone(), &Page { frame, form, number, from })
}

pub(super) async fn ask(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    undo_page(app, ctx, number, None).await
}

pub(super) async fn store(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let (reason, version) = (form.text("reason", 300), form.number("_version"));
    let (by, seen) = (ctx.clone(), number.clone());
    let done = app.db.write(move |tx| undo_split(tx, &by, &seen, version, &reason)).await;
    match done {
        Ok(from) => {
            let words = format!("已撤回分立，{number} 作废，编号和理由保留备查");
            Ok(redirect(&format!("/matters/{}", from.number), &words))
        }
        Err(problem) => {
            form.absorb(problem)?;
            undo_page(app, ctx, number, Some(form)).await
        }
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::default();
    form.error("reason", "请写明撤回分立的理由");
    let page = Page { frame: Frame::bare(), form, number: "JB-1".into(), from: "TS-1".into() };
    vec![Sample::of("unsplit", &page)]
}
