//! A half-filled petition: found by a cookie nobody can guess, sealed, forgotten after two hours, sent once.

mod photos;

use db::{Row, Tx, params};
use jiff::{Timestamp, ToSpan as _};
use kernel::{Ctx, Field, Id, MatterId, Refusal, hex, kind, sm3};
use matters::Kind;
use web::{Form, Problem, Result};

use crate::limits;

pub(crate) use photos::{
    Photo, PhotoId, STATEMENTS as PHOTO_STATEMENTS, add_photos, drop_photo, photo_bytes, photos, seal_photos,
};

/// An id of a draft.
pub(crate) type DraftId = Id<kind::Job>;

const ANSWERS: Field = Field { table: "portal_draft", column: "answers" };

db::sql! {
    BEGIN = "INSERT INTO portal_draft (id, digest, kind, answers, made_at, saved_at) VALUES ($1, $2, $3, $4, $5, $5)";
    FIND = "SELECT id, kind, answers, made_at, sent_at, matter_id FROM portal_draft WHERE digest = $1 AND saved_at > $2 AND (sent_at IS NULL OR sent_at > $3)";
    LOCK = "SELECT id, kind, answers, made_at, sent_at, matter_id FROM portal_draft WHERE digest = $1 AND saved_at > $2 AND (sent_at IS NULL OR sent_at > $3) FOR_UPDATE";
    SAVE = "UPDATE portal_draft SET answers = $2, saved_at = $3 WHERE id = $1 AND sent_at IS NULL";
    TOUCH = "UPDATE portal_draft SET saved_at = $2 WHERE id = $1 AND sent_at IS NULL";
    SENT = "UPDATE portal_draft SET answers = $2, sent_at = $3, saved_at = $3, matter_id = $4 WHERE id = $1 AND sent_at IS NULL";
    LEAVE = "UPDATE portal_draft SET digest = $2 WHERE digest = $1 AND sent_at IS NOT NULL";
    ID_OF = "SELECT id FROM portal_draft WHERE digest = $1 AND sent_at IS NULL";
    DROP_PHOTOS = "DELETE FROM portal_photo WHERE draft_id = $1";
    DROP = "DELETE FROM portal_draft WHERE id = $1";
    OLD_PHOTOS = "DELETE FROM portal_photo WHERE draft_id IN (SELECT id FROM portal_draft WHERE saved_at <= $1)";
    OLD = "DELETE FROM portal_draft WHERE saved_at <= $1";
    IDLE_PHOTOS = "DELETE FROM portal_photo WHERE draft_id IN (SELECT id FROM portal_draft WHERE sent_at IS NULL AND saved_at <= $1 \
                   ORDER BY saved_at LIMIT 1000)";
    IDLE = "DELETE FROM portal_draft WHERE id IN (SELECT id FROM portal_draft WHERE sent_at IS NULL AND saved_at <= $1 \
            ORDER BY saved_at LIMIT 1000)";
    OPEN = "SELECT COUNT(*) FROM portal_draft WHERE sent_at IS NULL";
    SENT_SINCE = "SELECT COUNT(*) FROM portal_draft WHERE sent_at > $1";
}

/// A draft as it stands.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub id: DraftId,
    pub kind: Kind,
    /// What was answered so far, as it was typed.
    pub answers: Form,
    pub made_at: Timestamp,
    /// The matter it became.
    pub matter: Option<MatterId>,
}

fn digest(token: &str) -> String {
    hex(&sm3(format!("portal|{token}").as_bytes()))
}

fn ago(ctx: &Ctx, minutes: i64) -> Timestamp {
    ctx.now.checked_sub(minutes.minutes()).unwrap_or(ctx.now)
}

fn sealed(ctx: &Ctx, id: DraftId, pairs: &[(String, String)]) -> Vec<u8> {
    let text = serde_json::to_string(pairs).unwrap_or_default();
    ctx.keyring().seal(ANSWERS, id.uuid(), &text, ctx.entropy())
}

/// Begins a draft of `kind`; the token for the cookie.
pub(crate) fn begin(tx: &mut Tx, ctx: &Ctx, kind: Kind) -> Result<String> {
    if tx.scalar::<i64>(&OPEN, &[])? >= limits::DRAFTS {
        // Those nobody has touched for a while make room, so that a script cannot shut the door by beginning often.
        let idle = ago(ctx, limits::IDLE_MINUTES);
        tx.execute(&IDLE_PHOTOS, &params![idle])?;
        tx.execute(&IDLE, &params![idle])?;
    }
    if tx.scalar::<i64>(&OPEN, &[])? >= limits::DRAFTS {
        let words = "现在填写的人太多，请过一会儿再来；急事请拨打 12315";
        return Err(Refusal::new("portal_drafts", words).into());
    }
    let token = hex(&ctx.entropy().bytes::<32>());
    let id: DraftId = ctx.id();
    tx.execute(&BEGIN, &params![id, digest(&token), kind.code(), sealed(ctx, id, &[]), ctx.now])?;
    Ok(token)
}

