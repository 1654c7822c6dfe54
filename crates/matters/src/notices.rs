//! Notices (告知) with their proof of delivery: whoever decides must be able to prove that it was told (regulations §10).
//!
//! A notice is planned, sent, and then delivered with a proof or failed; a call or a visit is all of it at once
//! ([`deliver`]). Only a delivered notice counts as told. What the program sends by itself is queued in the transaction that
//! plans it ([`SEND`]); whoever must act when somebody was told registers with [`on_told`].

mod courier;
mod form;
mod number;
mod outgoing;
mod person;

use db::{Row, Tx, params};
use jiff::Timestamp;
use kernel::{AttachmentId, Ctx, Field, MatterId, NoticeId, Refusal, words};
use law::{Law, Listed};
use serde_json::json;
use web::{Problem, Result};

use crate::{
    Matter, matter,
    parties::{self, PartyId},
};

pub use courier::{Courier, Draft, Told, draft, measure, on_told, sends, set_courier};
pub use form::{fields, read as read_form};
pub use number::paper_number;
pub use outgoing::{Outgoing, open_address, outgoing};
pub use person::read_on_page;

/// The kind of job that sends a notice; its subject is the notice's id.
pub const SEND: &str = "send_notice";

/// Channels by which the program itself can send, when the bureau has configured them.
pub const BY_PROGRAM: &[&str] = &["sms", "email", "web"];

/// A notice of a matter.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// Kind word: `accepted`, `refused`, `material`, `invited`, `terminated`, `filed`,
    /// `not_filed`, `outside`, `result`, `progress`, `other`.
    pub kind: String,
    /// To whom, when it is one of the matter's people.
    pub party: Option<PartyId>,
    /// The channel, in Chinese.
    pub channel: String,
    /// The channel's code.
    pub channel_code: String,
    /// Its text.
    pub text: String,
    /// Number of the official form.
    pub form_number: Option<String>,
    /// How far it came.
    pub state: NoticeState,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// When it was delivered.
    pub delivered_at: Option<Timestamp>,
    /// The proof, in Chinese: kind and particulars; for one that failed, why.
    pub proof: Option<String>,
}

words! {
    /// How far a notice came.
    NoticeState {
        /// It is to be given.
        Planned = "planned", "待发出";
        /// It left the office.
        Sent = "sent", "已发出，待送达";
        /// It arrived, and that is proved.
        Delivered = "delivered", "已送达";
        /// It did not arrive.
        Failed = "failed", "未送达";
    }
}

/// A delivered notice to be recorded.
#[derive(Clone, Debug, Default)]
pub struct Delivery {
    /// Kind word.
    pub kind: &'static str,
    /// Channel code ([`law::Classification::notice_channels`]).
    pub channel: String,
    /// The text that was given.
    pub text: String,
    /// When it was delivered; not in the future.
    pub at: Option<Timestamp>,
    /// Proof code ([`law::Classification::proofs`]).
    pub proof_kind: String,
    /// Recording id, postal number, receipt…
    pub proof: String,
    /// A file that proves it.
    pub attachment: Option<AttachmentId>,
    /// Number of the official form.
    pub form_number: Option<String>,
}

/// A notice that is to be given.
#[derive(Clone, Debug, Default)]
pub struct NewNotice {
    /// Kind word, one of [`KINDS`].
    pub kind: String,
    /// To whom, when it is one of the matter's people.
    pub party: Option<PartyId>,
    /// Channel code ([`law::Classification::notice_channels`]).
    pub channel: String,
    /// Number or address it goes to; kept sealed.
    pub address: String,
    /// Its text.
    pub text: String,
    /// Number of the official form.
    pub form_number: Option<String>,
}

/// What proves that a notice arrived.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// When; not in the future, not before it was sent.
    pub at: Option<Timestamp>,
    /// Proof code ([`law::Classification::proofs`]).
    pub kind: String,
    /// Recording id, postal number, receipt…
    pub words: String,
    /// A file that proves it.
    pub attachment: Option<AttachmentId>,
}

