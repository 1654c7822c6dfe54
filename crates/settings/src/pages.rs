//! Pages of the administrator, and of who confirms what the administrator proposes.

mod approvals;
mod calendar;
mod classes;
mod index;
mod jobs;
mod months;
mod moved;
mod orders;
mod retention;
pub mod told;

use kernel::Permission;
use web::{Form, May, Routes, Sample};

pub use jobs::name as job_name;

/// The routes of this crate.
pub fn routes() -> Routes {
    let keep = May::Can(Permission::KeepSettings);
    let confirm = May::Can(Permission::ConfirmSettings);
    Routes::new()
        .get("/settings", May::Can(Permission::SeeSettings), index::show)
        .get("/settings/calendar", keep, calendar::show)
        .post("/settings/calendar", keep, calendar::upload)
        .post("/settings/calendar/closed", keep, calendar::close)
        .get("/settings/calendar/{id}", keep, calendar::preview)
        .post("/settings/calendar/{id}/activation", keep, calendar::activate)
        .post("/settings/calendar/{id}/drop", keep, calendar::drop_draft)
        .get("/settings/classification", keep, classes::list)
        .get("/settings/classification/{key}", keep, classes::tree)
        .post("/settings/classification/{key}/draft", keep, classes::begin)
        .get("/settings/classes/{id}", keep, classes::show)
        .post("/settings/classes/{id}/entries", keep, classes::add)
        .post("/settings/classes/{id}/change", keep, classes::change)
        .post("/settings/classes/{id}/csv", keep, classes::put_csv)
        .get("/settings/classes/{id}/csv", keep, classes::csv)
        .get("/settings/classes/{id}/activation", keep, classes::preview)
        .post("/settings/classes/{id}/activation", keep, classes::activate)
        .post("/settings/classes/{id}/drop", keep, classes::drop_draft)
        .get("/settings/rules", keep, orders::list)
        .get("/settings/rules/clock", keep, orders::edit)
        .post("/settings/rules/clock", keep, orders::propose)
        .get("/settings/rules/text", keep, orders::text)
        .post("/settings/rules/text", keep, orders::propose_text)
        .post("/settings/rules/counting", keep, orders::counting)
        .get("/settings/rules/hours", keep, orders::ask_hours)
        .post("/settings/rules/hours", keep, orders::propose_hours)
        .get("/settings/rules/{id}", keep, orders::show)
        .post("/settings/rules/{id}/drop", keep, orders::drop_proposal)
        .get("/settings/retention", keep, retention::show)
        .get("/settings/retention/rules/{key}", keep, retention::ask)
        .post("/settings/retention/rules/{key}", keep, retention::propose)
        .post("/settings/retention/run", keep, retention::run_now)
        .post("/settings/retention/holds", keep, retention::hold)
        .post("/settings/retention/holds/{id}/end", keep, retention::release)
        .get("/settings/jobs", keep, jobs::show)
        .post("/settings/jobs/{id}/retry", keep, jobs::retry)
        .post("/settings/jobs/{id}/dismissal", keep, jobs::dismiss)
        .get("/approvals", confirm, approvals::list)
        .get("/approvals/{id}", confirm, approvals::show)
        .post("/approvals/{id}", confirm, approvals::decide)
        .post("/approvals/retention/{id}", confirm, approvals::decide_retention)
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<Sample> {
    [
        index::samples(),
        calendar::samples(),
        classes::samples(),
        orders::samples(),
        retention::samples(),
        jobs::samples(),
        approvals::samples(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What was typed into `text`, or the file that came in its place; notes what is wrong with the file.
fn text_of(form: &mut Form) -> String {
    match form.files.first().map(|file| sheets::words_of(&file.bytes)) {
        Some(Ok((text, _))) => text,
        Some(Err(error)) => {
            form.error("text", error.to_string());
            String::new()
        }
        None => form.value("text").to_owned(),
    }
}
