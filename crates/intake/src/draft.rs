//! Drafts: a half-filled form of one officer, sealed, until it is registered.

use db::{Tx, params};
use kernel::{Ctx, Field, Id, kind};
use web::Result;

const FORM: Field = Field { table: "draft", column: "form" };

db::sql! {
    SAVE = "INSERT INTO draft (id, officer_id, page, form, saved_at) VALUES ($1, $2, $3, $4, $5) \
            ON CONFLICT (officer_id, page) DO UPDATE SET id = excluded.id, form = excluded.form, saved_at = excluded.saved_at";
    LOAD = "SELECT id, form, saved_at FROM draft WHERE officer_id = $1 AND page = $2";
    DROP = "DELETE FROM draft WHERE officer_id = $1 AND page = $2";
}

/// Keeps what was typed on `page`.
pub(crate) fn save(tx: &mut Tx, ctx: &Ctx, page: &str, pairs: &[(String, String)]) -> Result<()> {
    let id: Id<kind::Job> = ctx.id();
    let text = serde_json::to_string(pairs).unwrap_or_default();
    let sealed = ctx.keyring().seal(FORM, id.uuid(), &text, ctx.entropy());
    tx.execute(&SAVE, &params![id, ctx.officer()?.id, page, sealed, ctx.now])?;
    Ok(())
}

/// What was typed, and when it was saved.
pub(crate) type Draft = (Vec<(String, String)>, jiff::Timestamp);

/// What was typed on `page` and when, if anything is kept.
pub(crate) fn load(tx: &mut Tx, ctx: &Ctx, page: &str) -> Result<Option<Draft>> {
    let Some(row) = tx.one(&LOAD, &params![ctx.officer()?.id, page])? else { return Ok(None) };
    let id: Id<kind::Job> = row.get("id")?;
    let text = ctx.keyring().open(FORM, id.uuid(), &row.get::<Vec<u8>>("form")?)?;
    Ok(Some((serde_json::from_str(&text).unwrap_or_default(), row.get("saved_at")?)))
}

/// Forgets the draft of `page`.
pub(crate) fn forget(tx: &mut Tx, ctx: &Ctx, page: &str) -> Result<()> {
    tx.put(&DROP, &params![ctx.officer()?.id, page])?;
    Ok(())
}
