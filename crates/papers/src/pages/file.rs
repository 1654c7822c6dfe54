//! A paper as a Word file: what the printed page shows, masked where that is.

use axum::{
    extract::{Path, State},
    response::Response,
};
use db::Tx;
use kernel::{Ctx, PaperId, Refusal};
use web::{App, Context, DOCX, Problem, Result, download};

use super::{
    sheet::pitch,
    show::{open, watermark},
};
use crate::written;

/// A paper of a matter as a document, with the name of its file; masked and marked as on the page.
///
/// # Errors
/// [`Problem::NotFound`], also beyond the actor's reach; a refusal where something on it cannot be set.
pub fn file(tx: &mut Tx, ctx: &Ctx, number: &str, id: PaperId) -> Result<(String, gongwen::Paper)> {
    let opened = open(tx, ctx, number, id)?;
    let (document, heading) = (&opened.document, &opened.heading);
    let close = written::pitch(pitch(document, heading));
    let paper = written::paper(document, heading, watermark(&opened.paper, opened.sight), close);
    if let Some(fault) = gongwen::check(&paper).first() {
        return Err(Refusal::new("paper_form", format!("{}：{}", fault.place, fault.sentence)).into());
    }
    let number = heading.number.clone().unwrap_or_default();
    Ok((format!("{}{number}", heading.title), paper))
}

pub(super) async fn docx(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, PaperId)>,
) -> Result<Response> {
    let (name, paper) = app.db.read(move |tx| file(tx, &ctx, &number, id)).await?;
    let bytes = gongwen::docx(&paper).map_err(|error| Problem::Fault(format!("paper {id}: {error}")))?;
    Ok(download(&format!("{name}.docx"), DOCX, bytes))
}
