//! Efficiency of units (考核, R25): rates by unit and month, each with what stands under it; red and black lists by limits that
//! the office sets. `scripts/recount-kpi` counts the same from the export of `kpi_base` alone.

mod base;
mod limits;

use std::{collections::BTreeMap, sync::LazyLock};

use db::{Select, Tx};
use jiff::{ToSpan as _, civil::Date};
use kernel::Ctx;
use web::{Problem, Result};

use crate::{
    compute::{Answer, ByUnit, Period, joined},
    figure::{FIGURES, Figure, Measure, find},
    kept::Reading,
    together::of_period,
};

pub(crate) use base::{base, widest};
pub use limits::{Limit, Verdict, limits, set_limit};

/// The national efficiency rates.
pub const KPIS: [&str; 6] = [
    "first_check_on_time",
    "on_time",
    "settled_of_closed",
    "settled_of_mediated",
    "report_on_time",
    "published_rate",
];
/// Months that are shown at once.
const MONTHS: usize = 24;

/// The statements of limits.
pub(crate) fn statements() -> Vec<db::Sql> {
    [limits::STATEMENTS, base::STATEMENTS].concat()
}

/// The words of what happens to limits, for the journal.
pub fn verbs() -> Vec<(&'static str, &'static str)> {
    vec![("kpi_limit", "设定考核界线")]
}

/// A rate of one unit in one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Which.
    pub figure: &'static str,
    /// The unit; empty for all within reach.
    pub unit: String,
    /// `2026-09`; empty for the whole period.
    pub month: String,
    /// Numerator and denominator.
    pub answer: Answer,
}

/// The days of a period that are over: what falls due today may still be done today.
#[must_use]
pub fn over(period: Period, today: Date) -> Period {
    Period { to: period.to.min(today.yesterday().unwrap_or(today)), ..period }
}

/// The months of a period, the first and the last perhaps in part; the newest when there are too many.
fn months(period: Period) -> Vec<(String, Period)> {
    let (mut all, mut first) = (Vec::new(), period.from);
    while first <= period.to {
        let last = first.last_of_month();
        let name = format!("{:04}-{:02}", first.year(), first.month());
        all.push((name, Period { from: first, to: last.min(period.to) }));
        first = last.saturating_add(1.day());
    }
    all.split_off(all.len().saturating_sub(MONTHS))
}

/// Every rate of [`KPIS`] by unit and month, and over the whole period; units without a base are left out. The period ends
/// yesterday at the latest ([`over`]).
///
/// # Errors
/// A fault of the database.
pub fn rates(tx: &mut Tx, ctx: &Ctx, period: Period) -> Result<Vec<Rate>> {
    let reading = Reading::open(tx, ctx)?;
    let months = months(over(period, ctx.today()));
    let figure = |id| find(id).ok_or_else(|| Problem::Fault(format!("no figure {id}")));
    let figures = KPIS.into_iter().map(figure).collect::<Result<Vec<_>>>()?;
    let mut sums = vec![BTreeMap::<(String, String), Answer>::new(); figures.len()];
    for (month, days) in &months {
        for (sums, units) in sums.iter_mut().zip(reading.rates(tx, &figures, *days)?) {
            units.into_iter().for_each(|(unit, answer)| add(sums, &unit, month, answer));
        }
    }
    let told = |(figure, sums): (&&Figure, BTreeMap<_, Answer>)| {
        let figure = figure.id;
        sums.into_iter().map(move |((unit, month), answer)| Rate { figure, unit, month, answer })
    };
    Ok(figures.iter().zip(sums).flat_map(told).collect())
}

/// Adds a unit's month to the month itself, the whole period, and both for all units.
fn add(sums: &mut BTreeMap<(String, String), Answer>, unit: &str, month: &str, answer: Answer) {
    for of in [unit, ""] {
        for at in [month, ""] {
            let sum =
                sums.entry((of.to_owned(), at.to_owned())).or_insert(Answer { part: 0, whole: Some(0) });
            sum.part += answer.part;
            sum.whole = sum.whole.zip(answer.whole).map(|(sum, more)| sum + more);
        }
    }
}

/// Heads of the walks that count numerator and denominator by unit, in the order of [`FIGURES`]; empty where nothing is shared.
static HEADS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let head = |figure: &Figure| {
        let Measure::Share { whole, .. } = figure.measure else { return "" };
        let count = |condition: &str| {
            format!("CAST(COALESCE(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END), 0) AS BIGINT)")
        };
        let (part, all) = (count(figure.condition), count(whole));
        let text = format!(
            "SELECT u.name AS unit, {part} AS part, {all} AS whole FROM matter m JOIN unit u ON u.id = m.unit_id \
             LEFT JOIN complaint k ON k.matter_id = m.id{}",
            joined(figure.things)
        );
        // Once for the life of the program.
        &*Box::leak(text.into_boxed_str())
    };
    FIGURES.iter().map(head).collect()
});

fn rate_list(ctx: &Ctx, figure: &Figure, period: Period) -> Option<Select> {
    let at = FIGURES.iter().position(|one| one.id == figure.id)?;
    let head = HEADS.get(at).copied().filter(|head| !head.is_empty())?;
    Some(of_period(head, ctx, figure.day, period).group("u.name").order("unit"))
}

/// A rate by unit, by a walk over its rows.
///
/// # Errors
/// A fault of the database.
pub(crate) fn rates_by_walking(tx: &mut Tx, ctx: &Ctx, figure: &Figure, period: Period) -> Result<ByUnit> {
    let Some(list) = rate_list(ctx, figure, period) else { return Ok(Vec::new()) };
    let read = |row: &db::Row| {
        let answer = Answer { part: row.get("part")?, whole: Some(row.get("whole")?) };
        Ok::<_, db::Error>((row.get("unit")?, answer))
    };
    let rates: ByUnit = tx.select(&list)?.iter().map(read).collect::<Result<_, _>>()?;
    Ok(rates.into_iter().filter(|(_, answer)| answer.whole != Some(0)).collect())
}

/// Every walk of rates, for the test that prepares them on both engines.
pub(crate) fn walks(ctx: &Ctx, period: Period) -> Vec<Select> {
    FIGURES.iter().filter_map(|figure| rate_list(ctx, figure, period)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_whole_but_for_the_edges() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let period = Period { from: day("2026-01-15"), to: day("2026-12-31") };
        let months = months(over(period, day("2026-03-10")));
        let told: Vec<_> =
            months.iter().map(|(name, days)| format!("{name} {} {}", days.from, days.to)).collect();
        assert_eq!(
            told,
            [
                "2026-01 2026-01-15 2026-01-31",
                "2026-02 2026-02-01 2026-02-28",
                "2026-03 2026-03-01 2026-03-09"
            ]
        );
        assert!(super::months(over(period, day("2026-01-15"))).is_empty(), "nothing is over yet");
    }

    #[test]
    fn what_is_asked_nationally_is_a_rate() {
        for id in KPIS {
            assert!(matches!(find(id).unwrap().measure, Measure::Share { .. }), "{id}");
        }
    }
}
