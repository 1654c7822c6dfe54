//! Call-back (回访, R04; 令第121号 第二十六条): planned for all or by a stratified sample that anybody can draw again.

use std::collections::BTreeMap;

use db::{Row, Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, Id, MatterId, OfficerId, Permission, Refusal, UnitId, kind, sm3};
use matters::{Kind, Matter, NewMatter, clocks};
use serde_json::json;

use crate::rules;

type Done<T> = web::Result<T>;

/// An id of a call-back.
pub type CallBackId = Id<kind::Job>;

/// A plan: which closed complaints are called back.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Closed from.
    pub from: Date,
    /// Closed to.
    pub to: Date,
    /// How many of each stratum (outcome × unit); `None` for all.
    pub per_stratum: Option<usize>,
    /// The seed the draw can be repeated with.
    pub seed: String,
    /// Until when the calls are to be made.
    pub due: Date,
}

/// What a call-back found.
#[derive(Clone, Debug, Default)]
pub struct Result {
    /// `reached`, `unreachable`, `declined`.
    pub state: String,
    /// 1 to 5.
    pub satisfaction: Option<i64>,
    /// Whether the outcome on record is what the consumer says: `yes`, `partly`, `no`.
    pub performed: String,
    /// Reasons.
    pub words: String,
    /// Whether to handle it again.
    pub reopen: bool,
}

/// A call-back that is due.
#[derive(Clone, Debug)]
pub struct Due {
    /// Its id.
    pub id: CallBackId,
    /// The complaint.
    pub number: String,
    /// What it was about.
    pub title: String,
    /// Its outcome.
    pub outcome: String,
    /// Until when.
    pub due_on: Date,
    /// Tries so far.
    pub tries: i64,
}

db::sql! {
    CLOSED = "SELECT m.id, m.number, m.outcome, m.unit_id FROM matter m WHERE m.kind = 'complaint' AND m.closed_on >= $1 AND m.closed_on <= $2 \
              AND m.unit_path >= $3 AND m.unit_path < $4 AND m.outcome IN ('settled', 'terminated', 'refused') \
              AND NOT EXISTS (SELECT 1 FROM callback c WHERE c.matter_id = m.id) ORDER BY m.number";
    INSERT = "INSERT INTO callback (id, matter_id, plan_id, due_on, state) VALUES ($1, $2, $3, $4, 'due')";
    PLAN = "INSERT INTO callback_plan (id, from_day, to_day, unit_id, way, per_stratum, seed, drawn, population, by_id, at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    DUE = "SELECT c.id, m.number, m.title, m.outcome, c.due_on, c.tries FROM callback c JOIN matter m ON m.id = c.matter_id \
           LEFT JOIN complaint k ON k.matter_id = m.id \
           WHERE c.state = 'due' AND m.unit_path >= $1 AND m.unit_path < $2 AND (m.officer_id IS NULL OR m.officer_id <> $3) \
           AND (k.handler_id IS NULL OR k.handler_id <> $3) ORDER BY c.due_on, m.number LIMIT 100";
    FIND = "SELECT c.matter_id, c.state, m.number, k.handler_id, m.officer_id FROM callback c JOIN matter m ON m.id = c.matter_id \
            LEFT JOIN complaint k ON k.matter_id = m.id WHERE c.id = $1";
    TRY = "UPDATE callback SET tries = tries + 1, words = $2 WHERE id = $1";
    RECORD = "UPDATE callback SET state = $2, tries = tries + 1, by_id = $3, at = $4, satisfaction = $5, performed = $6, words = $7, \
              reopened_as = $8 WHERE id = $1 AND state = 'due'";
    FACTS_FROM = "INSERT INTO complaint (matter_id, facts_from) VALUES ($1, $2) ON CONFLICT (matter_id) DO NOTHING";
}

/// Draws the sample: in each stratum the `per` with the smallest SM3 of seed and number. The same seed gives the same draw.
///
/// ```
/// let closed = [("settled|1", "TS-1"), ("settled|1", "TS-2"), ("refused|1", "TS-3")];
/// let drawn = complaints::draw(&closed, Some(1), "2026");
/// assert_eq!(drawn.len(), 2);
/// assert_eq!(drawn, complaints::draw(&closed, Some(1), "2026"));
/// ```
pub fn draw(closed: &[(&str, &str)], per: Option<usize>, seed: &str) -> Vec<usize> {
    let mut strata: BTreeMap<&str, Vec<([u8; 32], usize)>> = BTreeMap::new();
    for (at, (stratum, number)) in closed.iter().enumerate() {
        strata.entry(stratum).or_default().push((sm3(format!("{seed}|{number}").as_bytes()), at));
    }
    let mut drawn: Vec<usize> = Vec::new();
    for members in strata.values_mut() {
        members.sort_unstable();
        drawn.extend(members.iter().take(per.unwrap_or(members.len())).map(|(_, at)| *at));
    }
    drawn.sort_unstable();
    drawn
}

