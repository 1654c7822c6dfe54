//! The rows of a command, written when it has done everything else.

use std::collections::BTreeMap;

use db::{Error, Last, Tx, Value, params};
use kernel::{JournalId, Keyring, MatterId};

use crate::{FIRST_HEAD, HEAD, MOVE_HEAD, Record, WRITE, WRITE_TWO, head_mark, told};

/// What a command has told, not written yet.
#[derive(Default)]
pub(crate) struct Rows {
    rows: Vec<Record>,
    keyring: Option<Keyring>,
    /// The matters that changed, each with an id of its last change: who follows them is told once.
    changed: BTreeMap<MatterId, JournalId>,
}

impl Rows {
    pub(crate) fn touch(&mut self, matter: MatterId, id: JournalId) {
        self.changed.insert(matter, id);
    }

    pub(crate) fn add(&mut self, row: Record, keyring: &Keyring) {
        row.matter.into_iter().for_each(|matter| self.touch(matter, row.id));
        self.rows.push(row);
        self.keyring.get_or_insert_with(|| keyring.clone());
    }
}

impl Last for Rows {
    fn concerns(&self, text: &str) -> bool {
        text.contains("journal")
    }

    /// After all that is work, before those who are told of it.
    fn rank(&self) -> u8 {
        u8::MAX - 1
    }

    /// Lane by lane in their order, so that two commands never wait for each other.
    fn write(self: Box<Self>, tx: &mut Tx) -> Result<(), Error> {
        self.changed.into_iter().try_for_each(|(matter, id)| told(tx, matter, id))?;
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
    let (mut seq, mut before) = head(tx, lane)?;
    let mut written = Vec::with_capacity(rows.len());
    for mut row in rows {
        seq += 1;
        row.seq = seq;
        row.seal = row.sealed(keyring, &before);
        before.clone_from(&row.seal);
        written.push(row);
    }
    // A command mostly tells two things: what was done, and of which clock.
    for pair in written.chunks(2) {
        let values: Vec<Value> = pair.iter().flat_map(values).collect();
        tx.put(if pair.len() == 2 { &WRITE_TWO } else { &WRITE }, &values)?;
    }
    let mark = head_mark(keyring, lane, seq, &before);
    tx.put(&MOVE_HEAD, &params![lane, seq, before, mark])
}

/// The head of a lane, locked: its last number and seal. A lane nobody has written to yet gets its head here.
fn head(tx: &mut Tx, lane: i64) -> Result<(i64, String), Error> {
    let mut head = tx.one(&HEAD, &params![lane])?;
    if head.is_none() {
        tx.put(&FIRST_HEAD, &params![lane])?;
        head = tx.one(&HEAD, &params![lane])?;
    }
    let head = head.ok_or_else(|| Error::Other("no journal lane".to_owned()))?;
    Ok((head.get("seq")?, head.get("seal")?))
}

/// A row as it is written.
fn values(row: &Record) -> Vec<Value> {
    params![
        row.id,
        row.lane,
        row.seq,
        row.matter,
        row.subject.clone(),
        row.verb.clone(),
        row.actor_id,
        row.actor.clone(),
        row.post.clone(),
        row.at,
        row.request.clone(),
        row.state.clone(),
        row.detail_text.clone(),
        row.seal.clone()
    ]
    .to_vec()
}
