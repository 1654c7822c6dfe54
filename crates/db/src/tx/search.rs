//! The search index, as a command and a query see it.

use uuid::Uuid;

use super::{Inner, Tx};
use crate::{Error, Sql, Value, dialect, dialect::Engine, params};

/// So many are always looked up and sorted: a fiftieth of a second, and the list says how many they are.
const LEAST: i64 = 2_000;
/// Nothing is counted further than this to find that a walk would be longer still.
const MOST: i64 = 100_000;
/// So many are many on PostgreSQL, where each document that holds a phrase is looked at again.
const MANY_POSTGRES: i64 = 5_000;
/// What is expected to be so many times more than many is not counted.
const FAR_MORE: i64 = 4;
/// From so many expected on, documents are sampled before they are counted: of a phrase the planner knows its words, and not how often
/// they stand side by side; counting looks at every document that holds both.
const WORTH_A_SAMPLE: i64 = 200;
/// About so many documents are sampled, and so few that a smaller sample tells nothing. They stand on pages from all of the table: of the newest,
/// a wave of complaints about one thing would say what is not true of all.
const SAMPLED: i64 = 1_000;
const LEAST_SAMPLED: i64 = SAMPLED / 4;
/// A phrase is common by its sample when one of so many holds it, and that would be many in all.
const ONE_OF: i64 = 50;

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
    /// what was said often and long ago is not walked to; on PostgreSQL what the planner or a sample says of very common words is believed.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub fn search_is_common(&mut self, query: &Value, one_of: i64) -> Result<bool, Error> {
        self.write_words()?;
        let query = params![query.clone()];
        if self.engine() == Engine::Postgres {
            return self.is_common_on_postgres(&query);
        }
        let row = self.one(&NEWEST_SQLITE, &query)?;
        let place = row.map(|row| Ok::<_, Error>((row.get("first")?, row.get("last")?))).transpose()?;
        // Documents have their numbers in the order they came; a page of the newest that hold it ends behind so many.
        let Some((Some(first), last)) = place else { return Ok(false) };
        let (first, last): (i64, i64) = (first, last);
        let many = ((last - first + 1) * one_of).max(LEAST);
        Ok(many <= MOST && self.holds_so_many(&COUNT_SQLITE, &query, many)?)
    }

    fn is_common_on_postgres(&mut self, query: &[Value]) -> Result<bool, Error> {
        // Counting marks all documents that hold the words before the first is counted, so what is known by far is not counted.
        let plan: String = self.scalar(&PLAN_POSTGRES, query)?;
        let expected = expected(&plan);
        let is_known = expected >= FAR_MORE * MANY_POSTGRES
            || expected >= WORTH_A_SAMPLE && self.is_in_sample(query, MANY_POSTGRES)?;
        Ok(is_known || self.holds_so_many(&COUNT_POSTGRES, query, MANY_POSTGRES)?)
    }

    fn holds_so_many(&mut self, count: &Sql, query: &[Value], many: i64) -> Result<bool, Error> {
        Ok(self.scalar::<i64>(count, &[query, &params![many]].concat())? >= many)
    }

    /// Whether a sample says that `many` hold it. What the server has not counted yet, or what is small, is not sampled.
    fn is_in_sample(&mut self, query: &[Value], many: i64) -> Result<bool, Error> {
        let documents: i64 = self.scalar(&SIZE_POSTGRES, &[])?;
        if documents < SAMPLED {
            return Ok(false);
        }
        let in_a_million = SAMPLED * 1_000_000 / documents;
        let Some(row) = self.one(&SAMPLE_POSTGRES, &[query, &params![in_a_million]].concat())? else {
            return Ok(false);
        };
        let (seen, hits): (i64, i64) = (row.get("seen")?, row.get("hits")?);
        Ok(seen >= LEAST_SAMPLED && hits * ONE_OF >= seen && hits * documents >= many * seen)
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

/// How many rows a plan expects: `… (cost=0.00..8.27 rows=1 width=4)`; none where it does not say.
fn expected(plan: &str) -> i64 {
    let rows = plan.split_once(" rows=").and_then(|(_, rest)| rest.split(' ').next());
    rows.and_then(|rows| rows.parse().ok()).unwrap_or(0)
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
/// The first line of a plan says how many rows the planner expects, by what it knows of the commonest words.
const PLAN_POSTGRES: Sql = Sql {
    name: "db::tx::search::PLAN_POSTGRES",
    text: "EXPLAIN SELECT 1 FROM search_document WHERE tokens @@ CAST(CAST($1 AS TEXT) AS tsquery)",
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
const FORGET_SQLITE: Sql = Sql {
    name: "db::tx::search::FORGET_SQLITE",
    text: "INSERT INTO search_index (search_index) VALUES ('optimize')",
};
const REMOVE_POSTGRES: Sql =
    Sql { name: "db::tx::search::REMOVE_POSTGRES", text: "DELETE FROM search_document WHERE doc = $1" };

#[cfg(test)]
mod tests {
    use super::expected;

    #[test]
    fn a_plan_says_how_many_rows_it_expects() {
        let plan = "Bitmap Heap Scan on search_document  (cost=28.06..96.11 rows=20133 width=4)";
        assert_eq!(expected(plan), 20_133);
        assert_eq!(expected("Result"), 0);
    }
}
