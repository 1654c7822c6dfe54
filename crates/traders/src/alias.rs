//! Other names of a trader: signs, former names, shops on platforms.

use db::{Tx, params};
use kernel::{Ctx, Id, Permission, Refusal, TraderId, kind};
use serde_json::json;
use web::{Problem, Result};

use crate::{entry, letters, note, record};

/// (stored word, Chinese) of the kinds.
pub(crate) const KINDS: &[(&str, &str)] = &[
    ("sign", "招牌"),
    ("former", "曾用名"),
    ("platform", "网店名"),
    ("brand", "品牌"),
    ("misspelt", "常见误写"),
];

/// Another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// Its id among the trader's rows.
    pub id: Id<kind::Trader>,
    /// The name.
    pub name: String,
    /// Its kind, in Chinese.
    pub kind: String,
}

db::sql! {
    INSERT = "INSERT INTO trader_alias (id, trader_id, name, name_key, initials, kind) VALUES ($1, $2, $3, $4, $5, $6)";
    KNOWN = "SELECT COUNT(*) FROM trader_alias WHERE trader_id = $1 AND name_key = $2";
    OF = "SELECT id, name, kind FROM trader_alias WHERE trader_id = $1 ORDER BY id";
    NAME = "SELECT name FROM trader_alias WHERE id = $1 AND trader_id = $2";
    DELETE = "DELETE FROM trader_alias WHERE id = $1 AND trader_id = $2";
}

/// Records another name.
///
/// # Errors
/// Refusals for an empty, masked, deceptive or known name or an unknown kind.
pub fn add(tx: &mut Tx, ctx: &Ctx, trader: TraderId, name: &str, kind: &str) -> Result<()> {
    ctx.may(Permission::KeepTraders)?;
    if kernel::mask::is_masked(name) {
        return Err(Refusal::new("masked", "这里是遮盖后的内容，请填写完整的别名").at("alias").into());
    }
    if name.trim().is_empty() {
        return Err(Refusal::new("alias_name", "请填写别名").at("alias").into());
    }
    let name = entry::name(name, false, "alias")?;
    if !KINDS.iter().any(|(code, _)| *code == kind) {
        return Err(Refusal::new("alias_kind", "请选择别名类别").at("kind").into());
    }
    crate::find(tx, trader)?;
    if is_known(tx, trader, &name)? {
        return Err(Refusal::new("alias_known", "这个别名已经登记").at("alias").into());
    }
    insert(tx, ctx, trader, &name, kind)?;
    record::index(tx, trader)?;
    note(tx, ctx, &name, "alias_added", &json!({ "kind": kind, "trader": trader.to_string() }))
}

fn is_known(tx: &mut Tx, trader: TraderId, name: &str) -> Result<bool> {
    Ok(tx.scalar::<i64>(&KNOWN, &params![trader, letters::key(name)])? > 0)
}

fn insert(tx: &mut Tx, ctx: &Ctx, trader: TraderId, name: &str, kind: &str) -> Result<()> {
    let id: Id<kind::Trader> = ctx.id();
    let values = params![id, trader, name, letters::key(name), letters::initials(name), kind];
    tx.execute(&INSERT, &values)?;
    Ok(())
}

/// Keeps the name a trader had until now.
pub(crate) fn former(tx: &mut Tx, ctx: &Ctx, trader: TraderId, name: &str) -> Result<()> {
    if is_known(tx, trader, name)? { Ok(()) } else { insert(tx, ctx, trader, name, "former") }
}

/// Takes another name off the record; the journal keeps it.
///
/// # Errors
/// Not found when the trader has no such name.
pub fn remove(tx: &mut Tx, ctx: &Ctx, trader: TraderId, id: Id<kind::Trader>) -> Result<()> {
    ctx.may(Permission::KeepTraders)?;
    let row = tx.one(&NAME, &params![id, trader])?.ok_or(Problem::NotFound)?;
    let name: String = row.get("name")?;
    tx.exactly_one(&DELETE, &params![id, trader])?;
    record::index(tx, trader)?;
    note(tx, ctx, &name, "alias_removed", &json!({ "trader": trader.to_string() }))
}

/// The other names of a trader.
///
/// # Errors
/// A fault of the database.
pub fn of(tx: &mut Tx, trader: TraderId) -> Result<Vec<Alias>> {
    let rows = tx.query(&OF, &params![trader])?;
    let read = |row: &db::Row| {
        let kind: String = row.get("kind")?;
        let words =
            KINDS.iter().find(|(code, _)| *code == kind).map_or(kind.as_str(), |(_, words)| words).to_owned();
        Ok::<_, db::Error>(Alias { id: row.get("id")?, name: row.get("name")?, kind: words })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}
