//! Whose roster: the unit of the actor, those below it and those above it; the rosters of others are not there.

use db::Tx;
use kernel::{Ctx, Permission, UnitId};
use people::Unit;
use web::{Problem, Result};

use crate::shift;

/// Condition and values on a `unit_path` without alias: below the actor's unit, or above it.
pub(crate) const SEEN: &str = "(unit_path >= ? AND unit_path < ?) OR ? LIKE unit_path || '%'";

/// The values of [`SEEN`].
pub(crate) fn seen_values(ctx: &Ctx) -> [db::Value; 3] {
    let path = path(ctx);
    db::params![path, format!("{path}~"), path]
}

/// The path of the actor's unit; a path that no unit has, for who is no officer.
pub(crate) fn path(ctx: &Ctx) -> String {
    ctx.officer().map_or_else(|_| String::from("-"), |officer| officer.unit_path.clone())
}

/// Whether a unit at `path` lies in the actor's subtree.
pub(crate) fn is_below(ctx: &Ctx, unit: &str) -> bool {
    unit.starts_with(&path(ctx))
}

/// The units whose rosters the actor may see, in the order of the tree.
///
/// # Errors
/// A fault of the database.
pub fn seen(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Unit>> {
    let own = path(ctx);
    let mut units = people::units(tx)?;
    units.retain(|unit| unit.path.starts_with(&own) || own.starts_with(&unit.path));
    Ok(units)
}

/// The unit with `code`, if the actor may see its roster; without a code the actor's own, or the nearest above that has shifts.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn find(tx: &mut Tx, ctx: &Ctx, code: &str) -> Result<Unit> {
    let units = seen(tx, ctx)?;
    if !code.is_empty() {
        return units.into_iter().find(|unit| unit.code == code).ok_or(Problem::NotFound);
    }
    let own = path(ctx);
    // Whoever keeps a roster begins with the own one, even where there is none yet.
    if ctx.may(Permission::KeepRoster).is_ok() {
        return units.into_iter().find(|unit| unit.path == own).ok_or(Problem::NotFound);
    }
    let mut above: Vec<Unit> = units.into_iter().filter(|unit| own.starts_with(&unit.path)).collect();
    for unit in above.iter().rev() {
        if !shift::of_unit(tx, unit.id, ctx.today())?.is_empty() {
            return Ok(unit.clone());
        }
    }
    above.pop().ok_or(Problem::NotFound)
}

/// The unit with `code` whose roster the actor keeps: within the own subtree.
///
/// # Errors
/// A refusal without the right; [`Problem::NotFound`].
pub fn kept(tx: &mut Tx, ctx: &Ctx, code: &str) -> Result<Unit> {
    ctx.may(Permission::KeepRoster)?;
    let unit = find(tx, ctx, code)?;
    if is_below(ctx, &unit.path) { Ok(unit) } else { Err(Problem::NotFound) }
}

/// Whether the actor keeps the roster of `unit`.
pub fn keeps(ctx: &Ctx, unit: &Unit) -> bool {
    ctx.may(Permission::KeepRoster).is_ok() && is_below(ctx, &unit.path)
}

/// The unit with `id` among all.
pub(crate) fn by_id(tx: &mut Tx, id: UnitId) -> Result<Unit> {
    people::unit_by_id(tx, id)
}
