//! Links between matters, and officers who must keep away (回避).

use db::{Tx, params};
use kernel::{Ctx, Id, MatterId, OfficerId, Refusal, kind};
use serde_json::json;
use web::{Problem, Result};

use crate::{Matter, matter};

/// (stored word, Chinese) of the kinds of links.
pub const LINKS: &[(&str, &str)] = &[
    ("related", "关联"),
    ("repeat", "重复"),
    ("supplement", "补充"),
    ("split", "分立"),
    ("reopened", "重办"),
];

/// A linked matter.
#[derive(Clone, Debug)]
pub struct Linked {
    /// Its number.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// The kind of link, in Chinese.
    pub kind: String,
}

/// A recusal asked for.
#[derive(Clone, Debug)]
pub struct Recusal {
    /// Its id.
    pub id: Id<kind::Journal>,
    /// Who shall keep away.
    pub officer: OfficerId,
    /// That officer's name.
    pub name: String,
    /// Why.
    pub reason: String,
    /// The decision; `None` while it is open.
    pub granted: Option<bool>,
}

db::sql! {
    INSERT_LINK = "INSERT INTO matter_link (id, from_id, to_id, kind, reason, by_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    LINKED = "SELECT CASE WHEN l.from_id = $1 THEN l.to_id ELSE l.from_id END AS other, l.kind FROM matter_link l \
              WHERE (l.from_id = $1 OR l.to_id = $1) AND l.ended_at IS NULL ORDER BY l.at";
    ASK = "INSERT INTO recusal (id, matter_id, officer_id, reason, asked_by, at) VALUES ($1, $2, $3, $4, $5, $6)";
    DECIDE = "UPDATE recusal SET granted = $2, decided_at = $3, decided_by = $4 WHERE id = $1 AND granted IS NULL";
    OF = "SELECT r.id, r.officer_id, o.name, r.reason, r.granted FROM recusal r JOIN officer o ON o.id = r.officer_id \
          WHERE r.matter_id = $1 ORDER BY r.at";
    TAKE_AWAY = "UPDATE matter SET officer_id = NULL WHERE id = $1 AND officer_id = $2";
}

/// Links two matters the actor may know of.
///
/// # Errors
/// Refusals for an unknown kind or the same matter.
pub fn link(tx: &mut Tx, ctx: &Ctx, from: &Matter, to: &Matter, kind: &str, reason: &str) -> Result<()> {
    if from.id == to.id {
        return Err(Refusal::new("link_self", "不能与自己关联").at("other").into());
    }
    if !LINKS.iter().any(|(code, _)| *code == kind) {
        return Err(Refusal::new("link_kind", "请选择关联类别").at("kind").into());
    }
    let id: MatterId = ctx.id();
    let officer = ctx.officer().ok().map(|officer| officer.id);
    tx.execute(&INSERT_LINK, &params![id, from.id, to.id, kind, reason, officer, ctx.now])?;
    for (one, other) in [(from, to), (to, from)] {
        matter::note(tx, ctx, one.id, "link", None, &json!({ "words": other.number, "kind": kind }))?;
    }
    Ok(())
}

/// The linked matters the actor may know of.
///
/// # Errors
/// A fault of the database.
pub fn linked(tx: &mut Tx, ctx: &Ctx, matter: MatterId) -> Result<Vec<Linked>> {
    let mut found = Vec::new();
    for row in tx.query(&LINKED, &params![matter])? {
        let kind: String = row.get("kind")?;
        let kind =
            LINKS.iter().find(|(code, _)| *code == kind).map_or(kind.as_str(), |(_, words)| words).to_owned();
        match matter::by_id(tx, ctx, row.get("other")?) {
            Ok(other) => found.push(Linked { number: other.number, title: other.title, kind }),
            Err(Problem::NotFound) => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(found)
}

/// Notes that a party asks an officer to keep away.
///
/// # Errors
/// A refusal without a reason.
pub fn ask_recusal(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: MatterId,
    officer: OfficerId,
    reason: &str,
    by: &str,
) -> Result<()> {
    if reason.trim().is_empty() {
        return Err(Refusal::new("recusal_reason", "请写明申请回避的理由").at("reason").into());
    }
    let id: MatterId = ctx.id();
    tx.execute(&ASK, &params![id, matter, officer, reason.trim(), by, ctx.now])?;
    Ok(())
}

/// Decides the open recusal of a matter. Granted, the officer no longer sees the matter.
///
/// # Errors
/// A refusal when none is open.
pub fn decide_recusal(tx: &mut Tx, ctx: &Ctx, matter: MatterId, granted: bool) -> Result<Recusal> {
    let open = recusals(tx, matter)?.into_iter().find(|recusal| recusal.granted.is_none());
    let open = open.ok_or_else(|| Refusal::new("no_recusal", "没有待决定的回避申请"))?;
    tx.exactly_one(&DECIDE, &params![open.id, granted, ctx.now, ctx.officer()?.id])?;
    if granted {
        tx.execute(&TAKE_AWAY, &params![matter, open.officer])?;
    }
    Ok(open)
}

/// The recusals of a matter.
///
/// # Errors
/// A fault of the database.
pub fn recusals(tx: &mut Tx, matter: MatterId) -> Result<Vec<Recusal>> {
    let rows = tx.query(&OF, &params![matter])?;
    let read = |row: &db::Row| {
        Ok::<_, db::Error>(Recusal {
            id: row.get("id")?,
            officer: row.get("officer_id")?,
            name: row.get("name")?,
            reason: row.get("reason")?,
            granted: row.get("granted")?,
        })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}
