//! Recording and changing traders.

use db::{Row, Tx, params};
use kernel::{Ctx, Permission, Refusal, TraderId};
use serde_json::json;
use web::{Problem, Result};

use crate::{
    NewTrader, Trader, address, alias,
    entry::{self, some, tidy},
    find, kept_id, letters, note, tag,
    tokens::{self, Exact},
};

db::sql! {
    BY_CREDIT = "SELECT id FROM trader WHERE credit_code = $1 AND merged_into IS NULL";
    BY_KEY = "SELECT id, region, address, credit_code FROM trader WHERE name_key = $1 ORDER BY created_at, id LIMIT 200";
    INSERT = "INSERT INTO trader (id, name, name_key, initials, credit_code, credit_level, old_number, organisation_code, form, state, \
              industry, region, address, phone, contact, source, demo, created_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
    UPDATE = "UPDATE trader SET name = $3, name_key = $4, initials = $5, credit_code = $6, credit_level = $7, old_number = $8, \
              organisation_code = $9, form = $10, state = $11, industry = $12, region = $13, address = $14, phone = $15, \
              contact = $16, version = version + 1 WHERE id = $1 AND version = $2";
}

/// Records a trader. A code that does not pass its check is stored with its level: it warns, never blocks (SEC_52).
/// [`near`](crate::near) tells beforehand who may be the same.
///
/// # Errors
/// Refusals for a missing, masked or deceptive name (SEC_39, SEC_51), unknown codes, or a credit code that another record has
/// (SEC_45).
pub fn create(tx: &mut Tx, ctx: &Ctx, new: &NewTrader) -> Result<TraderId> {
    ctx.may(Permission::KeepTraders)?;
    let tidy = tidy(new)?;
    let id: TraderId = ctx.id();
    let stored = tx.execute(
        &INSERT,
        &params![
            id,
            tidy.name,
            tidy.key,
            tidy.initials,
            tidy.credit,
            tidy.level,
            tidy.old_number,
            tidy.organisation,
            tidy.form,
            tidy.state,
            tidy.industry,
            tidy.region,
            tidy.address,
            tidy.phone,
            tidy.contact,
            new.source,
            new.demo,
            ctx.now
        ],
    );
    stored.map_err(taken)?;
    address::begin(tx, ctx, id, &tidy)?;
    let found = Found {
        name: &tidy.name,
        credit: tidy.credit.as_deref(),
        old_number: tidy.old_number.as_deref(),
        organisation: tidy.organisation.as_deref(),
        phone: &tidy.phone,
    };
    tx.search_put(id.uuid(), &found.document(&[], &[]))?;
    note(tx, ctx, &tidy.name, "trader_created", &json!({ "credit_level": tidy.level }))?;
    Ok(id)
}

fn taken(error: db::Error) -> Problem {
    if matches!(&error, db::Error::Unique(key) if key.contains("credit")) {
        let words = "这个统一社会信用代码已有档案，请直接使用，或者先核对代码";
        return Refusal::new("credit_code_taken", words).at("credit_code").into();
    }
    error.into()
}

/// What of a trader is found by the search index.
struct Found<'a> {
    name: &'a str,
    credit: Option<&'a str>,
    old_number: Option<&'a str>,
    organisation: Option<&'a str>,
    phone: &'a str,
}

impl Found<'_> {
    fn document(&self, aliases: &[String], tags: &[String]) -> Vec<String> {
        let names = std::iter::once(self.name).chain(aliases.iter().map(String::as_str));
        let mut tokens = tokens::of_names(names);
        let phone = codes::phone::normalise(self.phone);
        let numbers = [
            (Exact::Credit, self.credit),
            (Exact::OldNumber, self.old_number),
            (Exact::Organisation, self.organisation),
            (Exact::Phone, phone.as_deref()),
        ];
        tokens.extend(numbers.into_iter().filter_map(|(kind, number)| Some(kind.token(number?))));
        let shorts = triage::Name::of(self.name).shorts(self.name);
        tokens.extend(shorts.iter().map(|short| Exact::Short.token(short)));
        tokens.extend(tags.iter().map(|tag| Exact::Tag.token(tag)));
        tokens
    }
}

