//! The journal of a matter told in Chinese.

use db::Tx;
use jiff::civil::Date;
use journal::Record;
use kernel::Ctx;
use law::{Law, Listed};
use serde_json::Value as Json;
use web::{Problem, Result};

use crate::matter;

/// A line of the timeline.
#[derive(Clone, Debug)]
pub struct Line {
    /// When.
    pub at: String,
    /// Who, from which post.
    pub who: String,
    /// What.
    pub what: String,
    /// Particulars.
    pub more: String,
}

/// Verbs of the spine; a procedure's own verbs are told by [`name_verbs`].
const VERBS: &[(&str, &str)] = &[
    ("register", "登记"),
    ("assign", "分派"),
    ("return", "退回分派"),
    ("unmask", "查看个人信息"),
    ("open_reporter", "查看举报人身份"),
    ("original", "查看附件原件"),
    ("notice_planned", "登记告知"),
    ("notice_sent", "发出告知"),
    ("notice_delivered", "告知并留存送达证明"),
    ("notice_failed", "告知未送达"),
    ("notice_unknown", "告知发送结果未知"),
    ("notice_retry", "重新发送告知"),
    ("clock_start", "期限开始"),
    ("clock_stop", "期限结束"),
    ("clock_pause", "期限暂停"),
    ("clock_resume", "期限恢复"),
    ("clock_extend", "期限延长"),
    ("clock_void", "期限撤销"),
    ("clock_recount", "期限重新计算"),
    ("forget", "到期清除个人信息"),
    ("attachment", "上传附件"),
    ("attachment_mark", "标明附件是否显示举报人身份"),
    ("attachment_removed", "移除附件"),
    ("clock_handed_over", "期限随主办事项"),
    ("clock_runs_on", "期限继续计算"),
    ("clock_restart", "期限重新计算"),
    ("merge", "并入"),
    ("merged_into", "并入主办事项"),
    ("unmerge", "撤销并案"),
    ("unmerged_from", "从主办事项撤回"),
    ("ended_with", "随主办事项办结"),
    ("trader_linked", "对应经营者"),
    ("trader_unlinked", "解除与经营者的对应"),
    ("split", "分立"),
    ("unsplit", "撤回分立"),
    ("jurisdiction", "管辖判断"),
    ("dispute", "管辖争议"),
    ("dispute_answer", "管辖争议答复"),
    ("dispute_ruling", "指定管辖"),
    ("dispute_withdrawn", "撤回管辖争议"),
    ("remind", "到期提醒"),
    ("urge", "催办"),
    ("handover", "休假移交"),
    ("handover_back", "休假交还"),
    ("link", "关联事项"),
    ("unlink", "解除关联"),
    ("recusal", "申请回避"),
    ("recusal_decision", "决定回避"),
    ("answer", "答复"),
    ("void_registration", "作废登记"),
    ("void_number", "编号作废"),
    ("callback", "回访"),
    ("rule_set", "更换适用规定"),
    ("import", "导入"),
    ("receipt", "开具回执"),
    ("talk", "收到留言"),
    ("talk_reply", "回复留言"),
    ("signed_in", "登录"),
    ("sign_in_failed", "登录失败"),
    ("password_set", "设置密码"),
    ("code_issued", "发登录码"),
    ("totp_on", "启用动态口令"),
    ("totp_off", "停用动态口令"),
    ("officer_created", "新增人员"),
    ("officer_enabled", "启用账户"),
    ("officer_disabled", "停用账户"),
    ("post_given", "任岗"),
    ("post_ended", "离岗"),
    ("leave_noted", "登记请假"),
    ("unit_created", "新增机构"),
    ("trader_created", "新增经营者"),
    ("trader_amended", "更正经营者"),
    ("traders_merged", "合并经营者"),
    ("merge_undone", "撤销合并"),
    ("export", "要求导出清单"),
    ("export_done", "导出完成"),
    ("export_failed", "导出没有完成"),
];

static MORE: std::sync::OnceLock<Vec<(&'static str, &'static str)>> = std::sync::OnceLock::new();

/// Tells the words of a procedure's acts, once, when the program starts.
pub fn name_verbs(verbs: Vec<(&'static str, &'static str)>) {
    // A second call keeps the first: tests open several offices in one process.
    MORE.get_or_init(|| verbs);
}

/// A verb in Chinese.
pub fn words(verb: &str) -> &str {
    let more = MORE.get().map_or(&[][..], Vec::as_slice);
    more.iter().chain(VERBS).find(|(code, _)| *code == verb).map_or(verb, |(_, words)| words)
}

