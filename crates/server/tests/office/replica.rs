//! Lists that go out as files are read on a replica where there is one, and on the leader where it does not answer.

use std::{path::PathBuf, process::Command, time::Duration};

use db::{Config, Db, testing::TestDatabase};
use testkit::TestOffice;

use crate::{desk::register, exchange::csv_of};

db::sql! {
    WRITTEN = "SELECT CAST(pg_current_wal_lsn() AS TEXT)";
    REPEATED = "SELECT pg_last_wal_replay_lsn() >= CAST(CAST($1 AS TEXT) AS pg_lsn)";
    PAUSE = "SELECT CAST(pg_wal_replay_pause() AS TEXT)";
    RESUME = "SELECT CAST(pg_wal_replay_resume() AS TEXT)";
}

/// A leader and its replica, of this test alone.
struct Pair {
    folder: PathBuf,
    leader: String,
    replica: String,
}

/// What `scripts/postgres` answers: the address of what it started.
fn postgres(words: &[&str]) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/postgres");
    let output = Command::new(script).args(words).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

impl Pair {
    /// `None` where the tests have no PostgreSQL.
    fn start() -> Option<Self> {
        if std::env::var(db::testing::SERVER).is_err() {
            println!("replica: not run ({} is not set)", db::testing::SERVER);
            return None;
        }
        let folder = std::env::temp_dir().join(format!("xiaobao-replica-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let place = |name: &str| folder.join(name).to_string_lossy().into_owned();
        let leader = postgres(&["start", &place("leader")]);
        let replica = postgres(&["replica", &place("replica"), &place("leader")]);
        Some(Self { folder, leader, replica })
    }

    fn stop(&self, name: &str) {
        if self.folder.join(name).join("data").exists() {
            postgres(&["stop", &self.folder.join(name).to_string_lossy()]);
        }
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        self.stop("replica");
        self.stop("leader");
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Waits, half a minute at most, until the replica has repeated what the leader has written by now.
async fn caught_up(pair: &Pair) {
    let leader = Db::open(&pair.leader).await.unwrap();
    let there: String = leader.read(|tx| tx.scalar(&WRITTEN, &[])).await.unwrap();
    leader.close().await;
    let replica = Db::open(&pair.replica).await.unwrap();
    for _ in 0..300 {
        let there = there.clone();
        let repeated = replica.read(move |tx| tx.scalar(&REPEATED, &db::params![there])).await;
        if repeated.unwrap() {
            return replica.close().await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the replica does not follow");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_read_on_the_replica_says_so_and_on_the_leader_when_the_replica_is_gone() {
    let Some(pair) = Pair::start() else { return };
    let mut base = TestDatabase::on(&pair.leader, server::MIGRATIONS).await.unwrap();
    let name = base.place().rsplit('/').next().unwrap().to_owned();
    let replica = format!("{}/{name}", pair.replica.rsplit_once('/').unwrap().0);
    base.db.close().await;
    base.db = Db::open_with(&Config { replica, ..Config::at(base.place()) }).await.unwrap();
    let office = TestOffice::new(base).await;
    let mut desk = office.sign_in("desk").await;
    let mut dispatcher = office.sign_in("dispatcher").await;
    let before = register(&mut desk).await;
    caught_up(&pair).await;

    // The replica stands still: what comes now is on the leader only.
    let standing = Db::open(&pair.replica).await.unwrap();
    standing.read(|tx| tx.query(&PAUSE, &[])).await.unwrap();
    let after = register(&mut desk).await;
    let file = csv_of(&mut dispatcher, "matters", "").await;
    assert!(file.body.contains("取自数据库从库"), "{}", file.body);
    assert!(
        file.body.contains(&before) && !file.body.contains(&after),
        "not from the replica: {}",
        file.body
    );
    assert!(dispatcher.get("/matters").await.body.contains(&after), "pages are read on the leader");

    standing.read(|tx| tx.query(&RESUME, &[])).await.unwrap();
    caught_up(&pair).await;
    let file = csv_of(&mut dispatcher, "matters", "").await;
    assert!(file.body.contains(&before) && file.body.contains(&after), "{}", file.body);

    standing.close().await;
    pair.stop("replica");
    let last = register(&mut desk).await;
    let file = csv_of(&mut dispatcher, "matters", "").await;
    assert!(file.status == 200 && file.body.contains(&last), "the leader answers: {}", file.body);
    assert!(file.body.contains("共 3 行"), "{}", file.body);
    office.app.db.close().await;
}
