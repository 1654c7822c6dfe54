#![doc = include_str!("../README.md")]

mod assignment;
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

pub use assignment::{assign, bulk_assign, give_back};
pub use kind::{Kind, Phase};
pub use matter::{Matter, NewMatter, Step, by_id, find, lock, note, open, set_recovered, step};
pub use number::{paper as next_paper, void as void_number, void_reason};
pub use pages::{Filter, Trace, line_of, listed, routes, samples, traced, widest};
pub use reach::{visible, within_reach};
pub use slots::{ActLink, Slots, of as slots_of, register, state_words};

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    let own = [
        assignment::STATEMENTS,
        attachments::STATEMENTS,
        matter::STATEMENTS,
        notices::STATEMENTS,
        number::STATEMENTS,
        pages::STATEMENTS,
        parties::STATEMENTS,
        relations::STATEMENTS,
    ];
    [own.concat(), clocks::statements()].concat()
}
