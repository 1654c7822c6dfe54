//! A report: its text with seals and faults at their place, comments, versions, steps, and where its figures come from.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use db::Tx;
use kernel::{Ctx, office_minute};
use serde::Deserialize;
use web::{App, Context, Flash, Form, Frame, Html, Problem, Result, Sample, form_page, redirect};

use super::{
    super::coded,
    Line, line,
    marked::{Block, Fault, Marked},
    sample_line,
};
use crate::{
    compute::Period,
    summary::{
        self, Act, Comment, CommentId, Difference, Frozen, Kept, LONGEST_COMMENT, Step, SummaryId, Version,
    },
};

/// A figure of a report, with the way to its rows.
struct FigureLine {
    one: Frozen,
    link: Html,
}

fn figure_line(kept: &Kept, one: &Frozen) -> FigureLine {
    let Period { from, to } = kept.period;
    let part = one.fact.split_once('[').and_then(|(_, rest)| rest.split(']').next()?.split_once('='));
    let part =
        part.map_or_else(String::new, |(by, key)| format!("&amp;by={}&amp;key={}", coded(by), coded(key)));
    // What nobody records has no rows.
    let link = if crate::find(&one.figure).is_some() {
        format!("/figures/{}/rows?from={from}&amp;to={to}{part}", one.figure)
    } else {
        String::new()
    };
    FigureLine { one: one.clone(), link: Html(link) }
}

struct CommentLine {
    id: String,
    words: String,
    who: String,
    settled: String,
}

/// A paragraph with what was said of it.
struct Paragraph {
    block: Block,
    comments: Vec<CommentLine>,
    /// Whether the form for a comment stands here.
    asked: bool,
}

struct VersionLine {
    version: i64,
    told: String,
    note: String,
    earlier: i64,
}

struct StepLine {
    words: String,
    told: String,
}

#[derive(Template)]
#[template(path = "insight/summary.html")]
struct Show {
    frame: Frame,
    form: Form,
    line: Line,
    paragraphs: Vec<Paragraph>,
    /// Comments whose paragraph is gone.
    loose: Vec<CommentLine>,
    faults: Vec<Fault>,
    sealed: usize,
    figures: Vec<FigureLine>,
    /// Number of a matter, and what is told of it.
    examples: Vec<(String, String)>,
    versions: Vec<VersionLine>,
    steps: Vec<StepLine>,
    acts: Vec<Act>,
    /// For whom it waits; empty for nobody.
    waits: String,
    /// Its number; empty where it has none.
    issue: String,
    /// Whether the office has a document of its own for it.
    has_house: bool,
    may_edit: bool,
    may_comment: bool,
    may_settle: bool,
    /// What a re-run says differently; none when it was not asked.
    again: Option<Vec<Difference>>,
}

/// Everything of a report.
struct Read {
    kept: Kept,
    comments: Vec<Comment>,
    versions: Vec<Version>,
    steps: Vec<Step>,
    acts: Vec<Act>,
    waits: String,
    issue: String,
    has_house: bool,
    again: Option<Vec<Difference>>,
}

fn read(tx: &mut Tx, ctx: &Ctx, id: SummaryId, again: bool) -> Result<Read> {
    let kept = summary::find(tx, ctx, id)?;
    let again = if again { Some(kept.again(tx, ctx)?) } else { None };
    Ok(Read {
        comments: kept.comments(tx)?,
        versions: kept.versions(tx)?,
        steps: kept.steps(tx)?,
        acts: kept.lawful(tx, ctx)?,
        waits: kept.waits(tx, ctx)?,
        issue: summary::issue(tx, id)?,
        has_house: summary::house_in_use(&summary::houses(tx)?, &kept.template).is_some(),
        kept,
        again,
    })
}

fn comment_line(comment: &Comment) -> CommentLine {
    let settled = comment.settled.as_ref().map(|who| format!("{who}已处理")).unwrap_or_default();
    CommentLine {
        id: comment.id.to_string(),
        words: comment.words.clone(),
        who: format!("{} {}，第 {} 版", comment.who, office_minute(comment.at), comment.version),
        settled,
    }
}

fn version_line(version: &Version) -> VersionLine {
    VersionLine {
        version: version.version,
        told: format!("{} {}", version.maker, office_minute(version.at)),
        note: version.note.clone(),
        earlier: version.version - 1,
    }
}

fn step_line(step: &Step) -> StepLine {
    let words = if step.words.is_empty() { String::new() } else { format!("：{}", step.words) };
    StepLine {
        words: format!("{}（第 {} 版）{words}", step.act.label(), step.version),
        told: format!("{} {}", office_minute(step.at), step.who),
    }
}

fn show_page(app: &App, ctx: &Ctx, read: &Read, form: Form, at: usize) -> Show {
    let Read { kept, comments, .. } = read;
    let marked = Marked::of(kept);
    let may_comment = kept.state.is_open();
    let of = |from: usize, to: usize| {
        let here = comments.iter().filter(|one| one.paragraph.is_some_and(|at| at >= from && at <= to));
        here.map(comment_line).collect()
    };
    let paragraphs = marked.blocks().into_iter().map(|block| Paragraph {
        comments: of(block.number, block.last),
        asked: may_comment && block.number == at,
        block,
    });
    Show {
        frame: Frame::new(app, ctx, &kept.title, "/figures"),
        form: form.with("_version", kept.version.to_string()).with("paragraph", at.to_string()),
        line: line(kept),
        paragraphs: paragraphs.collect(),
        loose: comments.iter().filter(|one| one.paragraph.is_none()).map(comment_line).collect(),
        faults: marked.faults(),
        sealed: marked.sealed(),
        figures: kept.figures.iter().map(|one| figure_line(kept, one)).collect(),
        examples: kept.examples.iter().map(|one| (one.number.clone(), one.words().join("，"))).collect(),
        versions: read.versions.iter().map(version_line).collect(),
        steps: read.steps.iter().map(step_line).collect(),
        acts: read.acts.iter().copied().filter(|act| *act != Act::Save).collect(),
        waits: read.waits.clone(),
        issue: read.issue.clone(),
        has_house: read.has_house,
        may_edit: read.acts.contains(&Act::Save),
        may_comment,
        may_settle: may_comment && summary::may_write(ctx).is_ok(),
        again: read.again.clone(),
    }
}

