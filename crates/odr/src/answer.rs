//! The trader's answer and the centre's report, by the one-time link.

use db::Tx;
use kernel::{Actor, Ctx, Money, Refusal, workflow};
use matters::{Kind, Matter, Step};
use serde_json::json;
use web::Result;

use crate::{
    acts::state_of,
    file::{self, Asked, Case},
    link,
    procedure::{Act, MOVES},
    rules::{self, Draft},
};

/// What a link shows.
pub(crate) struct Opened {
    pub matter: Matter,
    pub case: Case,
    pub asked: Asked,
}

/// What the trader sends.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// `settle`, `refuse`; of a centre `agreed`, `not_agreed`.
    pub kind: String,
    /// The words.
    pub words: String,
    /// The sum offered, or got for the consumer.
    pub offer: Option<Money>,
}

/// The program acts for whoever holds the link: the journal names the body, never a person.
fn hand(ctx: &Ctx) -> Ctx {
    ctx.by(Actor::System("先行和解单位"))
}

/// What stands behind a link.
///
/// # Errors
/// [`web::Problem::NotFound`].
pub(crate) fn open(tx: &mut Tx, ctx: &Ctx, secret: &str) -> Result<Opened> {
    let id = link::open(tx, ctx, secret)?;
    let matter = matters::by_id(tx, &hand(ctx), id)?;
    let case = file::of(tx, id)?.ok_or(web::Problem::NotFound)?;
    let asked = file::asked(tx, id)?;
    Ok(Opened { matter, case, asked })
}

/// Takes the answer: refused when it says nothing, kept with its flaws when it is weak.
///
/// # Errors
/// Refusals that say what to mend; when the matter is no longer with the trader.
pub fn take(tx: &mut Tx, ctx: &Ctx, secret: &str, answer: &Answer) -> Result<()> {
    let seen = open(tx, ctx, secret)?;
    let by = hand(ctx);
    let mut matter = matters::lock(tx, &by, &seen.matter.number, None)?;
    // Again under the lock: of two who answer at once the second sees that there is an answer (SEC_45).
    let found = open(tx, ctx, secret)?;
    if found.case.way == "entrust" {
        return report(tx, &by, &matter, &found.case, answer);
    }
    let row = workflow::find(MOVES, state_of(&matter)?, Act::Answer, None).map_err(|_| {
        Refusal::new("too_late", "这件事项已经不在答复阶段，如有新情况请直接联系市场监管部门")
    })?;
    if !["settle", "refuse"].contains(&answer.kind.as_str()) {
        return Err(Refusal::new("kind", "请选择处理意见").at("kind").into());
    }
    let mark = file::words_mark(&answer.words);
    let draft = Draft {
        kind: &answer.kind,
        words: &answer.words,
        offer: answer.offer,
        demands: &found.asked.demands,
        same_elsewhere: file::same_words(tx, &found.case, &mark)?,
    };
    let flaws = rules::flaws(&draft);
    if let Some(flaw) = flaws.iter().find(|flaw| flaw.blocks) {
        return Err(Refusal::new("empty_answer", flaw.sentence).at("words").into());
    }
    let told: Vec<_> = flaws.iter().map(|flaw| flaw.sentence).collect();
    file::answered(tx, ctx, &found.case, &answer.kind, answer.words.trim(), &told, answer.offer)?;
    let step = Step { state: row.to.code(), phase: row.to.phase(), outcome: None };
    matters::step(
        tx,
        &by,
        &mut matter,
        step,
        Act::Answer.code(),
        &json!({ "kind": answer.kind, "flaws": told.len() }),
    )
}

/// A centre's report on an entrusted mediation: kept for the officer, who takes the step of the procedure.
fn report(tx: &mut Tx, by: &Ctx, matter: &Matter, case: &Case, answer: &Answer) -> Result<()> {
    if matter.kind != Kind::Complaint || matter.phase == matters::Phase::Done {
        return Err(Refusal::new("too_late", "这件投诉已经办结，不再接收调解情况").into());
    }
    if case.ended_on.is_some() {
        let words = "调解情况已经反馈，这个链接不能再用；有新情况请联系承办人";
        return Err(Refusal::new("reported", words).into());
    }
    if !["agreed", "not_agreed"].contains(&answer.kind.as_str()) {
        return Err(Refusal::new("kind", "请选择调解结果").at("kind").into());
    }
    if answer.words.trim().chars().count() < rules::SHORTEST {
        let words = "请写明调解的时间、方式、经过和结果，不少于 20 字";
        return Err(Refusal::new("words", words).at("words").into());
    }
    file::answered(tx, by, case, &answer.kind, answer.words.trim(), &[], answer.offer)?;
    file::ended(tx, by, matter.id, "reported", answer.offer, None)?;
    matters::note(
        tx,
        by,
        matter.id,
        "odr_report",
        None,
        &json!({ "kind": answer.kind, "words": case.body_name }),
    )
}
