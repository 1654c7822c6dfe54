//! From receipt to acceptance or refusal (令第121号 第十条至第十七条).

use db::params;
use kernel::{Id, Refusal, kind};
use matters::clocks;
use serde_json::json;
use web::Result;

use super::{
    ACCEPT, ASK_MATERIAL, CLEAR_PROPOSAL, Done, END_MATERIAL, Hand, PROPOSE, REFUSE, WITHDRAW, telling,
};
use crate::{factors, rules};

/// Form 4: what is missing, until when, with proof that it was asked. The acceptance clock pauses where its rule allows;
/// the alarm does not trust that pause.
pub(super) fn request_material(hand: &mut Hand<'_, '_>) -> Result<Done> {
    if hand.input.items.is_empty() {
        return Err(Refusal::new("items", "请勾选需要补正的材料").at("items").into());
    }
    let today = hand.ctx.today();
    let until = hand.input.day.filter(|day| *day > today);
    let until = until.ok_or_else(|| Refusal::new("day", "请填写补正期限，须晚于今天").at("day"))?;
    let id: Id<kind::Job> = hand.ctx.id();
    let items = json!(hand.input.items).to_string();
    hand.run(&ASK_MATERIAL, &params![id, hand.matter.id, items, today, until])?;
    let plain = format!("请于 {until} 前提供：{}", hand.input.items.join("、"));
    telling::tell_or_plan(hand, "material", plain)?;
    // The rule of the day it was received: a later one may know other pauses.
    let rule = hand.set.clock_on("accept", hand.matter.received_on);
    let allowed = rule.and_then(|rule| rule.pauses.iter().find(|pause| pause.code == "material"));
    if let Some(reason) = allowed {
        let why = clocks::Halt { reason: &reason.code, from: today, paper: &reason.paper, file: None };
        clocks::pause(hand.tx, hand.ctx, hand.matter, "accept", &why)?;
    }
    Ok(Done::going_on(json!({ "words": hand.input.items.join("、"), "until": until })))
}

pub(super) fn close_request(hand: &mut Hand<'_, '_>) -> Result<Done> {
    if !["given", "partly", "lapsed", "refused"].contains(&hand.input.way.as_str()) {
        return Err(Refusal::new("way", "请选择补正结果").at("way").into());
    }
    let today = hand.ctx.today();
    hand.run(&END_MATERIAL, &params![hand.matter.id, today, hand.input.way, hand.input.words])?;
    clocks::resume(hand.tx, hand.ctx, hand.matter, "accept", today)?;
    Ok(Done::going_on(json!({ "result": hand.input.way, "words": hand.input.words })))
}

/// Acceptance: the mediation clock starts on the day of the decision.
pub(super) fn accept(hand: &mut Hand<'_, '_>) -> Result<Done> {
    let today = hand.ctx.today();
    hand.run(&ACCEPT, &params![hand.matter.id, today])?;
    clocks::start(hand.tx, hand.ctx, hand.matter, "mediate", today)?;
    telling::plan(hand, "accepted", format!("您的投诉（{}）已受理", hand.matter.number))?;
    Ok(Done::going_on(json!({ "on": today })))
}

fn ground(hand: &mut Hand<'_, '_>) -> Result<(String, String)> {
    let ground = rules::ground(&hand.set.refusal_grounds, &hand.input.ground, &hand.input.words)?;
    if rules::means_too_late(ground) {
        let known = factors::known_on(hand.tx, hand.matter)?;
        rules::is_too_late(hand.set, known, hand.matter.received_on)?;
    }
    let found = factors::sheet(hand.tx, hand.matter)?;
    Ok((ground.article.clone(), json!(found).to_string()))
}

pub(super) fn propose_refusal(hand: &mut Hand<'_, '_>) -> Result<Done> {
    let (article, sheet) = ground(hand)?;
    let officer = hand.ctx.officer()?.id;
    hand.run(&PROPOSE, &params![hand.matter.id, hand.input.ground, hand.input.words.trim(), sheet, officer])?;
    Ok(Done::going_on(json!({ "ground": article, "words": hand.input.words.trim() })))
}

/// Refusal: the ground with reasons, and the other ways to settle the dispute (消费者权益保护法 第三十九条).
pub(super) fn refuse(hand: &mut Hand<'_, '_>) -> Result<Done> {
    let (article, sheet) = ground(hand)?;
    let officer = hand.ctx.officer()?.id;
    let ways = hand.set.remedies().collect::<Vec<_>>().join("；");
    hand.run(
        &REFUSE,
        &params![hand.matter.id, hand.input.ground, hand.input.words.trim(), sheet, ways, officer],
    )?;
    let words = hand.input.words.trim();
    telling::plan(hand, "refused", format!("不予受理，理由：{words}。您还可以：{ways}"))?;
    Ok(Done::going_on(json!({ "ground": article, "words": hand.input.words.trim() })))
}

pub(super) fn send_back(hand: &mut Hand<'_, '_>) -> Result<Done> {
    hand.need(&hand.input.words, "words", "请写明退回的理由")?;
    hand.run(&CLEAR_PROPOSAL, &params![hand.matter.id])?;
    Ok(Done::going_on(json!({ "words": hand.input.words.trim() })))
}

/// The acceptance clock stops on the day the complainant was told.
pub(super) fn tell_acceptance(hand: &mut Hand<'_, '_>) -> Result<Done> {
    let words = format!("您的{}（{}）已受理", hand.set.complaint_word, hand.matter.number);
    hand.tell("accepted", &hand.input.notice, words)?;
    let day = hand.told_on(&hand.input.notice);
    clocks::stop(hand.tx, hand.ctx, hand.matter, "accept", day)?;
    Ok(Done::going_on(json!({ "on": day })))
}

pub(super) fn tell_refusal(hand: &mut Hand<'_, '_>) -> Result<Done> {
    let file = crate::file::load(hand.tx, hand.matter.id)?;
    let words = file.refusal.map_or_else(String::new, |(_, words)| words);
    let ways = hand.set.remedies().collect::<Vec<_>>().join("；");
    hand.tell("refused", &hand.input.notice, format!("不予受理，理由：{words}。您还可以：{ways}"))?;
    let day = hand.told_on(&hand.input.notice);
    clocks::stop(hand.tx, hand.ctx, hand.matter, "accept", day)?;
    Ok(Done::ended("refused", json!({ "on": day })))
}

pub(super) fn withdraw(hand: &mut Hand<'_, '_>) -> Result<Done> {
    hand.need(&hand.input.words, "words", "请写明撤回的时间和方式")?;
    let today = hand.ctx.today();
    hand.run(&WITHDRAW, &params![hand.matter.id, today, hand.input.words.trim()])?;
    clocks::stop(hand.tx, hand.ctx, hand.matter, "accept", today)?;
    Ok(Done::ended("withdrawn", json!({ "words": hand.input.words.trim() })))
}
