//! Look-up while typing: the shape of the text decides which index answers.

use db::{Row, Tx, params};
use kernel::TraderId;
use web::Result;

use crate::{
    find, kept_id, letters,
    tokens::{self, Exact},
};

/// A trader that fits what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The record, never one that was merged away.
    pub id: TraderId,
    /// Its name.
    pub name: String,
    /// The alias, or the name of the merged record, by which it was found, when not by its name.
    pub alias: Option<String>,
    /// Its credit code.
    pub credit_code: Option<String>,
    /// Its address.
    pub address: String,
    /// Its telephone.
    pub phone: String,
}

db::sql! {
    BY_CODE = "SELECT id, name, NULL AS alias, credit_code, address, phone, merged_into FROM trader \
               WHERE merged_into IS NULL AND credit_code >= $1 AND credit_code < $2 ORDER BY credit_code LIMIT $3";
    BY_OLD_NUMBER = "SELECT id, name, NULL AS alias, credit_code, address, phone, merged_into FROM trader \
               WHERE old_number >= $1 AND old_number < $2 ORDER BY old_number LIMIT $3";
    BY_NAME = "SELECT id, name, NULL AS alias, credit_code, address, phone, merged_into FROM trader \
               WHERE name_key >= $1 AND name_key < $2 ORDER BY name_key LIMIT $3";
    BY_INITIALS = "SELECT id, name, NULL AS alias, credit_code, address, phone, merged_into FROM trader \
               WHERE initials >= $1 AND initials < $2 ORDER BY initials LIMIT $3";
    BY_ALIAS = "SELECT t.id, t.name, a.name AS alias, t.credit_code, t.address, t.phone, t.merged_into FROM trader_alias a \
               JOIN trader t ON t.id = a.trader_id WHERE a.name_key >= $1 AND a.name_key < $2 \
               ORDER BY a.name_key LIMIT $3";
    BY_ALIAS_INITIALS = "SELECT t.id, t.name, a.name AS alias, t.credit_code, t.address, t.phone, t.merged_into FROM trader_alias a \
               JOIN trader t ON t.id = a.trader_id WHERE a.initials >= $1 AND a.initials < $2 \
               ORDER BY a.initials LIMIT $3";
    BY_TOKENS = "SELECT t.id, t.name, NULL AS alias, t.credit_code, t.address, t.phone, t.merged_into \
               FROM (SELECT d.doc FROM SEARCH_DOCS($1) d LIMIT 200) f JOIN trader t ON t.id = f.doc ORDER BY t.name_key, t.id LIMIT $2";
}

/// After every text that begins with `prefix`, in code-point order.
fn beyond(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}

/// At most `limit` traders that fit what was typed, each once, through whatever index fits its shape: the beginning of a
/// credit code or a registration number, a whole organisation code or telephone number, the beginning of a name, an alias
/// or their pinyin initials, and last any part of a name of at least two characters that is not in everybody's name. Who
/// looks for a merged record finds the kept one.
///
/// # Errors
/// A fault of the database.
pub fn look_up(tx: &mut Tx, text: &str, limit: usize) -> Result<Vec<Hit>> {
    let key = letters::key(text);
    if key.is_empty() || limit == 0 {
        return Ok(Vec::new());
    }
    let mut hits = Vec::new();
    let ascii = key.is_ascii();
    if ascii && key.len() >= 4 && key.chars().any(|c| c.is_ascii_digit()) {
        numbers(tx, &mut hits, text, &key, limit)?;
    }
    let range = params![key, beyond(&key), limit];
    collect(tx, &mut hits, &BY_NAME, &range)?;
    collect(tx, &mut hits, &BY_ALIAS, &range)?;
    if ascii {
        collect(tx, &mut hits, &BY_INITIALS, &range)?;
        collect(tx, &mut hits, &BY_ALIAS_INITIALS, &range)?;
    }
    if hits.len() < limit {
        let phrases = tokens::phrases(text);
        by_tokens(tx, &mut hits, &phrases, limit)?;
    }
    hits.truncate(limit);
    Ok(hits)
}

