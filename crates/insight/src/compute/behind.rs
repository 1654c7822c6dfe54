//! The rows behind a figure, as a list, as a digest, and for a sum that somebody names.

use db::{Select, Tx, params};
use kernel::{Ctx, UnitId};
use web::Result;

use super::{Answer, Cut, Period, cut_list, narrowed};
use crate::{
    figure::{Dimension, Figure, Measure, Things},
    fingerprint::Fingerprint,
};

/// A row behind a number.
#[derive(Clone, Debug)]
pub struct RowLine {
    /// Number.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// Kind, in Chinese.
    pub kind: &'static str,
    /// Unit.
    pub unit: String,
    /// Received on.
    pub received: String,
    /// Ended on.
    pub closed: String,
    /// Recovered, in yuan.
    pub recovered: String,
    /// How many of the things counted belong to it; 1 where matters are counted.
    pub times: i64,
}

/// The rows behind a figure, or behind one part of it, by number: at most `limit`, after `after`. Where not matters are
/// counted, a row says how many belong to its matter: their sum is the figure.
///
/// # Errors
/// A fault of the database.
pub fn rows(
    tx: &mut Tx,
    ctx: &Ctx,
    figure: &Figure,
    period: Period,
    part: Option<(Dimension, &str)>,
    after: &str,
    limit: usize,
) -> Result<Vec<RowLine>> {
    lines(tx, &row_list(ctx, figure, period, part, after).limit(limit))
}

