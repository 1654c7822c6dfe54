//! A bureau of five units and eleven people, without pages.

use std::{collections::BTreeMap, path::Path};

use db::{Db, Sql, Tx, testing::TestDatabase};
use jiff::civil::Date;
use kernel::{Actor, Ctx, Ground, OFFICE_ZONE, Officer, Role};
use matters::{Kind, Matter, NewMatter, Phase};
use people::NewUnit;
use web::Result;

/// (code, kind, parent).
const UNITS: &[(&str, &str, &str)] = &[
    ("23", "bureau", ""),
    ("2301", "branch", "23"),
    ("230101", "office", "2301"),
    ("2302", "office", "23"),
    ("2303", "station", "23"),
];

/// (name, unit, role).
const STAFF: &[(&str, &str, Role)] = &[
    ("admin", "23", Role::Administrator),
    ("dispatcher", "23", Role::Dispatcher),
    ("desk", "23", Role::Desk),
    ("bureau", "23", Role::BureauHead),
    ("auditor", "23", Role::Auditor),
    ("branch", "2301", Role::Dispatcher),
    ("head", "2301", Role::SectionHead),
    ("zhang", "230101", Role::Handler),
    ("li", "230101", Role::Handler),
    ("wang", "2302", Role::Handler),
    ("station", "2303", Role::Station),
];

pub(crate) const fn sql(text: &'static str) -> Sql {
    Sql { name: "it::sql", text }
}

pub(crate) struct Office {
    pub(crate) db: Db,
    pub(crate) ground: Ground,
    staff: BTreeMap<&'static str, Officer>,
    database: TestDatabase,
}

/// A complaint received now in the unit of `of`, about milk.
pub(crate) fn a_complaint(ctx: &Ctx, of: &Officer) -> NewMatter {
    NewMatter {
        kind: Kind::Complaint,
        title: "好再来超市 乳制品 变质".to_owned(),
        state: "received",
        phase: Phase::New,
        unit: of.unit,
        officer: None,
        trader: None,
        channel: "phone".to_owned(),
        goods: Some("G01.10".to_owned()),
        problem: None,
        place: "南岗区".to_owned(),
        received_at: ctx.now,
        amount: None,
        outcome: None,
        closed_at: None,
        clock: None,
        outside_number: None,
        source: String::new(),
        text: "购买的牛奶已经变质，要求退一赔三".to_owned(),
        demo: false,
    }
}

impl Office {
    /// Tells `story` on each engine, each time in a fresh bureau at nine in the morning of 2026-09-23.
    pub(crate) async fn each(story: impl AsyncFn(Office)) {
        story(Self::new(TestDatabase::sqlite(server::MIGRATIONS).await.unwrap()).await).await;
        if let Some(postgres) = TestDatabase::postgres(server::MIGRATIONS).await.unwrap() {
            story(Self::new(postgres).await).await;
        }
    }

    async fn new(database: TestDatabase) -> Self {
        let ground = Ground::standing("2026-09-23T01:00:00Z".parse().unwrap(), "matters");
        let db = database.db.clone();
        let ctx = ground.ctx(Actor::System("测试"));
        let staff = db.write(move |tx| hire(tx, &ctx)).await.unwrap();
        Self { db, ground, staff, database }
    }

    pub(crate) fn vault(&self) -> matters::attachments::Vault {
        matters::attachments::Vault::new(self.data(), &self.ground)
    }

    pub(crate) fn officer(&self, name: &str) -> &Officer {
        self.staff.get(name).unwrap()
    }

    pub(crate) fn everybody(&self) -> impl Iterator<Item = &'static str> {
        STAFF.iter().map(|(name, ..)| *name)
    }

    /// `system` is the program itself; everybody else acts from the post.
    pub(crate) fn ctx(&self, name: &str) -> Ctx {
        self.ground.ctx(match name {
            "system" => Actor::System("测试"),
            "public" => Actor::Public,
            name => Actor::Officer(self.officer(name).clone()),
        })
    }

    pub(crate) fn data(&self) -> &Path {
        self.database.folder()
    }

    pub(crate) fn set_day(&self, day: &str) {
        let day: Date = day.parse().unwrap();
        self.ground.clock.set(OFFICE_ZONE.to_timestamp(day.at(9, 0, 0, 0)).unwrap());
    }

    /// Runs a command as `name`.
    pub(crate) async fn does<T: Send + 'static>(
        &self,
        name: &str,
        mut work: impl FnMut(&mut Tx, &Ctx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let ctx = self.ctx(name);
        self.db.write(move |tx| work(tx, &ctx)).await
    }

    /// The dispatcher gives `matter` to `name`.
    pub(crate) async fn gives(&self, name: &str, matter: &Matter) {
        let (mut own, officer) = (matter.clone(), self.officer(name).clone());
        self.does("dispatcher", move |tx, ctx| {
            matters::assign(tx, ctx, &mut own, officer.unit, Some(officer.id), "")
        })
        .await
        .unwrap();
    }

    /// Opens [`a_complaint`] in the unit of `of`, as `name`.
    pub(crate) async fn opens(&self, name: &str, of: &str) -> Matter {
        let of = self.officer(of).clone();
        self.does(name, move |tx, ctx| matters::open(tx, ctx, &a_complaint(ctx, &of))).await.unwrap()
    }
}

fn hire(tx: &mut Tx, ctx: &Ctx) -> Result<BTreeMap<&'static str, Officer>> {
    for (code, kind, parent) in UNITS {
        let new = NewUnit {
            code: (*code).to_owned(),
            name: format!("{code}所"),
            kind: (*kind).to_owned(),
            parent: (*parent).to_owned(),
            ..NewUnit::default()
        };
        people::create_unit(tx, ctx, &new)?;
    }
    let mut staff = BTreeMap::new();
    for (name, unit, role) in STAFF {
        let unit = people::unit_by_code(tx, unit)?.unwrap();
        let id = people::create_officer(tx, ctx, name, name, "", false)?;
        people::give_post(tx, ctx, id, unit.id, *role, "2020-01-01".parse().unwrap(), None)?;
        let post = people::active_posts(tx, id, ctx.today())?.into_iter().next().unwrap();
        staff.insert(*name, post.officer);
    }
    Ok(staff)
}
