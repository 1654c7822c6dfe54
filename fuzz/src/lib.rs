//! What must hold on any bytes. Each module is one target: its `hold` panics when something does not. The fuzzer calls it with
//! what it makes up, `crates/testkit/tests/corpora.rs` with the committed corpora.

pub mod clocks;
pub mod codes;
mod feed;
pub mod filters;
pub mod forms;
pub mod import;
pub mod numerals;
mod office;
pub mod sniff;

pub use office::{close, open};
