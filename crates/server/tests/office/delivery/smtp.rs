//! A mail server on loopback: EHLO, MAIL, RCPT, DATA, QUIT, with answers by script.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

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
    inside: Arc<Mutex<Inside>>,
}

impl MailServer {
    pub(crate) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let inside = Arc::new(Mutex::new(Inside::default()));
        let shared = Arc::clone(&inside);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                talk(&shared, &stream);
            }
        });
        Self { address, inside }
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

fn talk(shared: &Mutex<Inside>, stream: &TcpStream) {
    let mut out = stream;
    let mut say = |text: &str| out.write_all(format!("{text}\r\n").as_bytes()).unwrap_or_default();
    say("220 mail.example ESMTP");
    let mut mail = Mail::default();
    let mut lines = BufReader::new(stream).lines();
    while let Some(Ok(line)) = lines.next() {
        let mut inside = shared.lock().unwrap();
        inside.commands.push(line.clone());
        let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        match word.as_str() {
            "EHLO" => say("250-mail.example\r\n250-8BITMIME\r\n250 SMTPUTF8"),
            "MAIL" => {
                mail = Mail { from: line, ..Mail::default() };
                say("250 2.1.0 Ok");
            }
            "RCPT" => {
                let answer = first(&mut inside.rcpt, "250 2.1.5 Ok");
                mail.to.push(line);
                say(answer);
            }
            "DATA" => {
                say("354 go on");
                let body = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".");
                mail.text = body.collect::<Vec<_>>().join("\n");
                let answer = first(&mut inside.data, "250 2.0.0 Ok: queued as 4F2B1C");
                if answer.starts_with('2') {
                    inside.mails.push(mail.clone());
                }
                say(answer);
            }
            "QUIT" => {
                say("221 bye");
                return;
            }
            _ => say("250 Ok"),
        }
    }
}
