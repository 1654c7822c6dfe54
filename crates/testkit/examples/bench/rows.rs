//! Looked up in the database itself, beside the program that is measured.

use std::collections::BTreeSet;

use db::{Db, Sql, Tx, Value, params};

use crate::bare::Written;

db::sql! {
    MATTER = "SELECT * FROM matter WHERE number = $1";
    CONTACT = "SELECT * FROM contact WHERE matter_id = (SELECT id FROM matter WHERE number = $1)";
    PARTY = "SELECT * FROM party WHERE matter_id = (SELECT id FROM matter WHERE number = $1)";
    CLOCK = "SELECT * FROM clock WHERE matter_id = (SELECT id FROM matter WHERE number = $1)";
    NOTICE = "SELECT * FROM notice WHERE matter_id = (SELECT id FROM matter WHERE number = $1)";
    COMPLAINT = "SELECT * FROM complaint WHERE matter_id = (SELECT id FROM matter WHERE number = $1)";
    SETTLEMENT = "SELECT * FROM settlement WHERE matter_id = (SELECT id FROM matter WHERE number = $1)";
    JOURNAL = "SELECT * FROM journal WHERE matter_id = (SELECT id FROM matter WHERE number = $1)";
    SHARES = "SELECT * FROM figure_share WHERE matter_id = (SELECT id FROM matter WHERE number = $1)";
    NUMBERS = "SELECT number FROM matter WHERE number >= $1 AND number < $2";
    MATTERS = "SELECT COUNT(*) FROM matter";
    TRADERS = "SELECT COUNT(*) FROM trader";
    SOME = "SELECT number FROM matter WHERE kind = 'complaint' ORDER BY id DESC LIMIT 40";
    UNITS = "SELECT code FROM unit WHERE kind = 'office' ORDER BY code LIMIT 20";
    SETTLED = "SELECT COUNT(*) FROM matter WHERE kind = 'complaint' AND outcome = 'settled' AND closed_on >= $1 AND closed_on <= $2";
    RECEIVED = "SELECT COUNT(*) FROM matter WHERE received_on >= $1 AND received_on <= $2";
    BACK = "SELECT CAST(COALESCE(SUM(recovered), 0) AS BIGINT) FROM matter WHERE closed_on >= $1 AND closed_on <= $2";
}

/// Rows of one life, but for the search index; what figures keep of it (record 33) is among them, a second later.
const PARTS: [Sql; 9] = [MATTER, CONTACT, PARTY, CLOCK, NOTICE, COMPLAINT, SETTLEMENT, JOURNAL, SHARES];
/// Bytes of the search index for each byte of text: a bigram, a character, a place for either, and the words (`tokens`).
const INDEXED: usize = 3;

/// Opens the database for a look.
pub fn look<T: Send + 'static>(
    place: &str,
    look: impl FnOnce(&mut Tx) -> Result<T, db::Error> + Send + 'static,
) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let db = Db::open(place).await.expect("a database");
        let found = db.read(look).await.expect("rows");
        db.close().await;
        found
    })
}

fn bytes(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Int(_) | Value::Real(_) => 8,
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Id(_) => 16,
    }
}

/// What the life of `number` left.
pub fn written(place: &str, number: &str) -> Written {
    let number = number.to_owned();
    look(place, move |tx| {
        let (mut rows, mut text) = (Vec::new(), 0);
        for part in PARTS {
            for row in tx.query(&part, &params![number])? {
                rows.push(row.values().iter().map(bytes).sum());
                if part.name == CONTACT.name {
                    text = row.values().iter().map(bytes).sum();
                }
            }
        }
        rows.push(text * INDEXED);
        Ok(Written { rows })
    })
}

/// (matters, traders, complaints to look at, codes of 所).
pub fn size(place: &str) -> (i64, i64, Vec<String>, Vec<String>) {
    look(place, |tx| {
        let texts = |rows: Vec<db::Row>| rows.iter().map(db::Row::first).collect::<Result<Vec<String>, _>>();
        Ok((
            tx.scalar(&MATTERS, &[])?,
            tx.scalar(&TRADERS, &[])?,
            texts(tx.query(&SOME, &[])?)?,
            texts(tx.query(&UNITS, &[])?)?,
        ))
    })
}

/// How many matters there are, and which of `wanted` are not among them.
pub fn missing(place: &str, wanted: &BTreeSet<String>) -> (i64, Vec<String>) {
    let wanted = wanted.clone();
    look(place, move |tx| {
        let (first, last) =
            (wanted.first().cloned().unwrap_or_default(), wanted.last().cloned().unwrap_or_default());
        let mut there = BTreeSet::new();
        tx.for_each::<db::Error>(&NUMBERS, &params![first, format!("{last}~")], |row| {
            there.insert(row.first::<String>()?);
            Ok(())
        })?;
        Ok((tx.scalar(&MATTERS, &[])?, wanted.difference(&there).cloned().collect()))
    })
}

/// Figures counted anew by statements of their own: id and value.
pub fn recount(place: &str, from: &str, to: &str) -> Vec<(&'static str, i64)> {
    let days = params![from, to];
    look(place, move |tx| {
        Ok(vec![
            ("received", tx.scalar(&RECEIVED, &days)?),
            ("settled", tx.scalar(&SETTLED, &days)?),
            ("recovered", tx.scalar(&BACK, &days)?),
        ])
    })
}
