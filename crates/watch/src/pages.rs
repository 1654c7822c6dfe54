//! The watch desk: what rang, one alarm with what speaks for and against it, what was decided.

mod doubts;
mod list;
mod show;
mod silent;

use db::{Select, Tx, params};
use kernel::{Ctx, Permission};
use matters::ways::Way;
use web::{May, Result, Routes, Sample};

use crate::alarm::{self, State, WatchId};

/// The routes of this crate. Whoever may not watch does not learn that there is something.
pub fn routes() -> Routes {
    let (watch, decide) = (May::Know(Permission::Watch), May::Know(Permission::DecideAlarms));
    Routes::new()
        .get("/alarms", watch, list::show)
        .post("/alarms/budget", decide, list::budget)
        .post("/alarms/words", decide, list::add_word)
        .post("/alarms/words/{id}/end", decide, list::end_word)
        .get("/alarms/silent", watch, silent::show)
        .get("/alarms/{id}", watch, show::show)
        .post("/alarms/{id}/dismissal", decide, show::dismiss)
        .post("/alarms/{id}/taking", decide, show::take)
}

/// The way on from the work list, for whoever may decide.
///
/// # Errors
/// A fault of the database.
pub fn way(tx: &mut Tx, ctx: &Ctx) -> Result<Option<Way>> {
    if ctx.may(Permission::Watch).is_err() {
        return Ok(None);
    }
    let count = usize::try_from(alarm::count(tx, State::Open)?).unwrap_or(0);
    Ok(Some(Way { href: "/alarms", label: "预警", count, what: "条待处理" }))
}

/// The matters behind an alarm, within the actor's reach.
fn rows(ctx: &Ctx, alarm: WatchId) -> Select {
    let (condition, values) = matters::visible(ctx);
    Select::from(
        "SELECT m.number, m.kind, m.title, m.received_on, u.name AS unit, COALESCE(c.facts, '') AS facts, m.id, \
         COALESCE((SELECT MIN(COALESCE(p.phone_mark, p.name_mark)) FROM party p WHERE p.matter_id = m.id \
         AND p.role IN ('complainant', 'caller')), '') AS person FROM alarm_row r \
         JOIN matter m ON m.id = r.matter_id JOIN unit u ON u.id = m.unit_id LEFT JOIN contact c ON c.matter_id = m.id",
    )
    .and("r.alarm_id = ?", params![alarm])
    .and(condition, values)
    .order("m.received_on DESC, m.number DESC")
    .limit(show::ROWS)
}

pub(crate) fn widest(ctx: &Ctx) -> Vec<Select> {
    vec![rows(ctx, ctx.id())]
}

/// Every page on sample data.
pub fn samples() -> Vec<Sample> {
    list::samples().into_iter().chain(show::samples()).chain(silent::samples()).collect()
}
