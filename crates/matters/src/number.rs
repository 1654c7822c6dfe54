//! Numbers: gap-free per unit, kind and year; a void number keeps its reason and is never given again.

use db::{Tx, params};
use kernel::{Ctx, MatterId, Permission, Refusal, UnitId};
use serde_json::{Value as Json, json};
use web::Result;

use crate::{Kind, Matter, Phase, Step, clocks, matter, merge};

db::sql! {
    NEXT = "INSERT INTO number_series (unit_id, kind, year, last) VALUES ($1, $2, $3, 1) \
            ON CONFLICT (unit_id, kind, year) DO UPDATE SET last = number_series.last + 1 RETURNING last";
    VOID = "INSERT INTO void_number (number, matter_id, reason, by_id, at) VALUES ($1, $2, $3, $4, $5) \
            ON CONFLICT (number) DO NOTHING";
    IS_VOID = "SELECT reason FROM void_number WHERE number = $1";
}

/// State and outcome of a registration that was taken back.
pub(crate) const VOID_STATE: &str = "void";

/// The next number, in the transaction that uses it: the row of the series stays locked until that ends, so a command that
/// fails leaves no gap and two at once get neighbours.
pub(crate) fn next(tx: &mut Tx, unit: UnitId, code: &str, kind: Kind, year: i16) -> Result<String> {
    tx.holds_hot_rows();
    let last: i64 = tx.scalar(&NEXT, &params![unit, kind.code(), i64::from(year)])?;
    Ok(format!("{}-{code}-{year}-{last:05}", kind.prefix()))
}

/// The next number of an official paper: per unit, form and year.
///
/// # Errors
/// A fault of the database.
pub fn paper(tx: &mut Tx, unit: UnitId, form: &str, year: i16) -> Result<i64> {
    tx.holds_hot_rows();
    Ok(tx.scalar(&NEXT, &params![unit, form, i64::from(year)])?)
}

/// Declares a number void, with a reason that stays.
///
/// # Errors
/// A refusal without the right, without a reason, or when the number is void already.
pub fn void(tx: &mut Tx, ctx: &Ctx, id: MatterId, number: &str, reason: &str) -> Result<()> {
    ctx.may(Permission::Approve)?;
    declare_void(tx, ctx, id, number, reason)
}

fn declare_void(tx: &mut Tx, ctx: &Ctx, id: MatterId, number: &str, reason: &str) -> Result<()> {
    if reason.trim().is_empty() {
        return Err(Refusal::new("void_reason", "请写明作废理由").at("reason").into());
    }
    let row = params![number, id, reason.trim(), ctx.officer()?.id, ctx.now];
    if tx.execute(&VOID, &row)? == 0 {
        return Err(Refusal::new("void_already", format!("编号 {number} 已经作废")).into());
    }
    matter::note(tx, ctx, id, "void_number", None, &json!({ "number": number, "reason": reason.trim() }))
}

/// Takes a registration back that should not have been made (登记错误、重复登记): its number is void with the reason, its clocks
/// count neither as kept nor as late, and no figure counts it. The record stays readable.
///
/// # Errors
/// Refusals without the right, without a reason, or for a matter that has ended; [`web::Problem::Stale`].
pub fn void_registration(tx: &mut Tx, ctx: &Ctx, matter: &mut Matter, reason: &str) -> Result<()> {
    ctx.may(Permission::Approve)?;
    let detail = json!({ "reason": reason.trim() });
    take_back(tx, ctx, matter, reason, ("void_registration", &detail))
}

/// [`void_registration`] by an act that has asked for its own right: journalled as `verb` with `detail`.
pub(crate) fn take_back(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &mut Matter,
    reason: &str,
    (verb, detail): (&str, &Json),
) -> Result<()> {
    if matter.phase == Phase::Done {
        return Err(Refusal::new("done", "这件事项已经办结，不能作废登记").into());
    }
    if !merge::followers(tx, matter.id)?.is_empty() {
        // What goes with it would end with it, unhandled and untold.
        let words = "这件事项之下有并入的事项，请先撤销并案或者解除关联，再作废登记";
        return Err(Refusal::new("void_leads", words).into());
    }
    declare_void(tx, ctx, matter.id, &matter.number, reason)?;
    clocks::void_all(tx, ctx, matter, reason)?;
    let step = Step { state: VOID_STATE, phase: Phase::Done, outcome: Some(VOID_STATE) };
    matter::step(tx, ctx, matter, step, verb, detail)
}

/// Why a number is void; `None` while it stands.
///
/// # Errors
/// A fault of the database.
pub fn void_reason(tx: &mut Tx, number: &str) -> Result<Option<String>> {
    Ok(tx.one(&IS_VOID, &params![number])?.map(|row| row.get("reason")).transpose()?)
}
