//! What is forgotten when, what waits for the second person, what runs in the background.

use db::Tx;
use kernel::Ctx;
use serde_json::{Value as Json, json};
use web::Result;

use super::{super::jobs::name, line};
use crate::{
    edition,
    retention::{self, Decision, Hold, Run},
};

fn waiting(one: &retention::Waiting) -> Json {
    json!({ "due": one.due, "held": one.held, "linked": one.linked, "pending": one.pending })
}

/// The rules with what they would do today, the holds, the proofs of the last runs.
///
/// # Errors
/// A fault of the database.
pub fn retention(tx: &mut Tx, ctx: &Ctx) -> Result<Json> {
    let active = retention::decisions(tx, "active")?;
    let proposed = retention::decisions(tx, "proposed")?;
    let mut rules = Vec::new();
    for rule in retention::rules() {
        let decision = active.iter().find(|one| one.rule == rule.key && one.enabled);
        let months = decision.map_or(rule.months, |decision| decision.months);
        rules.push(json!({
            "key": rule.key,
            "title": rule.title,
            "does": rule.does,
            "counts_from": rule.counts_from,
            "months": months,
            "least": rule.least,
            "source": rule.source,
            "confidence": rule.confidence,
            "enabled": decision.is_some(),
            "proposed": proposed.iter().any(|one| one.rule == rule.key),
            "waiting": waiting(&retention::waiting(tx, rule, months, ctx.today())?),
        }));
    }
    let hold = |hold: &Hold| json!({ "id": hold.id, "number": hold.number, "reason": hold.reason, "by": hold.by_name, "at": hold.at });
    let run = |run: &Run| {
        json!({
            "at": run.at, "title": run.title, "before": run.before, "items": run.items, "fields": run.fields,
            "by": run.by, "digest": run.digest,
        })
    };
    Ok(json!({
        "rules": rules,
        "holds": retention::holds(tx)?.iter().map(hold).collect::<Vec<_>>(),
        "runs": retention::runs(tx, 50)?.iter().map(run).collect::<Vec<_>>(),
    }))
}

fn decision(tx: &mut Tx, ctx: &Ctx, one: &Decision) -> Result<Json> {
    let rule = retention::rule(&one.rule)?;
    Ok(json!({
        "id": one.id,
        "rule": one.rule,
        "title": rule.title,
        "enabled": one.enabled,
        "months": one.months,
        "reason": one.reason,
        "made_by": one.made_name,
        "made_at": one.made_at,
        "waiting": waiting(&retention::waiting(tx, rule, one.months, ctx.today())?),
    }))
}

/// What waits for the second person.
///
/// # Errors
/// A fault of the database.
pub fn approvals(tx: &mut Tx, ctx: &Ctx) -> Result<Json> {
    let rules: Vec<Json> = edition::proposed(tx)?.iter().map(line).collect();
    let mut proposals = Vec::new();
    for one in retention::decisions(tx, "proposed")? {
        proposals.push(decision(tx, ctx, &one)?);
    }
    Ok(json!({ "rules": rules, "retention": proposals }))
}

/// Background work: what comes again, what waits, what was given up.
///
/// # Errors
/// A fault of the database.
pub fn jobs(tx: &mut Tx, ctx: &Ctx) -> Result<Json> {
    let turn = |turn: jobs::Turn| {
        json!({
            "key": turn.name, "name": name(&turn.name), "every_seconds": turn.every_seconds,
            "last_start": turn.last_start, "last_end": turn.last_end, "error": turn.last_error,
        })
    };
    let depth = |depth: jobs::Depth| {
        json!({
            "key": depth.kind, "name": name(&depth.kind), "waiting": depth.waiting, "retried": depth.retried,
            "dead": depth.dead, "since": depth.since,
        })
    };
    let dead = |dead: jobs::Dead| {
        json!({
            "id": dead.id, "key": dead.kind, "name": name(&dead.kind), "subject": dead.subject,
            "failed_at": dead.failed_at, "error": dead.error,
        })
    };
    let late = jobs::late(tx, ctx.now)?;
    Ok(json!({
        "late": late.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "schedules": jobs::schedules(tx)?.into_iter().map(turn).collect::<Vec<_>>(),
        "depths": jobs::depths(tx)?.into_iter().map(depth).collect::<Vec<_>>(),
        "dead": jobs::dead(tx, 100)?.into_iter().map(dead).collect::<Vec<_>>(),
    }))
}
