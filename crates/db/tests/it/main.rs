//! What `db` promises, on both engines. PostgreSQL is tried when `XIAOBAO_TEST_POSTGRES` names a server.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod commit;
mod failure;
mod flights;
mod migration;
mod moving;
mod pages;
mod postgres;
mod search;
mod story;
mod tables;
mod values;

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use db::{Db, Error, Migration, SEARCH, Sql, Text, params};

const ITEM: Migration = Migration {
    number: 1,
    name: "item",
    text: Text::Same(
        "CREATE TABLE item (
            id UUID PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            n BIGINT,
            real DOUBLE PRECISION,
            yes BOOLEAN,
            raw BYTEA,
            version BIGINT NOT NULL DEFAULT 1
        );
        CREATE TABLE counter (kind TEXT PRIMARY KEY, last BIGINT NOT NULL);
        CREATE TABLE part (
            id UUID PRIMARY KEY,
            item_id UUID NOT NULL REFERENCES item (id),
            kind TEXT NOT NULL CONSTRAINT part_kind CHECK (kind IN ('nut', 'bolt')),
            label TEXT NOT NULL,
            UNIQUE (item_id, kind)
        );
        CREATE UNIQUE INDEX part_label ON part (lower(label));",
    ),
};
/// The schema of these tests.
static ALL: &[Migration] = &[SEARCH, ITEM];

const fn sql(text: &'static str) -> Sql {
    Sql { name: "it::sql", text }
}
const INSERT: Sql = sql("INSERT INTO item (id, name, n, real, yes, raw) VALUES ($1, $2, $3, $4, $5, $6)");
const NAME: Sql = sql("INSERT INTO item (id, name) VALUES ($1, $2)");
const NAMES: Sql = sql("SELECT name FROM item ORDER BY name");
const COUNT: Sql = sql("SELECT COUNT(*) FROM item");

fn id(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n)
}

async fn add(db: &Db, n: u128, name: &str) -> Result<(), Error> {
    let name = name.to_owned();
    db.write(move |tx| tx.execute(&NAME, &params![id(n), name]).map(drop)).await
}

async fn names(db: &Db) -> Vec<String> {
    let rows = db.read(|tx| tx.query(&NAMES, &[])).await.unwrap();
    rows.iter().map(|row| row.get("name").unwrap()).collect()
}

async fn count(db: &Db) -> i64 {
    db.read(|tx| tx.scalar(&COUNT, &[])).await.unwrap()
}

/// A command on its way: queued by the first look at it.
type Running<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// Looks once at a command; that queues it. True when its answer is there.
async fn look<T>(running: &mut Running<T>) -> bool {
    std::future::poll_fn(|cx: &mut Context| Poll::Ready(running.as_mut().poll(cx).is_ready())).await
}
