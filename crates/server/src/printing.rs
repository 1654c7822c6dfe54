//! Reports and papers as PDF for the archive. Fonts come from the data folder's `fonts` and from the system; none is shipped.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use duty::PaperWish;
#[cfg(not(feature = "pdf"))]
use kernel::Refusal;
use kernel::{PaperId, Permission};
use web::{App, Context, May, Result, Routes};

pub(crate) fn routes() -> Routes {
    let view = May::Can(Permission::ViewMatters);
    Routes::new()
        .get("/summaries/{id}/pdf", May::Can(Permission::ViewFigures), summary)
        .get("/matters/{number}/papers/{id}/pdf", view, paper)
        .get("/duty/pdf", view, roster)
        .get("/day-log/{key}/pdf", view, day_log)
}

async fn summary(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<insight::summary::SummaryId>,
) -> Result<Response> {
    let sheet = app.db.read(move |tx| insight::summary::sheet(tx, &ctx, id)).await?;
    let paper = insight::summary::paper(&sheet)?;
    answer(&app, sheet.title, paper).await
}

async fn paper(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, PaperId)>,
) -> Result<Response> {
    let (name, paper) = app.db.read(move |tx| papers::written(tx, &ctx, &number, id)).await?;
    answer(&app, name, paper).await
}

async fn roster(
    State(app): State<App>,
    Context(ctx): Context,
    Query(asked): Query<PaperWish>,
) -> Result<Response> {
    let bureau = app.config.bureau();
    let (name, paper) = app.db.read(move |tx| duty::roster_paper(tx, &ctx, &bureau, &asked)).await?;
    answer(&app, name, paper).await
}

async fn day_log(
    State(app): State<App>,
    Context(ctx): Context,
    Path(key): Path<String>,
    Query(asked): Query<PaperWish>,
) -> Result<Response> {
    let bureau = app.config.bureau();
    let (name, paper) = app.db.read(move |tx| duty::day_log_paper(tx, &ctx, &bureau, (&key, &asked))).await?;
    answer(&app, name, paper).await
}

#[cfg(not(feature = "pdf"))]
async fn answer(_: &App, _: String, _: gongwen::Paper) -> Result<Response> {
    Err(Refusal::new("no_pdf", "本程序没有带生成 PDF 的部分，请下载 Word 文档").into())
}

#[cfg(feature = "pdf")]
async fn answer(app: &App, name: String, paper: gongwen::Paper) -> Result<Response> {
    let data = app.config.data.clone();
    let bytes = tokio::task::spawn_blocking(move || faces::pdf(&data, &paper)).await;
    let bytes = bytes.map_err(|error| web::Problem::Fault(error.to_string()))??;
    Ok(web::download(&format!("{name}.pdf"), web::PDF, bytes))
}

#[cfg(feature = "pdf")]
pub(crate) mod faces {
    use std::{fs, path::Path, sync::OnceLock};

    use gongwen::{Faces, Paper, Unprintable};
    use kernel::Refusal;
    use web::{Problem, Result};

    /// Read once, at the first PDF: fonts put into the folder later want a new start.
    static FACES: OnceLock<Option<Faces>> = OnceLock::new();

    fn read(data: &Path) -> Option<Faces> {
        Faces::read(crate::fonts::of(data).iter().filter_map(|path| fs::read(path).ok()).collect())
    }

    /// The fonts of this machine.
    pub(crate) fn faces(data: &Path) -> Option<&'static Faces> {
        FACES.get_or_init(|| read(data)).as_ref()
    }

    /// The paper as PDF.
    pub(crate) fn pdf(data: &Path, paper: &Paper) -> Result<Vec<u8>> {
        let Some(faces) = faces(data) else {
            let words = "没有找到中文字体：请把字体文件放进数据目录的 fonts 文件夹，然后重新启动；Word 文档不需要字体";
            return Err(Refusal::new("no_fonts", words).into());
        };
        gongwen::pdf(paper, faces).map_err(|error| match error {
            Unprintable::Missing(_) => Refusal::new("missing_glyph", error.to_string()).into(),
            Unprintable::Fault(words) => Problem::Fault(words),
        })
    }
}
