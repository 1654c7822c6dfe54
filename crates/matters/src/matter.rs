//! A matter: opened once, found only within reach, moved step by step.

use db::{Row, Select, Tx, params};
use jiff::{Timestamp, civil::Date};
use kernel::{Ctx, MatterId, Money, OfficerId, TraderId, UnitId, office_date};
use serde_json::{Value as Json, json};
use web::{Problem, Result};

use crate::{Kind, Phase, change, clocks::Begun, dispute, merge, number, reach::within_reach, search};

/// A matter as the spine knows it.
#[derive(Clone, Debug)]
pub struct Matter {
    /// Its id.
    pub id: MatterId,
    /// What it is.
    pub kind: Kind,
    /// `TS-2301-2026-00012`.
    pub number: String,
    /// What it is about, in a line.
    pub title: String,
    /// The procedure's own word.
    pub state: String,
    /// What the state means.
    pub phase: Phase,
    /// The unit that has it.
    pub unit: UnitId,
    /// That unit's place in the tree.
    pub unit_path: String,
    /// The officer who has it.
    pub officer: Option<OfficerId>,
    /// Who registered it.
    pub registered_by: Option<OfficerId>,
    /// The trader.
    pub trader: Option<TraderId>,
    /// How it came.
    pub channel: String,
    /// Goods or service (code).
    pub goods: Option<String>,
    /// Problem (code).
    pub problem: Option<String>,
    /// Where it happened.
    pub place: String,
    /// When it was received.
    pub received_at: Timestamp,
    /// The legal date of receipt.
    pub received_on: Date,
    /// The legal date it ended.
    pub closed_on: Option<Date>,
    /// The word of the outcome.
    pub outcome: Option<String>,
    /// The rule set it is handled under.
    pub rule_set: String,
    /// The earliest alarm of its running clocks.
    pub next_alarm: Option<Date>,
    /// The sum in dispute.
    pub amount: Option<Money>,
    /// What the consumer got back.
    pub recovered: Option<Money>,
    /// How often it was sent back to the dispatcher.
    pub returned: i64,
    /// Number of the national platform or 12345.
    pub outside_number: Option<String>,
    /// For the check of simultaneous changes.
    pub version: i64,
}

/// What a new matter is made of.
#[derive(Clone, Debug)]
pub struct NewMatter {
    /// What it is.
    pub kind: Kind,
    /// What it is about, in a line; never personal data.
    pub title: String,
    /// Its first state.
    pub state: &'static str,
    /// What that means.
    pub phase: Phase,
    /// The unit that has it.
    pub unit: UnitId,
    /// The officer who has it.
    pub officer: Option<OfficerId>,
    /// The trader.
    pub trader: Option<TraderId>,
    /// How it came.
    pub channel: String,
    /// Goods or service (code).
    pub goods: Option<String>,
    /// Problem (code).
    pub problem: Option<String>,
    /// Where it happened.
    pub place: String,
    /// When it was received.
    pub received_at: Timestamp,
    /// The sum in dispute.
    pub amount: Option<Money>,
    /// When it was answered on the spot: the outcome.
    pub outcome: Option<&'static str>,
    /// When it ended, if it came with an outcome and not at once.
    pub closed_at: Option<Timestamp>,
    /// The clock that begins with the day of receipt, where the law of that day has it.
    pub clock: Option<&'static str>,
    /// Number of another system.
    pub outside_number: Option<String>,
    /// Which system or file it comes from.
    pub source: String,
    /// Text to be found by, beside title and place; never personal data.
    pub text: String,
    /// Whether it is demo data.
    pub demo: bool,
}

/// A step of a matter: what changes on the spine.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The state after.
    pub state: &'a str,
    /// What it means.
    pub phase: Phase,
    /// The outcome, when the step ends the matter.
    pub outcome: Option<&'a str>,
}

/// What the schema gives a new row.
const FIRST_VERSION: i64 = 1;

db::sql! {
    UNIT = "SELECT path, code FROM unit WHERE id = $1";
    INSERT = "INSERT INTO matter (id, kind, number, title, state, phase, unit_id, unit_path, officer_id, registered_by, trader_id, \
              channel, goods, problem, region, place, received_at, received_on, closed_at, closed_on, outcome, rule_set, amount, \
              outside_number, source, demo, next_alarm, next_clock) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
              $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)";
    OF_TRADER = "UPDATE matter SET trader_id = $3, version = version + 1 WHERE id = $1 AND version = $2";
    LAST = "SELECT actor, verb, at FROM journal WHERE matter_id = $1 ORDER BY at DESC, seq DESC LIMIT 1";
}

