//! The search index, as a command and a query see it.

use uuid::Uuid;

use super::{Inner, Tx};
use crate::{Error, Sql, Value, dialect, dialect::Engine, params};

/// So many are looked up and sorted, but for a wave on PostgreSQL ([`ONE_OF`]): a fiftieth of a second, and the list says how many they are.
const LEAST: i64 = 2_000;
/// Nothing is counted further than this to find that a walk would be longer still.
const MOST: i64 = 100_000;
/// So many are many on PostgreSQL where there are not [`WORTH_SAMPLES`], or the server does not know yet how many there are.
const MANY_POSTGRES: i64 = 5_000;
/// All of fewer documents are gathered sooner than it is found out whether a walk is shorter.
const WORTH_SAMPLES: i64 = 10_000;
/// Where one of so many of the newest holds it, a walk is short wherever the others lie.
const ONE_OF: i64 = 5;
/// About so many documents are sampled twice: the newest, which say how far a walk goes, and some from all of the table, which say how much would
/// be gathered. One by one they take some two thousandths of a second.
const SAMPLED: i64 = 1_000;
/// A page and the line that tells of a next one.
const PAGE: i64 = 51;
/// A document that is gathered is read from anywhere and looked at again; as long, three to fifteen are walked over.
const DEARER: i64 = 10;
/// The newest are often of one wave: what all of the table says weighs as much as so many of them.
const BEFOREHAND: i64 = 250;

impl Tx<'_> {
    /// Puts a document's tokens into the search index, in place of what was there. Tokens keep their order, so that
    /// phrases can be found; beyond 16 383 tokens or 900 kB a document is not indexed. Found from the next search on, also
    /// in this transaction.
    ///
    /// # Errors
    /// Whatever the engine says; a fault from a query, which may not write.
    pub fn search_put(&mut self, doc: Uuid, tokens: &[String]) -> Result<(), Error> {
        let text = dialect::document(self.engine(), tokens);
        self.learn(doc, Some(text))
    }

    /// Whether what [`crate::match_query`] made is in so many documents that `SEARCH_DOCS` is the slower way to the newest of
    /// them: there all are looked up and sorted, and `SEARCH_HOLDS` walks in the order wanted. One document of `one_of` is within the reach of who
    /// asks, about. On SQLite both ways are known beforehand: how many hold it, and behind how many documents the newest of those lie, so that
    /// what was said often and long ago is not walked to; on PostgreSQL both are reckoned from samples, because counting looks at every document
    /// that it counts, and of a phrase the planner knows its words and not how often they stand side by side.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub fn search_is_common(&mut self, query: &Value, one_of: i64) -> Result<bool, Error> {
        self.write_words()?;
        let query = params![query.clone()];
        if self.engine() == Engine::Postgres {
            return self.is_common_on_postgres(&query, one_of);
        }
        let row = self.one(&NEWEST_SQLITE, &query)?;
        let place = row.map(|row| Ok::<_, Error>((row.get("first")?, row.get("last")?))).transpose()?;
        // Documents have their numbers in the order they came; a page of the newest that hold it ends behind so many.
        let Some((Some(first), last)) = place else { return Ok(false) };
        let (first, last): (i64, i64) = (first, last);
        let many = ((last - first + 1) * one_of).max(LEAST);
        Ok(many <= MOST && self.holds_so_many(&COUNT_SQLITE, &query, many)?)
    }

    fn is_common_on_postgres(&mut self, query: &[Value], one_of: i64) -> Result<bool, Error> {
        let documents: i64 = self.scalar(&SIZE_POSTGRES, &[])?;
        if documents < WORTH_SAMPLES {
            return self.holds_so_many(&COUNT_POSTGRES, query, MANY_POSTGRES);
        }
        let (newest, held) = self.sampled(&NEWEST_POSTGRES, &[query, &params![SAMPLED]].concat())?;
        // A wave of these days, of which some of all the table may tell nothing.
        if held * ONE_OF >= newest {
            return Ok(true);
        }
        let of_all = params![SAMPLED * 1_000_000 / documents];
        let (of, hits) = self.sampled(&SAMPLE_POSTGRES, &[query, &of_all].concat())?;
        if hits == 0 {
            return Ok(false);
        }
        let gathered = hits * documents / of;
        let walked = PAGE * one_of * (newest + BEFOREHAND) * of / (held * of + BEFOREHAND * hits);
        Ok(gathered >= LEAST && walked <= DEARER * gathered)
    }

    fn holds_so_many(&mut self, count: &Sql, query: &[Value], many: i64) -> Result<bool, Error> {
        Ok(self.scalar::<i64>(count, &[query, &params![many]].concat())? >= many)
    }

    /// How many documents a sample has, and how many of them hold it.
    fn sampled(&mut self, sample: &Sql, values: &[Value]) -> Result<(i64, i64), Error> {
        let row = self.one(sample, values)?;
        row.map_or(Ok((0, 0)), |row| Ok((row.get("seen")?, row.get("hits")?)))
    }

    /// Takes a document out of the search index, if it is there.
    ///
    /// # Errors
    /// As [`Tx::search_put`].
    pub fn search_remove(&mut self, doc: Uuid) -> Result<(), Error> {
        self.learn(doc, None)
    }

    fn learn(&mut self, doc: Uuid, text: Option<String>) -> Result<(), Error> {
        match (&self.inner, text) {
            (Inner::Sqlite(_, Some(words)), text) => words.tell(doc, text),
            (Inner::Sqlite(_, None), _) => {
                self.ask::<()>(|_| Err(Error::Other("只读查询不能改动检索词".to_owned())))?;
            }
            (Inner::Postgres(_), Some(text)) => self.put(&PUT_POSTGRES, &params![doc, text])?,
            (Inner::Postgres(_), None) => self.put(&REMOVE_POSTGRES, &params![doc])?,
        }
        Ok(())
    }

    /// Writes the search index anew without the words of documents that were taken out or changed: SQLite otherwise only marks
    /// them as gone. Costs as much as the index is large; for when words had to be forgotten.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub fn search_forget(&mut self) -> Result<(), Error> {
        if self.engine() == Engine::Sqlite {
            self.write_words()?;
            self.execute(&FORGET_SQLITE, &[])?;
        }
        Ok(())
    }
}

