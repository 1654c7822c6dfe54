#![doc = include_str!("../README.md")]

mod download;
pub mod export;
mod feedback;
mod produce;
mod registry;
mod sheet;

pub use produce::produce;
pub use registry::{listings, register};

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [export::STATEMENTS, feedback::STATEMENTS].concat()
}

/// Every list of this crate in its widest form.
pub fn selects(ctx: &kernel::Ctx) -> Vec<db::Select> {
    feedback::selects(ctx)
}

/// The routes of this crate.
pub fn routes() -> web::Routes {
    web::Routes::new()
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<web::Sample> {
    Vec::new()
}
