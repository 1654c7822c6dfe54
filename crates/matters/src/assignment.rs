//! Who has a matter: given by a dispatcher, given back to one, never handed on sideways (令第121号 第四十一条).

use db::{Tx, params};
use kernel::{Ctx, Id, OfficerId, Permission, Refusal, Role, UnitId, kind};
use law::Law;
use serde_json::json;
use web::{Problem, Result};

use crate::{Matter, Phase, load, matter, merge};

db::sql! {
    UNIT = "SELECT path, name FROM unit WHERE id = $1";
    COLLEAGUE = "SELECT u.path, u.name, o.name AS officer, (SELECT COUNT(*) FROM recusal r WHERE r.matter_id = $3 \
                 AND r.officer_id = o.id AND r.granted = TRUE) AS recused FROM unit u JOIN officer o ON o.id = $2 WHERE u.id = $1";
    RETURN = "INSERT INTO matter_return (id, matter_id, reason, by_id, at) VALUES ($1, $2, $3, $4, $5)";
    ASSIGN = "UPDATE matter SET unit_id = $3, unit_path = $4, officer_id = $5, returned = returned + $6, version = version + 1 \
              WHERE id = $1 AND version = $2";
    DISPATCHERS = "SELECT DISTINCT u.id, u.path, u.name FROM unit u JOIN post p ON p.unit_id = u.id \
                   WHERE p.role = $1 AND u.closed_on IS NULL AND p.from_day <= $2 AND (p.to_day IS NULL OR p.to_day >= $2) ORDER BY u.path";
    ROOT = "SELECT id, path, name FROM unit WHERE parent_id IS NULL ORDER BY path LIMIT 1";
}

/// Gives a matter to a unit and perhaps an officer; never resets a clock.
///
/// # Errors
/// Refusals for a matter that has ended, or for an officer who must keep away from it (回避); [`Problem::Stale`] when
/// somebody was faster.
pub fn assign(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &mut Matter,
    unit: UnitId,
    officer: Option<OfficerId>,
    words: &str,
) -> Result<()> {
    is_open(matter)?;
    merge::ahead(tx, matter)?;
    let row = match officer {
        Some(officer) => tx.one(&COLLEAGUE, &params![unit, officer, matter.id])?,
        None => tx.one(&UNIT, &params![unit])?,
    };
    let row = row.ok_or(Problem::NotFound)?;
    let (path, mut to): (String, String) = (row.get("path")?, row.get("name")?);
    if officer.is_some() {
        keeps_no_distance(row.get("recused")?)?;
        to = format!("{to} {}", row.get::<String>("officer")?);
    }
    let followers = merge::followers(tx, matter.id)?;
    tx.put_one(&ASSIGN, &params![matter.id, matter.version, unit, path, officer, 0])?;
    matter.version += 1;
    (matter.unit, matter.unit_path, matter.officer) = (unit, path, officer);
    let officer = officer.map(|id| id.to_string());
    let detail = json!({ "unit": unit.to_string(), "officer": officer, "to": to, "words": words.trim() });
    matter::note(tx, ctx, matter.id, "assign", None, &detail)?;
    merge::hand_on(tx, ctx, matter, followers)
}

/// Says that the matter, which is locked, may be given to this officer: see [`Tx::ahead`].
pub(crate) fn ahead(tx: &mut Tx, of: &Matter, unit: UnitId, officer: OfficerId) -> Result<()> {
    tx.ahead(&COLLEAGUE, &params![unit, officer, of.id])?;
    merge::ahead(tx, of)
}

/// `NUMBER`, or `NUMBER@VERSION` where the list was read at that version.
fn with_version(chosen: &str) -> (&str, Option<i64>) {
    chosen.split_once('@').map_or((chosen, None), |(number, version)| (number, version.parse().ok()))
}

/// Gives several matters (`NUMBER` or `NUMBER@VERSION`) to one officer: all of them, or none when one cannot be given.
///
/// # Errors
/// Not found for a number that is out of reach; the refusal of the first that cannot be given, with its number.
pub fn bulk_assign(
    tx: &mut Tx,
    ctx: &Ctx,
    numbers: &[String],
    unit: UnitId,
    officer: OfficerId,
    words: &str,
) -> Result<()> {
    ctx.may(Permission::Dispatch)?;
    each(tx, ctx, numbers, |tx, found| assign(tx, ctx, found, unit, Some(officer), words))
}

