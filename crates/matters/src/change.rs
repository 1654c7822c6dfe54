//! What a command changes in a matter's own row, written once at its end: the row stands in ten indexes, and a command that
//! moves a matter, stops one clock and starts another would write it three times.

use std::collections::BTreeMap;

use db::{Last, Tx, params};
use jiff::{Timestamp, civil::Date};
use kernel::{MatterId, Money};
use web::Result;

use crate::{Matter, Phase, clocks};

db::sql! {
    STEP = "UPDATE matter SET state = $3, phase = $4, outcome = COALESCE($5, outcome), closed_at = $6, closed_on = $7, \
            recovered = CASE WHEN $8 THEN $9 ELSE recovered END, next_alarm = $10, next_clock = $11, on_time = $12, \
            version = version + $13 WHERE id = $1 AND version = $2";
    RECOVERED = "UPDATE matter SET recovered = $2 WHERE id = $1";
    ALARM = "UPDATE matter SET next_alarm = $2, next_clock = $3, on_time = $4 WHERE id = $1 \
             AND (next_alarm IS DISTINCT FROM $2 OR next_clock IS DISTINCT FROM $3 OR on_time IS DISTINCT FROM $4)";
}

/// The columns that wait here. A statement that names the table and none of them sees nothing of it.
const COLUMNS: &[&str] =
    &["state", "phase", "outcome", "closed_", "recovered", "next_", "on_time", "version", "UPDATE", "DELETE"];

/// The changes of a command, matter by matter.
#[derive(Default)]
pub(crate) struct Changes(BTreeMap<MatterId, Change>);

/// What changes in one matter.
struct Change {
    /// As it was when the change was said: what its clocks are computed from.
    of: Matter,
    step: Option<Stepped>,
    recovered: Option<Option<Money>>,
    /// Whether its clocks changed; after a step they are looked at anyway.
    alarm: bool,
}

/// Where a matter was moved to.
struct Stepped {
    /// The version it had before the first of the steps.
    from: i64,
    /// How many steps.
    by: i64,
    state: String,
    phase: Phase,
    outcome: Option<String>,
    closed: Option<(Timestamp, Date)>,
}

fn of<'a>(tx: &'a mut Tx, matter: &Matter) -> Result<&'a mut Change> {
    let new = || Change { of: matter.clone(), step: None, recovered: None, alarm: false };
    Ok(tx.last::<Changes>()?.0.entry(matter.id).or_insert_with(new))
}

/// The matter's alarm follows from its clocks anew.
pub(crate) fn alarm(tx: &mut Tx, matter: &Matter) -> Result<()> {
    let change = of(tx, matter)?;
    change.alarm = true;
    change.of = matter.clone();
    Ok(())
}

/// The consumer got back so much.
pub(crate) fn recovered(tx: &mut Tx, matter: &Matter, sum: Option<Money>) -> Result<()> {
    of(tx, matter)?.recovered = Some(sum);
    Ok(())
}

/// The matter, of the version before, is where it says it is; its alarm follows.
pub(crate) fn step(tx: &mut Tx, matter: &Matter, from: i64, closed: Option<(Timestamp, Date)>) -> Result<()> {
    let change = of(tx, matter)?;
    let before = change.step.take();
    change.step = Some(Stepped {
        from: before.as_ref().map_or(from, |before| before.from),
        by: before.map_or(1, |before| before.by + 1),
        state: matter.state.clone(),
        phase: matter.phase,
        outcome: matter.outcome.clone(),
        closed,
    });
    change.of = matter.clone();
    Ok(())
}

impl Last for Changes {
    fn concerns(&self, text: &str) -> bool {
        !self.0.is_empty()
            && db::names_table(text, "matter")
            && COLUMNS.iter().any(|column| text.contains(column))
    }

    /// In the order of the ids, so that two commands never wait for each other.
    fn write(self: Box<Self>, tx: &mut Tx) -> Result<(), db::Error> {
        self.0.into_iter().try_for_each(|(id, change)| write(tx, id, change))
    }
}

fn write(tx: &mut Tx, id: MatterId, change: Change) -> Result<(), db::Error> {
    let Change { of, step, recovered, alarm } = change;
    let Some(step) = step else {
        if let Some(sum) = recovered {
            tx.put(&RECOVERED, &params![id, sum])?;
        }
        if alarm {
            let (next, on_time) = clocks::derive(tx, &of)?;
            let (alarm, key) = next.unzip();
            tx.put(&ALARM, &params![id, alarm, key, on_time])?;
        }
        return Ok(());
    };
    let (next, on_time) = clocks::derive(tx, &of)?;
    let ((alarm, key), (closed_at, closed_on)) = (next.unzip(), step.closed.unzip());
    tx.put_one(
        &STEP,
        &params![
            id,
            step.from,
            step.state,
            step.phase.code(),
            step.outcome,
            closed_at,
            closed_on,
            recovered.is_some(),
            recovered.flatten(),
            alarm,
            key,
            on_time,
            step.by
        ],
    )
}
