//! Two records of one trader become one, reversibly.

use db::{Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, Id, Permission, Refusal, TraderId, kind};
use serde_json::json;
use web::{Problem, Result};

use crate::{find, note};

/// A merge in a record's history.
#[derive(Clone, Debug)]
pub struct Merge {
    /// Its id.
    pub id: Id<kind::Trader>,
    /// The record that was merged away.
    pub merged: TraderId,
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// When it was undone.
    pub undone_at: Option<Timestamp>,
    /// Why it was undone.
    pub undo_reason: Option<String>,
}

impl Merge {
    /// When, as officers read it.
    pub fn when(&self) -> String {
        kernel::office_minute(self.at)
    }
}

db::sql! {
    LOCK = "SELECT merged_into FROM trader WHERE id = $1 FOR_UPDATE";
    SET_MERGED = "UPDATE trader SET merged_into = $2, version = version + 1 WHERE id = $1 AND merged_into IS NULL";
    CLEAR_MERGED = "UPDATE trader SET merged_into = NULL, version = version + 1 WHERE id = $1 AND merged_into = $2";
    INSERT = "INSERT INTO trader_merge (id, kept_id, merged_id, reason, by_id, at) VALUES ($1, $2, $3, $4, $5, $6)";
    FIND = "SELECT kept_id, merged_id FROM trader_merge WHERE id = $1 AND undone_at IS NULL";
    UNDO = "UPDATE trader_merge SET undone_at = $2, undone_by = $3, undo_reason = $4 WHERE id = $1 AND undone_at IS NULL";
    OF = "SELECT m.id, m.merged_id, t.name, m.reason, m.at, m.undone_at, m.undo_reason FROM trader_merge m \
          JOIN trader t ON t.id = m.merged_id WHERE m.kept_id = $1 ORDER BY m.at DESC, m.id DESC";
}

fn reason_given(reason: &str, words: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    match reason.chars().count() {
        0 => Err(Refusal::new("merge_reason", words).at("reason")),
        1..=200 => Ok(reason.to_owned()),
        _ => Err(Refusal::new("merge_reason", "理由最多 200 字").at("reason")),
    }
}

/// Merges `other` into `kept`. Nothing of `other` is changed but the pointer, so that undo restores it exactly; its matters
/// keep their trader. Both records are locked in the order of their ids: two merges at once cannot make a ring.
///
/// # Errors
/// Refusals when it is the same record, either is already merged, or the reason is missing.
pub fn merge(tx: &mut Tx, ctx: &Ctx, kept: TraderId, other: TraderId, reason: &str) -> Result<()> {
    ctx.may(Permission::MergeTraders)?;
    let officer = ctx.officer()?.id;
    if kept == other {
        return Err(Refusal::new("merge_self", "不能与自己合并").at("other").into());
    }
    let reason = reason_given(reason, "请写明合并理由")?;
    for id in [kept.min(other), kept.max(other)] {
        let row = tx.one(&LOCK, &params![id])?.ok_or(Problem::NotFound)?;
        if row.get::<Option<TraderId>>("merged_into")?.is_some() {
            let words = "其中一份档案已被合并，请先打开保留的档案";
            return Err(Refusal::new("already_merged", words).at("other").into());
        }
    }
    tx.exactly_one(&SET_MERGED, &params![other, kept])?;
    let id: Id<kind::Trader> = ctx.id();
    tx.execute(&INSERT, &params![id, kept, other, reason, officer, ctx.now])?;
    let detail = json!({ "kept": kept.to_string(), "merged": other.to_string(), "reason": reason });
    let name = find(tx, kept)?.name;
    note(tx, ctx, &name, "traders_merged", &detail)
}

/// Undoes a merge: the record stands again as it was. The merge stays in the history with both reasons.
///
/// # Errors
/// Not found when it was undone already; refusals when the reason is missing or the code was meanwhile given to a third record.
pub fn undo(tx: &mut Tx, ctx: &Ctx, id: Id<kind::Trader>, reason: &str) -> Result<TraderId> {
    ctx.may(Permission::MergeTraders)?;
    let officer = ctx.officer()?.id;
    let reason = reason_given(reason, "请写明撤销合并的理由")?;
    let row = tx.one(&FIND, &params![id])?.ok_or(Problem::NotFound)?;
    let (kept, merged): (TraderId, TraderId) = (row.get("kept_id")?, row.get("merged_id")?);
    tx.exactly_one(&CLEAR_MERGED, &params![merged, kept]).map_err(|error| match error {
        db::Error::Unique(_) => {
            Refusal::new("credit_code_taken", "撤销后信用代码会重复，请先核对另一份档案").into()
        }
        other => Problem::from(other),
    })?;
    tx.exactly_one(&UNDO, &params![id, ctx.now, officer, reason])?;
    let detail = json!({ "kept": kept.to_string(), "merged": merged.to_string(), "reason": reason });
    let name = find(tx, kept)?.name;
    note(tx, ctx, &name, "merge_undone", &detail)?;
    Ok(kept)
}

/// The merges into `kept`, latest first.
pub(crate) fn of(tx: &mut Tx, kept: TraderId) -> Result<Vec<Merge>> {
    let rows = tx.query(&OF, &params![kept])?;
    let read = |row: &db::Row| {
        Ok::<_, db::Error>(Merge {
            id: row.get("id")?,
            merged: row.get("merged_id")?,
            name: row.get("name")?,
            reason: row.get("reason")?,
            at: row.get("at")?,
            undone_at: row.get("undone_at")?,
            undo_reason: row.get("undo_reason")?,
        })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}
