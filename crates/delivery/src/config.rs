//! `delivery.toml` in the data folder: by what the bureau sends. Without the file nothing is sent by the program and every
//! notice is given by hand. The file holds secrets, so it belongs to the program's user alone.

use std::{collections::BTreeMap, fmt, fs, path::Path};

use serde::Deserialize;
use web::{Problem, Result};

use crate::{
    address::{Reachable, check_host},
    sign::Algorithm,
};

/// The file's name in the data folder.
pub const FILE: &str = "delivery.toml";

/// A secret: never printed.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The secret itself, for whoever signs or signs in with it.
    pub fn open(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the program may connect to.
    pub network: Network,
    /// The SMS gateway.
    pub sms: Option<Sms>,
    /// The mail server.
    pub email: Option<Email>,
    /// Messages on the citizen's status page.
    pub web: Option<Web>,
    /// A folder from which another program fetches what is to be sent.
    pub files: Option<Files>,
    #[serde(skip)]
    reach: Reachable,
}

/// Where the program may connect to.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Network {
    /// Inner addresses and ranges that may be reached, e.g. `"127.0.0.1"`, `"10.1.0.0/16"`. Public ones need no entry.
    pub allow: Vec<String>,
    /// A PEM file, in the data folder, with the root certificates of the bureau's own authority; public ones without it.
    pub ca_file: Option<String>,
}

/// An SMS gateway that speaks HTTP with JSON.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sms {
    /// Where messages are posted.
    pub url: String,
    /// The account, sent as `X-Xiaobao-Account` and as `{{ account }}` of the body.
    #[serde(default)]
    pub account: String,
    /// The secret that signs requests and reports.
    pub secret: Secret,
    /// `hmac-sm3` or `hmac-sha256`.
    #[serde(default)]
    pub signature: Algorithm,
    /// The bureau's 短信签名 with its brackets, put before the text and counted with it.
    #[serde(default)]
    pub sign_name: String,
    /// Whether the gateway takes two requests with one `Idempotency-Key` as one: only then is one without an answer repeated.
    #[serde(default)]
    pub deduplicates: bool,
    /// Seconds to wait for an answer.
    #[serde(default = "twenty")]
    pub timeout_seconds: u64,
    /// The JSON body; texts in it may hold `{{ to }}`, `{{ text }}`, `{{ key }}`, `{{ account }}`, `{{ time }}`.
    #[serde(default = "usual_body")]
    pub body: toml::Table,
    /// How the answer is read.
    #[serde(default)]
    pub answer: Answer,
    /// How delivery reports are read, posted to `/delivery/sms/report` or fetched from `poll_url`.
    #[serde(default)]
    pub report: Reports,
    /// Where reports are fetched, when the gateway cannot post them.
    pub poll_url: Option<String>,
}

/// How a gateway's answer is read: JSON pointers (RFC 6901).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Answer {
    /// Where it says whether it took the message.
    pub ok: String,
    /// The words that mean yes.
    pub ok_is: Vec<String>,
    /// The words that mean "later": too many at once, account empty.
    pub later_is: Vec<String>,
    /// Its own number for the message.
    pub id: String,
    /// Why not.
    pub reason: String,
}

/// How a delivery report is read: JSON pointers into each report.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reports {
    /// Where the list of reports is; empty when the message is the list or one report.
    pub list: String,
    /// The gateway's number for the message.
    pub id: String,
    /// Our key, when the gateway gives it back.
    pub key: String,
    /// What became of it.
    pub status: String,
    /// The words that mean "arrived".
    pub delivered: Vec<String>,
    /// The words that mean "will not arrive"; other words are no result.
    pub failed: Vec<String>,
    /// When, as RFC 3339 or milliseconds since 1970.
    pub at: String,
    /// Why not.
    pub reason: String,
}

/// How the line to the mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// In the clear at first, then TLS or nothing.
    #[default]
    Starttls,
    /// TLS from the first byte.
    #[serde(rename = "tls")]
    Wrapped,
    /// In the clear; on this machine only.
    None,
}

