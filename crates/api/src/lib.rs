#![doc = include_str!("../README.md")]

mod body;
mod face;
mod field;
pub mod forget;
pub mod model;
mod open311;
mod openapi;
mod operation;
mod pace;
mod pages;
mod problem;
mod read;
mod replay;
mod scope;
mod serve;
mod table;
mod token;
mod tokens;
mod webhook;

pub use face::{Health, HealthLine, rights_of, router};
pub use openapi::document;
pub use operation::{Answer, Method, Operation, Via};
pub use pages::{routes, samples};
pub use scope::{Scope, join as join_scopes, parse as parse_scopes};
pub use table::{NOT_HERE, not_here, operations};
pub use token::{
    LONGEST as LONGEST_DAYS, Listed as ListedToken, Made, NewToken, PER_MINUTE, TokenId,
    create as create_token, list as tokens, revoke as revoke_token,
};
pub use webhook::{
    NewWebhook, allow_nets, create as create_webhook,
    event::listener,
    send::{Sending, deliver_due, run as send_webhooks},
    signature,
};

/// (verb, words) of this crate in the journal.
pub fn verbs() -> Vec<(&'static str, &'static str)> {
    vec![
        ("token_created", "发放接口令牌"),
        ("token_revoked", "作废接口令牌"),
        ("webhook_created", "登记推送"),
        ("webhook_enabled", "启用推送"),
        ("webhook_disabled", "停用推送"),
        ("webhook_nets", "设置推送允许的内网网段"),
    ]
}

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [
        token::STATEMENTS.to_vec(),
        forget::STATEMENTS.to_vec(),
        replay::STATEMENTS.to_vec(),
        webhook::statements(),
        read::statements(),
    ]
    .concat()
}

/// What this crate does by itself: old answers forgotten, overdue clocks told.
pub fn work(worker: jobs::Worker) -> jobs::Worker {
    worker.every("api_tidy", 3_600, tidy).every("webhook_overdue", 300, webhook::event::overdue)
}

fn tidy(tx: &mut db::Tx, ctx: &kernel::Ctx, _: &jobs::Job) -> Result<(), jobs::Failure> {
    Ok(replay::tidy(tx, ctx.now)?)
}