/// Makes a plan and its call-backs; how many of how many were drawn.
///
/// # Errors
/// Refusals without the right or for days out of order.
pub fn plan(tx: &mut Tx, ctx: &Ctx, plan: &Plan) -> Done<(usize, usize)> {
    ctx.may(Permission::CallBack)?;
    if plan.to < plan.from {
        return Err(Refusal::new("order", "结束日不能早于开始日").at("to").into());
    }
    let officer = ctx.officer()?;
    let rows = tx
        .query(&CLOSED, &params![plan.from, plan.to, officer.unit_path, format!("{}~", officer.unit_path)])?;
    let read = |row: &Row| {
        let stratum = format!("{}|{}", row.get::<String>("outcome")?, row.get::<UnitId>("unit_id")?);
        Ok::<_, db::Error>((row.get::<MatterId>("id")?, stratum, row.get::<String>("number")?))
    };
    let closed: Vec<_> = rows.iter().map(read).collect::<std::result::Result<_, _>>()?;
    let keys: Vec<(&str, &str)> =
        closed.iter().map(|(_, stratum, number)| (stratum.as_str(), number.as_str())).collect();
    let drawn = draw(&keys, plan.per_stratum, &plan.seed);
    let id: CallBackId = ctx.id();
    let way = if plan.per_stratum.is_some() { "sample" } else { "all" };
    tx.execute(
        &PLAN,
        &params![
            id,
            plan.from,
            plan.to,
            officer.unit,
            way,
            plan.per_stratum,
            plan.seed,
            drawn.len(),
            closed.len(),
            officer.id,
            ctx.now
        ],
    )?;
    for (matter, ..) in drawn.iter().filter_map(|at| closed.get(*at)) {
        let one: CallBackId = ctx.id();
        tx.execute(&INSERT, &params![one, *matter, id, plan.due])?;
    }
    Ok((drawn.len(), closed.len()))
}

/// The call-backs the actor may make: due, within the unit, never of complaints the actor handled.
///
/// # Errors
/// A fault of the database.
pub fn due(tx: &mut Tx, ctx: &Ctx) -> Done<Vec<Due>> {
    let officer = ctx.officer()?;
    let rows = tx.query(&DUE, &params![officer.unit_path, format!("{}~", officer.unit_path), officer.id])?;
    let read = |row: &Row| {
        Ok::<_, db::Error>(Due {
            id: row.get("id")?,
            number: row.get("number")?,
            title: row.get("title")?,
            outcome: row.get::<Option<String>>("outcome")?.unwrap_or_default(),
            due_on: row.get("due_on")?,
            tries: row.get("tries")?,
        })
    };
    Ok(rows.iter().map(read).collect::<std::result::Result<_, _>>()?)
}

/// The complaint of a call-back, if the actor may make it.
///
/// # Errors
/// Not found; a refusal for the handler.
pub fn of(tx: &mut Tx, ctx: &Ctx, id: CallBackId) -> Done<Matter> {
    let row = tx.one(&FIND, &params![id])?.ok_or(web::Problem::NotFound)?;
    let matter = matters::find(tx, ctx, &row.get::<String>("number")?)?;
    let handlers: [Option<OfficerId>; 2] = [row.get("handler_id")?, row.get("officer_id")?];
    rules::is_neutral(&ctx.officer()?.id, &handlers)?;
    Ok(matter)
}

/// Records what a call-back found; the new complaint's number when it is to be handled again (重办).
///
/// # Errors
/// Refusals for a missing answer, or for who handled the complaint.
pub fn record(tx: &mut Tx, ctx: &Ctx, id: CallBackId, found: &Result) -> Done<Option<String>> {
    ctx.may(Permission::CallBack)?;
    let matter = of(tx, ctx, id)?;
    if found.state == "unreachable" {
        tx.execute(&TRY, &params![id, found.words])?;
        matters::note(tx, ctx, matter.id, "callback", None, &json!({ "words": "未联系上" }))?;
        return Ok(None);
    }
    if !["reached", "declined"].contains(&found.state.as_str()) {
        return Err(Refusal::new("state", "请选择联系结果").at("state").into());
    }
    if found.state == "reached" && !found.satisfaction.is_some_and(|score| (1..=5).contains(&score)) {
        return Err(Refusal::new("satisfaction", "请选择满意度 1 至 5").at("satisfaction").into());
    }
    let again = if found.reopen { Some(reopen(tx, ctx, &matter, &found.words)?) } else { None };
    let performed = Some(found.performed.as_str()).filter(|word| !word.is_empty());
    tx.exactly_one(
        &RECORD,
        &params![
            id,
            found.state,
            ctx.officer()?.id,
            ctx.now,
            found.satisfaction,
            performed,
            found.words,
            again.as_ref().map(|new| new.id)
        ],
    )?;
    let words = found.satisfaction.map_or_else(|| "拒绝评价".to_owned(), |score| format!("满意度 {score}"));
    matters::note(tx, ctx, matter.id, "callback", None, &json!({ "words": words }))?;
    Ok(again.map(|new| new.number))
}

/// Opens the complaint again as a new matter with new clocks, linked; the old one and its figures stay as they were.
fn reopen(tx: &mut Tx, ctx: &Ctx, old: &Matter, words: &str) -> Done<Matter> {
    if words.trim().is_empty() {
        return Err(Refusal::new("reopen_words", "重办须写明理由").at("words").into());
    }
    let new = matters::open(
        tx,
        ctx,
        &NewMatter {
            kind: Kind::Complaint,
            title: old.title.clone(),
            state: "received",
            phase: matters::Phase::New,
            unit: old.unit,
            officer: None,
            trader: old.trader,
            channel: "phone".to_owned(),
            goods: old.goods.clone(),
            problem: old.problem.clone(),
            place: old.place.clone(),
            received_at: ctx.now,
            amount: old.amount,
            outcome: None,
            closed_at: None,
            clock: None,
            outside_number: None,
            source: "callback".to_owned(),
            text: words.to_owned(),
            demo: false,
        },
    )?;
    tx.execute(&FACTS_FROM, &params![new.id, old.id])?;
    matters::relations::link(tx, ctx, old, &new, "reopened", words)?;
    clocks::start(tx, ctx, &new, "accept", new.received_on)?;
    Ok(new)
}
