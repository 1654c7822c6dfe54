//! A report as programs read it: what its page shows, in JSON.

use db::Tx;
use kernel::{Ctx, Permission};
use matters::{Finding, Kind, Matter, parties};
use serde_json::{Value as Json, json};
use web::{Problem, Result};

use crate::{
    along, evidence,
    file::{self, Report},
    procedure::State,
    reward,
};

/// The report of a matter. `personal`: also whether the reporter belongs to the trader, for who may open a reporter.
///
/// # Errors
/// [`Problem::NotFound`] for another kind of matter.
pub fn told(tx: &mut Tx, ctx: &Ctx, matter: &Matter, personal: bool) -> Result<Json> {
    if matter.kind != Kind::Report {
        return Err(Problem::NotFound);
    }
    let report = file::load(tx, matter.id)?;
    let clue_of = match report.clue_of {
        Some(complaint) => Some(evidence::number_of(tx, ctx, complaint)?).filter(|number| !number.is_empty()),
        None => None,
    };
    let may_open = personal && parties::may_open_reporter(ctx, matter);
    let tags = file::tags(tx, matter.id)?;
    let tags = tags.iter().map(|tag| json!({ "key": tag.key, "name": tag.name, "article": tag.citation() }));
    let tags: Vec<Json> = tags.collect();
    let mut told = decided(&report);
    let more = json!({
        "number": matter.number,
        "clue_of": clue_of,
        "clue_words": report.clue_words,
        "insider": may_open.then_some(report.insider),
        "tags": tags,
        "duties": duties(&file::duties(tx, matter, &report)?),
        "along": along(tx, ctx, matter, &report)?,
        "unreachable": report.unreachable,
        "findings": findings(tx, matter)?,
        "tests": tests(tx, matter)?,
        "extension": report.extension.as_ref().map(|(words, _)| words),
        "reward": rewarded(tx, matter)?,
        "same": same(tx, ctx, matter)?,
    });
    if let (Some(told), Json::Object(more)) = (told.as_object_mut(), more) {
        told.extend(more);
    }
    Ok(told)
}

fn decided(report: &Report) -> Json {
    let proposal = report.proposal.as_ref().map(|proposal| {
        let ground = Some(&proposal.ground).filter(|ground| !ground.is_empty());
        json!({ "way": proposal.way, "ground": ground, "words": proposal.words })
    });
    let outside =
        report.outside.as_ref().map(|[body, way, paper]| json!({ "body": body, "way": way, "paper": paper }));
    let result = report.result.as_ref().map(|result| {
        let sum = |sum: Option<kernel::Money>| sum.map(|sum| sum.to_string());
        json!({
            "way": result.way, "paper": result.paper, "on": result.on, "fine": sum(result.fine),
            "confiscated": sum(result.confiscated),
        })
    });
    json!({
        "proposal": proposal,
        "decision": report.decision,
        "decided_on": report.decided_on,
        "decision_words": report.decision_words,
        "filing_paper": report.filing.as_ref().map(|(paper, _)| paper),
        "case_handlers": report.filing.as_ref().map(|(_, handlers)| handlers),
        "outside": outside,
        "result": result,
    })
}

/// What is owed to the reporters of the reports that go with this one.
fn along(tx: &mut Tx, ctx: &Ctx, matter: &Matter, report: &Report) -> Result<Vec<Json>> {
    let one = |one: &along::Along| {
        json!({
            "number": one.matter.number, "unreachable": one.report.unreachable, "duties": duties(&one.told),
        })
    };
    Ok(along::of(tx, ctx, matter, report)?.iter().map(one).collect())
}

fn duties(told: &[file::Told]) -> Vec<Json> {
    let one = |told: &file::Told| {
        json!({
            "article": told.duty.article, "text": told.duty.text, "written": told.duty.written,
            "waits": told.duty.waits, "told_on": told.on,
        })
    };
    told.iter().map(one).collect()
}

fn findings(tx: &mut Tx, matter: &Matter) -> Result<Vec<Json>> {
    let one = |found: &file::Finding| {
        json!({
            "way": found.way, "at": found.when, "officers": found.officers, "place": found.place,
            "words": found.words,
        })
    };
    Ok(file::findings(tx, matter.id)?.iter().map(one).collect())
}

fn tests(tx: &mut Tx, matter: &Matter) -> Result<Vec<Json>> {
    let one = |test: &file::Test| {
        let (from, to) = test.days;
        json!({ "body": test.body, "paper": test.paper, "from": from, "to": to, "result": test.result })
    };
    Ok(file::tests(tx, matter.id)?.iter().map(one).collect())
}

fn rewarded(tx: &mut Tx, matter: &Matter) -> Result<Option<Json>> {
    let day = |pair: &Option<(jiff::civil::Date, String)>| pair.as_ref().map(|(day, _)| *day);
    let one = |reward: reward::Reward| {
        json!({
            "state": reward.state.code(),
            "state_words": reward.state.label(),
            "grade": reward.grade,
            "base": reward.base.to_string(),
            "computed": reward.computed.to_string(),
            "amount": reward.amount.to_string(),
            "breach": reward.breach,
            "words": reward.words,
            "agreement": reward.agreement,
            "decided_on": day(&reward.decided),
            "paid_on": day(&reward.paid),
        })
    };
    Ok(reward::load(tx, matter.id)?.map(one))
}

/// The art. 35 sheet, while it matters and for who handles reports: counts and numbers, never who.
fn same(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Vec<Json>> {
    let open = [State::Received.code(), State::Verifying.code()].contains(&matter.state.as_str());
    if !open || ctx.may(Permission::HandleReport).is_err() {
        return Ok(Vec::new());
    }
    let one = |(what, count, numbers): Finding| json!({ "what": what, "count": count, "numbers": numbers });
    Ok(evidence::sheet(tx, ctx, matter)?.lines().into_iter().map(one).collect())
}
