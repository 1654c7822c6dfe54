//! Writing on a report: the text whole, saved as the next version; whoever saved in between is told and not overwritten.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Ctx, workflow};
use numerals::Told;
use web::{App, Context, Form, Frame, Html, Problem, Result, Sample, form_page, redirect};

use super::{
    compare,
    marked::{Fault, Marked},
    show::stale,
};
use crate::summary::{self, Act, Kept, LONGEST, MOVES, SummaryId, Typed, Version};

#[derive(Template)]
#[template(path = "insight/summary_edit.html")]
struct Edit {
    frame: Frame,
    form: Form,
    id: String,
    title: String,
    version: i64,
    /// What somebody else changed in the meantime.
    theirs: Option<Html>,
    faults: Vec<Fault>,
    /// Figures that may be quoted: name and value.
    figures: Vec<(String, String)>,
}

fn edit_page(app: &App, ctx: &Ctx, kept: &Kept, form: Form, theirs: Option<Html>) -> Edit {
    let ledger = kept.ledger().unwrap_or_default();
    let whole = ledger.facts.iter().filter(|fact| fact.told == Told::Value && fact.part.is_empty());
    Edit {
        frame: Frame::new(app, ctx, format!("修改：{}", kept.title), "/figures"),
        form,
        id: kept.id.to_string(),
        title: kept.title.clone(),
        version: kept.version,
        theirs,
        faults: Marked::of(kept).faults(),
        figures: whole.map(|fact| (fact.title(), fact.words())).collect(),
    }
}

pub(super) async fn ask(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<SummaryId>,
) -> Result<Response> {
    let by = ctx.clone();
    let kept = app.db.read(move |tx| summary::find(tx, &by, id)).await?;
    workflow::find(MOVES, kept.state, Act::Save, Some(ctx.officer()?.role))?;
    kept.ledger()?;
    let (title, text) = kept.parted();
    let form = Form::filled([("_version", kept.version.to_string()), ("title", title), ("text", text)]);
    web::page(&edit_page(&app, &ctx, &kept, form, None))
}

fn typed(form: &mut Form) -> (i64, Typed) {
    let typed = Typed {
        title: form.text("title", 100),
        text: form.text("text", LONGEST),
        note: form.text("note", 200),
    };
    (form.number("_version").unwrap_or(0), typed)
}

pub(super) async fn store(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<SummaryId>,
    mut form: Form,
) -> Result<Response> {
    let (base, typed) = typed(&mut form);
    let mut told = None;
    if !form.has_errors() {
        let by = ctx.clone();
        match app.db.write(move |tx| summary::save(tx, &by, id, base, &typed)).await {
            Ok(version) => return saved(&app, &ctx, id, version).await,
            Err(problem @ Problem::Stale(_)) => told = Some(stale(problem)?),
            Err(problem) => form.absorb(problem)?,
        }
    }
    let by = ctx.clone();
    let load = move |tx: &mut db::Tx| {
        let kept = summary::find(tx, &by, id)?;
        let before: Option<Version> = kept.version(tx, base).ok();
        Ok::<_, Problem>((kept, before))
    };
    let (kept, before) = app.db.read(load).await?;
    let mut theirs = None;
    if let Some(words) = told {
        let rest = "您写的都还在下面，没有保存也没有丢失。再次保存，就以您的文字为新的一版；对方的一版留在版本记录里";
        form = form.with("_version", kept.version.to_string());
        form.error("text", format!("{words}。{rest}"));
        theirs = before.map(|before| compare::marked(&before.text, &kept.text));
    }
    form_page(&form.clone(), &edit_page(&app, &ctx, &kept, form, theirs))
}

/// Back to the report, with a word about its numbers.
async fn saved(app: &App, ctx: &Ctx, id: SummaryId, version: i64) -> Result<Response> {
    let by = ctx.clone();
    let kept = app.db.read(move |tx| summary::find(tx, &by, id)).await?;
    let faults = kept.findings().iter().filter(|one| !one.holds()).count();
    let words = if faults == 0 {
        format!("已保存为第 {version} 版，数字全部核对相符")
    } else {
        format!("已保存为第 {version} 版；有 {faults} 处数字核对不上，已在原处标明，改正后才能送审")
    };
    Ok(redirect(&format!("/summaries/{id}"), &words))
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::filled([("_version", "2".to_owned()), ("title", "总结".to_owned())]);
    form.error("text", "请填写正文");
    let fault = Fault {
        anchor: "f1".into(),
        place: "第 2 段第 5 字".into(),
        words: "13件".into(),
        why: "接收总量应为 12件".into(),
    };
    let edit = Edit {
        frame: Frame { title: "修改".into(), ..Frame::bare() },
        form,
        id: "1".into(),
        title: "总结".into(),
        version: 2,
        theirs: Some(Html("一<ins>二</ins>".into())),
        faults: vec![fault],
        figures: vec![("接收总量".into(), "12件".into())],
    };
    vec![Sample::of("summary_edit", &edit)]
}
