#![doc = include_str!("../README.md")]

mod account;
mod config;
mod pages;
mod provider;
mod request;

pub use account::{Line, list as accounts};
pub use config::{Config, ConfigError};
pub use pages::{routes, samples};

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [account::STATEMENTS, request::STATEMENTS].concat()
}
