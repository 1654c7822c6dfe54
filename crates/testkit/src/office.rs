//! A small bureau with named staff.

use std::{collections::BTreeMap, sync::Arc};

use axum::Router;
use db::testing::TestDatabase;
use jiff::{Timestamp, civil::Date};
use kernel::{Actor, Ctx, Ground, Officer, Role};
use people::NewUnit;
use web::{App, Config, Problem};

use crate::Visitor;

/// The password of everybody in the test office.
pub const PASSWORD: &str = "测试办公室的一句长话";

/// An office on one engine.
pub struct TestOffice {
    /// The application.
    pub app: App,
    router: Router,
    staff: BTreeMap<&'static str, Officer>,
    _database: Arc<TestDatabase>,
    _folding: Option<Folding>,
}

/// Where the environment asks for it, kept counts are folded beside every story and recounted at its end: whatever a story does
/// and no figure was told of is found.
const RECOUNT: &str = "XIAOBAO_RECOUNT";

/// Folds while the office stands.
struct Folding(tokio::task::JoinHandle<()>);

impl Folding {
    fn wanted(db: &db::Db) -> Option<Self> {
        std::env::var_os(RECOUNT)?;
        let db = db.clone();
        Some(Self(tokio::spawn(async move {
            while insight::kept::fold_all(&db).await.is_ok() {
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
        })))
    }
}

impl Drop for Folding {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn recounted(app: &App) {
    if std::env::var_os(RECOUNT).is_none() {
        return;
    }
    let ctx = app.ctx(Actor::System("测试"));
    let (from, to) = (Date::constant(2020, 1, 1), Date::constant(2030, 12, 31));
    let found = app.db.read(move |tx| insight::kept::recount(tx, &ctx, insight::Period { from, to })).await;
    let found = found.expect("a recount");
    assert!(found.is_empty(), "{found:?}");
}

/// (login, unit code, role): everybody's little world.
const STAFF: &[(&str, &str, Role)] = &[
    ("admin", "23", Role::Administrator),
    ("dispatcher", "23", Role::Dispatcher),
    ("desk", "23", Role::Desk),
    ("bureau", "23", Role::BureauHead),
    ("legal", "23", Role::LegalReviewer),
    ("auditor", "23", Role::Auditor),
    ("zhang", "2301", Role::Handler),
    ("li", "2301", Role::Handler),
    ("head", "2301", Role::SectionHead),
    ("wang", "2302", Role::Handler),
    ("station", "2303", Role::Station),
];

const UNITS: &[(&str, &str, &str, &str)] = &[
    ("23", "南岗分局", "bureau", ""),
    ("2301", "中山所", "office", "23"),
    ("2302", "学府所", "office", "23"),
    ("2303", "中山维权站", "station", "23"),
];

impl TestOffice {
    /// Runs `story` on SQLite, and on PostgreSQL where there is one.
    pub async fn each(story: impl AsyncFn(TestOffice)) {
        let sqlite = TestDatabase::sqlite(server::MIGRATIONS).await.expect("SQLite opens");
        Self::tell(&story, sqlite).await;
        if let Some(postgres) = TestDatabase::postgres(server::MIGRATIONS).await.expect("PostgreSQL opens") {
            Self::tell(&story, postgres).await;
        }
    }

    async fn tell(story: &impl AsyncFn(TestOffice), database: TestDatabase) {
        let office = Self::new(database).await;
        let (app, database) = (office.app.clone(), Arc::clone(&office._database));
        story(office).await;
        recounted(&app).await;
        drop(database);
    }

