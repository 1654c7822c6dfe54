//! A report as a file of an office suite: only what the second reader bears out leaves.

use axum::{
    extract::{Path, State},
    response::Response,
};
use web::{App, Context, DOCX, Problem, Result, download};

use crate::summary::{self, SummaryId};

pub(super) async fn docx(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<SummaryId>,
) -> Result<Response> {
    let sheet = app.db.read(move |tx| summary::sheet(tx, &ctx, id)).await?;
    let paper = summary::paper(&sheet)?;
    let bytes = gongwen::docx(&paper).map_err(|error| Problem::Fault(format!("summary {id}: {error}")))?;
    Ok(download(&format!("{}.docx", sheet.title), DOCX, bytes))
}
