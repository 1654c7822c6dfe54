//! The talk with a mail server (RFC 5321, STARTTLS RFC 3207, delivery reports RFC 3461): one message on one line.
//!
//! Commands and answers are written and read by `lettre`; the line is ours. An answer is read to its end and no further:
//! whatever somebody on the line put behind it in the clear meets the handshake and breaks it, instead of being taken for
//! what the server says under TLS (STARTTLS response injection).

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
    time::Duration,
};

use lettre::{
    Address,
    transport::smtp::{
        authentication::{Credentials, DEFAULT_MECHANISMS},
        commands::{Auth, Data, Ehlo, Mail, Quit, Rcpt, Starttls},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter, RcptParameter, ServerInfo},
        response::Response,
    },
};
use rustls::{ClientConfig, ClientConnection, StreamOwned, pki_types::ServerName};

use super::said;
use crate::config::Line;

/// Bytes of an answer; longer ones break the line.
const ANSWER: usize = 16 * 1024;
/// Questions of a sign-in.
const CHALLENGES: usize = 5;

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The server does not want this message or this person: 5xx to MAIL, RCPT or DATA.
    Refused(String),
    /// Everything else: the line broke, is not protected, or the server said "not now".
    Line(String),
}

/// Where and how to connect.
pub(super) struct Door<'a> {
    /// An address that was judged.
    pub address: SocketAddr,
    /// The name that the certificate must have.
    pub host: &'a str,
    /// How the line is protected.
    pub line: Line,
    /// What certifies the server.
    pub tls: Arc<ClientConfig>,
    /// Our own name.
    pub hello: ClientId,
    /// Patience with each answer.
    pub patience: Duration,
    /// Account and password.
    pub credentials: Option<Credentials>,
}

/// What is sent.
pub(super) struct Letter<'a> {
    /// The sender.
    pub from: Address,
    /// The one recipient.
    pub to: Address,
    /// Head and body.
    pub text: &'a [u8],
    /// The mark that reports come back with (ENVID); `None` where nobody takes reports in.
    pub envelope: Option<&'a str>,
}

/// A message that was taken.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    /// What the server said.
    pub words: String,
    /// Whether it promised a report.
    pub reports: bool,
}

enum Wire {
    Plain(TcpStream),
    Sealed(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Wire {
    fn open(door: &Door<'_>) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&door.address, door.patience)?;
        stream.set_read_timeout(Some(door.patience))?;
        stream.set_write_timeout(Some(door.patience))?;
        if door.line == Line::Wrapped { Self::Plain(stream).sealed(door) } else { Ok(Self::Plain(stream)) }
    }

    /// The same line under TLS, once the server has proved who it is.
    fn sealed(self, door: &Door<'_>) -> io::Result<Self> {
        let Self::Plain(mut stream) = self else { return Ok(self) };
        let name = ServerName::try_from(door.host.to_owned()).map_err(io::Error::other)?;
        let mut connection = ClientConnection::new(Arc::clone(&door.tls), name).map_err(io::Error::other)?;
        while connection.is_handshaking() {
            connection.complete_io(&mut stream)?;
        }
        Ok(Self::Sealed(Box::new(StreamOwned::new(connection, stream))))
    }

    fn read_byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        match self {
            Self::Plain(stream) => stream.read_exact(&mut byte)?,
            Self::Sealed(stream) => stream.read_exact(&mut byte)?,
        }
        Ok(byte[0])
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.write_all(bytes),
            Self::Sealed(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        }
    }
}

/// A line on which the server has said what it can do.
struct Session {
    wire: Wire,
    info: ServerInfo,
    /// Whether it announced delivery reports.
    reports: bool,
}

fn broken(error: &io::Error) -> Failure {
    Failure::Line(said(&error.to_string()))
}

/// What the server said, `550 5.1.1 no such user`.
fn words(response: &Response) -> String {
    said(&format!("{} {}", response.code(), response.message().collect::<Vec<_>>().join(" ")))
}

/// Reads one answer, byte by byte: nothing behind it is touched.
fn answer(wire: &mut Wire) -> Result<Response, Failure> {
    let (mut text, mut start) = (Vec::new(), 0);
    loop {
        text.push(wire.read_byte().map_err(|error| broken(&error))?);
        if text.len() > ANSWER {
            return Err(Failure::Line("服务器的答复过长".to_owned()));
        }
        if text.last() == Some(&b'\n') {
            if text.get(start + 3) != Some(&b'-') {
                break;
            }
            start = text.len();
        }
    }
    let text = String::from_utf8_lossy(&text);
    text.parse().map_err(|_| Failure::Line(format!("服务器的答复不能识别：{}", said(&text))))
}

impl Session {
    fn open(door: &Door<'_>) -> Result<Self, Failure> {
        let mut wire = Wire::open(door).map_err(|error| broken(&error))?;
        wanted(answer(&mut wire)?)?;
        let mut session = Self::hello(wire, door)?;
        if door.line == Line::Starttls {
            if !session.info.supports_feature(Extension::StartTls) {
                session.leave();
                return Err(Failure::Line("服务器没有提供 STARTTLS，邮件没有交给它".to_owned()));
            }
            wanted(session.say(&Starttls.to_string())?)?;
            let wire = session.wire.sealed(door).map_err(|error| broken(&error))?;
            // What was said in the clear counts for nothing.
            session = Self::hello(wire, door)?;
        }
        if let Some(credentials) = &door.credentials {
            session.sign_in(credentials)?;
        }
        Ok(session)
    }

