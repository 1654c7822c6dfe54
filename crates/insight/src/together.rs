//! All figures at once: those that are put into a period by the same day are counted in one walk over the same rows, each by
//! its own condition. The board asks for every figure in three periods; one walk for each would read a million rows a
//! hundred times.

use std::sync::LazyLock;

use db::{Select, Tx, Value, params};
use jiff::{Timestamp, ToSpan as _, civil::Date};
use kernel::{Ctx, OFFICE_ZONE};
use web::Result;

use crate::{
    compute::{Answer, Period, joined},
    figure::{FIGURES, Figure, Measure, Things, When},
};

/// Figures that share a walk.
struct Walk {
    things: Things,
    day: When,
    head: &'static str,
    /// Place of the figure in [`FIGURES`], and whether the column is the denominator of its share.
    columns: Vec<(usize, bool)>,
}

/// What a condition adds to its column.
fn column(figure: &Figure, condition: &str) -> String {
    let adds = if figure.measure == Measure::Recovered { "COALESCE(m.recovered, 0)" } else { "1" };
    format!("CAST(COALESCE(SUM(CASE WHEN {condition} THEN {adds} ELSE 0 END), 0) AS BIGINT)")
}

static WALKS: LazyLock<Vec<Walk>> = LazyLock::new(|| {
    let mut walks: Vec<(Walk, Vec<String>)> = Vec::new();
    for (at, figure) in FIGURES.iter().enumerate() {
        let shared = |walk: &Walk| walk.things == figure.things && walk.day == figure.day;
        let place = walks.iter().position(|(walk, _)| shared(walk)).unwrap_or_else(|| {
            let walk = Walk { things: figure.things, day: figure.day, head: "", columns: Vec::new() };
            walks.push((walk, Vec::new()));
            walks.len() - 1
        });
        let (walk, columns) = &mut walks[place];
        walk.columns.push((at, false));
        columns.push(column(figure, figure.condition));
        if let Measure::Share { whole, .. } = figure.measure {
            walk.columns.push((at, true));
            columns.push(column(figure, whole));
        }
    }
    let written = |(walk, columns): (Walk, Vec<String>)| {
        let (When::Day(day) | When::Instant(day)) = walk.day;
        let told = columns.join(", ");
        // A unit and a procedure that nobody asks about are not looked up, row by row.
        let names = |alias: &str| told.contains(alias) || day.contains(alias);
        let unit = if names("u.") { " JOIN unit u ON u.id = m.unit_id" } else { "" };
        let complaint = if names("k.") { " LEFT JOIN complaint k ON k.matter_id = m.id" } else { "" };
        let text = format!("SELECT {told} FROM matter m{unit}{complaint}{}", joined(walk.things));
        // Once for the life of the program.
        Walk { head: Box::leak(text.into_boxed_str()), ..walk }
    };
    walks.into_iter().map(written).collect()
});

/// The first instant of an office day.
fn begin(day: Date) -> Timestamp {
    OFFICE_ZONE.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// What `day` puts into the period, of everything within reach that counts.
pub(crate) fn of_period(head: &'static str, ctx: &Ctx, day: When, period: Period) -> Select {
    let (reach, values) = matters::visible(ctx);
    // A registration that was taken back (登记作废) was never a matter.
    let counted = Select::from(head).and(reach, values).and("m.state <> 'void'", []);
    match day {
        When::Day(day) => counted.and(day, params![period.from, period.to]),
        When::Instant(at) => {
            counted.and(at, params![begin(period.from), begin(period.to.saturating_add(1.day()))])
        }
    }
}

fn list(walk: &Walk, ctx: &Ctx, period: Period) -> Select {
    of_period(walk.head, ctx, walk.day, period)
}

/// The values of all [`FIGURES`] in their order, within the actor's reach: what [`crate::value`] says of each.
///
/// # Errors
/// A fault of the database.
pub fn values(tx: &mut Tx, ctx: &Ctx, period: Period) -> Result<Vec<Answer>> {
    let mut answers = vec![Answer { part: 0, whole: None }; FIGURES.len()];
    for walk in WALKS.iter() {
        let rows = tx.select(&list(walk, ctx, period))?;
        let counted = rows.first().map(db::Row::values).unwrap_or_default();
        for ((figure, is_whole), value) in walk.columns.iter().zip(counted) {
            let Value::Int(number) = value else { continue };
            if *is_whole {
                answers[*figure].whole = Some(*number);
            } else {
                answers[*figure].part = *number;
            }
        }
    }
    Ok(answers)
}

/// Every walk, for the test that prepares them on both engines.
pub(crate) fn widest(ctx: &Ctx, period: Period) -> Vec<Select> {
    WALKS.iter().map(|walk| list(walk, ctx, period)).collect()
}
