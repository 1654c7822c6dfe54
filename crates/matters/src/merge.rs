//! Matters that go with another one: merged (并案), or taken into it as a supplement. Numbers stay, clocks stand under the
//! leader's, and undoing gives state, officer and clocks back as they were.

mod rules;

use std::sync::OnceLock;

use db::{Row, Tx, params};
use kernel::{Ctx, Id, MatterId, OfficerId, Permission, Refusal, UnitId, kind};
use serde_json::json;
use web::{Problem, Result};

use crate::{Matter, Phase, clocks, matter, relations, relations::LinkId};

pub use rules::{Side, Why, may_go_with};

/// The state of a matter that goes with another one.
pub const MERGED: &str = "merged";

/// A matter that goes with a leader.
#[derive(Clone, Debug)]
pub struct Follower {
    /// The matter.
    pub matter: MatterId,
    /// Its number.
    pub number: String,
    /// Why.
    pub why: Why,
    /// The link that holds it: what is done to its clocks because of the leader goes by this ([`relations::start`]).
    pub link: LinkId,
}

/// What a procedure does when a matter of its kind was merged into another one: (leader, the one that goes along).
pub type OnJoined = fn(&mut Tx, &Ctx, &Matter, &Matter) -> Result<()>;

static JOINED: OnceLock<Vec<OnJoined>> = OnceLock::new();

/// Registers what procedures do when a matter is merged into another one, once, when the program starts.
pub fn on_joined(procedures: Vec<OnJoined>) {
    JOINED.get_or_init(|| procedures);
}

/// What a procedure does when a matter of its kind no longer goes with another one: (leader, the one that went along). What
/// the procedure decided with it is void.
pub type OnReleased = fn(&mut Tx, &Ctx, &Matter, &Matter) -> Result<()>;

static RELEASED: OnceLock<Vec<OnReleased>> = OnceLock::new();

/// Registers what procedures do when a matter no longer goes with another one, once, when the program starts.
pub fn on_released(procedures: Vec<OnReleased>) {
    RELEASED.get_or_init(|| procedures);
}

db::sql! {
    INSERT = "INSERT INTO matter_merge (id, leader_id, merged_id, link_id, why, reason, by_id, at, state, phase, unit_id, unit_path, officer_id) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    TAKE = "UPDATE matter SET state = 'merged', phase = 'waiting', unit_id = $3, unit_path = $4, officer_id = $5, version = version + 1 \
            WHERE id = $1 AND version = $2";
    GIVE_BACK = "UPDATE matter SET state = $3, phase = $4, unit_id = $5, unit_path = $6, officer_id = $7, outcome = NULL, closed_at = NULL, \
                 closed_on = NULL, version = version + 1 WHERE id = $1 AND version = $2";
    OPEN = "SELECT g.id, g.leader_id, g.link_id, g.why, g.state, g.phase, g.unit_id, g.unit_path, g.officer_id, l.number AS leader \
            FROM matter_merge g JOIN matter l ON l.id = g.leader_id WHERE g.merged_id = $1 AND g.undone_at IS NULL";
    UNDO = "UPDATE matter_merge SET undone_at = $2, undone_by = $3, undo_reason = $4 WHERE id = $1 AND undone_at IS NULL";
    FOLLOWERS = "SELECT g.merged_id, m.number, g.why, g.link_id FROM matter_merge g JOIN matter m ON m.id = g.merged_id \
                 WHERE g.leader_id = $1 AND g.why <> 'repeat' AND g.undone_at IS NULL ORDER BY m.number";
    MOVE = "UPDATE matter SET unit_id = $2, unit_path = $3, officer_id = $4, version = version + 1 WHERE id = $1";
    END = "UPDATE matter SET phase = 'done', outcome = 'merged', closed_at = $2, closed_on = $3, version = version + 1 WHERE id = $1 AND phase <> 'done'";
    RECUSED = "SELECT DISTINCT officer_id FROM recusal WHERE matter_id = $1 AND granted = TRUE ORDER BY officer_id";
    CONFIDENTIAL = "SELECT COUNT(*) FROM contact WHERE matter_id = $1 AND confidential = TRUE";
    UNLINK = "UPDATE matter_link SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
}

