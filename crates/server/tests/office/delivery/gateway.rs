//! An SMS gateway on loopback: reads requests, checks their signature, answers by script, takes two with one key for one.

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader, Read as _},
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
};

use serde_json::Value as Json;

use super::line::{Certificate, Line};

pub(crate) const SECRET: &str = "a secret of sixteen and more";

/// What the gateway does with the next request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Takes it, under this number.
    Ok(&'static str),
    /// Answers this status and text.
    Say(u16, String),
    /// Takes it and closes without an answer.
    Silence,
    /// Takes it and never answers.
    Hold,
    /// Sends the caller elsewhere.
    Redirect(String),
}

/// A request it got.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub headers: Vec<(String, String)>,
    pub body: Json,
    pub genuine: bool,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

#[derive(Default)]
struct Inside {
    script: Vec<Reply>,
    got: Vec<Got>,
    people_told: BTreeSet<String>,
    held: Vec<Box<dyn Line>>,
}

#[derive(Clone)]
pub(crate) struct Gateway {
    pub address: SocketAddr,
    /// Its certificate, when it speaks TLS.
    pub pem: String,
    inside: Arc<Mutex<Inside>>,
}

impl Gateway {
    pub(crate) fn open() -> Self {
        Self::on(None)
    }

    /// With TLS from the first byte.
    pub(crate) fn open_tls() -> Self {
        Self::on(Some(Certificate::new()))
    }

    fn on(certificate: Option<Certificate>) -> Self {
        let pem = certificate.as_ref().map(|own| own.pem.clone()).unwrap_or_default();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let inside = Arc::new(Mutex::new(Inside::default()));
        let shared = Arc::clone(&inside);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                answer(&shared, super::line::wrap(certificate.as_ref(), stream));
            }
        });
        Self { address, pem, inside }
    }

    /// What it does next, in order; afterwards it takes everything.
    pub(crate) fn script(&self, replies: &[Reply]) {
        self.inside.lock().unwrap().script = replies.to_vec();
    }

    /// Every request so far.
    pub(crate) fn got(&self) -> Vec<Got> {
        self.inside.lock().unwrap().got.clone()
    }

    /// How many messages reached a telephone: each key once.
    pub(crate) fn told(&self) -> usize {
        self.inside.lock().unwrap().people_told.len()
    }

    /// The part of `delivery.toml` for it.
    pub(crate) fn toml(&self, more: &str) -> String {
        format!(
            "[network]\nallow = [\"127.0.0.1\"]\n[sms]\nurl = \"http://{}/send\"\naccount = \"nangang\"\nsecret = \"{SECRET}\"\n\
             sign_name = \"【南岗分局】\"\ntimeout_seconds = 1\n{more}\n",
            self.address
        )
    }
}

fn read(stream: &mut Box<dyn Line>) -> Option<Got> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length")?.1.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let text = String::from_utf8(body).ok()?;
    let mut got = Got { headers, body: serde_json::from_str(&text).unwrap(), genuine: false };
    let seconds = got.header("x-xiaobao-timestamp").parse().ok()?;
    let right =
        delivery::sign(delivery::Algorithm::Sm3, SECRET, seconds, got.header("idempotency-key"), &text);
    got.genuine = right == got.header("x-xiaobao-signature");
    Some(got)
}

fn answer(shared: &Mutex<Inside>, mut stream: Box<dyn Line>) {
    let Some(got) = read(&mut stream) else { return };
    let mut inside = shared.lock().unwrap();
    let key = got.header("idempotency-key").to_owned();
    inside.got.push(got);
    let reply = if inside.script.is_empty() { Reply::Ok("G1") } else { inside.script.remove(0) };
    let (status, head, body) = match reply {
        Reply::Ok(id) => (200, String::new(), format!("{{\"code\":\"0\",\"id\":\"{id}\"}}")),
        Reply::Say(status, text) => (status, String::new(), text),
        Reply::Redirect(to) => (302, format!("Location: {to}\r\n"), String::new()),
        Reply::Silence => {
            inside.people_told.insert(key);
            return;
        }
        Reply::Hold => {
            inside.people_told.insert(key);
            inside.held.push(stream);
            return;
        }
    };
    if status == 200 && body.contains("\"code\":\"0\"") {
        inside.people_told.insert(key);
    }
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status} x\r\n{head}Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    stream.write_all(text.as_bytes()).and_then(|()| stream.flush()).unwrap_or_default();
    stream.end();
}
