//! Holds (法律保全): a matter that must be kept for the time being, for a suit, a reconsideration or an audit.

use db::{Row, Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, Id, MatterId, Permission, Refusal, kind};
use serde_json::json;
use web::Result;

/// An id of a hold.
pub type HoldId = Id<kind::Journal>;

/// A hold.
#[derive(Clone, Debug)]
pub struct Hold {
    /// Its id.
    pub id: HoldId,
    /// The matter's number.
    pub number: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub by_name: String,
    /// Since when.
    pub at: Timestamp,
}

db::sql! {
    MATTER = "SELECT id FROM matter WHERE number = $1";
    ACTIVE = "SELECT h.id, m.number, h.reason, h.by_name, h.at FROM legal_hold h JOIN matter m ON m.id = h.matter_id \
              WHERE h.ended_at IS NULL ORDER BY h.at DESC, h.id";
    OF = "SELECT COUNT(*) FROM legal_hold WHERE matter_id = $1 AND ended_at IS NULL";
    INSERT = "INSERT INTO legal_hold (id, matter_id, reason, by_name, at) VALUES ($1, $2, $3, $4, $5)";
    FIND = "SELECT matter_id FROM legal_hold WHERE id = $1 AND ended_at IS NULL";
    WORDS = "SELECT id, reason, end_reason FROM legal_hold WHERE matter_id = $1";
    STRUCK = "UPDATE legal_hold SET reason = $2, end_reason = $3 WHERE id = $1";
    END = "UPDATE legal_hold SET ended_at = $2, ended_name = $3, end_reason = $4 WHERE id = $1 AND ended_at IS NULL";
}

/// What a hold says of people, struck out when its matter is forgotten.
pub(super) const TEXTS: &[matters::forget::Texts] = &[(&WORDS, &STRUCK, &["reason", "end_reason"])];

fn good(reason: &str) -> Result<&str, Refusal> {
    let reason = reason.trim();
    if reason.chars().count() < 4 {
        return Err(Refusal::new("hold_reason", "请写明理由（至少 4 个字）").at("hold_reason"));
    }
    Ok(reason)
}

/// The holds that stand, latest first.
///
/// # Errors
/// A fault of the database.
pub fn holds(tx: &mut Tx) -> Result<Vec<Hold>> {
    let read = |row: &Row| {
        Ok::<_, db::Error>(Hold {
            id: row.get("id")?,
            number: row.get("number")?,
            reason: row.get("reason")?,
            by_name: row.get("by_name")?,
            at: row.get("at")?,
        })
    };
    Ok(tx.query(&ACTIVE, &[])?.iter().map(read).collect::<Result<_, _>>()?)
}

/// Keeps a matter from being forgotten until the hold is released.
///
/// # Errors
/// Refusals without the right or a reason, for a number that there is not, for a second hold.
pub fn place(tx: &mut Tx, ctx: &Ctx, number: &str, reason: &str) -> Result<()> {
    ctx.may(Permission::KeepSettings)?;
    let reason = good(reason)?;
    let unknown = || Refusal::new("hold_number", "没有这个编号的事项").at("number");
    let row = tx.one(&MATTER, &params![number.trim()])?.ok_or_else(unknown)?;
    let matter: MatterId = row.get("id")?;
    let held: i64 = tx.scalar(&OF, &params![matter])?;
    if held > 0 {
        return Err(Refusal::new("held", "这件事项已经保全").at("number").into());
    }
    let id: HoldId = ctx.id();
    tx.execute(&INSERT, &params![id, matter, reason, ctx.actor_name(), ctx.now])?;
    matters::note(tx, ctx, matter, "hold", None, &json!({ "reason": reason }))
}

/// Releases a hold.
///
/// # Errors
/// Refusals without the right or a reason; not found, stale.
pub fn release(tx: &mut Tx, ctx: &Ctx, id: HoldId, reason: &str) -> Result<()> {
    ctx.may(Permission::KeepSettings)?;
    let reason = good(reason)?;
    let row = tx.one(&FIND, &params![id])?.ok_or(web::Problem::NotFound)?;
    tx.exactly_one(&END, &params![id, ctx.now, ctx.actor_name(), reason])?;
    matters::note(tx, ctx, row.get("matter_id")?, "hold_end", None, &json!({ "reason": reason }))
}
