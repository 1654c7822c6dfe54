#![doc = include_str!("../README.md")]

mod account;
mod config;
pub mod forget;
mod pages;
mod provider;
mod request;

pub use account::{Line, list as accounts};
pub use config::{Config, ConfigError};
pub use pages::{routes, samples};

/// (verb, words) of this crate in the journal.
pub fn verbs() -> Vec<(&'static str, &'static str)> {
    vec![
        ("sso_first", "首次统一身份认证登录"),
        ("sso_link", "关联统一身份认证账号"),
        ("sso_end", "解除统一身份认证账号"),
    ]
}

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [account::STATEMENTS, forget::STATEMENTS, request::STATEMENTS].concat()
}
