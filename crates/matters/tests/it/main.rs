//! What the spine promises, told on both engines. PostgreSQL is tried when `XIAOBAO_TEST_POSTGRES` names a server.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod attachments;
mod clocks;
mod journal;
mod notices;
mod numbers;
mod office;
mod pages;
mod parties;
mod reach;
mod relations;
mod search;
mod steps;

pub(crate) use office::{Office, a_complaint, sql};