pub(crate) fn lines(tx: &mut Tx, list: &Select) -> Result<Vec<RowLine>> {
    let rows = tx.select(list)?;
    let read = |row: &db::Row| {
        let kind: String = row.get("kind")?;
        let recovered: Option<kernel::Money> = row.get("recovered")?;
        Ok::<_, db::Error>(RowLine {
            number: row.get("number")?,
            title: row.get("title")?,
            kind: matters::Kind::from_code(&kind).map_or("", matters::Kind::label),
            unit: row.get("unit")?,
            received: row.get("received_on")?,
            closed: row.get::<Option<String>>("closed_on")?.unwrap_or_default(),
            recovered: recovered.map_or_else(String::new, kernel::Money::grouped),
            times: row.get("times")?,
        })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

pub(crate) fn row_list(
    ctx: &Ctx,
    figure: &Figure,
    period: Period,
    part: Option<(Dimension, &str)>,
    after: &str,
) -> Select {
    let mut list = behind(of_things!(figure.things, row), ctx, figure, period, part);
    if !after.is_empty() {
        list = list.and("m.number > ?", params![after]);
    }
    list.group("m.number, m.title, m.kind, u.name, m.received_on, m.closed_on, m.recovered").order("m.number")
}

/// What examples are looked for by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Class of goods; empty for all.
    pub goods: String,
    /// Class of problems; empty for all.
    pub problem: String,
    /// At least so much came back, in 分.
    pub least: Option<i64>,
    /// The unit.
    pub unit: Option<UnitId>,
    /// A part of the number; empty for all.
    pub number: String,
    /// Whether it is the whole number.
    pub whole: bool,
}

impl Filter {
    /// Everything asked for, for the test that prepares statements.
    pub(super) fn widest(ctx: &Ctx) -> Self {
        let x = || "x".to_owned();
        Self { goods: x(), problem: x(), least: Some(1), unit: Some(ctx.id()), number: x(), whole: false }
    }
}

/// Ended complaints and reports behind a figure of `office` that `ctx` may see, those that brought most back first.
pub(crate) fn candidates(
    ctx: &Ctx,
    office: &Ctx,
    (figure, period): (&Figure, Period),
    filter: &Filter,
) -> Select {
    let (reach, values) = matters::visible(ctx);
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let typed = some(&filter.number.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect::<String>());
    let like = typed.as_ref().filter(|_| !filter.whole).map(|typed| format!("%{}%", typed.to_uppercase()));
    narrowed(of_things!(figure.things, row), office, figure, figure.condition, period)
        .and(reach, values)
        .and("m.phase = 'done' AND m.state <> 'void' AND m.kind IN ('complaint', 'report')", [])
        .and("m.outcome IN ('settled', 'terminated', 'refused', 'withdrawn', 'filed', 'not_filed')", [])
        .and_some("substr(m.goods, 1, 3) = ?", some(&filter.goods).as_ref())
        .and_some("substr(m.problem, 1, 3) = ?", some(&filter.problem).as_ref())
        .and_some("m.recovered >= ?", filter.least.as_ref())
        .and_some("m.unit_id = ?", filter.unit.as_ref())
        .and_some("m.number LIKE ?", like.as_ref())
        .and_some("m.number = ?", typed.filter(|_| filter.whole).as_ref())
        .group("m.number, m.title, m.kind, u.name, m.received_on, m.closed_on, m.recovered")
        .order("COALESCE(m.recovered, 0) DESC, m.number")
}

/// What is behind a figure or a part of it, from `head`.
fn behind(
    head: &'static str,
    ctx: &Ctx,
    figure: &Figure,
    period: Period,
    part: Option<(Dimension, &str)>,
) -> Select {
    let list = narrowed(head, ctx, figure, figure.condition, period);
    let Some((dimension, key)) = part else { return list };
    let condition = match dimension {
        Dimension::Kind => "COALESCE(m.kind, '') = ?",
        Dimension::Channel => "COALESCE(m.channel, '') = ?",
        Dimension::Unit => "COALESCE(u.name, '') = ?",
        Dimension::Goods => "COALESCE(substr(m.goods, 1, 3), '') = ?",
        Dimension::Problem => "COALESCE(substr(m.problem, 1, 3), '') = ?",
        Dimension::Outcome => "COALESCE(m.outcome, '') = ?",
        Dimension::Month => "COALESCE(substr(m.received_on, 1, 7), '') = ?",
        Dimension::Hour => "CAST((m.received_at / 3600000 + 8) % 24 AS TEXT) = ?",
        Dimension::Phase => "COALESCE(m.phase, '') = ?",
        Dimension::Due => "COALESCE(m.next_alarm, '') = ?",
        Dimension::Detail => of_things!(figure.things, is_detail),
    };
    list.and(condition, params![key])
}

/// What a digest of the rows behind a figure is made of, by number.
pub(super) fn digest_list(
    ctx: &Ctx,
    figure: &Figure,
    period: Period,
    part: Option<(Dimension, &str)>,
) -> Select {
    let list = behind(of_things!(figure.things, digested), ctx, figure, period, part);
    list.group("m.number, m.closed_on, m.recovered").order("m.number")
}

/// Rows that are read for a digest.
pub(crate) const MOST_ROWS: usize = 100_000;

/// Whether there are more rows behind a figure or a part of it than `most`; where `known` says how many there are, nothing is counted.
fn is_too_much(
    tx: &mut Tx,
    ctx: &Ctx,
    figure: &Figure,
    period: Period,
    part: Option<(Dimension, &str)>,
    (most, known): (usize, Option<usize>),
) -> Result<bool> {
    let found = match known {
        Some(known) => known,
        None => tx
            .select(&behind(of_things!(figure.things, one), ctx, figure, period, part).limit(most + 1))?
            .len(),
    };
    Ok(found > most)
}

/// The fingerprint of the rows behind a figure or a part of it. `None` when there are more than the first number of `most`; the second
/// is how many there are, where somebody knows.
///
/// # Errors
/// A fault of the database.
pub(crate) fn prints_by_walking(
    tx: &mut Tx,
    ctx: &Ctx,
    figure: &Figure,
    period: Period,
    part: Option<(Dimension, &str)>,
    most: (usize, Option<usize>),
) -> Result<Option<Fingerprint>> {
    if is_too_much(tx, ctx, figure, period, part, most)? {
        return Ok(None);
    }
    let list = behind(of_things!(figure.things, digested), ctx, figure, period, part)
        .group("m.number, m.closed_on, m.recovered");
    let mut all = Fingerprint::default();
    tx.for_each(&list, &list.values(), |row| {
        all = all.and(Fingerprint::of_matter(&row)?.times(row.get("times")?));
        Ok::<_, db::Error>(())
    })?;
    Ok(Some(all))
}

/// What a digest of the first edition was made of: a line for each row behind a figure, by number: number, how many, end, money. `None`
/// as in [`prints_by_walking`]: then nothing is sorted.
///
/// # Errors
/// A fault of the database.
pub(crate) fn digest_lines(
    tx: &mut Tx,
    ctx: &Ctx,
    figure: &Figure,
    period: Period,
    part: Option<(Dimension, &str)>,
    most: (usize, Option<usize>),
) -> Result<Option<Vec<String>>> {
    if is_too_much(tx, ctx, figure, period, part, most)? {
        return Ok(None);
    }
    let read = |row: &db::Row| {
        let recovered: Option<kernel::Money> = row.get("recovered")?;
        let (number, times): (String, i64) = (row.get("number")?, row.get("times")?);
        let closed = row.get::<Option<String>>("closed_on")?.unwrap_or_default();
        let recovered = recovered.map_or_else(String::new, kernel::Money::grouped);
        Ok::<_, db::Error>(format!("{number}\t{times}\t{closed}\t{recovered}\n"))
    };
    let rows = tx.select(&digest_list(ctx, figure, period, part))?;
    Ok(Some(rows.iter().map(read).collect::<Result<_, _>>()?))
}

/// A figure with a sum as a parameter, asked for another sum: the figure without it, and the condition on it.
pub(super) fn bounded(figure: &Figure) -> Option<(Figure, &'static str)> {
    let Measure::AtLeast { within, base, .. } = figure.measure else { return None };
    Some((Figure { condition: base, ..*figure }, within))
}

/// The value, the parts and the rows of a figure for a sum of its own, in 分: always by a walk. Nothing where the figure knows no
/// sum.
///
/// # Errors
/// A fault of the database.
pub fn at_least(
    tx: &mut Tx,
    ctx: &Ctx,
    figure: &Figure,
    period: Period,
    least: i64,
    by: Option<Dimension>,
) -> Result<Option<(Answer, Vec<Cut>)>> {
    let Some((of, within)) = bounded(figure) else { return Ok(None) };
    let read = |list: Select, key: bool, tx: &mut Tx| -> Result<Vec<Cut>> {
        let read = |row: &db::Row| {
            let key = if key { row.get::<Option<String>>("key")?.unwrap_or_default() } else { String::new() };
            Ok::<_, db::Error>(Cut { key, value: row.get("n")? })
        };
        Ok(tx.select(&list.and(within, params![least]))?.iter().map(read).collect::<Result<_, _>>()?)
    };
    let all = narrowed(of_things!(of.things, count), ctx, &of, of.condition, period);
    let part = read(all, false, tx)?.first().map_or(0, |all| all.value);
    let cuts = by.map(|by| read(cut_list(ctx, &of, period, by), true, tx)).transpose()?.unwrap_or_default();
    Ok(Some((Answer { part, whole: None }, cuts)))
}

/// The rows behind a figure, and where a sum in 分 is named behind [`at_least`], as [`rows`] tells them.
///
/// # Errors
/// A fault of the database.
pub fn rows_of(
    tx: &mut Tx,
    ctx: &Ctx,
    (figure, least): (&Figure, Option<i64>),
    period: Period,
    part: Option<(Dimension, &str)>,
    (after, limit): (&str, usize),
) -> Result<Vec<RowLine>> {
    let bound = least.and_then(|least| Some((bounded(figure)?, least)));
    let Some(((of, within), least)) = bound else { return rows(tx, ctx, figure, period, part, after, limit) };
    let list = row_list(ctx, &of, period, part, after).and(within, params![least]).limit(limit);
    lines(tx, &list)
}
