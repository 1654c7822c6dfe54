//! The leanest client there is: one connection, one request at a time, nothing parsed that is not needed.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

/// What came back.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub status: u16,
    /// `Location`.
    pub location: String,
    /// `Retry-After` was given.
    pub retry_after: bool,
    pub body: String,
    pub took: Duration,
}

/// Somebody signed in, on a connection of his own.
pub struct Client {
    address: SocketAddr,
    cookie: String,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Client {
    pub fn new(address: SocketAddr, cookie: &str) -> Self {
        Self { address, cookie: cookie.to_owned(), stream: None, buffer: Vec::new() }
    }

    /// The same connection in the name of somebody else.
    pub fn become_(&mut self, cookie: &str) {
        cookie.clone_into(&mut self.cookie);
    }

    pub fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.send("GET", path, "", "")
    }

    /// What a script asks for: a part of the page.
    pub fn part(&mut self, path: &str, form: &[(&str, &str)]) -> io::Result<Answer> {
        let body = serde_urlencoded::to_string(form).expect("a form");
        self.send("POST", path, "x-part: advice\r\n", &body)
    }

    pub fn post(&mut self, path: &str, form: &[(&str, &str)]) -> io::Result<Answer> {
        let body = serde_urlencoded::to_string(form).expect("a form");
        self.send("POST", path, "", &body)
    }

    fn send(&mut self, method: &str, path: &str, more: &str, body: &str) -> io::Result<Answer> {
        let began = Instant::now();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncookie: xb_session={}\r\nsec-fetch-site: same-origin\r\n\
             content-type: application/x-www-form-urlencoded\r\n{more}content-length: {}\r\n\r\n{body}",
            self.address,
            self.cookie,
            body.len()
        );
        // A connection that the server closed while it was idle is opened once more; nothing was taken by it then.
        let fresh = self.stream.is_none();
        let answer = match self.exchange(&request) {
            Err(error) if !fresh && error.kind() != io::ErrorKind::TimedOut && self.buffer.is_empty() => {
                self.stream = None;
                if method == "GET" { self.exchange(&request) } else { Err(error) }
            }
            other => other,
        };
        if answer.is_err() {
            self.stream = None;
        }
        answer.map(|answer| Answer { took: began.elapsed(), ..answer })
    }

    fn exchange(&mut self, request: &str) -> io::Result<Answer> {
        if self.stream.is_none() {
            let stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(10))?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(Duration::from_secs(60)))?;
            self.stream = Some(stream);
        }
        self.buffer.clear();
        let stream = self.stream.as_mut().expect("just opened");
        stream.write_all(request.as_bytes())?;
        read(stream, &mut self.buffer)
    }
}

fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<Answer> {
    let mut part = [0_u8; 16_384];
    let mut head = None;
    loop {
        if head.is_none() {
            head = buffer.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4);
        }
        if let Some(end) = head {
            let (answer, length) = parse(&buffer[..end])?;
            if buffer.len() >= end + length {
                let body = String::from_utf8_lossy(&buffer[end..end + length]).into_owned();
                return Ok(Answer { body, ..answer });
            }
        }
        let count = stream.read(&mut part)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        buffer.extend_from_slice(&part[..count]);
    }
}

/// The head: status, and the bytes of the body.
fn parse(head: &[u8]) -> io::Result<(Answer, usize)> {
    let text = String::from_utf8_lossy(head);
    let mut lines = text.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let mut answer = Answer { status: status.ok_or(io::ErrorKind::InvalidData)?, ..Answer::default() };
    let mut length = 0;
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().map_err(|_| io::ErrorKind::InvalidData)?,
            "transfer-encoding" => return Err(io::Error::other("an answer in chunks")),
            "location" => value.clone_into(&mut answer.location),
            "retry-after" => answer.retry_after = true,
            _ => {}
        }
    }
    Ok((answer, length))
}

/// The session cookie that an answer sets; for signing in.
pub fn sign_in(address: SocketAddr, login: &str, code: &str, password: &str) -> io::Result<String> {
    let body = serde_urlencoded::to_string([
        ("login", login),
        ("code", code),
        ("password", password),
        ("again", password),
    ])
    .expect("a form");
    let mut stream = TcpStream::connect(address)?;
    let request = format!(
        "POST /sign-in/code HTTP/1.1\r\nhost: {address}\r\nsec-fetch-site: same-origin\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes())?;
    let mut text = Vec::new();
    stream.read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    let cookie = text.split("xb_session=").nth(1).and_then(|rest| rest.split(';').next());
    cookie.map(str::to_owned).ok_or_else(|| io::Error::other(format!("no session for {login}: {text}")))
}