/// (stored word, Chinese) of the kinds of notices.
pub const KINDS: &[(&str, &str)] = &[
    ("material", "补正通知"),
    ("accepted", "受理告知"),
    ("refused", "不予受理告知"),
    ("invited", "调解通知"),
    ("terminated", "终止调解告知"),
    ("filed", "立案告知"),
    ("not_filed", "不予立案告知"),
    ("outside", "无处理权限告知"),
    ("result", "结果告知"),
    ("progress", "进展告知"),
    ("other", "其他告知"),
];

/// The field that keeps where a notice goes.
pub(crate) const ADDRESS: Field = Field { table: "notice", column: "address" };

db::sql! {
    INSERT = "INSERT INTO notice (id, matter_id, kind, channel, text, form_number, by_id, made_at, state, sent_at, delivered_at, proof_kind, proof, attachment_id) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'delivered', $9, $9, $10, $11, $12)";
    PLAN = "INSERT INTO notice (id, matter_id, kind, party_id, channel, address, text, form_number, by_id, made_at, state) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'planned')";
    SENT = "UPDATE notice SET state = 'sent', sent_at = $3 WHERE id = $1 AND matter_id = $2 AND state = 'planned'";
    DELIVERED = "UPDATE notice SET state = 'delivered', sent_at = COALESCE(sent_at, $3), delivered_at = $3, proof_kind = $4, proof = $5, \
                 attachment_id = $6 WHERE id = $1 AND matter_id = $2 AND state IN ('planned', 'sent')";
    FAILED = "UPDATE notice SET state = 'failed', proof = $3 WHERE id = $1 AND matter_id = $2 AND state IN ('planned', 'sent')";
    OF = "SELECT id, kind, party_id, channel, text, form_number, state, sent_at, delivered_at, proof_kind, proof FROM notice WHERE matter_id = $1 ORDER BY made_at, id";
    TOLD = "SELECT COUNT(*) FROM notice WHERE matter_id = $1 AND kind = $2 AND state = 'delivered'";
    IS_PARTY = "SELECT COUNT(*) FROM party WHERE id = $1 AND matter_id = $2";
}

/// The statements of this module.
pub(crate) fn statements() -> Vec<db::Sql> {
    [STATEMENTS, number::STATEMENTS, outgoing::STATEMENTS, person::STATEMENTS].concat()
}

fn known_channel(channel: &str) -> Result<(), Refusal> {
    let lists = &Law::in_use().classification;
    if lists.notice_channels.iter().any(|listed| listed.code == channel) {
        Ok(())
    } else {
        Err(Refusal::new("notice_channel", "请选择告知方式").at("notice_channel"))
    }
}

/// The proof's instant, when the proof is one.
fn proved(ctx: &Ctx, proof: &Proof) -> Result<Timestamp, Refusal> {
    let lists = &Law::in_use().classification;
    if !lists.proofs.iter().any(|listed| listed.code == proof.kind) {
        return Err(Refusal::new("proof_kind", "请选择送达证明的种类").at("proof_kind"));
    }
    if proof.words.trim().is_empty() && proof.attachment.is_none() {
        let words = "请填写送达证明，例如录音编号、邮寄单号；没有证明不能结束这一步";
        return Err(Refusal::new("proof", words).at("proof"));
    }
    not_in_future(ctx, proof.at)
}

fn not_in_future(ctx: &Ctx, at: Option<Timestamp>) -> Result<Timestamp, Refusal> {
    let at = at.unwrap_or(ctx.now);
    if at > ctx.now {
        return Err(Refusal::new("notice_future", "告知时间不能晚于现在").at("notice_on"));
    }
    Ok(at)
}

