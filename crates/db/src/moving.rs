//! A move that goes on where it stopped: what the target holds already is proved by a digest over the source's rows, in the
//! target itself, in the transaction that stored them.

mod mark;
mod source;

use std::{collections::HashMap, sync::Arc};

use tokio::sync::mpsc::{self, Receiver};
use uuid::Uuid;

use crate::{
    Content, Db, Engine, Error, Migration, Moved, Table, Tx, Value, dialect, difference,
    table::{Made, tables},
};
use mark::Mark;
pub(crate) use mark::half_moved;

/// Pages read ahead of what is stored.
const AHEAD: usize = 4;
/// Pages stored in one transaction: what a move that is broken off does again.
const TOGETHER: usize = 5;
/// Under this name the search index is counted.
const DOCUMENTS: &str = "search_document";

/// How far a move is, told after each of its transactions.
#[derive(Clone, Debug)]
pub struct Step {
    /// The table at work; `search_document` for the search index.
    pub table: String,
    /// Its rows in the target, also those of an earlier try.
    pub rows: u64,
}

/// What travels.
enum Load {
    /// The rows of a table in the target are not those of the source: away with them.
    Clear(Table),
    Rows(Table, Vec<Vec<Value>>, Mark),
    ClearDocuments,
    Documents(Vec<(Uuid, Vec<String>)>, Mark),
    /// Everything was sent; this is what it was.
    End(Moved),
}

impl Load {
    /// What is there when it is stored.
    fn step(&self) -> Option<Step> {
        let step = |table: &str, rows: u64| Some(Step { table: table.to_owned(), rows });
        match self {
            Self::Clear(table) => step(table.name(), 0),
            Self::Rows(table, _, mark) => step(table.name(), mark.rows),
            Self::ClearDocuments => step(DOCUMENTS, 0),
            Self::Documents(_, mark) => step(DOCUMENTS, mark.rows),
            Self::End(_) => None,
        }
    }
}

impl Db {
    /// Brings every row and the search index over to `target`, page by page, each page stored together with how far the
    /// move is. A move that was broken off (a killed program, a lost connection, an error of `told`) goes on when it is
    /// called again: what lies in the target already counts when the source still begins with the same rows, else that
    /// table is moved anew. Until the end the target is refused by [`Db::migrate`] ([`Error::HalfMoved`]).
    ///
    /// The schema of an empty target is made here. At the end every table of both sides is read and compared, references
    /// are checked, and only then the target counts as moved.
    ///
    /// # Errors
    /// A sentence when the target holds rows of its own, belongs to another version of the program, does not hold the same
    /// afterwards, or the source was written to meanwhile; what `told` and the engines say.
    pub async fn move_on(
        &self,
        target: &Self,
        migrations: &'static [Migration],
        now: jiff::Timestamp,
        mut told: impl FnMut(&Step) -> Result<(), Error>,
    ) -> Result<Moved, Error> {
        target.begin_move(migrations, now).await?;
        if self.read(mark::migrations).await? != target.read(mark::migrations).await? {
            return Err(Error::Other(
                "目标数据库是另一版本的程序开始搬迁的，请清空目标（删除文件或者重建数据库）后重新搬迁"
                    .to_owned(),
            ));
        }
        let marks = target.read(mark::all).await?;
        let (sender, receiver) = mpsc::channel(AHEAD);
        let send = self.read(move |tx| source::send(tx, &marks, &sender));
        let (stored, sent) = tokio::join!(store_all(target, receiver, &mut told), send);
        let moved = match (stored, sent) {
            (Ok(moved), _) => moved,
            // The target stopped because the source did: the source knows why.
            (Err(Error::Closed), Err(error)) | (Err(error), _) => return Err(error),
        };
        self.prove(target, &moved).await?;
        target.write(end).await?;
        Ok(moved)
    }

    /// Whether a move into this database has begun and not ended.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn is_half_moved(&self) -> Result<bool, Error> {
        self.read(half_moved).await
    }

    /// Documents of the search index.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn count_documents(&self) -> Result<usize, Error> {
        let count: i64 = self.read(|tx| tx.scalar(&mark::DOCUMENTS_THERE, &[])).await?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// Compares every table of both sides as they are now.
    async fn prove(&self, target: &Self, moved: &Moved) -> Result<(), Error> {
        let (there, here) = tokio::join!(target.contents(), self.contents());
        let (there, here) = (there?, here?);
        if difference(&moved.contents, &there).is_some() {
            let wrong: Vec<_> =
                there.iter().filter(|content| !moved.contents.contains(content)).cloned().collect();
            let names = wrong.iter().map(|content| content.table.as_str()).collect::<Vec<_>>().join("、");
            let words =
                format!("搬迁后核对不一致：表 {names}；这些表已从目标中清除，请再运行一次，只重搬这些表");
            target.write(move |tx| forget(tx, &wrong)).await?;
            return Err(Error::Other(words));
        }
        let documents = target.count_documents().await?;
        if documents != moved.documents {
            let there = moved.documents;
            return Err(Error::Other(format!(
                "搬迁后核对不一致：检索文档本库 {there} 份，目标 {documents} 份"
            )));
        }
        match difference(&moved.contents, &here) {
            None => Ok(()),
            Some(table) => Err(Error::Other(format!(
                "搬迁期间本库又写入了内容（表 {table}），目标还不能使用；请停止服务后再运行一次，只补搬有变化的表"
            ))),
        }
    }

    /// Makes the target ready, or finds it ready from an earlier try.
    async fn begin_move(&self, migrations: &'static [Migration], now: jiff::Timestamp) -> Result<(), Error> {
        if self.engine() == Engine::Sqlite {
            let on: i64 = self.write(|tx| tx.scalar(&Made("PRAGMA foreign_keys".to_owned()), &[])).await?;
            if on != 0 {
                return Err(Error::Other("the target was not opened by Db::open_target".to_owned()));
            }
        }
        let fresh = self.is_fresh().await?;
        self.write(move |tx| {
            if half_moved(tx)? {
                return Ok(());
            }
            if !fresh {
                let known = tables(tx)?;
                crate::transfer::empty(tx, &known, false)?;
            }
            mark::make(tx)
        })
        .await?;
        self.migrate_target(migrations, now).await?;
        self.write(|tx| {
            if mark::is_ready(tx)? {
                return Ok(());
            }
            for table in tables(tx)?.iter().rev() {
                tx.clear(table)?;
            }
            loosen(tx)?;
            mark::ready(tx)
        })
        .await
    }
}

