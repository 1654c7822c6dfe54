//! What a table holds, in one number that both engines agree on.

use kernel::{RunningDigest, hex};

use crate::{Db, Error, Table, Tx, Value, table::tables};

/// What a table holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The table.
    pub table: String,
    /// Its rows.
    pub rows: u64,
    /// SM3 over its columns' names and its rows in the order of the key, lower-case hexadecimal. A truth counts as the
    /// number 0 or 1 and an id as its 16 bytes, as SQLite stores them.
    pub digest: String,
}

/// Takes rows in, gives a [`Content`].
#[derive(Clone)]
pub(crate) struct Count {
    table: String,
    rows: u64,
    digest: RunningDigest,
    line: Vec<u8>,
}

impl Count {
    pub(crate) fn of(table: &Table) -> Self {
        let mut digest = RunningDigest::default();
        for name in std::iter::once(table.name()).chain(table.columns().iter().map(String::as_str)) {
            digest.add(name.as_bytes());
            digest.add(&[0]);
        }
        Self { table: table.name().to_owned(), rows: 0, digest, line: Vec::new() }
    }

    pub(crate) fn add(&mut self, values: &[Value]) {
        self.rows += 1;
        self.line.clear();
        values.iter().for_each(|value| encode(value, &mut self.line));
        self.digest.add(&self.line);
    }

    pub(crate) const fn rows(&self) -> u64 {
        self.rows
    }

    /// The digest so far, when exactly `rows` were taken in.
    pub(crate) fn mark(&self, rows: u64) -> Option<String> {
        (self.rows == rows).then(|| hex(&self.digest.clone().finish()))
    }

    pub(crate) fn finish(self) -> Content {
        Content { table: self.table, rows: self.rows, digest: hex(&self.digest.finish()) }
    }
}

/// A value's kind, length and bytes: no two rows of a table give the same bytes.
fn encode(value: &Value, out: &mut Vec<u8>) {
    let number = |it: i64| it.to_be_bytes();
    let mut put = |kind: u8, body: &[u8]| {
        out.push(kind);
        out.extend((body.len() as u64).to_be_bytes());
        out.extend(body);
    };
    match value {
        Value::Null => put(b'n', &[]),
        Value::Bool(it) => put(b'i', &number(i64::from(*it))),
        Value::Int(it) => put(b'i', &number(*it)),
        Value::Real(it) => put(b'r', &it.to_be_bytes()),
        Value::Text(it) => put(b't', it.as_bytes()),
        Value::Bytes(it) => put(b'y', it),
        Value::Id(it) => put(b'y', it.as_bytes()),
    }
}

/// What every table holds, parents first, in the transaction's snapshot.
pub(crate) fn contents(tx: &mut Tx) -> Result<Vec<Content>, Error> {
    let mut all = Vec::new();
    for table in tables(tx)? {
        let mut count = Count::of(&table);
        tx.dump(&table, |row| {
            count.add(row.values());
            Ok::<_, Error>(())
        })?;
        all.push(count.finish());
    }
    Ok(all)
}

impl Db {
    /// What every table holds, in one snapshot: the same on both engines when they hold the same. Without the tables of this
    /// crate, see [`Db::list_tables`].
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn contents(&self) -> Result<Vec<Content>, Error> {
        self.read(|tx| {
            tx.without_limits()?;
            contents(tx)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn bytes(values: &[Value]) -> Vec<u8> {
        let mut out = Vec::new();
        values.iter().for_each(|value| encode(value, &mut out));
        out
    }

    #[test]
    fn both_engines_say_the_same_and_borders_cannot_move() {
        let id = Uuid::from_u128(7);
        assert_eq!(bytes(&[Value::Id(id)]), bytes(&[Value::Bytes(id.as_bytes().to_vec())]));
        assert_eq!(bytes(&[Value::Bool(true)]), bytes(&[Value::Int(1)]));
        let text = |words: &str| Value::Text(words.to_owned());
        assert_ne!(bytes(&[text("ab"), text("c")]), bytes(&[text("a"), text("bc")]));
        assert_ne!(bytes(&[Value::Null, text("")]), bytes(&[text(""), Value::Null]));
    }
}
