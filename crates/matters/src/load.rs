//! How much everybody has, and who gets the next matter: advice for the dispatcher.

use db::{Row, Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, OfficerId, Permission, Role, UnitId};
use web::Result;

use crate::{Kind, Matter};

/// Somebody a matter can be given to, with what is on the desk already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    /// The person.
    pub officer: OfficerId,
    /// The name.
    pub name: String,
    /// The unit of the post.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// Its place in the tree.
    pub unit_path: String,
    /// The role of the post.
    pub role: Role,
    /// Open matters.
    pub open: i64,
    /// Of them due today.
    pub today: i64,
    /// Of them late.
    pub late: i64,
    /// Last day of today's leave.
    pub away_until: Option<Date>,
    /// Whether the person must keep away from the matter (回避).
    pub recused: bool,
}

impl Load {
    /// Whether the matter can be proposed to this person.
    pub const fn is_free(&self) -> bool {
        self.away_until.is_none() && !self.recused
    }

    /// `unit|officer`, as choices carry it.
    pub fn key(&self) -> String {
        format!("{}|{}", self.unit, self.officer)
    }
}

db::sql! {
    POSTS = "SELECT o.id, o.name, p.role, p.unit_id, u.name AS unit_name, u.path, (SELECT MAX(l.to_day) FROM officer_leave l \
             WHERE l.officer_id = o.id AND l.from_day <= $3 AND l.to_day >= $3) AS away_until \
             FROM post p JOIN officer o ON o.id = p.officer_id JOIN unit u ON u.id = p.unit_id \
             WHERE u.path >= $1 AND u.path < $2 AND u.closed_on IS NULL AND o.enabled = TRUE AND p.from_day <= $3 \
             AND (p.to_day IS NULL OR p.to_day >= $3) ORDER BY u.path, o.name, o.id, p.role";
    LOADS = "SELECT m.officer_id, COUNT(*) AS has, SUM(CASE WHEN m.next_alarm < $1 THEN 1 ELSE 0 END) AS late, \
             SUM(CASE WHEN m.next_alarm = $1 THEN 1 ELSE 0 END) AS today FROM matter m WHERE m.phase IN ('new', 'running', 'waiting') AND m.state <> 'merged' \
             AND m.officer_id IN (SELECT p.officer_id FROM post p JOIN unit u ON u.id = p.unit_id WHERE u.path >= $2 AND u.path < $3) \
             GROUP BY m.officer_id";
    RECUSED = "SELECT officer_id FROM recusal WHERE matter_id = $1 AND granted = TRUE";
    ROLES = "SELECT p.role FROM post p JOIN officer o ON o.id = p.officer_id JOIN unit u ON u.id = p.unit_id \
             WHERE p.officer_id = $1 AND p.unit_id = $2 AND u.path >= $3 AND u.path < $4 AND u.closed_on IS NULL \
             AND o.enabled = TRUE AND p.from_day <= $5 AND (p.to_day IS NULL OR p.to_day >= $5)";
}

/// The right it takes to handle a kind.
pub const fn handling(kind: Kind) -> Permission {
    match kind {
        Kind::Report => Permission::HandleReport,
        _ => Permission::HandleComplaint,
    }
}

/// Everybody in the actor's subtree who handles such matters, with what they have; `matter` tells who must keep away.
///
/// # Errors
/// A fault of the database.
pub fn loads(tx: &mut Tx, ctx: &Ctx, kind: Kind, matter: Option<&Matter>) -> Result<Vec<Load>> {
    let (path, today) = (ctx.officer()?.unit_path.clone(), ctx.today());
    let beyond = format!("{path}~");
    let counts = tx.query(&LOADS, &params![today, path, beyond])?;
    let recused = match matter {
        Some(matter) => tx.query(&RECUSED, &params![matter.id])?,
        None => Vec::new(),
    };
    let recused: Vec<OfficerId> =
        recused.iter().map(|row| row.get("officer_id")).collect::<Result<_, db::Error>>()?;
    let mut found: Vec<Load> = Vec::new();
    for row in tx.query(&POSTS, &params![path, beyond, today])? {
        let load = read(&row, &counts, &recused)?;
        let twice = |other: &Load| other.officer == load.officer && other.unit == load.unit;
        if load.role.may(handling(kind)) && !found.iter().any(twice) {
            found.push(load);
        }
    }
    Ok(found)
}

