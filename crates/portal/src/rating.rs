//! 满意度（公众自评）: what the person of a receipt thinks once the matter is done. Kept apart from call-backs, which ask a
//! drawn sample; these come from whoever wants to speak, so the two must never be added up.

use db::{Tx, params};
use kernel::{Ctx, Field, MatterId, Refusal};
use matters::{Matter, Phase};
use serde_json::json;
use web::Result;

const REASON: Field = Field { table: "portal_rating", column: "reason" };

/// (stored number, Chinese) of the scores.
pub(crate) const SCORES: &[(&str, &str)] =
    &[("5", "很满意"), ("4", "满意"), ("3", "一般"), ("2", "不满意"), ("1", "很不满意")];

db::sql! {
    FIND = "SELECT score, reason, at FROM portal_rating WHERE matter_id = $1";
    INSERT = "INSERT INTO portal_rating (matter_id, score, reason, at) VALUES ($1, $2, $3, $4) ON CONFLICT (matter_id) DO NOTHING";
}

/// What the person thinks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rating {
    pub score: i64,
    pub reason: String,
}

impl Rating {
    /// The score in words.
    pub fn words(&self) -> String {
        let score = self.score.to_string();
        let words = SCORES.iter().find(|(code, _)| *code == score).map_or("", |(_, words)| words);
        format!("{words}（{score} 分，满分 5 分）")
    }
}

/// The rating of a matter, if there is one.
pub(crate) fn of(tx: &mut Tx, ctx: &Ctx, matter: MatterId) -> Result<Option<Rating>> {
    let Some(row) = tx.one(&FIND, &params![matter])? else { return Ok(None) };
    let sealed: Option<Vec<u8>> = row.get("reason")?;
    let reason = sealed.map(|bytes| ctx.keyring().open(REASON, matter.uuid(), &bytes)).transpose()?;
    Ok(Some(Rating { score: row.get("score")?, reason: reason.unwrap_or_default() }))
}

/// Whether the matter can be rated: it is done, and the person did not take it back.
pub(crate) fn is_open(matter: &Matter) -> bool {
    matter.phase == Phase::Done && matter.outcome.as_deref() != Some("withdrawn")
}

/// Stores a rating, once; a second one changes nothing. The journal says the score, never the reason.
///
/// # Errors
/// Refusals before the end of the matter, or for a score that is none.
pub fn rate(tx: &mut Tx, ctx: &Ctx, matter: &Matter, score: i64, reason: &str) -> Result<()> {
    if !is_open(matter) {
        return Err(Refusal::new("rating_early", "办结以后才能评价").into());
    }
    if !(1..=5).contains(&score) {
        return Err(Refusal::new("rating_score", "请选择一项").at("score").into());
    }
    let reason = reason.trim();
    let sealed =
        (!reason.is_empty()).then(|| ctx.keyring().seal(REASON, matter.id.uuid(), reason, ctx.entropy()));
    if tx.execute(&INSERT, &params![matter.id, score, sealed, ctx.now])? == 1 {
        let words = format!("{score} 分");
        matters::note(tx, ctx, matter.id, "self_rating", None, &json!({ "words": words }))?;
    }
    Ok(())
}
