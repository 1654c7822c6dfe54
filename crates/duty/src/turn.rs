//! Turns (值班人员、带班领导): who stands which shift on a day.

use db::{Row, Select, Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, Id, OfficerId, Permission, Refusal, Role, UnitId, kind};
use people::{Colleague, Unit};
use serde_json::json;
use web::{Problem, Result};

use crate::{
    place,
    rules::Part,
    shift::{self, Shift, ShiftId},
};

/// An id of a turn.
pub type TurnId = Id<kind::Post>;

/// Somebody on the roster of a day.
#[derive(Clone, Debug)]
pub struct Turn {
    /// Its id.
    pub id: TurnId,
    /// The shift.
    pub shift: ShiftId,
    /// The shift's unit.
    pub unit_path: String,
    /// The day on which the shift begins.
    pub day: Date,
    /// The person.
    pub officer: OfficerId,
    /// The name.
    pub name: String,
    /// What the person does.
    pub part: Part,
    /// Whether he or she is on leave on that day, or works here no more.
    pub away: bool,
    /// Counts its changes.
    pub version: i64,
}

/// Turns with the person's name and whether he or she is away that day.
macro_rules! turns {
    ($narrowed:literal) => {
        concat!(
            "SELECT t.id, t.shift_id, t.unit_path, t.day, t.officer_id, o.name, t.part, t.version, (o.enabled = FALSE OR EXISTS ( \
             SELECT 1 FROM officer_leave l WHERE l.officer_id = t.officer_id AND l.from_day <= t.day AND l.to_day >= t.day)) AS away \
             FROM duty_turn t JOIN officer o ON o.id = t.officer_id",
            $narrowed
        )
    };
}

db::sql! {
    BETWEEN = turns!(" WHERE t.day >= $1 AND t.day <= $2 AND t.unit_path >= $3 AND t.unit_path < $4 AND t.removed_at IS NULL \
                      ORDER BY t.day, CASE t.part WHEN 'leader' THEN 0 ELSE 1 END, t.set_at, o.name, t.id");
    OF_OFFICER = turns!(" WHERE t.officer_id = $1 AND t.day >= $2 AND t.removed_at IS NULL ORDER BY t.day, t.id");
    ON_LEAVE = "SELECT officer_id, from_day, to_day FROM officer_leave WHERE from_day <= $2 AND to_day >= $1";
    INSERT = "INSERT INTO duty_turn (id, shift_id, unit_path, day, officer_id, part, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    REMOVE = "UPDATE duty_turn SET removed_by = $2, removed_at = $3, version = version + 1 WHERE id = $1 AND removed_at IS NULL";
    GIVE = "UPDATE duty_turn SET officer_id = $2, version = version + 1 WHERE id = $1 AND version = $3 AND removed_at IS NULL";
    STANDS = "SELECT COUNT(*) FROM duty_turn WHERE shift_id = $1 AND day = $2 AND officer_id = $3 AND removed_at IS NULL";
}

const HEAD: &str = turns!("");
const SEEN: &str = "(t.unit_path >= ? AND t.unit_path < ?) OR ? LIKE t.unit_path || '%'";

fn read(row: &Row) -> Result<Turn, db::Error> {
    Ok(Turn {
        id: row.get("id")?,
        shift: row.get("shift_id")?,
        unit_path: row.get("unit_path")?,
        day: row.get("day")?,
        officer: row.get("officer_id")?,
        name: row.get("name")?,
        part: Part::from_code(&row.get::<String>("part")?).unwrap_or(Part::Officer),
        away: row.get("away")?,
        version: row.get("version")?,
    })
}

/// The turns of the units below `path` from the first to the last day.
///
/// # Errors
/// A fault of the database.
pub fn between(tx: &mut Tx, path: &str, first: Date, last: Date) -> Result<Vec<Turn>> {
    let rows = tx.query(&BETWEEN, &params![first, last, path, format!("{path}~")])?;
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// The turns of an officer from a day on.
///
/// # Errors
/// A fault of the database.
pub fn of_officer(tx: &mut Tx, officer: OfficerId, from: Date) -> Result<Vec<Turn>> {
    Ok(tx.query(&OF_OFFICER, &params![officer, from])?.iter().map(read).collect::<Result<_, _>>()?)
}

pub(crate) fn one(ctx: &Ctx, id: TurnId) -> Select {
    Select::from(HEAD)
        .and(SEEN, place::seen_values(ctx))
        .and("t.id = ? AND t.removed_at IS NULL", params![id])
}

/// One turn of a roster the actor may see.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn find(tx: &mut Tx, ctx: &Ctx, id: TurnId) -> Result<Turn> {
    let rows = tx.select(&one(ctx, id))?;
    Ok(read(rows.first().ok_or(Problem::NotFound)?)?)
}

/// Who is on leave between two days: officer, first and last day.
///
/// # Errors
/// A fault of the database.
pub fn on_leave(tx: &mut Tx, first: Date, last: Date) -> Result<Vec<(OfficerId, Date, Date)>> {
    let rows = tx.query(&ON_LEAVE, &params![first, last])?;
    let read = |row: &Row| Ok((row.get("officer_id")?, row.get("from_day")?, row.get("to_day")?));
    Ok(rows.iter().map(read).collect::<Result<_, db::Error>>()?)
}

/// Somebody who may stand or lead a shift.
#[derive(Clone, Debug)]
pub struct Able {
    /// The person.
    pub officer: OfficerId,
    /// The name.
    pub name: String,
    /// The unit of the post.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// Whether he or she may lead (带班): heads do.
    pub leads: bool,
    /// Whether the post is at the roster's unit or below it; else above.
    pub below: bool,
    /// Whether he or she is on leave on the day asked for.
    pub away: bool,
}

