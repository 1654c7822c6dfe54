#![doc = include_str!("../README.md")]

mod assignment;
pub mod attachments;
mod change;
pub mod clocks;
pub mod cluster;
pub mod dispute;
pub mod evidence;
pub mod forget;
pub mod jurisdiction;
mod kind;
pub mod leave;
pub mod load;
mod matter;
pub mod merge;
pub mod notices;
mod number;
mod pages;
pub mod parties;
mod reach;
pub mod receipts;
pub mod relations;
pub mod reminders;
pub mod search;
mod slots;
pub mod talk;
pub mod timeline;
pub mod ways;

pub use assignment::{assign, bulk_assign, give_back, spread};
pub use kind::{Kind, Phase};
pub use matter::{
    Matter, NewMatter, Step, ahead_of_end, by_id, find, lock, note, open, set_recovered, set_trader, step,
};
pub use number::{paper as next_paper, void as void_number, void_reason, void_registration};
pub use pages::{
    Filter, Trace, download, line_of, listed, listings, looked, looked_at, outcome_words, routes, samples,
    traced, widest,
};
pub use reach::{visible, within_reach};
pub use slots::{ActLink, Finding, Slots, evidence, of as slots_of, register, section, state_words};

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    let own = [
        assignment::STATEMENTS,
        attachments::STATEMENTS,
        change::STATEMENTS,
        cluster::STATEMENTS,
        cluster::OF_CANDIDATES,
        dispute::STATEMENTS,
        evidence::STATEMENTS,
        forget::STATEMENTS,
        jurisdiction::STATEMENTS,
        leave::STATEMENTS,
        load::STATEMENTS,
        matter::STATEMENTS,
        merge::STATEMENTS,
        number::STATEMENTS,
        reach::STATEMENTS,
        receipts::STATEMENTS,
        relations::STATEMENTS,
        talk::STATEMENTS,
        relations::EFFECTS,
        relations::UNSPLIT,
        reminders::STATEMENTS,
    ];
    [
        own.concat(),
        clocks::statements(),
        notices::statements(),
        pages::statements(),
        pages::LISTED.to_vec(),
        parties::statements(),
    ]
    .concat()
}
