//! What a complaint forgets when the time has come: what officers wrote of its people.

use db::{Sql, Tx, params};
use kernel::{Ctx, Id, MatterId, kind, mask};
use web::Result;

db::sql! {
    COMPLAINT = "SELECT refusal_words, refusal_ways, termination_words, withdrawal_words, entrusted_to, factors FROM complaint WHERE matter_id = $1";
    STRUCK = "UPDATE complaint SET refusal_words = $2, refusal_ways = $3, termination_words = $4, withdrawal_words = $5, entrusted_to = $6, factors = $7 \
              WHERE matter_id = $1";
    SETTLEMENT = "SELECT terms, performance, paper FROM settlement WHERE matter_id = $1";
    SETTLED = "UPDATE settlement SET terms = $2, performance = $3, paper = $4 WHERE matter_id = $1";
    SESSIONS = "SELECT id, place AS one, record AS two, complainant_words AS three, respondent_words AS four FROM mediation_session WHERE matter_id = $1";
    SESSION = "UPDATE mediation_session SET place = $2, record = $3, complainant_words = $4, respondent_words = $5 WHERE id = $1";
    TESTS = "SELECT id, body AS one, result AS two, paper AS three, cost_side AS four FROM expert_test WHERE matter_id = $1";
    TEST = "UPDATE expert_test SET body = $2, result = $3, paper = $4, cost_side = $5 WHERE id = $1";
    CALLS = "SELECT id, words AS one, '' AS two, '' AS three, '' AS four FROM callback WHERE matter_id = $1";
    CALL = "UPDATE callback SET words = $2 WHERE id = $1";
    REQUESTS = "SELECT id, words AS one, items AS two, result AS three, '' AS four FROM material_request WHERE matter_id = $1";
    REQUEST = "UPDATE material_request SET words = $2, items = $3, result = $4 WHERE id = $1";
}

/// (what to read: id and up to four texts, what to write back, how many texts it takes).
const TEXTS: &[(&Sql, &Sql, usize)] =
    &[(&SESSIONS, &SESSION, 4), (&TESTS, &TEST, 4), (&CALLS, &CALL, 1), (&REQUESTS, &REQUEST, 3)];

/// Strikes `values` out of the words of a complaint; how many were struck out, and no words to be found by.
///
/// # Errors
/// A fault of the database.
pub fn strike(tx: &mut Tx, _: &Ctx, matter: MatterId, values: &[String]) -> Result<(i64, String)> {
    let mut count = 0;
    let mut struck = |text: Option<String>| {
        let text = text?;
        Some(match mask::strike(&text, values) {
            Some((text, found)) => {
                count += found;
                text
            }
            None => text,
        })
    };
    if let Some(row) = tx.one(&COMPLAINT, &params![matter])? {
        let mut get = |column| Ok::<_, db::Error>(struck(row.get(column)?));
        let words = params![
            matter,
            get("refusal_words")?,
            get("refusal_ways")?,
            get("termination_words")?,
            get("withdrawal_words")?,
            get("entrusted_to")?,
            get("factors")?
        ];
        tx.execute(&STRUCK, &words)?;
    }
    if let Some(row) = tx.one(&SETTLEMENT, &params![matter])? {
        let (terms, performance) = (struck(row.get("terms")?), struck(row.get("performance")?));
        let paper = struck(row.get("paper")?);
        tx.execute(&SETTLED, &params![matter, terms, performance, paper])?;
    }
    for (read, write, texts) in TEXTS {
        for row in tx.query(*read, &params![matter])? {
            let mut values = params![row.get::<Id<kind::Journal>>("id")?].to_vec();
            for column in ["one", "two", "three", "four"].into_iter().take(*texts) {
                values.extend(params![struck(row.get(column)?)]);
            }
            tx.execute(*write, &values)?;
        }
    }
    Ok((count, String::new()))
}
