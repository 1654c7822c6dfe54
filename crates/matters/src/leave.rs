//! Work of who is on leave (休假交接): handed over in one act, and back in one act.

use db::{Row, Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, Id, MatterId, OfficerId, Permission, Refusal, UnitId, kind};
use serde_json::json;
use web::{Problem, Result};

use crate::{assignment, load, matter, merge};

/// Somebody who is away, or is back while others still have the work.
#[derive(Clone, Debug)]
pub struct Absent {
    /// The person.
    pub officer: OfficerId,
    /// The name.
    pub name: String,
    /// The unit.
    pub unit: String,
    /// Last day of the leave; `None` when back.
    pub until: Option<Date>,
    /// Open matters still on this person's desk.
    pub open: i64,
    /// Matters that others have meanwhile.
    pub handed: i64,
}

db::sql! {
    ABSENT = "SELECT DISTINCT o.id, o.name, u.name AS unit_name, u.path, (SELECT MAX(l.to_day) FROM officer_leave l WHERE l.officer_id = o.id \
              AND l.from_day <= $3 AND l.to_day >= $3) AS until_day, \
              (SELECT COUNT(*) FROM matter m WHERE m.officer_id = o.id AND m.phase IN ('new', 'running', 'waiting') AND m.state <> 'merged') AS has, \
              (SELECT COUNT(*) FROM handover h WHERE h.from_id = o.id AND h.ended_at IS NULL) AS handed \
              FROM officer o JOIN post p ON p.officer_id = o.id JOIN unit u ON u.id = p.unit_id \
              WHERE u.path >= $1 AND u.path < $2 AND o.enabled = TRUE AND p.from_day <= $3 AND (p.to_day IS NULL OR p.to_day >= $3) \
              AND (EXISTS (SELECT 1 FROM officer_leave l WHERE l.officer_id = o.id AND l.from_day <= $3 AND l.to_day >= $3) \
              OR EXISTS (SELECT 1 FROM handover h WHERE h.from_id = o.id AND h.ended_at IS NULL)) ORDER BY u.path, o.name";
    HAS = "SELECT number FROM matter WHERE officer_id = $1 AND phase IN ('new', 'running', 'waiting') AND state <> 'merged' ORDER BY number";
    INSERT = "INSERT INTO handover (id, matter_id, from_id, from_unit_id, to_id, by_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    PASS_ON = "UPDATE handover SET to_id = $2 WHERE matter_id = $1 AND ended_at IS NULL";
    OUT = "SELECT h.id, h.matter_id, h.from_unit_id, h.to_id, m.number FROM handover h JOIN matter m ON m.id = h.matter_id \
           WHERE h.from_id = $1 AND h.ended_at IS NULL ORDER BY m.number";
    END = "UPDATE handover SET ended_at = $2, ended = $3 WHERE id = $1 AND ended_at IS NULL";
}

