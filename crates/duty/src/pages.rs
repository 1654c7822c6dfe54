//! Pages: the roster of a month, one day of it, its print, the proposal, the shifts; exchanges; hand-over notes; the book of a day.

mod book;
mod day;
mod month;
mod notes;
mod print;
mod proposal;
mod shifts;
mod swaps;

use db::Tx;
use kernel::{Ctx, Permission};
use matters::ways::Way;
use people::Unit;
use serde::Deserialize;
use web::{May, Options, Problem, Result, Routes, Sample};

pub use book::paper as day_log_paper;
#[cfg(test)]
pub(crate) use month::sample_day;
pub use print::paper as roster_paper;

use crate::{note, place, roster, swap};

/// The routes of this crate.
pub fn routes() -> Routes {
    let (view, keep) = (May::Can(Permission::ViewMatters), May::Can(Permission::KeepRoster));
    let stand = May::Can(Permission::StandDuty);
    Routes::new()
        .get("/duty", view, month::show)
        .get("/duty/print", view, print::show)
        .get("/duty/docx", view, print::docx)
        .get("/duty/days/{key}", keep, day::show)
        .post("/duty/turns", keep, day::set)
        .post("/duty/turns/{id}/removal", keep, day::remove)
        .get("/duty/proposal", keep, proposal::show)
        .post("/duty/proposal", keep, proposal::take)
        .get("/duty/shifts", keep, shifts::show)
        .post("/duty/shifts", keep, shifts::define)
        .post("/duty/shifts/{id}/end", keep, shifts::end)
        .get("/duty/swaps", stand, swaps::list)
        .get("/duty/turns/{id}/swap", stand, swaps::ask)
        .post("/duty/turns/{id}/swap", stand, swaps::store)
        .post("/duty/swaps/{id}/agreement", stand, swaps::agree)
        .post("/duty/swaps/{id}/refusal", stand, swaps::refuse)
        .post("/duty/swaps/{id}/withdrawal", stand, swaps::withdraw)
        .post("/duty/swaps/{id}/approval", keep, swaps::approve)
        .post("/duty/swaps/{id}/rejection", keep, swaps::reject)
        .get("/duty/notes", view, notes::list)
        .post("/duty/notes", stand, notes::write)
        .get("/duty/notes/{id}", view, notes::show)
        .post("/duty/notes/{id}/taking", stand, notes::take)
        .post("/duty/notes/{id}/entries", stand, notes::enter)
        .post("/duty/items/{id}/end", stand, notes::end)
        .get("/day-log", view, book::days)
        .get("/day-log/{key}", view, book::show)
        .get("/day-log/{key}/print", view, book::print)
        .get("/day-log/{key}/docx", view, book::docx)
        .post("/day-log/{key}/remarks", stand, book::write)
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

/// The way to exchanges that wait for the actor's word.
///
/// # Errors
/// A fault of the database.
pub fn swaps_way(tx: &mut Tx, ctx: &Ctx) -> Result<Option<Way>> {
    if ctx.may(Permission::StandDuty).is_err() {
        return Ok(None);
    }
    let count = swap::waiting(tx, ctx)?;
    Ok((count > 0).then_some(Way { href: "/duty/swaps", label: "换班", count, what: "件待答复" }))
}

/// The way to hand-over notes that wait for the actor to take them.
///
/// # Errors
/// A fault of the database.
pub fn notes_way(tx: &mut Tx, ctx: &Ctx) -> Result<Option<Way>> {
    if ctx.may(Permission::StandDuty).is_err() {
        return Ok(None);
    }
    let count = note::waiting(tx, ctx)?;
    Ok((count > 0).then_some(Way { href: "/duty/notes", label: "交接班", count, what: "份待接班" }))
}

/// Which roster or book is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct PaperWish {
    /// The unit's code; empty for the own one.
    #[serde(default)]
    pub unit: String,
    /// Of a roster: `2026-10`; empty for this month.
    #[serde(default)]
    pub month: String,
}

use PaperWish as Asked;

/// A paper as a Word file under `name`.
fn word_file(name: &str, paper: &gongwen::Paper) -> Result<axum::response::Response> {
    let bytes = gongwen::docx(paper).map_err(|error| Problem::Fault(format!("{name}: {error}")))?;
    Ok(web::download(&format!("{name}.docx"), web::DOCX, bytes))
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
    let pages = [
        month::samples(),
        day::samples(),
        print::samples(),
        proposal::samples(),
        shifts::samples(),
        swaps::samples(),
        notes::samples(),
        book::samples(),
    ];
    pages.into_iter().flatten().collect()
}
