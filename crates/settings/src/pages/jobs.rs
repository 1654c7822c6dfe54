//! Background work: does it live, what comes again, what waits, what was given up.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use db::Tx;
use jiff::{SignedDuration, Timestamp};
use jobs::{Dead, Depth, HEARTBEAT, TIDY, Turn};
use kernel::{Ctx, JobId, Permission};
use serde_json::json;
use web::{App, Context, Flash, Frame, Result, Sample, page, redirect};

struct TurnLine {
    name: String,
    every: String,
    start: String,
    end: String,
    error: String,
}

struct DepthLine {
    name: String,
    waiting: i64,
    retried: i64,
    dead: i64,
    since: String,
}

struct DeadLine {
    id: String,
    name: String,
    subject: String,
    at: String,
    error: String,
}

#[derive(Template)]
#[template(path = "settings/jobs.html")]
struct Page {
    frame: Frame,
    heartbeat: String,
    colour: &'static str,
    state: &'static str,
    late: Vec<String>,
    schedules: Vec<TurnLine>,
    depths: Vec<DepthLine>,
    dead: Vec<DeadLine>,
    done: i64,
}

/// Names of jobs in Chinese, of every crate: a kind without one is shown as it is stored.
const NAMES: &[(&str, &str)] = &[
    ("backup", "每日备份"),
    ("escalate", "到期提醒和升级"),
    ("portal_tidy", "清理公众草稿"),
    ("odr_fall_back", "先行和解到期转投诉"),
    ("api_tidy", "清理接口记录"),
    ("webhook_overdue", "超期推送"),
    ("deliver", "发送告知"),
    (TIDY, "清理已完成任务"),
    (HEARTBEAT, "后台心跳"),
    (crate::recount::RECOUNT, "期限重新计算"),
    (crate::retention::JOB, "到期清除"),
    (matters::reminders::ESCALATE, "期限提醒和升级"),
    (matters::notices::SEND, "发送告知"),
    ("odr_fall_back", "先行和解到期转投诉"),
    ("portal_tidy", "清除过期的公众页面草稿"),
    ("webhook", "推送"),
    ("webhook_overdue", "推送逾期情况"),
    ("api_tidy", "清除过期的接口幂等答复"),
    ("watch_look", "预警查看"),
    ("day_log", "封存申诉举报日记"),
];

/// What a job or a repeating work is called on screen; its own word where it has no other.
pub fn name(kind: &str) -> String {
    NAMES.iter().find(|(code, _)| *code == kind).map_or(kind, |(_, words)| words).to_owned()
}

fn minute(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "还没有".to_owned(), kernel::office_minute)
}

fn every(seconds: i64) -> String {
    match seconds {
        0..120 => format!("{seconds} 秒"),
        120..7_200 => format!("{} 分钟", seconds / 60),
        7_200..172_800 => format!("{} 小时", seconds / 3_600),
        _ => format!("{} 天", seconds / 86_400),
    }
}

fn turn_line(turn: Turn) -> TurnLine {
    TurnLine {
        name: name(&turn.name),
        every: every(turn.every_seconds),
        start: minute(turn.last_start),
        end: minute(turn.last_end),
        error: turn.last_error.unwrap_or_default(),
    }
}

fn depth_line(depth: Depth) -> DepthLine {
    let Depth { kind, waiting, retried, dead, since } = depth;
    DepthLine { name: name(&kind), waiting, retried, dead, since: minute(since) }
}

fn dead_line(dead: Dead) -> DeadLine {
    DeadLine {
        id: dead.id.to_string(),
        name: name(&dead.kind),
        subject: dead.subject,
        at: kernel::office_minute(dead.failed_at),
        error: dead.error,
    }
}

/// The heart in words, its colour and a word for it.
fn heart(beat: Option<Timestamp>, now: Timestamp) -> (String, &'static str, &'static str) {
    let Some(beat) = beat else { return ("后台还没有运行过".to_owned(), "late", "未运行") };
    let minutes = now.duration_since(beat).as_secs() / 60;
    let words = format!("后台心跳 {}（{minutes} 分钟前）", kernel::office_minute(beat));
    if minutes > 5 { (words, "late", "没有心跳") } else { (words, "ok", "运行中") }
}

fn load(tx: &mut Tx, now: Timestamp) -> Result<Page> {
    let schedules = jobs::schedules(tx)?;
    let beat = schedules.iter().find(|turn| turn.name == HEARTBEAT).and_then(|turn| turn.last_start);
    let (heartbeat, colour, state) = heart(beat, now);
    let late = jobs::late(tx, now)?.into_iter().map(|mut late| {
        late.name = if late.name == HEARTBEAT { late.name } else { name(&late.name) };
        late.to_string()
    });
    let day_ago = now.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(now);
    Ok(Page {
        frame: Frame::bare(),
        heartbeat,
        colour,
        state,
        late: late.collect(),
        schedules: schedules.into_iter().map(turn_line).collect(),
        depths: jobs::depths(tx)?.into_iter().map(depth_line).collect(),
        dead: jobs::dead(tx, 100)?.into_iter().map(dead_line).collect(),
        done: jobs::done_since(tx, day_ago)?,
    })
}

pub(super) async fn show(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    let now = ctx.now;
    let mut shown = app.db.read(move |tx| load(tx, now)).await?;
    shown.frame = Frame::new(&app, &ctx, "后台任务", "/settings").flash(flash.0);
    page(&shown)
}

fn settle(tx: &mut Tx, ctx: &Ctx, id: JobId, retry: bool) -> Result<()> {
    ctx.may(Permission::KeepSettings)?;
    if retry {
        jobs::revive(tx, ctx, id)?;
    } else {
        jobs::dismiss(tx, ctx, id)?;
    }
    let verb = if retry { "job_revive" } else { "job_dismiss" };
    let detail = json!({ "job": id.to_string() });
    Ok(journal::note(tx, ctx, "", verb, &detail)?)
}

pub(super) async fn retry(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<JobId>,
) -> Result<Response> {
    app.db.write(move |tx| settle(tx, &ctx, id, true)).await?;
    Ok(redirect("/settings/jobs", "已重新排队"))
}

pub(super) async fn dismiss(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<JobId>,
) -> Result<Response> {
    app.db.write(move |tx| settle(tx, &ctx, id, false)).await?;
    Ok(redirect("/settings/jobs", "已撤下，不再执行"))
}

pub(super) fn samples() -> Vec<Sample> {
    let turn = Turn {
        name: "retention".into(),
        every_seconds: 86_400,
        last_start: Some(Timestamp::UNIX_EPOCH),
        last_end: None,
        last_error: Some("磁盘已满".into()),
    };
    let depth = Depth { kind: "recount_clocks".into(), waiting: 2, retried: 1, dead: 1, since: None };
    let dead = Dead {
        id: JobId::from_uuid(Default::default()),
        kind: "send_notice".into(),
        subject: "TS-1".into(),
        failed_at: Timestamp::UNIX_EPOCH,
        error: "连接失败".into(),
    };
    let page = Page {
        frame: Frame::bare(),
        heartbeat: "后台心跳".into(),
        colour: "ok",
        state: "运行中",
        late: vec!["后台任务没有运行".into()],
        schedules: vec![turn_line(turn)],
        depths: vec![depth_line(depth)],
        dead: vec![dead_line(dead)],
        done: 12,
    };
    vec![Sample::of("jobs", &page)]
}
