//! Forgetting the people of a matter that ended long ago (R33; 个人信息保护法 第四十七条): sealed values and blind marks are
//! removed, what the officer's words say of them is struck out, numbers and figures stay.

use std::collections::BTreeSet;

use codes::phone;
use db::{Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, MatterId, mask};
use web::Result;

use super::{ADDRESS, IDENTITY, NAME, OF, PHONE, PartyId, open};
use crate::{
    forget::{self, Texts, strike_texts},
    search,
};

db::sql! {
    PARTIES = "UPDATE party SET name = NULL, phone = NULL, address = NULL, identity = NULL, identity_kind = NULL, name_mark = NULL, \
               phone_mark = NULL, address_mark = NULL, proof = '{}' WHERE matter_id = $1";
    NOTICES = "UPDATE notice SET address = NULL WHERE matter_id = $1 AND address IS NOT NULL";
    TEXTS = "SELECT id, text, proof FROM notice WHERE matter_id = $1";
    TEXT = "UPDATE notice SET text = $2, proof = $3 WHERE id = $1";
    MATTER = "SELECT number, title, place FROM matter WHERE id = $1";
    WORDS = "UPDATE matter SET title = $2, place = $3 WHERE id = $1";
    LINKS = "SELECT id, reason FROM matter_link WHERE from_id = $1 OR to_id = $1";
    LINK = "UPDATE matter_link SET reason = $2 WHERE id = $1";
    READS = "SELECT id, reason FROM read_log WHERE matter_id = $1";
    READ = "UPDATE read_log SET reason = $2 WHERE id = $1";
    LEFT = "SELECT COUNT(*) FROM party WHERE matter_id = $1 AND (name IS NOT NULL OR phone IS NOT NULL OR address IS NOT NULL \
            OR identity IS NOT NULL OR name_mark IS NOT NULL OR phone_mark IS NOT NULL OR address_mark IS NOT NULL)";
    BEFORE = "SELECT COUNT(*) FROM read_log WHERE at < $1";
    FORGET_READS = "DELETE FROM read_log WHERE at < $1";
}

/// What was forgotten of a matter.
#[derive(Clone, Debug, Default)]
pub struct Forgotten {
    /// What it was, in the clear: for striking it out of other words in the same transaction. Never kept, never shown.
    pub values: Vec<String>,
    /// How many fields and words were cleared.
    pub fields: i64,
}

/// A telephone as it may stand in a text: as given, digits only, with hyphens after the third and the seventh.
fn spellings(given: &str) -> Vec<String> {
    let digits: String = given.chars().filter(char::is_ascii_digit).collect();
    let mut all = vec![given.to_owned()];
    all.extend(phone::normalise(given));
    if let (11, Some(a), Some(b), Some(c)) =
        (digits.len(), digits.get(..3), digits.get(3..7), digits.get(7..))
    {
        all.extend([format!("{a}-{b}-{c}"), format!("{a} {b} {c}")]);
    }
    all.push(digits);
    all
}

/// Removes the personal data of a matter from the spine: people, addresses of notices, and what title, place, notices and
/// reasons say of them. The caller must know that the matter may be forgotten (`settings`), lets other crates strike the
/// values out of their words, and then calls [`put_words`].
///
/// # Errors
/// A fault when a sealed value does not open, or when something is left.
pub fn forget(tx: &mut Tx, ctx: &Ctx, matter: MatterId) -> Result<Forgotten> {
    let mut values = BTreeSet::new();
    let mut fields = 0;
    for row in tx.query(&OF, &params![matter])? {
        let id: PartyId = row.get("id")?;
        for field in [NAME, PHONE, ADDRESS, IDENTITY] {
            let value = open(ctx, &row, field, id)?;
            fields += i64::from(!value.is_empty());
            if field.column == PHONE.column {
                values.extend(spellings(&value));
            }
            values.insert(value);
        }
    }
    values.retain(|value| value.chars().count() > 1);
    // The longest first: an address that begins with a name is struck out whole.
    let mut values: Vec<String> = values.into_iter().collect();
    values.sort_by_key(|value| std::cmp::Reverse(value.chars().count()));
    tx.execute(&PARTIES, &params![matter])?;
    fields += i64::try_from(tx.execute(&NOTICES, &params![matter])?).unwrap_or_default();
    fields += strike_own(tx, matter, &values)?;
    fields += forget::strike(tx, ctx, matter, &values)?;
    let left: i64 = tx.scalar(&LEFT, &params![matter])?;
    if left > 0 {
        return Err(web::Problem::Fault(format!("{left} parties keep personal data")));
    }
    Ok(Forgotten { values, fields })
}

fn strike_own(tx: &mut Tx, matter: MatterId, values: &[String]) -> Result<i64> {
    let mut count = 0;
    for row in tx.query(&MATTER, &params![matter])? {
        let (title, place): (String, String) = (row.get("title")?, row.get("place")?);
        let (new_title, new_place) = (mask::strike(&title, values), mask::strike(&place, values));
        count += new_title.iter().chain(&new_place).map(|(_, count)| count).sum::<i64>();
        let kept = |struck: Option<(String, i64)>, old: String| struck.map_or(old, |(text, _)| text);
        tx.execute(&WORDS, &params![matter, kept(new_title, title), kept(new_place, place)])?;
    }
    for row in tx.query(&TEXTS, &params![matter])? {
        let id: kernel::NoticeId = row.get("id")?;
        let (text, proof): (String, Option<String>) = (row.get("text")?, row.get("proof")?);
        let (new, new_proof) =
            (mask::strike(&text, values), proof.as_deref().and_then(|proof| mask::strike(proof, values)));
        count += new.iter().chain(&new_proof).map(|(_, count)| count).sum::<i64>();
        let proof = new_proof.map(|(text, _)| text).or(proof);
        tx.execute(&TEXT, &params![id, new.map_or(text, |(text, _)| text), proof])?;
    }
    let texts: &[Texts] = &[(&LINKS, &LINK, &["reason"]), (&READS, &READ, &["reason"])];
    Ok(count + strike_texts(tx, matter, values, texts)?)
}

/// Puts number, title, place and `words` into the search index in the place of what a matter was found by before.
///
/// # Errors
/// A fault of the database.
pub fn put_words(tx: &mut Tx, matter: MatterId, words: &str) -> Result<()> {
    for row in tx.query(&MATTER, &params![matter])? {
        let (number, title, place): (String, String, String) =
            (row.get("number")?, row.get("title")?, row.get("place")?);
        tx.search_put(matter.uuid(), &search::tokens(&[number.as_str(), &title, &place, words].join(" ")))?;
    }
    Ok(())
}

/// How many entries of the read log are older than `before`.
///
/// # Errors
/// A fault of the database.
pub fn reads_before(tx: &mut Tx, before: Timestamp) -> Result<i64> {
    Ok(tx.scalar(&BEFORE, &params![before])?)
}

/// Deletes the entries of the read log older than `before`; the journal keeps that somebody looked, and why.
///
/// # Errors
/// A fault of the database.
pub fn forget_reads(tx: &mut Tx, before: Timestamp) -> Result<i64> {
    Ok(i64::try_from(tx.execute(&FORGET_READS, &params![before])?).unwrap_or(i64::MAX))
}
