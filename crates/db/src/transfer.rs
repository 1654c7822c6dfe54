//! A whole database goes over to another one, of either engine, and is proved to be the same there.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use uuid::Uuid;

use crate::{
    Content, Db, Engine, Error, Table, Tx, Value,
    content::{Count, contents},
    dialect::SELF_REFERENCES,
    table::{Made, tables},
};

/// Pages on their way: what is read ahead of what is stored.
const AHEAD: usize = 4;
/// Documents of the search index sent together.
const DOCUMENTS: usize = 500;

/// What a move brought over.
#[derive(Clone, Debug)]
pub struct Moved {
    /// What each table holds, the same on both sides.
    pub contents: Vec<Content>,
    /// Documents of the search index.
    pub documents: usize,
}

/// What travels.
enum Load {
    Rows(Table, Vec<Vec<Value>>),
    Documents(Vec<(Uuid, Vec<String>)>),
    /// Everything was sent; this is what it was.
    End(Moved),
}

impl Db {
    /// Whether no program of ours ever made its tables here.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn is_fresh(&self) -> Result<bool, Error> {
        self.read(|tx| {
            let catalogue = crate::dialect::columns(tx.engine());
            let mut columns = tx.query(&catalogue, &[])?.into_iter();
            Ok(columns
                .all(|row| row.get::<String>("table_name").is_ok_and(|name| name != "schema_migration")))
        })
        .await
    }

    /// Brings every row and the search index over to `target`, which must have the same schema and no rows, all in one
    /// transaction: afterwards everything is there and was compared by [`Content`], or nothing is. `made_now` says that
    /// the target's schema was made for this move, so that rows its migrations put there may go.
    ///
    /// For backups and restores, which begin again; a move of an office is [`Db::move_on`].
    ///
    /// What is written to the source meanwhile is not brought over: it is read in one snapshot.
    ///
    /// # Errors
    /// A sentence when the target holds rows, has another schema, or does not hold the same afterwards; whatever the
    /// engines say.
    pub async fn move_to(&self, target: &Self, made_now: bool) -> Result<Moved, Error> {
        let (sender, receiver) = sync_channel(AHEAD);
        let mut receiver = Some(receiver);
        let store = target.write(move |tx| {
            // A second try after a lost connection would have nobody to read from.
            let receiver = receiver
                .take()
                .ok_or_else(|| Error::Other("搬迁中断，目标没有写入任何内容，请重试".to_owned()))?;
            store(tx, &receiver, made_now)
        });
        let send = self.read(move |tx| send(tx, &sender));
        let (stored, sent) = tokio::join!(store, send);
        match (stored, sent) {
            (Ok(moved), _) => Ok(moved),
            // The target stopped because the source did: the source knows why.
            (Err(Error::Closed), Err(error)) | (Err(error), _) => Err(error),
        }
    }
}

fn send(tx: &mut Tx, sender: &SyncSender<Load>) -> Result<(), Error> {
    let hand = |load: Load| sender.send(load).map_err(|_| Error::Closed);
    tx.without_limits()?;
    let mut all = Vec::new();
    for table in tables(tx)? {
        let (mut count, mut page) = (Count::of(&table), Vec::new());
        tx.dump(&table, |row| {
            count.add(row.values());
            page.push(row.values().to_vec());
            if page.len() == crate::table::PAGE {
                hand(Load::Rows(table.clone(), std::mem::take(&mut page)))?;
            }
            Ok::<_, Error>(())
        })?;
        hand(Load::Rows(table, page))?;
        all.push(count.finish());
    }
    let (mut documents, mut page) = (0, Vec::new());
    tx.documents(|doc, tokens| {
        documents += 1;
        page.push((doc, tokens));
        if page.len() == DOCUMENTS {
            hand(Load::Documents(std::mem::take(&mut page)))?;
        }
        Ok(())
    })?;
    hand(Load::Documents(page))?;
    hand(Load::End(Moved { contents: all, documents }))
}

