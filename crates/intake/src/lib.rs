#![doc = include_str!("../README.md")]

mod again;
mod complete;
mod contact;
mod discretion;
mod draft;
pub mod forget;
pub mod import;
mod lessons;
mod once;
mod pages;
mod slot;
mod split;
mod undo;
mod whom;

pub use again::complain_from;
pub use contact::{Contact, NewContact, Respondent, answer, facts_of, register};
pub use lessons::{Lesson, Of, lessons};
pub use pages::{routes, samples};
pub use slot::slots;
pub use split::{Split, may_split, split};
pub use undo::{may_undo_split, undo_split};
pub use whom::{Found, Link, Why, candidates, link, links, unlink};

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [
        again::STATEMENTS,
        contact::STATEMENTS,
        draft::STATEMENTS,
        forget::STATEMENTS,
        import::STATEMENTS,
        lessons::STATEMENTS,
        once::STATEMENTS,
        pages::STATEMENTS,
        split::STATEMENTS,
        undo::STATEMENTS,
        whom::STATEMENTS,
    ]
    .concat()
}
