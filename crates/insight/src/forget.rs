//! What saved filters forget when the time has come: a person's name or number that somebody searched for.

use db::{Tx, Value, params};
use kernel::{Ctx, MatterId, mask};
use web::Result;

db::sql! {
    VIEWS = "SELECT id, name, query FROM saved_view WHERE query <> ''";
    VIEW = "UPDATE saved_view SET name = $2, query = $3 WHERE id = $1";
}

/// Strikes `values` out of names and words of saved filters; how many were struck out, and no words to be found by.
///
/// # Errors
/// A fault of the database.
pub fn strike(tx: &mut Tx, _: &Ctx, _: MatterId, values: &[String]) -> Result<(i64, String)> {
    let mut count = 0;
    for row in tx.query(&VIEWS, &[])? {
        let (name, query): (String, String) = (row.get("name")?, row.get("query")?);
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&query).unwrap_or_default();
        let struck = mask::strike(&name, values);
        let mut found = struck.as_ref().map_or(0, |(_, count)| *count);
        let mut kept = Vec::new();
        for (key, value) in pairs {
            // Words that name nobody any more find nothing: the condition goes.
            match mask::strike(&value, values) {
                Some((_, count)) => found += count,
                None => kept.push((key, value)),
            }
        }
        if found > 0 {
            let name = struck.map_or(name, |(text, _)| text);
            let query = serde_urlencoded::to_string(kept).unwrap_or_default();
            tx.execute(&VIEW, &params![row.get::<Value>("id")?, name, query])?;
            count += found;
        }
    }
    Ok((count, String::new()))
}
