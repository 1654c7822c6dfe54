//! Programs that register complaints and keep every acknowledged number, on the disk, before they go on.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::Value as Json;

/// An answer of the program.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

fn send(port: u16, request: &str) -> Option<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
    stream.write_all(request.as_bytes()).ok()?;
    let mut text = Vec::new();
    stream.read_to_end(&mut text).ok()?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    // An answer that was cut off is none.
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    if length.is_some_and(|length: usize| length != body.len()) {
        return None;
    }
    Some(Answer { status, head: head.to_lowercase(), body: body.to_owned() })
}

/// `None` when nothing, or not all of it, came back.
pub(crate) fn get(port: u16, path: &str, token: &str) -> Option<Answer> {
    let host = format!("Host: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}");
    send(port, &format!("GET {path} HTTP/1.1\r\n{host}\r\n\r\n"))
}

/// Registers a complaint whose facts carry `mark`.
pub(crate) fn register(port: u16, token: &str, mark: &str) -> Option<Answer> {
    let body = serde_json::json!({
        "kind": "complaint", "channel": "phone", "name": "王芳", "phone": "13812345678", "address": "南岗区测试街1号",
        "respondent_name": "好再来超市", "facts": format!("购买的牛奶已经变质，要求退货退款。单号{mark}。"),
        "goods": "G01.10", "problem": "P02.01", "amount": "68.50", "demands": ["refund"]
    })
    .to_string();
    let head = format!(
        "Host: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: siege-{mark}\r\n\
         Content-Type: application/json\r\nContent-Length: {}",
        body.len()
    );
    send(port, &format!("POST /api/v1/matters HTTP/1.1\r\n{head}\r\n\r\n{body}"))
}

/// What the clients of one round saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) acknowledged: AtomicUsize,
    /// Answers that say no.
    pub(crate) refused: AtomicUsize,
    /// The marks of those whose answer was that nothing of them was stored.
    pub(crate) not_stored: Mutex<Vec<String>>,
    /// Requests without an answer.
    pub(crate) silent: AtomicUsize,
}

impl Seen {
    pub(crate) fn acknowledged(&self) -> usize {
        self.acknowledged.load(Ordering::Relaxed)
    }
}

/// One client, until `stop`, at most 2,000 requests: each acknowledged write is in `file`, a line `number mark`, before the
/// next request. A refusal must say what became of the write.
pub(crate) fn write_until(port: u16, token: &str, name: &str, file: &Path, stop: &AtomicBool, seen: &Seen) {
    let mut kept = fs::OpenOptions::new().create(true).append(true).open(file).unwrap();
    for at in 0..2_000 {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let mark = format!("{name}x{at}");
        match register(port, token, &mark) {
            Some(answer) if answer.status == 201 => {
                let number = answer.json()["matter"]["number"].as_str().unwrap().to_owned();
                kept.write_all(format!("{number} {mark}\n").as_bytes()).unwrap();
                seen.acknowledged.fetch_add(1, Ordering::Relaxed);
            }
            Some(answer) => {
                let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
                // Not stored, or, when the connection broke at the commit itself, not known: both are said.
                let told = match answer.status {
                    503 => detail.contains("没有保存任何内容"),
                    409 => detail.contains("无法确认是否已保存"),
                    _ => false,
                };
                assert!(told, "{} {}", answer.status, answer.body);
                if answer.status == 503 {
                    seen.not_stored.lock().unwrap().push(mark);
                }
                seen.refused.fetch_add(1, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(20));
            }
            None => {
                seen.silent.fetch_add(1, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }
}
