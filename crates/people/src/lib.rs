#![doc = include_str!("../README.md")]

mod code;
mod officer;
mod pages;
mod password;
mod post;
mod session;
mod setting;
mod setup;
mod totp;
mod unit;

pub use code::issue as issue_code;
pub use officer::{Person, create as create_officer, disable as disable_officer, list as officers};
pub use pages::{enter, routes, samples};
pub use password::Password;
pub use post::{
    Colleague, Post, active as active_posts, colleagues, end as end_post, give as give_post, leave,
};
pub use session::{actor_of, expired_before, forget_expired, layer as session_layer};
pub use setting::{get as setting, set as set_setting};
pub use setup::{UnitRow, console_code, import_units, is_set_up};
pub use unit::{
    KINDS as UNIT_KINDS, NewUnit, Unit, by_code as unit_by_code, by_id as unit_by_id, create as create_unit,
    list as units,
};

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [
        code::STATEMENTS,
        officer::STATEMENTS,
        post::STATEMENTS,
        session::STATEMENTS,
        setting::STATEMENTS,
        setup::STATEMENTS,
        totp::STATEMENTS,
        unit::STATEMENTS,
    ]
    .concat()
}
