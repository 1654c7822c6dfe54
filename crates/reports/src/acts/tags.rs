//! The laws a report falls under: their clocks count from the day of receipt (令第121号 第三十六条).

use db::{Tx, params};
use kernel::{Ctx, MatterId, Permission, Refusal};
use law::{Law, ReportTag};
use matters::{
    Matter, clocks, parties,
    relations::{self, LinkId},
};
use serde_json::json;
use web::Result;

use super::{Done, Hand};
use crate::{along, file, rules};

db::sql! {
    ADD = "INSERT INTO report_tag (matter_id, tag, by_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT (matter_id, tag) DO NOTHING";
    LEND = "INSERT INTO report_tag (matter_id, tag, by_id, at, from_id) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (matter_id, tag) DO NOTHING";
    GIVE_BACK = "DELETE FROM report_tag WHERE matter_id = $1 AND from_id = $2";
    REMOVE = "DELETE FROM report_tag WHERE matter_id = $1 AND tag = $2";
}

/// Which laws it falls under from now on.
pub(super) fn change(hand: &mut Hand<'_, '_>) -> Result<Done> {
    let words = set(hand)?;
    Ok(Done::going_on(json!({ "words": if words.is_empty() { "无".to_owned() } else { words } })))
}

/// Sets the laws that were ticked; their names, for the journal.
pub(super) fn set(hand: &mut Hand<'_, '_>) -> Result<String> {
    let known = Law::in_use().reports.tags_on(hand.matter.received_on);
    let chosen: Vec<&ReportTag> = known.filter(|tag| hand.input.items.contains(&tag.key)).collect();
    let before = file::tags(hand.tx, hand.matter.id)?;
    for tag in before.iter().filter(|tag| !chosen.iter().any(|one| one.key == tag.key)) {
        hand.run(&REMOVE, &params![hand.matter.id, tag.key])?;
        along::void_clock(hand.tx, hand.ctx, hand.matter, tag)?;
        let Some(clock) = runs(hand.tx, hand.ctx, hand.matter, tag)? else { continue };
        if hand.ctx.may(Permission::Approve).is_err() {
            let words = format!("“{}”的期限已经开始计算，取消须由负责人办理", tag.name);
            return Err(Refusal::new("tag_clock", words).at("items").into());
        }
        clocks::void(hand.tx, hand.ctx, hand.matter, clock, "不再适用该领域规定")?;
    }
    add(hand.tx, hand.ctx, hand.matter, &chosen, hand.report.clue_of.is_some())?;
    along::start_clocks(hand.tx, hand.ctx, hand.matter)?;
    Ok(chosen.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>().join("、"))
}

/// Adds laws to a report and starts their clocks where they order this reporter to be told.
pub(super) fn add(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    tags: &[&ReportTag],
    own_clue: bool,
) -> Result<()> {
    let reporter = parties::reporter(tx, matter.id)?;
    let by = ctx.officer().ok().map(|officer| officer.id);
    for tag in tags {
        tx.execute(&ADD, &params![matter.id, tag.key, by, ctx.now])?;
        if let Some(clock) = tag.clock.as_deref().filter(|_| rules::owes(tag, reporter, own_clue))
            && runs(tx, ctx, matter, tag)?.is_none()
        {
            clocks::start(tx, ctx, matter, clock, matter.received_on)?;
        }
    }
    Ok(())
}

/// Adds the laws of `from`, which goes with `leader` by `link`, to it: what ending the link takes back ([`give_back`]).
pub(super) fn lend(
    tx: &mut Tx,
    ctx: &Ctx,
    from: MatterId,
    leader: &Matter,
    tags: &[&ReportTag],
    link: LinkId,
) -> Result<()> {
    let reporter = parties::reporter(tx, leader.id)?;
    let by = ctx.officer().ok().map(|officer| officer.id);
    let own_clue = file::load(tx, leader.id)?.clue_of.is_some();
    for tag in tags {
        tx.execute(&LEND, &params![leader.id, tag.key, by, ctx.now, from])?;
        if let Some(clock) = tag.clock.as_deref().filter(|_| rules::owes(tag, reporter, own_clue)) {
            relations::start(tx, ctx, leader, link, clock, leader.received_on)?;
        }
    }
    Ok(())
}

/// Takes from `leader` the laws that came from `from`; their clocks end with the link.
pub(super) fn give_back(tx: &mut Tx, leader: MatterId, from: MatterId) -> Result<()> {
    tx.execute(&GIVE_BACK, &params![leader, from])?;
    Ok(())
}

/// The clock of a law, while it runs.
fn runs<'a>(tx: &mut Tx, ctx: &Ctx, matter: &Matter, tag: &'a ReportTag) -> Result<Option<&'a str>> {
    let Some(key) = tag.clock.as_deref() else { return Ok(None) };
    let found = clocks::of(tx, matter, ctx.today())?.iter().any(|clock| clock.key == key && clock.runs());
    Ok(found.then_some(key))
}
