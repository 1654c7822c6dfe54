//! How the office itself runs (R34): load, age of the queue, returns, what falls due. Every number is a figure and opens its rows.

use askama::Template;
use axum::{extract::State, response::Response};
use db::Tx;
use jiff::{ToSpan as _, civil::Date};
use kernel::Ctx;
use serde_json::{Value as Json, json};
use web::{App, Context, Frame, Html, Problem, Result, Sample, page};

use super::{coded, name_of, query};
use crate::{
    chart,
    compute::{self, Period},
    figure::{Dimension, Figure, find},
    kept::Reading,
};

/// Days of load that are looked back on: four whole weeks.
const DAYS: i32 = 28;

/// A number of the board: its words, what it says, the way to its rows.
struct Cell {
    label: String,
    value: i64,
    link: Html,
}

/// A table with its picture.
struct Group {
    title: &'static str,
    note: String,
    head: &'static str,
    cells: Vec<Cell>,
    chart: Html,
}

#[derive(Template)]
#[template(path = "insight/operations.html")]
struct Operations {
    frame: Frame,
    today: String,
    groups: Vec<Group>,
}

/// One question to the figures, for one actor.
struct Asking<'a, 'b> {
    tx: &'a mut Tx<'b>,
    reading: Reading<'a>,
}

fn figure(id: &str) -> Result<&'static Figure> {
    find(id).ok_or_else(|| Problem::Fault(format!("no figure {id}")))
}

fn group(title: &'static str, note: String, head: &'static str, cells: Vec<Cell>) -> Group {
    let bars: Vec<_> =
        cells.iter().map(|cell| (cell.label.clone(), cell.value, cell.value.to_string())).collect();
    Group { title, note, head, chart: chart::bars(title, &bars), cells }
}

impl Asking<'_, '_> {
    /// One figure over several periods, each a cell.
    fn windows(&mut self, id: &str, windows: &[(&str, Date, Date)]) -> Result<Vec<Cell>> {
        let figure = figure(id)?;
        let cell = |(label, from, to): &(&str, Date, Date)| {
            let period = Period { from: *from, to: *to };
            Ok(Cell {
                label: (*label).to_owned(),
                value: self.reading.value(self.tx, figure, period)?.part,
                link: Html(format!("/figures/{id}/rows?{}", query(period))),
            })
        };
        windows.iter().map(cell).collect()
    }

    /// One figure cut by a dimension, each part a cell.
    fn parts(&mut self, id: &str, period: Period, dimension: Dimension) -> Result<Vec<Cell>> {
        let figure = figure(id)?;
        let cuts = self.reading.by(self.tx, figure, period, dimension)?;
        let by = dimension.code();
        let cell = |cut: &compute::Cut| Cell {
            label: name_of(figure, dimension, &cut.key),
            value: cut.value,
            link: Html(format!(
                "/figures/{id}/rows?{}&amp;by={by}&amp;key={}",
                query(period),
                coded(&cut.key)
            )),
        };
        Ok(cuts.iter().map(cell).collect())
    }
}

fn day(today: Date, days: i32) -> Date {
    today.saturating_add(days.days())
}

