#![doc = include_str!("../README.md")]

mod alias;
mod lookup;
mod merge;
mod pages;
mod trader;

pub use alias::{Alias, add as add_alias, of as aliases};
pub use lookup::{Hit, look_up};
pub use merge::{Merge, merge, undo as undo_merge};
pub use pages::{routes, samples};
pub use trader::{FORMS, NewTrader, STATES, Trader, amend, create, find, resolve_or_create};

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [alias::STATEMENTS, lookup::STATEMENTS, merge::STATEMENTS, pages::STATEMENTS, trader::STATEMENTS].concat()
}
