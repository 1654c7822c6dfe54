#![doc = include_str!("../README.md")]

pub mod attachments;
pub mod clocks;
mod kind;
mod matter;
pub mod notices;
mod number;
mod pages;
pub mod parties;
mod reach;
pub mod relations;
pub mod search;
mod slots;
pub mod timeline;

pub use kind::{Kind, Phase};
pub use matter::{
    Matter, NewMatter, Step, assign, by_id, change_law, find, give_back, lock, note, open, set_recovered,
    step,
};
pub use number::{paper as next_paper, void as void_number};
pub use pages::{line_of, routes, samples, widest};
pub use reach::{visible, within_reach};
pub use slots::{ActLink, Slots, register, state_words};

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [
        attachments::STATEMENTS,
        clocks::STATEMENTS,
        matter::STATEMENTS,
        notices::STATEMENTS,
        number::STATEMENTS,
        pages::STATEMENTS,
        parties::STATEMENTS,
        relations::STATEMENTS,
    ]
    .concat()
}
