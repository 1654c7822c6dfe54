#![doc = include_str!("../README.md")]

pub mod check;
pub mod chinese;
mod compared;
mod context;
pub mod ledger;
pub mod lexer;
mod marks;
pub mod number;
pub mod numeral;
mod sums;
pub mod words;

pub use check::{Finding, Verdict, check};
pub use ledger::{Base, Claim, Fact, Ledger, Told};
pub use lexer::read;
pub use number::{Number, Quotient};
pub use numeral::{Numeral, Role};
