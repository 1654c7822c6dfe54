//! Ways on from the work list: what waits for the actor elsewhere, told by the capabilities, registered by the server.

use std::sync::OnceLock;

use db::Tx;
use kernel::{Ctx, Permission};
use web::Result;

use crate::{dispute, leave};

/// A page where something may wait for the actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// Where it is.
    pub href: &'static str,
    /// Its word.
    pub label: &'static str,
    /// How many things wait there; 0 where nothing does.
    pub count: usize,
    /// What the number counts, said after it: `项待处理`.
    pub what: &'static str,
}

/// Tells of one way on, or of none where the actor may not go there.
pub type WayOn = fn(&mut Tx, &Ctx) -> Result<Option<Way>>;

static WAYS: OnceLock<Vec<WayOn>> = OnceLock::new();

/// Registers the capabilities' ways on, once, when the program starts.
pub fn lead_on(ways: Vec<WayOn>) {
    // A second call keeps the first: tests open several offices in one process.
    WAYS.get_or_init(|| ways);
}

/// Tells who is on duty now for the actor, in a line.
pub type OnDuty = fn(&mut Tx, &Ctx) -> Result<Option<String>>;

static ON_DUTY: OnceLock<OnDuty> = OnceLock::new();

/// Registers who knows the roster, once, when the program starts.
pub fn name_duty(on_duty: OnDuty) {
    // A second call keeps the first: tests open several offices in one process.
    ON_DUTY.get_or_init(|| on_duty);
}

/// Who is on duty now (值班, R06), for the desk and the work list; `None` where no shift runs.
///
/// # Errors
/// A fault of the database.
pub fn on_duty(tx: &mut Tx, ctx: &Ctx) -> Result<Option<String>> {
    ON_DUTY.get().map_or(Ok(None), |on_duty| on_duty(tx, ctx))
}

/// Every way on of the actor: first those where something waits, then the others, each in the order registered.
pub(crate) fn of(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Way>> {
    let own: [WayOn; 2] = [hand_over, disputes];
    let mut found = Vec::new();
    for way in WAYS.get().map_or(&[][..], Vec::as_slice).iter().chain(&own) {
        found.extend(way(tx, ctx)?);
    }
    found.sort_by_key(|way| way.count == 0);
    Ok(found)
}

fn hand_over(tx: &mut Tx, ctx: &Ctx) -> Result<Option<Way>> {
    if ctx.may(Permission::Dispatch).is_err() {
        return Ok(None);
    }
    let count = leave::absent(tx, ctx)?.iter().filter(|one| one.open > 0 || one.handed > 0).count();
    Ok(Some(Way { href: "/leave", label: "休假交接", count, what: "人待交接" }))
}

fn disputes(tx: &mut Tx, ctx: &Ctx) -> Result<Option<Way>> {
    if ctx.may(Permission::Approve).is_err() {
        return Ok(None);
    }
    let count = dispute::all(tx, ctx)?.iter().filter(|one| one.is_open()).count();
    Ok(Some(Way { href: "/disputes", label: "管辖争议", count, what: "件未了结" }))
}
