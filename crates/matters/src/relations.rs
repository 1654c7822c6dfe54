//! Links between matters, and officers who must keep away (回避).

use db::{Tx, params};
use kernel::{Ctx, Id, MatterId, OfficerId, Permission, Refusal, kind};
use serde_json::json;
use web::{Problem, Result};

use crate::{Matter, Step, matter, merge};

mod effects;
mod unsplit;

pub(crate) use effects::{STATEMENTS as EFFECTS, repeats};
pub use effects::{Told, not_again, part, relate, restart, start, supplement};
pub(crate) use unsplit::STATEMENTS as UNSPLIT;
pub use unsplit::unsplit;

/// (stored word, Chinese) of the kinds of links.
pub const LINKS: &[(&str, &str)] = &[
    ("related", "关联"),
    ("repeat", "重复"),
    ("supplement", "补充"),
    ("split", "分立"),
    ("clue", "诉转案"),
    ("reopened", "重办"),
    ("settlement", "先行和解"),
    ("merge", "并案"),
];

/// (stored word, words of the choice) of the kinds that are made by hand.
pub const BY_HAND: &[(&str, &str)] = &[
    ("related", "关联：有关的另一件"),
    ("repeat", "重复：本件与另一件是同一件事"),
    ("supplement", "补充：本件是另一件的补充材料"),
];

/// Kinds of links that a procedure makes.
const OF_PROCEDURE: [&str; 5] = ["split", "clue", "reopened", "settlement", "merge"];

/// An id of a link.
pub type LinkId = Id<kind::Journal>;

/// A linked matter.
#[derive(Clone, Debug)]
pub struct Linked {
    /// The link's id.
    pub id: LinkId,
    /// Its number.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// The kind of link, in Chinese.
    pub kind: String,
    /// The stored word of the kind.
    pub code: String,
    /// Whether this matter is the one that repeats, supplements or goes with the other.
    pub from_here: bool,
    /// Whether it may be ended by hand; what a procedure linked (分立、重办) may not.
    pub may_end: bool,
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
    UNLINK = "UPDATE matter_link SET ended_at = $3 WHERE id = $1 AND (from_id = $2 OR to_id = $2) AND ended_at IS NULL";
    LINKED = "SELECT l.id, CASE WHEN l.from_id = $1 THEN 1 ELSE 0 END AS from_here, CASE WHEN l.from_id = $1 THEN l.to_id ELSE l.from_id END AS other, l.kind FROM matter_link l \
              WHERE (l.from_id = $1 OR l.to_id = $1) AND l.ended_at IS NULL ORDER BY l.at";
    ASK = "INSERT INTO recusal (id, matter_id, officer_id, reason, asked_by, at) VALUES ($1, $2, $3, $4, $5, $6)";
    DECIDE = "UPDATE recusal SET granted = $2, decided_at = $3, decided_by = $4 WHERE id = $1 AND granted IS NULL";
    OF = "SELECT r.id, r.officer_id, o.name, r.reason, r.granted FROM recusal r JOIN officer o ON o.id = r.officer_id \
          WHERE r.matter_id = $1 ORDER BY r.at";
    KEEPS_AWAY_TOO = "INSERT INTO recusal (id, matter_id, officer_id, reason, asked_by, at, granted, decided_at, decided_by) \
                      VALUES ($1, $2, $3, $4, $5, $6, TRUE, $6, $7)";
    TAKE_AWAY = "UPDATE matter SET officer_id = NULL WHERE id = $1 AND officer_id = $2";
}

/// Links two matters the actor may know of.
///
/// # Errors
/// Refusals for an unknown kind or the same matter.
pub fn link(tx: &mut Tx, ctx: &Ctx, from: &Matter, to: &Matter, kind: &str, reason: &str) -> Result<()> {
    link_as(tx, ctx, from, to, kind, reason).map(drop)
}

/// [`link`], with the id of what was made.
pub(crate) fn link_as(
    tx: &mut Tx,
    ctx: &Ctx,
    from: &Matter,
    to: &Matter,
    kind: &str,
    reason: &str,
) -> Result<LinkId> {
    if from.id == to.id {
        return Err(Refusal::new("link_self", "不能与自己关联").at("other").into());
    }
    if !LINKS.iter().any(|(code, _)| *code == kind) {
        return Err(Refusal::new("link_kind", "请选择关联类别").at("kind").into());
    }
    let ties = tx.query(&LINKED, &params![from.id])?;
    for row in &ties {
        if row.get::<MatterId>("other")? == to.id && row.get::<String>("kind")? == kind {
            return Err(Refusal::new("linked", "这两件事项已经这样关联").at("other").into());
        }
    }
    let id: LinkId = ctx.id();
    let officer = ctx.officer().ok().map(|officer| officer.id);
    tx.execute(&INSERT_LINK, &params![id, from.id, to.id, kind, reason, officer, ctx.now])?;
    for (one, other) in [(from, to), (to, from)] {
        matter::note(tx, ctx, one.id, "link", None, &json!({ "words": other.number, "kind": kind }))?;
    }
    Ok(id)
}

