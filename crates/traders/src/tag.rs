//! Tags of a trader (R20): authorised dealer, protected brand, model shop… The bureau's own words.

use db::{Tx, params};
use kernel::{Ctx, Permission, Refusal, TraderId};
use serde_json::json;
use web::{Problem, Result};

use crate::{entry, find, letters, note, record};

/// Tags that are offered; any other word will do.
pub(crate) const OFFERED: &[&str] =
    &["家电下乡授权网点", "名优企业", "重点商品授权经销商", "放心消费示范单位", "维权服务站", "重点关注"];

db::sql! {
    INSERT = "INSERT INTO trader_tag (trader_id, tag, added_at) VALUES ($1, $2, $3) ON CONFLICT (trader_id, tag) DO NOTHING";
    DELETE = "DELETE FROM trader_tag WHERE trader_id = $1 AND tag = $2";
    OF = "SELECT tag FROM trader_tag WHERE trader_id = $1 ORDER BY added_at, tag";
}

/// Tags a trader; nothing happens when it has the tag already.
///
/// # Errors
/// Refusals for an empty, long or deceptive tag.
pub fn add(tx: &mut Tx, ctx: &Ctx, trader: TraderId, tag: &str) -> Result<()> {
    ctx.may(Permission::KeepTraders)?;
    let tag = letters::visible(tag);
    if letters::key(&tag).is_empty() || tag.chars().count() > 20 {
        return Err(Refusal::new("tag", "请填写标签，最多 20 字").at("tag").into());
    }
    let tag = entry::name(&tag, false, "tag")?;
    let name = find(tx, trader)?.name;
    if tx.execute(&INSERT, &params![trader, tag, ctx.now])? == 0 {
        return Ok(());
    }
    record::index(tx, trader)?;
    note(tx, ctx, &name, "trader_tagged", &json!({ "tag": tag }))
}

/// Takes a tag off.
///
/// # Errors
/// Not found when the trader does not have it.
pub fn remove(tx: &mut Tx, ctx: &Ctx, trader: TraderId, tag: &str) -> Result<()> {
    ctx.may(Permission::KeepTraders)?;
    let name = find(tx, trader)?.name;
    if tx.execute(&DELETE, &params![trader, tag])? == 0 {
        return Err(Problem::NotFound);
    }
    record::index(tx, trader)?;
    note(tx, ctx, &name, "trader_untagged", &json!({ "tag": tag }))
}

/// The tags of a trader, in the order they were given.
///
/// # Errors
/// A fault of the database.
pub fn of(tx: &mut Tx, trader: TraderId) -> Result<Vec<String>> {
    let rows = tx.query(&OF, &params![trader])?;
    Ok(rows.iter().map(|row| row.get("tag")).collect::<Result<_, _>>()?)
}
