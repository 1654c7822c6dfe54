//! The rows of a command, written when it has done everything else.

use std::collections::BTreeMap;

use db::{Error, Last, Tx, params};
use kernel::Keyring;

use crate::{HEAD, MOVE_HEAD, Record, WRITE, head_mark};

/// What a command has told, not written yet.
#[derive(Default)]
pub(crate) struct Rows {
    rows: Vec<Record>,
    keyring: Option<Keyring>,
}

impl Rows {
    pub(crate) fn add(&mut self, row: Record, keyring: &Keyring) {
        self.rows.push(row);
        self.keyring.get_or_insert_with(|| keyring.clone());
    }
}

impl Last for Rows {
    fn table(&self) -> &'static str {
        "journal"
    }

    /// Lane by lane in their order, so that two commands never wait for each other.
    fn write(self: Box<Self>, tx: &mut Tx) -> Result<(), Error> {
        let Some(keyring) = self.keyring else { return Ok(()) };
        let mut lanes = BTreeMap::<i64, Vec<Record>>::new();
        for row in self.rows {
            lanes.entry(row.lane).or_default().push(row);
        }
        tx.holds_hot_rows();
        lanes.into_iter().try_for_each(|(lane, rows)| chain(tx, &keyring, lane, rows))
    }
}

fn chain(tx: &mut Tx, keyring: &Keyring, lane: i64, rows: Vec<Record>) -> Result<(), Error> {
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let head = tx.one(&HEAD, &params![lane, count])?;
    let head = head.ok_or_else(|| Error::Other("no journal lane".to_owned()))?;
    let (mut seq, mut before) = (head.get::<i64>("seq")? - count, head.get::<String>("seal")?);
    for mut row in rows {
        seq += 1;
        row.seq = seq;
        row.seal = row.sealed(keyring, &before);
        tx.put(
            &WRITE,
            &params![
                row.id,
                row.lane,
                row.seq,
                row.matter,
                row.subject,
                row.verb,
                row.actor_id,
                row.actor,
                row.post,
                row.at,
                row.request,
                row.state,
                row.detail_text,
                row.seal
            ],
        )?;
        before = row.seal;
    }
    let mark = head_mark(keyring, lane, seq, &before);
    tx.put(&MOVE_HEAD, &params![lane, before, mark])
}