/// Puts a record into the search index as it stands now.
pub(crate) fn index(tx: &mut Tx, id: TraderId) -> Result<()> {
    let trader = find(tx, id)?;
    let aliases: Vec<String> = alias::of(tx, id)?.into_iter().map(|alias| alias.name).collect();
    let tags = tag::of(tx, id)?;
    let found = Found {
        name: &trader.name,
        credit: trader.credit_code.as_deref(),
        old_number: trader.old_number.as_deref(),
        organisation: trader.organisation_code.as_deref(),
        phone: &trader.phone,
    };
    Ok(tx.search_put(id.uuid(), &found.document(&aliases, &tags))?)
}

/// A record as it would be typed: what [`amend`] takes, to change one thing of it. An organisation code that only repeats the
/// credit code's is left out, so that it follows when that one is corrected.
pub fn as_typed(trader: &Trader) -> NewTrader {
    let text = |code: &Option<String>| code.clone().unwrap_or_default();
    let credit = trader.credit_code.as_ref().map(|code| codes::check_as(codes::Kind::CreditCode, code));
    let own = trader
        .organisation_code
        .clone()
        .filter(|_| trader.organisation_code != credit.as_ref().and_then(entry::organisation_in));
    NewTrader {
        name: trader.name.clone(),
        credit_code: text(&trader.credit_code),
        old_number: text(&trader.old_number),
        organisation_code: own.unwrap_or_default(),
        form: trader.form.clone(),
        state: trader.state.clone(),
        industry: text(&trader.industry),
        region: text(&trader.region),
        address: trader.address.clone(),
        phone: trader.phone.clone(),
        contact: trader.contact.clone(),
        ..NewTrader::default()
    }
}

/// Changes a record. A changed name stays as a former one (曾用名), a changed address in the history.
///
/// # Errors
/// As [`create`]; a refusal for a record that was merged; stale when somebody else changed it since `version`.
pub fn amend(tx: &mut Tx, ctx: &Ctx, id: TraderId, version: i64, new: &NewTrader) -> Result<()> {
    ctx.may(Permission::KeepTraders)?;
    let before = find(tx, id)?;
    let same_name = letters::visible(&new.name) == before.name;
    let tidy = tidy(&NewTrader { letters_checked: new.letters_checked || same_name, ..new.clone() })?;
    if before.merged_into.is_some() {
        return Err(Refusal::new("merged", "这份档案已合并，请修改保留的档案").into());
    }
    let stored = tx.exactly_one(
        &UPDATE,
        &params![
            id,
            version,
            tidy.name,
            tidy.key,
            tidy.initials,
            tidy.credit,
            tidy.level,
            tidy.old_number,
            tidy.organisation,
            tidy.form,
            tidy.state,
            tidy.industry,
            tidy.region,
            tidy.address,
            tidy.phone,
            tidy.contact
        ],
    );
    stored.map_err(taken)?;
    if letters::key(&before.name) != tidy.key {
        alias::former(tx, ctx, id, &before.name)?;
    }
    address::change(tx, ctx, &before, &tidy)?;
    index(tx, id)?;
    let detail =
        json!({ "name_before": before.name, "address_before": before.address, "state_before": before.state });
    note(tx, ctx, &tidy.name, "trader_amended", &detail)
}

/// The record for an imported row: by credit code, else by the same folded name with the same region or a like address,
/// else a new one. Never by a brand alone: a name that is not a firm's full one wants a place beside it. A merged record
/// leads to the kept one. Characters one cannot see are dropped, letters that look like others are recorded as they are.
///
/// # Errors
/// As [`create`].
pub fn resolve_or_create(tx: &mut Tx, ctx: &Ctx, new: &NewTrader) -> Result<TraderId> {
    let new = of_a_file(new);
    match resolve(tx, &new)? {
        Some(id) => Ok(id),
        None => create(tx, ctx, &new),
    }
}

