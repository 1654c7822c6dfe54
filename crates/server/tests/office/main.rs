//! Stories of the office, on both engines, over HTTP as a browser would.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod background;
mod complaint;
mod desk;
mod documents;
mod exchange;
mod figures;
mod import;
mod incoming;
mod journal;
mod rights;
mod safekeeping;
mod security;
