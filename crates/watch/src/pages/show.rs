//! One alarm: what speaks for it, what against it, and what to do with it.

use std::collections::BTreeSet;

use askama::Template;
use axum::{
    extract::{Path, State as App_},
    response::Response,
};
use db::Tx;
use jiff::civil::Date;
use kernel::{Ctx, Permission};
use triage::{Index, Message};
use web::{App, Context, Flash, Form, Frame, Html, Options, Problem, Result, Sample, form_page, redirect};

use super::{doubts, list};
use crate::{
    alarm::{self, Alarm, Kind, State, WatchId},
    chart,
    decision::{self, Reason},
    evidence::{Area, Evidence, Series, Week},
    stream::{Key, Names},
};

/// Matters on the page.
pub(super) const ROWS: usize = 200;
/// Words that the texts have in common.
const TERMS: usize = 12;
/// A word must stand in so many texts.
const TEXTS: usize = 3;

struct Row {
    number: String,
    kind: &'static str,
    title: String,
    unit: String,
    received: String,
}

struct Picture {
    name: String,
    chart: Html,
    weeks: Vec<Week>,
}

struct Place {
    name: String,
    observed: u32,
    before: String,
}

#[derive(Template)]
#[template(path = "watch/show.html")]
struct Show {
    frame: Frame,
    form: Form,
    id: String,
    what: String,
    kind: &'static str,
    state: &'static str,
    says: String,
    score: String,
    decided: String,
    words: String,
    taken: Option<String>,
    found: Vec<String>,
    doubts: Vec<String>,
    pictures: Vec<Picture>,
    places: Vec<Place>,
    also: Vec<String>,
    terms: Vec<String>,
    rows: Vec<Row>,
    beyond: i64,
    reasons: Options,
    version: Html,
    decides: bool,
}

/// What the page shows of the database.
struct Seen {
    alarm: Alarm,
    what: String,
    names: Vec<String>,
    places: Vec<String>,
    also: Vec<String>,
    rows: Vec<Row>,
    facts: Vec<String>,
    taken: Option<String>,
}

fn seen(tx: &mut Tx, ctx: &Ctx, id: WatchId) -> Result<Seen> {
    let alarm = alarm::find(tx, id)?;
    let mut names = Names::default();
    let what = names.of(tx, &alarm.key)?;
    let evidence = &alarm.evidence;
    let of_series = evidence.series.iter().map(|series| names.of(tx, &series.key)).collect::<Result<_>>()?;
    let places =
        evidence.areas.iter().map(|area| names.value(tx, "area", &area.area)).collect::<Result<_>>()?;
    let also = evidence.also.iter().map(|key| names.of(tx, key)).collect::<Result<_>>()?;
    let (mut rows, mut facts, mut people) = (Vec::new(), Vec::new(), BTreeSet::new());
    for row in tx.select(&super::rows(ctx, id))? {
        let kind = matters::Kind::from_code(&row.get::<String>("kind")?);
        // Words of a report could tell who reported; one text of each person, so that nobody's own name is in common.
        let person: String = row.get("person")?;
        if kind == Some(matters::Kind::Complaint) && !person.is_empty() && people.insert(person) {
            facts.push(row.get("facts")?);
        }
        rows.push(Row {
            number: row.get("number")?,
            kind: kind.map_or("", matters::Kind::label),
            title: row.get("title")?,
            unit: row.get("unit")?,
            received: row.get::<Date>("received_on")?.to_string(),
        });
    }
    let taken = match alarm.taken {
        Some(matter) => match matters::by_id(tx, ctx, matter) {
            Ok(matter) => Some(matter.number),
            Err(Problem::NotFound) => None,
            Err(problem) => return Err(problem),
        },
        None => None,
    };
    Ok(Seen { alarm, what, names: of_series, places, also, rows, facts, taken })
}

/// Words that at least half of the texts and three have in common; telephones and numbers are covered before, regions say nothing.
fn terms(facts: &[String]) -> Vec<String> {
    let covered: Vec<String> = facts.iter().map(|text| triage::cover(text)).collect();
    let mut index = Index::new();
    let members: Vec<usize> =
        covered.iter().map(|text| index.add(&Message { title: "", text, day: 0 })).collect();
    let common = index.common(&members, TERMS).into_iter();
    let known = common.filter(|one| one.messages >= TEXTS && !one.region && one.word.chars().count() >= 2);
    known.map(|one| format!("{}（{} 件）", one.word, one.messages)).collect()
}

fn score(alarm: &Alarm) -> String {
    match alarm.kind {
        Kind::Scan | Kind::Slow => format!("得分 {:.1}，当日门槛 {:.1}", alarm.score, alarm.threshold),
        Kind::Harm | Kind::Listed => "按规则预警，不看统计结果".to_owned(),
    }
}

