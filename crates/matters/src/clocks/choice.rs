//! Another rule set than that of the day of receipt: chosen by who may approve, with a reason that stays (R03).
//!
//! No text says under which order a matter stands that was open when the order changed, so the day of receipt decides
//! until somebody with the right decides otherwise.

use db::{Tx, params};
use kernel::{Ctx, Permission, Refusal};
use law::{Law, RuleSet};
use serde_json::json;
use web::{Problem, Result};

use crate::{Matter, Phase, matter};

db::sql! {
    CHOOSE = "UPDATE matter SET rule_set = $3, rule_set_chosen = TRUE, version = version + 1 WHERE id = $1 AND version = $2";
    MOVE = "UPDATE clock SET rule_set = $3 WHERE matter_id = $1 AND key = $2 AND stopped_on IS NULL";
    RUNNING = "SELECT key, from_day FROM clock WHERE matter_id = $1 AND rule_set = $2 AND stopped_on IS NULL ORDER BY key";
}

/// The rule sets a matter can stand under: those in force on some day from its receipt until today.
pub fn choices(matter: &Matter, ctx: &Ctx) -> Vec<&'static RuleSet> {
    let (first, last) = (matter.received_on, ctx.today());
    let overlaps = |set: &&RuleSet| set.valid_from <= last && set.valid_to.is_none_or(|end| first <= end);
    Law::in_use().rule_sets.iter().filter(overlaps).collect()
}

/// Puts a matter under another rule set; the clocks that run are counted by it from the day they began. Clocks that have
/// stopped keep the order they were kept or missed under.
///
/// # Errors
/// Refusals without the right or a reason, for a rule set that was not in force while the matter was open, for one that
/// lacks a clock that runs, for a matter that has ended; [`Problem::Stale`] when somebody was faster.
pub fn choose_rule_set(tx: &mut Tx, ctx: &Ctx, matter: &mut Matter, id: &str, reason: &str) -> Result<()> {
    ctx.may(Permission::Approve)?;
    if matter.phase == Phase::Done {
        return Err(Refusal::new("done", "这件事项已经办结，不能再更换适用规定").into());
    }
    let set = choices(matter, ctx).into_iter().find(|set| set.id == id && set.id != matter.rule_set);
    let set =
        set.ok_or_else(|| Refusal::new("rule_set", "请选择办理期间曾经施行的另一规定").at("rule_set"))?;
    if reason.trim().chars().count() < 4 {
        return Err(Refusal::new("rule_set_reason", "请写明更换适用规定的理由").at("reason").into());
    }
    // Clocks of statutes (广告法…) stand outside the orders and stay as they are.
    for row in tx.query(&RUNNING, &params![matter.id, matter.rule_set])? {
        let key: String = row.get("key")?;
        if Law::in_use().clock(set, &key, row.get("from_day")?).is_none() {
            let words = format!("{}没有正在计算的“{key}”期限，请先办结或者撤销该期限", set.title);
            return Err(Refusal::new("rule_set_clock", words).at("rule_set").into());
        }
        tx.execute(&MOVE, &params![matter.id, key, set.id])?;
    }
    tx.exactly_one(&CHOOSE, &params![matter.id, matter.version, set.id]).map_err(Problem::from)?;
    matter.version += 1;
    let before = std::mem::replace(&mut matter.rule_set, set.id.clone());
    let detail = json!({ "before": before, "after": set.id, "reason": reason.trim() });
    matter::note(tx, ctx, matter.id, "rule_set", None, &detail)?;
    super::refresh(tx, matter)
}