/// Whether `officer` handles such matters from a post at `unit`, in the actor's subtree: the same question as whether
/// [`loads`] tells of him, without counting what everybody has.
///
/// # Errors
/// A fault of the database.
pub(crate) fn may_be_given(
    tx: &mut Tx,
    ctx: &Ctx,
    kind: Kind,
    unit: UnitId,
    officer: OfficerId,
) -> Result<bool> {
    let path = &ctx.officer()?.unit_path;
    let held = tx.query(&ROLES, &params![officer, unit, path, format!("{path}~"), ctx.today()])?;
    let roles = held.iter().map(|row| row.get::<String>("role")).collect::<Result<Vec<_>, _>>()?;
    Ok(roles.iter().any(|role| Role::from_code(role).unwrap_or(Role::Auditor).may(handling(kind))))
}

fn read(row: &Row, counts: &[Row], recused: &[OfficerId]) -> Result<Load, db::Error> {
    let officer: OfficerId = row.get("id")?;
    let count =
        counts.iter().find(|count| count.get::<OfficerId>("officer_id").is_ok_and(|id| id == officer));
    let get = |name: &'static str| count.map_or(Ok(0), |count| count.get::<i64>(name));
    let (open, late, today) = (get("has")?, get("late")?, get("today")?);
    Ok(Load {
        officer,
        name: row.get("name")?,
        unit: row.get("unit_id")?,
        unit_name: row.get("unit_name")?,
        unit_path: row.get("path")?,
        role: Role::from_code(&row.get::<String>("role")?).unwrap_or(Role::Auditor),
        open,
        today,
        late,
        away_until: row.get("away_until")?,
        recused: recused.contains(&officer),
    })
}

/// Who has least among those who are here, need not keep away and belong to the unit at `path` or below it; of several the
/// one with less that is late, then the first. A head only where no handler can. `None` when nobody can.
pub fn proposal<'a>(loads: &'a [Load], path: &str) -> Option<&'a Load> {
    let fits = loads.iter().filter(|load| load.is_free() && load.unit_path.starts_with(path));
    fits.min_by_key(|load| (load.role != Role::Handler, load.open, load.late))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Id;
    use uuid::Uuid;

    fn load(n: u128, open: i64) -> Load {
        Load {
            officer: Id::from_uuid(Uuid::from_u128(n)),
            name: format!("{n}"),
            unit: Id::from_uuid(Uuid::from_u128(100)),
            unit_name: String::new(),
            unit_path: "/001/001/".to_owned(),
            role: Role::Handler,
            open,
            today: 0,
            late: 0,
            away_until: None,
            recused: false,
        }
    }

    fn name(loads: &[Load], path: &str) -> Option<String> {
        proposal(loads, path).map(|load| load.name.clone())
    }

    #[test]
    fn the_least_loaded_who_is_here_and_may_gets_it() {
        let all = [load(1, 5), load(2, 3), load(3, 4)];
        assert_eq!(name(&all, "/001/").as_deref(), Some("2"));
        let away = [load(1, 5), Load { away_until: Some(Date::MAX), ..load(2, 3) }, load(3, 4)];
        assert_eq!(name(&away, "/001/").as_deref(), Some("3"));
        let recused = [load(1, 5), load(2, 6), Load { recused: true, ..load(3, 4) }];
        assert_eq!(name(&recused, "/001/").as_deref(), Some("1"));
        let late = [Load { late: 2, ..load(1, 3) }, load(2, 3)];
        assert_eq!(name(&late, "/001/").as_deref(), Some("2"));
        let head = [Load { role: Role::SectionHead, ..load(1, 0) }, load(2, 7)];
        assert_eq!(name(&head, "/001/").as_deref(), Some("2"));
        let alone = [Load { role: Role::SectionHead, ..load(1, 0) }, Load { recused: true, ..load(2, 7) }];
        assert_eq!(name(&alone, "/001/").as_deref(), Some("1"));
        assert_eq!(name(&all, "/001/002/"), None);
        assert_eq!(name(&[], "/001/"), None);
    }

    #[test]
    fn given_one_after_the_other_nobody_ends_with_two_more_than_who_had_as_little() {
        // Whatever the desks hold at first, filling always the lowest levels them.
        for seed in 0..50_u128 {
            let mut all: Vec<Load> =
                (0..4).map(|n| load(n, i64::try_from((seed * 7 + n * n * 3) % 9).unwrap_or(0))).collect();
            for _ in 0..40 {
                let officer = proposal(&all, "/001/").map(|load| load.officer);
                let chosen = all.iter_mut().find(|load| Some(load.officer) == officer);
                chosen.expect("somebody is free").open += 1;
            }
            let (most, least) = (all.iter().map(|l| l.open).max(), all.iter().map(|l| l.open).min());
            assert!(
                most.zip(least).is_some_and(|(most, least)| most - least <= 1),
                "{seed}: {most:?} {least:?}"
            );
        }
    }
}
