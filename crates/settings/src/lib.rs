#![doc = include_str!("../README.md")]

pub mod classification;
mod csv_tree;
mod edition;
pub mod in_use;
mod pages;
mod recount;
pub mod retention;

pub use edition::{
    Edition, EditionId, Kind, NewEdition, State, activate, drop_edition, keep, propose, reject,
};
pub use pages::{job_name, routes, samples, told};

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [
        classification::statements(),
        edition::STATEMENTS.to_vec(),
        in_use::STATEMENTS.to_vec(),
        retention::statements(),
    ]
    .concat()
}

/// (verb, words) of this crate in the journal.
pub fn verbs() -> Vec<(&'static str, &'static str)> {
    vec![
        ("law_propose", "提出规则变更"),
        ("law_edition", "启用规则或者日历"),
        ("law_reject", "不予核准规则变更"),
        ("law_drop", "放弃规则变更"),
        ("class_edition", "启用分类版本"),
        ("retention_propose", "提出保存期限"),
        ("retention_decide", "核准保存期限"),
        ("retention_reject", "不予核准保存期限"),
        ("retention", "到期清除"),
        ("hold", "法律保全"),
        ("hold_end", "解除法律保全"),
        ("job_revive", "重试后台任务"),
        ("job_dismiss", "撤下后台任务"),
    ]
}

/// Gives a worker the work of this crate: running clocks counted anew after a change of law, and what is due to be
/// forgotten, once a day.
pub fn work(worker: jobs::Worker) -> jobs::Worker {
    worker.handle(recount::RECOUNT, recount::run).every(retention::JOB, 86_400, retention::run)
}
