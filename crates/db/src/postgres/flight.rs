//! One flight: statements that waited and what is asked, sent together and answered together.

use std::pin::Pin;

use deadpool_postgres::ClientWrapper;
use futures_util::{
    TryStreamExt,
    future::{join, join_all},
};
use tokio_postgres::{RowStream, Statement};

use crate::Value;

/// A statement whose answer nobody needs, not sent yet.
pub(crate) struct Waiting {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) values: Vec<Value>,
    pub(crate) then: Then,
}

/// What is done with the answer of a statement that waited.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// Nothing.
    Forget,
    /// It must have touched exactly one row.
    One,
    /// Its rows are kept until the command asks for them.
    Keep,
}

/// What goes last in a flight.
pub(super) enum Ask<'a> {
    Nothing,
    Words(&'a str),
    Rows(&'a str, &'a [Value]),
    Change(&'a str, &'a [Value]),
}

/// What it answered.
pub(super) enum Told {
    Nothing,
    Rows(Statement, Pin<Box<RowStream>>),
    Count(u64),
}

pub(super) type Outcome<T> = Result<T, tokio_postgres::Error>;
/// What a statement that waited answered: how many rows it touched, and those that are kept.
pub(super) type Sent = (u64, Vec<tokio_postgres::Row>);
/// What came of a flight: of each statement that waited, and of what was asked.
pub(super) type Flown = (Vec<Outcome<Sent>>, Outcome<Told>);

/// The statements of a flight; each connection prepares each of them once.
pub(super) async fn prepared(
    client: &ClientWrapper,
    waiting: &[Waiting],
    ask: &Ask<'_>,
) -> Outcome<(Vec<Statement>, Option<Statement>)> {
    let mut statements = Vec::with_capacity(waiting.len());
    for waiting in waiting {
        statements.push(client.prepare_cached(&waiting.text).await?);
    }
    let last = match ask {
        Ask::Rows(text, _) | Ask::Change(text, _) => Some(client.prepare_cached(text).await?),
        Ask::Nothing | Ask::Words(_) => None,
    };
    Ok((statements, last))
}

/// Sends everything in its order, then waits for all answers. The driver sends a statement when its future is first looked
/// at, and `join` looks at its first future first.
pub(super) async fn all(
    client: &ClientWrapper,
    (waiting, statements): (&[Waiting], &[Statement]),
    ask: &Ask<'_>,
    last: Option<Statement>,
) -> Flown {
    let sent = waiting.iter().zip(statements);
    let sent = join_all(sent.map(|(waiting, statement)| one(client, waiting, statement)));
    let asked = async {
        match (ask, last) {
            (Ask::Words(text), _) => client.batch_execute(text).await.map(|()| Told::Nothing),
            (Ask::Rows(_, values), Some(statement)) => {
                let stream = client.query_raw(&statement, *values).await?;
                Ok(Told::Rows(statement, Box::pin(stream)))
            }
            (Ask::Change(_, values), Some(statement)) => {
                client.execute_raw(&statement, *values).await.map(Told::Count)
            }
            _ => Ok(Told::Nothing),
        }
    };
    join(sent, asked).await
}

async fn one(client: &ClientWrapper, waiting: &Waiting, statement: &Statement) -> Outcome<Sent> {
    if waiting.then == Then::Keep {
        let rows = client.query_raw(statement, &waiting.values).await?;
        return Ok((0, Box::pin(rows).try_collect().await?));
    }
    Ok((client.execute_raw(statement, &waiting.values).await?, Vec::new()))
}