/// Spreads several matters (`NUMBER` or `NUMBER@VERSION`) over who has least, each within its own unit (均衡分派); who is on
/// leave or must keep away gets nothing. All of them, or none.
///
/// # Errors
/// As [`bulk_assign`]; a refusal where nobody is free.
pub fn spread(tx: &mut Tx, ctx: &Ctx, numbers: &[String], words: &str) -> Result<()> {
    ctx.may(Permission::Dispatch)?;
    each(tx, ctx, numbers, |tx, found| {
        let loads = load::loads(tx, ctx, found.kind, Some(found))?;
        let one = load::proposal(&loads, &found.unit_path).ok_or_else(|| {
            Refusal::new("nobody_free", "所在单位没有在岗并且不需要回避的承办人").at("target")
        })?;
        assign(tx, ctx, found, one.unit, Some(one.officer), words)
    })
}

fn each(
    tx: &mut Tx,
    ctx: &Ctx,
    chosen: &[String],
    mut give: impl FnMut(&mut Tx, &mut Matter) -> Result<()>,
) -> Result<()> {
    if chosen.is_empty() {
        return Err(Refusal::new("nothing_chosen", "请先勾选要分派的事项").into());
    }
    // Always in the same order, so that two dispatchers never wait for each other's locks.
    let mut chosen = chosen.to_vec();
    chosen.sort();
    chosen.dedup();
    for one in &chosen {
        let (number, version) = with_version(one);
        let mut found = matter::lock(tx, ctx, number, version)?;
        give(tx, &mut found).map_err(|problem| match problem {
            Problem::Refused(refusal) => {
                let sentence = format!("{number}：{}", refusal.sentence);
                Problem::Refused(Refusal { sentence, ..refusal })
            }
            other => other,
        })?;
    }
    Ok(())
}

/// Sends a matter back to a dispatcher with a coded reason: to the nearest unit above (or the same) that has one, else to
/// the bureau. Never sideways (令第121号 第四十一条); no clock stops.
///
/// # Errors
/// Refusals for an unknown reason, missing words or a matter that has ended; stale.
pub fn give_back(tx: &mut Tx, ctx: &Ctx, matter: &mut Matter, reason: &str, words: &str) -> Result<()> {
    is_open(matter)?;
    let reasons = &Law::in_use().classification.return_reasons;
    if !reasons.iter().any(|listed| listed.code == reason) {
        return Err(Refusal::new("return_reason", "请选择退回原因").at("reason").into());
    }
    if words.trim().is_empty() {
        return Err(Refusal::new("return_words", "请写明退回的具体情况").at("words").into());
    }
    merge::ahead(tx, matter)?;
    let (unit, path, name) = dispatcher_above(tx, ctx, &matter.unit_path)?;
    let followers = merge::followers(tx, matter.id)?;
    tx.put_one(&ASSIGN, &params![matter.id, matter.version, unit, path, None::<OfficerId>, 1])?;
    matter.version += 1;
    (matter.unit, matter.unit_path, matter.officer) = (unit, path, None);
    matter.returned += 1;
    let (id, by): (Id<kind::Journal>, _) = (ctx.id(), ctx.officer().ok().map(|officer| officer.id));
    tx.put(&RETURN, &params![id, matter.id, reason, by, ctx.now])?;
    let detail = json!({ "reason": reason, "unit": unit.to_string(), "to": name, "words": words.trim() });
    matter::note(tx, ctx, matter.id, "return", None, &detail)?;
    merge::hand_on(tx, ctx, matter, followers)
}

/// The lowest unit on the way from `path` to the root that has a dispatcher today; the root when none has.
fn dispatcher_above(tx: &mut Tx, ctx: &Ctx, path: &str) -> Result<(UnitId, String, String)> {
    let mut nearest = tx.one(&ROOT, &[])?.ok_or(Problem::NotFound)?;
    // In the order of paths, so that the last one that fits is the lowest.
    for row in tx.query(&DISPATCHERS, &params![Role::Dispatcher.code(), ctx.today()])? {
        if path.starts_with(&row.get::<String>("path")?) {
            nearest = row;
        }
    }
    Ok((nearest.get("id")?, nearest.get("path")?, nearest.get("name")?))
}

fn is_open(matter: &Matter) -> Result<(), Refusal> {
    if matter.phase == Phase::Done {
        return Err(Refusal::new("done", "这件事项已经办结，不再分派或者退回"));
    }
    if matter.state == merge::MERGED {
        return Err(Refusal::new("merged", "这件事项已并入其他事项，请分派或者退回主办事项"));
    }
    Ok(())
}

fn keeps_no_distance(recused: i64) -> Result<(), Refusal> {
    if recused > 0 {
        let words = "该同事已被决定回避这件事项，请选择其他承办人";
        return Err(Refusal::new("recused", words).at("target"));
    }
    Ok(())
}