const PUT_POSTGRES: Sql = Sql {
    name: "db::tx::search::PUT_POSTGRES",
    text: "INSERT INTO search_document (doc, tokens) VALUES ($1, CAST(CAST($2 AS TEXT) AS tsvector)) \
           ON CONFLICT (doc) DO UPDATE SET tokens = excluded.tokens",
};
const COUNT_SQLITE: Sql = Sql {
    name: "db::tx::search::COUNT_SQLITE",
    text: "SELECT COUNT(*) FROM (SELECT 1 FROM search_index WHERE search_index MATCH $1 LIMIT $2)",
};
const NEWEST_SQLITE: Sql = Sql {
    name: "db::tx::search::NEWEST_SQLITE",
    text: "SELECT MIN(found) AS first, (SELECT COALESCE(MAX(docid), 0) FROM search_document) AS last \
           FROM (SELECT rowid AS found FROM search_index WHERE search_index MATCH $1 ORDER BY rowid DESC LIMIT 51)",
};
const COUNT_POSTGRES: Sql = Sql {
    name: "db::tx::search::COUNT_POSTGRES",
    text: "SELECT COUNT(*) FROM (SELECT 1 FROM search_document WHERE tokens @@ CAST(CAST($1 AS TEXT) AS tsquery) LIMIT $2) found",
};
const SIZE_POSTGRES: Sql = Sql {
    name: "db::tx::search::SIZE_POSTGRES",
    text: "SELECT CAST(reltuples AS BIGINT) AS documents FROM pg_class WHERE oid = CAST('search_document' AS regclass)",
};
const SAMPLE_POSTGRES: Sql = Sql {
    name: "db::tx::search::SAMPLE_POSTGRES",
    text: "SELECT COUNT(*) AS seen, COUNT(*) FILTER (WHERE tokens @@ CAST(CAST($1 AS TEXT) AS tsquery)) AS hits \
           FROM (SELECT tokens FROM search_document TABLESAMPLE SYSTEM (CAST($2 AS BIGINT) / CAST(10000 AS REAL)) REPEATABLE (1) LIMIT 4000) sampled",
};
const NEWEST_POSTGRES: Sql = Sql {
    name: "db::tx::search::NEWEST_POSTGRES",
    text: "SELECT COUNT(*) AS seen, COUNT(*) FILTER (WHERE tokens @@ CAST(CAST($1 AS TEXT) AS tsquery)) AS hits \
           FROM (SELECT tokens FROM search_document ORDER BY doc DESC LIMIT $2) newest",
};
const FORGET_SQLITE: Sql = Sql {
    name: "db::tx::search::FORGET_SQLITE",
    text: "INSERT INTO search_index (search_index) VALUES ('optimize')",
};
const REMOVE_POSTGRES: Sql =
    Sql { name: "db::tx::search::REMOVE_POSTGRES", text: "DELETE FROM search_document WHERE doc = $1" };