fn numbers(tx: &mut Tx, hits: &mut Vec<Hit>, text: &str, key: &str, limit: usize) -> Result<()> {
    let upper = key.to_uppercase();
    collect(tx, hits, &BY_CODE, &params![upper, beyond(&upper), limit])?;
    if key.chars().all(|c| c.is_ascii_digit()) {
        collect(tx, hits, &BY_OLD_NUMBER, &params![key, beyond(key), limit])?;
    }
    let phone = codes::phone::normalise(text).filter(|digits| digits.len() >= 7);
    let whole = [
        phone.map(|digits| Exact::Phone.token(&digits)),
        (key.len() == 9).then(|| Exact::Organisation.token(key)),
        // A merged record is not in the index of codes that are unique.
        (key.len() == 18).then(|| Exact::Credit.token(key)),
    ];
    for token in whole.into_iter().flatten() {
        by_tokens(tx, hits, &[vec![token]], limit)?;
    }
    Ok(())
}

fn by_tokens(tx: &mut Tx, hits: &mut Vec<Hit>, phrases: &[Vec<String>], limit: usize) -> Result<()> {
    if phrases.is_empty() {
        return Ok(());
    }
    let query = db::match_query(tx.engine(), phrases);
    collect(tx, hits, &BY_TOKENS, &[query, db::ToValue::to_value(&limit)])
}

/// The traders whose document holds all of `phrases`.
pub(crate) fn exact(tx: &mut Tx, phrases: &[Vec<String>], limit: usize) -> Result<Vec<Hit>> {
    let mut hits = Vec::new();
    by_tokens(tx, &mut hits, phrases, limit)?;
    Ok(hits)
}

fn collect(tx: &mut Tx, hits: &mut Vec<Hit>, statement: &db::Sql, values: &[db::Value]) -> Result<()> {
    for row in tx.query(statement, values)? {
        let hit = hit(&row)?;
        let hit = if row.get::<Option<TraderId>>("merged_into")?.is_some() { kept(tx, hit)? } else { hit };
        if !hits.iter().any(|known| known.id == hit.id) {
            hits.push(hit);
        }
    }
    Ok(())
}

fn hit(row: &Row) -> Result<Hit, db::Error> {
    Ok(Hit {
        id: row.get("id")?,
        name: row.get("name")?,
        alias: row.get("alias")?,
        credit_code: row.get("credit_code")?,
        address: row.get("address")?,
        phone: row.get("phone")?,
    })
}

/// The kept record in the place of a merged one.
fn kept(tx: &mut Tx, merged: Hit) -> Result<Hit> {
    let id = kept_id(tx, merged.id)?;
    let trader = find(tx, id)?;
    Ok(Hit {
        id,
        name: trader.name,
        alias: merged.alias.or(Some(merged.name)),
        credit_code: trader.credit_code,
        address: trader.address,
        phone: trader.phone,
    })
}

/// Records that may be the same trader as one of this name (可能是同一经营者): the same or a like name, whatever letters it
/// is written with, without `except`.
///
/// # Errors
/// A fault of the database.
pub fn near(tx: &mut Tx, name: &str, except: Option<TraderId>) -> Result<Vec<Hit>> {
    let (key, core) = (letters::key(name), tokens::core(name));
    let mut hits = look_up(tx, &key.chars().take(4).collect::<String>(), 30)?;
    // Names that begin otherwise, with a region or without, agree in what is their own, which stands last.
    let own: Vec<char> = core.chars().collect();
    for part in own.rchunks(4).take(3).map(|part| part.iter().collect::<String>()) {
        by_tokens(tx, &mut hits, &tokens::phrases(&part), 30)?;
    }
    let alike = |other: &str| {
        let (one, two) = (tokens::core(other), core.as_str());
        let holds = |long: &str, short: &str| short.chars().count() > 2 && long.contains(short);
        letters::key(other) == key
            || holds(&one, two)
            || holds(two, &one)
            || codes::names::similarity(&letters::key(other), &key) >= 0.6
    };
    hits.retain(|hit| {
        Some(hit.id) != except && (alike(&hit.name) || hit.alias.as_deref().is_some_and(alike))
    });
    hits.truncate(10);
    Ok(hits)
}

/// Firms whose names make this short name (简称): 工行 stands in no name, so it is a token of its own.
///
/// # Errors
/// A fault of the database.
pub fn called(tx: &mut Tx, name: &str) -> Result<Vec<Hit>> {
    let own = triage::Name::of(name);
    // 石化 may be a trade, and 中石化 one word all the same
    let whole = format!("{}{}", own.brand, own.trade);
    let mut hits = Vec::new();
    for short in [own.brand, whole].iter().filter(|short| (2..=4).contains(&short.chars().count())) {
        by_tokens(tx, &mut hits, &[vec![Exact::Short.token(short)]], 10)?;
    }
    Ok(hits)
}