/// Every verb with its words, for a choice: those of the spine first.
pub(crate) fn verbs() -> web::Options {
    let more = MORE.get().map_or(&[][..], Vec::as_slice);
    VERBS.iter().chain(more).map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect()
}

/// The words of a value in a journal row; dates and numbers as they are.
fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Bool(true) => "是".to_owned(),
        Json::Bool(false) => "否".to_owned(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

/// Verbs whose particulars name another matter.
const NAMING: &[&str] = &["link", "unlink", "split"];
/// What stands for a matter that is out of reach.
pub(crate) const ANOTHER: &str = "其他事项";

/// The same row without the number of a matter the actor may not know of: beside a complainant's name a report's number says
/// who reported (令第121号 第三十七条).
///
/// # Errors
/// A fault of the database.
pub fn within_reach(tx: &mut Tx, ctx: &Ctx, mut record: Record) -> Result<Record> {
    if !NAMING.contains(&record.verb.as_str()) {
        return Ok(record);
    }
    let number = record.detail.get("words").map(plain).unwrap_or_default();
    if !is_known(tx, ctx, &number)? {
        record.detail["words"] = ANOTHER.into();
    }
    Ok(record)
}

/// Whether the actor may know of the matter `number`.
pub(crate) fn is_known(tx: &mut Tx, ctx: &Ctx, number: &str) -> Result<bool> {
    match matter::find(tx, ctx, number) {
        Ok(_) => Ok(true),
        Err(Problem::NotFound) => Ok(false),
        Err(problem) => Err(problem),
    }
}

fn get(record: &Record, key: &str) -> Option<String> {
    record.detail.get(key).map(plain).filter(|text| !text.is_empty())
}

/// The clock and the days of a row, in words: of its particulars what the program itself wrote, nothing a person typed.
pub fn days(record: &Record) -> String {
    days_of(record).join("，")
}

fn days_of(record: &Record) -> Vec<String> {
    let get = |key: &str| get(record, key);
    let mut more = Vec::new();
    if let Some(clock) = get("clock") {
        more.push(clock_name(&clock).to_owned());
    }
    for (key, label) in [("due", "到期"), ("from", "起"), ("on", "于"), ("last", "至")] {
        if let Some(day) = get(key).filter(|text| text.parse::<Date>().is_ok()) {
            more.push(format!("{label} {day}"));
        }
    }
    if get("kept").is_some_and(|kept| kept == "否") {
        more.push("逾期".to_owned());
    }
    more
}

/// Who did it, from which post.
pub fn who(record: &Record) -> String {
    if record.post.is_empty() {
        record.actor.clone()
    } else {
        format!("{}（{}）", record.actor, record.post)
    }
}

/// A row of the journal as a line of the timeline.
pub fn line(record: &Record) -> Line {
    let get = |key: &str| get(record, key);
    let mut more = days_of(record);
    if let Some(to) = get("to") {
        more.push(format!("给 {to}"));
    }
    if let (Some(before), Some(after)) = (get("before"), get("after")) {
        more.push(format!("由 {before} 改为 {after}"));
    }
    for key in ["who", "ground", "words", "reason", "terms", "paper", "recovered"] {
        more.extend(
            get(key).map(|text| if key == "reason" { reason_words(&record.verb, text) } else { text }),
        );
    }
    Line {
        at: kernel::office_minute(record.at),
        who: who(record),
        what: words(&record.verb).to_owned(),
        more: more.join("，"),
    }
}

/// A coded reason in Chinese; other reasons are in Chinese already.
fn reason_words(verb: &str, reason: String) -> String {
    let law = Law::in_use();
    match verb {
        "return" => Listed::name(&law.classification.return_reasons, &reason).to_owned(),
        "clock_pause" => {
            let clocks = law.rule_sets.iter().flat_map(|set| &set.clocks).chain(&law.clocks);
            let known = clocks.flat_map(|clock| &clock.pauses).find(|known| known.code == reason);
            known.map_or(reason, |known| known.name.clone())
        }
        _ => reason,
    }
}

fn clock_name(key: &str) -> &str {
    match key {
        "accept" => "受理期限",
        "mediate" => "调解期限",
        "term_notice" => "终止告知期限",
        "clue_check" => "线索核查期限",
        "filing_notice" => "立案决定告知期限",
        other => {
            let known = Law::in_use().clocks.iter().find(|clock| clock.key == other);
            known.map_or(other, |clock| &clock.title)
        }
    }
}
