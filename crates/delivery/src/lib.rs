#![doc = include_str!("../README.md")]

mod address;
mod carriers;
mod config;
pub mod forget;
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
pub use pages::{routes, samples, told, way, widest};
pub use sign::{Algorithm, sign};
pub use slot::{courier, slots};
pub use texts::CHANNELS;

/// (verb, words) of this crate in the journal.
pub fn verbs() -> Vec<(&'static str, &'static str)> {
    vec![("text_edition", "编写告知文本"), ("text_in_use", "启用告知文本")]
}

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    let own = [forget::STATEMENTS, health::STATEMENTS, pages::STATEMENTS, record::STATEMENTS].concat();
    [own, texts::statements()].concat()
}
