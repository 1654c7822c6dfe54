//! Shifts (班次) as the office defines them: name, days, hours, how many stand it, whether a leader must be named.

use db::{Row, Select, Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, Id, Refusal, UnitId, kind};
use serde_json::json;
use web::{Problem, Result};

use crate::{
    place::{self, SEEN},
    rules::{self, Days, Hours},
};

/// An id of a shift.
pub type ShiftId = Id<kind::Unit>;
/// Officers of one shift.
const MOST: i64 = 50;

/// A shift.
#[derive(Clone, Debug)]
pub struct Shift {
    /// Its id.
    pub id: ShiftId,
    /// Whose.
    pub unit: UnitId,
    /// The unit's place in the tree.
    pub unit_path: String,
    /// Its name: 白班.
    pub name: String,
    /// On which days it is kept.
    pub days: Days,
    /// From when to when.
    pub hours: Hours,
    /// How many stand it.
    pub officers: i64,
    /// Whether a leader must be named.
    pub led: bool,
    /// Whether an exchange wants a head's word.
    pub approval: bool,
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Option<Date>,
}

/// A shift to be made.
#[derive(Clone, Debug, Default)]
pub struct NewShift {
    /// Its name.
    pub name: String,
    /// A word of [`Days`].
    pub days: String,
    /// `08:30`.
    pub begins: String,
    /// `17:30`.
    pub ends: String,
    /// How many stand it.
    pub officers: i64,
    /// Whether a leader must be named.
    pub led: bool,
    /// Whether an exchange wants a head's word.
    pub approval: bool,
    /// Its first day; today where none is given.
    pub from: Option<Date>,
}

/// Shifts as [`read`] takes them.
macro_rules! shifts {
    ($narrowed:literal) => {
        concat!(
            "SELECT id, unit_id, unit_path, name, days, begins, ends, officers, led, approval, from_day, to_day \
             FROM duty_shift",
            $narrowed
        )
    };
}

db::sql! {
    OF_UNIT = shifts!(" WHERE unit_id = $1 AND (to_day IS NULL OR to_day >= $2) ORDER BY begins, name, id");
    ALL = shifts!(" WHERE unit_path >= $1 AND unit_path < $2 AND (to_day IS NULL OR to_day >= $3) ORDER BY unit_path, begins, name, id");
    ABOVE = shifts!(" WHERE $1 LIKE unit_path || '%' AND (to_day IS NULL OR to_day >= $2) ORDER BY unit_path, begins, name, id");
    INSERT = "INSERT INTO duty_shift (id, unit_id, unit_path, name, days, begins, ends, officers, led, approval, from_day, made_by) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    END = "UPDATE duty_shift SET to_day = $2 WHERE id = $1";
}

const HEAD: &str = shifts!("");

fn read(row: &Row) -> Result<Shift, db::Error> {
    Ok(Shift {
        id: row.get("id")?,
        unit: row.get("unit_id")?,
        unit_path: row.get("unit_path")?,
        name: row.get("name")?,
        days: Days::from_code(&row.get::<String>("days")?).unwrap_or(Days::All),
        hours: Hours { begins: row.get("begins")?, ends: row.get("ends")? },
        officers: row.get("officers")?,
        led: row.get("led")?,
        approval: row.get("approval")?,
        from: row.get("from_day")?,
        to: row.get("to_day")?,
    })
}

impl Shift {
    /// Whether it is kept on `day`.
    pub fn is_on(&self, calendar: &law::Calendar, day: Date) -> bool {
        let lasts = self.from <= day && self.to.is_none_or(|to| day <= to);
        lasts && self.days.holds(rules::Class::of(calendar, day))
    }
}

/// The shifts of a unit that have not ended before `from`.
///
/// # Errors
/// A fault of the database.
pub fn of_unit(tx: &mut Tx, unit: UnitId, from: Date) -> Result<Vec<Shift>> {
    Ok(tx.query(&OF_UNIT, &params![unit, from])?.iter().map(read).collect::<Result<_, _>>()?)
}

/// The shifts of the unit at `path` and of all above it that have not ended before `from`.
///
/// # Errors
/// A fault of the database.
pub fn above(tx: &mut Tx, path: &str, from: Date) -> Result<Vec<Shift>> {
    Ok(tx.query(&ABOVE, &params![path, from])?.iter().map(read).collect::<Result<_, _>>()?)
}

/// The shifts of a unit and of all below it that have not ended before `from`.
///
/// # Errors
/// A fault of the database.
pub fn below(tx: &mut Tx, path: &str, from: Date) -> Result<Vec<Shift>> {
    let rows = tx.query(&ALL, &params![path, format!("{path}~"), from])?;
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

pub(crate) fn one(ctx: &Ctx, id: ShiftId) -> Select {
    Select::from(HEAD).and(SEEN, place::seen_values(ctx)).and("id = ?", params![id])
}

/// One shift of a unit whose roster the actor may see.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn find(tx: &mut Tx, ctx: &Ctx, id: ShiftId) -> Result<Shift> {
    let rows = tx.select(&one(ctx, id))?;
    Ok(read(rows.first().ok_or(Problem::NotFound)?)?)
}

/// Defines a shift.
///
/// # Errors
/// Refusals without the right, for what is missing; not found for a unit of others.
pub fn define(tx: &mut Tx, ctx: &Ctx, unit: &str, new: &NewShift) -> Result<ShiftId> {
    let unit = place::kept(tx, ctx, unit)?;
    let refuse = |field, words: &str| Problem::from(Refusal::new(field, words.to_owned()).at(field));
    let name = new.name.trim();
    if name.is_empty() {
        return Err(refuse("name", "请填写班次名称，例如白班、夜班"));
    }
    let days = Days::from_code(&new.days).ok_or_else(|| refuse("days", "请选择哪些日子有这个班次"))?;
    let time =
        |field, text: &str| rules::minute(text).ok_or_else(|| refuse(field, "时间请按 08:30 的样子填写"));
    let (begins, ends) = (time("begins", &new.begins)?, time("ends", &new.ends)?);
    if !(0..=MOST).contains(&new.officers) || (new.officers == 0 && !new.led) {
        return Err(refuse("officers", "值班人数请填 1 至 50；只有带班领导的班次填 0"));
    }
    let own = of_unit(tx, unit.id, ctx.today())?;
    if own.iter().any(|shift| shift.name == name) {
        return Err(refuse("name", "已有同名的班次；需要更改的，先停用原来的"));
    }
    let (id, from): (ShiftId, Date) = (ctx.id(), new.from.unwrap_or(ctx.today()));
    let by = ctx.officer()?.id;
    let values = params![
        id,
        unit.id,
        unit.path,
        name,
        days.code(),
        begins,
        ends,
        new.officers,
        new.led,
        new.approval,
        from,
        by
    ];
    tx.execute(&INSERT, &values)?;
    let detail = json!({ "unit": unit.name, "days": days.code(), "hours": Hours { begins, ends }.words() });
    journal::note(tx, ctx, name, "duty_shift", &detail)?;
    Ok(id)
}

/// Ends a shift after today.
///
/// # Errors
/// Refusals without the right; not found.
pub fn end(tx: &mut Tx, ctx: &Ctx, id: ShiftId) -> Result<()> {
    ctx.may(kernel::Permission::KeepRoster)?;
    let shift = find(tx, ctx, id)?;
    if !place::is_below(ctx, &shift.unit_path) {
        return Err(Problem::NotFound);
    }
    tx.exactly_one(&END, &params![id, ctx.today()])?;
    Ok(journal::note(tx, ctx, &shift.name, "duty_shift_end", &json!({ "last": ctx.today() }))?)
}