    /// Opens the office on `database`, on 2026-09-23 at 9 in the morning.
    pub async fn new(database: TestDatabase) -> Self {
        let at: Timestamp = "2026-09-23T01:00:00Z".parse().expect("an instant");
        let ground = Ground::standing(at, "test office");
        let config = Config {
            bureau: "南岗分局".to_owned().into(),
            data: database.folder().to_owned(),
            secure_cookies: false,
            demo: false,
            version: "test",
        };
        let app = App { db: database.db.clone(), ground, config: Arc::new(config) };
        let ctx = app.ctx(Actor::System("测试"));
        let staff = app.db.write(move |tx| hire(tx, &ctx)).await.expect("the staff is hired");
        let router = server::router(&app);
        let _folding = Folding::wanted(&app.db);
        Self { app, router, staff, _database: Arc::new(database), _folding }
    }

    /// A context in which `login` acts now.
    pub fn ctx(&self, login: &str) -> Ctx {
        self.app.ctx(Actor::Officer(self.officer(login).clone()))
    }

    /// One of the staff.
    pub fn officer(&self, login: &str) -> &Officer {
        self.staff.get(login).expect("a name of the test office")
    }

    /// The first of the staff with `role`.
    pub fn login_of(&self, role: Role) -> &'static str {
        let found = STAFF.iter().find(|(_, _, of)| *of == role);
        found.map(|(login, ..)| *login).expect("every role works in the test office")
    }

    /// Moves the clock to nine in the morning of `day`.
    pub fn set_day(&self, day: &str) {
        let day: Date = day.parse().expect("a date");
        self.app.ground.clock.set(kernel::OFFICE_ZONE.to_timestamp(day.at(9, 0, 0, 0)).expect("an instant"));
    }

    /// Somebody without a session.
    pub fn stranger(&self) -> Visitor {
        Visitor::new(self.router.clone())
    }

    /// `login`, signed in over HTTP.
    pub async fn sign_in(&self, login: &str) -> Visitor {
        let mut visitor = self.stranger();
        let ctx = self.app.ctx(Actor::System("测试"));
        let id = self.officer(login).id;
        let code = self.app.db.write(move |tx| people::issue_code(tx, &ctx, id)).await.expect("a code");
        let form = [("login", login), ("code", &code), ("password", PASSWORD), ("again", PASSWORD)];
        let answer = visitor.post("/sign-in/code", &form).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        visitor
    }
}

fn hire(tx: &mut db::Tx, ctx: &Ctx) -> Result<BTreeMap<&'static str, Officer>, Problem> {
    for (code, name, kind, parent) in UNITS {
        let text = |words: &str| words.to_owned();
        let new = NewUnit {
            code: text(code),
            name: text(name),
            kind: text(kind),
            parent: text(parent),
            ..NewUnit::default()
        };
        people::create_unit(tx, ctx, &new)?;
    }
    let mut staff = BTreeMap::new();
    for (login, unit, role) in STAFF {
        let unit = people::unit_by_code(tx, unit)?.expect("a unit of the test office");
        let id = people::create_officer(tx, ctx, login, login, "", false)?;
        people::give_post(tx, ctx, id, unit.id, *role, "2020-01-01".parse().expect("a date"), None)?;
        let post = people::active_posts(tx, id, ctx.today())?.into_iter().next().expect("the post");
        staff.insert(*login, post.officer);
    }
    Ok(staff)
}

impl TestOffice {
    /// Serves the office on a free port of this machine, as long as the test runs.
    pub async fn serve(&self) -> std::net::SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = self.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    /// `login`, signed in with the password everybody has after the first sign-in.
    pub async fn sign_in_again(&self, login: &str) -> Visitor {
        let mut visitor = self.stranger();
        let answer = visitor.post("/sign-in", &[("login", login), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        visitor
    }

    /// The same person in another browser window: same cookies.
    pub fn clone_visitor(&self, visitor: &Visitor) -> Visitor {
        visitor.clone()
    }
}

/// What an authenticator with `secret` (base32) shows at the office's present instant.
pub fn authenticator(office: &TestOffice, secret: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).expect("base32");
    let shown = totp_rs::Builder::new().with_secret(secret).build().expect("a secret long enough");
    let seconds = u64::try_from(office.app.ground.clock.now().as_second()).expect("after 1970");
    shown.generate(seconds).to_string()
}
