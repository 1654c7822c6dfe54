//! Law and codes: which clocks are in force, how a date is counted, whether a number is one, the lists of words.

use db::Tx;
use jiff::civil::Date;
use kernel::Refusal;
use law::{Explanation, Law, RuleSet};
use serde_json::{Value as Json, json};
use web::{Problem, Result};

use super::matters::explained;
use crate::{field::lists, operation::Asked};

/// `GET /law/clocks`.
pub(crate) fn clocks(_: &mut Tx, asked: &Asked) -> Result<Json> {
    let on: Date = asked.parsed("on").unwrap_or_else(|| asked.ctx.today());
    let law = Law::in_use();
    let rules = law.clocks_on(on).into_iter().map(|(set, clock)| {
        let order = set.map_or_else(String::new, RuleSet::citation);
        json!({
            "clock": clock.key, "rule_set": set.map_or("", |set| set.id.as_str()), "title": clock.title,
            "trigger": clock.trigger, "length": clock.length, "unit": clock.unit.code(),
            "article": format!("{order}{}", clock.article),
        })
    });
    Ok(json!({ "clocks": rules.collect::<Vec<_>>() }))
}

/// `GET /law/due`.
pub(crate) fn due(_: &mut Tx, asked: &Asked) -> Result<Json> {
    let law = Law::in_use();
    let from: Date = asked.parsed("from").ok_or(Problem::NotFound)?;
    let received: Date = asked.parsed("received").unwrap_or(from);
    let no = |code, words: String| Problem::from(Refusal::new(code, words));
    let set =
        law.rule_set_on(received).ok_or_else(|| no("no_law", format!("{received} 早于收录的最早规定")))?;
    let key = asked.text("clock").unwrap_or_default();
    let clock = set.clock(key).ok_or_else(|| no("no_clock", format!("{}没有规定“{key}”期限", set.title)))?;
    let told = Explanation::new(set, clock, &law.calendar, from, asked.flag("extended"), &[]);
    let told = told.map_err(|error| no("clock", error.to_string()))?;
    Ok(json!({ "ends": [explained(&told)?] }))
}

/// `GET /codes/check`.
pub(crate) fn check(_: &mut Tx, asked: &Asked) -> Result<Json> {
    let checked = codes::check(asked.text("code").unwrap_or_default());
    Ok(json!({ "checks": [{
        "kind": checked.kind.label(), "code": checked.code, "level": checked.level, "reason": checked.reason
    }] }))
}

/// Gives the words of a list.
type Words = fn() -> Vec<(String, String)>;

/// The lists by name.
const LISTS: &[(&str, Words)] = &[
    ("channels", lists::channels),
    ("demands", lists::demands),
    ("return_reasons", lists::return_reasons),
    ("notice_channels", lists::notice_channels),
    ("notice_kinds", lists::notice_kinds),
    ("link_kinds", lists::link_kinds),
    ("proofs", lists::proofs),
    ("sales_ways", lists::sales_ways),
    ("topics", lists::topics),
    ("goods", lists::goods),
    ("problems", lists::problems),
    ("kinds", lists::kinds),
    ("phases", lists::phases),
];

/// `GET /words/{list}`.
pub(crate) fn words(_: &mut Tx, asked: &Asked) -> Result<Json> {
    let found = LISTS.iter().find(|(name, _)| *name == asked.part(0)).ok_or(Problem::NotFound)?;
    let words = (found.1)().into_iter().map(|(code, name)| json!({ "code": code, "name": name }));
    Ok(json!({ "words": words.collect::<Vec<_>>() }))
}
