//! What merging and relations do to clocks, and how it is put back: a clock that stood still because its matter went with
//! another one runs on from the day it always had; what passed in between is counted.

use db::{Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, Id, kind};
use serde_json::json;
use web::Result;

use super::{Clock, INSERT, PAUSE, STOP, explain, of, refresh, rule_set};
use crate::{Matter, matter, relations::LinkId};

/// An id of a clock.
type ClockId = Id<kind::Journal>;

db::sql! {
    NOTE = "INSERT INTO clock_effect (link_id, clock_id, did) VALUES ($1, $2, $3)";
    STOPPED = "SELECT clock_id FROM clock_effect WHERE link_id = $1 AND did = 'stopped'";
    STARTED = "SELECT clock_id FROM clock_effect WHERE link_id = $1 AND did = 'started'";
    LATER = "SELECT link_id FROM clock_effect WHERE clock_id = $1 AND did = 'stopped' AND link_id <> $2";
    FORGET = "DELETE FROM clock_effect WHERE link_id = $1";
    AGAIN = "UPDATE clock SET stopped_on = NULL, result = NULL, words = NULL WHERE id = $1";
    OPEN_PAUSES = "SELECT from_day, reason, paper FROM clock_pause WHERE clock_id = $1 AND to_day IS NULL";
}

/// Which running clocks stop.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stops<'a> {
    /// The one with this key.
    Only(&'a str),
    /// Every one.
    All,
    /// Every one but those by which a reporter must be told (令第121号 第三十六条; 令第20号 第三十一条): what was owed to one
    /// person is not owed less because somebody else reported the same.
    AllButTelling,
}

impl Stops<'_> {
    fn means(self, key: &str) -> bool {
        match self {
            Self::Only(only) => key == only,
            Self::All => true,
            Self::AllButTelling => !law::Law::in_use().reports.is_telling(key),
        }
    }
}

