//! Editions: the compiled first one of each text, and what the bureau wrote since; one is in use.

use std::sync::LazyLock;

use db::{Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, Permission, Refusal};
use matters::notices::KINDS;
use serde::Deserialize;
use serde_json::json;
use web::{Problem, Result};

use super::{LONGEST, fields, fill};

/// (code, Chinese) of the channels that have texts.
pub const CHANNELS: &[(&str, &str)] = &[
    ("sms", "短信"),
    ("phone", "电话"),
    ("web", "互联网"),
    ("email", "电子邮件"),
    ("letter", "邮寄"),
    ("in_person", "当面"),
];

/// An edition of a text.
#[derive(Clone, Debug)]
pub struct Edition {
    /// 0 for the compiled one.
    pub edition: i64,
    /// The text with its fields.
    pub body: String,
    /// When it was written; none for the compiled one.
    pub made_at: Option<Timestamp>,
    /// Whether it is in use.
    pub in_use: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shipped {
    texts: Vec<First>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct First {
    kind: String,
    channels: Vec<String>,
    body: String,
}

/// The file is compiled in and read by a test, so an empty list is for a broken build only.
static SHIPPED: LazyLock<Vec<First>> = LazyLock::new(|| {
    toml::from_str::<Shipped>(include_str!("../../../../law/texts.toml"))
        .map_or_else(|_| Vec::new(), |read| read.texts)
});

db::sql! {
    EDITIONS = "SELECT edition, body, made_at FROM notice_text WHERE kind = $1 AND channel = $2 ORDER BY edition DESC";
    USED = "SELECT edition FROM notice_text_use WHERE kind = $1 AND channel = $2";
    LAST = "SELECT COALESCE(MAX(edition), 0) AS edition FROM notice_text WHERE kind = $1 AND channel = $2";
    STORE = "INSERT INTO notice_text (kind, channel, edition, body, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6)";
    USE = "INSERT INTO notice_text_use (kind, channel, edition, by_id, at) VALUES ($1, $2, $3, $4, $5) \
           ON CONFLICT (kind, channel) DO UPDATE SET edition = excluded.edition, by_id = excluded.by_id, at = excluded.at";
}

fn first(kind: &str, channel: &str) -> Option<&'static str> {
    let found =
        SHIPPED.iter().find(|text| text.kind == kind && text.channels.iter().any(|known| known == channel));
    found.map(|text| text.body.as_str())
}

/// A kind and a channel that can have a text.
///
/// # Errors
/// [`Problem::NotFound`] for others.
pub fn wanted(kind: &str, channel: &str) -> Result<(&'static str, &'static str)> {
    let kind = KINDS.iter().find(|(code, _)| *code == kind);
    let channel = CHANNELS.iter().find(|(code, _)| *code == channel);
    kind.zip(channel).map(|(kind, channel)| (kind.1, channel.1)).ok_or(Problem::NotFound)
}

/// The editions of a text, latest first; the compiled one last.
///
/// # Errors
/// A fault of the database.
pub fn editions(tx: &mut Tx, kind: &str, channel: &str) -> Result<Vec<Edition>> {
    let used = tx.one(&USED, &params![kind, channel])?.map(|row| row.get::<i64>("edition")).transpose()?;
    let used = used.unwrap_or(0);
    let mut editions = Vec::new();
    for row in tx.query(&EDITIONS, &params![kind, channel])? {
        let edition = row.get("edition")?;
        let made_at = Some(row.get("made_at")?);
        editions.push(Edition { edition, body: row.get("body")?, made_at, in_use: edition == used });
    }
    if let Some(body) = first(kind, channel) {
        let body = body.trim().to_owned();
        editions.push(Edition { edition: 0, body, made_at: None, in_use: used == 0 });
    }
    Ok(editions)
}

/// The edition in use; `None` where there is no text.
///
/// # Errors
/// A fault of the database.
pub fn in_use(tx: &mut Tx, kind: &str, channel: &str) -> Result<Option<Edition>> {
    Ok(editions(tx, kind, channel)?.into_iter().find(|edition| edition.in_use))
}

/// Stores a new edition; it is not in use yet.
///
/// # Errors
/// Refusals without the right, for an empty text, one that is too long or cannot be filled.
pub fn store(tx: &mut Tx, ctx: &Ctx, kind: &str, channel: &str, body: &str) -> Result<i64> {
    ctx.may(Permission::KeepSettings)?;
    wanted(kind, channel)?;
    let body = body.replace("\r\n", "\n");
    let body = body.trim();
    if body.is_empty() {
        return Err(Refusal::new("text_empty", "请填写文本").at("body").into());
    }
    if body.chars().count() > LONGEST {
        return Err(Refusal::new("text_long", format!("文本最多 {LONGEST} 字")).at("body").into());
    }
    fill(body, &fields::sample()).map_err(|words| Refusal::new("text_wrong", words).at("body"))?;
    let edition = tx.scalar::<i64>(&LAST, &params![kind, channel])? + 1;
    let officer = ctx.officer()?.id;
    tx.execute(&STORE, &params![kind, channel, edition, body, officer, ctx.now])?;
    note(tx, ctx, "text_edition", kind, channel, edition)?;
    Ok(edition)
}

/// Puts an edition in use, from now on.
///
/// # Errors
/// A refusal without the right; [`Problem::NotFound`] for an edition that does not exist.
pub fn put_in_use(tx: &mut Tx, ctx: &Ctx, kind: &str, channel: &str, edition: i64) -> Result<()> {
    ctx.may(Permission::KeepSettings)?;
    wanted(kind, channel)?;
    if !editions(tx, kind, channel)?.iter().any(|known| known.edition == edition) {
        return Err(Problem::NotFound);
    }
    tx.execute(&USE, &params![kind, channel, edition, ctx.officer()?.id, ctx.now])?;
    note(tx, ctx, "text_in_use", kind, channel, edition)
}

fn note(tx: &mut Tx, ctx: &Ctx, verb: &str, kind: &str, channel: &str, edition: i64) -> Result<()> {
    let subject = format!("notice_text:{kind}:{channel}");
    let detail = json!({ "kind": kind, "channel": channel, "edition": edition });
    Ok(journal::note(tx, ctx, &subject, verb, &detail)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_first_text_for_every_channel_and_each_can_be_filled() {
        for (kind, _) in KINDS.iter().filter(|(kind, _)| *kind != "other") {
            for (channel, _) in CHANNELS {
                let body = first(kind, channel).unwrap_or_else(|| panic!("{kind} {channel}"));
                let filled =
                    fill(body, &fields::sample()).unwrap_or_else(|words| panic!("{kind} {channel}: {words}"));
                assert!(!filled.is_empty() && !filled.contains("{{"), "{filled}");
                let bare: Vec<_> = fields::FIELDS.iter().map(|field| (field.name, String::new())).collect();
                fill(body, &bare).unwrap();
            }
        }
        assert!(first("accepted", "sms").is_some_and(|body| !body.contains("name")), "no names in a text");
    }
}
