#![doc = include_str!("../README.md")]

mod deadline;
pub mod document;
pub mod edition;
pub mod facts;
pub mod forget;
pub mod form;
pub mod language;
pub mod number;
mod opening;
mod pages;
pub mod paper;
pub mod print;
mod procedure;
mod qr;
mod slot;
pub mod values;
pub mod verify;
mod written;

pub use pages::{file as written, routes, samples, told, way};
pub use procedure::{Act, MOVES, State};
pub use slot::{slots, verbs};

/// Every dynamic list of this crate, for the test that prepares statements.
pub fn widest(ctx: &kernel::Ctx) -> Vec<db::Select> {
    pages::widest(ctx)
}

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    let facts = facts::statements();
    [
        edition::STATEMENTS,
        &facts,
        forget::STATEMENTS,
        number::STATEMENTS,
        paper::STATEMENTS,
        slot::STATEMENTS,
        verify::STATEMENTS,
    ]
    .concat()
}
