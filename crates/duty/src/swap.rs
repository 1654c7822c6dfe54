//! Exchanges (换班): a turn given to somebody else, or two turns changed for each other.

use db::{Row, Select, Tx, params};
use jiff::{Timestamp, ToSpan as _, civil::Date};
use kernel::{Ctx, Id, OfficerId, Permission, Refusal, kind, workflow};
use serde_json::json;
use web::{Options, Problem, Result};

use crate::{
    place,
    procedure::{Act, MOVES, State},
    rules::Part,
    shift::{self, Shift},
    turn::{self, Turn, TurnId},
};

/// An id of an exchange.
pub type SwapId = Id<kind::Job>;
/// How far ahead turns are offered in return.
const OFFERED: i64 = 62;
/// Exchanges on the page.
const LINES: usize = 200;

/// An exchange.
#[derive(Clone, Debug)]
pub struct Swap {
    /// Its id.
    pub id: SwapId,
    /// The turn that is given away.
    pub turn: TurnId,
    /// The turn taken in return.
    pub other: Option<TurnId>,
    /// The unit whose roster it is.
    pub unit_path: String,
    /// Who asked.
    pub from: OfficerId,
    /// The name.
    pub from_name: String,
    /// Who is asked.
    pub to: OfficerId,
    /// The name.
    pub to_name: String,
    /// The shift's name.
    pub shift: String,
    /// The day given away.
    pub day: Date,
    /// The day taken in return.
    pub other_day: Option<Date>,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub state: State,
    /// When it was asked.
    pub asked: Timestamp,
    /// Counts its changes.
    pub version: i64,
}

db::sql! {
    INSERT = "INSERT INTO duty_swap (id, turn_id, other_id, unit_path, from_id, to_id, reason, state, asked_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, 'asked', $8)";
    STEP = "UPDATE duty_swap SET state = $3, answered_at = COALESCE(answered_at, $4), decided_by = $5, decided_at = $6, version = version + 1 \
            WHERE id = $1 AND version = $2";
    OPEN = "SELECT COUNT(*) FROM duty_swap WHERE (turn_id = $1 OR other_id = $1) AND state IN ('asked', 'agreed')";
    WAITING = "SELECT COUNT(*) FROM duty_swap s JOIN duty_turn t ON t.id = s.turn_id WHERE t.day >= $4 AND t.removed_at IS NULL AND \
               ((s.to_id = $1 AND s.state = 'asked') OR (s.state = 'agreed' AND s.unit_path >= $2 AND s.unit_path < $3))";
}

const HEAD: &str = "SELECT s.id, s.turn_id, s.other_id, s.unit_path, s.from_id, f.name AS from_name, s.to_id, o.name AS to_name, \
     h.name AS shift, t.day, p.day AS other_day, s.reason, s.state, s.asked_at, s.version FROM duty_swap s \
     JOIN duty_turn t ON t.id = s.turn_id JOIN duty_shift h ON h.id = t.shift_id JOIN officer f ON f.id = s.from_id \
     JOIN officer o ON o.id = s.to_id LEFT JOIN duty_turn p ON p.id = s.other_id";

fn read(row: &Row) -> Result<Swap, db::Error> {
    Ok(Swap {
        id: row.get("id")?,
        turn: row.get("turn_id")?,
        other: row.get("other_id")?,
        unit_path: row.get("unit_path")?,
        from: row.get("from_id")?,
        from_name: row.get("from_name")?,
        to: row.get("to_id")?,
        to_name: row.get("to_name")?,
        shift: row.get("shift")?,
        day: row.get("day")?,
        other_day: row.get("other_day")?,
        reason: row.get("reason")?,
        state: State::from_code(&row.get::<String>("state")?).unwrap_or(State::Withdrawn),
        asked: row.get("asked_at")?,
        version: row.get("version")?,
    })
}

/// Exchanges that are the actor's to know: own ones, and those of the rosters he or she keeps.
pub(crate) fn seen(ctx: &Ctx) -> Select {
    let me = ctx.officer().map_or_else(|_| ctx.id(), |officer| officer.id);
    let path = if ctx.may(Permission::KeepRoster).is_ok() { place::path(ctx) } else { String::from("-") };
    Select::from(HEAD).and(
        "s.from_id = ? OR s.to_id = ? OR (s.unit_path >= ? AND s.unit_path < ?)",
        params![me, me, path, format!("{path}~")],
    )
}

pub(crate) fn lately(ctx: &Ctx) -> Select {
    seen(ctx)
        .order("CASE WHEN s.state IN ('asked', 'agreed') THEN 0 ELSE 1 END, s.asked_at DESC, s.id")
        .limit(LINES)
}

pub(crate) fn one(ctx: &Ctx, id: SwapId) -> Select {
    seen(ctx).and("s.id = ?", params![id])
}

