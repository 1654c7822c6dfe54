#![doc = include_str!("../README.md")]

pub mod alarm;
mod chart;
pub mod decision;
pub mod evidence;
pub mod forget;
mod gather;
mod heard;
pub mod incident;
pub mod night;
mod once;
mod pages;
pub mod rhythm;
mod silent;
pub mod stream;
pub mod word;

pub use night::{LOOK, look, look_when_due};
pub use pages::{routes, samples, way};

/// The statements of this crate beside [`widest`].
pub fn statements() -> Vec<db::Sql> {
    [
        alarm::STATEMENTS,
        decision::STATEMENTS,
        forget::STATEMENTS,
        gather::STATEMENTS,
        incident::STATEMENTS,
        once::STATEMENTS,
        silent::STATEMENTS,
        stream::STATEMENTS,
        word::STATEMENTS,
    ]
    .concat()
}

/// The lists with the actor's reach, in their widest form.
pub fn widest(ctx: &kernel::Ctx) -> Vec<db::Select> {
    pages::widest(ctx)
}

/// The verbs of this crate in Chinese.
pub fn verbs() -> Vec<(&'static str, &'static str)> {
    vec![
        ("alarm", "预警"),
        ("alarm_dismissal", "预警不成立"),
        ("alarm_taking", "预警转办"),
        ("alarm_taken", "由预警转入"),
        ("watch_budget", "调整预警次数"),
        ("watch_word", "加入关注名单"),
        ("watch_word_end", "撤下关注名单"),
    ]
}