fn groups(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Group>> {
    let today = ctx.today();
    let far = Date::constant(1990, 1, 1);
    let reading = Reading::open(tx, ctx)?;
    let mut ask = Asking { tx, reading };
    let due = [
        ("已超期", far, day(today, -1)),
        ("今天", today, today),
        ("1 至 3 天", day(today, 1), day(today, 3)),
        ("4 至 7 天", day(today, 4), day(today, 7)),
        ("8 至 15 天", day(today, 8), day(today, 15)),
    ];
    let age = [
        ("3 天以内", day(today, -3), today),
        ("4 至 7 天", day(today, -7), day(today, -4)),
        ("8 至 15 天", day(today, -15), day(today, -8)),
        ("16 至 30 天", day(today, -30), day(today, -16)),
        ("31 至 60 天", day(today, -60), day(today, -31)),
        ("60 天以上", far, day(today, -61)),
    ];
    let coming = Period { from: today, to: day(today, 15) };
    let mut all = vec![
        group(
            "到期分布",
            "尚未办结的事项，按最早一项期限的预警日".to_owned(),
            "还有",
            ask.windows("falls_due", &due)?,
        ),
        group(
            "未来十五天逐日到期",
            format!("{} 至 {}", coming.from, coming.to),
            "预警日",
            ask.parts("falls_due", coming, Dimension::Due)?,
        ),
        group(
            "在办时长",
            "尚未办结的事项，按收到至今的天数".to_owned(),
            "收到至今",
            ask.windows("open", &age)?,
        ),
        group(
            "在办进度",
            "尚未办结的事项".to_owned(),
            "进度",
            ask.parts("open", Period { from: far, to: today }, Dimension::Phase)?,
        ),
    ];
    all.extend(load(&mut ask, today)?);
    Ok(all)
}

/// What came in lately and what went back, the clocks, and what every unit has open.
fn load(ask: &mut Asking<'_, '_>, today: Date) -> Result<Vec<Group>> {
    let far = Date::constant(1990, 1, 1);
    let lately = Period { from: day(today, 1 - DAYS), to: today };
    let mut hours = ask.parts("received", lately, Dimension::Hour)?;
    hours.sort_by_key(|cell| cell.label.trim_end_matches(" 时").parse::<u32>().unwrap_or(u32::MAX));
    let period = format!("{} 至 {} 收到的事项", lately.from, lately.to);
    let clocks = clocks(ask, today, lately)?;
    Ok(vec![
        group("接收时刻", period.clone(), "时刻", hours),
        group("接收方式", period.clone(), "接收方式", ask.parts("received", lately, Dimension::Channel)?),
        group("退回分派", period, "现在的单位", ask.parts("returned", lately, Dimension::Unit)?),
        group(
            "退回原因",
            format!("{} 至 {} 退回的次数", lately.from, lately.to),
            "原因",
            ask.parts("sent_back", lately, Dimension::Detail)?,
        ),
        clocks,
        group(
            "在办单位",
            "尚未办结的事项".to_owned(),
            "单位",
            ask.parts("open", Period { from: far, to: today }, Dimension::Unit)?,
        ),
    ])
}

/// Every legal clock by how it stands: several of one matter count each.
fn clocks(ask: &mut Asking<'_, '_>, today: Date, lately: Period) -> Result<Group> {
    let (far, end) = (Date::constant(1990, 1, 1), Date::constant(2199, 12, 31));
    let mut cells = ask.windows(
        "clocks_running",
        &[
            ("超期未办", far, day(today, -1)),
            ("今天到期", today, today),
            ("三天内到期", day(today, 1), day(today, 3)),
            ("三天以后到期", day(today, 4), end),
        ],
    )?;
    cells.extend(ask.windows("clocks_paused", &[("依法暂停", far, today)])?);
    for (id, words) in [("clocks_kept", "近四周按期办结"), ("clocks_late", "近四周超期办结")] {
        cells.extend(ask.windows(id, &[(words, lately.from, lately.to)])?);
    }
    Ok(group("期限状态", "法定期限，一件可以有几个".to_owned(), "状态", cells))
}

/// The board as programs read it; each number's rows are those of the figure.
///
/// # Errors
/// A fault of the database.
pub fn told(tx: &mut Tx, ctx: &Ctx) -> Result<Json> {
    let groups = groups(tx, ctx)?;
    let group = |group: &Group| {
        let cells = group.cells.iter().map(|cell| json!({ "label": cell.label, "value": cell.value }));
        json!({ "title": group.title, "note": group.note, "cells": cells.collect::<Vec<_>>() })
    };
    Ok(json!({ "on": ctx.today(), "groups": groups.iter().map(group).collect::<Vec<_>>() }))
}

pub(super) async fn show(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    let (by, today) = (ctx.clone(), ctx.today().to_string());
    let (groups, age) = app.db.read_aged(move |tx| groups(tx, &by)).await?;
    let frame = Frame::new(&app, &ctx, "运行看板", "/operations").aged(age);
    page(&Operations { frame, today, groups })
}

pub(super) fn samples() -> Vec<Sample> {
    let cell =
        Cell {
            label: "今天".into(), value: 3, link: Html("/figures/falls_due/rows?from=2026-09-23".into())
        };
    let groups = vec![
        group("到期分布", "尚未办结的事项".into(), "还有", vec![cell]),
        group("退回分派", "近四周".into(), "单位", Vec::new()),
    ];
    let page = Operations { frame: Frame::bare(), today: "2026-09-23".into(), groups };
    vec![Sample::of("operations", &page)]
}
