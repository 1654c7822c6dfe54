//! Pages: the way in and out, one's own link, and the administrator's list.

mod directory;
mod enter;

use kernel::Permission;
use web::{May, Routes, Sample};

/// The routes of this crate.
pub fn routes() -> Routes {
    let keep = May::Can(Permission::KeepPeople);
    Routes::new()
        .get("/sign-in/sso", May::Public, enter::begin)
        .get("/sign-in/sso/return", May::Public, enter::come_back)
        .get("/sign-in/sso/left", May::Public, enter::left)
        .get("/sign-in/sso/leave", May::Public, enter::leave)
        .get("/account/sso", May::SignedIn, enter::link)
        .get("/people/sso", keep, directory::list)
        .post("/people/sso/{id}", keep, directory::approve)
        .post("/people/sso/{id}/end", keep, directory::end)
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<Sample> {
    [enter::samples(), directory::samples()].into_iter().flatten().collect()
}
