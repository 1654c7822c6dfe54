#![doc = include_str!("../README.md")]

mod contact;
mod draft;
pub mod forget;
pub mod import;
mod pages;
mod slot;
pub mod table;

pub use contact::{Contact, NewContact, Respondent, answer, facts_of, register};
pub use pages::{routes, samples};
pub use slot::slots;

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [contact::STATEMENTS, draft::STATEMENTS, forget::STATEMENTS, import::STATEMENTS].concat()
}
