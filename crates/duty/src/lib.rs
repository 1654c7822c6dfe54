#![doc = include_str!("../README.md")]

mod listing;
mod pages;
mod place;
pub mod proposal;
pub mod roster;
pub mod rules;
pub mod shift;
pub mod turn;

pub use listing::listings;
pub use pages::{routes, samples, way};
pub use roster::now_words;

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [shift::STATEMENTS, turn::STATEMENTS].concat()
}

/// Lists put together, in their widest form.
pub fn widest(ctx: &kernel::Ctx) -> Vec<db::Select> {
    vec![shift::one(ctx, ctx.id()), turn::one(ctx, ctx.id())]
}

/// The words of this crate's verbs in the journal.
pub fn verbs() -> Vec<(&'static str, &'static str)> {
    vec![
        ("duty_shift", "设立班次"),
        ("duty_shift_end", "停用班次"),
        ("duty_set", "排班"),
        ("duty_removed", "撤下排班"),
    ]
}
