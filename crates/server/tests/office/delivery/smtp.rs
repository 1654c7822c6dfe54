//! A mail server on loopback: EHLO, MAIL, RCPT, DATA, QUIT, with answers by script.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
};

use super::line::{Certificate, Line};

/// A message it took.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mail {
    pub from: String,
    pub to: Vec<String>,
    pub text: String,
}

#[derive(Default)]
struct Inside {
    /// Answers to RCPT and to the end of DATA, each used once.
    rcpt: Vec<&'static str>,
    data: Vec<&'static str>,
    mails: Vec<Mail>,
    commands: Vec<String>,
}

#[derive(Clone)]
pub(crate) struct MailServer {
    pub address: SocketAddr,
    /// Its certificate, when it speaks TLS.
    pub pem: String,
    inside: Arc<Mutex<Inside>>,
}

impl MailServer {
    pub(crate) fn open() -> Self {
        Self::on(None)
    }

    /// With TLS from the first byte.
    pub(crate) fn open_tls() -> Self {
        Self::on(Some(Certificate::new()))
    }

    /// Forgets the mail it took.
    pub(crate) fn forget(&self) {
        self.inside.lock().unwrap().mails.clear();
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
                talk(&shared, super::line::wrap(certificate.as_ref(), stream));
            }
        });
        Self { address, pem, inside }
    }

    pub(crate) fn script(&self, rcpt: &[&'static str], data: &[&'static str]) {
        let mut inside = self.inside.lock().unwrap();
        inside.rcpt = rcpt.to_vec();
        inside.data = data.to_vec();
    }

    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.inside.lock().unwrap().mails.clone()
    }

    pub(crate) fn commands(&self) -> Vec<String> {
        self.inside.lock().unwrap().commands.clone()
    }

    pub(crate) fn toml(&self, tls: &str) -> String {
        format!(
            "[network]\nallow = [\"127.0.0.1\"]\n[email]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"{tls}\"\n\
             from = \"南岗分局 <12315@example.gov.cn>\"\ntimeout_seconds = 5\n",
            self.address.port()
        )
    }
}

fn first(list: &mut Vec<&'static str>, usual: &'static str) -> &'static str {
    if list.is_empty() { usual } else { list.remove(0) }
}

/// One line without its end; none when the caller hung up.
fn next(line: &mut BufReader<Box<dyn Line>>) -> Option<String> {
    let mut text = String::new();
    (line.read_line(&mut text).ok()? > 0).then(|| text.trim_end().to_owned())
}

fn talk(shared: &Mutex<Inside>, stream: Box<dyn Line>) {
    let mut line = BufReader::new(stream);
    let say = |line: &mut BufReader<Box<dyn Line>>, text: &str| {
        let out = line.get_mut();
        out.write_all(format!("{text}\r\n").as_bytes()).and_then(|()| out.flush()).unwrap_or_default();
    };
    say(&mut line, "220 mail.example ESMTP");
    let mut mail = Mail::default();
    while let Some(command) = next(&mut line) {
        let mut inside = shared.lock().unwrap();
        inside.commands.push(command.clone());
        let word = command.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        match word.as_str() {
            "EHLO" => say(&mut line, "250-mail.example\r\n250-8BITMIME\r\n250 SMTPUTF8"),
            "MAIL" => {
                mail = Mail { from: command, ..Mail::default() };
                say(&mut line, "250 2.1.0 Ok");
            }
            "RCPT" => {
                mail.to.push(command);
                say(&mut line, first(&mut inside.rcpt, "250 2.1.5 Ok"));
            }
            "DATA" => {
                say(&mut line, "354 go on");
                let body = std::iter::from_fn(|| next(&mut line)).take_while(|text| text != ".");
                mail.text = body.collect::<Vec<_>>().join("\n");
                let answer = first(&mut inside.data, "250 2.0.0 Ok: queued as 4F2B1C");
                if answer.starts_with('2') {
                    inside.mails.push(mail.clone());
                }
                say(&mut line, answer);
            }
            "QUIT" => {
                say(&mut line, "221 bye");
                return;
            }
            _ => say(&mut line, "250 Ok"),
        }
    }
}