/// What the rules ask of a matter.
pub(crate) fn side(tx: &mut Tx, of: &Matter) -> Result<Side> {
    let rows = tx.query(&RECUSED, &params![of.id])?;
    let recused = rows.iter().map(|row| row.get("officer_id")).collect::<Result<_, db::Error>>()?;
    let confidential: i64 = tx.scalar(&CONFIDENTIAL, &params![of.id])?;
    Ok(Side {
        number: of.number.clone(),
        kind: of.kind,
        phase: of.phase,
        unit: of.unit,
        merged: leader_of(tx, of.id)?.is_some(),
        leads: !followers(tx, of.id)?.is_empty(),
        confidential: confidential > 0,
        recused,
    })
}

/// Merges the matters `numbers` into `leader`: all of them, or none. Each keeps its number; its clocks stand still under
/// the leader's, its officer is the leader's.
///
/// # Errors
/// Refusals without the right or a reason, and of [`may_go_with`]; not found for what is out of reach; stale.
pub fn merge(
    tx: &mut Tx,
    ctx: &Ctx,
    leader: &str,
    version: Option<i64>,
    numbers: &[String],
    reason: &str,
) -> Result<()> {
    ctx.may(Permission::Dispatch)?;
    if reason.trim().chars().count() < 2 {
        return Err(Refusal::new("merge_reason", "请写明并案理由").at("reason").into());
    }
    let (leader, others) = locked(tx, ctx, leader, version, numbers)?;
    for mut other in others {
        let link = relations::link_as(tx, ctx, &other, &leader, Why::Merge.code(), reason.trim())?;
        absorb(tx, ctx, &leader, &mut other, (Why::Merge, link), reason.trim())?;
        let joined = JOINED.get().map_or(&[][..], Vec::as_slice);
        joined.iter().try_for_each(|act| act(tx, ctx, &leader, &other))?;
    }
    Ok(())
}

/// The leader and the others, locked in the order of their numbers, so that two dispatchers never wait for each other.
fn locked(
    tx: &mut Tx,
    ctx: &Ctx,
    leader: &str,
    version: Option<i64>,
    numbers: &[String],
) -> Result<(Matter, Vec<Matter>)> {
    let mut all: Vec<&str> =
        numbers.iter().map(|number| number.trim()).filter(|number| !number.is_empty()).collect();
    if all.is_empty() {
        return Err(Refusal::new("nothing_chosen", "请先勾选要并案的事项").at("number").into());
    }
    all.push(leader);
    all.sort_unstable();
    all.dedup();
    let (mut first, mut others) = (None, Vec::new());
    for number in all {
        let wanted = version.filter(|_| number == leader);
        let found = match matter::lock(tx, ctx, number, wanted) {
            Err(Problem::NotFound) if number != leader => {
                let words = format!("没有找到编号为 {number} 的事项，或者不在您的查看范围内");
                return Err(Refusal::new("merge_other", words).at("number").into());
            }
            found => found?,
        };
        if number == leader { first = Some(found) } else { others.push(found) }
    }
    let first = first.ok_or(Problem::NotFound)?;
    if others.is_empty() {
        return Err(Refusal::new("merge_self", format!("{leader} 不能并入自身")).at("number").into());
    }
    Ok((first, others))
}