/// Records a notice with its proof, made and delivered in one go.
///
/// # Errors
/// Refusals for an unknown channel or proof, missing particulars, or a time that has not come.
pub fn deliver(tx: &mut Tx, ctx: &Ctx, matter: &Matter, delivery: &Delivery) -> Result<NoticeId> {
    known_channel(&delivery.channel)?;
    let proof = Proof {
        at: delivery.at,
        kind: delivery.proof_kind.clone(),
        words: delivery.proof.clone(),
        attachment: delivery.attachment,
    };
    let at = proved(ctx, &proof)?;
    let id: NoticeId = ctx.id();
    let officer = ctx.officer().ok().map(|officer| officer.id);
    tx.put(
        &INSERT,
        &params![
            id,
            matter.id,
            delivery.kind,
            delivery.channel,
            delivery.text,
            delivery.form_number,
            officer,
            ctx.now,
            at,
            delivery.proof_kind,
            delivery.proof.trim(),
            delivery.attachment
        ],
    )?;
    let detail = json!({ "kind": delivery.kind, "channel": delivery.channel, "at": at.as_millisecond(), "proof": delivery.proof_kind });
    matter::note(tx, ctx, matter.id, "notice_delivered", None, &detail)?;
    Ok(id)
}

/// Notes a notice that is to be given; it is not told yet. Where the program can send it, its sending is queued in this
/// transaction: what is undone is not sent. Without an address it goes to the one the person gave; that of today is kept.
///
/// # Errors
/// Refusals for an unknown kind or channel, an empty text, somebody who is not of this matter.
pub fn plan(tx: &mut Tx, ctx: &Ctx, matter: &Matter, new: &NewNotice) -> Result<NoticeId> {
    known_channel(&new.channel)?;
    if !KINDS.iter().any(|(code, _)| *code == new.kind) {
        return Err(Refusal::new("notice_kind", "请选择告知事项").at("notice_kind").into());
    }
    if new.text.trim().is_empty() {
        return Err(Refusal::new("notice_text", "请填写告知内容").at("text").into());
    }
    if let Some(party) = new.party {
        let known: i64 = tx.scalar(&IS_PARTY, &params![party, matter.id])?;
        if known == 0 {
            return Err(Problem::NotFound);
        }
    }
    let id: NoticeId = ctx.id();
    let address = match new.party {
        Some(party) if new.address.trim().is_empty() => {
            parties::contact(tx, ctx, matter.id, party, &new.channel)?
        }
        _ => new.address.trim().to_owned(),
    };
    let address =
        (!address.is_empty()).then(|| ctx.keyring().seal(ADDRESS, id.uuid(), &address, ctx.entropy()));
    let officer = ctx.officer().ok().map(|officer| officer.id);
    let row = params![
        id,
        matter.id,
        new.kind,
        new.party,
        new.channel,
        address,
        new.text.trim(),
        new.form_number,
        officer,
        ctx.now
    ];
    tx.put(&PLAN, &row)?;
    if BY_PROGRAM.contains(&new.channel.as_str()) {
        jobs::enqueue(tx, ctx, SEND, &id.to_string(), &json!({}), ctx.now)?;
    }
    let detail = json!({ "notice": id.to_string(), "kind": new.kind, "channel": new.channel });
    matter::note(tx, ctx, matter.id, "notice_planned", None, &detail)?;
    Ok(id)
}

fn once(done: u64) -> Result<(), Refusal> {
    if done == 1 {
        Ok(())
    } else {
        Err(Refusal::new("notice_state", "这份告知已经有了结果，不能再改；如需再次告知请另行登记"))
    }
}

fn own(tx: &mut Tx, matter: &Matter, id: NoticeId) -> Result<Notice> {
    of(tx, matter.id)?.into_iter().find(|notice| notice.id == id).ok_or(Problem::NotFound)
}

/// Notes that a planned notice has left the office: posted, sent as SMS or e-mail.
///
/// # Errors
/// Refusals for a time that has not come, or a notice that is not waiting to be sent.
pub fn sent(tx: &mut Tx, ctx: &Ctx, matter: &Matter, id: NoticeId, at: Option<Timestamp>) -> Result<()> {
    let at = not_in_future(ctx, at)?;
    own(tx, matter, id)?;
    once(tx.execute(&SENT, &params![id, matter.id, at])?)?;
    let detail = json!({ "notice": id.to_string(), "at": at.as_millisecond() });
    matter::note(tx, ctx, matter.id, "notice_sent", None, &detail)
}

