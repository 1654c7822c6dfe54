#![doc = include_str!("../README.md")]
#![expect(clippy::missing_panics_doc, reason = "a test may stop at the first surprise")]

pub mod house_rules;
mod office;
mod visitor;

pub use office::{PASSWORD, TestOffice, authenticator};
pub use visitor::{Answer, Visitor};
