//! Figures computed: the number, its parts and its rows from one condition.

use db::{Select, Tx, params};
use jiff::{ToSpan, civil::Date};
use kernel::Ctx;
use web::Result;

use crate::{
    figure::{Dimension, FIGURES, Figure, Measure, Things},
    together::of_period,
};

/// Both days included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// A figure's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Count, 分, or the numerator of a share.
    pub part: i64,
    /// The denominator of a share.
    pub whole: Option<i64>,
}

/// A rate by unit, in the order of the units' names.
pub(crate) type ByUnit = Vec<(String, Answer)>;

/// A part of a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The stored word of the dimension; empty where it is not recorded.
    pub key: String,
    /// The value.
    pub value: i64,
}

/// Calls `$then!` with the join of the things as `q`, and with what they differ by.
macro_rules! of_things {
    ($things:expr, $then:ident $(, $more:expr)?) => {
        match $things {
            // Matters differ by nothing: always empty, and no constant, which PostgreSQL does not group by.
            Things::Matters => $then!("", "substr(m.kind, 1, 0)" $(, $more)?),
            Things::Ratings => $then!(" JOIN portal_rating q ON q.matter_id = m.id", "CAST(q.score AS TEXT)" $(, $more)?),
            Things::Disputes => $then!(" JOIN jurisdiction_dispute q ON q.matter_id = m.id", "q.state" $(, $more)?),
            Things::Returns => $then!(" JOIN matter_return q ON q.matter_id = m.id", "q.reason" $(, $more)?),
            Things::Escalations => $then!(" JOIN clock h ON h.matter_id = m.id JOIN clock_level q ON q.clock_id = h.id", "q.level" $(, $more)?),
            Things::Notices => $then!(" JOIN notice q ON q.matter_id = m.id", "q.channel" $(, $more)?),
            Things::Papers => $then!(" JOIN paper q ON q.matter_id = m.id", "q.title" $(, $more)?),
            Things::Links => $then!(" JOIN matter_link q ON q.from_id = m.id", "q.kind" $(, $more)?),
            Things::Clocks => $then!(" JOIN clock q ON q.matter_id = m.id", "q.result" $(, $more)?),
            Things::Merges => $then!(" JOIN matter_merge q ON q.merged_id = m.id", "q.why" $(, $more)?),
        }
    };
}

// What is counted stands before the outer join: SQLite never takes first what follows one, not even where an index knows the days
// that are asked for.
macro_rules! tables {
    ($head:expr, $join:literal) => {
        concat!(
            $head,
            " FROM matter m JOIN unit u ON u.id = m.unit_id",
            $join,
            " LEFT JOIN complaint k ON k.matter_id = m.id"
        )
    };
}

macro_rules! count {
    ($join:literal, $detail:literal) => {
        tables!("SELECT COUNT(*) AS n", $join)
    };
}

macro_rules! join {
    ($join:literal, $detail:literal) => {
        $join
    };
}

macro_rules! row {
    ($join:literal, $detail:literal) => {
        tables!(
            "SELECT m.number, m.title, m.kind, u.name AS unit, m.received_on, m.closed_on, m.recovered, COUNT(*) AS times",
            $join
        )
    };
}

macro_rules! one {
    ($join:literal, $detail:literal) => {
        tables!("SELECT 1 AS one", $join)
    };
}

macro_rules! digested {
    ($join:literal, $detail:literal) => {
        tables!("SELECT m.number, m.closed_on, m.recovered, COUNT(*) AS times", $join)
    };
}

macro_rules! is_detail {
    ($join:literal, $detail:literal) => {
        concat!("COALESCE(", $detail, ", '') = ?")
    };
}

macro_rules! keys {
    ($dimension:expr, $join:literal, $($variant:ident => $key:literal,)*) => {
        match $dimension {
            $(Dimension::$variant => [
                tables!(concat!("SELECT ", $key, " AS key, COUNT(*) AS n"), $join),
                tables!(concat!("SELECT ", $key, " AS key, CAST(COALESCE(SUM(m.recovered), 0) AS BIGINT) AS n"), $join),
                $key,
            ],)*
        }
    };
}

macro_rules! heads {
    ($join:literal, $detail:literal, $dimension:expr) => {
        keys! { $dimension, $join,
            Kind => "m.kind",
            Channel => "m.channel",
            Unit => "u.name",
            Goods => "substr(m.goods, 1, 3)",
            Problem => "substr(m.problem, 1, 3)",
            Outcome => "m.outcome",
            Month => "substr(m.received_on, 1, 7)",
            // Eight hours east; whole numbers on both engines.
            Hour => "CAST((m.received_at / 3600000 + 8) % 24 AS TEXT)",
            Phase => "m.phase",
            Due => "m.next_alarm",
            Detail => $detail,
        }
    };
}

mod behind;

pub use behind::{Filter, RowLine, at_least, rows, rows_of};
pub(crate) use behind::{MOST_ROWS, candidates, digest_lines, lines as rows_in, prints_by_walking, row_list};
use behind::{bounded, digest_list};

/// [count head, sum head, key] of a dimension.
fn heads(things: Things, dimension: Dimension) -> [&'static str; 3] {
    of_things!(things, heads, dimension)
}

/// What a dimension cuts by.
pub(crate) fn key_of(things: Things, dimension: Dimension) -> &'static str {
    heads(things, dimension)[2]
}

fn narrowed(
    head: &'static str,
    ctx: &Ctx,
    figure: &Figure,
    condition: &'static str,
    period: Period,
) -> Select {
    of_period(head, ctx, figure.day, period).and(condition, [])
}