/// Stops the running clocks of a matter that goes with another one from now on, those that are meant: `result` is `merged`, or empty for kept or late by the day. Pauses stay open, so that nothing is lost when it is put back.
///
/// # Errors
/// A fault of the database.
pub(crate) fn give_up(
    tx: &mut Tx,
    ctx: &Ctx,
    of_matter: &Matter,
    link: LinkId,
    (stops, result): (Stops<'_>, &str),
    words: &str,
) -> Result<()> {
    let today = ctx.today();
    let meant = |clock: &Clock| clock.runs() && stops.means(&clock.key);
    for clock in of(tx, of_matter, today)?.into_iter().filter(meant) {
        let kept = if today <= clock.explanation.due { "kept" } else { "late" };
        let result = if result.is_empty() { kept } else { result };
        tx.execute(&STOP, &params![clock.id, today, result, words])?;
        tx.execute(&NOTE, &params![link, clock.id, "stopped"])?;
        let detail = json!({ "clock": clock.key, "on": today, "due": clock.explanation.due, "words": words });
        matter::note(tx, ctx, of_matter.id, "clock_handed_over", None, &detail)?;
    }
    refresh(tx, of_matter)
}

/// [`super::start`] because of `link`, so that [`take_back`] ends it; nothing when it runs already.
///
/// # Errors
/// As [`super::start`].
pub(crate) fn start_by(
    tx: &mut Tx,
    ctx: &Ctx,
    of_matter: &Matter,
    link: LinkId,
    key: &str,
    from: Date,
) -> Result<()> {
    let running = |clock: &Clock| clock.key == key && clock.runs();
    if of(tx, of_matter, from)?.iter().any(running) {
        return Ok(());
    }
    super::start(tx, ctx, of_matter, key, from)?;
    if let Some(started) = of(tx, of_matter, from)?.iter().find(|clock| running(clock)) {
        tx.execute(&NOTE, &params![link, started.id, "started"])?;
    }
    Ok(())
}

/// Begins the running clock `key` anew from `from`; the old run stays as void with the reason (令第121号 第三十五条). An open
/// pause holds for the new run too. `false` when no such clock runs, or it began later than `from` anyway.
///
/// # Errors
/// A fault of the database.
pub(crate) fn restart(
    tx: &mut Tx,
    ctx: &Ctx,
    of_matter: &Matter,
    link: LinkId,
    (key, from): (&str, Date),
    words: &str,
) -> Result<bool> {
    let running = of(tx, of_matter, ctx.today())?.into_iter().find(|clock| clock.key == key && clock.runs());
    let Some(old) = running.filter(|clock| clock.from < from) else { return Ok(false) };
    let set = rule_set(of_matter)?;
    let told = explain(law::Law::in_use(), set, key, super::receipt::of_matter(of_matter, from), false, &[])?;
    let new: ClockId = ctx.id();
    tx.execute(&STOP, &params![old.id, ctx.today(), "void", words])?;
    tx.execute(&INSERT, &params![new, of_matter.id, key, set.id, from, ctx.now, told.due, told.alarm])?;
    for pause in tx.query(&OPEN_PAUSES, &params![old.id])? {
        let (since, reason, paper): (Date, String, String) =
            (pause.get("from_day")?, pause.get("reason")?, pause.get("paper")?);
        let id: ClockId = ctx.id();
        tx.execute(&PAUSE, &params![id, new, since.max(from), reason, paper, None::<kernel::AttachmentId>])?;
    }
    tx.execute(&NOTE, &params![link, old.id, "stopped"])?;
    tx.execute(&NOTE, &params![link, new, "started"])?;
    let detail =
        json!({ "clock": key, "from": from, "due": told.due, "article": told.article, "reason": words });
    matter::note(tx, ctx, of_matter.id, "clock_restart", None, &detail)?;
    refresh(tx, of_matter)?;
    Ok(true)
}

/// Puts back what `link` did to the clocks of a matter: what it stopped runs on from its own first day, what it started is
/// void. Where a later link has begun the clock anew since, only the chain is mended: the period still begins with the last
/// receipt.
///
/// # Errors
/// A fault of the database.
pub(crate) fn take_back(tx: &mut Tx, ctx: &Ctx, of_matter: &Matter, link: LinkId, words: &str) -> Result<()> {
    let before: Vec<ClockId> = tx
        .query(&STOPPED, &params![link])?
        .iter()
        .map(|row| row.get("clock_id"))
        .collect::<Result<_, db::Error>>()?;
    let clocks = of(tx, of_matter, ctx.today())?;
    let own = |id: &ClockId| clocks.iter().find(|clock| clock.id == *id);
    // (key, whether the new run still ran, the later link that has begun it anew since)
    let mut begun: Vec<(&str, bool, Option<LinkId>)> = Vec::new();
    let mut elsewhere: Vec<ClockId> = Vec::new();
    for row in tx.query(&STARTED, &params![link])? {
        let new: ClockId = row.get("clock_id")?;
        let Some(clock) = own(&new) else {
            elsewhere.push(new);
            continue;
        };
        let later = tx.one(&LATER, &params![new, link])?.map(|row| row.get("link_id")).transpose()?;
        if clock.runs() {
            tx.execute(&STOP, &params![new, ctx.today(), "void", words])?;
        }
        begun.push((&clock.key, clock.runs(), later));
    }
    tx.execute(&FORGET, &params![link])?;
    // Clocks of the other matter of the link are put back with that one.
    for new in elsewhere {
        tx.execute(&NOTE, &params![link, new, "started"])?;
    }
    for id in before {
        let Some(clock) = own(&id) else {
            tx.execute(&NOTE, &params![link, id, "stopped"])?;
            continue;
        };
        let anew = begun.iter().find(|(key, ..)| *key == clock.key);
        match anew.map_or((true, None), |(_, ran, later)| (*ran, *later)) {
            (_, Some(later)) => {
                tx.execute(&NOTE, &params![later, id, "stopped"])?;
            }
            (true, None) => {
                tx.execute(&AGAIN, &params![id])?;
                let detail = json!({ "clock": clock.key, "from": clock.from, "due": clock.explanation.due, "words": words });
                matter::note(tx, ctx, of_matter.id, "clock_runs_on", None, &detail)?;
            }
            (false, None) => {}
        }
    }
    refresh(tx, of_matter)
}
