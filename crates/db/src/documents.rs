//! The search index, document by document: what moves with a database, since each engine keeps it in its own form.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::{Engine, Error, Sql, Tx, params};

/// Documents read at a time.
const PART: i64 = 20_000;

const POSTGRES: Sql = Sql {
    name: "db::documents::POSTGRES",
    text: "SELECT doc, CAST(tokens AS TEXT) AS tokens FROM search_document WHERE doc > $1 ORDER BY doc LIMIT $2",
};
const LAST: Sql = Sql {
    name: "db::documents::LAST",
    text: "SELECT CAST(COALESCE(MAX(docid), 0) AS BIGINT) FROM search_document",
};
const NAMES: Sql = Sql {
    name: "db::documents::NAMES",
    text: "SELECT docid, doc FROM search_document WHERE docid > $1 AND docid <= $2 ORDER BY docid",
};
const WORDS: Sql = Sql {
    name: "db::documents::WORDS",
    text: "SELECT doc AS docid, term, \"offset\" AS place FROM temp.words_of WHERE doc > $1 AND doc <= $2",
};

impl Tx<'_> {
    /// Hands on every document of the search index with its tokens in order.
    ///
    /// # Errors
    /// Whatever the engine or `each` says.
    pub(crate) fn documents(
        &mut self,
        mut each: impl FnMut(Uuid, Vec<String>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match self.engine() {
            Engine::Postgres => self.documents_of_server(&mut each),
            Engine::Sqlite => {
                self.batch(
                    "CREATE VIRTUAL TABLE temp.words_of USING fts5vocab(main, search_index, instance)",
                )?;
                let outcome = self.documents_of_file(&mut each);
                self.batch("DROP TABLE temp.words_of").and(outcome)
            }
        }
    }

    fn documents_of_server(
        &mut self,
        each: &mut dyn FnMut(Uuid, Vec<String>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut last = Uuid::nil();
        loop {
            let rows = self.query(&POSTGRES, &params![last, PART])?;
            for row in &rows {
                last = row.get("doc")?;
                each(last, in_order(&row.get::<String>("tokens")?))?;
            }
            if rows.len() < usize::try_from(PART).unwrap_or(usize::MAX) {
                return Ok(());
            }
        }
    }

    /// The index knows words and where they stand; a part of the documents at a time is put together from it.
    fn documents_of_file(
        &mut self,
        each: &mut dyn FnMut(Uuid, Vec<String>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let last: i64 = self.scalar(&LAST, &[])?;
        for from in (0..last).step_by(usize::try_from(PART).unwrap_or(1)) {
            let range = params![from, from + PART];
            let mut placed: BTreeMap<i64, Vec<(i64, String)>> = BTreeMap::new();
            self.for_each::<Error>(&WORDS, &range, |row| {
                placed.entry(row.get("docid")?).or_default().push((row.get("place")?, row.get("term")?));
                Ok(())
            })?;
            for row in self.query(&NAMES, &range)? {
                let mut words = placed.remove(&row.get("docid")?).unwrap_or_default();
                words.sort_unstable();
                each(row.get("doc")?, words.into_iter().map(|(_, word)| word).collect())?;
            }
        }
        Ok(())
    }
}

/// `'甲乙':1,3 'ab':2` as tokens in order. Tokens hold letters and digits only, so nothing in the text is ambiguous.
fn in_order(vector: &str) -> Vec<String> {
    let mut placed: Vec<(u32, &str)> = Vec::new();
    for lexeme in vector.split_whitespace() {
        let (word, places) = lexeme.rsplit_once(':').unwrap_or((lexeme, ""));
        let word = word.trim_matches('\'');
        let places =
            places.split(',').filter_map(|place| place.trim_end_matches(char::is_alphabetic).parse().ok());
        placed.extend(places.map(|place| (place, word)));
    }
    placed.sort_unstable();
    placed.into_iter().map(|(_, word)| word.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_is_read_in_order() {
        assert_eq!(in_order("'ab':2 '甲乙':1,3"), ["甲乙", "ab", "甲乙"]);
        assert!(in_order("").is_empty());
    }
}