/// A mail server that takes the bureau's mail.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Email {
    /// Its name or address.
    pub host: String,
    /// Its port; by `tls` 587, 465 or 25.
    pub port: Option<u16>,
    /// How the line is protected.
    #[serde(default)]
    pub tls: Line,
    /// The account; none when the server asks for none.
    pub user: Option<String>,
    /// Its password.
    #[serde(default)]
    pub password: Secret,
    /// The sender, `南岗分局 <12315@example.gov.cn>`.
    pub from: String,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// Whether the server's acceptance proves that the person was told. Without it somebody must enter a proof.
    #[serde(default = "yes")]
    pub acceptance_proves: bool,
    /// The folder (maildir, or single files) with the mail that comes back to `from`, in the data folder unless it begins
    /// with `/`. With it the server is asked for delivery reports, and its report is the proof where it promises one.
    pub reports: Option<String>,
    /// Seconds to wait for each answer.
    #[serde(default = "twenty")]
    pub timeout_seconds: u64,
}

/// Messages on the citizen's status page.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    /// Whether a web notice counts as sent once it stands there; it counts as told when it was read.
    pub on: bool,
}

/// A folder from which another program fetches what is to be sent, and puts results.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    /// The folder, in the data folder unless it begins with `/`.
    pub folder: String,
    /// What goes there: `sms`, `email`.
    pub channels: Vec<String>,
}

const fn twenty() -> u64 {
    20
}

const fn yes() -> bool {
    true
}

fn usual_body() -> toml::Table {
    let fields =
        [("account", "{{ account }}"), ("to", "{{ to }}"), ("text", "{{ text }}"), ("key", "{{ key }}")];
    fields.map(|(name, words)| (name.to_owned(), words.into())).into_iter().collect()
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|&word| word.to_owned()).collect()
}

impl Default for Answer {
    fn default() -> Self {
        let (ok, id, reason) = ("/code".into(), "/id".into(), "/message".into());
        Self { ok, ok_is: words(&["0", "ok", "OK"]), later_is: Vec::new(), id, reason }
    }
}

impl Default for Reports {
    fn default() -> Self {
        Self {
            list: String::new(),
            id: "/id".into(),
            key: "/key".into(),
            status: "/status".into(),
            delivered: words(&["DELIVRD", "delivered"]),
            failed: words(&["UNDELIV", "EXPIRED", "REJECTD", "DELETED", "failed"]),
            at: "/at".into(),
            reason: "/reason".into(),
        }
    }
}

impl Config {
    /// Reads the file in `data`; none there is a configuration too, by which nothing is sent.
    ///
    /// # Errors
    /// [`Problem::Malformed`] with a sentence that names the line and what to mend.
    pub fn read(data: &Path) -> Result<Self> {
        match fs::read_to_string(data.join(FILE)) {
            Ok(text) => Self::parse(&text).map_err(|words| Problem::Malformed(format!("{FILE} {words}"))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Problem::Malformed(format!("{FILE} 无法读取：{error}"))),
        }
    }

