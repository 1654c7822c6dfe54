//! Two records of one trader become one, reversibly.

use db::{Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, Id, Permission, Refusal, TraderId, kind};
use serde_json::json;
use web::{Problem, Result};

use crate::find;

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
}

impl Merge {
    /// When, as officers read it.
    pub fn when(&self) -> String {
        kernel::office_minute(self.at)
    }
}

db::sql! {
    SET_MERGED = "UPDATE trader SET merged_into = $2, version = version + 1 WHERE id = $1 AND merged_into IS NULL";
    CLEAR_MERGED = "UPDATE trader SET merged_into = NULL, version = version + 1 WHERE id = $1 AND merged_into = $2";
    INSERT = "INSERT INTO trader_merge (id, kept_id, merged_id, reason, by_id, at) VALUES ($1, $2, $3, $4, $5, $6)";
    FIND = "SELECT kept_id, merged_id FROM trader_merge WHERE id = $1 AND undone_at IS NULL";
    UNDO = "UPDATE trader_merge SET undone_at = $2, undone_by = $3, undo_reason = $4 WHERE id = $1 AND undone_at IS NULL";
    OF = "SELECT m.id, m.merged_id, t.name, m.reason, m.at, m.undone_at FROM trader_merge m JOIN trader t ON t.id = m.merged_id \
          WHERE m.kept_id = $1 ORDER BY m.at DESC";
}

/// Merges `other` into `kept`. Nothing of `other` is changed but the pointer, so that undo restores it exactly.
///
/// # Errors
/// Refusals when it is the same record, either is already merged, or the reason is missing.
pub fn merge(tx: &mut Tx, ctx: &Ctx, kept: TraderId, other: TraderId, reason: &str) -> Result<()> {
    ctx.may(Permission::MergeTraders)?;
    let officer = ctx.officer()?.id;
    if kept == other {
        return Err(Refusal::new("merge_self", "不能与自己合并").at("other").into());
    }
    if reason.trim().is_empty() {
        return Err(Refusal::new("merge_reason", "请写明合并理由").at("reason").into());
    }
    let (one, two) = (find(tx, kept)?, find(tx, other)?);
    if one.merged_into.is_some() || two.merged_into.is_some() {
        return Err(Refusal::new("already_merged", "其中一份档案已被合并，请先打开保留的档案")
            .at("other")
            .into());
    }
    tx.exactly_one(&SET_MERGED, &params![other, kept])?;
    let id: TraderId = ctx.id();
    tx.execute(&INSERT, &params![id, kept, other, reason.trim(), officer, ctx.now])?;
    let detail = json!({ "kept": kept.to_string(), "merged": other.to_string(), "reason": reason.trim() });
    journal::write(
        tx,
        ctx,
        journal::Entry {
            matter: None,
            subject: &one.name,
            verb: "traders_merged",
            state: None,
            detail: &detail,
        },
    )?;
    Ok(())
}

/// Undoes a merge.
///
/// # Errors
/// Not found when it was undone already; a refusal when the code was meanwhile given to a third record.
pub fn undo(tx: &mut Tx, ctx: &Ctx, id: TraderId, reason: &str) -> Result<TraderId> {
    ctx.may(Permission::MergeTraders)?;
    let officer = ctx.officer()?.id;
    let row = tx.one(&FIND, &params![id])?.ok_or(Problem::NotFound)?;
    let (kept, merged): (TraderId, TraderId) = (row.get("kept_id")?, row.get("merged_id")?);
    tx.exactly_one(&CLEAR_MERGED, &params![merged, kept]).map_err(|error| match error {
        db::Error::Unique(_) => {
            Refusal::new("credit_code_taken", "撤销后信用代码会重复，请先核对另一份档案").into()
        }
        other => Problem::from(other),
    })?;
    tx.exactly_one(&UNDO, &params![id, ctx.now, officer, reason.trim()])?;
    let detail = json!({ "kept": kept.to_string(), "merged": merged.to_string() });
    journal::write(
        tx,
        ctx,
        journal::Entry { matter: None, subject: "", verb: "merge_undone", state: None, detail: &detail },
    )?;
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
        })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}