/// Who is away in the actor's subtree, and who is back with work still out.
///
/// # Errors
/// A fault of the database.
pub fn absent(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Absent>> {
    let path = ctx.officer()?.unit_path.clone();
    let rows = tx.query(&ABSENT, &params![path, format!("{path}~"), ctx.today()])?;
    let read = |row: &Row| {
        Ok::<_, db::Error>(Absent {
            officer: row.get("id")?,
            name: row.get("name")?,
            unit: row.get("unit_name")?,
            until: row.get("until_day")?,
            open: row.get("has")?,
            handed: row.get("handed")?,
        })
    };
    let mut found: Vec<Absent> = rows.iter().map(read).collect::<Result<_, _>>()?;
    found.dedup_by_key(|one| one.officer);
    Ok(found)
}

fn one_absent(tx: &mut Tx, ctx: &Ctx, officer: OfficerId) -> Result<Absent> {
    absent(tx, ctx)?.into_iter().find(|one| one.officer == officer).ok_or(Problem::NotFound)
}

/// Hands over everything open that `officer` has: to one colleague, or spread by load when `to` is empty. How many.
///
/// # Errors
/// Refusals without the right, for somebody who is not on leave, where nobody can take a matter; not found.
pub fn hand_over(
    tx: &mut Tx,
    ctx: &Ctx,
    officer: OfficerId,
    to: Option<(UnitId, OfficerId)>,
) -> Result<usize> {
    ctx.may(Permission::Dispatch)?;
    let absent = one_absent(tx, ctx, officer)?;
    if absent.until.is_none() {
        return Err(Refusal::new("not_away", format!("{} 今天没有请假", absent.name)).into());
    }
    let numbers: Vec<String> = tx
        .query(&HAS, &params![officer])?
        .iter()
        .map(|row| row.get("number"))
        .collect::<Result<_, db::Error>>()?;
    let mut count = 0;
    for number in numbers {
        let mut found = match matter::lock(tx, ctx, &number, None) {
            Err(Problem::NotFound) => continue,
            found => found?,
        };
        // Somebody else handed it over while this waited for the lock.
        if found.officer != Some(officer) {
            continue;
        }
        let loads = load::loads(tx, ctx, found.kind, Some(&found))?;
        let chosen = match to {
            Some((unit, one)) => loads.iter().find(|load| load.unit == unit && load.officer == one),
            // Within the unit where somebody can, else within the actor's.
            None => load::proposal(&loads, &found.unit_path).or_else(|| load::proposal(&loads, "")),
        };
        let chosen = chosen.filter(|load| load.officer != officer && load.is_free()).ok_or_else(|| {
            let words = format!("{number}：没有在岗并且不需要回避的同事可以接手");
            Refusal::new("nobody_free", words).at("target")
        })?;
        let before = found.unit;
        let words = format!("{}休假移交", absent.name);
        assignment::assign(tx, ctx, &mut found, chosen.unit, Some(chosen.officer), &words)?;
        keep(tx, ctx, found.id, (officer, before), chosen.officer)?;
        let detail = json!({ "who": absent.name, "to": chosen.name });
        matter::note(tx, ctx, found.id, "handover", None, &detail)?;
        count += 1;
    }
    Ok(count)
}

/// Remembers where a matter goes back to; one that was only held for somebody else goes back to that person.
fn keep(tx: &mut Tx, ctx: &Ctx, matter: MatterId, from: (OfficerId, UnitId), to: OfficerId) -> Result<()> {
    if tx.execute(&PASS_ON, &params![matter, to])? > 0 {
        return Ok(());
    }
    let id: Id<kind::Journal> = ctx.id();
    tx.execute(&INSERT, &params![id, matter, from.0, from.1, to, ctx.officer()?.id, ctx.now])?;
    Ok(())
}

/// Gives back to `officer` what was handed over and is still open with who took it; what ended or went elsewhere stays. How
/// many came back, how many stayed.
///
/// # Errors
/// Refusals without the right, or while the leave lasts; not found.
pub fn give_back(tx: &mut Tx, ctx: &Ctx, officer: OfficerId) -> Result<(usize, usize)> {
    ctx.may(Permission::Dispatch)?;
    let absent = one_absent(tx, ctx, officer)?;
    if let Some(until) = absent.until {
        return Err(
            Refusal::new("still_away", format!("{} 请假到 {until}，回来以后再交还", absent.name)).into()
        );
    }
    let (mut back, mut stayed) = (0, 0);
    for row in tx.query(&OUT, &params![officer])? {
        let number: String = row.get("number")?;
        let mut found = match matter::lock(tx, ctx, &number, None) {
            Err(Problem::NotFound) => continue,
            found => found?,
        };
        let id: Id<kind::Journal> = row.get("id")?;
        let held = found.officer == Some(row.get("to_id")?);
        let ended = if held && found.phase != crate::Phase::Done && found.state != merge::MERGED {
            let words = format!("{}休假结束交还", absent.name);
            assignment::assign(tx, ctx, &mut found, row.get("from_unit_id")?, Some(officer), &words)?;
            matter::note(tx, ctx, found.id, "handover_back", None, &json!({ "to": absent.name }))?;
            back += 1;
            "returned"
        } else {
            stayed += 1;
            "kept"
        };
        tx.execute(&END, &params![id, ctx.now, ended])?;
    }
    Ok((back, stayed))
}
