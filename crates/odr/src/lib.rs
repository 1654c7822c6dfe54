#![doc = include_str!("../README.md")]

mod acts;
mod answer;
pub mod body;
mod fallback;
mod file;
pub mod forget;
mod link;
mod pages;
mod procedure;
pub mod rules;
mod score;
mod slot;

pub use acts::{Done, Input, entrust, perform};
pub use answer::{Answer, take as take_answer};
pub use fallback::{fall_back_due, wire};
pub use pages::{renew, routes, samples, told};
pub use procedure::{Act, MOVES, State};
pub use slot::{slots, verbs};

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [body::STATEMENTS, file::STATEMENTS, forget::STATEMENTS, fallback::STATEMENTS].concat()
}

/// Lists put together, in their widest form.
pub fn widest(ctx: &kernel::Ctx) -> Vec<db::Select> {
    vec![score::list(ctx, None, None), body::selects(ctx)]
}
