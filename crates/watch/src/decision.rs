//! What people decide: an alarm is dismissed with a reason or taken up; the budget is set.

use db::{Tx, params};
use kernel::{Ctx, Permission, Refusal, words};
use serde_json::json;
use web::{Problem, Result};

use crate::alarm::{State, WatchId, find};

/// The setting: alarms a week.
const BUDGET: &str = "alarms_a_week";
/// What an office begins with.
const ONE: f64 = 1.0;
/// What may be set.
pub const BUDGETS: std::ops::RangeInclusive<f64> = 0.1..=50.0;
words! {
    /// Why an alarm is dismissed.
    Reason {
        /// Chance.
        Chance = "chance", "正常波动";
        /// One person again and again.
        OnePerson = "one_person", "同一人多次反映";
        /// The same text sent by many.
        Copied = "copied", "同一文本转发";
        /// A season in which it is always so.
        Season = "season", "节庆或者促销期间常见的增多";
        /// Registered or imported in one go.
        Batch = "batch", "批量导入或者补录";
        /// Known and being handled.
        Known = "known", "已经掌握，正在处理";
        /// The records are wrong.
        Wrong = "wrong", "分类或者经营者登记有误";
        /// Something else, which is said.
        Other = "other", "其他（请说明）";
    }
}

db::sql! {
    DECIDE = "UPDATE alarm SET state = $3, reason = $4, words = $5, decided_by = $6, decided_at = $7, version = version + 1 \
              WHERE id = $1 AND version = $2 AND state = 'open'";
    TAKEN = "INSERT INTO alarm_matter (alarm_id, matter_id) VALUES ($1, $2)";
}

/// Alarms a week that the office can look into.
///
/// # Errors
/// A fault of the database.
pub fn budget(tx: &mut Tx) -> Result<f64> {
    let set = people::setting(tx, BUDGET)?.and_then(|text| text.parse().ok());
    Ok(set.filter(|budget| BUDGETS.contains(budget)).unwrap_or(ONE))
}

/// Sets the budget.
///
/// # Errors
/// Refusals without the right or for a budget that is none.
pub fn set_budget(tx: &mut Tx, ctx: &Ctx, budget: &str) -> Result<()> {
    ctx.may(Permission::DecideAlarms)?;
    let number = budget.parse::<f64>().ok().filter(|budget| BUDGETS.contains(budget));
    if number.is_none() {
        let (least, most) = (BUDGETS.start(), BUDGETS.end());
        let words = format!("每周次数请填写 {least} 到 {most} 之间的数字，例如 1 或者 0.5");
        return Err(Refusal::new("budget", words).at("budget").into());
    }
    people::set_setting(tx, ctx, BUDGET, budget)?;
    Ok(journal::note(tx, ctx, BUDGET, "watch_budget", &json!({ "weekly": budget }))?)
}

fn decide(
    tx: &mut Tx,
    ctx: &Ctx,
    id: WatchId,
    version: i64,
    state: State,
    reason: &str,
    words: &str,
) -> Result<()> {
    let officer = ctx.officer()?.id;
    let done = tx.execute(&DECIDE, &params![id, version, state.code(), reason, words, officer, ctx.now])?;
    if done == 0 {
        let alarm = find(tx, id)?;
        let words = format!("{} 已经登记为“{}”，请刷新后查看", alarm.by, alarm.state.label());
        return Err(Refusal::new("stale", words).into());
    }
    Ok(())
}

/// Dismisses an alarm (不成立); the reason feeds the replay.
///
/// # Errors
/// Refusals without the right, without a reason, or when somebody decided meanwhile.
pub fn dismiss(tx: &mut Tx, ctx: &Ctx, id: WatchId, version: i64, reason: &str, words: &str) -> Result<()> {
    ctx.may(Permission::DecideAlarms)?;
    let Some(reason) = Reason::from_code(reason) else {
        return Err(Refusal::new("reason", "请选择为什么不成立").at("reason").into());
    };
    if reason == Reason::Other && words.is_empty() {
        return Err(Refusal::new("words", "选择“其他”的，请写明情况").at("words").into());
    }
    decide(tx, ctx, id, version, State::Dismissed, reason.code(), words)?;
    Ok(journal::note(tx, ctx, &id.to_string(), "alarm_dismissal", &json!({ "reason": reason.code() }))?)
}

/// Takes an alarm up: in a matter within reach, or with words on what is done.
///
/// # Errors
/// Refusals without the right, without either, or when somebody decided meanwhile; for a number that is out of reach.
pub fn take(tx: &mut Tx, ctx: &Ctx, id: WatchId, version: i64, number: &str, words: &str) -> Result<()> {
    ctx.may(Permission::DecideAlarms)?;
    if number.is_empty() && words.is_empty() {
        return Err(Refusal::new("number", "请填写转入哪一件事项，或者写明怎样处理").at("number").into());
    }
    let matter = match number {
        "" => None,
        number => match matters::find(tx, ctx, number) {
            Ok(matter) => Some(matter),
            Err(Problem::NotFound) => {
                return Err(Refusal::new("number", "您的查看范围内没有这个编号").at("number").into());
            }
            Err(problem) => return Err(problem),
        },
    };
    decide(tx, ctx, id, version, State::Taken, "", words)?;
    if let Some(matter) = matter {
        tx.execute(&TAKEN, &params![id, matter.id])?;
        matters::note(tx, ctx, matter.id, "alarm_taken", None, &json!({ "alarm": id.to_string() }))?;
    }
    Ok(journal::note(tx, ctx, &id.to_string(), "alarm_taking", &json!({}))?)
}