impl Matter {
    /// Reads a row of [`within_reach`].
    ///
    /// # Errors
    /// When a column is of another kind.
    pub fn read(row: &Row) -> Result<Self, db::Error> {
        let (kind, phase): (String, String) = (row.get("kind")?, row.get("phase")?);
        Ok(Self {
            id: row.get("id")?,
            kind: Kind::from_code(&kind).unwrap_or(Kind::Other),
            number: row.get("number")?,
            title: row.get("title")?,
            state: row.get("state")?,
            phase: Phase::from_code(&phase).unwrap_or(Phase::New),
            unit: row.get("unit_id")?,
            unit_path: row.get("unit_path")?,
            officer: row.get("officer_id")?,
            registered_by: row.get("registered_by")?,
            trader: row.get("trader_id")?,
            channel: row.get("channel")?,
            goods: row.get("goods")?,
            problem: row.get("problem")?,
            place: row.get("place")?,
            received_at: row.get("received_at")?,
            received_on: row.get("received_on")?,
            closed_on: row.get("closed_on")?,
            outcome: row.get("outcome")?,
            rule_set: row.get("rule_set")?,
            next_alarm: row.get("next_alarm")?,
            amount: row.get("amount")?,
            recovered: row.get("recovered")?,
            returned: row.get("returned")?,
            outside_number: row.get("outside_number")?,
            version: row.get("version")?,
        })
    }
}

/// Opens a matter: number, law of the day, journal, search, in the caller's transaction.
///
/// # Errors
/// A refusal when no law covers the day of receipt.
pub fn open(tx: &mut Tx, ctx: &Ctx, new: &NewMatter) -> Result<Matter> {
    let received_on = office_date(new.received_at);
    let set = crate::clocks::law_on(received_on)?;
    let unit = tx.one(&UNIT, &params![new.unit])?.ok_or(Problem::NotFound)?;
    let (path, code): (String, String) = (unit.get("path")?, unit.get("code")?);
    let number = number::next(tx, new.unit, &code, new.kind, received_on.year())?;
    let mut matter = opened(ctx, new, (number, path, &set.id));
    let first = new.clock.map(|key| Begun::opening(&matter, key)).transpose()?.flatten();
    matter.next_alarm = first.as_ref().map(|first| first.alarm);
    insert(tx, new, &matter)?;
    let words = [matter.number.as_str(), &new.title, &new.place, &new.text].join(" ");
    tx.search_put(matter.id.uuid(), &search::tokens(&words))?;
    let detail = json!({ "number": matter.number, "channel": new.channel, "rule_set": set.id });
    note(tx, ctx, matter.id, "register", Some(new.state), &detail)?;
    if let Some(first) = first {
        first.begin(tx, ctx, &matter)?;
    }
    Ok(matter)
}

/// When a matter that came with an outcome ended.
fn closed_at(new: &NewMatter) -> Option<Timestamp> {
    new.outcome.map(|_| new.closed_at.unwrap_or(new.received_at))
}

/// The matter as its row is written, so that it need not be asked for while the series of numbers is locked.
fn opened(ctx: &Ctx, new: &NewMatter, (number, unit_path, rule_set): (String, String, &str)) -> Matter {
    Matter {
        id: ctx.id(),
        kind: new.kind,
        number,
        title: new.title.clone(),
        state: new.state.to_owned(),
        phase: new.phase,
        unit: new.unit,
        unit_path,
        officer: new.officer,
        registered_by: ctx.officer().ok().map(|officer| officer.id),
        trader: new.trader,
        channel: new.channel.clone(),
        goods: new.goods.clone(),
        problem: new.problem.clone(),
        place: new.place.clone(),
        received_at: new.received_at,
        received_on: office_date(new.received_at),
        closed_on: closed_at(new).map(office_date),
        outcome: new.outcome.map(str::to_owned),
        rule_set: rule_set.to_owned(),
        next_alarm: None,
        amount: new.amount,
        recovered: None,
        returned: 0,
        outside_number: new.outside_number.clone(),
        version: FIRST_VERSION,
    }
}

fn insert(tx: &mut Tx, new: &NewMatter, matter: &Matter) -> Result<()> {
    let row = params![
        matter.id,
        new.kind.code(),
        matter.number,
        new.title,
        new.state,
        new.phase.code(),
        new.unit,
        matter.unit_path,
        new.officer,
        matter.registered_by,
        new.trader,
        new.channel,
        new.goods,
        new.problem,
        None::<String>,
        new.place,
        new.received_at,
        matter.received_on,
        closed_at(new),
        matter.closed_on,
        new.outcome,
        matter.rule_set,
        new.amount,
        new.outside_number,
        new.source,
        new.demo,
        matter.next_alarm,
        new.clock.filter(|_| matter.next_alarm.is_some())
    ];
    Ok(tx.put(&INSERT, &row)?)
}

