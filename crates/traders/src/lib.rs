#![doc = include_str!("../README.md")]

mod address;
mod alias;
mod entry;
mod import;
mod letters;
mod lookup;
mod merge;
mod pages;
mod record;
mod said;
mod slots;
mod tag;
mod tokens;
mod trader;

use db::Tx;
use kernel::Ctx;
use serde_json::Value as Json;
use web::Result;

pub use address::{Address, NewAddress, add as add_address, end as end_address, of as addresses};
pub use alias::{Alias, add as add_alias, of as aliases, remove as remove_alias};
pub use entry::NewTrader;
pub use import::{Sheet, import_rows};
pub use lookup::{Hit, called, look_up, near};
pub use merge::{Merge, merge, undo as undo_merge};
pub use pages::{listed, listings, routes, samples, selects};
pub use record::{amend, as_typed, create, may_be_resolved_or_created, resolve_or_create};
pub use said::{Confirmed, confirmed, said_mark};
pub use slots::{Slots, register};
pub use tag::{add as add_tag, of as tags, remove as remove_tag};
pub use trader::{FORMS, STATES, Trader, find, kept_id};

/// (verb, words) of this crate in the journal.
pub fn verbs() -> Vec<(&'static str, &'static str)> {
    vec![
        ("alias_added", "增加经营者别名"),
        ("alias_removed", "删除经营者别名"),
        ("address_added", "增加经营者地址"),
        ("address_ended", "停用经营者地址"),
        ("trader_tagged", "增加经营者标签"),
        ("trader_untagged", "删除经营者标签"),
    ]
}

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [
        address::STATEMENTS,
        alias::STATEMENTS,
        import::STATEMENTS,
        lookup::STATEMENTS,
        merge::STATEMENTS,
        pages::STATEMENTS,
        record::STATEMENTS,
        said::STATEMENTS,
        tag::STATEMENTS,
        trader::STATEMENTS,
    ]
    .concat()
}

/// Writes the journal row of a change to a trader's record.
fn note(tx: &mut Tx, ctx: &Ctx, subject: &str, verb: &str, detail: &Json) -> Result<()> {
    Ok(journal::note(tx, ctx, subject, verb, detail)?)
}
