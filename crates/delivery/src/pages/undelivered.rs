//! 告知送达: what the program sends for the officer's matters, first what somebody must decide.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use db::{Row, Select, Tx, params};
use kernel::{Ctx, NoticeId, Permission};
use law::{Law, Listed};
use matters::{notices::KINDS, ways::Way};
use web::{App, Context, Flash, Frame, Result, Sample, page, redirect};

use crate::{
    outbox,
    record::{self, State as Stage},
};

/// Lines of the page.
const MOST: usize = 200;

/// A line.
struct Line {
    id: String,
    number: String,
    title: String,
    what: String,
    channel: String,
    when: String,
    stage: &'static str,
    colour: &'static str,
    error: String,
    tries: i64,
    may_retry: bool,
    warns: bool,
}

impl Line {
    /// Whether somebody must decide what becomes of it.
    fn is_open(&self) -> bool {
        self.may_retry || self.stage == Stage::Refused.label()
    }
}

#[derive(Template)]
#[template(path = "delivery/undelivered.html")]
struct Page {
    frame: Frame,
    open: Vec<Line>,
    running: Vec<Line>,
}

/// The records within reach that are not at their end.
pub(super) fn wanted(ctx: &Ctx) -> Select {
    let (condition, values) = matters::visible(ctx);
    Select::from(
        "SELECT d.notice_id, d.channel, d.state, d.job_id, d.outside_id, d.tries, d.last_at, d.error, \
         n.kind, m.number, m.title FROM dispatch d JOIN notice n ON n.id = d.notice_id JOIN matter m ON m.id = d.matter_id",
    )
    .and("d.state IN ('unknown', 'dead', 'refused', 'sending', 'waiting', 'sent')", params![])
    .and(condition, values)
    .order("d.last_at DESC, d.notice_id")
    .limit(MOST)
}

fn line(row: &Row) -> Result<Line> {
    let dispatch = record::read(row)?;
    let kind: String = row.get("kind")?;
    let colour = match dispatch.state {
        Stage::Unknown | Stage::Dead => "late",
        Stage::Refused | Stage::Waiting => "soon",
        _ => "running",
    };
    Ok(Line {
        id: dispatch.notice.to_string(),
        number: row.get("number")?,
        title: row.get("title")?,
        what: KINDS
            .iter()
            .find(|(code, _)| *code == kind)
            .map_or(kind.clone(), |(_, words)| (*words).to_owned()),
        channel: Listed::name(&Law::in_use().classification.notice_channels, &dispatch.channel).to_owned(),
        when: kernel::office_minute(dispatch.last_at),
        stage: dispatch.state.label(),
        colour,
        error: dispatch.error.unwrap_or_default(),
        tries: dispatch.tries,
        may_retry: matches!(dispatch.state, Stage::Unknown | Stage::Dead),
        warns: dispatch.state == Stage::Unknown,
    })
}

pub(super) async fn list(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let lines: Vec<Line> =
        app.db.read(move |tx| tx.select(&wanted(&by))?.iter().map(line).collect::<Result<_>>()).await?;
    let (open, running) = lines.into_iter().partition(Line::is_open);
    let frame = Frame::new(&app, &ctx, "告知送达", "/deliveries").flash(flash.0);
    page(&Page { frame, open, running })
}

/// How many notices somebody must decide about, on the way on from the work list.
///
/// # Errors
/// A fault when the database does not answer.
pub fn way(tx: &mut Tx, ctx: &Ctx) -> Result<Option<Way>> {
    if ctx.may(Permission::HandleComplaint).is_err() {
        return Ok(None);
    }
    let lines: Vec<Line> = tx.select(&wanted(ctx))?.iter().map(line).collect::<Result<_>>()?;
    let count = lines.iter().filter(|line| line.is_open()).count();
    Ok(Some(Way { href: "/deliveries", label: "告知送达", count, what: "件需要处理" }))
}

pub(super) async fn retry(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<NoticeId>,
) -> Result<Response> {
    app.db.write(move |tx| outbox::retry(tx, &ctx, id)).await?;
    Ok(redirect("/deliveries", "已重新排队，几秒钟后发送"))
}

pub(super) async fn otherwise(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<NoticeId>,
) -> Result<Response> {
    let number = app.db.write(move |tx| outbox::give_otherwise(tx, &ctx, id)).await?;
    Ok(redirect(&format!("/matters/{number}/notices?again={id}"), "原告知已记为未送达，请选择其他告知方式"))
}

pub(super) fn samples() -> Vec<Sample> {
    let line = |stage: Stage, may_retry| Line {
        id: "1".into(),
        number: "TS-2301-2026-00012".into(),
        title: "乳制品变质".into(),
        what: "受理告知".into(),
        channel: "短信".into(),
        when: "2026-09-28 09:00".into(),
        stage: stage.label(),
        colour: "late",
        error: "网关没有及时答复".into(),
        tries: 3,
        may_retry,
        warns: stage == Stage::Unknown,
    };
    let open = vec![line(Stage::Unknown, true), line(Stage::Refused, false)];
    let full = Page { frame: Frame::bare(), open, running: vec![line(Stage::Sent, false)] };
    let empty = Page { frame: Frame::bare(), open: Vec::new(), running: Vec::new() };
    vec![Sample::of("deliveries", &full), Sample::of("no deliveries", &empty)]
}