fn show_page(frame: Frame, form: Form, seen: Seen, decides: bool) -> Show {
    let Seen { alarm, what, names, places, also, rows, facts, taken } = seen;
    let picture = |(series, name): (&Series, String)| Picture {
        chart: chart::series(&name, &series.weeks),
        name,
        weeks: series.weeks.clone(),
    };
    let place = |(area, name): (&Area, String)| Place {
        name,
        observed: area.observed,
        before: format!("{:.1}", area.before),
    };
    Show {
        frame,
        id: alarm.id.to_string(),
        what,
        kind: alarm.kind.label(),
        state: alarm.state.label(),
        says: list::says(&alarm),
        score: score(&alarm),
        decided: list::decided(&alarm),
        words: alarm.words.clone(),
        taken,
        found: alarm.evidence.found.clone(),
        doubts: doubts::of(&alarm),
        pictures: alarm.evidence.series.iter().zip(names).map(picture).collect(),
        places: alarm.evidence.areas.iter().zip(places).map(place).collect(),
        also,
        terms: terms(&facts),
        beyond: alarm.matters - i64::try_from(rows.len()).unwrap_or(0),
        rows,
        reasons: Reason::ALL.iter().map(|one| (one.code().to_owned(), one.label().to_owned())).collect(),
        version: Form::filled([("_version", alarm.version.to_string())]).hidden("_version"),
        decides: decides && alarm.state == State::Open,
        form,
    }
}

async fn answer(app: &App, ctx: &Ctx, id: &str, form: Form, flash: Option<String>) -> Result<Response> {
    let id: WatchId = id.parse().map_err(|_| Problem::NotFound)?;
    let by = ctx.clone();
    let seen = app.db.read(move |tx| seen(tx, &by, id)).await?;
    let frame = Frame::new(app, ctx, "预警", "/alarms").flash(flash);
    let decides = ctx.may(Permission::DecideAlarms).is_ok();
    form_page(&form.clone(), &show_page(frame, form, seen, decides))
}

pub(super) async fn show(
    App_(app): App_<App>,
    Context(ctx): Context,
    Flash(flash): Flash,
    Path(id): Path<String>,
) -> Result<Response> {
    answer(&app, &ctx, &id, Form::default(), flash).await
}

pub(super) async fn dismiss(
    App_(app): App_<App>,
    Context(ctx): Context,
    Path(id): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let alarm: WatchId = id.parse().map_err(|_| Problem::NotFound)?;
    let (reason, words) = (form.value("reason").to_owned(), form.text("words", 1_000));
    let (by, version) = (ctx.clone(), form.number("_version").unwrap_or(0));
    if !form.has_errors() {
        match app.db.write(move |tx| decision::dismiss(tx, &by, alarm, version, &reason, &words)).await {
            Ok(()) => return Ok(redirect("/alarms", "已登记为不成立；同样的情况 90 日内不再预警，除非更多")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    answer(&app, &ctx, &id, form, None).await
}

pub(super) async fn take(
    App_(app): App_<App>,
    Context(ctx): Context,
    Path(id): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let alarm: WatchId = id.parse().map_err(|_| Problem::NotFound)?;
    let (number, done) = (form.text("number", 40), form.text("done", 1_000));
    let (by, version) = (ctx.clone(), form.number("_version").unwrap_or(0));
    if !form.has_errors() {
        match app.db.write(move |tx| decision::take(tx, &by, alarm, version, &number, &done)).await {
            Ok(()) => return Ok(redirect(&format!("/alarms/{alarm}"), "已登记为转办")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    answer(&app, &ctx, &id, form, None).await
}

/// An alarm for samples and tests.
pub(super) fn sample_alarm() -> Alarm {
    let key = Key(vec![("problem".into(), "P01".into()), ("area".into(), "unit:x".into())]);
    let week = |observed| Week { from: "2026-09-14".into(), observed, expected: Some(1.5), upper: Some(4) };
    let evidence = Evidence {
        series: vec![Series { key: key.clone(), weeks: vec![week(2), week(9)] }],
        areas: vec![Area { area: "unit:x".into(), observed: 9, before: 1.5 }],
        seasons: vec!["开学季".into()],
        also: vec![Key::one("problem", "P01")],
        matters: 9,
        by_one: 1,
        same_text: 1,
        one_day: 3,
        all: (40, 38.0),
        found: Vec::new(),
    };
    Alarm {
        id: WatchId::from_uuid(Default::default()),
        day: Date::constant(2026, 9, 20),
        kind: Kind::Scan,
        key,
        window: 7,
        observed: 9,
        expected: 1.5,
        score: 9.2,
        threshold: 6.1,
        warming: false,
        evidence,
        state: State::Open,
        reason: None,
        words: String::new(),
        by: String::new(),
        decided: None,
        taken: None,
        matters: 9,
        version: 1,
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let row = || Row {
        number: "TS-2301-2026-00012".into(),
        kind: "投诉",
        title: "牛奶变质".into(),
        unit: "中山所".into(),
        received: "2026-09-20".into(),
    };
    let seen = |alarm: Alarm| Seen {
        alarm,
        what: "问题 质量 · 区域 中山所".into(),
        names: vec!["问题 质量 · 区域 中山所".into()],
        places: vec!["中山所".into()],
        also: vec!["问题 质量".into()],
        rows: vec![row()],
        facts: Vec::new(),
        taken: None,
    };
    let dismissed = Alarm { state: State::Dismissed, reason: Some(Reason::Season), ..sample_alarm() };
    let page = |alarm: Alarm, decides| show_page(Frame::bare(), Form::default(), seen(alarm), decides);
    vec![
        Sample::of("alarm", &page(sample_alarm(), true)),
        Sample::of("alarm_decided", &page(dismissed, true)),
    ]
}
