//! Running the rules that are in force, some hundred matters a transaction, and the proof of each run.

use db::{Row, Tx, params};
use jiff::{Timestamp, civil::Date};
use jobs::{Failure, Job};
use kernel::{Ctx, Id, MatterId, OFFICE_ZONE, hex, kind, sm3};
use serde_json::{Value as Json, json};
use web::Result;

use super::{Decision, Rule, decisions, last_day, purges, rule, strikes};

/// Name of the repeating work.
pub const JOB: &str = "retention";
/// Matters of one rule in one transaction.
const BATCH: usize = 200;

/// What a rule would forget today, and what keeps the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Matters or entries that are due.
    pub due: i64,
    /// Due, but under a hold.
    pub held: i64,
    /// Due, but linked to an open matter.
    pub linked: i64,
    /// Due, but something of it is still to be done.
    pub pending: i64,
}

/// The proof of a run.
#[derive(Clone, Debug)]
pub struct Run {
    /// Title of the rule.
    pub title: String,
    /// When.
    pub at: Timestamp,
    /// Up to which day.
    pub before: Date,
    /// How many matters or entries.
    pub items: i64,
    /// How many fields and words were cleared.
    pub fields: i64,
    /// SM3 of the list of numbers, in order, a line each.
    pub digest: String,
    /// Who proposed and who confirmed the rule.
    pub by: String,
}

/// `FROM` and the matters of a rule that ended long enough ago and were not forgotten yet: $1 kind, $2 last day, $3 outcome.
macro_rules! ended {
    () => {
        "FROM matter m WHERE m.kind = $1 AND ($3 = '' OR m.outcome = $3) AND m.phase = 'done' AND m.closed_on <= $2 \
         AND NOT EXISTS (SELECT 1 FROM retention_item i WHERE i.matter_id = m.id) "
    };
}

/// A hold stands.
macro_rules! held {
    () => {
        "EXISTS (SELECT 1 FROM legal_hold h WHERE h.matter_id = m.id AND h.ended_at IS NULL) "
    };
}

/// It is linked to an open matter, leads one, or an open one reads its facts.
macro_rules! linked {
    () => {
        "(EXISTS (SELECT 1 FROM matter_link l JOIN matter o ON o.id = l.to_id WHERE l.from_id = m.id AND l.ended_at IS NULL AND o.phase <> 'done') \
         OR EXISTS (SELECT 1 FROM matter_link l JOIN matter o ON o.id = l.from_id WHERE l.to_id = m.id AND l.ended_at IS NULL AND o.phase <> 'done') \
         OR EXISTS (SELECT 1 FROM matter_merge g JOIN matter o ON o.id = g.leader_id OR o.id = g.merged_id \
         WHERE (g.leader_id = m.id OR g.merged_id = m.id) AND g.undone_at IS NULL AND o.phase <> 'done') \
         OR EXISTS (SELECT 1 FROM evidence_share e JOIN matter o ON o.id = e.matter_id \
         WHERE (e.from_id = m.id OR e.facts_id = m.id) AND o.phase <> 'done')) "
    };
}

/// Something of it is still to be done: a clock runs, a call-back, a notice or its sending, a paper, a dispute over
/// jurisdiction, an answer of a settlement, a reward that is not paid, or a word of the person that nobody read.
macro_rules! pending {
    () => {
        "(EXISTS (SELECT 1 FROM clock c WHERE c.matter_id = m.id AND c.stopped_on IS NULL) \
         OR EXISTS (SELECT 1 FROM callback b WHERE b.matter_id = m.id AND b.state = 'due') \
         OR EXISTS (SELECT 1 FROM notice n WHERE n.matter_id = m.id AND n.state IN ('planned', 'sent')) \
         OR EXISTS (SELECT 1 FROM dispatch d JOIN notice n ON n.id = d.notice_id WHERE d.matter_id = m.id \
         AND d.state IN ('sending', 'waiting', 'sent', 'unknown', 'dead') AND n.state NOT IN ('delivered', 'failed')) \
         OR EXISTS (SELECT 1 FROM paper p WHERE p.matter_id = m.id AND p.state IN ('drafted', 'submitted')) \
         OR EXISTS (SELECT 1 FROM jurisdiction_dispute j WHERE j.matter_id = m.id AND j.state IN ('open', 'refused')) \
         OR EXISTS (SELECT 1 FROM odr_case k WHERE k.matter_id = m.id AND k.ended_on IS NULL) \
         OR EXISTS (SELECT 1 FROM report_reward r WHERE r.matter_id = m.id AND r.state IN ('proposed', 'approved')) \
         OR EXISTS (SELECT 1 FROM talk t WHERE t.matter_id = m.id AND t.side = 'person' AND t.read_at IS NULL)) "
    };
}

