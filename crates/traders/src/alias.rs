//! Other names of a trader: signs, former names, shops on platforms.

use codes::names;
use db::{Tx, params};
use kernel::{Ctx, Permission, Refusal, TraderId};
use serde_json::json;
use web::Result;

/// (stored word, Chinese) of the kinds.
pub(crate) const KINDS: &[(&str, &str)] = &[
    ("sign", "招牌"),
    ("former", "曾用名"),
    ("platform", "网店名"),
    ("brand", "品牌"),
    ("misspelt", "常见误写"),
];

/// Another name.
#[derive(Clone, Debug)]
pub struct Alias {
    /// The name.
    pub name: String,
    /// Its kind, in Chinese.
    pub kind: String,
}

db::sql! {
    INSERT = "INSERT INTO trader_alias (id, trader_id, name, name_key, initials, kind) VALUES ($1, $2, $3, $4, $5, $6)";
    OF = "SELECT name, kind FROM trader_alias WHERE trader_id = $1 ORDER BY id";
}

/// Records another name.
///
/// # Errors
/// Refusals for an empty or deceptive name or an unknown kind.
pub fn add(tx: &mut Tx, ctx: &Ctx, trader: TraderId, name: &str, kind: &str) -> Result<()> {
    ctx.may(Permission::KeepTraders)?;
    let name = name.trim();
    if name.is_empty() {
        return Err(Refusal::new("alias_name", "请填写别名").at("alias").into());
    }
    if let Some(words) = names::suspicious(name) {
        return Err(Refusal::new("alias_suspicious", words).at("alias").into());
    }
    if !KINDS.iter().any(|(code, _)| *code == kind) {
        return Err(Refusal::new("alias_kind", "请选择别名类别").at("kind").into());
    }
    let id: TraderId = ctx.id();
    tx.execute(&INSERT, &params![id, trader, name, names::fold(name), names::initials(name), kind])?;
    let detail = json!({ "kind": kind });
    journal::write(
        tx,
        ctx,
        journal::Entry { matter: None, subject: name, verb: "alias_added", state: None, detail: &detail },
    )?;
    Ok(())
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
        Ok::<_, db::Error>(Alias { name: row.get("name")?, kind: words })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}
