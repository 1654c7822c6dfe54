#![doc = include_str!("../README.md")]

mod acts;
mod callback;
mod factors;
mod file;
pub mod forget;
mod pages;
mod procedure;
pub mod rules;
mod slot;

pub use acts::{Input, perform, told};
pub use callback::{Plan, Result as CallBackResult, draw, due as callbacks_due, record as record_callback};
pub use factors::{Factors, sheet};
pub use file::{Complaint, load};
pub use pages::{listings, routes, samples, selects};
pub use procedure::{Act, MOVES, State};
pub use slot::{slots, verbs};

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    let own = [callback::STATEMENTS, factors::STATEMENTS, file::STATEMENTS, forget::STATEMENTS].concat();
    [own, acts::statements()].concat()
}
