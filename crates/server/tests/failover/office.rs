//! The program itself on the cluster, started once, asked over HTTP.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::Duration,
};

use kernel::{Entropy, hex};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::cluster::Cluster;

const PROGRAM: &str = env!("CARGO_BIN_EXE_xiaobao");

/// An answer; status 0 when the connection broke.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Answer {
    /// The number of the matter that was made.
    pub(crate) fn number(&self) -> String {
        let body = self.text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        let found: Value = serde_json::from_str(body).expect("an answer in JSON");
        let place =
            found.pointer("/location").or_else(|| found.pointer("/data/location")).and_then(Value::as_str);
        place.and_then(|place| place.rsplit('/').next()).expect(&self.text).to_owned()
    }
}

pub(crate) struct Office {
    program: Mutex<Child>,
    folder: PathBuf,
    port: u16,
    token: String,
    cookie: String,
}

/// A command of the program on the cluster.
fn command(folder: &Path, cluster: &Cluster) -> Command {
    let mut command = Command::new(PROGRAM);
    command.env("XIAOBAO_DATA", folder).env("XIAOBAO_DATABASE", &cluster.database);
    command.env("XIAOBAO_REPLICA", &cluster.replica);
    command
}

/// Founds a small demo bureau; the login and one-time code of the head of an office.
async fn found(folder: &Path, cluster: &Cluster) -> (String, String) {
    let app = server::open(folder, &cluster.database, true).await.unwrap().app;
    assert!(server::demo::fill_with(&app, 20, 40).await.unwrap());
    let codes = server::demo::codes(&app).await.unwrap();
    let (login, code, _) = codes.into_iter().find(|(.., post)| post.contains("科所长")).unwrap();
    app.db.close().await;
    (login, code)
}

impl Office {
    /// The demo bureau, with a token of the head of an office and the same person signed in on the pages.
    pub(crate) async fn start(cluster: &Cluster) -> Self {
        let folder =
            std::env::temp_dir().join(format!("xiaobao-ha-data-{}", hex(&Entropy::machine().bytes::<4>())));
        fs::create_dir_all(&folder).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (login, code) = found(&folder, cluster).await;
        let program = command(&folder, cluster)
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut office =
            Self { program: Mutex::new(program), folder, port, token: String::new(), cookie: String::new() };
        for _ in 0..240 {
            if office.ask("GET", "/alive", "text/plain", "", "").await.status == 200 {
                break;
            }
            assert!(office.is_running(), "the program ended");
            sleep(Duration::from_millis(250)).await;
        }
        let made = command(&office.folder, cluster)
            .args([
                "token",
                "create",
                "--officer",
                &login,
                "--per-minute",
                "60000",
                "--scope",
                "read",
                "--scope",
                "write",
            ])
            .args(["--scope", "personal"])
            .output()
            .unwrap();
        office.token = String::from_utf8_lossy(&made.stdout).trim().to_owned();
        let form =
            format!("login={login}&code={code}&password=xiaobao-long-words-1&again=xiaobao-long-words-1");
        let answer =
            office.ask("POST", "/sign-in/code", "application/x-www-form-urlencoded", "", &form).await;
        let cookies = answer.text.lines().filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("set-cookie").then(|| value.split(';').next())?
        });
        office.cookie = cookies.map(str::trim).collect::<Vec<_>>().join("; ");
        assert_eq!(answer.status, 303, "{}", answer.text);
        office
    }

    pub(crate) fn is_running(&self) -> bool {
        self.program.lock().unwrap().try_wait().unwrap().is_none()
    }

    /// One request of the interface.
    pub(crate) async fn api(&self, method: &str, path: &str, body: &str) -> Answer {
        self.ask(method, path, "application/json", &format!("Authorization: Bearer {}\r\n", self.token), body)
            .await
    }

    /// One page, as the signed-in officer.
    pub(crate) async fn page(&self, path: &str) -> Answer {
        self.ask("GET", path, "text/plain", &format!("Cookie: {}\r\n", self.cookie), "").await
    }

    /// `xiaobao audit verify`.
    pub(crate) fn verify(&self, cluster: &Cluster) -> (bool, String) {
        let outcome = command(&self.folder, cluster).args(["audit", "verify"]).output().unwrap();
        let words = [outcome.stdout, outcome.stderr].concat();
        (outcome.status.success(), String::from_utf8_lossy(&words).into_owned())
    }

    async fn ask(&self, method: &str, path: &str, media: &str, more: &str, body: &str) -> Answer {
        let host = format!("127.0.0.1:{}", self.port);
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nConnection: close\r\n{more}\
             Content-Type: {media}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let talk = async {
            let mut stream = TcpStream::connect(&host).await?;
            stream.write_all(head.as_bytes()).await?;
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).await?;
            Ok::<_, std::io::Error>(String::from_utf8_lossy(&bytes).into_owned())
        };
        let text =
            timeout(Duration::from_secs(90), talk).await.expect("an answer in time").unwrap_or_default();
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Answer { status, text }
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        let mut program = self.program.lock().unwrap();
        let _ = program.kill();
        let _ = program.wait();
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("the data folder stays: {error}");
        }
    }
}
