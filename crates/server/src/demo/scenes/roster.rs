//! The duty roster of an office and of the bureau, what one shift left to the next, an exchange, closed books (R06).

use db::Tx;
use duty::{
    note,
    proposal::{self, Wish},
    remark, seal,
    shift::{self, NewShift},
    swap, turn,
};
use jiff::{Timestamp, ToSpan as _, civil::Date};
use kernel::{Actor, Ctx, Officer, OfficerId};
use web::Result;

use super::{Set, soft};

/// (name, days, officers, leader, whether an exchange wants a head's word).
type Kind = (&'static str, &'static str, i64, bool, bool);
/// Shifts of a 所.
const OFFICE: &[Kind] = &[("白班", "worked", 1, false, false), ("节假日班", "free", 1, true, true)];
/// Shifts of the bureau.
const BUREAU: &[Kind] = &[("节假日带班", "free", 1, true, true)];
/// Worked days back on which the rosters were made.
const SINCE: u32 = 15;
/// Days from then on.
const LONG: i32 = 60;
/// Days whose books are closed.
const CLOSED: i32 = 10;

fn made(tx: &mut Tx, set: &Set<'_>, keeper: &Officer, kinds: &[Kind]) -> Result<()> {
    let by = set.at(keeper, SINCE, 8);
    for (name, days, officers, led, approval) in kinds {
        let new = NewShift {
            name: (*name).to_owned(),
            days: (*days).to_owned(),
            begins: "08:30".to_owned(),
            ends: "17:30".to_owned(),
            officers: *officers,
            led: *led,
            approval: *approval,
            from: None,
        };
        soft(shift::define(tx, &by, "", &new))?;
    }
    let (first, last) = (by.today(), by.today().saturating_add(LONG.days()));
    let wish = Wish { unit: String::new(), first, last, wide: false };
    let lines = proposal::draw(tx, &by, &wish)?;
    soft(proposal::take(tx, &by, &wish, &proposal::mark(&lines))).map(drop)
}

/// The rosters, with one place that fell empty afterwards.
pub(super) fn rostered(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    let head = &set.office(0).head;
    made(tx, set, &set.stage.bureau, BUREAU)?;
    made(tx, set, head, OFFICE)?;
    let today = kernel::office_date(set.stage.now);
    let now = set.at(head, 0, 9);
    let ahead = (today.saturating_add(4.days()), today.saturating_add(13.days()));
    let turns = turn::between(tx, &head.unit_path, ahead.0, ahead.1)?;
    if let Some(turn) = turns.first() {
        soft(turn::remove(tx, &now, turn.id))?;
    }
    let Some(other) = set.office(0).handlers.get(1) else { return Ok(()) };
    let later = turn::between(tx, &head.unit_path, ahead.0, today.saturating_add(LONG.days()))?;
    let (by, with) = (set.at(set.handler(), 0, 10), format!("{}|", other.id));
    // The first that the other can take: not on leave then.
    for own in later.iter().filter(|turn| turn.officer == set.handler().id) {
        if soft(swap::ask(tx, &by, own.id, &with, "家中有事，请代一班"))?.is_some() {
            break;
        }
    }
    Ok(())
}

fn at(set: &Set<'_>, officer: &Officer, day: Date, hour: i8) -> Ctx {
    let at = kernel::OFFICE_ZONE.to_timestamp(day.at(hour, 10, 0, 0)).unwrap_or(set.stage.now);
    set.ctx.by(Actor::Officer(officer.clone())).at(at.clamp(Timestamp::MIN, set.stage.now))
}

/// What the shifts of the last week left to each other; the last note waits for whoever comes next.
pub(super) fn handed_over(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    let (office, today) = (set.office(0), kernel::office_date(set.stage.now));
    let who = |id: OfficerId| office.handlers.iter().chain([&office.head]).find(|officer| officer.id == id);
    let (from, to) = (today.saturating_sub(7.days()), today.saturating_sub(1.day()));
    let mut waits: Option<note::NoteId> = None;
    let mut last = None;
    for (count, turn) in turn::between(tx, &office.head.unit_path, from, to)?.into_iter().enumerate() {
        let Some(officer) = who(turn.officer) else { continue };
        // One note a shift, whoever leads it.
        if last.replace((turn.shift, turn.day)) == Some((turn.shift, turn.day)) {
            continue;
        }
        if let Some(note) = waits.take() {
            soft(note::take(tx, &at(set, officer, turn.day, 8), note))?;
        }
        let items =
            if count == 0 { "整理上周的检测报告\n提醒市场方更换公平秤" } else { "" };
        let words = "来电来访均已登记，没有突发情况";
        waits = soft(note::write(tx, &at(set, officer, turn.day, 17), turn.shift, turn.day, words, items))?;
    }
    Ok(())
}

/// The books of the last days, closed, with a remark.
pub(super) fn booked(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    let today = kernel::office_date(set.stage.now);
    let head = set.at(&set.office(0).head, 0, 9);
    let yesterday = today.saturating_sub(1.day());
    // Of a matter, so that it goes with the demo.
    let latest = matters::within_reach(&head).order("m.received_at DESC, m.number DESC").limit(1);
    if let Some(row) = tx.select(&latest)?.first() {
        let number: String = row.get("number")?;
        let words = format!("{number} 的来电时电话系统正在检修，由值班手机接听");
        soft(remark::write(tx, &head, yesterday, remark::Kind::Remark, &words))?;
    }
    let by = set.by_itself("封存日记", 0, 9).at(set.stage.now);
    for back in (1..=CLOSED).rev() {
        seal::close(tx, &by, today.saturating_sub(back.days()))?;
    }
    Ok(())
}
