//! A stretch of time: which of its rows hold, and one digest that stands for them all.

use std::collections::BTreeMap;

use db::{Error, Tx, params};
use jiff::Timestamp;
use kernel::{Keyring, RunningDigest, hex};

use crate::{Broken, HEADS, Record, Verdict};

db::sql! {
    BETWEEN = "SELECT j.id, j.lane, j.seq, j.matter_id, j.subject, j.verb, j.actor_id, j.actor, j.post, j.at, j.request, j.state, j.detail, \
               j.seal, COALESCE((SELECT p.seal FROM journal p WHERE p.lane = j.lane AND p.seq = j.seq - 1), '') AS before \
               FROM journal j WHERE j.at >= $1 AND j.at < $2 ORDER BY j.lane, j.seq";
}

/// The last place of every lane that had one.
pub type Heads = BTreeMap<i64, i64>;

/// The rows of a stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// Which rows hold, each with the one before it, and which do not.
    pub verdict: Verdict,
    /// How many rows stood there when the lanes had the heads that were given.
    pub rows: u64,
    /// SM3 over their ids and seals, lane by lane.
    pub digest: String,
    /// Rows that came into the stretch afterwards.
    pub later: u64,
}

/// The heads of the lanes as they are now.
///
/// # Errors
/// Whatever the database says.
pub fn heads(tx: &mut Tx) -> Result<Heads, Error> {
    tx.query(&HEADS, &[])?.iter().map(|row| Ok((row.get("lane")?, row.get("seq")?))).collect()
}

/// Looks at the rows from one instant to before another: recomputes the seal of each from the row before it, and the digest of
/// those that stood there when the lanes had `heads`. A row that was removed shows by the row after it in its lane, and by the
/// digest; one that was slipped in afterwards is counted apart.
///
/// # Errors
/// Whatever the database says.
pub fn stretch(
    tx: &mut Tx,
    keyring: &Keyring,
    from: Timestamp,
    until: Timestamp,
    heads: &Heads,
) -> Result<Stretch, Error> {
    let (mut found, mut digest) = (Stretch::default(), RunningDigest::default());
    tx.for_each(&BETWEEN, &params![from, until], |row| {
        let (record, before) = (Record::read(&row)?, row.get::<String>("before")?);
        if record.seal == record.sealed(keyring, &before) {
            found.verdict.rows += 1;
        } else {
            let (lane, seq, id) = (record.lane, record.seq, Some(record.id.to_string()));
            let why = "内容被改动，或者此前有行被删除";
            found.verdict.broken.push(Broken { lane, seq, id, why });
        }
        if heads.get(&record.lane).is_some_and(|head| record.seq <= *head) {
            found.rows += 1;
            digest.add(record.id.uuid().as_bytes());
            digest.add(record.seal.as_bytes());
        } else {
            found.later += 1;
        }
        Ok::<_, Error>(())
    })?;
    found.digest = hex(&digest.finish());
    Ok(found)
}
