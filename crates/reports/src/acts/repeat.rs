//! The same reporter, the same fact, the same operator (令第121号 第三十五条): not handled again; with new facts handled with the
//! earlier report, whose period begins anew from the last receipt. Links and clocks are the relation's; ending it takes the
//! decision back ([`released`]).

use db::{Tx, params};
use kernel::{Ctx, Refusal};
use matters::{Kind, Matter, Phase, relations};
use serde_json::json;
use web::{Problem, Result};

use super::{Done, Hand, REPEAT, ROUND, UNDECIDED, tags};
use crate::{along, evidence, file, procedure::State, rules};

/// The clock that ends, or begins anew.
const CHECK: &str = "clue_check";

/// The earlier report that was named: within reach, a report, received no later; and what the system found of both.
fn earlier(hand: &mut Hand<'_, '_>) -> Result<(Matter, evidence::Evidence)> {
    hand.need(&hand.input.other, "other", "请填写此前举报的编号")?;
    let found = match matters::lock(hand.tx, hand.ctx, hand.input.other.trim(), None) {
        Err(Problem::NotFound) => None,
        other => Some(other?),
    };
    let own = (hand.matter.id, hand.matter.received_at);
    let fits = |other: &Matter| other.kind == Kind::Report && other.id != own.0 && other.received_at <= own.1;
    let other = found.filter(fits).ok_or_else(|| {
        Refusal::new("other", "没有找到这个编号的举报，或者它不是此前收到的举报").at("other")
    })?;
    let round: i64 = hand.tx.scalar(&ROUND, &params![other.id, hand.matter.id])?;
    if round > 0 {
        return Err(Refusal::new("round", "那件举报已经作为本件的重复举报处理").at("other").into());
    }
    let sheet = evidence::sheet(hand.tx, hand.ctx, hand.matter)?;
    if !sheet.proves(&other.number) && !hand.input.yes {
        let words =
            "系统没有核对出两件举报出自同一举报人、针对同一被举报人；经人工核对属实的，请勾选确认并写明依据";
        return Err(Refusal::new("not_the_same", words).by("第三十五条").at("yes").into());
    }
    Ok((other, sheet))
}

/// The earlier report stands; this one ends once whoever must be told was told.
pub(super) fn not_again(hand: &mut Hand<'_, '_>) -> Result<Done> {
    if hand.set.report_articles.repeat.is_empty() {
        let words = format!("{}没有重复举报不再处理的规定，请按程序核查", hand.set.citation());
        return Err(Refusal::new("no_such_article", words).into());
    }
    rules::says_enough(&hand.input.words, "重复的是哪些事实？此前如何处理？")?;
    let (other, sheet) = earlier(hand)?;
    hand.note_decision("repeated")?;
    keep(hand, &other, &sheet)?;
    let reason = hand.input.words.trim();
    relations::not_again(hand.tx, hand.ctx, hand.matter, &other, CHECK, reason)?;
    Ok(Done::going_on(json!({ "words": hand.input.words.trim(), "reason": other.number })))
}

/// This report goes into the earlier one; its laws go with it, and the clue check there begins anew on the day of this receipt.
pub(super) fn merge(hand: &mut Hand<'_, '_>) -> Result<Done> {
    if hand.set.report_articles.repeat.is_empty() {
        let words = format!("{}没有并案后重新计算期限的规定，请分别核查", hand.set.citation());
        return Err(Refusal::new("no_such_article", words).into());
    }
    rules::says_enough(&hand.input.words, "补充了哪些新的事实？")?;
    let (other, sheet) = earlier(hand)?;
    let state = State::from_code(&other.state).filter(|_| other.phase != Phase::Done);
    if !state.is_some_and(|state| [State::Received, State::Verifying].contains(&state)) {
        let words = "只能并入还在核查的举报：已经作出决定、正在审批或者检验的，请分别处理";
        return Err(Refusal::new("not_open", words).at("other").into());
    }
    hand.note_decision("merged")?;
    keep(hand, &other, &sheet)?;
    let reason = hand.input.words.trim();
    let (link, _) = relations::supplement(hand.tx, hand.ctx, hand.matter, &other, reason)?;
    relations::restart(hand.tx, hand.ctx, hand.matter, &other, link, CHECK)?;
    let own = file::tags(hand.tx, hand.matter.id)?;
    tags::lend(hand.tx, hand.ctx, hand.matter.id, &other, &own, link)?;
    let detail = json!({ "words": hand.matter.number, "reason": hand.input.words.trim() });
    matters::note(hand.tx, hand.ctx, other.id, "report_merge", None, &detail)?;
    Ok(Done::going_on(json!({ "words": hand.input.words.trim(), "reason": other.number })))
}

fn keep(hand: &mut Hand<'_, '_>, other: &Matter, sheet: &evidence::Evidence) -> Result<()> {
    hand.run(&REPEAT, &params![hand.matter.id, other.id, json!(sheet).to_string()])
}

/// The report `went` no longer goes with `leader`: what was decided with that is void, and the laws it lent are its own again.
///
/// # Errors
/// A fault of the database.
pub fn released(tx: &mut Tx, _: &Ctx, leader: &Matter, went: &Matter) -> Result<()> {
    if went.kind == Kind::Report {
        tx.execute(&UNDECIDED, &params![went.id, leader.id])?;
        tags::give_back(tx, leader.id, went.id)?;
        along::parted(tx, went)?;
    }
    Ok(())
}
