//! One office for all that a target tries, on SQLite as the tests have it.

use std::sync::OnceLock;

use db::testing::TestDatabase;
use testkit::{TestOffice, Visitor};
use tokio::runtime::Runtime;

/// An office and what runs it.
pub struct Desk {
    /// The office.
    pub office: TestOffice,
    /// Runs what is asked of it.
    pub runtime: Runtime,
}

static DESK: OnceLock<Desk> = OnceLock::new();

/// Opens the office, which takes a while.
pub fn open() {
    desk();
}

/// Takes the files of the office away, when nothing more is asked of it.
pub fn close() {
    if let Some(desk) = DESK.get() {
        std::fs::remove_dir_all(&desk.office.app.config.data).expect("the folder of the office was there");
    }
}

/// The office of this process, opened with the first use.
pub fn desk() -> &'static Desk {
    DESK.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let office = runtime.block_on(async {
            let database = TestDatabase::sqlite(server::MIGRATIONS).await.expect("SQLite opens");
            TestOffice::new(database).await
        });
        Desk { office, runtime }
    })
}

impl Desk {
    /// Somebody of the office, signed in.
    pub fn visitor(&self, login: &str) -> Visitor {
        self.runtime.block_on(self.office.sign_in(login))
    }
}
