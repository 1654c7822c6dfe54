//! What is derived from the clocks of a matter and stored for lists: due and alarm of each, and the matter's earliest alarm.

use db::{Tx, params};
use jiff::civil::Date;
use web::Result;

use super::{DISPUTE, computed, rows};
use crate::{Matter, change};

db::sql! {
    DERIVED = "UPDATE clock SET due = $2, alarm = $3 WHERE id = $1";
}

/// What a matter's own row says of its clocks: the earliest alarm with the key of its clock, and whether all were kept.
type Pressing = (Option<(Date, String)>, Option<&'static str>);

/// Says that what is derived is to be written anew at the end of the command.
///
/// # Errors
/// A fault of the database; a refusal where the law in use cannot say when a clock ends.
pub fn refresh(tx: &mut Tx, matter: &Matter) -> Result<()> {
    super::of(tx, matter, matter.received_on)?;
    change::alarm(tx, matter)
}

/// Rewrites due and alarm of each clock; what the matter's row is to say.
pub(crate) fn derive(tx: &mut Tx, matter: &Matter) -> Result<Pressing, db::Error> {
    let rows = rows(tx, matter)?;
    let clocks = computed(matter, &rows, matter.received_on);
    let clocks = clocks.map_err(|problem| db::Error::Other(problem.to_string()))?;
    let mut results = Vec::new();
    let mut next: Option<(Date, &str)> = None;
    for clock in &clocks {
        let derived = (clock.explanation.due, clock.alarm());
        if clock.stored != derived {
            tx.put(&DERIVED, &params![clock.id, derived.0, derived.1])?;
        }
        // Who has power over it is no matter of being on time towards the citizen.
        results.extend(clock.result.as_deref().filter(|_| clock.key != DISPUTE));
        // A paused clock does not press.
        if clock.runs() && !clock.paused && next.is_none_or(|(alarm, _)| clock.alarm() < alarm) {
            next = Some((clock.alarm(), &clock.key));
        }
    }
    let on_time =
        if results.contains(&"late") { Some("no") } else { results.contains(&"kept").then_some("yes") };
    Ok((next.map(|(alarm, key)| (alarm, key.to_owned())), on_time))
}
