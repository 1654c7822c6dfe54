//! Deliveries and texts as programs read them: what the pages show, in JSON.

use db::{Row, Tx};
use kernel::{Ctx, NoticeId};
use matters::notices::{self, KINDS};
use serde_json::{Value as Json, json};
use web::Result;

use super::{paper, texts as pages, undelivered};
use crate::{
    record::{self, State as Stage},
    texts::{self, CHANNELS, FIELDS},
};

fn words(kind: &str) -> &str {
    KINDS.iter().find(|(code, _)| *code == kind).map_or(kind, |(_, words)| words)
}

fn line(row: &Row) -> Result<Json> {
    let dispatch = record::read(row)?;
    let kind: String = row.get("kind")?;
    Ok(json!({
        "id": dispatch.notice,
        "number": row.get::<String>("number")?,
        "title": row.get::<String>("title")?,
        "kind": kind,
        "kind_words": words(&kind),
        "channel": dispatch.channel,
        "state": dispatch.state.code(),
        "state_words": dispatch.state.label(),
        "tries": dispatch.tries,
        "last_at": dispatch.last_at,
        "error": dispatch.error,
        "may_retry": matches!(dispatch.state, Stage::Unknown | Stage::Dead),
    }))
}

/// Deliveries within reach that are not at their end.
///
/// # Errors
/// A fault of the database.
pub fn waiting(tx: &mut Tx, ctx: &Ctx) -> Result<Json> {
    let lines = tx.select(&undelivered::wanted(ctx))?.iter().map(line).collect::<Result<Vec<_>>>()?;
    Ok(json!({ "deliveries": lines }))
}

/// A letter or a call with the name and the address it goes to; the read log notes it.
///
/// # Errors
/// Not found for a notice that is neither; refusals without the right.
pub fn letter(tx: &mut Tx, ctx: &Ctx, number: &str, id: NoticeId) -> Result<Json> {
    let (notice, from) = paper::load(tx, ctx, number, id)?;
    let reason = if notice.channel == "letter" { paper::LABEL } else { paper::CALL };
    let (name, address) = notices::open_address(tx, ctx, &notice.matter, id, reason)?;
    let [unit, unit_address, unit_phone] = from;
    Ok(json!({
        "number": notice.matter.number,
        "channel": notice.channel,
        "form_number": notice.form_number,
        "text": notice.text,
        "name": name,
        "address": address,
        "unit": unit,
        "unit_address": unit_address,
        "unit_phone": unit_phone,
    }))
}

/// Every text with its edition in use; 0 is the one that comes with the program.
///
/// # Errors
/// A fault of the database.
pub fn texts(tx: &mut Tx) -> Result<Json> {
    let mut all = Vec::new();
    for (kind, kind_words) in KINDS {
        for (channel, channel_words) in CHANNELS {
            let edition = texts::in_use(tx, kind, channel)?.map(|edition| edition.edition);
            all.push(json!({
                "kind": kind, "kind_words": kind_words, "channel": channel, "channel_words": channel_words,
                "edition": edition,
            }));
        }
    }
    Ok(json!({ "texts": all }))
}

/// The editions of a text and the fields it may have.
///
/// # Errors
/// Not found for no text of ours.
pub fn text(tx: &mut Tx, kind: &str, channel: &str) -> Result<Json> {
    texts::wanted(kind, channel)?;
    let edition = |one: &texts::Edition| json!({ "edition": one.edition, "body": one.body, "made_at": one.made_at, "in_use": one.in_use });
    let fields = FIELDS.iter().map(|one| json!({ "name": one.name, "words": one.words }));
    Ok(json!({
        "kind": kind,
        "channel": channel,
        "editions": texts::editions(tx, kind, channel)?.iter().map(edition).collect::<Vec<_>>(),
        "fields": fields.collect::<Vec<_>>(),
    }))
}

/// A text on a matter within reach; [kind, channel, number].
///
/// # Errors
/// Not found; a refusal when the text cannot be filled.
pub fn preview(tx: &mut Tx, ctx: &Ctx, of: [&str; 3], edition: Option<i64>) -> Result<Json> {
    let [kind, channel, number] = of;
    let text = pages::on_matter(tx, ctx, &pages::Wanted::of([kind, channel, number], edition))?;
    let length = texts::measure(channel, &text);
    Ok(json!({ "text": text, "length": length }))
}
