#![doc = include_str!("../README.md")]

mod answers;
mod controls;
mod draft;
pub mod forget;
mod hints;
mod limits;
mod pages;
mod petition;
mod plain;
mod question;
mod rating;
mod slot;
mod stations;
mod visit;

use db::Tx;
use jobs::{Failure, Job};
use kernel::Ctx;

pub use pages::{routes, samples};
pub use rating::rate;
pub use slot::{slots, verbs};

/// Repeating work of this crate: forgets drafts, visits and wrong tries that have lived their time.
pub const TIDY: &str = "portal_tidy";
/// Seconds between two turns of [`TIDY`].
pub const TIDY_SECONDS: u32 = 600;

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [
        draft::STATEMENTS,
        draft::PHOTO_STATEMENTS,
        forget::STATEMENTS,
        pages::STATEMENTS,
        petition::STATEMENTS,
        rating::STATEMENTS,
        stations::STATEMENTS,
        visit::STATEMENTS,
    ]
    .concat()
}

/// Forgets what is old: the handler of [`TIDY`].
///
/// # Errors
/// A fault of the database.
pub fn tidy(tx: &mut Tx, ctx: &Ctx, _: &Job) -> Result<(), Failure> {
    let told = |problem: web::Problem| Failure::from(problem.to_string());
    draft::tidy(tx, ctx).map_err(told)?;
    visit::tidy(tx, ctx).map_err(told)?;
    matters::receipts::forget_tries(tx, ctx).map_err(told)
}
