//! Retention (保存期限): what is forgotten when, by whose decision, with a proof. Rules are data (`law/retention.toml`); a
//! rule does nothing until somebody proposes it and a second person confirms. A matter that is open, whose clock runs, that
//! is linked to an open one, waits for a call-back or a notice, or is under a hold (法律保全), is never touched.

mod hold;
mod run;

use std::sync::{LazyLock, OnceLock};

use db::{Row, Tx, params};
use jiff::{Timestamp, ToSpan as _, civil::Date};
use kernel::{Ctx, Id, MatterId, OfficerId, Permission, Refusal, kind};
use serde::Deserialize;
use serde_json::json;
use web::{Problem, Result};

pub use hold::{Hold, HoldId, holds, place, release};
pub use run::{JOB, Run, Waiting, run, runs, waiting};

/// A rule as it ships.
#[derive(Clone, Debug, Deserialize)]
pub struct Rule {
    /// Stable word.
    pub key: String,
    /// What is forgotten.
    pub title: String,
    /// Kinds of matters; none for rules about entries of another kind.
    pub kinds: Vec<String>,
    /// Only these outcomes, when there are any.
    pub outcomes: Vec<String>,
    /// Months proposed.
    pub months: i64,
    /// Months at least.
    pub least: i64,
    /// The day the months count from, in words.
    pub counts_from: String,
    /// What happens, in words.
    pub does: String,
    /// Where the least comes from.
    pub source: String,
    /// How sure that is.
    pub confidence: String,
}

#[derive(Deserialize)]
struct Rules {
    rules: Vec<Rule>,
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    // Compiled in and read by a test: an empty list is a broken build, and forgets nothing.
    toml::from_str::<Rules>(include_str!("../../../law/retention.toml"))
        .map(|read| read.rules)
        .unwrap_or_default()
});

/// Every rule.
pub fn rules() -> &'static [Rule] {
    &RULES
}

/// The rule with `key`.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn rule(key: &str) -> Result<&'static Rule> {
    rules().iter().find(|rule| rule.key == key).ok_or(Problem::NotFound)
}

/// Whole entries that a crate deletes when they are older than an instant.
#[derive(Clone, Copy)]
pub struct Purge {
    /// Key of the rule.
    pub rule: &'static str,
    /// How many there are.
    pub count: fn(&mut Tx, Timestamp) -> Result<i64>,
    /// Deletes them; how many.
    pub delete: fn(&mut Tx, Timestamp) -> Result<i64>,
}

/// Strikes values out of the words that a crate keeps about a matter: how many, and the words it may still be found by.
pub type Strike = fn(&mut Tx, &Ctx, MatterId, &[String]) -> Result<(i64, String)>;

/// What other crates forget.
#[derive(Clone, Default)]
pub struct Hands {
    /// Whole entries.
    pub purges: Vec<Purge>,
    /// Words about a matter.
    pub strikes: Vec<Strike>,
}

static HANDS: OnceLock<Hands> = OnceLock::new();

/// Tells what other crates forget, once, when the program starts.
pub fn register(hands: Hands) {
    // A second call keeps the first: tests open several offices in one process.
    HANDS.get_or_init(|| hands);
}

fn purges() -> Vec<Purge> {
    let own = [
        Purge { rule: "sessions", count: people::expired_before, delete: people::forget_expired },
        Purge {
            rule: "read_log",
            count: matters::parties::reads_before,
            delete: matters::parties::forget_reads,
        },
    ];
    HANDS.get().map(|hands| hands.purges.clone()).into_iter().flatten().chain(own).collect()
}

fn strikes() -> Vec<Strike> {
    HANDS.get().map(|hands| hands.strikes.clone()).unwrap_or_default()
}

/// An id of a decision.
pub type DecisionId = Id<kind::Journal>;

/// What the bureau decided about a rule.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// Key of the rule.
    pub rule: String,
    /// Months from the end.
    pub months: i64,
    /// Whether it runs.
    pub enabled: bool,
    /// Why.
    pub reason: String,
    /// `proposed`, `active`, `rejected`, `past`.
    pub state: String,
    /// Who proposed it.
    pub made_by: Option<OfficerId>,
    /// That person's name.
    pub made_name: String,
    /// When.
    pub made_at: Timestamp,
    /// Who confirmed or refused it.
    pub decided_name: String,
    /// When.
    pub decided_at: Option<Timestamp>,
}

db::sql! {
    INSERT = "INSERT INTO retention_decision (id, rule, months, enabled, reason, state, made_by, made_name, made_at) \
              VALUES ($1, $2, $3, $4, $5, 'proposed', $6, $7, $8)";
    BY_ID = "SELECT id, rule, months, enabled, reason, state, made_by, made_name, made_at, decided_name, decided_at \
             FROM retention_decision WHERE id = $1";
    IN_STATE = "SELECT id, rule, months, enabled, reason, state, made_by, made_name, made_at, decided_name, decided_at \
                FROM retention_decision WHERE state = $1 ORDER BY made_at, id";
    DECIDE = "UPDATE retention_decision SET state = $2, decided_by = $3, decided_name = $4, decided_at = $5, decided_words = $6 \
              WHERE id = $1 AND state = 'proposed'";
    PAST = "UPDATE retention_decision SET state = 'past' WHERE rule = $1 AND state = 'active' AND id <> $2";
    WITHDRAW = "UPDATE retention_decision SET state = 'past' WHERE rule = $1 AND state = 'proposed'";
}