/// Lets `other` go with `leader`; both are locked already.
///
/// # Errors
/// Refusals of [`may_go_with`]; stale.
pub(crate) fn absorb(
    tx: &mut Tx,
    ctx: &Ctx,
    leader: &Matter,
    other: &mut Matter,
    (why, link): (Why, LinkId),
    reason: &str,
) -> Result<()> {
    may_go_with(&side(tx, leader)?, &side(tx, other)?, why)?;
    remember(tx, ctx, leader, other, (why, link), reason)?;
    let words = format!("随 {} 办理，期限以其为准", leader.number);
    // What another person must be told, and by when, does not end by a merge; a supplement is of the same person.
    let stops = if why == Why::Merge { clocks::Stops::AllButTelling } else { clocks::Stops::All };
    clocks::give_up(tx, ctx, other, link, (stops, MERGED), &words)?;
    tx.exactly_one(&TAKE, &params![other.id, other.version, leader.unit, leader.unit_path, leader.officer])?;
    other.version += 1;
    (other.unit, other.unit_path, other.officer) = (leader.unit, leader.unit_path.clone(), leader.officer);
    (other.state, other.phase) = (MERGED.to_owned(), Phase::Waiting);
    let told = |number: &str| json!({ "words": number, "reason": reason });
    matter::note(tx, ctx, other.id, "merged_into", Some(MERGED), &told(&leader.number))?;
    matter::note(tx, ctx, leader.id, "merge", None, &told(&other.number))
}

/// Keeps what `other` is now, before it goes with `leader`.
pub(crate) fn remember(
    tx: &mut Tx,
    ctx: &Ctx,
    leader: &Matter,
    other: &Matter,
    (why, link): (Why, LinkId),
    reason: &str,
) -> Result<()> {
    let id: Id<kind::Journal> = ctx.id();
    let by = ctx.officer().ok().map(|officer| officer.id);
    tx.execute(
        &INSERT,
        &params![
            id,
            leader.id,
            other.id,
            link,
            why.code(),
            reason,
            by,
            ctx.now,
            other.state,
            other.phase.code(),
            other.unit,
            other.unit_path,
            other.officer
        ],
    )?;
    Ok(())
}

/// Undoes what was merged (撤销并案): each of `numbers` gets back its state, unit, officer and clocks, which run on from the
/// day they always had.
///
/// # Errors
/// Refusals without the right or a reason, for what is not merged or has ended with its leader; not found; stale.
pub fn unmerge(tx: &mut Tx, ctx: &Ctx, leader: &str, numbers: &[String], reason: &str) -> Result<()> {
    ctx.may(Permission::Dispatch)?;
    if reason.trim().chars().count() < 2 {
        return Err(Refusal::new("merge_reason", "请写明撤销并案的理由").at("reason").into());
    }
    let (leader, others) = locked(tx, ctx, leader, None, numbers)?;
    for mut other in others {
        let row = tx.one(&OPEN, &params![other.id])?;
        let row = row.filter(|row| row.get::<MatterId>("leader_id").is_ok_and(|id| id == leader.id));
        let none = || {
            Refusal::new("not_merged", format!("{} 没有并入 {}", other.number, leader.number)).at("number")
        };
        let row = row.ok_or_else(none)?;
        release(tx, ctx, &leader, &mut other, &row, reason.trim())?;
        tx.execute(&UNLINK, &params![row.get::<LinkId>("link_id")?, ctx.now])?;
    }
    Ok(())
}

/// Undoes the merge that `link` made, if it made one; `other` is the matter that went along.
pub(crate) fn release_link(
    tx: &mut Tx,
    ctx: &Ctx,
    leader: &Matter,
    other: &mut Matter,
    link: LinkId,
    reason: &str,
) -> Result<bool> {
    let row = tx.one(&OPEN, &params![other.id])?;
    let Some(row) = row.filter(|row| row.get::<LinkId>("link_id").is_ok_and(|id| id == link)) else {
        return Ok(false);
    };
    release(tx, ctx, leader, other, &row, reason)?;
    Ok(true)
}

