//! Counting the running clocks anew under another law: first only looked at, then written and journalled.

use std::collections::BTreeMap;

use db::{Row, Tx, params};
use jiff::civil::Date;
use kernel::{Actor, Ctx, Id, MatterId, OfficerId, kind};
use law::Law;
use serde_json::json;
use web::Result;

use super::{compute, receipt};
use crate::matter;

db::sql! {
    RUNNING = "SELECT c.id, c.matter_id, c.key, c.rule_set, c.from_day, c.extended, c.stopped_on, c.result, c.words, c.due, c.alarm, m.number, \
               m.received_on, m.received_at, m.channel, m.registered_by, u.name AS unit_name FROM clock c JOIN matter m ON m.id = c.matter_id JOIN unit u ON u.id = m.unit_id \
               WHERE c.stopped_on IS NULL ORDER BY m.number, c.key";
    PAUSES = "SELECT p.clock_id, p.from_day, p.to_day, p.reason, p.paper FROM clock_pause p JOIN clock c ON c.id = p.clock_id \
              WHERE c.stopped_on IS NULL ORDER BY p.from_day";
    NEXT = "SELECT DISTINCT matter_id FROM clock WHERE stopped_on IS NULL AND matter_id > $1 ORDER BY matter_id LIMIT $2";
    FIRST = "SELECT DISTINCT matter_id FROM clock WHERE stopped_on IS NULL ORDER BY matter_id LIMIT $1";
}

/// A running clock that another law would move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The matter's number.
    pub number: String,
    /// The unit that has it.
    pub unit: String,
    /// The clock's name.
    pub title: String,
    /// Its legal end as it stands.
    pub before: Date,
    /// Its legal end under the other law.
    pub after: Date,
    /// The day to be safe by, before and after.
    pub alarm: (Date, Date),
}

impl Shift {
    /// By how many days the legal end moves; negative when it comes earlier.
    pub fn days(&self) -> i32 {
        (self.after - self.before).get_days()
    }
}

/// How many clocks run, and which of them `law` would move; nothing is written.
///
/// # Errors
/// A refusal when `law` lacks the clause of a clock that runs; a fault of the database.
pub fn shifts(tx: &mut Tx, law: &Law) -> Result<(usize, Vec<Shift>)> {
    let pauses = tx.query(&PAUSES, &[])?;
    let mut own: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for row in &pauses {
        own.entry(row.get::<Id<kind::Journal>>("clock_id")?.to_string()).or_default().push(row);
    }
    let (rows, mut shifts) = (tx.query(&RUNNING, &[])?, Vec::new());
    for row in &rows {
        let id: Id<kind::Journal> = row.get("id")?;
        let pauses = own.get(&id.to_string()).map_or(&[][..], Vec::as_slice);
        let (on, channel): (Date, String) = (row.get("received_on")?, row.get("channel")?);
        let by_hand = row.get::<Option<OfficerId>>("registered_by")?.is_some();
        let received = (on, row.get("received_at")?);
        let receipt = receipt::of(received, (&channel, by_hand), row.get("from_day")?);
        let clock = compute(law, row, pauses, receipt, on)?;
        let now = (clock.explanation.due, clock.alarm());
        if clock.stored != now {
            shifts.push(Shift {
                number: row.get("number")?,
                unit: row.get("unit_name")?,
                title: clock.title,
                before: clock.stored.0,
                after: now.0,
                alarm: (clock.stored.1, now.1),
            });
        }
    }
    Ok((rows.len(), shifts))
}

/// Counts the clocks of at most `limit` matters anew under the law in use, from the one behind `after` on, and journals each
/// end that moved with `why`. Gives the last matter looked at while there may be more.
///
/// # Errors
/// A fault of the database.
pub fn recount(
    tx: &mut Tx,
    ctx: &Ctx,
    after: Option<MatterId>,
    limit: usize,
    why: &str,
) -> Result<Option<MatterId>> {
    let rows = match after {
        Some(after) => tx.query(&NEXT, &params![after, limit])?,
        None => tx.query(&FIRST, &params![limit])?,
    };
    let all = ctx.by(Actor::System("期限重新计算"));
    let mut last = None;
    for row in &rows {
        let id: MatterId = row.get("matter_id")?;
        last = Some(id);
        let found = matter::by_id(tx, &all, id)?;
        let clocks = super::of(tx, &found, found.received_on)?;
        let moved = clocks.iter().filter(|clock| clock.runs());
        let moved: Vec<_> =
            moved.filter(|clock| clock.stored != (clock.explanation.due, clock.alarm())).collect();
        if moved.is_empty() {
            continue;
        }
        for clock in moved {
            let detail = json!({
                "clock": clock.key, "before": clock.stored.0, "after": clock.explanation.due, "reason": why,
            });
            matter::note(tx, ctx, id, "clock_recount", None, &detail)?;
        }
        super::refresh(tx, &found)?;
    }
    Ok(last.filter(|_| rows.len() == limit))
}
