#![doc = include_str!("../README.md")]

mod account;
mod config;
pub mod forget;
mod pages;
mod provider;
mod request;

pub use config::{Config, ConfigError};
pub use pages::{routes, samples};

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [account::STATEMENTS, forget::STATEMENTS, request::STATEMENTS].concat()
}
