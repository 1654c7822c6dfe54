//! Pages of the spine: work lists, the matter, its clocks, people and papers.

mod decisions;
mod list;
mod papers;
mod people;
mod show;
mod step;
mod telling;
mod work;

use db::{Row, Select};
use jiff::civil::Date;
use kernel::{Ctx, Permission};
use web::{May, Routes, Sample};

use crate::{Kind, Matter, Phase, slots};

pub(crate) use list::STATEMENTS;
pub use list::{Filter, Trace, listed, traced};

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
        .get("/matters/{number}/recusals", handle, decisions::ask_recusal)
        .post("/matters/{number}/recusals", handle, decisions::recusal)
        .get("/matters/{number}/recusals/decision", approve, decisions::ask_decision)
        .post("/matters/{number}/recusals/decision", approve, decisions::decision)
        .get("/matters/{number}/people", unmask, people::ask)
        .post("/matters/{number}/people", unmask, people::open)
        .get("/matters/{number}/assignment", dispatch, people::assignment)
        .post("/matters/{number}/assignment", dispatch, people::assign)
        .get("/matters/{number}/return", handle, people::giving_back)
        .post("/matters/{number}/return", handle, people::give_back)
        .post("/matters/{number}/attachments", keep, papers::attach)
        .get("/matters/{number}/attachments/{id}", view, papers::file)
        .get("/matters/{number}/attachments/{id}/original", unmask, papers::ask_original)
        .post("/matters/{number}/attachments/{id}/original", unmask, papers::original)
        .get("/matters/{number}/attachments/{id}/removal", keep, papers::ask_removal)
        .post("/matters/{number}/attachments/{id}/removal", keep, papers::remove)
        .get("/matters/{number}/notices", handle, telling::ask_notice)
        .post("/matters/{number}/notices", handle, telling::notice)
        .get("/matters/{number}/notices/{id}/delivery", handle, telling::ask_delivery)
        .post("/matters/{number}/notices/{id}/delivery", handle, telling::delivery)
        .post("/matters/{number}/links", keep, show::link)
        .post("/matters/{number}/links/{id}/end", keep, show::unlink)
        .get("/audit", May::Can(Permission::Audit), list::audit)
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<Sample> {
    [
        work::samples(),
        list::samples(),
        show::samples(),
        people::samples(),
        papers::samples(),
        telling::samples(),
        decisions::samples(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Each dynamic list with every filter set, for the test that prepares statements.
pub fn widest(ctx: &Ctx) -> Vec<Select> {
    [work::widest(ctx), list::widest(ctx)].concat()
}

/// A matter as lists show one.
#[derive(Clone, Debug)]
pub struct Line {
    /// Number.
    pub number: String,
    /// Kind in Chinese.
    pub kind: &'static str,
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
    Ok(Line {
        kind: matter.kind.label(),
        state: slots::state_words(matter.kind, &matter.state),
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
     m.next_alarm, m.amount, m.recovered, m.returned, m.outside_number, m.version, u.name AS unit_name, o.name AS officer_name \
     FROM matter m JOIN unit u ON u.id = m.unit_id LEFT JOIN officer o ON o.id = m.officer_id";

fn sample_line() -> Line {
    Line {
        number: "TS-2301-2026-00012".into(),
        kind: Kind::Complaint.label(),
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
