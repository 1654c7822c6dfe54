//! What is kept of a settlement beside its matter.

use db::{Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, MatterId, Money, hex, sm3};
use serde_json::json;
use web::{Problem, Result};

use crate::body::BodyId;

db::sql! {
    PUT = "INSERT INTO odr_case (matter_id, body_id, way, from_day, link_mark, link_until, fallback) VALUES ($1, $2, $3, $4, $5, $6, $7) \
           ON CONFLICT (matter_id) DO UPDATE SET body_id = excluded.body_id, link_mark = excluded.link_mark, link_until = excluded.link_until, \
           answered_on = CASE WHEN odr_case.ended_on IS NULL THEN odr_case.answered_on END, ended_on = NULL, ended_as = NULL";
    OF = "SELECT k.matter_id, k.body_id, b.name, k.way, k.from_day, k.link_until, k.fallback, k.answered_on, k.answer_kind, k.answer, \
          k.flaws, k.offer, k.sent_back, k.ended_on FROM odr_case k JOIN odr_body b ON b.id = k.body_id \
          WHERE k.matter_id = $1";
    BY_LINK = "SELECT k.matter_id FROM odr_case k JOIN odr_body b ON b.id = k.body_id WHERE k.link_mark = $1 AND k.link_until >= $2 \
               AND (k.way <> 'entrust' OR b.left_on IS NULL)";
    ANSWER = "UPDATE odr_case SET answered_on = $2, answer_kind = $3, answer = $4, answer_mark = $5, flaws = $6, offer = $7 WHERE matter_id = $1";
    SEND_BACK = "UPDATE odr_case SET sent_back = sent_back + 1, answered_on = NULL WHERE matter_id = $1 AND sent_back = 0";
    END = "UPDATE odr_case SET ended_on = $2, ended_as = $3, recovered = $4, complaint_id = $5 WHERE matter_id = $1";
    SAME_WORDS = "SELECT COUNT(*) FROM odr_case WHERE body_id = $1 AND answer_mark = $2 AND matter_id <> $3";
    DEMANDS = "SELECT facts, demands, demand_words, goods_name FROM contact WHERE matter_id = $1";
}

/// A settlement as it stands.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub matter: MatterId,
    pub body: BodyId,
    pub body_name: String,
    pub way: String,
    pub from: Date,
    pub link_until: Date,
    pub fallback: bool,
    pub answered_on: Option<Date>,
    pub answer_kind: Option<String>,
    pub answer: Option<String>,
    pub flaws: Vec<String>,
    pub offer: Option<Money>,
    pub sent_back: i64,
    pub ended_on: Option<Date>,
}

/// What the trader must know of the consumer's side.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub facts: String,
    pub demands: Vec<String>,
    pub demand_words: String,
    pub goods: String,
}

/// The settlement of a matter, if it was sent to anybody.
pub(crate) fn of(tx: &mut Tx, matter: MatterId) -> Result<Option<Case>> {
    let Some(row) = tx.one(&OF, &params![matter])? else { return Ok(None) };
    Ok(Some(Case {
        matter: row.get("matter_id")?,
        body: row.get("body_id")?,
        body_name: row.get("name")?,
        way: row.get("way")?,
        from: row.get("from_day")?,
        link_until: row.get("link_until")?,
        fallback: row.get("fallback")?,
        answered_on: row.get("answered_on")?,
        answer_kind: row.get("answer_kind")?,
        answer: row.get("answer")?,
        flaws: serde_json::from_str(&row.get::<String>("flaws")?).unwrap_or_default(),
        offer: row.get("offer")?,
        sent_back: row.get("sent_back")?,
        ended_on: row.get("ended_on")?,
    }))
}

/// What the consumer says and asks, from the desk's record.
pub(crate) fn asked(tx: &mut Tx, matter: MatterId) -> Result<Asked> {
    let Some(row) = tx.one(&DEMANDS, &params![matter])? else { return Ok(Asked::default()) };
    Ok(Asked {
        facts: row.get("facts")?,
        demands: serde_json::from_str(&row.get::<String>("demands")?).unwrap_or_default(),
        demand_words: row.get("demand_words")?,
        goods: row.get("goods_name")?,
    })
}

/// Sends the matter to `body`; the mark is that of the one-time link.
pub(crate) fn send(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: MatterId,
    to: (BodyId, &str),
    mark: &str,
    until: Date,
    fallback: bool,
) -> Result<()> {
    tx.execute(&PUT, &params![matter, to.0, to.1, ctx.today(), mark, until, fallback])?;
    Ok(())
}

/// The matter a link opens today.
pub(crate) fn by_mark(tx: &mut Tx, mark: &str, today: Date) -> Result<MatterId> {
    let row = tx.one(&BY_LINK, &params![mark, today])?.ok_or(Problem::NotFound)?;
    Ok(row.get("matter_id")?)
}

/// The mark of an answer's words, for the same words elsewhere.
pub(crate) fn words_mark(words: &str) -> String {
    let plain: String = words.chars().filter(|c| c.is_alphanumeric()).collect();
    hex(&sm3(plain.as_bytes()))
}

/// How many other matters this body answered with the same words.
pub(crate) fn same_words(tx: &mut Tx, case: &Case, mark: &str) -> Result<i64> {
    Ok(tx.scalar(&SAME_WORDS, &params![case.body, mark, case.matter])?)
}

/// Stores the answer.
pub(crate) fn answered(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    kind: &str,
    words: &str,
    flaws: &[&str],
    offer: Option<Money>,
) -> Result<()> {
    let row =
        params![case.matter, ctx.today(), kind, words, words_mark(words), json!(flaws).to_string(), offer];
    tx.execute(&ANSWER, &row)?;
    Ok(())
}

/// Notes that the answer went back; `false` when it did so before.
pub(crate) fn sent_back(tx: &mut Tx, matter: MatterId) -> Result<bool> {
    Ok(tx.execute(&SEND_BACK, &params![matter])? > 0)
}

/// Ends it.
pub(crate) fn ended(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: MatterId,
    how: &str,
    recovered: Option<Money>,
    complaint: Option<MatterId>,
) -> Result<()> {
    tx.execute(&END, &params![matter, ctx.today(), how, recovered, complaint])?;
    Ok(())
}