/// The linked matters the actor may know of.
///
/// # Errors
/// A fault of the database.
pub fn linked(tx: &mut Tx, ctx: &Ctx, matter: MatterId) -> Result<Vec<Linked>> {
    let mut found = Vec::new();
    for row in tx.query(&LINKED, &params![matter])? {
        let code: String = row.get("kind")?;
        let may_end = !OF_PROCEDURE.contains(&code.as_str());
        let kind = LINKS
            .iter()
            .find(|(known, _)| *known == code)
            .map_or(code.as_str(), |(_, words)| words)
            .to_owned();
        match matter::by_id(tx, ctx, row.get("other")?) {
            Ok(other) => {
                found.push(Linked {
                    id: row.get("id")?,
                    number: other.number,
                    title: other.title,
                    kind,
                    code,
                    from_here: row.get::<i64>("from_here")? == 1,
                    may_end,
                });
            }
            Err(Problem::NotFound) => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(found)
}

/// Notes that a party asks an officer to keep away.
///
/// # Errors
/// Refusals without a reason, or while another request about the same officer is open.
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
    let mut known = recusals(tx, matter)?.into_iter();
    if known.any(|recusal| recusal.officer == officer && recusal.granted != Some(false)) {
        return Err(Refusal::new("recusal_open", "该同事的回避申请已经登记").at("reason").into());
    }
    let id: Id<kind::Journal> = ctx.id();
    tx.execute(&ASK, &params![id, matter, officer, reason.trim(), by, ctx.now])?;
    Ok(())
}

/// Decides the open recusal of a matter. Granted, the officer no longer sees the matter.
///
/// # Errors
/// Refusals when none is open, or for the officer in question: nobody decides on himself.
pub fn decide_recusal(tx: &mut Tx, ctx: &Ctx, matter: MatterId, granted: bool) -> Result<Recusal> {
    let open = recusals(tx, matter)?.into_iter().find(|recusal| recusal.granted.is_none());
    let open = open.ok_or_else(|| Refusal::new("no_recusal", "没有待决定的回避申请"))?;
    let decider = ctx.officer()?.id;
    if decider == open.officer {
        return Err(Refusal::new("recusal_own", "本人的回避由他人决定").into());
    }
    tx.exactly_one(&DECIDE, &params![open.id, granted, ctx.now, decider])?;
    if granted {
        tx.execute(&TAKE_AWAY, &params![matter, open.officer])?;
        // What goes with the matter is out of that officer's sight too.
        for follower in merge::followers(tx, matter)? {
            let id: Id<kind::Journal> = ctx.id();
            let row = params![id, follower.matter, open.officer, open.reason, "主办事项", ctx.now, decider];
            tx.execute(&KEEPS_AWAY_TOO, &row)?;
            tx.execute(&TAKE_AWAY, &params![follower.matter, open.officer])?;
        }
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

/// Asks that an officer keep away from a matter and writes it into the journal. For complaints the request also stops the
/// mediation: there it is an act of the procedure, not this.
///
/// # Errors
/// As [`ask_recusal`].
pub fn request_recusal(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    officer: OfficerId,
    reason: &str,
    by: &str,
) -> Result<()> {
    ask_recusal(tx, ctx, matter.id, officer, reason, by)?;
    let detail = json!({ "words": by.trim(), "reason": reason.trim() });
    matter::note(tx, ctx, matter.id, "recusal", None, &detail)
}

/// Decides what [`request_recusal`] asked; the matter keeps its state and loses the officer when granted.
///
/// # Errors
/// As [`decide_recusal`]; [`Problem::Stale`].
pub fn settle_recusal(tx: &mut Tx, ctx: &Ctx, matter: &mut Matter, granted: bool) -> Result<()> {
    ctx.may(Permission::Approve)?;
    let decided = decide_recusal(tx, ctx, matter.id, granted)?;
    if granted && matter.officer == Some(decided.officer) {
        matter.officer = None;
    }
    let words = format!("{}{}", decided.name, if granted { "应当回避" } else { "不需要回避" });
    let state = matter.state.clone();
    let step = Step { state: &state, phase: matter.phase, outcome: None };
    matter::step(tx, ctx, matter, step, "recusal_decision", &json!({ "words": words, "granted": granted }))
}