    fn hello(mut wire: Wire, door: &Door<'_>) -> Result<Self, Failure> {
        let hello = Ehlo::new(door.hello.clone()).to_string();
        wire.write(hello.as_bytes()).map_err(|error| broken(&error))?;
        let response = wanted(answer(&mut wire)?)?;
        let reports = response.message().any(|line| line.trim().eq_ignore_ascii_case("DSN"));
        let info = ServerInfo::from_response(&response).map_err(|_| Failure::Line(words(&response)))?;
        Ok(Self { wire, info, reports })
    }

    fn say(&mut self, command: &str) -> Result<Response, Failure> {
        self.wire.write(command.as_bytes()).map_err(|error| broken(&error))?;
        answer(&mut self.wire)
    }

    fn sign_in(&mut self, credentials: &Credentials) -> Result<(), Failure> {
        let none = || Failure::Line("服务器没有提供可用的登录方式".to_owned());
        let mechanism = self.info.get_auth_mechanism(DEFAULT_MECHANISMS).ok_or_else(none)?;
        let odd = |_| Failure::Line("服务器的登录问答不能识别".to_owned());
        let begin = Auth::new(mechanism, credentials.clone(), None).map_err(odd)?;
        let mut response = self.say(&begin.to_string())?;
        for _ in 0..CHALLENGES {
            if !response.has_code(334) {
                break;
            }
            let next = Auth::new_from_response(mechanism, credentials.clone(), &response).map_err(odd)?;
            response = self.say(&next.to_string())?;
        }
        if response.has_code(235) { Ok(()) } else { Err(Failure::Line(words(&response))) }
    }

    fn send(&mut self, letter: &Letter<'_>) -> Result<Taken, Failure> {
        let envelope = letter.envelope.filter(|_| self.reports);
        let from = Mail::new(Some(letter.from.clone()), self.parameters(letter, envelope)?);
        message(self.say(&from.to_string())?)?;
        let notify = envelope.map(|_| RcptParameter::Other {
            keyword: "NOTIFY".to_owned(),
            value: Some("SUCCESS,FAILURE".to_owned()),
        });
        let to = Rcpt::new(letter.to.clone(), notify.into_iter().collect());
        message(self.say(&to.to_string())?)?;
        message(self.say(&Data.to_string())?)?;
        self.wire.write(&dotted(letter.text)).map_err(|error| broken(&error))?;
        let response = message(answer(&mut self.wire)?)?;
        Ok(Taken { words: words(&response), reports: envelope.is_some() })
    }

    fn parameters(&self, letter: &Letter<'_>, envelope: Option<&str>) -> Result<Vec<MailParameter>, Failure> {
        let mut parameters = Vec::new();
        let beyond = [&letter.from, &letter.to].iter().any(|address| !address.to_string().is_ascii());
        if beyond && !self.info.supports_feature(Extension::SmtpUtfEight) {
            return Err(Failure::Refused("服务器不支持这种邮箱地址".to_owned()));
        }
        if beyond {
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !letter.text.is_ascii() {
            if !self.info.supports_feature(Extension::EightBitMime) {
                return Err(Failure::Line("服务器不支持 8BITMIME".to_owned()));
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        if let Some(envelope) = envelope {
            let other = |keyword: &str, value: &str| MailParameter::Other {
                keyword: keyword.to_owned(),
                value: Some(value.to_owned()),
            };
            // A report with the heads only: the text does not travel again.
            parameters.extend([other("RET", "HDRS"), other("ENVID", envelope)]);
        }
        Ok(parameters)
    }

    /// Says goodbye; whether it is heard does not matter.
    fn leave(&mut self) {
        let _ = self.wire.write(Quit.to_string().as_bytes());
    }
}

/// An answer that lets the talk go on.
fn wanted(response: Response) -> Result<Response, Failure> {
    if response.is_positive() { Ok(response) } else { Err(Failure::Line(words(&response))) }
}

/// An answer about the message itself: a lasting no is the person's or the message's, except that 53x ask for another account.
fn message(response: Response) -> Result<Response, Failure> {
    let code = response.code().to_string();
    if code.starts_with('5') && !["530", "534", "535", "538"].contains(&code.as_str()) {
        return Err(Failure::Refused(words(&response)));
    }
    wanted(response)
}

/// The text with doubled dots at the beginnings of lines, and its end.
fn dotted(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 8);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(line);
    }
    if !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

/// Sends one message. Blocks.
///
/// # Errors
/// Why it was not taken.
pub(super) fn send(door: &Door<'_>, letter: &Letter<'_>) -> Result<Taken, Failure> {
    let mut session = Session::open(door)?;
    let outcome = session.send(letter);
    session.leave();
    outcome
}

#[cfg(test)]
mod tests {
    use super::dotted;

    #[test]
    fn sec_31_no_line_of_a_text_ends_the_message() {
        assert_eq!(dotted(b".\r\n..\r\na.\r\n"), b"..\r\n...\r\na.\r\n.\r\n");
        assert_eq!(dotted(b"a\n.\nb"), b"a\n..\nb\r\n.\r\n");
    }
}
