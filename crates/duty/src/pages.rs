//! Pages: the roster of a month, one day of it, its print, the proposal, the shifts.

mod day;
mod month;
mod print;
mod proposal;
mod shifts;

use db::Tx;
use kernel::{Ctx, Permission};
use matters::ways::Way;
use people::Unit;
use serde::Deserialize;
use web::{May, Options, Problem, Result, Routes, Sample};

use crate::{place, roster};

/// The routes of this crate.
pub fn routes() -> Routes {
    let (view, keep) = (May::Can(Permission::ViewMatters), May::Can(Permission::KeepRoster));
    Routes::new()
        .get("/duty", view, month::show)
        .get("/duty/print", view, print::show)
        .get("/duty/days/{key}", keep, day::show)
        .post("/duty/turns", keep, day::set)
        .post("/duty/turns/{id}/removal", keep, day::remove)
        .get("/duty/proposal", keep, proposal::show)
        .post("/duty/proposal", keep, proposal::take)
        .get("/duty/shifts", keep, shifts::show)
        .post("/duty/shifts", keep, shifts::define)
        .post("/duty/shifts/{id}/end", keep, shifts::end)
}

/// The way on from the work list: gaps for whoever keeps the roster.
///
/// # Errors
/// A fault of the database.
pub fn way(tx: &mut Tx, ctx: &Ctx) -> Result<Option<Way>> {
    if ctx.may(Permission::ViewMatters).is_err() {
        return Ok(None);
    }
    if ctx.may(Permission::KeepRoster).is_err() {
        return Ok(Some(Way { href: "/duty", label: "值班", count: 0, what: "" }));
    }
    let count = roster::gaps(tx, &place::path(ctx), ctx.today())?.len();
    Ok(Some(Way { href: "/duty", label: "值班", count, what: "个班次缺人" }))
}

/// Which roster is asked for.
#[derive(Clone, Default, Deserialize)]
struct Asked {
    /// The unit's code.
    #[serde(default)]
    unit: String,
    /// `2026-10`.
    #[serde(default)]
    month: String,
}

impl Asked {
    /// The first and the last day of the month, this one where none is asked for.
    fn days(&self, ctx: &Ctx) -> (jiff::civil::Date, jiff::civil::Date) {
        let first = format!("{}-01", self.month).parse().unwrap_or(ctx.today().first_of_month());
        (first, first.last_of_month())
    }
}

/// The month before and after, as the query says them.
fn months(first: jiff::civil::Date) -> (String, String) {
    let word = |day: jiff::civil::Date| day.strftime("%Y-%m").to_string();
    let before = first.yesterday().map_or_else(|_| word(first), word);
    let after = first.last_of_month().tomorrow().map_or_else(|_| word(first), word);
    (before, after)
}

/// The units to choose from: those with shifts, the own one, and the one that is shown.
fn choices(tx: &mut Tx, ctx: &Ctx, shown: &Unit) -> Result<Options> {
    let own = place::path(ctx);
    let mut options = Vec::new();
    for unit in place::seen(tx, ctx)? {
        let has = unit.path == own || unit.id == shown.id || place::keeps(ctx, &unit);
        if has || !crate::shift::of_unit(tx, unit.id, ctx.today())?.is_empty() {
            options.push((unit.code, unit.name));
        }
    }
    Ok(options)
}

/// A day in an address.
fn day_of(key: &str) -> Result<jiff::civil::Date> {
    key.parse().map_err(|_| Problem::NotFound)
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<Sample> {
    [month::samples(), day::samples(), print::samples(), proposal::samples(), shifts::samples()]
        .into_iter()
        .flatten()
        .collect()
}
