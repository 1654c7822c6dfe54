//! A mail server on loopback: EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, QUIT, with answers by script.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
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
    /// Every command, and whether it came under TLS.
    commands: Vec<(bool, String)>,
}

/// What the server says of itself and how it protects its line.
#[derive(Clone, Default)]
pub(crate) struct Speech {
    /// Its certificate, when it speaks TLS.
    pub certificate: Option<Arc<Certificate>>,
    /// TLS by STARTTLS; without it from the first byte.
    pub starttls: bool,
    /// Further lines of EHLO.
    pub offers: &'static [&'static str],
    /// What somebody on the line puts behind the answer to STARTTLS, still in the clear.
    pub injected: &'static str,
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
        Self::speaking(Speech::default())
    }

    /// With TLS from the first byte.
    pub(crate) fn open_tls() -> Self {
        Self::speaking(Speech { certificate: Some(Arc::new(Certificate::new())), ..Speech::default() })
    }

    /// That begins in the clear and protects the line when it is asked to; it wants a password.
    pub(crate) fn open_starttls(injected: &'static str) -> Self {
        Self::speaking(Speech {
            certificate: Some(Arc::new(Certificate::new())),
            starttls: true,
            offers: &["AUTH PLAIN LOGIN"],
            injected,
        })
    }

    /// That promises delivery reports (RFC 3461).
    pub(crate) fn open_reporting() -> Self {
        Self::speaking(Speech { offers: &["DSN"], ..Speech::default() })
    }

    /// Forgets the mail it took.
    pub(crate) fn forget(&self) {
        self.inside.lock().unwrap().mails.clear();
    }

    pub(crate) fn speaking(speech: Speech) -> Self {
        let pem = speech.certificate.as_ref().map(|own| own.pem.clone()).unwrap_or_default();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let inside = Arc::new(Mutex::new(Inside::default()));
        let shared = Arc::clone(&inside);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                talk(&shared, &speech, &stream);
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

    /// The words it heard under TLS, or in the clear.
    pub(crate) fn heard(&self, protected: bool) -> Vec<String> {
        let inside = self.inside.lock().unwrap();
        inside.commands.iter().filter(|(tls, _)| *tls == protected).map(|(_, words)| words.clone()).collect()
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

fn say(line: &mut BufReader<Box<dyn Line>>, text: &str) {
    let out = line.get_mut();
    out.write_all(format!("{text}\r\n").as_bytes()).and_then(|()| out.flush()).unwrap_or_default();
}

fn greeting(speech: &Speech, protected: bool) -> String {
    let mut lines = vec!["mail.example", "8BITMIME"];
    if speech.starttls && !protected {
        lines.push("STARTTLS");
    }
    lines.extend(speech.offers);
    let all = lines.iter().map(|line| format!("250-{line}\r\n")).collect::<String>();
    format!("{all}250 SMTPUTF8")
}

fn talk(shared: &Mutex<Inside>, speech: &Speech, stream: &TcpStream) {
    let own = speech.certificate.as_deref();
    let mut protected = own.is_some() && !speech.starttls;
    let wrapped = own.filter(|_| protected);
    let mut line = BufReader::new(super::line::wrap(wrapped, stream.try_clone().unwrap()));
    say(&mut line, "220 mail.example ESMTP");
    let mut mail = Mail::default();
    while let Some(command) = next(&mut line) {
        let mut inside = shared.lock().unwrap();
        inside.commands.push((protected, command.clone()));
        let word = command.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        match word.as_str() {
            "EHLO" => say(&mut line, &greeting(speech, protected)),
            "STARTTLS" if speech.starttls && !protected => {
                say(&mut line, &format!("220 go ahead{}", speech.injected));
                line = BufReader::new(super::line::wrap(own, stream.try_clone().unwrap()));
                protected = true;
            }
            "AUTH" => say(&mut line, "235 2.7.0 welcome"),
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
