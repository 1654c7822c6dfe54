#![doc = include_str!("../README.md")]

mod address;
mod carriers;
mod config;
mod health;
mod outbox;
mod pages;
mod record;
mod sign;
mod slot;
mod texts;

pub use config::Config;
pub use health::{Lines, check};
pub use outbox::{Ran, deliver_due, run};
pub use pages::{routes, samples, told, widest};
pub use sign::{Algorithm, sign};
pub use slot::{courier, slots};
pub use texts::CHANNELS;

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    let own = [health::STATEMENTS, pages::STATEMENTS, record::STATEMENTS].concat();
    [own, texts::statements()].concat()
}
