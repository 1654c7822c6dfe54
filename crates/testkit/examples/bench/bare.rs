//! The measure beside the measure: the same bytes put into the same kind of database in bare rows, with the same durability, the
//! same number of commits asked for and the same number of clients, in the same run. What the office does above that
//! (rights, law, clocks, chained journal, sealing, search, pages, HTTP) is the difference.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use db::{Db, Migration, Text, Value, params};

use crate::life::WRITES;

static MIGRATIONS: &[Migration] = &[Migration {
    number: 1,
    name: "bare",
    text: Text::Twin {
        sqlite: "CREATE TABLE bare (id BLOB NOT NULL PRIMARY KEY, content BLOB NOT NULL);",
        postgres: "CREATE TABLE bare (id UUID NOT NULL PRIMARY KEY, content BYTEA NOT NULL);",
    },
}];

db::sql! {
    PUT = "INSERT INTO bare (id, content) VALUES ($1, $2)";
}

/// What one life leaves in the database.
#[derive(Clone, Debug)]
pub struct Written {
    /// Rows by their bytes.
    pub rows: Vec<usize>,
}

impl Written {
    pub fn bytes(&self) -> usize {
        self.rows.iter().sum()
    }
}

/// Lives a second that bare inserts would reach.
pub fn run(place: &str, written: &Written, clients: usize, span: Duration) -> f64 {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let db = Db::open(place).await.expect("a database");
        db.migrate(MIGRATIONS, None, jiff::Timestamp::now()).await.expect("a table");
        let (began, done) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
        let mut tasks = Vec::new();
        for client in 0..clients {
            let (db, done, written) = (db.clone(), done.clone(), written.clone());
            tasks.push(tokio::spawn(async move {
                let ctx = kernel::Ground::standing(jiff::Timestamp::now(), &format!("bare {client}"));
                while began.elapsed() < span {
                    for part in written.rows.chunks(written.rows.len().div_ceil(WRITES)) {
                        let rows: Vec<[Value; 2]> = part
                            .iter()
                            .map(|bytes| {
                                let id: kernel::MatterId = ctx.ctx(kernel::Actor::Public).id();
                                [Value::Id(id.uuid()), Value::Bytes(vec![client as u8; *bytes])]
                            })
                            .collect();
                        let put = db.write(move |tx| {
                            rows.iter().try_for_each(|[id, bytes]| {
                                tx.execute(&PUT, &params![id.clone(), bytes.clone()]).map(drop)
                            })
                        });
                        put.await.expect("bare rows");
                    }
                    done.fetch_add(1, Ordering::Relaxed);
                }
            }));
        }
        for task in tasks {
            task.await.expect("a client");
        }
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let rate = done.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64();
        db.close().await;
        rate
    })
}

/// Takes a bare database of an earlier run away.
pub fn forget(path: &Path) {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        let _gone = std::fs::remove_file(name);
    }
}
