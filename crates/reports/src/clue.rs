//! 诉转案 (令第121号 第二十七条): a clue of a breach found while a complaint is handled becomes a report of the office's own. The
//! complaint goes on; the complainant does not become a reporter, and nothing of the complainant is copied.

use db::{Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, OFFICE_ZONE, Permission, Refusal};
use matters::{Kind, Matter, NewMatter, clocks, relations};
use serde_json::json;
use web::Result;

use crate::{acts::Input, procedure::State, rules};

/// The journal's word for it, on the complaint.
pub(crate) const VERB: &str = "report_clue";
/// Its word on screen.
pub(crate) const LABEL: &str = "转出案件线索（诉转案）";
/// Its article.
pub(crate) const ARTICLE: &str = "投诉举报处理办法第二十七条";

db::sql! {
    OPEN = "SELECT m.number FROM report r JOIN matter m ON m.id = r.matter_id WHERE r.clue_of = $1 AND m.phase <> 'done' ORDER BY m.number LIMIT 1";
    IS_DEMO = "SELECT demo FROM matter WHERE id = $1";
    INSERT = "INSERT INTO report (matter_id, clue_of, clue_words) VALUES ($1, $2, $3)";
}

/// Opens a report for the clue found in the complaint `number` on `input.day`; the clue check counts from that day.
///
/// # Errors
/// Refusals for other matters, a clue that is open already, missing words, a day out of order; stale.
pub fn from_complaint(
    tx: &mut Tx,
    ctx: &Ctx,
    number: &str,
    version: Option<i64>,
    input: &Input,
) -> Result<Matter> {
    ctx.may(Permission::HandleReport)?;
    let complaint = matters::lock(tx, ctx, number, version)?;
    if complaint.kind != Kind::Complaint {
        return Err(Refusal::new("not_a_complaint", "只有投诉可以转出案件线索").into());
    }
    if let Some(row) = tx.one(&OPEN, &params![complaint.id])? {
        let words = format!("这件投诉的线索 {} 正在核查，新情况请登记到该件", row.get::<String>("number")?);
        return Err(Refusal::new("clue_open", words).into());
    }
    rules::says_enough(&input.words, "发现了什么违法线索？涉嫌违反什么规定？")?;
    let today = ctx.today();
    let day = input.day.unwrap_or(today);
    rules::within(day, complaint.received_on, today)?;
    let demo: bool = tx.scalar(&IS_DEMO, &params![complaint.id])?;
    let report = matters::open(tx, ctx, &as_report(ctx, &complaint, day, input.words.trim(), demo))?;
    tx.execute(&INSERT, &params![report.id, complaint.id, input.words.trim()])?;
    clocks::start(tx, ctx, &report, "clue_check", day)?;
    relations::link(tx, ctx, &complaint, &report, "clue", "")?;
    matters::note(tx, ctx, complaint.id, VERB, None, &json!({ "words": report.number, "on": day }))?;
    Ok(report)
}

fn as_report(ctx: &Ctx, complaint: &Matter, day: Date, words: &str, demo: bool) -> NewMatter {
    let noon = OFFICE_ZONE.to_timestamp(day.at(12, 0, 0, 0)).ok().filter(|_| day < ctx.today());
    NewMatter {
        kind: Kind::Report,
        title: complaint.title.clone(),
        state: State::Received.code(),
        phase: State::Received.phase(),
        unit: complaint.unit,
        officer: complaint.officer,
        trader: complaint.trader,
        channel: "found".to_owned(),
        goods: complaint.goods.clone(),
        problem: complaint.problem.clone(),
        place: complaint.place.clone(),
        received_at: noon.unwrap_or(ctx.now),
        amount: None,
        outcome: None,
        closed_at: None,
        clock: None,
        outside_number: None,
        source: "clue".to_owned(),
        text: words.to_owned(),
        demo,
    }
}
