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
    figure::{FIGURES, Measure, Things, When},
};

/// Figures that share a walk.
pub(crate) struct Walk {
    pub(crate) things: Things,
    pub(crate) day: When,
    head: &'static str,
    pub(crate) columns: Vec<Column>,
}

/// What a walk counts beside others.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    /// Place of the figure in [`FIGURES`].
    pub(crate) figure: usize,
    /// Whether it is the denominator of the figure's share.
    pub(crate) is_whole: bool,
    /// What is counted in it.
    pub(crate) condition: &'static str,
}

impl Column {
    /// Whether it sums what the consumers got back, and does not count.
    pub(crate) fn is_money(self) -> bool {
        FIGURES[self.figure].measure == Measure::Recovered
    }

    fn text(self) -> String {
        let adds = if self.is_money() { MONEY } else { "1" };
        format!("CAST(COALESCE(SUM(CASE WHEN {} THEN {adds} ELSE 0 END), 0) AS BIGINT)", self.condition)
    }
}

/// What a matter adds to a sum of money.
pub(crate) const MONEY: &str = "COALESCE(m.recovered, 0)";

/// Every walk, in the order of its first figure.
pub(crate) static WALKS: LazyLock<Vec<Walk>> = LazyLock::new(|| {
    let mut walks: Vec<Walk> = Vec::new();
    for (at, figure) in FIGURES.iter().enumerate() {
        let shared = |walk: &Walk| walk.things == figure.things && walk.day == figure.day;
        let place = walks.iter().position(shared).unwrap_or_else(|| {
            walks.push(Walk { things: figure.things, day: figure.day, head: "", columns: Vec::new() });
            walks.len() - 1
        });
        let columns = &mut walks[place].columns;
        columns.push(Column { figure: at, is_whole: false, condition: figure.condition });
        if let Measure::Share { whole, .. } = figure.measure {
            columns.push(Column { figure: at, is_whole: true, condition: whole });
        }
    }
    let written = |walk: Walk| {
        let told = walk.columns.iter().map(|column| column.text()).collect::<Vec<_>>().join(", ");
        let text = format!("SELECT {told} FROM matter m{}", walk.joins(&told));
        // Once for the life of the program.
        Walk { head: Box::leak(text.into_boxed_str()), ..walk }
    };
    walks.into_iter().map(written).collect()
});

impl Walk {
    /// What is joined to `m` for `told`. A unit and a procedure that nobody asks about are not looked up, row by row.
    pub(crate) fn joins(&self, told: &str) -> String {
        let names = |alias: &str| told.contains(alias) || self.day.within().contains(alias);
        let unit = if names("u.") { " JOIN unit u ON u.id = m.unit_id" } else { "" };
        let complaint = if names("k.") { " LEFT JOIN complaint k ON k.matter_id = m.id" } else { "" };
        [unit, complaint, joined(self.things)].concat()
    }
}

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
        When::Day { within, .. } => counted.and(within, params![period.from, period.to]),
        When::Instant { within, .. } => {
            counted.and(within, params![begin(period.from), begin(period.to.saturating_add(1.day()))])
        }
    }
}

fn list(walk: &Walk, ctx: &Ctx, period: Period) -> Select {
    of_period(walk.head, ctx, walk.day, period)
}

/// The values of all [`FIGURES`] in their order, within the actor's reach, by a walk over their rows: what kept counts are
/// held against.
///
/// # Errors
/// A fault of the database.
pub(crate) fn walked(tx: &mut Tx, ctx: &Ctx, period: Period) -> Result<Vec<Answer>> {
    let mut answers = vec![Answer { part: 0, whole: None }; FIGURES.len()];
    for walk in WALKS.iter() {
        let rows = tx.select(&list(walk, ctx, period))?;
        let counted = rows.first().map(db::Row::values).unwrap_or_default();
        for (column, value) in walk.columns.iter().zip(counted) {
            let Value::Int(number) = value else { continue };
            let answer = &mut answers[column.figure];
            if column.is_whole {
                answer.whole = Some(*number);
            } else {
                answer.part = *number;
            }
        }
    }
    Ok(answers)
}

/// Every walk, for the test that prepares them on both engines.
pub(crate) fn widest(ctx: &Ctx, period: Period) -> Vec<Select> {
    WALKS.iter().map(|walk| list(walk, ctx, period)).collect()
}