    /// Reads the text of the file.
    ///
    /// # Errors
    /// What to mend, in a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut config: Self = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start.min(text.len()));
            let line = text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
            format!("第 {line} 行：{}", sentence(error.message()))
        })?;
        config.reach =
            Reachable::parse(&config.network.allow).map_err(|words| format!("[network] allow：{words}"))?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        if let Some(sms) = &self.sms {
            sms.check()?;
        }
        if let Some(email) = &self.email {
            check_host(&email.host).map_err(|words| format!("[email] host：{words}"))?;
            crate::carriers::mail::sender(email)?;
        }
        for channel in self.files.iter().flat_map(|files| &files.channels) {
            let twice = match channel.as_str() {
                "sms" => self.sms.is_some(),
                "email" => self.email.is_some(),
                other => return Err(format!("[files] channels：“{other}”不能用文件发送，只能是 sms、email")),
            };
            if twice {
                return Err(format!("{channel} 同时写在 [files] 和 [{channel}] 中，请只留一处"));
            }
        }
        Ok(())
    }

    /// Where the program may connect to.
    pub const fn reach(&self) -> &Reachable {
        &self.reach
    }

    /// The folders, relative to the data folder, in which messages lie in the clear.
    pub fn folders(&self) -> Vec<std::path::PathBuf> {
        let files = self.files.as_ref().map(|files| &files.folder);
        let reports = self.email.as_ref().and_then(|email| email.reports.as_ref());
        files.into_iter().chain(reports).map(Into::into).collect()
    }

    /// The channels by which the program sends.
    pub fn channels(&self) -> Vec<&'static str> {
        let by_file = |channel: &str| {
            self.files.as_ref().is_some_and(|files| files.channels.iter().any(|known| known == channel))
        };
        let all = [
            ("sms", self.sms.is_some() || by_file("sms")),
            ("email", self.email.is_some() || by_file("email")),
            ("web", self.web.is_some_and(|web| web.on)),
        ];
        all.into_iter().filter(|(_, on)| *on).map(|(channel, _)| channel).collect()
    }

    /// What is configured, for the health page: no secrets, no accounts.
    pub fn summary(&self) -> BTreeMap<&'static str, String> {
        let mut lines = BTreeMap::new();
        if let Some(sms) = &self.sms {
            let repeat = if sms.deduplicates { "网关去重" } else { "没有答复不重发" };
            let reports = if sms.poll_url.is_some() { "主动查询回执" } else { "网关推送回执" };
            lines.insert("短信", format!("网关 {}，{repeat}，{reports}", host(&sms.url)));
        }
        if let Some(email) = &self.email {
            let reports = email.reports.as_ref().map(|folder| format!("，投递报告在文件夹 {folder}"));
            lines.insert("电子邮件", format!("邮件服务器 {}{}", email.host, reports.unwrap_or_default()));
        }
        if self.web.is_some_and(|web| web.on) {
            lines.insert("互联网", "群众凭收据编号查看".to_owned());
        }
        if let Some(files) = &self.files {
            lines.insert("文件交换", format!("文件夹 {}（{}）", files.folder, files.channels.join("、")));
        }
        lines
    }
}

impl Sms {
    fn check(&self) -> Result<(), String> {
        for (name, url) in [("url", Some(&self.url)), ("poll_url", self.poll_url.as_ref())] {
            let Some(url) = url else { continue };
            crate::carriers::http::endpoint(url).map_err(|words| format!("[sms] {name}：{words}"))?;
        }
        if self.secret.open().chars().count() < 16 {
            return Err("[sms] secret 太短，至少 16 个字符".to_owned());
        }
        crate::carriers::sms::body(self, &crate::carriers::Parcel::sample(), "138").map(drop)
    }
}

/// The host of an address: what stands behind it may hold secrets.
fn host(url: &str) -> String {
    crate::carriers::http::endpoint(url)
        .ok()
        .and_then(|uri| uri.host().map(str::to_owned))
        .unwrap_or_default()
}

/// What the reader of the file says, in Chinese where it is one of the usual mistakes.
fn sentence(message: &str) -> String {
    let quoted = |at: usize| message.split('`').nth(at).unwrap_or_default().to_owned();
    let plain = message.trim();
    if plain.starts_with("unknown field") {
        let known = message.split("expected").nth(1).unwrap_or_default();
        let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        format!("不认识的项“{}”，这里可以写：{}", quoted(1), known.join("、"))
    } else if plain.starts_with("missing field") {
        format!("缺少必填的项“{}”", quoted(1))
    } else if plain.starts_with("unknown variant") {
        let known: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
        format!("不认识的值“{}”，只能是：{}", quoted(1), known.join("、"))
    } else {
        format!("格式有误（{plain}）")
    }
}

#[cfg(test)]
mod tests;
