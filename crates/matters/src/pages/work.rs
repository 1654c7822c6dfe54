//! 我的工作: what is due today, late, new, waiting, returned; mine or the unit's; assigned in bulk.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use db::{Select, ToValue as _, Tx, params};
use kernel::{Ctx, OfficerId, Permission};
use people::Colleague;
use serde::Deserialize;
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, Sample, page, redirect};

use super::{Line, NAMED, line_of, named, sample_line};
use crate::{
    Kind, assignment,
    reminders::{self, Reminder},
    talk,
    ways::{self, Way},
};

/// Lines on a page.
const LINES: usize = 50;

#[derive(Clone, Deserialize, Default)]
pub(super) struct Tab {
    #[serde(default)]
    whose: String,
    #[serde(default)]
    only: String,
    #[serde(default)]
    after: String,
}

/// (word of the tab, Chinese, colour).
const TABS: &[(&str, &str, &str)] = &[
    ("late", "已超期", "late"),
    ("today", "今天到期", "soon"),
    ("soon", "三天内到期", "soon"),
    ("new", "新到", ""),
    ("waiting", "等待他人", ""),
    ("returned", "退回过", ""),
    ("open", "全部在办", ""),
];

struct Count {
    key: &'static str,
    label: &'static str,
    colour: &'static str,
    count: i64,
    current: bool,
}

#[derive(Template)]
#[template(path = "matters/work.html")]
struct Work {
    frame: Frame,
    whose: String,
    only: String,
    counts: Vec<Count>,
    lines: Vec<Line>,
    next: Option<String>,
    colleagues: Options,
    reminders: Vec<Reminder>,
    /// Where else something may wait.
    ways: Vec<Way>,
    /// Who is on duty now.
    duty: Option<String>,
    /// Matters whose person wrote something unseen: number and title.
    news: Vec<(String, String)>,
}

fn scope(list: Select, ctx: &Ctx, tab: &Tab) -> Result<Select> {
    let officer = ctx.officer()?;
    let list = list.and("m.phase IN ('new', 'running', 'waiting') AND m.state <> 'merged'", []);
    Ok(if tab.whose == "unit" { list } else { list.and("m.officer_id = ?", params![officer.id]) })
}

fn only(list: Select, ctx: &Ctx, only: &str) -> Select {
    let today = ctx.today();
    let three = today.saturating_add(jiff::Span::new().days(3));
    match only {
        "late" => list.and("m.next_alarm < ?", params![today]),
        "today" => list.and("m.next_alarm = ?", params![today]),
        "soon" => list.and("m.next_alarm >= ? AND m.next_alarm <= ?", params![today, three]),
        "new" => list.and("m.phase = 'new'", []),
        "waiting" => list.and("m.phase = 'waiting'", []),
        "returned" => list.and("m.returned > 0", []),
        _ => list,
    }
}

/// Keyset paging by alarm, then number; matters without an alarm come last.
fn paged(list: Select, after: &str) -> Select {
    let list = match after.split_once('|') {
        Some((alarm, number)) => {
            list.and("(COALESCE(m.next_alarm, '9999'), m.number) > (?, ?)", params![alarm, number])
        }
        None => list,
    };
    list.order("COALESCE(m.next_alarm, '9999'), m.number").limit(LINES + 1)
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Query(tab): Query<Tab>,
    flash: Flash,
) -> Result<Response> {
    let (by, chosen) = (ctx.clone(), tab.clone());
    let Loaded { counts, mut lines, colleagues, news, reminders, ways, duty } =
        app.db.read(move |tx| load(tx, &by, &chosen)).await?;
    let more = lines.len() > LINES;
    lines.truncate(LINES);
    let last = lines.last().map(|(key, _)| key.clone()).filter(|_| more);
    let frame = Frame::new(&app, &ctx, "我的工作", "/work").flash(flash.0);
    let lines = lines.into_iter().map(|(_, line)| line).collect();
    let Tab { whose, only, .. } = tab;
    page(&Work { frame, whose, only, counts, lines, next: last, colleagues, reminders, ways, duty, news })
}

struct Loaded {
    counts: Vec<Count>,
    lines: Vec<(String, Line)>,
    colleagues: Options,
    news: Vec<(String, String)>,
    reminders: Vec<Reminder>,
    ways: Vec<Way>,
    duty: Option<String>,
}

/// Where somebody waits for an answer, of those the actor may give one to.
fn news(tx: &mut Tx, ctx: &Ctx, tab: &Tab) -> Result<Vec<(String, String)>> {
    let mut news = Vec::new();
    for row in tx.select(&talk::unread(ctx, tab.whose != "unit"))? {
        let kind = Kind::from_code(&row.get::<String>("kind")?).unwrap_or(Kind::Other);
        if talk::may_reply(ctx, kind).is_ok() {
            news.push((row.get("number")?, row.get("title")?));
        }
    }
    Ok(news)
}