/// Takes what comes and stores it, some pages at a time.
async fn store_all(
    target: &Db,
    mut receiver: Receiver<Load>,
    told: &mut impl FnMut(&Step) -> Result<(), Error>,
) -> Result<Moved, Error> {
    let known = Arc::new(target.list_tables().await?);
    loop {
        let (mut batch, mut end) = (Vec::new(), None);
        while batch.len() < TOGETHER && end.is_none() {
            match receiver.recv().await.ok_or(Error::Closed)? {
                Load::End(moved) => end = Some(moved),
                load => batch.push(load),
            }
        }
        let step = batch.last().and_then(Load::step);
        if let Some(step) = step {
            let (batch, known) = (Arc::new(batch), Arc::clone(&known));
            target
                .write(move |tx| {
                    tx.without_limits()?;
                    batch.iter().try_for_each(|load| store(tx, &known, load))
                })
                .await?;
            told(&step)?;
        }
        if let Some(moved) = end {
            return Ok(moved);
        }
    }
}

fn store(tx: &mut Tx, known: &[Table], load: &Load) -> Result<(), Error> {
    match load {
        Load::Clear(table) => {
            tx.clear(table)?;
            mark::unset(tx, table.name())
        }
        Load::Rows(table, rows, mark) => {
            if !known.contains(table) {
                let name = table.name();
                return Err(Error::Other(format!("两边的表 {name} 不一致，请用同一版本的程序升级后再搬迁")));
            }
            tx.load(table, rows)?;
            mark::set(tx, table.name(), mark)
        }
        Load::ClearDocuments => {
            tx.batch(match tx.engine() {
                Engine::Sqlite => {
                    "INSERT INTO search_index (search_index) VALUES ('delete-all'); DELETE FROM search_document"
                }
                Engine::Postgres => "DELETE FROM search_document",
            })?;
            mark::unset(tx, DOCUMENTS)
        }
        Load::Documents(page, mark) => {
            page.iter().try_for_each(|(doc, tokens)| tx.search_put(*doc, tokens))?;
            mark::set(tx, DOCUMENTS, mark)
        }
        Load::End(_) => Ok(()),
    }
}

/// Takes tables that came out wrong away again, so that the next try moves them anew.
fn forget(tx: &mut Tx, wrong: &[Content]) -> Result<(), Error> {
    let known = tables(tx)?;
    let wrong = known.iter().filter(|table| wrong.iter().any(|content| content.table == table.name()));
    wrong.into_iter().try_for_each(|table| {
        tx.clear(table)?;
        mark::unset(tx, table.name())
    })
}

/// Takes the references of the target's tables off while it is half full, and keeps them for [`end`]. An SQLite target was
/// opened without them.
fn loosen(tx: &mut Tx) -> Result<(), Error> {
    if tx.engine() == Engine::Sqlite {
        return Ok(());
    }
    for row in tx.query(&dialect::REFERENCES_OF_SERVER, &[])? {
        let (table, name): (String, String) = (row.get("child")?, row.get("name")?);
        mark::keep_reference(tx, &table, &name, &row.get::<String>("definition")?)?;
        tx.batch(&format!("ALTER TABLE \"{table}\" DROP CONSTRAINT \"{name}\""))?;
    }
    Ok(())
}

/// Puts the references back, which checks them, and lets the target be used.
fn end(tx: &mut Tx) -> Result<(), Error> {
    tx.without_limits()?;
    match tx.engine() {
        Engine::Postgres => {
            for (table, name, definition) in mark::references(tx)? {
                tx.batch(&format!("ALTER TABLE \"{table}\" ADD CONSTRAINT \"{name}\" {definition}"))?;
            }
        }
        Engine::Sqlite => {
            let count = Made("SELECT COUNT(*) FROM pragma_foreign_key_check".to_owned());
            let orphans: i64 = tx.scalar(&count, &[])?;
            if orphans > 0 {
                return Err(Error::ForeignKey(format!(
                    "{orphans} rows of the target refer to rows that are not there"
                )));
            }
        }
    }
    mark::take_away(tx)?;
    if tx.engine() == Engine::Postgres {
        // The server knows nothing of so many new rows yet and would plan as for an empty table.
        tx.batch("ANALYZE")?;
    }
    Ok(())
}

type Marks = HashMap<String, Mark>;
