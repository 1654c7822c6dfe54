//! What the search index is to learn, kept until the shared commit.
//!
//! FTS5 gathers new words in memory, but writes them out whenever a savepoint begins, and every command and many a
//! statement has one: each document became a segment of its own, to be merged again and again. Told just before the commit,
//! all documents of a batch become one segment.

use std::{cell::RefCell, collections::HashSet};

use rusqlite::Connection;
use uuid::Uuid;

use crate::{Error, Sql, params, sqlite};

const PUT: Sql = Sql {
    name: "db::sqlite::words::PUT",
    text: "INSERT INTO search_document (doc) VALUES ($1) \
           ON CONFLICT (doc) DO UPDATE SET doc = excluded.doc RETURNING docid",
};
const INDEX: Sql = Sql {
    name: "db::sqlite::words::INDEX",
    text: "INSERT OR REPLACE INTO search_index (rowid, tokens) VALUES ($1, $2)",
};
const UNINDEX: Sql = Sql {
    name: "db::sqlite::words::UNINDEX",
    text: "DELETE FROM search_index WHERE rowid = (SELECT docid FROM search_document WHERE doc = $1)",
};
const REMOVE: Sql =
    Sql { name: "db::sqlite::words::REMOVE", text: "DELETE FROM search_document WHERE doc = $1" };

/// Documents with their words, or without when they are to go, in the order they were told.
#[derive(Debug, Default)]
pub(crate) struct Words(RefCell<Vec<(Uuid, Option<String>)>>);

impl Words {
    /// Remembers a document; `None` takes it out.
    pub(crate) fn tell(&self, doc: Uuid, words: Option<String>) {
        self.0.borrow_mut().push((doc, words));
    }

    /// How much has been told.
    pub(crate) fn mark(&self) -> usize {
        self.0.borrow().len()
    }

    /// Forgets what was told after `mark`, with the savepoint it was told in.
    pub(crate) fn back_to(&self, mark: usize) {
        self.0.borrow_mut().truncate(mark);
    }

    /// Writes what was told into the index and keeps it: a savepoint around may still be undone. Writing twice changes nothing.
    pub(crate) fn write(&self, connection: &Connection) -> Result<(), Error> {
        let told = self.0.borrow();
        let mut later = HashSet::new();
        // Only the last word about a document counts.
        let mut last: Vec<_> = told.iter().rev().filter(|(doc, _)| later.insert(*doc)).collect();
        last.reverse();
        last.into_iter().try_for_each(|(doc, words)| match words {
            Some(words) => index(connection, *doc, words),
            None => remove(connection, *doc),
        })
    }

    /// Writes what was told and begins anew.
    pub(crate) fn finish(&self, connection: &Connection) -> Result<(), Error> {
        let outcome = self.write(connection);
        self.back_to(0);
        outcome
    }
}

fn index(connection: &Connection, doc: Uuid, words: &str) -> Result<(), Error> {
    let mut docid = None;
    sqlite::rows(connection, (PUT.name, PUT.text), &params![doc], &mut |row| {
        docid = Some(row.first::<i64>());
        std::ops::ControlFlow::Continue(())
    })?;
    let docid = docid.ok_or_else(|| Error::Other("search_document gave no docid".to_owned()))??;
    sqlite::execute(connection, INDEX.text, &params![docid, words.to_owned()]).map(drop)
}

fn remove(connection: &Connection, doc: Uuid) -> Result<(), Error> {
    sqlite::execute(connection, UNINDEX.text, &params![doc])?;
    sqlite::execute(connection, REMOVE.text, &params![doc]).map(drop)
}
