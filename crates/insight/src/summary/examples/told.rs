//! The paragraph of an example, in the manner of summaries: when, by whom not by name, against whom not by name, what happened, what the
//! office did, what came of it.

use db::{Tx, params};
use kernel::Ctx;
use numerals::{Finding, Ledger};
use web::Result;

use super::{
    super::seals::{Seal, Seals},
    case::{Case, Facts},
};

db::sql! {
    NAMES = "SELECT t.name FROM matter m JOIN trader t ON t.id = m.trader_id WHERE m.id = $1 \
             UNION SELECT a.name FROM matter m JOIN trader_alias a ON a.trader_id = m.trader_id WHERE m.id = $1 \
             UNION SELECT c.respondent_name FROM contact c WHERE c.matter_id = COALESCE( \
             (SELECT e.facts_id FROM evidence_share e WHERE e.matter_id = $1), (SELECT k.facts_from FROM complaint k WHERE k.matter_id = $1), $1)";
}

/// A paragraph with what it prints where.
#[derive(Default)]
pub(super) struct Told {
    pub(super) text: String,
    pub(super) seals: Vec<Seal>,
}

impl Told {
    fn say(&mut self, words: &str) -> &mut Self {
        self.text += words;
        self
    }

    fn number(&mut self, fact: String, words: &str) {
        let from = self.text.len();
        self.text += words;
        self.seals.push(Seal { at: from..self.text.len(), fact });
    }

    fn day(&mut self, facts: &Facts, number: &str, what: &str) -> bool {
        let Some(day) = facts.days.iter().find(|one| one.what == what) else { return false };
        self.number(day.fact(number), &day.words());
        true
    }
}

/// The paragraph of `case`. The office's own words on what it was about are taken where they name nobody, neither a person nor the trader,
/// and hold no number that the second reader does not know; else the classification says it.
pub(super) fn of(tx: &mut Tx, ctx: &Ctx, case: &Case, ledger: &Ledger) -> Result<Told> {
    if case.is_report() {
        return Ok(report(case));
    }
    let title = case.title.trim().trim_end_matches(['。', '；', '，', '.', ';']).replace(['“', '”'], "");
    if !title.is_empty() && !names_somebody(tx, ctx, case, &title)? {
        let told = complaint(case, &format!("“{title}”"));
        let seals = Seals { whole: told.seals.clone(), broken: Vec::new() };
        if numerals::check(&told.text, ledger, &seals.claims(ledger)).iter().all(Finding::holds) {
            return Ok(told);
        }
    }
    Ok(complaint(case, &case.class()))
}

/// Whether a title names somebody of the matter: one of its people, or the trader by any of its names.
fn names_somebody(tx: &mut Tx, ctx: &Ctx, case: &Case, title: &str) -> Result<bool> {
    let rows = tx.query(&NAMES, &params![case.matter])?;
    let names: Vec<String> = rows.iter().map(|row| row.get("name")).collect::<Result<_, _>>()?;
    let folded = codes::names::fold(title);
    let trader = names.iter().map(|name| codes::names::fold(name));
    let named = trader.into_iter().any(|name| name.chars().count() > 1 && folded.contains(&name));
    Ok(named || matters::parties::is_named_in(tx, ctx, case.matter, title)?)
}

fn complaint(case: &Case, about: &str) -> Told {
    let (facts, number) = (case.facts(), case.number.as_str());
    let mut told = Told::default();
    told.day(&facts, number, "received");
    told.say(&format!("，某消费者投诉{}，反映{about}。我局", case.trade()));
    if told.day(&facts, number, "accepted") {
        told.say("依法受理并组织调解，");
    }
    told.day(&facts, number, "closed");
    told.say("办结，").say(match case.outcome.as_str() {
        "settled" => "双方达成一致并已履行",
        "terminated" => "双方未能达成一致，依法终止调解",
        "refused" => "依法不予受理并说明理由",
        "withdrawn" => "投诉人撤回投诉",
        other => matters::outcome_words(other),
    });
    if let Some(own) = facts.sum(number) {
        let fact = crate::book::fact_id(&own.subject, &own.part, numerals::Told::Value);
        told.say("，为消费者挽回经济损失");
        told.number(fact, &facts.sum_words().unwrap_or_default());
    }
    told.say("。");
    told
}

/// Of a report: the month, the act, the decision; not a word of who told, nor of how it came in.
fn report(case: &Case) -> Told {
    let (facts, number) = (case.facts(), case.number.as_str());
    let mut told = Told::default();
    told.day(&facts, number, "received");
    told.say(&format!("，我局对{}涉嫌存在{}的线索进行核查，", case.trade(), case.class()));
    told.day(&facts, number, "decided");
    told.say(match case.decision.as_str() {
        "filed" => "决定立案查处。",
        "not_filed" => "决定不予立案。",
        _ => "核查结束。",
    });
    told
}
