//! The office under test: the release program as a process of its own, its staff signed in over HTTP.

use std::{
    fs, io,
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use kernel::Actor;

use crate::http::{self, Client};

const PASSWORD: &str = "测量办公室的一句长话";

db::sql! {
    HANDLERS = "SELECT o.login, p.officer_id, p.unit_id FROM post p JOIN officer o ON o.id = p.officer_id \
                WHERE p.role = 'handler' ORDER BY o.login LIMIT $1";
}

/// Somebody who handles, and how the form of assignment names him.
#[derive(Clone)]
pub struct Handler {
    pub login: String,
    pub target: String,
    pub cookie: String,
}

/// Where the office is.
#[derive(Clone)]
pub struct Place {
    pub program: PathBuf,
    pub data: PathBuf,
    pub database: String,
}

/// The office, serving.
pub struct Office {
    pub address: SocketAddr,
    pub desk: String,
    pub dispatcher: String,
    pub head: String,
    pub handlers: Vec<Handler>,
    /// From the start of the process to its first answer.
    pub start: Duration,
    child: Child,
}

impl Drop for Office {
    fn drop(&mut self) {
        // The program finishes what it has begun when its standard signal comes; measuring is over, so it is simply ended.
        let _gone = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// Everybody's codes, and who handles: asked of the database before the program runs.
async fn codes(place: &Place, count: i64) -> (Vec<(String, String)>, Vec<Handler>) {
    let app = server::open(&place.data, &place.database, true).await.expect("an office").app;
    let ctx = app.ctx(Actor::System("测量"));
    let (codes, handlers) = app
        .db
        .write(move |tx| {
            let mut handlers = Vec::new();
            for row in tx.query(&HANDLERS, &db::params![count])? {
                let (officer, unit): (kernel::OfficerId, kernel::UnitId) =
                    (row.get("officer_id")?, row.get("unit_id")?);
                handlers.push(Handler {
                    login: row.get("login")?,
                    target: format!("{unit}|{officer}"),
                    cookie: String::new(),
                });
            }
            let mut codes = Vec::new();
            let all = people::officers(tx, &ctx)?;
            let wanted = ["jiedai", "fenpai", "juzhang"].into_iter();
            for login in wanted.chain(handlers.iter().map(|handler| handler.login.as_str())) {
                let person =
                    all.iter().find(|person| person.login == login).expect("somebody of the demo staff");
                codes.push((login.to_owned(), people::issue_code(tx, &ctx, person.id)?));
            }
            Ok::<_, web::Problem>((codes, handlers))
        })
        .await
        .expect("codes");
    // Making the kept counts for the first time is another measure, too.
    while app.db.read(insight::kept::is_waiting).await.expect("counts") {
        app.db.write(insight::kept::fold).await.expect("counts");
    }
    app.db.close().await;
    (codes, handlers)
}

impl Office {
    /// Starts the program on `place` and signs its staff in.
    pub fn open(place: &Place, handlers: i64) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let (codes, mut handlers) = runtime.block_on(codes(place, handlers));
        let free = TcpListener::bind("127.0.0.1:0")?;
        let address = free.local_addr()?;
        drop(free);
        let began = Instant::now();
        let child = Command::new(&place.program)
            // A bureau made a moment ago has no backup yet: making it is another measure than this one.
            .args(["serve", "--no-daily-backup", "--listen", &address.to_string()])
            .arg("--data")
            .arg(&place.data)
            .args(
                (!place.database.is_empty()).then_some(["--database", &place.database]).into_iter().flatten(),
            )
            .stdout(Stdio::null())
            .stderr(fs::File::create(place.data.join("bench.log"))?)
            .spawn()?;
        let mut office = Self {
            address,
            desk: String::new(),
            dispatcher: String::new(),
            head: String::new(),
            handlers: Vec::new(),
            start: Duration::ZERO,
            child,
        };
        office.start = office.first_answer(began)?;
        let cookie = |login: &str| {
            let (_, code) = codes.iter().find(|(known, _)| known == login).expect("a code");
            http::sign_in(address, login, code, PASSWORD)
        };
        office.desk = cookie("jiedai")?;
        office.dispatcher = cookie("fenpai")?;
        office.head = cookie("juzhang")?;
        for handler in &mut handlers {
            handler.cookie = cookie(&handler.login)?;
        }
        office.handlers = handlers;
        Ok(office)
    }

    fn first_answer(&self, began: Instant) -> io::Result<Duration> {
        while began.elapsed() < Duration::from_secs(120) {
            if TcpStream::connect(self.address).is_ok() {
                let answer = Client::new(self.address, "").get("/sign-in")?;
                assert_eq!(answer.status, 200, "the first page");
                return Ok(began.elapsed());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Err(io::Error::other("the program does not answer"))
    }

    pub fn client(&self, cookie: &str) -> Client {
        Client::new(self.address, cookie)
    }

    /// Resident memory of the program: now and at its highest, in MB. Pages of the database file that it only maps are told
    /// apart (`RssFile`), since the kernel may take them back at any time.
    pub fn memory(&self) -> io::Result<Memory> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let of = |key: &str| {
            let line = status.lines().find(|line| line.starts_with(key));
            let kb: f64 = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0.0);
            kb / 1024.0
        };
        Ok(Memory { all: of("VmRSS:"), own: of("RssAnon:"), most: of("VmHWM:") })
    }

    /// Seconds of processor the program has used.
    pub fn processor(&self) -> io::Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let after = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        let fields: Vec<f64> = after.split(' ').map(|field| field.parse().unwrap_or(0.0)).collect();
        Ok((fields.get(11).unwrap_or(&0.0) + fields.get(12).unwrap_or(&0.0)) / 100.0)
    }
}

/// In MB.
pub struct Memory {
    pub all: f64,
    pub own: f64,
    pub most: f64,
}
