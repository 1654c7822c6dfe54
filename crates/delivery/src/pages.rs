//! Pages of delivery: what did not arrive, letters and calls, texts, and the door for a gateway's reports.

mod paper;
mod report;
mod texts;
pub mod told;
mod undelivered;

use db::Select;
use kernel::{Ctx, Permission};
use web::{May, Routes, Sample};

pub(crate) use paper::STATEMENTS;
pub use undelivered::way;

/// The routes of this crate.
pub fn routes() -> Routes {
    let (handle, keep) = (May::Can(Permission::HandleComplaint), May::Can(Permission::KeepSettings));
    let unmask = May::Can(Permission::Unmask);
    Routes::new()
        .get("/deliveries", handle, undelivered::list)
        .post("/deliveries/{id}/retry", handle, undelivered::retry)
        .post("/deliveries/{id}/otherwise", handle, undelivered::otherwise)
        .get("/matters/{number}/notices/{id}/paper", handle, paper::ask)
        .post("/matters/{number}/notices/{id}/paper", unmask, paper::open)
        .get("/texts", keep, texts::list)
        .get("/texts/preview", handle, texts::preview)
        .get("/texts/{kind}/{channel}", keep, texts::show)
        .post("/texts/{kind}/{channel}", keep, texts::store)
        .post("/texts/{kind}/{channel}/use", keep, texts::put_in_use)
        .post("/delivery/sms/report", May::Public, report::take)
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<Sample> {
    [undelivered::samples(), paper::samples(), texts::samples()].into_iter().flatten().collect()
}

/// Each dynamic list with every filter set, for the test that prepares statements.
pub fn widest(ctx: &Ctx) -> Vec<Select> {
    vec![undelivered::wanted(ctx)]
}
