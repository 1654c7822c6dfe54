//! Pages of the spine: work lists, the matter, its clocks, people and papers.

mod assign;
mod audit;
mod cluster;
mod decisions;
mod dispute;
mod jurisdiction;
mod leave;
mod list;
mod papers;
mod people;
mod reminders;
mod show;
mod step;
mod talk;
mod telling;
mod voiding;
mod work;

use std::borrow::Cow;

use db::{Row, Select};
use jiff::civil::Date;
use kernel::{Ctx, Permission};
use law::Law;
use web::{May, Routes, Sample};

use crate::{Kind, Matter, Phase, slots};

pub use audit::{Trace, looked, looked_at, traced};
pub(crate) use list::LISTED;
pub use list::{Filter, listed, listings};
pub use papers::download;

/// The statements of the pages.
pub(crate) fn statements() -> Vec<db::Sql> {
    [list::STATEMENTS, audit::STATEMENTS].concat()
}

/// The routes of this crate.
pub fn routes() -> Routes {
    let view = May::Can(Permission::ViewMatters);
    let (keep, dispatch) = (May::Can(Permission::Register), May::Can(Permission::Dispatch));
    let (unmask, approve) = (May::Can(Permission::Unmask), May::Can(Permission::Approve));
    let handle = May::Can(Permission::HandleComplaint);
    Routes::new()
        .get("/work", view, work::show)
        .post("/work/assignment", dispatch, work::assign)
        .get("/matters", view, list::show)
        .get("/matters/{number}", view, show::show)
        .get("/matters/{number}/clocks/{key}", view, show::clock)
        .get("/matters/{number}/clocks/{key}/extension", approve, decisions::ask_extension)
        .post("/matters/{number}/clocks/{key}/extension", approve, decisions::extension)
        .get("/matters/{number}/clocks/{key}/void", approve, decisions::ask_void)
        .post("/matters/{number}/clocks/{key}/void", approve, decisions::void)
        .get("/matters/{number}/rule_set", approve, decisions::ask_rule_set)
        .post("/matters/{number}/rule_set", approve, decisions::rule_set)
        .get("/matters/{number}/void", approve, voiding::ask)
        .post("/matters/{number}/void", approve, voiding::store)
        .get("/matters/{number}/recusals", handle, decisions::ask_recusal)
        .post("/matters/{number}/recusals", handle, decisions::recusal)
        .get("/matters/{number}/recusals/decision", approve, decisions::ask_decision)
        .post("/matters/{number}/recusals/decision", approve, decisions::decision)
        .get("/matters/{number}/people", unmask, people::ask)
        .post("/matters/{number}/people", unmask, people::open)
        .merge(dispatch_routes())
        .get("/matters/{number}/return", handle, people::giving_back)
        .post("/matters/{number}/return", handle, people::give_back)
        .post("/matters/{number}/attachments", keep, papers::attach)
        .get("/matters/{number}/attachments/{id}", view, papers::file)
        .get("/matters/{number}/attachments/{id}/original", unmask, papers::ask_original)
        .post("/matters/{number}/attachments/{id}/original", unmask, papers::original)
        .get("/matters/{number}/attachments/{id}/mark", keep, papers::ask_mark)
        .post("/matters/{number}/attachments/{id}/mark", keep, papers::mark)
        .get("/matters/{number}/attachments/{id}/removal", keep, papers::ask_removal)
        .post("/matters/{number}/attachments/{id}/removal", keep, papers::remove)
        .get("/matters/{number}/notices", handle, telling::ask_notice)
        .post("/matters/{number}/notices", handle, telling::notice)
        .get("/matters/{number}/notices/{id}/delivery", handle, telling::ask_delivery)
        .post("/matters/{number}/notices/{id}/delivery", handle, telling::delivery)
        .post("/matters/{number}/talk", keep, talk::reply)
        .get("/matters/{number}/receipt", keep, talk::ask_receipt)
        .post("/matters/{number}/receipt", keep, talk::receipt)
        .post("/matters/{number}/links", keep, show::link)
        .post("/matters/{number}/links/{id}/end", keep, show::unlink)
        .get("/audit", May::Can(Permission::Audit), audit::show)
        .get("/audit/reads", May::Can(Permission::Audit), audit::reads)
}