db::sql! {
    DUE = concat!("SELECT m.id, m.number ", ended!(), "AND NOT ", held!(), "AND NOT ", linked!(), "AND NOT ", pending!(),
                  "ORDER BY m.closed_on, m.number LIMIT $4");
    COUNT_DUE = concat!("SELECT COUNT(*) ", ended!(), "AND NOT ", held!(), "AND NOT ", linked!(), "AND NOT ", pending!());
    COUNT_HELD = concat!("SELECT COUNT(*) ", ended!(), "AND ", held!());
    COUNT_LINKED = concat!("SELECT COUNT(*) ", ended!(), "AND ", linked!());
    COUNT_PENDING = concat!("SELECT COUNT(*) ", ended!(), "AND ", pending!());
    RUN = "INSERT INTO retention_run (id, rule, decision_id, at, before_day, items, fields, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    ITEM = "INSERT INTO retention_item (run_id, matter_id, number, fields) VALUES ($1, $2, $3, $4)";
    RUNS = "SELECT r.rule, r.at, r.before_day, r.items, r.fields, r.digest, d.made_name, d.decided_name FROM retention_run r \
            JOIN retention_decision d ON d.id = r.decision_id ORDER BY r.at DESC, r.id DESC LIMIT $1";
}

/// (kind, outcome) of the matters of a rule; an empty outcome stands for any.
fn parts(rule: &Rule) -> Vec<(&str, &str)> {
    let outcomes: Vec<&str> =
        if rule.outcomes.is_empty() { vec![""] } else { rule.outcomes.iter().map(String::as_str).collect() };
    let parts = rule.kinds.iter().flat_map(|kind| outcomes.iter().map(|outcome| (kind.as_str(), *outcome)));
    parts.collect()
}

/// The first instant that is not forgotten any more: the day after `last`, at midnight.
fn instant(last: Date) -> Timestamp {
    let next = last.tomorrow().unwrap_or(last);
    OFFICE_ZONE.to_timestamp(next.at(0, 0, 0, 0)).unwrap_or(Timestamp::MIN)
}

/// What `rule` would forget on `today` after so many months.
///
/// # Errors
/// A fault of the database.
pub fn waiting(tx: &mut Tx, rule: &Rule, months: i64, today: Date) -> Result<Waiting> {
    let last = last_day(today, months);
    let mut found = Waiting::default();
    for (kind, outcome) in parts(rule) {
        let values = params![kind, last, outcome];
        found.due += tx.scalar::<i64>(&COUNT_DUE, &values)?;
        found.held += tx.scalar::<i64>(&COUNT_HELD, &values)?;
        found.linked += tx.scalar::<i64>(&COUNT_LINKED, &values)?;
        found.pending += tx.scalar::<i64>(&COUNT_PENDING, &values)?;
    }
    for purge in purges().iter().filter(|purge| purge.rule == rule.key) {
        found.due += (purge.count)(tx, instant(last))?;
    }
    Ok(found)
}

/// Runs every rule in force once; what a transaction cannot hold comes in the next.
pub fn run(tx: &mut Tx, ctx: &Ctx, _: &Job) -> Result<(), Failure> {
    let mut more = false;
    for decision in decisions(tx, "active")?.into_iter().filter(|decision| decision.enabled) {
        more |= run_rule(tx, ctx, rule(&decision.rule)?, &decision)?;
    }
    if more {
        jobs::enqueue(tx, ctx, JOB, "", &Json::Null, ctx.now)?;
    }
    Ok(())
}