fn release(
    tx: &mut Tx,
    ctx: &Ctx,
    leader: &Matter,
    other: &mut Matter,
    row: &Row,
    reason: &str,
) -> Result<()> {
    let why = Why::from_code(&row.get::<String>("why")?).unwrap_or(Why::Merge);
    if other.phase == Phase::Done && why != Why::Repeat {
        let words = format!("{} 已随 {} 办结，不能再撤销", other.number, leader.number);
        return Err(Refusal::new("merged_done", words).into());
    }
    let link: LinkId = row.get("link_id")?;
    let by = ctx.officer().ok().map(|officer| officer.id);
    let id: Id<kind::Journal> = row.get("id")?;
    tx.exactly_one(&UNDO, &params![id, ctx.now, by, reason])?;
    let (state, phase): (String, String) = (row.get("state")?, row.get("phase")?);
    let (unit, path): (UnitId, String) = (row.get("unit_id")?, row.get("unit_path")?);
    let officer: Option<OfficerId> = row.get("officer_id")?;
    // Somebody who must keep away since does not get it back.
    let recused = side(tx, other)?.recused;
    let officer = officer.filter(|officer| !recused.contains(officer));
    tx.exactly_one(&GIVE_BACK, &params![other.id, other.version, state, phase, unit, path, officer])?;
    other.version += 1;
    (other.unit, other.unit_path, other.officer) = (unit, path, officer);
    (other.phase, other.outcome, other.closed_on) =
        (Phase::from_code(&phase).unwrap_or(Phase::New), None, None);
    other.state.clone_from(&state);
    // The leader's clocks first: what the link began there anew ends before anything else runs on.
    clocks::take_back(tx, ctx, leader, link, reason)?;
    clocks::take_back(tx, ctx, other, link, reason)?;
    let told = |number: &str| json!({ "words": number, "reason": reason });
    matter::note(tx, ctx, other.id, "unmerged_from", Some(&state), &told(&leader.number))?;
    matter::note(tx, ctx, leader.id, "unmerge", None, &told(&other.number))?;
    RELEASED.get().map_or(&[][..], Vec::as_slice).iter().try_for_each(|act| act(tx, ctx, leader, other))
}

/// Whether `merged` goes with its leader because of `link`.
pub(crate) fn is_made_by(tx: &mut Tx, merged: MatterId, link: LinkId) -> Result<bool> {
    let row = tx.one(&OPEN, &params![merged])?;
    Ok(row.is_some_and(|row| row.get::<LinkId>("link_id").is_ok_and(|made| made == link)))
}

/// Says that a command will ask who goes with the matter: see [`Tx::ahead`].
pub(crate) fn ahead(tx: &mut Tx, leader: &Matter) -> Result<()> {
    Ok(tx.ahead(&FOLLOWERS, &params![leader.id])?)
}

/// The matters that go with `leader`.
///
/// # Errors
/// A fault of the database.
pub fn followers(tx: &mut Tx, leader: MatterId) -> Result<Vec<Follower>> {
    let rows = tx.query(&FOLLOWERS, &params![leader])?;
    let read = |row: &Row| {
        let why = Why::from_code(&row.get::<String>("why")?).unwrap_or(Why::Merge);
        let (matter, number) = (row.get("merged_id")?, row.get("number")?);
        Ok::<_, db::Error>(Follower { matter, number, why, link: row.get("link_id")? })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// The number of the matter that `merged` goes with.
///
/// # Errors
/// A fault of the database.
pub fn leader_of(tx: &mut Tx, merged: MatterId) -> Result<Option<String>> {
    Ok(tx.one(&OPEN, &params![merged])?.map(|row| row.get("leader")).transpose()?)
}

/// Whoever goes with `leader` changes hands with it.
pub(crate) fn hand_on(tx: &mut Tx, ctx: &Ctx, leader: &Matter, followers: Vec<Follower>) -> Result<()> {
    for follower in followers {
        tx.execute(&MOVE, &params![follower.matter, leader.unit, leader.unit_path, leader.officer])?;
        let detail = json!({ "words": format!("随 {}", leader.number) });
        matter::note(tx, ctx, follower.matter, "assign", None, &detail)?;
    }
    Ok(())
}

/// Whoever goes with `leader` ends with it.
pub(crate) fn end_with(tx: &mut Tx, ctx: &Ctx, leader: &Matter) -> Result<()> {
    for follower in followers(tx, leader.id)? {
        tx.execute(&END, &params![follower.matter, ctx.now, ctx.today()])?;
        let detail = json!({ "words": leader.number });
        matter::note(tx, ctx, follower.matter, "ended_with", Some(MERGED), &detail)?;
    }
    Ok(())
}