/// At which paragraph something is asked.
#[derive(Deserialize)]
pub(super) struct At {
    #[serde(default)]
    at: usize,
}

async fn shown(
    app: &App,
    ctx: &Ctx,
    id: SummaryId,
    again: bool,
    at: usize,
    flash: Flash,
) -> Result<Response> {
    let by = ctx.clone();
    let read = app.db.read(move |tx| read(tx, &by, id, again)).await?;
    let mut shown = show_page(app, ctx, &read, Form::default(), at);
    shown.frame = shown.frame.flash(flash.0);
    web::page(&shown)
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<SummaryId>,
    Query(at): Query<At>,
    flash: Flash,
) -> Result<Response> {
    shown(&app, &ctx, id, false, at.at, flash).await
}

pub(super) async fn again(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<SummaryId>,
) -> Result<Response> {
    shown(&app, &ctx, id, true, 0, Flash::default()).await
}

pub(super) async fn comment(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<SummaryId>,
    mut form: Form,
) -> Result<Response> {
    let at = form.number("paragraph").unwrap_or(0);
    let (version, words) = (form.number("_version").unwrap_or(0), form.text("words", LONGEST_COMMENT));
    if !form.has_errors() {
        let by = ctx.clone();
        let stored = app.db.write(move |tx| summary::comment(tx, &by, id, (version, at), &words)).await;
        match stored {
            Ok(()) => return Ok(redirect(&format!("/summaries/{id}#p{at}"), "已批注")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    let by = ctx.clone();
    let read = app.db.read(move |tx| read(tx, &by, id, false)).await?;
    form_page(&form.clone(), &show_page(&app, &ctx, &read, form, usize::try_from(at).unwrap_or(0)))
}

pub(super) async fn settle(
    State(app): State<App>,
    Context(ctx): Context,
    Path((id, comment)): Path<(SummaryId, CommentId)>,
) -> Result<Response> {
    app.db.write(move |tx| summary::settle(tx, &ctx, id, comment)).await?;
    Ok(redirect(&format!("/summaries/{id}"), "已标为处理"))
}

fn sample_figure() -> FigureLine {
    let one = Frozen {
        fact: "received".into(),
        name: "接收总量".into(),
        figure: "received".into(),
        version: 1,
        params: "{}".into(),
        numbers: [Some(12), None, None, None],
        words: "12件".into(),
        query_digest: "00".into(),
        rows_digest: "00".into(),
    };
    FigureLine { one, link: Html("/figures/received/rows?from=2026-09-01".into()) }
}

pub(super) fn samples() -> Vec<Sample> {
    let said = |settled: &str| CommentLine {
        id: "1".into(),
        words: "请补充典型案例".into(),
        who: "李 2026-10-01 10:00，第 1 版".into(),
        settled: settled.into(),
    };
    let paragraph = |number: usize, words: &str, asked| Paragraph {
        block: Block { number, last: number, html: Html(format!("<p>{words}</p>")) },
        comments: vec![said(""), said("张已处理")],
        asked,
    };
    let fault = Fault {
        anchor: "f1".into(),
        place: "第 2 段第 5 字".into(),
        words: "13件".into(),
        why: "接收总量应为 12件".into(),
    };
    let mut form = Form::filled([("paragraph", "2".to_owned())]);
    form.error("words", "请填写批注");
    let difference =
        Difference { name: "接收总量".into(), then: "12件".into(), now: "13件".into(), why: "数字" };
    let show = Show {
        frame: Frame::bare(),
        form,
        line: sample_line(),
        paragraphs: vec![
            paragraph(1, "一、总体情况", false),
            paragraph(2, "接收各类事项<mark class=\"fault\" id=\"f1\">13件</mark>。", true),
        ],
        loose: vec![said("")],
        faults: vec![fault],
        sealed: 11,
        figures: vec![sample_figure()],
        examples: vec![("TS-1".into(), "收到 2026年9月1日".into())],
        versions: vec![
            VersionLine { version: 2, told: "张 10:00".into(), note: "补充".into(), earlier: 1 },
            VersionLine { version: 1, told: "张 09:00".into(), note: String::new(), earlier: 0 },
        ],
        steps: vec![StepLine { words: "总结送审（第 2 版）".into(), told: "张 10:00".into() }],
        acts: vec![Act::Submit, Act::SendBack],
        waits: "等待张三（中山所）审核".into(),
        issue: "消保通〔2026〕3号".into(),
        has_house: true,
        may_edit: true,
        may_comment: true,
        may_settle: true,
        again: Some(vec![difference]),
    };
    vec![Sample::of("summary", &show)]
}

/// A problem that the reader of a page meets as a sentence.
pub(super) fn stale(problem: Problem) -> Result<String> {
    match problem {
        Problem::Stale(words) => Ok(words),
        other => Err(other),
    }
}