fn store(tx: &mut Tx, receiver: &Receiver<Load>, made_now: bool) -> Result<Moved, Error> {
    tx.without_limits()?;
    let known = tables(tx)?;
    empty(tx, &known, made_now)?;
    let waiting = defer(tx)?;
    let moved = loop {
        match receiver.recv().map_err(|_| Error::Closed)? {
            Load::Rows(table, rows) => {
                if !known.contains(&table) {
                    let name = table.name();
                    return Err(Error::Other(format!(
                        "两边的表 {name} 不一致，请用同一版本的程序升级后再搬迁"
                    )));
                }
                tx.load(&table, &rows)?;
            }
            Load::Documents(page) => {
                page.iter().try_for_each(|(doc, tokens)| tx.search_put(*doc, tokens))?;
            }
            Load::End(moved) => break moved,
        }
    };
    undefer(tx, &waiting)?;
    let here = contents(tx)?;
    match difference(&moved.contents, &here) {
        None => Ok(moved),
        Some(table) => Err(Error::Other(format!("搬迁后核对不一致：表 {table}；目标没有写入任何内容"))),
    }
}

/// The first table that differs between two sides.
pub fn difference(one: &[Content], other: &[Content]) -> Option<String> {
    let missing = |from: &[Content], within: &[Content]| {
        from.iter().find(|content| !within.contains(content)).map(|content| content.table.clone())
    };
    missing(one, other).or_else(|| missing(other, one))
}

/// Refuses a target that holds rows, or clears what its migrations put there a moment ago.
pub(crate) fn empty(tx: &mut Tx, tables: &[Table], made_now: bool) -> Result<(), Error> {
    for table in tables.iter().rev() {
        let name = table.name();
        if made_now {
            tx.clear(table)?;
        } else if tx.one(&Made(format!("SELECT 1 AS one FROM \"{name}\" LIMIT 1")), &[])?.is_some() {
            return Err(Error::Other(format!("目标数据库不是空的（表 {name} 已有内容），没有搬迁任何内容")));
        }
    }
    Ok(())
}

/// Lets references of a table to itself wait for the end: its rows come in the order of their keys, not of each other.
fn defer(tx: &mut Tx) -> Result<Vec<(String, String)>, Error> {
    if tx.engine() == Engine::Sqlite {
        tx.batch("PRAGMA defer_foreign_keys = ON")?;
        return Ok(Vec::new());
    }
    let rows = tx.query(&SELF_REFERENCES, &[])?;
    let read = |row: &crate::Row| Ok::<_, Error>((row.get("child")?, row.get("name")?));
    let waiting: Vec<(String, String)> = rows.iter().map(read).collect::<Result<_, _>>()?;
    for (table, name) in &waiting {
        tx.batch(&format!(
            "ALTER TABLE \"{table}\" ALTER CONSTRAINT \"{name}\" DEFERRABLE INITIALLY DEFERRED"
        ))?;
    }
    Ok(waiting)
}

/// Checks what waited, and makes the schema what it was.
fn undefer(tx: &mut Tx, waiting: &[(String, String)]) -> Result<(), Error> {
    if tx.engine() == Engine::Sqlite {
        return Ok(());
    }
    tx.batch("SET CONSTRAINTS ALL IMMEDIATE")?;
    for (table, name) in waiting {
        tx.batch(&format!("ALTER TABLE \"{table}\" ALTER CONSTRAINT \"{name}\" NOT DEFERRABLE"))?;
    }
    Ok(())
}

impl Tx<'_> {
    /// Lifts the server's limits of time for this transaction: a whole database takes as long as it takes.
    pub(crate) fn without_limits(&mut self) -> Result<(), Error> {
        match self.engine() {
            Engine::Sqlite => Ok(()),
            Engine::Postgres => self
                .batch("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"),
        }
    }
}