/// The matter with `number`, within reach.
///
/// # Errors
/// [`Problem::NotFound`], also when it is not the actor's to know.
pub fn find(tx: &mut Tx, ctx: &Ctx, number: &str) -> Result<Matter> {
    let list = within_reach(ctx).and("m.number = ?", params![number]);
    one(tx, &list)
}

/// The matter with `id`, within reach.
///
/// # Errors
/// As [`find`].
pub fn by_id(tx: &mut Tx, ctx: &Ctx, id: MatterId) -> Result<Matter> {
    let list = within_reach(ctx).and("m.id = ?", params![id]);
    one(tx, &list)
}

fn one(tx: &mut Tx, list: &Select) -> Result<Matter> {
    let row = tx.select(list)?.into_iter().next().ok_or(Problem::NotFound)?;
    Ok(Matter::read(&row)?)
}

/// The matter with `number` for a change that was prepared on `version`: locked, and refused with who did what when
/// somebody was faster.
///
/// # Errors
/// As [`find`]; [`Problem::Stale`].
pub fn lock(tx: &mut Tx, ctx: &Ctx, number: &str, version: Option<i64>) -> Result<Matter> {
    let now = one(tx, &within_reach(ctx).and("m.number = ?", params![number]).for_update())?;
    if version.is_none_or(|version| version == now.version) {
        return Ok(now);
    }
    let last = tx.one(&LAST, &params![now.id])?.ok_or(Problem::NotFound)?;
    let (actor, verb, at): (String, String, Timestamp) =
        (last.get("actor")?, last.get("verb")?, last.get("at")?);
    let what = crate::timeline::words(&verb);
    Err(Problem::Stale(format!(
        "{actor} 刚在 {} 对这件事项做了“{what}”，请核对最新情况后再办理",
        kernel::office_minute(at)
    )))
}

/// Moves a matter: version-checked, journalled, alarms recomputed; its row is written at the end of the command.
///
/// # Errors
/// [`Problem::Stale`] when somebody was faster.
pub fn step(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &mut Matter,
    step: Step<'_>,
    verb: &str,
    detail: &Json,
) -> Result<()> {
    let done = step.phase == Phase::Done;
    let from = matter.version;
    matter.version += 1;
    step.state.clone_into(&mut matter.state);
    matter.phase = step.phase;
    matter.closed_on = done.then(|| ctx.today());
    if let Some(outcome) = step.outcome {
        matter.outcome = Some(outcome.to_owned());
    }
    note(tx, ctx, matter.id, verb, Some(step.state), detail)?;
    if done {
        merge::end_with(tx, ctx, matter)?;
        dispute::end_with(tx, ctx, matter)?;
    }
    change::step(tx, matter, from, done.then(|| (ctx.now, ctx.today())))
}

/// Says that a command, which has locked the matter, will end it: see [`Tx::ahead`].
///
/// # Errors
/// A fault of the database.
pub fn ahead_of_end(tx: &mut Tx, matter: &Matter) -> Result<()> {
    crate::clocks::ahead(tx, matter)?;
    merge::ahead(tx, matter)?;
    dispute::ahead(tx, matter)
}

/// Stores what the consumer got back.
///
/// # Errors
/// A fault of the database.
pub fn set_recovered(tx: &mut Tx, matter: &Matter, recovered: Option<Money>) -> Result<()> {
    change::recovered(tx, matter, recovered)
}

/// Says which trader a matter is about, or that it is not known; version-checked, journalled.
///
/// # Errors
/// [`Problem::Stale`] when somebody was faster.
pub fn set_trader(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &mut Matter,
    trader: Option<TraderId>,
    detail: &Json,
) -> Result<()> {
    tx.exactly_one(&OF_TRADER, &params![matter.id, matter.version, trader])?;
    matter.version += 1;
    matter.trader = trader;
    let verb = if trader.is_some() { "trader_linked" } else { "trader_unlinked" };
    note(tx, ctx, matter.id, verb, None, detail)
}

/// Writes what happened to a matter into the journal.
///
/// # Errors
/// A fault of the database.
pub fn note(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: MatterId,
    verb: &str,
    state: Option<&str>,
    detail: &Json,
) -> Result<()> {
    Ok(journal::write(tx, ctx, journal::Entry { matter: Some(matter), subject: "", verb, state, detail })?)
}