/// Forgets what is due under a rule, at most a batch; `true` when there may be more.
fn run_rule(tx: &mut Tx, ctx: &Ctx, rule: &Rule, decision: &Decision) -> Result<bool> {
    let last = last_day(ctx.today(), decision.months);
    let id: Id<kind::Journal> = ctx.id();
    let mut items: Vec<(MatterId, String, i64)> = Vec::new();
    for (kind, outcome) in parts(rule) {
        for row in tx.query(&DUE, &params![kind, last, outcome, BATCH - items.len()])? {
            let (matter, number): (MatterId, String) = (row.get("id")?, row.get("number")?);
            let fields = forget(tx, ctx, matter, rule, decision)?;
            items.push((matter, number, fields));
        }
    }
    let (mut count, mut fields) = (i64::try_from(items.len()).unwrap_or(i64::MAX), 0);
    for purge in purges().iter().filter(|purge| purge.rule == rule.key) {
        let gone = (purge.delete)(tx, instant(last))?;
        count += gone;
        fields += gone;
    }
    if count == 0 {
        return Ok(false);
    }
    items.sort_by(|one, two| one.1.cmp(&two.1));
    let list: String = items.iter().map(|(_, number, _)| format!("{number}\n")).collect();
    let digest = hex(&sm3(list.as_bytes()));
    fields += items.iter().map(|(_, _, fields)| fields).sum::<i64>();
    tx.execute(&RUN, &params![id, rule.key, decision.id, ctx.now, last, count, fields, digest])?;
    for (matter, number, fields) in &items {
        tx.execute(&ITEM, &params![id, matter, number, fields])?;
    }
    let detail = json!({
        "rule": rule.key, "on": last, "items": count, "fields": fields, "digest": digest,
        "who": format!("{}提出，{}核准", decision.made_name, decision.decided_name),
    });
    let subject = rule.title.as_str();
    journal::note(tx, ctx, subject, "retention", &detail)?;
    if !items.is_empty() && items.len() < BATCH {
        tx.search_forget()?;
    }
    Ok(items.len() == BATCH)
}

/// Forgets the people of one matter everywhere.
fn forget(tx: &mut Tx, ctx: &Ctx, matter: MatterId, rule: &Rule, decision: &Decision) -> Result<i64> {
    let gone = matters::parties::forget(tx, ctx, matter)?;
    let (mut fields, mut words) = (gone.fields, Vec::new());
    for strike in strikes() {
        let (count, found_by) = strike(tx, ctx, matter, &gone.values)?;
        fields += count;
        words.push(found_by);
    }
    fields += matters::forget::strike_texts(tx, matter, &gone.values, super::hold::TEXTS)?;
    matters::parties::put_words(tx, matter, &words.join(" "))?;
    let reason = format!("{}：办结满 {} 个月（{}核准）", rule.title, decision.months, decision.decided_name);
    matters::note(tx, ctx, matter, "forget", None, &json!({ "reason": reason, "fields": fields }))?;
    Ok(fields)
}

/// The latest runs with their proof.
///
/// # Errors
/// A fault of the database.
pub fn runs(tx: &mut Tx, limit: usize) -> Result<Vec<Run>> {
    let read = |row: &Row| {
        let key: String = row.get("rule")?;
        let (made, decided): (String, String) = (row.get("made_name")?, row.get("decided_name")?);
        Ok::<_, db::Error>(Run {
            title: rule(&key).map_or(key, |rule| rule.title.clone()),
            at: row.get("at")?,
            before: row.get("before_day")?,
            items: row.get("items")?,
            fields: row.get("fields")?,
            digest: row.get("digest")?,
            by: format!("{made}提出，{decided}核准"),
        })
    };
    Ok(tx.query(&RUNS, &params![limit])?.iter().map(read).collect::<Result<_, _>>()?)
}
