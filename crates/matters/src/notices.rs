//! Notices (告知) with their proof of delivery: whoever decides must be able to prove that it was told (regulations §10).

use db::{Row, Tx, params};
use jiff::Timestamp;
use kernel::{AttachmentId, Ctx, MatterId, NoticeId, Refusal};
use law::{Law, Listed};
use serde_json::json;
use web::Result;

use crate::{Matter, matter};

/// A notice of a matter.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// Kind word: `accepted`, `refused`, `material`, `invited`, `terminated`, `result`.
    pub kind: String,
    /// The channel, in Chinese.
    pub channel: String,
    /// Its text.
    pub text: String,
    /// Number of the official form.
    pub form_number: Option<String>,
    /// When it was delivered.
    pub delivered_at: Option<Timestamp>,
    /// The proof, in Chinese: kind and particulars.
    pub proof: Option<String>,
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

db::sql! {
    INSERT = "INSERT INTO notice (id, matter_id, kind, channel, text, form_number, by_id, made_at, state, sent_at, delivered_at, proof_kind, proof, attachment_id) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'delivered', $9, $9, $10, $11, $12)";
    OF = "SELECT id, kind, channel, text, form_number, delivered_at, proof_kind, proof FROM notice WHERE matter_id = $1 ORDER BY made_at, id";
}

/// Records a notice with its proof.
///
/// # Errors
/// Refusals for an unknown channel or proof, missing particulars, or a time that has not come.
pub fn deliver(tx: &mut Tx, ctx: &Ctx, matter: &Matter, delivery: &Delivery) -> Result<NoticeId> {
    let lists = &Law::shipped().classification;
    if !lists.notice_channels.iter().any(|listed| listed.code == delivery.channel) {
        return Err(Refusal::new("notice_channel", "请选择告知方式").at("notice_channel").into());
    }
    if !lists.proofs.iter().any(|listed| listed.code == delivery.proof_kind) {
        return Err(Refusal::new("proof_kind", "请选择送达证明的种类").at("proof_kind").into());
    }
    if delivery.proof.trim().is_empty() && delivery.attachment.is_none() {
        let words = "请填写送达证明，例如录音编号、邮寄单号；没有证明不能结束这一步";
        return Err(Refusal::new("proof", words).at("proof").into());
    }
    let at = delivery.at.unwrap_or(ctx.now);
    if at > ctx.now {
        return Err(Refusal::new("notice_future", "告知时间不能晚于现在").at("notice_on").into());
    }
    let id: NoticeId = ctx.id();
    let officer = ctx.officer().ok().map(|officer| officer.id);
    tx.execute(
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

/// The notices of a matter in order.
///
/// # Errors
/// A fault of the database.
pub fn of(tx: &mut Tx, matter: MatterId) -> Result<Vec<Notice>> {
    Ok(tx.query(&OF, &params![matter])?.iter().map(read).collect::<Result<_, _>>()?)
}

fn read(row: &Row) -> Result<Notice, db::Error> {
    let lists = &Law::shipped().classification;
    let (channel, kind): (String, Option<String>) = (row.get("channel")?, row.get("proof_kind")?);
    let proof: Option<String> = row.get("proof")?;
    let proof =
        kind.map(|kind| format!("{}：{}", Listed::name(&lists.proofs, &kind), proof.unwrap_or_default()));
    Ok(Notice {
        id: row.get("id")?,
        kind: row.get("kind")?,
        channel: Listed::name(&lists.notice_channels, &channel).to_owned(),
        text: row.get("text")?,
        form_number: row.get("form_number")?,
        delivered_at: row.get("delivered_at")?,
        proof,
    })
}

impl Notice {
    /// The kind in Chinese.
    pub fn label(&self) -> &str {
        match self.kind.as_str() {
            "material" => "补正通知",
            "accepted" => "受理告知",
            "refused" => "不予受理告知",
            "invited" => "调解通知",
            "terminated" => "终止调解告知",
            "result" => "结果告知",
            other => other,
        }
    }

    /// When it was delivered, as officers read it.
    pub fn when(&self) -> String {
        self.delivered_at.map_or_else(String::new, kernel::office_minute)
    }
}
