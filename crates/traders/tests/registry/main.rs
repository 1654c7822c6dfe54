//! The registry of traders told as stories, on both engines.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod import;
mod look_up;
mod merge;
mod office;
mod pages;
mod record;