/// The exchanges the actor may know of, open ones first.
///
/// # Errors
/// A fault of the database.
pub fn list(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Swap>> {
    Ok(tx.select(&lately(ctx))?.iter().map(read).collect::<Result<_, _>>()?)
}

/// How many wait for the actor's word.
///
/// # Errors
/// A fault of the database.
pub fn waiting(tx: &mut Tx, ctx: &Ctx) -> Result<usize> {
    let officer = ctx.officer()?;
    let path = if ctx.may(Permission::KeepRoster).is_ok() { place::path(ctx) } else { String::from("-") };
    let count: i64 = tx.scalar(&WAITING, &params![officer.id, path, format!("{path}~"), ctx.today()])?;
    Ok(usize::try_from(count).unwrap_or(0))
}

impl Swap {
    /// Whether the actor is the one whose word `act` is.
    pub fn is_mine(&self, ctx: &Ctx, act: Act) -> bool {
        let Ok(officer) = ctx.officer() else { return false };
        match act {
            Act::Agree | Act::Refuse => officer.id == self.to,
            Act::Withdraw => officer.id == self.from,
            // Four eyes: neither of the two approves.
            Act::Approve | Act::Reject => {
                officer.id != self.from && officer.id != self.to && place::is_below(ctx, &self.unit_path)
            }
            Act::Carry => false,
        }
    }

    /// When it was asked.
    pub fn when(&self) -> String {
        kernel::office_minute(self.asked)
    }

    /// What the actor may do now.
    pub fn acts(&self, ctx: &Ctx) -> Vec<Act> {
        let Ok(officer) = ctx.officer() else { return Vec::new() };
        let lawful = workflow::lawful(MOVES, self.state, officer.role);
        lawful.map(|row| row.act).filter(|act| self.is_mine(ctx, *act)).collect()
    }
}

/// The actor's own turn with its shift, if it can still be given away.
///
/// # Errors
/// Refusals for a turn of somebody else, one that is past, one that is being exchanged; not found.
pub fn own(tx: &mut Tx, ctx: &Ctx, id: TurnId) -> Result<(Turn, Shift)> {
    ctx.may(Permission::StandDuty)?;
    let turn = turn::find(tx, ctx, id)?;
    let refuse = |code, words: &str| Problem::from(Refusal::new(code, words.to_owned()));
    if turn.officer != ctx.officer()?.id {
        return Err(refuse("not_yours", "只能换自己的班"));
    }
    if turn.day < ctx.today() {
        return Err(refuse("past", "已经过去的班不能再换"));
    }
    if tx.scalar::<i64>(&OPEN, &params![id])? > 0 {
        return Err(refuse("being_exchanged", "这一班已经在换班，等有了结果再换"));
    }
    let shift = shift::find(tx, ctx, turn.shift)?;
    Ok((turn, shift))
}

/// With whom the turn can be exchanged: taking over alone, or against a turn of the other.
///
/// # Errors
/// A fault of the database.
pub fn partners(tx: &mut Tx, ctx: &Ctx, turn: &Turn, shift: &Shift) -> Result<Options> {
    let unit = place::by_id(tx, shift.unit)?;
    let suits = |one: &turn::Able| match turn.part {
        Part::Officer => one.below,
        Part::Leader => one.leads,
    };
    let mut able = turn::able(tx, &unit, turn.day)?;
    able.retain(|one| suits(one) && !one.away && one.officer != turn.officer);
    let last = ctx.today().saturating_add(OFFERED.days());
    let turns = turn::between(tx, &unit.path, ctx.today(), last)?;
    let shifts = shift::of_unit(tx, unit.id, ctx.today())?;
    let mut options = Options::new();
    for one in &able {
        options.push((format!("{}|", one.officer), format!("由 {} 代班", one.name)));
        for theirs in turns.iter().filter(|theirs| theirs.officer == one.officer && theirs.part == turn.part)
        {
            let Some(shift) = shifts.iter().find(|shift| shift.id == theirs.shift) else { continue };
            let words = format!("与 {} 的 {} {} 对换", one.name, theirs.day, shift.name);
            options.push((format!("{}|{}", one.officer, theirs.id), words));
        }
    }
    Ok(options)
}

/// Asks somebody to take over, or to change turns.
///
/// # Errors
/// As [`own`]; refusals without a reason, for somebody who cannot.
pub fn ask(tx: &mut Tx, ctx: &Ctx, id: TurnId, with: &str, reason: &str) -> Result<SwapId> {
    let (mine, shift) = own(tx, ctx, id)?;
    let refuse = |field, words: &str| Problem::from(Refusal::new(field, words.to_owned()).at(field));
    if reason.is_empty() {
        return Err(refuse("reason", "请写明为什么换班"));
    }
    if !partners(tx, ctx, &mine, &shift)?.iter().any(|(code, _)| code == with) {
        return Err(refuse("with", "请选择与谁换班"));
    }
    let (to, other) = with.split_once('|').unwrap_or((with, ""));
    let to: OfficerId = to.parse().map_err(|_| refuse("with", "请选择与谁换班"))?;
    let other: Option<TurnId> = other.parse().ok();
    if let Some(other) = other
        && tx.scalar::<i64>(&OPEN, &params![other])? > 0
    {
        return Err(refuse("with", "对方的这一班已经在换班，请另选"));
    }
    fit(tx, ctx, &mine, to, other)?;
    let (id, from): (SwapId, _) = (ctx.id(), ctx.officer()?.id);
    tx.execute(&INSERT, &params![id, mine.id, other, mine.unit_path, from, to, reason, ctx.now])?;
    let detail = json!({ "on": mine.day, "to": to.to_string() });
    journal::note(tx, ctx, &shift.name, "swap_asked", &detail)?;
    Ok(id)
}

/// Whether both can stand what they would.
fn fit(tx: &mut Tx, ctx: &Ctx, mine: &Turn, to: OfficerId, other: Option<TurnId>) -> Result<()> {
    let shift = shift::find(tx, ctx, mine.shift)?;
    turn::fit(tx, &shift, mine.day, to, "对方").map_err(|problem| at(problem, "with"))?;
    if let Some(other) = other {
        let theirs = turn::find(tx, ctx, other)?;
        let shift = shift::find(tx, ctx, theirs.shift)?;
        turn::fit(tx, &shift, theirs.day, mine.officer, "换班人").map_err(|problem| at(problem, "with"))?;
    }
    Ok(())
}

fn at(problem: Problem, field: &'static str) -> Problem {
    match problem {
        Problem::Refused(refusal) => Problem::Refused(refusal.at(field)),
        other => other,
    }
}

/// Takes a step of an exchange; where no head's word is wanted, agreement puts it in force.
///
/// # Errors
/// Refusals for what the table does not allow, for somebody whose word it is not, where the roster changed meanwhile; not found.
pub fn perform(tx: &mut Tx, ctx: &Ctx, id: SwapId, act: Act) -> Result<Swap> {
    let rows = tx.select(&one(ctx, id))?;
    let mut swap = read(rows.first().ok_or(Problem::NotFound)?)?;
    let row = workflow::find(MOVES, swap.state, act, Some(ctx.officer()?.role))?;
    if !swap.is_mine(ctx, act) {
        let words = match act {
            Act::Withdraw => "只有提出换班的人可以撤回",
            Act::Approve | Act::Reject => "换班由双方以外的领导决定",
            _ => "只有被邀请换班的人可以答复",
        };
        return Err(Refusal::new("not_yours", words).into());
    }
    step(tx, ctx, &mut swap, act, row.to)?;
    if act == Act::Agree && !needs_approval(tx, ctx, &swap)? {
        let row = workflow::find(MOVES, swap.state, Act::Carry, None)?;
        step(tx, ctx, &mut swap, Act::Carry, row.to)?;
    }
    if swap.state == State::Done {
        carry(tx, ctx, &swap)?;
    }
    Ok(swap)
}

fn needs_approval(tx: &mut Tx, ctx: &Ctx, swap: &Swap) -> Result<bool> {
    let mut wanted = false;
    for id in [Some(swap.turn), swap.other].into_iter().flatten() {
        let turn = turn::find(tx, ctx, id)?;
        wanted |= shift::find(tx, ctx, turn.shift)?.approval;
    }
    Ok(wanted)
}

fn step(tx: &mut Tx, ctx: &Ctx, swap: &mut Swap, act: Act, to: State) -> Result<()> {
    let decided = matches!(act, Act::Approve | Act::Reject);
    let by = if decided { Some(ctx.officer()?.id) } else { None };
    let at = decided.then_some(ctx.now);
    tx.exactly_one(&STEP, &params![swap.id, swap.version, to.code(), ctx.now, by, at])?;
    (swap.state, swap.version) = (to, swap.version + 1);
    let detail = json!({ "on": swap.day, "who": swap.from_name, "to": swap.to_name });
    Ok(journal::note(tx, ctx, &swap.shift, act.code(), &detail)?)
}

/// Puts the exchange in force: as it was agreed, or not at all.
fn carry(tx: &mut Tx, ctx: &Ctx, swap: &Swap) -> Result<()> {
    let changed = || Problem::from(Refusal::new("roster_changed", "排班刚有变化，请重新提出换班"));
    let turn = |tx: &mut Tx, id: TurnId| match turn::find(tx, ctx, id) {
        Err(Problem::NotFound) => Err(changed()),
        found => found,
    };
    let mine = turn(tx, swap.turn)?;
    let theirs = swap.other.map(|id| turn(tx, id)).transpose()?;
    let stands = mine.officer == swap.from && theirs.as_ref().is_none_or(|theirs| theirs.officer == swap.to);
    if !stands || mine.day < ctx.today() || theirs.as_ref().is_some_and(|theirs| theirs.day < ctx.today()) {
        return Err(changed());
    }
    fit(tx, ctx, &mine, swap.to, swap.other)?;
    turn::give(tx, &mine, swap.to)?;
    if let Some(theirs) = theirs {
        turn::give(tx, &theirs, swap.from)?;
    }
    Ok(())
}
