//! What intake forgets when the time has come: the words of a contact about its people, and old drafts.

use db::{Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, MatterId, mask};
use web::Result;

db::sql! {
    CONTACT = "SELECT facts, demand_words, goods_name, order_number, answer, respondent_name, respondent_address, respondent_phone, \
               brand, model, platform, quantity, sales_way FROM contact WHERE matter_id = $1";
    STRUCK = "UPDATE contact SET facts = $2, demand_words = $3, goods_name = $4, order_number = $5, answer = $6, respondent_name = $7, \
              respondent_address = $8, respondent_phone = $9, brand = $10, model = $11, platform = $12, quantity = $13, sales_way = $14, \
              text_mark = NULL WHERE matter_id = $1";
    SAID = "UPDATE trader_link SET said_mark = NULL WHERE matter_id = $1 AND said_mark IS NOT NULL";
    BEFORE = "SELECT COUNT(*) FROM draft WHERE saved_at < $1";
    FORGET = "DELETE FROM draft WHERE saved_at < $1";
    SENT = "DELETE FROM desk_once WHERE at < $1";
}

/// Strikes `values` out of the words of a matter's contact; how many were struck out, and the words it may be found by.
///
/// # Errors
/// A fault of the database.
pub fn strike(tx: &mut Tx, _: &Ctx, matter: MatterId, values: &[String]) -> Result<(i64, String)> {
    let Some(row) = tx.one(&CONTACT, &params![matter])? else { return Ok((0, String::new())) };
    let mut count = 0;
    let mut struck = |text: String| match mask::strike(&text, values) {
        Some((text, found)) => {
            count += found;
            text
        }
        None => text,
    };
    let facts = struck(row.get("facts")?);
    let demand_words = struck(row.get("demand_words")?);
    let goods_name = struck(row.get("goods_name")?);
    let order_number = struck(row.get("order_number")?);
    let answer = row.get::<Option<String>>("answer")?.map(&mut struck);
    let name = struck(row.get("respondent_name")?);
    let (address, phone) = (struck(row.get("respondent_address")?), struck(row.get("respondent_phone")?));
    let (brand, model) = (struck(row.get("brand")?), struck(row.get("model")?));
    let (platform, quantity, way) =
        (struck(row.get("platform")?), struck(row.get("quantity")?), struck(row.get("sales_way")?));
    let words = [goods_name.as_str(), &brand, &facts, &name, &demand_words].join(" ");
    let values = params![
        matter,
        facts,
        demand_words,
        goods_name,
        order_number,
        answer,
        name,
        address,
        phone,
        brand,
        model,
        platform,
        quantity,
        way
    ];
    tx.execute(&STRUCK, &values)?;
    tx.execute(&SAID, &params![matter])?;
    Ok((count, words))
}

/// How many drafts were saved before `before` and not since.
///
/// # Errors
/// A fault of the database.
pub fn drafts_before(tx: &mut Tx, before: Timestamp) -> Result<i64> {
    Ok(tx.scalar(&BEFORE, &params![before])?)
}

/// Deletes the drafts saved before `before` and not since.
///
/// # Errors
/// A fault of the database.
pub fn forget_drafts(tx: &mut Tx, before: Timestamp) -> Result<i64> {
    tx.execute(&SENT, &params![before])?;
    Ok(i64::try_from(tx.execute(&FORGET, &params![before])?).unwrap_or(i64::MAX))
}
