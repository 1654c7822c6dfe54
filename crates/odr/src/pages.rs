//! Pages: the bodies and their scoreboard, one form per act, and what opens behind a one-time link.

mod act;
mod bodies;
mod guest;
pub mod told;

use kernel::Permission;
use web::{May, Routes, Sample};

pub use act::renew;

use crate::procedure::Act;

/// The path of each act of the office.
fn path(act: Act) -> Option<&'static str> {
    Some(match act {
        Act::Offer => "/matters/{number}/odr_offer",
        Act::SendBack => "/matters/{number}/odr_return",
        Act::Agree => "/matters/{number}/odr_agreement",
        Act::Perform => "/matters/{number}/odr_performance",
        Act::FallBack => "/matters/{number}/odr_complaint",
        Act::Withdraw => "/matters/{number}/odr_withdrawal",
        // By the link, see `guest`.
        Act::Answer => return None,
    })
}

/// The routes of this crate.
pub fn routes() -> Routes {
    let (view, approve) = (May::Can(Permission::ViewMatters), May::Can(Permission::Approve));
    let (register, handle) = (May::Can(Permission::Register), May::Can(Permission::HandleComplaint));
    let acts = Act::ALL.iter().filter_map(|act| Some((*act, path(*act)?))).fold(
        Routes::new(),
        |routes, (act, path)| {
            routes.get(path, register, act::show(act)).post(path, register, act::store(act))
        },
    );
    acts.get("/matters/{number}/odr_link", register, act::ask_link)
        .post("/matters/{number}/odr_link", register, act::link)
        .get("/matters/{number}/odr_entrustment", handle, act::ask_entrustment)
        .post("/matters/{number}/odr_entrustment", handle, act::entrustment)
        .get("/odr", view, bodies::board)
        .get("/odr/bodies/new", approve, bodies::ask)
        .post("/odr/bodies", approve, bodies::join)
        .get("/odr/bodies/{id}", view, bodies::show)
        .post("/odr/bodies/{id}/leave", approve, bodies::leave)
        .get("/odr/links/{key}", May::Public, guest::show)
        .post("/odr/links/{key}", May::Public, guest::store)
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<Sample> {
    [act::samples(), bodies::samples(), guest::samples()].into_iter().flatten().collect()
}
