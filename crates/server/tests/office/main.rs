//! Stories of the office, on both engines, over HTTP as a browser would.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod api;
mod background;
mod complaint;
mod desk;
mod documents;
mod figures;
mod import;
mod journal;
mod rights;
mod security;
