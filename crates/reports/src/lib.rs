#![doc = include_str!("../README.md")]

mod acts;
mod along;
mod clue;
mod evidence;
mod file;
pub mod forget;
mod pages;
mod procedure;
pub mod reward;
pub mod rules;
mod slot;
mod told;

pub use acts::{Input, perform, repeat::released};
pub use along::joined;
pub use clue::from_complaint;
pub use evidence::{Evidence, sheet};
pub use file::{RESULTS, Report, WAYS, load};
pub use pages::{routes, samples};
pub use procedure::{Act, MOVES, State};
pub use slot::{slots, verbs};
pub use told::told;

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [
        acts::STATEMENTS,
        acts::tags::STATEMENTS,
        along::STATEMENTS,
        clue::STATEMENTS,
        evidence::STATEMENTS,
        file::STATEMENTS,
        forget::STATEMENTS,
        reward::STATEMENTS,
    ]
    .concat()
}