/// Dispatch: who gets it, whose it is, what goes together, who is reminded.
fn dispatch_routes() -> Routes {
    let view = May::Can(Permission::ViewMatters);
    let (dispatch, approve) = (May::Can(Permission::Dispatch), May::Can(Permission::Approve));
    Routes::new()
        .get("/matters/{number}/assignment", dispatch, assign::ask)
        .post("/matters/{number}/assignment", dispatch, assign::store)
        .get("/matters/{number}/jurisdiction", dispatch, jurisdiction::show)
        .post("/matters/{number}/jurisdiction", dispatch, jurisdiction::store)
        .get("/matters/{number}/cluster", view, cluster::show)
        .post("/matters/{number}/cluster/candidates", May::Can(Permission::Register), cluster::join)
        .post("/matters/{number}/merges", dispatch, cluster::merge)
        .post("/matters/{number}/merges/end", dispatch, cluster::part)
        .get("/matters/{number}/dispute", approve, dispute::ask)
        .post("/matters/{number}/dispute", approve, dispute::open)
        .get("/disputes", approve, dispute::list)
        .get("/disputes/{id}", approve, dispute::show)
        .post("/disputes/{id}/answer", approve, dispute::answer)
        .post("/disputes/{id}/ruling", approve, dispute::rule)
        .post("/disputes/{id}/withdrawal", approve, dispute::withdraw)
        .get("/matters/{number}/urging", approve, reminders::ask)
        .post("/matters/{number}/urging", approve, reminders::urge)
        .post("/reminders/{id}/seen", view, reminders::seen)
        .get("/leave", dispatch, leave::show)
        .post("/leave/{id}/handover", dispatch, leave::hand_over)
        .post("/leave/{id}/return", dispatch, leave::give_back)
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<Sample> {
    [
        work::samples(),
        list::samples(),
        audit::samples(),
        show::samples(),
        people::samples(),
        papers::samples(),
        telling::samples(),
        talk::samples(),
        decisions::samples(),
        voiding::samples(),
        assign::samples(),
        cluster::samples(),
        jurisdiction::samples(),
        dispute::samples(),
        reminders::samples(),
        leave::samples(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Each dynamic list with every filter set, for the test that prepares statements.
pub fn widest(ctx: &Ctx) -> Vec<Select> {
    [work::widest(ctx), list::widest(ctx), audit::widest(), more_lists(ctx), crate::cluster::widest(ctx)]
        .concat()
}

fn more_lists(ctx: &Ctx) -> Vec<Select> {
    let nobody = kernel::Id::from_uuid(Default::default());
    vec![crate::reminders::list(ctx, nobody, nobody), crate::dispute::list(ctx, "/001/")]
}

/// A matter as lists show one.
#[derive(Clone, Debug)]
pub struct Line {
    /// Number.
    pub number: String,
    /// Kind in the words of its order.
    pub kind: Cow<'static, str>,
    /// What it is about.
    pub title: String,
    /// State in Chinese.
    pub state: String,
    /// Phase word, the colour.
    pub phase: &'static str,
    /// Who has it.
    pub who: String,
    /// Received on.
    pub received: String,
    /// `late`, `soon`, `ok` or empty, the colour…
    pub urgency: &'static str,
    /// …and the words.
    pub due: String,
    /// For the check of simultaneous changes.
    pub version: i64,
}

/// A matter as a list line, with who has it and how urgent it is.
///
/// # Errors
/// When a column is of another kind.
pub fn line_of(row: &Row, today: Date) -> Result<Line, db::Error> {
    let matter = Matter::read(row)?;
    let (unit, officer): (Option<String>, Option<String>) = (row.get("unit_name")?, row.get("officer_name")?);
    let (urgency, due) = urgency(matter.phase, matter.next_alarm, today);
    let set = Law::in_use().rule_set(&matter.rule_set);
    let kind = matter.kind.label();
    Ok(Line {
        kind: set.map_or(Cow::Borrowed(kind), |set| set.say(kind)),
        state: match row.get::<Option<String>>("merged_into")? {
            Some(leader) => format!("已并入 {leader}"),
            None => slots::state_words(matter.kind, &matter.state),
        },
        phase: matter.phase.code(),
        who: [unit, officer].into_iter().flatten().collect::<Vec<_>>().join(" "),
        received: matter.received_on.to_string(),
        number: matter.number,
        title: matter.title,
        urgency,
        due,
        version: matter.version,
    })
}

/// Colour and words of an alarm: late, due within three days, in good time.
fn urgency(phase: Phase, alarm: Option<Date>, today: Date) -> (&'static str, String) {
    let Some(alarm) = alarm.filter(|_| phase != Phase::Done) else { return ("", String::new()) };
    let days = (alarm - today).get_days();
    match days {
        i32::MIN..0 => ("late", format!("超期 {} 天", -days)),
        0 => ("soon", "今天到期".to_owned()),
        1..=3 => ("soon", format!("还有 {days} 天")),
        _ => ("ok", format!("{alarm} 到期")),
    }
}

/// An outcome in Chinese; as stored where it has no word of ours.
pub fn outcome_words(outcome: &str) -> &str {
    match outcome {
        "answered" => "答复",
        "settled" => "调解成功",
        "terminated" => "终止调解",
        "merged" => "随主办事项办结",
        "refused" => "不予受理",
        "withdrawn" => "撤回",
        "filed" => "立案",
        "not_filed" => "不予立案",
        "outside" => "无权处理",
        "repeated" => "不再处理",
        "imported" => "历史导入",
        "void" => "登记作废",
        "odr_settled" => "先行和解",
        "fallen_back" => "转为投诉",
        other => other,
    }
}

/// Lists join the names of unit and officer to the spine's columns.
fn named(list_head: &'static str, ctx: &Ctx) -> Select {
    let (condition, values) = crate::visible(ctx);
    Select::from(list_head).and(condition, values)
}

/// Percent-coded for an address.
fn coded(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

const NAMED: &str = "SELECT m.id, m.kind, m.number, m.title, m.state, m.phase, m.unit_id, m.unit_path, m.officer_id, m.registered_by, \
     m.trader_id, m.channel, m.goods, m.problem, m.place, m.received_at, m.received_on, m.closed_on, m.outcome, m.rule_set, \
     m.next_alarm, m.amount, m.recovered, m.returned, m.outside_number, m.version, u.name AS unit_name, o.name AS officer_name, \
     CASE WHEN m.state = 'merged' THEN (SELECT l.number FROM matter_merge g JOIN matter l ON l.id = g.leader_id \
     WHERE g.merged_id = m.id AND g.undone_at IS NULL) END AS merged_into \
     FROM matter m LEFT JOIN unit u ON u.id = m.unit_id LEFT JOIN officer o ON o.id = m.officer_id";

fn sample_line() -> Line {
    Line {
        number: "TS-2301-2026-00012".into(),
        kind: Kind::Complaint.label().into(),
        title: "乳制品变质".into(),
        state: "待受理".into(),
        phase: "new",
        who: "中山所 张伟".into(),
        received: "2026-11-24".into(),
        urgency: "soon",
        due: "还有 2 天".into(),
        version: 1,
    }
}
