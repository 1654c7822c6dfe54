//! What a thread knows of the statements it has run: the text for this engine and the names of the columns, made once.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use crate::{dialect, dialect::Engine, row::Shape};

/// Statements a thread remembers; lists with many filters could otherwise fill memory.
const MOST: usize = 2_000;

struct Known {
    text: Arc<str>,
    shape: Option<Arc<Shape>>,
}

thread_local! {
    static KNOWN: RefCell<HashMap<String, Known>> = RefCell::default();
}

/// The statement in the words of SQLite.
pub(crate) fn text(statement: &str) -> Arc<str> {
    KNOWN.with_borrow_mut(|known| {
        if let Some(known) = known.get(statement) {
            return Arc::clone(&known.text);
        }
        if known.len() == MOST {
            known.clear();
        }
        let text = Arc::<str>::from(dialect::expand(statement, Engine::Sqlite));
        known.insert(statement.to_owned(), Known { text: Arc::clone(&text), shape: None });
        text
    })
}

/// The columns of its answers, as they are named now.
pub(crate) fn shape(statement: &str, name: &str, columns: &[&str]) -> Arc<Shape> {
    let fits = |shape: &&Arc<Shape>| {
        shape.statement == name && shape.columns.iter().map(String::as_str).eq(columns.iter().copied())
    };
    let make = || {
        let columns = columns.iter().map(|&column| column.to_owned()).collect();
        Arc::new(Shape { statement: name.to_owned(), columns })
    };
    KNOWN.with_borrow_mut(|known| match known.get_mut(statement) {
        Some(known) => {
            if known.shape.as_ref().filter(fits).is_none() {
                known.shape = Some(make());
            }
            known.shape.clone().unwrap_or_else(make)
        }
        None => make(),
    })
}
