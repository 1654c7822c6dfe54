//! Stories of the office, on both engines, over HTTP as a browser would.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod api;
mod background;
mod complaint;
mod delivery;
mod demo;
mod desk;
mod dispatch;
mod documents;
mod exchange;
mod figures;
mod forms;
mod identity;
mod import;
mod incoming;
mod journal;
mod jurisdiction;
mod odr;
mod outside;
mod papers;
mod portal;
mod portal_pages;
mod portal_security;
mod relations;
mod repeats;
mod reporters;
mod reports;
mod rights;
mod safekeeping;
mod security;
mod settings;
mod split;
mod sso;
