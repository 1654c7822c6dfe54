//! The list of alarms, the budget, the watch list.

use askama::Template;
use axum::{
    extract::{Path, Query, State as App_},
    response::Response,
};
use db::Tx;
use kernel::{Ctx, Permission};
use serde::Deserialize;
use web::{App, Context, Flash, Form, Frame, Problem, Result, Sample, form_page, redirect};

use crate::{
    alarm::{self, Alarm, Kind, State, WatchId},
    decision,
    stream::Names,
    word::{self, Word},
};

/// Alarms on a page.
const LINES: usize = 200;

struct Line {
    id: String,
    day: String,
    what: String,
    kind: &'static str,
    says: String,
    decided: String,
}

struct Tab {
    code: &'static str,
    label: &'static str,
    count: i64,
    current: bool,
}

#[derive(Template)]
#[template(path = "watch/list.html")]
struct List {
    frame: Frame,
    form: Form,
    tabs: Vec<Tab>,
    lines: Vec<Line>,
    last: Option<String>,
    budget: String,
    words: Vec<Word>,
    decides: bool,
}

/// What an alarm says in a line.
pub(super) fn says(alarm: &Alarm) -> String {
    match alarm.kind {
        Kind::Scan | Kind::Slow => {
            format!("{} 日内 {} 人，预期 {:.1} 人", alarm.window, alarm.observed, alarm.expected)
        }
        Kind::Harm => format!("7 日内 {} 人反映人身伤害", alarm.observed),
        Kind::Listed => "名单上的名称第一次出现".to_owned(),
    }
}

/// What was decided about it, and by whom.
pub(super) fn decided(alarm: &Alarm) -> String {
    let reason = alarm.reason.map_or(String::new(), |reason| format!("：{}", reason.label()));
    let at = alarm.decided.map_or(String::new(), kernel::office_minute);
    match alarm.state {
        State::Open => String::new(),
        State::Dismissed | State::Taken => format!("{}{reason}（{} {at}）", alarm.state.label(), alarm.by),
    }
}

#[derive(Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    state: String,
}

/// What the page shows of the database.
struct Seen {
    tabs: Vec<Tab>,
    lines: Vec<Line>,
    last: Option<String>,
    budget: f64,
    words: Vec<Word>,
}

fn seen(tx: &mut Tx, state: State) -> Result<Seen> {
    let mut names = Names::default();
    let mut lines = Vec::new();
    for alarm in alarm::list(tx, state, LINES)? {
        lines.push(Line {
            id: alarm.id.to_string(),
            day: alarm.day.to_string(),
            what: names.of(tx, &alarm.key)?,
            kind: alarm.kind.label(),
            says: says(&alarm),
            decided: decided(&alarm),
        });
    }
    let tab = |one: &State| {
        let count = alarm::count(tx, *one)?;
        Ok(Tab { code: one.code(), label: one.label(), count, current: *one == state })
    };
    let tabs = State::ALL.iter().map(tab).collect::<Result<_>>()?;
    let (last, budget) = (alarm::last_words(tx)?, decision::budget(tx)?);
    Ok(Seen { tabs, lines, last, budget, words: word::standing(tx)? })
}

async fn answer(app: &App, ctx: &Ctx, state: State, form: Form, flash: Option<String>) -> Result<Response> {
    let seen = app.db.read(move |tx| seen(tx, state)).await?;
    let budget = seen.budget.to_string();
    let shown = if form.value("budget").is_empty() {
        form.clone().with("budget", budget.clone())
    } else {
        form.clone()
    };
    let page = List {
        frame: Frame::new(app, ctx, "预警", "/alarms").flash(flash),
        form: shown,
        tabs: seen.tabs,
        lines: seen.lines,
        last: seen.last,
        budget,
        words: seen.words,
        decides: ctx.may(Permission::DecideAlarms).is_ok(),
    };
    form_page(&form, &page)
}

pub(super) async fn show(
    App_(app): App_<App>,
    Context(ctx): Context,
    Flash(flash): Flash,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let state = State::from_code(&asked.state).unwrap_or(State::Open);
    answer(&app, &ctx, state, Form::default(), flash).await
}

/// Leads back to the list with a word, or shows it again with what was typed.
async fn done(app: &App, ctx: &Ctx, mut form: Form, outcome: Result<()>, words: &str) -> Result<Response> {
    match outcome {
        Ok(()) => Ok(redirect("/alarms", words)),
        Err(problem) => {
            form.absorb(problem)?;
            answer(app, ctx, State::Open, form, None).await
        }
    }
}

pub(super) async fn budget(App_(app): App_<App>, Context(ctx): Context, form: Form) -> Result<Response> {
    let (by, budget) = (ctx.clone(), form.value("budget").to_owned());
    let outcome = app.db.write(move |tx| decision::set_budget(tx, &by, &budget)).await;
    done(&app, &ctx, form, outcome, "每周次数已保存，自下一次查看起使用").await
}

pub(super) async fn add_word(
    App_(app): App_<App>,
    Context(ctx): Context,
    mut form: Form,
) -> Result<Response> {
    let word = form.required("word", "请填写品牌或者经营者名称", 60);
    let why = form.required("why", "请写明为什么关注，例如召回公告、上级通知", 200);
    if form.has_errors() {
        return answer(&app, &ctx, State::Open, form, None).await;
    }
    let by = ctx.clone();
    let outcome = app.db.write(move |tx| word::add(tx, &by, &word, &why)).await;
    done(&app, &ctx, form, outcome, "已加入关注名单").await
}

pub(super) async fn end_word(
    App_(app): App_<App>,
    Context(ctx): Context,
    Path(id): Path<String>,
) -> Result<Response> {
    let id: WatchId = id.parse().map_err(|_| Problem::NotFound)?;
    app.db.write(move |tx| word::end(tx, &ctx, id)).await?;
    Ok(redirect("/alarms", "已从关注名单撤下"))
}

pub(super) fn samples() -> Vec<Sample> {
    let alarm = super::show::sample_alarm();
    let line = Line {
        id: alarm.id.to_string(),
        day: alarm.day.to_string(),
        what: "问题 质量 · 区域 中山所".into(),
        kind: alarm.kind.label(),
        says: says(&alarm),
        decided: String::new(),
    };
    let word = Word {
        id: alarm.id,
        word: "某品牌轮胎".into(),
        why: "召回公告".into(),
        by: "李所长".into(),
        since: alarm.day,
        rang: false,
    };
    let tab =
        |one: &State| Tab { code: one.code(), label: one.label(), count: 1, current: *one == State::Open };
    let list = |decides: bool, lines: Vec<Line>, last: Option<String>| List {
        frame: Frame::bare(),
        form: Form::filled([("budget", "1".to_owned())]),
        tabs: State::ALL.iter().map(tab).collect(),
        lines,
        last,
        budget: "1".into(),
        words: if decides { vec![word.clone()] } else { Vec::new() },
        decides,
    };
    let full =
        list(true, vec![line], Some("2026-09-23 02:00 查看了截至 2026-09-22 的 120 件投诉举报".into()));
    vec![Sample::of("alarms", &full), Sample::of("alarms_empty", &list(false, Vec::new(), None))]
}