/// The statements of retention.
pub(crate) fn statements() -> Vec<db::Sql> {
    [STATEMENTS, hold::STATEMENTS, run::STATEMENTS].concat()
}

fn read(row: &Row) -> Result<Decision, db::Error> {
    Ok(Decision {
        id: row.get("id")?,
        rule: row.get("rule")?,
        months: row.get("months")?,
        enabled: row.get("enabled")?,
        reason: row.get("reason")?,
        state: row.get("state")?,
        made_by: row.get("made_by")?,
        made_name: row.get("made_name")?,
        made_at: row.get("made_at")?,
        decided_name: row.get("decided_name")?,
        decided_at: row.get("decided_at")?,
    })
}

/// The decisions in a state: `active` are in force, `proposed` wait.
///
/// # Errors
/// A fault of the database.
pub fn decisions(tx: &mut Tx, state: &str) -> Result<Vec<Decision>> {
    Ok(tx.query(&IN_STATE, &params![state])?.iter().map(read).collect::<Result<_, _>>()?)
}

/// The decision with `id`.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn decision(tx: &mut Tx, id: DecisionId) -> Result<Decision> {
    Ok(read(&tx.one(&BY_ID, &params![id])?.ok_or(Problem::NotFound)?)?)
}

/// The last day whose entries are forgotten under `months`, counted on `today`.
pub fn last_day(today: Date, months: i64) -> Date {
    today.checked_sub(months.months()).unwrap_or(Date::MIN)
}

/// Proposes to run a rule after so many months, or to stop it; a second person must confirm. An earlier proposal of the same
/// rule is withdrawn.
///
/// # Errors
/// Refusals without the right, without a reason, or for fewer months than the law allows.
pub fn propose(
    tx: &mut Tx,
    ctx: &Ctx,
    key: &str,
    months: i64,
    enabled: bool,
    reason: &str,
) -> Result<DecisionId> {
    ctx.may(Permission::KeepSettings)?;
    let rule = rule(key)?;
    if months < rule.least || months > 1_200 {
        let words = format!("期限不能少于 {} 个月（{}），也不能超过 1200 个月", rule.least, rule.source);
        return Err(Refusal::new("retention_months", words).at("months").into());
    }
    if reason.trim().chars().count() < 4 {
        return Err(Refusal::new("retention_reason", "请写明理由（至少 4 个字）").at("reason").into());
    }
    tx.execute(&WITHDRAW, &params![key])?;
    let id: DecisionId = ctx.id();
    let by = ctx.officer().ok().map(|officer| officer.id);
    tx.execute(&INSERT, &params![id, key, months, enabled, reason.trim(), by, ctx.actor_name(), ctx.now])?;
    let made = decision(tx, id)?;
    note(tx, ctx, "retention_propose", &made, "")?;
    Ok(id)
}

/// Confirms or refuses a proposal: by another person than the one who made it.
///
/// # Errors
/// Refusals without the right, for the same person twice, for a refusal without words; stale.
pub fn decide(tx: &mut Tx, ctx: &Ctx, id: DecisionId, confirm: bool, words: &str) -> Result<Decision> {
    ctx.may(Permission::ConfirmSettings)?;
    let found = decision(tx, id)?;
    let officer = ctx.officer()?;
    if Some(officer.id) == found.made_by {
        return Err(Refusal::new("four_eyes", "提出和核准须为两人，请另一位有权限的同事核准").into());
    }
    if !confirm && words.trim().is_empty() {
        return Err(Refusal::new("reject_words", "请写明不予核准的理由").at("words").into());
    }
    let state = if confirm { "active" } else { "rejected" };
    tx.exactly_one(&DECIDE, &params![id, state, officer.id, officer.name, ctx.now, words.trim()])?;
    if confirm {
        tx.execute(&PAST, &params![found.rule, id])?;
    }
    note(tx, ctx, if confirm { "retention_decide" } else { "retention_reject" }, &found, words)?;
    decision(tx, id)
}

fn note(tx: &mut Tx, ctx: &Ctx, verb: &str, decision: &Decision, words: &str) -> Result<()> {
    let detail = json!({
        "rule": decision.rule, "months": decision.months, "enabled": decision.enabled,
        "reason": decision.reason, "words": words,
    });
    let subject = &rule(&decision.rule)?.title;
    Ok(journal::note(tx, ctx, subject, verb, &detail)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_rules_can_be_read_and_keep_the_least_the_law_asks() {
        assert!(rules().len() >= 7);
        for rule in rules() {
            assert!(rule.months >= rule.least && rule.least > 0, "{}", rule.key);
            assert!(!rule.source.is_empty() && !rule.does.is_empty(), "{}", rule.key);
        }
        let six = |key: &str| rule(key).unwrap().least;
        assert!(six("sessions") >= 6 && six("read_log") >= 6, "网络日志不少于六个月");
    }
}