fn load(tx: &mut Tx, ctx: &Ctx, tab: &Tab) -> Result<Loaded> {
    let mut counts = Vec::new();
    for &(key, label, colour) in TABS {
        let list = only(scope(named("SELECT COUNT(*) FROM matter m", ctx), ctx, tab)?, ctx, key);
        let count = tx.select(&list)?.first().map(db::Row::first).transpose()?.unwrap_or(0);
        counts.push(Count { key, label, colour, count, current: tab.only == key });
    }
    let list = paged(only(scope(named(NAMED, ctx), ctx, tab)?, ctx, &tab.only), &tab.after);
    let rows = tx.select(&list)?;
    let lines = rows.iter().map(|row| {
        let alarm: Option<String> = row.get("next_alarm")?;
        let key = format!("{}|{}", alarm.as_deref().unwrap_or("9999"), row.get::<String>("number")?);
        Ok::<_, db::Error>((key, line_of(row, ctx.today())?))
    });
    let lines = lines.collect::<Result<_, _>>()?;
    let colleagues = if ctx.may(Permission::Dispatch).is_ok() { handlers(tx, ctx)? } else { Vec::new() };
    let (news, reminders, ways) = (news(tx, ctx, tab)?, reminders::mine(tx, ctx)?, ways::of(tx, ctx)?);
    let duty = ways::on_duty(tx, ctx)?;
    Ok(Loaded { counts, lines, colleagues, news, reminders, ways, duty })
}

/// Those who can be given complaints in the actor's subtree; who is away is said.
pub(super) fn handlers(tx: &mut Tx, ctx: &Ctx) -> Result<Options> {
    let path = ctx.officer()?.unit_path.clone();
    let found = people::colleagues(tx, &path, ctx.today(), Permission::HandleComplaint)?;
    let words = |one: &Colleague| {
        let away = if one.away { "（请假）" } else { "" };
        (
            format!("{}|{}", one.unit, one.id),
            format!("{} {} {}{away}", one.unit_name, one.name, one.role.label()),
        )
    };
    Ok(found.iter().map(words).collect())
}

/// `unit|officer` as the choice carries it.
pub(super) fn target(text: &str) -> Result<(kernel::UnitId, OfficerId)> {
    let parts =
        text.split_once('|').and_then(|(unit, officer)| Some((unit.parse().ok()?, officer.parse().ok()?)));
    parts.ok_or_else(|| kernel::Refusal::new("assign_target", "请选择承办人").at("target").into())
}

pub(super) async fn assign(State(app): State<App>, Context(ctx): Context, form: Form) -> Result<Response> {
    let chosen = form.all("number");
    let count = chosen.len();
    if form.checked("spread") {
        app.db.write(move |tx| assignment::spread(tx, &ctx, &chosen, "均衡分派")).await?;
        return Ok(redirect("/work?whose=unit", &format!("已均衡分派 {count} 件")));
    }
    let (unit, officer) = target(form.value("target"))?;
    if chosen.is_empty() {
        return Err(kernel::Refusal::new("nothing_chosen", "请先勾选要分派的事项").into());
    }
    app.db
        .write(move |tx| {
            let mine = handlers(tx, &ctx)?;
            let allowed = mine.iter().any(|(code, _)| *code == format!("{unit}|{officer}"));
            if !allowed {
                return Err(Problem::NotFound);
            }
            assignment::bulk_assign(tx, &ctx, &chosen, unit, officer, "批量分派")
        })
        .await?;
    Ok(redirect("/work?whose=unit", &format!("已分派 {count} 件")))
}

pub(super) fn widest(ctx: &Ctx) -> Vec<Select> {
    let tab = Tab { whose: String::new(), only: "soon".into(), after: "2026-01-01|x".into() };
    let list = scope(named(NAMED, ctx), ctx, &tab).unwrap_or_else(|_| named(NAMED, ctx));
    let list = list.and("m.officer_id = ?", [OfficerId::from_uuid(Default::default()).to_value()]);
    vec![paged(only(list, ctx, "soon"), &tab.after), talk::unread(ctx, true)]
}

pub(super) fn samples() -> Vec<Sample> {
    let counts = TABS
        .iter()
        .map(|&(key, label, colour)| Count { key, label, colour, count: 3, current: key == "late" })
        .collect();
    let work = Work {
        frame: Frame::bare(),
        whose: "unit".into(),
        only: "late".into(),
        counts,
        lines: vec![sample_line()],
        next: Some("2026-01-01|TS-1".into()),
        colleagues: vec![("1|2".into(), "中山所 张伟".into())],
        reminders: vec![Reminder {
            id: kernel::Id::from_uuid(Default::default()),
            number: "TS-2301-2026-00012".into(),
            title: "乳制品变质".into(),
            colour: "late",
            level: "催办".into(),
            words: "请今天告知".into(),
            by: "李敏".into(),
            at: "2026-11-24 09:00".into(),
        }],
        ways: vec![Way { href: "/leave", label: "休假交接", count: 2, what: "人待交接" }],
        duty: Some("中山所白班 张伟（带班 李敏）".into()),
        news: vec![("TS-1".into(), "乳制品变质".into())],
    };
    let empty = Work {
        frame: Frame::bare(),
        whose: String::new(),
        only: String::new(),
        counts: Vec::new(),
        lines: Vec::new(),
        next: None,
        colleagues: Vec::new(),
        reminders: Vec::new(),
        ways: Vec::new(),
        duty: None,
        news: Vec::new(),
    };
    vec![Sample::of("work", &work), Sample::of("work_empty", &empty)]
}
