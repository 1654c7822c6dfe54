//! A registry with two officers in it.

use db::{Db, Sql, Tx, testing::TestDatabase};
use kernel::{Actor, Ctx, Ground, Id, Officer, Role, TraderId};
use traders::NewTrader;
use web::{Problem, Result};

db::migrations! {
    static MIGRATIONS from "../../../../migrations/" {
        1 "0001_journal",
        2 "0002_people",
        3 "0003_traders",
        4 "0004_matters",
        53 "0053_trader_links",
        69 "0069_said_names",
    }
}

const ROWS: Sql = Sql {
    name: "test::ROWS",
    text: "SELECT id, name, name_key, initials, credit_code, credit_level, old_number, organisation_code, form, state, industry, \
           region, address, phone, contact, merged_into, source, demo, created_at FROM trader ORDER BY id",
};
const VERBS: Sql = Sql { name: "test::VERBS", text: "SELECT verb FROM journal ORDER BY verb" };

pub struct Registry {
    pub db: Db,
    pub ground: Ground,
}

pub fn shop(name: &str) -> NewTrader {
    NewTrader { name: name.to_owned(), ..NewTrader::default() }
}

impl Registry {
    pub async fn each(story: impl AsyncFn(Registry)) {
        TestDatabase::each(MIGRATIONS, async |db| {
            let ground = Ground::standing("2026-09-23T01:00:00Z".parse().unwrap(), "registry");
            story(Registry { db, ground }).await;
        })
        .await;
    }

    pub fn officer(&self, role: Role) -> Ctx {
        self.ground.ctx(Actor::Officer(Officer {
            id: Id::from_uuid(self.ground.entropy.uuid(self.ground.clock.now())),
            name: "张伟".to_owned(),
            post: Id::from_uuid(self.ground.entropy.uuid(self.ground.clock.now())),
            role,
            unit: Id::from_uuid(self.ground.entropy.uuid(self.ground.clock.now())),
            unit_name: "中山所".to_owned(),
            unit_path: "/001/".to_owned(),
            deputy_for: None,
        }))
    }

    /// Somebody who may merge.
    pub fn head(&self) -> Ctx {
        self.officer(Role::SectionHead)
    }

    pub async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx, &Ctx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let ctx = self.head();
        self.db.write(move |tx| work(tx, &ctx)).await
    }

    pub async fn create(&self, new: NewTrader) -> TraderId {
        self.write(move |tx, ctx| traders::create(tx, ctx, &new)).await.unwrap()
    }

    /// The code of the refusal.
    pub async fn refused(&self, new: NewTrader) -> &'static str {
        refusal(self.write(move |tx, ctx| traders::create(tx, ctx, &new)).await)
    }

    pub async fn find(&self, id: TraderId) -> traders::Trader {
        self.db.read(move |tx| traders::find(tx, id)).await.unwrap()
    }

    /// The ids that a text finds.
    pub async fn found(&self, text: &str) -> Vec<TraderId> {
        self.hits(text).await.into_iter().map(|hit| hit.id).collect()
    }

    pub async fn hits(&self, text: &str) -> Vec<traders::Hit> {
        let text = text.to_owned();
        self.db.read(move |tx| traders::look_up(tx, &text, 10)).await.unwrap()
    }

    /// Every record as it stands, without its version.
    pub async fn rows(&self) -> Vec<Vec<db::Value>> {
        let rows = |tx: &mut Tx| {
            Ok::<_, Problem>(tx.query(&ROWS, &[])?.iter().map(|row| row.values().to_vec()).collect())
        };
        self.db.read(rows).await.unwrap()
    }

    /// What the journal holds, by the alphabet: everything happens in one instant here.
    pub async fn verbs(&self) -> Vec<String> {
        let verbs = |tx: &mut Tx| {
            let rows = tx.query(&VERBS, &[])?;
            Ok::<_, Problem>(rows.iter().map(|row| row.get("verb")).collect::<Result<_, _>>()?)
        };
        self.db.read(verbs).await.unwrap()
    }
}

/// The code of the refusal that must have come.
pub fn refusal<T>(outcome: Result<T>) -> &'static str {
    match outcome {
        Err(Problem::Refused(refusal) | Problem::Forbidden(refusal)) => refusal.code,
        Err(other) => panic!("not a refusal: {other}"),
        Ok(_) => panic!("it was done"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_and_list_is_accepted_by_both_engines() {
    Registry::each(async |registry| {
        let failed = registry.db.prepare_all(traders::statements(), traders::selects()).await.unwrap();
        assert!(failed.is_empty(), "{failed:?}");
    })
    .await;
}
