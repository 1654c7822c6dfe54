//! Who carries a notice: an SMS gateway, a mail server, a folder, the citizen's page. Each real, each chosen by
//! configuration; letters and calls are done by people and have pages instead.

pub mod bounces;
pub mod files;
pub mod http;
pub mod mail;
pub mod sms;
mod smtp;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use kernel::NoticeId;

use crate::config::{Config, Email, Files, Sms};

/// A notice on its way out.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// The notice.
    pub notice: NoticeId,
    /// Number or address, in the clear.
    pub to: String,
    /// A line for whoever looks at a list of mail; never personal data.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The mark of its envelope, with which a mail server's report comes back ([`bounces::envelope`]).
    pub envelope: String,
    /// The instant of the try.
    pub at: Timestamp,
}

impl Parcel {
    /// The key by which a gateway knows two requests for one: the same for every try of a notice.
    pub fn key(&self) -> String {
        key(self.notice)
    }

    /// A parcel for trying out a configuration.
    pub fn sample() -> Self {
        Self {
            notice: NoticeId::from_uuid(Default::default()),
            to: "13800000000".to_owned(),
            subject: "告知".to_owned(),
            text: "您的投诉已受理".to_owned(),
            envelope: String::new(),
            at: Timestamp::UNIX_EPOCH,
        }
    }
}

/// The key of a notice: its id without hyphens.
pub fn key(notice: NoticeId) -> String {
    notice.to_string().replace('-', "")
}

/// How a try ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was taken over; the carrier's own number, and words that prove arrival where taking over does.
    Accepted {
        /// The carrier's number.
        id: Option<String>,
        /// Proof of arrival.
        proof: Option<String>,
    },
    /// Not now: surely not sent.
    Later(String),
    /// Never: surely not sent, and another try would not help.
    Refused(String),
    /// It may have been sent or not.
    Unknown(String),
}

/// Who carries what goes by one channel.
#[derive(Clone, Debug)]
pub enum Carrier {
    /// An SMS gateway.
    Gateway(Box<Sms>),
    /// A mail server.
    Mail(Email),
    /// A folder.
    Folder(Files),
    /// The citizen's status page.
    Page,
}

impl Carrier {
    /// Who carries what goes by `channel`; `None` when that is done by hand.
    pub fn of(config: &Config, channel: &str) -> Option<Self> {
        let by_file =
            config.files.as_ref().filter(|files| files.channels.iter().any(|known| known == channel));
        match channel {
            "sms" if config.sms.is_some() => config.sms.clone().map(|sms| Self::Gateway(Box::new(sms))),
            "email" if config.email.is_some() => config.email.clone().map(Self::Mail),
            "web" => config.web.is_some_and(|web| web.on).then_some(Self::Page),
            _ => by_file.cloned().map(Self::Folder),
        }
    }

    /// The word stored with what it carried.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Gateway(_) => "sms",
            Self::Mail(_) => "smtp",
            Self::Folder(_) => "files",
            Self::Page => "web",
        }
    }

    /// Whether a try that may have succeeded can be repeated without the person being told twice. A second e-mail has the
    /// same `Message-ID`, a second file the same name; a gateway says so in the configuration.
    pub const fn repeats_safely(&self) -> bool {
        match self {
            Self::Gateway(sms) => sms.deduplicates,
            Self::Mail(_) | Self::Folder(_) | Self::Page => true,
        }
    }

    /// Sends. Blocks: not for the threads that answer requests, and never inside a transaction.
    pub fn send(&self, config: &Config, data: &Path, parcel: &Parcel) -> Outcome {
        match self {
            Self::Gateway(sms) => sms::send(config, data, sms, parcel),
            Self::Mail(email) => mail::send(config, data, email, parcel),
            Self::Folder(files) => files::send(&folder(data, files), parcel),
            Self::Page => Outcome::Accepted { id: None, proof: None },
        }
    }
}

/// The folder of the file exchange.
pub fn folder(data: &Path, files: &Files) -> PathBuf {
    data.join(&files.folder)
}

/// What the configured authority certifies, as PEM; `None` for the public ones.
fn authority(config: &Config, data: &Path) -> Result<Option<Vec<u8>>, String> {
    let Some(file) = &config.network.ca_file else { return Ok(None) };
    std::fs::read(data.join(file)).map(Some).map_err(|error| format!("根证书文件 {file} 无法读取：{error}"))
}

/// What a machine said, fit for a page: one line, no control characters, not endless.
pub(crate) fn said(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}
