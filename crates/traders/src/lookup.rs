//! Look-up while typing: the shape of the text decides which index answers.

use codes::names;
use db::{Tx, params};
use kernel::TraderId;
use web::Result;

/// A trader that fits what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The record.
    pub id: TraderId,
    /// Its name.
    pub name: String,
    /// The alias by which it was found, when not by its name.
    pub alias: Option<String>,
    /// Its credit code.
    pub credit_code: Option<String>,
    /// Its address.
    pub address: String,
    /// Its telephone.
    pub phone: String,
}

db::sql! {
    BY_CODE = "SELECT id, name, NULL AS alias, credit_code, address, phone FROM trader \
               WHERE merged_into IS NULL AND credit_code >= $1 AND credit_code < $2 ORDER BY credit_code LIMIT $3";
    BY_OLD_NUMBER = "SELECT id, name, NULL AS alias, credit_code, address, phone FROM trader \
               WHERE merged_into IS NULL AND old_number = $1 LIMIT $2";
    BY_NAME = "SELECT id, name, NULL AS alias, credit_code, address, phone FROM trader \
               WHERE merged_into IS NULL AND name_key >= $1 AND name_key < $2 ORDER BY name_key LIMIT $3";
    BY_INITIALS = "SELECT id, name, NULL AS alias, credit_code, address, phone FROM trader \
               WHERE merged_into IS NULL AND initials >= $1 AND initials < $2 ORDER BY initials LIMIT $3";
    BY_ALIAS = "SELECT t.id, t.name, a.name AS alias, t.credit_code, t.address, t.phone FROM trader_alias a \
               JOIN trader t ON t.id = a.trader_id WHERE t.merged_into IS NULL AND a.name_key >= $1 AND a.name_key < $2 \
               ORDER BY a.name_key LIMIT $3";
    BY_ALIAS_INITIALS = "SELECT t.id, t.name, a.name AS alias, t.credit_code, t.address, t.phone FROM trader_alias a \
               JOIN trader t ON t.id = a.trader_id WHERE t.merged_into IS NULL AND a.initials >= $1 AND a.initials < $2 \
               ORDER BY a.initials LIMIT $3";
}

/// After every text that begins with `prefix`, in code-point order.
fn beyond(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}

/// At most `limit` traders whose code, name, alias or initials begin with `text`.
///
/// # Errors
/// A fault of the database.
pub fn look_up(tx: &mut Tx, text: &str, limit: usize) -> Result<Vec<Hit>> {
    let key = names::fold(text);
    if key.is_empty() {
        return Ok(Vec::new());
    }
    let upper = key.to_uppercase();
    let ascii = key.is_ascii();
    let has_digit = key.chars().any(|c| c.is_ascii_digit());
    let mut hits = Vec::new();
    if ascii && has_digit && key.len() >= 4 {
        collect(tx, &mut hits, &BY_CODE, &params![upper, beyond(&upper), limit])?;
        if key.len() == 15 {
            collect(tx, &mut hits, &BY_OLD_NUMBER, &params![key, limit])?;
        }
    }
    let range = params![key, beyond(&key), limit];
    collect(tx, &mut hits, &BY_NAME, &range)?;
    collect(tx, &mut hits, &BY_ALIAS, &range)?;
    if ascii {
        collect(tx, &mut hits, &BY_INITIALS, &range)?;
        collect(tx, &mut hits, &BY_ALIAS_INITIALS, &range)?;
    }
    hits.truncate(limit);
    Ok(hits)
}

fn collect(tx: &mut Tx, hits: &mut Vec<Hit>, statement: &db::Sql, values: &[db::Value]) -> Result<()> {
    for row in tx.query(statement, values)? {
        let hit = Hit {
            id: row.get("id")?,
            name: row.get("name")?,
            alias: row.get("alias")?,
            credit_code: row.get("credit_code")?,
            address: row.get("address")?,
            phone: row.get("phone")?,
        };
        if !hits.iter().any(|known| known.id == hit.id) {
            hits.push(hit);
        }
    }
    Ok(())
}