/// How the things of a figure are joined to `m`.
pub(crate) fn joined(things: Things) -> &'static str {
    of_things!(things, join)
}

/// The value of a figure within the actor's reach, by a walk over its rows.
///
/// # Errors
/// A fault of the database.
pub(crate) fn value_by_walking(tx: &mut Tx, ctx: &Ctx, figure: &Figure, period: Period) -> Result<Answer> {
    const SUM: &str = "SELECT CAST(COALESCE(SUM(m.recovered), 0) AS BIGINT) AS n FROM matter m JOIN unit u ON u.id = m.unit_id LEFT JOIN complaint k ON k.matter_id = m.id";
    let count = of_things!(figure.things, count);
    let mut one = |head: &'static str, condition: &'static str| -> Result<i64> {
        let rows = tx.select(&narrowed(head, ctx, figure, condition, period))?;
        Ok(rows.first().map(|row| row.get("n")).transpose()?.unwrap_or(0))
    };
    Ok(match figure.measure {
        Measure::Count | Measure::AtLeast { .. } => {
            Answer { part: one(count, figure.condition)?, whole: None }
        }
        Measure::Recovered => Answer { part: one(SUM, figure.condition)?, whole: None },
        Measure::Share { whole, .. } => {
            Answer { part: one(count, figure.condition)?, whole: Some(one(count, whole)?) }
        }
    })
}

/// A figure cut by a dimension, largest part first; months in order. By a walk over its rows.
///
/// # Errors
/// A fault of the database.
pub(crate) fn by_walking(
    tx: &mut Tx,
    ctx: &Ctx,
    figure: &Figure,
    period: Period,
    dimension: Dimension,
) -> Result<Vec<Cut>> {
    let rows = tx.select(&cut_list(ctx, figure, period, dimension))?;
    let read = |row: &db::Row| {
        Ok::<_, db::Error>(Cut {
            key: row.get::<Option<String>>("key")?.unwrap_or_default(),
            value: row.get("n")?,
        })
    };
    let mut cuts = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    // Engines place what has no key at different ends.
    in_its_order(&mut cuts, dimension);
    Ok(cuts)
}

/// Largest part first, equal ones by their keys; months and days in their order.
pub(crate) fn in_its_order(cuts: &mut [Cut], dimension: Dimension) {
    if is_in_order(dimension) {
        cuts.sort_by(|a, b| a.key.cmp(&b.key));
    } else {
        cuts.sort_by(|a, b| b.value.cmp(&a.value).then_with(|| a.key.cmp(&b.key)));
    }
}

const fn is_in_order(dimension: Dimension) -> bool {
    matches!(dimension, Dimension::Month | Dimension::Due)
}

fn cut_list(ctx: &Ctx, figure: &Figure, period: Period, dimension: Dimension) -> Select {
    let [count, sum, key] = heads(figure.things, dimension);
    let head = if figure.measure == Measure::Recovered { sum } else { count };
    let list = narrowed(head, ctx, figure, figure.condition, period).group(key);
    list.order(if is_in_order(dimension) { "key" } else { "n DESC, key" })
}

impl Period {
    /// The same days a year before (同比).
    pub fn year_before(self) -> Self {
        Self { from: self.from.saturating_sub(1.year()), to: self.to.saturating_sub(1.year()) }
    }

    /// The period of the same kind right before (环比): whole months when it is whole months, else as many days.
    pub fn before(self) -> Self {
        let months = i32::from(self.to.year() - self.from.year()) * 12
            + i32::from(self.to.month() - self.from.month())
            + 1;
        if self.from.day() == 1 && self.to == self.to.last_of_month() {
            let from = self.from.saturating_sub(months.months());
            return Self { from, to: self.from.yesterday().unwrap_or(from) };
        }
        let days = (self.to - self.from).get_days() + 1;
        Self { from: self.from.saturating_sub(days.days()), to: self.from.yesterday().unwrap_or(self.from) }
    }
}

/// Each list of this crate, for the test that prepares statements.
pub fn widest(ctx: &Ctx) -> Vec<Select> {
    let period = Period { from: Date::constant(2026, 1, 1), to: Date::constant(2026, 12, 31) };
    let mut lists = [
        crate::together::widest(ctx, period),
        crate::kept::widest(ctx),
        crate::kept::recounted(ctx, period),
        crate::kpi::walks(ctx, period),
        crate::kpi::widest(ctx),
        crate::book::gather::widest(ctx, period),
    ]
    .concat();
    for figure in FIGURES {
        lists.push(digest_list(ctx, figure, period, None));
        for dimension in Dimension::ALL {
            lists.push(cut_list(ctx, figure, period, *dimension));
            lists.push(row_list(ctx, figure, period, Some((*dimension, "x")), "x").limit(1));
        }
        lists.push(candidates(ctx, ctx, (figure, period), &Filter::widest(ctx)).limit(1));
        if let Some((of, within)) = bounded(figure) {
            lists.push(row_list(ctx, &of, period, None, "x").and(within, params![1]).limit(1));
        }
    }
    lists
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, to: &str) -> Period {
        Period { from: from.parse().unwrap(), to: to.parse().unwrap() }
    }

    #[test]
    fn periods_before() {
        assert_eq!(period("2026-02-01", "2026-02-28").before(), period("2026-01-01", "2026-01-31"));
        assert_eq!(period("2026-01-01", "2026-03-31").before(), period("2025-10-01", "2025-12-31"));
        assert_eq!(period("2026-03-05", "2026-03-14").before(), period("2026-02-23", "2026-03-04"));
        assert_eq!(period("2026-01-01", "2026-12-31").year_before(), period("2025-01-01", "2025-12-31"));
    }
}
