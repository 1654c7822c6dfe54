#![doc = include_str!("../README.md")]

mod bring;
mod download;
pub mod export;
mod feedback;
pub mod forget;
pub mod inbox;
mod pages;
mod produce;
mod registry;
mod sheet;
mod sweep;

pub use bring::bring;
pub use pages::{routes, samples, way};
pub use produce::produce;
pub use registry::{listings, register};
pub use sweep::sweep;

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [export::STATEMENTS, feedback::STATEMENTS, forget::STATEMENTS, inbox::STATEMENTS].concat()
}

/// Every list of this crate in its widest form.
pub fn selects(ctx: &kernel::Ctx) -> Vec<db::Select> {
    feedback::selects(ctx)
}
