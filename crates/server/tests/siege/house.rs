//! The real program on a data folder of its own, with the tools to look into it afterwards.

use std::{
    fs,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use db::testing::TestDatabase;
use people::NewUnit;

use crate::clients::get;

/// How long the program may take to answer after its start: other tests run beside it.
const PATIENCE: Duration = Duration::from_secs(180);

/// A bureau: its folder, its database, its program while it runs.
pub(crate) struct House {
    /// Holds the folder and, on PostgreSQL, the database until the end.
    base: TestDatabase,
    /// What `--database` gets; empty on SQLite.
    pub(crate) database: String,
    pub(crate) port: u16,
    pub(crate) token: String,
    running: Option<Child>,
}

impl House {
    /// Every engine there is: SQLite, and PostgreSQL where `XIAOBAO_TEST_POSTGRES` names one.
    pub(crate) async fn each(story: impl AsyncFn(House)) {
        story(Self::on(TestDatabase::sqlite(&[]).await.unwrap(), String::new()).await).await;
        if let Some(server) = TestDatabase::postgres(&[]).await.unwrap() {
            let place = server.place();
            story(Self::on(server, place).await).await;
        }
    }

    pub(crate) async fn sqlite() -> Self {
        Self::on(TestDatabase::sqlite(&[]).await.unwrap(), String::new()).await
    }

    pub(crate) async fn postgres() -> Option<Self> {
        let server = TestDatabase::postgres(&[]).await.unwrap()?;
        let place = server.place();
        Some(Self::on(server, place).await)
    }

    /// Opens a small bureau and takes a token of its desk.
    async fn on(base: TestDatabase, database: String) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut house = Self { base, database, port, token: String::new(), running: None };
        let opened = server::open(&house.data(), &house.database, false).await.unwrap();
        let ctx = opened.app.ctx(kernel::Actor::System("测试"));
        house.token = opened.app.db.write(move |tx| staff(tx, &ctx)).await.unwrap();
        opened.app.db.close().await;
        house
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.base.folder().join("data")
    }

    /// The program with the words of a command, not started yet.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xiaobao"));
        command
            .args(words)
            .arg("--data")
            .arg(self.data())
            .env_remove("XIAOBAO_DATABASE")
            .env("XIAOBAO_LOG", "off");
        if !self.database.is_empty() {
            command.arg("--database").arg(&self.database);
        }
        command
    }

    /// Runs a command to its end; what it printed, which must be a success.
    pub(crate) fn run(&self, words: &[&str]) -> String {
        let output = self.command(words).output().unwrap();
        assert!(output.status.success(), "{words:?}: {}", told(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command that must be refused; what it said.
    pub(crate) fn refused(&self, words: &[&str]) -> String {
        let output = self.command(words).output().unwrap();
        assert!(!output.status.success(), "{words:?}: {}", told(&output));
        told(&output)
    }

    pub(crate) fn serve(&self, more: &[&str]) -> Command {
        let listen = format!("127.0.0.1:{}", self.port);
        let mut command = self.command(&["serve", "--listen", &listen]);
        command.args(more).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Starts serving and waits until it answers.
    pub(crate) fn start(&mut self, more: &[&str]) {
        let child = self.serve(more).spawn().unwrap();
        self.wait_for(child);
    }

    pub(crate) fn wait_for(&mut self, mut child: Child) {
        let from = Instant::now();
        while get(self.port, "/alive", "").is_none_or(|answer| answer.status != 200) {
            assert!(from.elapsed() < PATIENCE, "the program does not answer");
            assert!(child.try_wait().unwrap().is_none(), "the program ended while it started");
            std::thread::sleep(Duration::from_millis(10));
        }
        self.running = Some(child);
    }

    pub(crate) fn pid(&self) -> u32 {
        self.running.as_ref().unwrap().id()
    }

    /// SIGKILL: nothing of the program's own runs any more.
    pub(crate) fn kill(&mut self) {
        let mut child = self.running.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// SIGTERM: the ordinary end, which must be one.
    pub(crate) fn stop(&mut self) {
        let mut child = self.running.take().unwrap();
        assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
        assert!(child.wait().unwrap().success());
    }

    /// Whether journal and clocks are whole: `audit verify`, and `check` without a line that must be mended but those that
    /// the machine itself causes.
    pub(crate) fn verify(&self) {
        let verdict = self.run(&["audit", "verify"]);
        assert!(!verdict.is_empty());
        let check = told(&self.command(&["check"]).output().unwrap());
        // A task that was at work, or at its commit, when the siege cut the server off says so until its next turn.
        let cut_off = ["连接不上数据库服务器", "无法确认是否已保存"];
        let by_the_siege = |line: &str| {
            line.starts_with("[处理] 后台任务") && cut_off.iter().any(|words| line.contains(words))
        };
        let mends = |line: &&str| line.starts_with("[处理]") && !by_the_siege(line);
        let broken: Vec<_> = check.lines().filter(mends).collect();
        assert!(broken.is_empty() && check.contains("[正常] 期限复核"), "{check}");
    }

    /// The database, opened beside the program.
    pub(crate) async fn open(&self) -> db::Db {
        let file = self.data().join("xiaobao.db").to_string_lossy().into_owned();
        db::Db::open(if self.database.is_empty() { &file } else { &self.database }).await.unwrap()
    }
}

/// A bureau, an officer at its desk, and the token of a program that registers there.
fn staff(tx: &mut db::Tx, ctx: &kernel::Ctx) -> Result<String, web::Problem> {
    let text = |words: &str| words.to_owned();
    let unit =
        NewUnit { code: text("23"), name: text("南岗分局"), kind: text("bureau"), ..NewUnit::default() };
    people::create_unit(tx, ctx, &unit)?;
    let unit = people::unit_by_code(tx, "23")?.unwrap();
    let id = people::create_officer(tx, ctx, "jiedai", "接待", "", false)?;
    people::give_post(tx, ctx, id, unit.id, kernel::Role::Desk, "2020-01-01".parse().unwrap(), None)?;
    let new = api::NewToken {
        label: text("围城"),
        login: text("jiedai"),
        post: None,
        scopes: api::parse_scopes("read,write").unwrap(),
        days: 30,
        per_minute: 60_000,
    };
    Ok(api::create_token(tx, ctx, &new)?.text)
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(mut child) = self.running.take() {
            // The test is over, well or not.
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = fs::remove_dir_all(self.data());
    }
}

pub(crate) fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