/// Who may stand or lead at `unit` on `day`: its own and those below; to lead, also the heads above.
///
/// # Errors
/// A fault of the database.
pub fn able(tx: &mut Tx, unit: &Unit, day: Date) -> Result<Vec<Able>> {
    let units = people::units(tx)?;
    let top = unit.path.split_inclusive('/').take(2).collect::<String>();
    let colleagues = people::colleagues(tx, &top, day, Permission::StandDuty)?;
    let mut found: Vec<Able> = Vec::new();
    let path = |one: &Colleague| units.iter().find(|unit| unit.id == one.unit).map(|unit| unit.path.as_str());
    for one in &colleagues {
        let Some(at) = path(one) else { continue };
        let (leads, below) = (leads(one.role), at.starts_with(&unit.path));
        let above = leads && unit.path.starts_with(at);
        if !(below || above) {
            continue;
        }
        // Somebody with two posts stands once, and leads where one of them lets him.
        if let Some(known) = found.iter_mut().find(|known| known.officer == one.id) {
            known.leads |= leads;
            known.below |= below;
            continue;
        }
        found.push(Able {
            officer: one.id,
            name: one.name.clone(),
            unit: one.unit,
            unit_name: one.unit_name.clone(),
            leads,
            below,
            away: one.away,
        });
    }
    Ok(found)
}

/// Whether a post of this role leads a shift.
fn leads(role: Role) -> bool {
    role.may(Permission::Approve)
}

/// Puts somebody on the roster, by hand or by a proposal.
///
/// # Errors
/// Refusals without the right, for a day that is past, on which there is no such shift, for somebody on leave, who is there
/// already or may not; not found.
pub fn set(
    tx: &mut Tx,
    ctx: &Ctx,
    shift: ShiftId,
    day: Date,
    officer: OfficerId,
    part: Part,
) -> Result<TurnId> {
    ctx.may(Permission::KeepRoster)?;
    let shift = shift::find(tx, ctx, shift)?;
    if !place::is_below(ctx, &shift.unit_path) {
        return Err(Problem::NotFound);
    }
    not_past(ctx, day)?;
    let refuse = |code, words: String| Problem::from(Refusal::new(code, words).at("officer"));
    if !shift.is_on(&law::Law::in_use().calendar, day) {
        return Err(Refusal::new("no_shift", format!("{day} 没有“{}”", shift.name)).at("shift").into());
    }
    let unit = place::by_id(tx, shift.unit)?;
    let one = able(tx, &unit, day)?.into_iter().find(|one| one.officer == officer);
    let one = one.ok_or_else(|| refuse("officer", "请从列表中选择人员".to_owned()))?;
    if part == Part::Leader && !one.leads {
        return Err(refuse("leader", format!("{} 不是局领导或者科所长，不能带班", one.name)));
    }
    if part == Part::Officer && !one.below {
        return Err(refuse("officer", format!("{} 不在本单位，可以带班，不排值班", one.name)));
    }
    fit(tx, &shift, day, officer, &one.name)?;
    let (id, by): (TurnId, _) = (ctx.id(), ctx.officer()?.id);
    tx.execute(&INSERT, &params![id, shift.id, shift.unit_path, day, officer, part.code(), by, ctx.now])?;
    tell(tx, ctx, "duty_set", &shift, day, part, &one.name)?;
    Ok(id)
}

/// Refuses who is on leave on `day`, or stands the shift already.
pub(crate) fn fit(tx: &mut Tx, shift: &Shift, day: Date, officer: OfficerId, name: &str) -> Result<()> {
    let refuse = |code, words: String| Problem::from(Refusal::new(code, words).at("officer"));
    if on_leave(tx, day, day)?.iter().any(|(who, ..)| *who == officer) {
        return Err(refuse("on_leave", format!("{name} {day} 请假")));
    }
    if tx.scalar::<i64>(&STANDS, &params![shift.id, day, officer])? > 0 {
        return Err(refuse("stands", format!("{name} {day} 已经排在“{}”", shift.name)));
    }
    Ok(())
}

fn not_past(ctx: &Ctx, day: Date) -> Result<()> {
    if day < ctx.today() {
        let words = "已经过去的日子不再改动；与实际不符的，请在当天的申诉举报日记里登记更正";
        return Err(Refusal::new("past", words).at("day").into());
    }
    Ok(())
}

/// Takes somebody off the roster.
///
/// # Errors
/// Refusals without the right, for a day that is past; not found.
pub fn remove(tx: &mut Tx, ctx: &Ctx, id: TurnId) -> Result<Turn> {
    ctx.may(Permission::KeepRoster)?;
    let turn = find(tx, ctx, id)?;
    if !place::is_below(ctx, &turn.unit_path) {
        return Err(Problem::NotFound);
    }
    not_past(ctx, turn.day)?;
    tx.exactly_one(&REMOVE, &params![id, ctx.officer()?.id, ctx.now])?;
    let shift = shift::find(tx, ctx, turn.shift)?;
    tell(tx, ctx, "duty_removed", &shift, turn.day, turn.part, &turn.name)?;
    Ok(turn)
}

/// Gives a turn to somebody else, as an exchange says.
pub(crate) fn give(tx: &mut Tx, turn: &Turn, to: OfficerId) -> Result<()> {
    Ok(tx.exactly_one(&GIVE, &params![turn.id, to, turn.version])?)
}

fn tell(tx: &mut Tx, ctx: &Ctx, verb: &str, shift: &Shift, day: Date, part: Part, who: &str) -> Result<()> {
    let detail = json!({ "on": day, "part": part.code(), "who": who });
    Ok(journal::note(tx, ctx, &shift.name, verb, &detail)?)
}
