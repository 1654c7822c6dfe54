//! Pages of administrators: tokens, webhooks.

mod hooks;
mod keys;

use kernel::Permission;
use web::{May, Routes, Sample};

/// The pages of this crate.
pub fn routes() -> Routes {
    let (people, settings) = (May::Can(Permission::KeepPeople), May::Can(Permission::KeepSettings));
    Routes::new()
        .get("/tokens", people, keys::list)
        .post("/tokens", people, keys::create)
        .post("/tokens/{id}/revocation", people, keys::revoke)
        .get("/webhooks", settings, hooks::list)
        .post("/webhooks", settings, hooks::create)
        .post("/webhooks/{id}/enabled", settings, hooks::enable)
        .get("/webhooks/{id}/deliveries", settings, hooks::deliveries)
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<Sample> {
    keys::samples().into_iter().chain(hooks::samples()).collect()
}
