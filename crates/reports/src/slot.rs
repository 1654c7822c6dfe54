//! What reports show on the matter page: of a report its facts and acts, of a complaint the way to a clue (诉转案).

mod facts;

use db::Tx;
use kernel::{Ctx, Permission, workflow};
use matters::{ActLink, Kind, Matter, Slots};
use web::{Html, Result};

use crate::{
    along, clue, file,
    procedure::{Act, MOVES, State},
    reward,
};

/// The slots of this crate.
pub fn slots() -> Slots {
    Slots { kinds: &[Kind::Report, Kind::Complaint], state, facts: shown, acts }
}

/// The acts as the timeline tells them.
pub fn verbs() -> Vec<(&'static str, &'static str)> {
    let acts = Act::ALL.iter().map(|act| (act.code(), act.label()));
    let rewards = reward::Act::ALL.iter().map(|act| (act.code(), act.label()));
    acts.chain(rewards).chain([(clue::VERB, clue::LABEL)]).collect()
}

fn state(kind: Kind, state: &str) -> &'static str {
    match kind {
        Kind::Report => State::from_code(state).map_or("", State::label),
        _ => "",
    }
}

fn shown(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Html> {
    if matter.kind == Kind::Report { facts::of(tx, ctx, matter) } else { Ok(Html::default()) }
}

fn acts(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Vec<ActLink>> {
    if matter.kind == Kind::Complaint {
        let may = ctx.may(Permission::HandleReport).is_ok() && matter.outcome.as_deref() != Some("imported");
        return Ok(may.then(|| link(matter, clue::VERB, clue::LABEL, clue::ARTICLE)).into_iter().collect());
    }
    let (Ok(officer), Ok(state)) = (ctx.officer(), crate::acts::state_of(matter)) else {
        return Ok(Vec::new());
    };
    let report = file::load(tx, matter.id)?;
    let owed = file::duties(tx, matter, &report)?;
    let along = along::of(tx, ctx, matter, &report)?;
    let open = report.unreachable.is_none() && owed.iter().any(|told| told.on.is_none())
        || along.iter().any(|one| one.open().next().is_some());
    let proposed = report.proposal.as_ref().map_or("", |proposal| proposal.way.as_str());
    let rewarded = reward::state_of(tx, matter.id)?;
    let fits = |act: Act| match act {
        // Told only where a law orders it, closed only when it was told.
        Act::Tell => open,
        Act::Close => !open,
        Act::File => proposed == "file",
        Act::DoNotFile => proposed == "not",
        // Until a reward rests on it, a result may be mended while the report is open.
        Act::RecordResult => {
            let mends = state != State::Closed && rewarded == reward::State::Open;
            report.decision.as_deref() == Some("filed") && (report.result.is_none() || mends)
        }
        _ => true,
    };
    let lawful = workflow::lawful(MOVES, state, officer.role).filter(|row| fits(row.act));
    let mut links: Vec<ActLink> =
        lawful.map(|row| link(matter, row.act.code(), row.act.label(), row.article)).collect();
    if reward::is_possible(tx, matter, &report)? {
        let lawful = workflow::lawful(reward::MOVES, rewarded, officer.role);
        links.extend(lawful.map(|row| link(matter, row.act.code(), row.act.label(), row.article)));
    }
    Ok(links)
}

/// A button has room for a short article; the form cites it in full.
fn link(matter: &Matter, path: &str, label: &str, article: &str) -> ActLink {
    let href = format!("/matters/{}/{path}", matter.number);
    let article = article.replace("投诉举报处理办法", "").replace("行政处罚程序规定", "处罚程序");
    ActLink { href, label: label.to_owned(), article }
}