/// What protects the queue says, with another way.
pub(crate) fn busy() -> Refusal {
    let words = format!(
        "现在提交的人太多。您填写的内容已经保存，请 {} 分钟后再提交；急事请拨打 12315",
        limits::QUEUE_MINUTES
    );
    Refusal::new("portal_queue", words)
}

/// Which draft the cookie leads to: a filled one for two hours, after sending half an hour for its receipt.
fn living(ctx: &Ctx, token: &str) -> [db::Value; 3] {
    params![digest(token), ago(ctx, limits::DRAFT_MINUTES), ago(ctx, limits::RECEIPT_MINUTES)]
}

/// The draft of the cookie, while it lives.
pub(crate) fn load(tx: &mut Tx, ctx: &Ctx, token: &str) -> Result<Option<Draft>> {
    let row = tx.one(&FIND, &living(ctx, token))?;
    row.map(|row| read(ctx, &row)).transpose()
}

/// The same, locked until the transaction ends: of two who send it at once one waits and finds it sent.
pub(crate) fn lock(tx: &mut Tx, ctx: &Ctx, token: &str) -> Result<Option<Draft>> {
    let rows = tx.query(&LOCK, &living(ctx, token))?;
    rows.first().map(|row| read(ctx, row)).transpose()
}

fn read(ctx: &Ctx, row: &Row) -> Result<Draft> {
    let id: DraftId = row.get("id")?;
    let text = ctx.keyring().open(ANSWERS, id.uuid(), &row.get::<Vec<u8>>("answers")?)?;
    let pairs: Vec<(String, String)> = serde_json::from_str(&text).unwrap_or_default();
    Ok(Draft {
        id,
        kind: Kind::from_code(&row.get::<String>("kind")?).unwrap_or(Kind::Consultation),
        answers: Form::filled(pairs.iter().map(|(name, value)| (name.as_str(), value.clone()))),
        made_at: row.get("made_at")?,
        matter: row.get("matter_id")?,
    })
}

/// Keeps the answers of a question's fields in place of the earlier ones, right or wrong: nothing typed is lost.
pub(crate) fn save(tx: &mut Tx, ctx: &Ctx, draft: &mut Draft, names: &[&str], typed: &Form) -> Result<()> {
    let own = |pair: &&(String, String)| names.contains(&pair.0.as_str());
    let mut pairs: Vec<_> = draft.answers.pairs().iter().filter(|pair| !own(pair)).cloned().collect();
    pairs.extend(typed.pairs().iter().filter(own).cloned());
    let length: usize = pairs.iter().map(|(name, value)| name.len() + value.len()).sum();
    if length > limits::DRAFT_BYTES {
        return Err(Problem::Malformed("内容过长，请分次填写，或者提交后再补充".to_owned()));
    }
    tx.execute(&SAVE, &params![draft.id, sealed(ctx, draft.id, &pairs), ctx.now])?;
    draft.answers = Form::filled(pairs.iter().map(|(name, value)| (name.as_str(), value.clone())));
    Ok(())
}

/// Marks it sent: the answers go, the matter stays for the receipt.
pub(crate) fn sent(tx: &mut Tx, ctx: &Ctx, draft: &Draft, matter: MatterId) -> Result<()> {
    tx.execute(&DROP_PHOTOS, &params![draft.id])?;
    tx.exactly_one(&SENT, &params![draft.id, sealed(ctx, draft.id, &[]), ctx.now, matter])?;
    Ok(())
}

/// Forgets what the cookie leads to, when the person leaves the computer.
pub(crate) fn leave(tx: &mut Tx, ctx: &Ctx, token: &str) -> Result<()> {
    if let Some(row) = tx.one(&ID_OF, &params![digest(token)])? {
        let id: DraftId = row.get("id")?;
        tx.execute(&DROP_PHOTOS, &params![id])?;
        tx.execute(&DROP, &params![id])?;
        return Ok(());
    }
    // One that was sent still counts for the queue; nobody's cookie leads to it any more.
    let nobody = hex(&ctx.entropy().bytes::<32>());
    tx.execute(&LEAVE, &params![digest(token), nobody])?;
    Ok(())
}

/// How many were sent in the last minutes, for the protection of the queue.
pub(crate) fn sent_lately(tx: &mut Tx, ctx: &Ctx) -> Result<i64> {
    Ok(tx.scalar(&SENT_SINCE, &params![ago(ctx, limits::QUEUE_MINUTES)])?)
}

/// Forgets what is old.
pub(crate) fn tidy(tx: &mut Tx, ctx: &Ctx) -> Result<()> {
    let old = ago(ctx, limits::DRAFT_MINUTES);
    tx.execute(&OLD_PHOTOS, &params![old])?;
    tx.execute(&OLD, &params![old])?;
    Ok(())
}
