//! Telling of decisions by the program: planned in the decision's own transaction, and the step that ends when it arrived.

use db::{Tx, params};
use jiff::{Timestamp, civil::Date};
use kernel::{Ctx, Id, Refusal, kind, workflow};
use matters::{
    Matter, Step, clocks,
    notices::{self, Draft, NewNotice, Told},
    parties,
};
use serde_json::json;
use web::Result;

use super::Hand;
use crate::procedure::{Act, MOVES, State};

db::sql! {
    SIDE = "SELECT COUNT(*) FROM party WHERE id = $1 AND matter_id = $2 AND role IN ('complainant', 'agent', 'representative')";
    TERMINATED = "SELECT party_id, delivered_at FROM notice WHERE matter_id = $1 AND kind = 'terminated' AND state = 'delivered' \
                  ORDER BY delivered_at, id";
}

/// Plans the notice of a decision when the officer chose a channel: it leaves with the decision or not at all.
pub(super) fn plan(hand: &mut Hand<'_, '_>, kind: &str, plain: String) -> Result<()> {
    let (channel, address) = (hand.input.tell.trim(), hand.input.tell_address.trim());
    if channel.is_empty() {
        return Ok(());
    }
    if !notices::BY_PROGRAM.contains(&channel) {
        return Err(Refusal::new("tell", "请选择由系统发送的方式").at("tell").into());
    }
    if channel == "email" && !address.contains('@') {
        return Err(Refusal::new("tell_address", "请填写投诉人的邮箱").at("tell_address").into());
    }
    let party = parties::complainant(hand.tx, hand.matter.id)?;
    let party = party.ok_or_else(|| Refusal::new("tell", "没有登记投诉人，不能由系统告知").at("tell"))?;
    let draft = notices::draft(hand.tx, hand.ctx, hand.matter, &Draft { kind, channel })?;
    let form_number = notices::paper_number(hand.tx, hand.matter.id, [kind, kind])?;
    let new = NewNotice {
        kind: kind.to_owned(),
        party: Some(party),
        channel: channel.to_owned(),
        address: address.to_owned(),
        text: draft.unwrap_or(plain),
        form_number,
    };
    notices::plan(hand.tx, hand.ctx, hand.matter, &new)?;
    Ok(())
}

/// Tells what a step must have told: by the program when the officer chose a channel, or else with the proof on the form.
/// What the text names must be stored before.
pub(super) fn tell_or_plan(hand: &mut Hand<'_, '_>, kind: &'static str, plain: String) -> Result<()> {
    if hand.input.tell.trim().is_empty() {
        let notice = &hand.input.notice;
        hand.tell(kind, notice, plain)
    } else {
        plan(hand, kind, plain)
    }
}

/// What a complaint does when somebody was told: the step of telling ends on the day the notice arrived, and its clock
/// stops on that day. A termination must be told to both sides (令第121号 第十五条、第二十三条).
///
/// # Errors
/// A fault of the database.
pub fn told(tx: &mut Tx, ctx: &Ctx, matter: &Matter, told: &Told<'_>) -> Result<()> {
    if matter.kind != matters::Kind::Complaint {
        return Ok(());
    }
    let (act, clock) = match (State::from_code(&matter.state), told.kind) {
        (Some(State::AcceptedUntold), "accepted") => (Act::TellAcceptance, "accept"),
        (Some(State::RefusedUntold), "refused") => (Act::TellRefusal, "accept"),
        (Some(State::TerminatedUntold), "terminated") => (Act::TellTermination, "term_notice"),
        _ => return Ok(()),
    };
    let day = if act == Act::TellTermination {
        both_told(tx, matter)?
    } else {
        is_complainant(tx, matter, told.party)?.then(|| kernel::office_date(told.at))
    };
    let Some(day) = day else { return Ok(()) };
    let mut matter = matters::lock(tx, ctx, &matter.number, None)?;
    let row = workflow::find(MOVES, super::state_of(&matter)?, act, None)?;
    clocks::stop(tx, ctx, &matter, clock, day)?;
    let outcome = match act {
        Act::TellRefusal => Some("refused"),
        Act::TellTermination => Some("terminated"),
        _ => None,
    };
    let step = Step { state: row.to.code(), phase: row.to.phase(), outcome };
    matters::step(tx, ctx, &mut matter, step, act.code(), &json!({ "on": day }))
}

fn is_complainant(tx: &mut Tx, matter: &Matter, party: Option<parties::PartyId>) -> Result<bool> {
    let Some(party) = party else { return Ok(false) };
    Ok(tx.scalar::<i64>(&SIDE, &params![party, matter.id])? > 0)
}

/// The day on which the second side was told; none while one is not.
fn both_told(tx: &mut Tx, matter: &Matter) -> Result<Option<Date>> {
    let (mut complainant, mut trader): (Option<Timestamp>, Option<Timestamp>) = (None, None);
    for row in tx.query(&TERMINATED, &params![matter.id])? {
        let (party, at): (Option<Id<kind::Officer>>, Timestamp) =
            (row.get("party_id")?, row.get("delivered_at")?);
        let side = if is_complainant(tx, matter, party)? { &mut complainant } else { &mut trader };
        side.get_or_insert(at);
    }
    Ok(complainant.zip(trader).map(|(one, other)| kernel::office_date(one.max(other))))
}
