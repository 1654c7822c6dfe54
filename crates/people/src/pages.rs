//! Pages: sign-in, account, people, set-up.

mod account;
mod directory;
mod posts;
mod set_up;
mod sign_in;

pub use sign_in::begin as enter;

use kernel::Permission;
use web::{May, Routes, Sample};

/// The routes of this crate.
pub fn routes() -> Routes {
    let keep = May::Can(Permission::KeepPeople);
    Routes::new()
        .get("/sign-in", May::Public, sign_in::show)
        .post("/sign-in", May::Public, sign_in::enter)
        .get("/sign-in/code", May::Public, sign_in::show_code)
        .post("/sign-in/code", May::Public, sign_in::enter_code)
        .post("/sign-out", May::Public, sign_in::leave)
        .get("/account", May::SignedIn, account::show)
        .post("/account/post", May::SignedIn, account::switch_post)
        .post("/account/totp", May::SignedIn, account::enrol_totp)
        .post("/account/totp/end", May::SignedIn, account::end_totp)
        .post("/account/password", May::SignedIn, account::change_password)
        .post("/account/sessions/{digest}/end", May::SignedIn, account::end_session)
        .get("/people", keep, directory::list)
        .get("/people/new", keep, directory::new_officer)
        .post("/people", keep, directory::create_officer)
        .get("/people/units/new", keep, directory::new_unit)
        .post("/people/units", keep, directory::create_unit)
        .post("/people/{id}/code", keep, directory::issue_code)
        .post("/people/{id}/enabled", keep, directory::set_enabled)
        .get("/people/{id}/posts", keep, posts::show)
        .post("/people/{id}/posts", keep, posts::give)
        .post("/people/{id}/posts/{post}/end", keep, posts::end)
        .get("/people/{id}/leave", keep, directory::new_leave)
        .post("/people/{id}/leave", keep, directory::note_leave)
        .get("/set-up", May::SignedIn, set_up::show)
        .post("/set-up", May::SignedIn, set_up::store)
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<Sample> {
    [sign_in::samples(), account::samples(), directory::samples(), posts::samples(), set_up::samples()]
        .into_iter()
        .flatten()
        .collect()
}