/// Notes that a notice arrived, with the proof: from now on it counts as told.
///
/// # Errors
/// Refusals for a proof that is none, a time that has not come or lies before the sending, a notice that has its result.
pub fn delivered(tx: &mut Tx, ctx: &Ctx, matter: &Matter, id: NoticeId, proof: &Proof) -> Result<()> {
    let at = proved(ctx, proof)?;
    let earlier = own(tx, matter, id)?;
    if earlier.sent_at.is_some_and(|sent| at < sent) {
        return Err(Refusal::new("notice_order", "送达时间不能早于发出时间").at("notice_on").into());
    }
    let row = params![id, matter.id, at, proof.kind, proof.words.trim(), proof.attachment];
    once(tx.execute(&DELIVERED, &row)?)?;
    let detail = json!({ "notice": id.to_string(), "kind": earlier.kind, "at": at.as_millisecond(), "proof": proof.kind });
    matter::note(tx, ctx, matter.id, "notice_delivered", None, &detail)?;
    courier::tell(tx, ctx, matter, &Told { kind: &earlier.kind, party: earlier.party, at })
}

/// Notes that a notice did not arrive (退回、拒收、空号), with why.
///
/// # Errors
/// Refusals without words, or for a notice that has its result.
pub fn failed(tx: &mut Tx, ctx: &Ctx, matter: &Matter, id: NoticeId, why: &str) -> Result<()> {
    if why.trim().is_empty() {
        return Err(Refusal::new("notice_failed", "请写明没有送达的原因").at("proof").into());
    }
    own(tx, matter, id)?;
    once(tx.execute(&FAILED, &params![id, matter.id, why.trim()])?)?;
    let detail = json!({ "notice": id.to_string(), "reason": why.trim() });
    matter::note(tx, ctx, matter.id, "notice_failed", None, &detail)
}

/// Whether a notice of `kind` was delivered: what a step asks before it may end (regulations §10).
///
/// # Errors
/// A fault of the database.
pub fn delivered_of_kind(tx: &mut Tx, matter: MatterId, kind: &str) -> Result<bool> {
    Ok(tx.scalar::<i64>(&TOLD, &params![matter, kind])? > 0)
}

/// The notices of a matter in order.
///
/// # Errors
/// A fault of the database.
pub fn of(tx: &mut Tx, matter: MatterId) -> Result<Vec<Notice>> {
    Ok(tx.query(&OF, &params![matter])?.iter().map(read).collect::<Result<_, _>>()?)
}

fn read(row: &Row) -> Result<Notice, db::Error> {
    let lists = &Law::in_use().classification;
    let (channel, kind): (String, Option<String>) = (row.get("channel")?, row.get("proof_kind")?);
    let proof: Option<String> = row.get("proof")?;
    let proof = match (kind, proof) {
        (Some(kind), proof) => {
            Some(format!("{}：{}", Listed::name(&lists.proofs, &kind), proof.unwrap_or_default()))
        }
        (None, words) => words,
    };
    Ok(Notice {
        id: row.get("id")?,
        kind: row.get("kind")?,
        party: row.get("party_id")?,
        channel: Listed::name(&lists.notice_channels, &channel).to_owned(),
        channel_code: channel,
        text: row.get("text")?,
        form_number: row.get("form_number")?,
        state: NoticeState::from_code(&row.get::<String>("state")?).unwrap_or(NoticeState::Failed),
        sent_at: row.get("sent_at")?,
        delivered_at: row.get("delivered_at")?,
        proof,
    })
}

impl Notice {
    /// The kind in Chinese.
    pub fn label(&self) -> &str {
        KINDS.iter().find(|(code, _)| *code == self.kind).map_or(&self.kind, |(_, words)| words)
    }

    /// Whether it still waits for its proof.
    pub const fn is_open(&self) -> bool {
        matches!(self.state, NoticeState::Planned | NoticeState::Sent)
    }

    /// When it was delivered, or else sent, as officers read it.
    pub fn when(&self) -> String {
        self.delivered_at.or(self.sent_at).map_or_else(String::new, kernel::office_minute)
    }
}
