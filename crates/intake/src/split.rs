//! One contact, two matters (分立; 令第121号 第九条): a complaint and a report, each with its own number, clock, people and
//! rights, both reading the same evidence.

use db::{Tx, params};
use jiff::{Timestamp, civil::Date};
use kernel::{Ctx, OFFICE_ZONE, Permission, Refusal, UnitId};
use matters::{Kind, Matter, NewMatter, Phase, clocks, evidence, parties, relations};
use serde_json::json;
use web::{Problem, Result};

use crate::facts_of;

/// What the second matter needs beside what the first one knows.
#[derive(Clone, Debug, Default)]
pub struct Split {
    /// The unit that gets it; the first one's when empty.
    pub unit: Option<UnitId>,
    /// Found while handling, on this day (第二十七条); empty: it stood in what came in, and counts from that receipt.
    pub found_on: Option<Date>,
    /// For a report: the complainant reports under the own name. Otherwise the report is anonymous.
    pub named: bool,
    /// For a complaint out of a report: who complains. A reporter's data is never taken over (第三十七条).
    pub complainant: parties::NewParty,
    /// Why.
    pub words: String,
}

db::sql! {
    IS_SPLIT = "SELECT COUNT(*) FROM matter_link l JOIN matter a ON a.id = l.from_id JOIN matter b ON b.id = l.to_id \
                WHERE l.kind = 'split' AND l.ended_at IS NULL AND (l.from_id = $1 OR l.to_id = $1)";
    IS_DEMO = "SELECT demo FROM matter WHERE id = $1";
    UNIT = "SELECT path FROM unit WHERE id = $1 AND closed_on IS NULL";
}

/// The kind of the other matter.
fn other_kind(kind: Kind) -> Result<Kind, Refusal> {
    match kind {
        Kind::Complaint => Ok(Kind::Report),
        Kind::Report => Ok(Kind::Complaint),
        _ => Err(Refusal::new("split_kind", "只有投诉、举报可以分立")),
    }
}

/// Whether a matter can be split now: a complaint or a report, open, not split before, not gone into another one.
///
/// # Errors
/// A refusal that says why not.
pub fn may_split(tx: &mut Tx, from: &Matter) -> Result<()> {
    other_kind(from.kind)?;
    if from.phase == Phase::Done || from.state == matters::merge::MERGED {
        return Err(Refusal::new("split_done", "这件事项已经办结或者并入其他事项，不能分立").into());
    }
    if tx.scalar::<i64>(&IS_SPLIT, &params![from.id])? > 0 {
        return Err(Refusal::new("split_twice", "这件事项已经分立过").into());
    }
    Ok(())
}

/// Splits `from`: the new matter, linked, sharing the evidence, its own clock running.
///
/// # Errors
/// Refusals of [`may_split`]; for a day of discovery that cannot be; for a complaint without what art. 10 asks; not found
/// for a unit out of reach.
pub fn split(tx: &mut Tx, ctx: &Ctx, from: &Matter, how: &Split) -> Result<Matter> {
    ctx.may(Permission::Register)?;
    may_split(tx, from)?;
    let kind = other_kind(from.kind)?;
    complete(tx, ctx, from, kind, how)?;
    let received_at = how.found_on.map_or(Ok(from.received_at), |day| found_at(ctx, from, day))?;
    let contact = facts_of(tx, from.id)?.unwrap_or_default();
    // What comes of a demo matter goes with it when the demo data is removed.
    let demo: bool = tx.scalar(&IS_DEMO, &params![from.id])?;
    let new = matters::open(
        tx,
        ctx,
        &NewMatter {
            kind,
            title: from.title.clone(),
            state: "received",
            phase: Phase::New,
            unit: how.unit.unwrap_or(from.unit),
            officer: None,
            trader: from.trader,
            channel: from.channel.clone(),
            goods: from.goods.clone(),
            problem: from.problem.clone(),
            place: from.place.clone(),
            received_at,
            amount: from.amount.filter(|_| kind == Kind::Complaint),
            outcome: None,
            closed_at: None,
            clock: None,
            outside_number: None,
            source: "split".to_owned(),
            text: [contact.goods_name.as_str(), &contact.brand, &contact.facts, &contact.respondent[0]]
                .join(" "),
            demo,
        },
    )?;
    if kind == Kind::Report {
        if how.named {
            parties::enter_also(tx, ctx, from.id, new.id, "reporter")?;
        }
    } else {
        let person = parties::NewParty { role: "complainant".to_owned(), ..how.complainant.clone() };
        parties::add(tx, ctx, new.id, &person)?;
    }
    evidence::share(tx, ctx, new.id, from)?;
    relations::link(tx, ctx, from, &new, "split", how.words.trim())?;
    let clock = if kind == Kind::Report { "clue_check" } else { "accept" };
    clocks::start(tx, ctx, &new, clock, new.received_on)?;
    for (one, other) in [(from, &new), (&new, from)] {
        matters::note(
            tx,
            ctx,
            one.id,
            "split",
            None,
            &json!({ "words": other.number, "reason": how.words.trim() }),
        )?;
    }
    Ok(new)
}

fn complete(tx: &mut Tx, ctx: &Ctx, from: &Matter, kind: Kind, how: &Split) -> Result<()> {
    if let Some(unit) = how.unit.filter(|unit| *unit != from.unit) {
        let path: String = tx.one(&UNIT, &params![unit])?.ok_or(Problem::NotFound)?.get("path")?;
        if ctx.officer().is_ok_and(|officer| !path.starts_with(&officer.unit_path)) {
            return Err(Refusal::new("split_unit", "请选择本单位或者下级单位，其他单位由分派员分派")
                .at("unit")
                .into());
        }
    }
    if kind == Kind::Complaint {
        let person = &how.complainant;
        for (value, field, words) in [
            (&person.name, "name", "投诉须登记投诉人姓名"),
            (&person.phone, "phone", "投诉须登记投诉人电话"),
            (&person.address, "address", "投诉须登记投诉人通讯地址"),
        ] {
            if value.trim().is_empty() {
                return Err(Refusal::new("split_person", words).by("第十条").at(field).into());
            }
        }
    }
    Ok(())
}

/// Noon of the day of discovery, or now: between the receipt of the first matter and today.
fn found_at(ctx: &Ctx, from: &Matter, day: Date) -> Result<Timestamp> {
    if day < from.received_on || day > ctx.today() {
        let words = format!("发现线索的日期应在 {} 至今天之间", from.received_on);
        return Err(Refusal::new("found_on", words).at("found_on").into());
    }
    let noon =
        OFFICE_ZONE.to_timestamp(day.at(12, 0, 0, 0)).map_err(|error| Problem::Fault(error.to_string()))?;
    Ok(if day == ctx.today() { ctx.now } else { noon.max(from.received_at) })
}
