#![doc = include_str!("../README.md")]

mod address;
mod carriers;
mod config;
mod outbox;
mod record;
mod sign;
mod texts;

pub use config::Config;
pub use outbox::{Ran, deliver_due, run};

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [texts::statements(), record::STATEMENTS.to_vec()].concat()
}

/// The routes of this crate.
pub fn routes() -> web::Routes {
    web::Routes::new()
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<web::Sample> {
    Vec::new()
}