/// Whether [`resolve_or_create`] would take it; stores nothing.
///
/// # Errors
/// As [`create`].
pub fn may_be_resolved_or_created(tx: &mut Tx, new: &NewTrader) -> Result<()> {
    let new = of_a_file(new);
    if resolve(tx, &new)?.is_none() {
        tidy(&new)?;
    }
    Ok(())
}

fn of_a_file(new: &NewTrader) -> NewTrader {
    NewTrader { name: letters::visible(&new.name), letters_checked: true, ..new.clone() }
}

/// The record a row of a file speaks of, if there is one.
pub(crate) fn resolve(tx: &mut Tx, new: &NewTrader) -> Result<Option<TraderId>> {
    let code = codes::check_as(codes::Kind::CreditCode, &new.credit_code).code;
    if !code.is_empty() {
        if let Some(row) = tx.one(&BY_CREDIT, &params![code])? {
            return Ok(Some(row.get("id")?));
        }
        let token = vec![vec![Exact::Credit.token(&code)]];
        if let Some(hit) = crate::lookup::exact(tx, &token, 1)?.first() {
            return Ok(Some(hit.id));
        }
    }
    for row in tx.query(&BY_KEY, &params![letters::key(&new.name)])? {
        if is_same(new, &code, &row)? {
            return kept_id(tx, row.get("id")?).map(Some);
        }
    }
    Ok(None)
}

fn is_same(new: &NewTrader, code: &str, row: &Row) -> Result<bool> {
    let known: Option<String> = row.get("credit_code")?;
    if !code.is_empty() && known.is_some_and(|known| known != code) {
        return Ok(false);
    }
    let (region, line): (Option<String>, String) = (row.get("region")?, row.get("address")?);
    let regions = some(&new.region).zip(region).map(|(one, two)| within(&one, &two));
    let places = some(&new.address).zip(some(&line)).map(|(one, two)| alike(&one, &two));
    Ok(match (regions, places) {
        (Some(false), _) | (_, Some(false)) => false,
        (Some(true), _) | (_, Some(true)) => true,
        (None, None) => is_full_name(&new.name) || (some(&new.address).is_none() && line.is_empty()),
    })
}

/// Whether one region is the other or holds it: 230100 holds 230103.
fn within(one: &str, two: &str) -> bool {
    let (one, two) = (one.trim_end_matches("00"), two.trim_end_matches("00"));
    one.starts_with(two) || two.starts_with(one)
}

/// Whether two addresses mean one place: the same, one within the other, or most of their pairs of characters and every number.
fn alike(one: &str, two: &str) -> bool {
    let (one, two) = (letters::key(one), letters::key(two));
    let numbers = |key: &str| {
        let parts = key.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect::<Vec<_>>()
    };
    one.contains(&two)
        || two.contains(&one)
        || (numbers(&one) == numbers(&two) && codes::names::similarity(&one, &two) >= 0.5)
}

/// Whether a name is one under which a firm is registered, unique in its region: not a sign or a brand.
fn is_full_name(name: &str) -> bool {
    ["公司", "合作社", "合伙企业", "个体工商户"].iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_by_pairs_of_characters_and_numbers() {
        assert!(alike("哈尔滨市南岗区中山路 1 号", "中山路1号"));
        assert!(alike("南岗区中山路1号一层商铺", "南岗区中山路1号 一层 甲商铺"));
        assert!(!alike("南岗区中山路1号", "南岗区中山路2号"));
        assert!(!alike("南岗区中山路1号", "道里区中央大街1号"));
    }

    #[test]
    fn a_region_holds_those_below_it() {
        assert!(within("230100", "230103") && within("230103", "230000") && within("230103", "230103"));
        assert!(!within("230103", "230102") && !within("230100", "330100"));
    }
}
