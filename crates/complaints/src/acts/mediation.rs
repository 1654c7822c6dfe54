//! Mediation (令第121号 第十八条至第二十二条).

use db::params;
use kernel::{Id, Refusal, kind};
use matters::{clocks, relations};
use serde_json::json;
use web::Result;

use super::{Done, END_TEST, ENTRUST, Hand, SESSION, START_TEST, telling};
use crate::file::WAYS;

/// A session, planned or held. On site, the parties must have been told time, place and mediators before (第二十条).
pub(super) fn session(hand: &mut Hand<'_, '_>) -> Result<Done> {
    if !WAYS.iter().any(|(way, _)| *way == hand.input.way) {
        return Err(Refusal::new("way", "请选择调解方式").at("way").into());
    }
    hand.need(&hand.input.who, "who", "请填写调解人员")?;
    let at = hand.input.at.ok_or_else(|| Refusal::new("at", "请填写调解时间").at("at"))?;
    let held = at <= hand.ctx.now;
    if held {
        hand.need(&hand.input.words, "words", "请填写调解记录")?;
    } else if hand.input.way == "site" {
        hand.need(&hand.input.place, "place", "现场调解须填写地点")?;
    }
    let id: Id<kind::Job> = hand.ctx.id();
    let state = if held { "held" } else { "planned" };
    let row = params![
        id,
        hand.matter.id,
        hand.input.way,
        at,
        hand.input.place,
        hand.input.who,
        state,
        hand.input.words
    ];
    hand.run(&SESSION, &row)?;
    if !held && hand.input.way == "site" {
        let at = kernel::office_minute(at);
        let (place, who) = (&hand.input.place, &hand.input.who);
        let plain = format!("调解时间 {at}，地点 {place}，调解人员 {who}");
        telling::tell_or_plan(hand, "invited", plain)?;
    }
    Ok(Done::going_on(json!({ "way": hand.input.way, "words": hand.input.words })))
}

/// Mediation by 消协 or another lawful body, with both consents; it acts in the bureau's name (第十九条).
pub(super) fn entrust(hand: &mut Hand<'_, '_>) -> Result<Done> {
    hand.need(&hand.input.who, "who", "请填写受委托的组织")?;
    if hand.input.yes != [true, true] {
        return Err(Refusal::new("consent", "委托调解须经投诉人和被投诉人双方同意")
            .by(hand.set.article("entrustment", "第十九条"))
            .at("yes")
            .into());
    }
    hand.run(&ENTRUST, &params![hand.matter.id, hand.input.who.trim()])?;
    Ok(Done::going_on(json!({ "words": hand.input.who.trim() })))
}

/// A recusal stops the mediation, not its clock: only tests are excluded from the term (第二十一条、第二十二条).
pub(super) fn ask_recusal(hand: &mut Hand<'_, '_>) -> Result<Done> {
    let officer = hand.matter.officer.ok_or_else(|| Refusal::new("no_handler", "这件投诉还没有承办人"))?;
    hand.need(&hand.input.who, "who", "请填写由哪一方申请")?;
    relations::ask_recusal(hand.tx, hand.ctx, hand.matter.id, officer, &hand.input.words, &hand.input.who)?;
    Ok(Done::going_on(json!({ "words": hand.input.who.trim() })))
}

/// Granted, the officer loses sight of the matter and a head assigns another.
pub(super) fn decide_recusal(hand: &mut Hand<'_, '_>) -> Result<Done> {
    let [granted, _] = hand.input.yes;
    let open = relations::decide_recusal(hand.tx, hand.ctx, hand.matter.id, granted)?;
    if granted {
        hand.matter.officer = None;
    }
    let words = format!("{}{}", open.name, if granted { "应当回避" } else { "不需要回避" });
    Ok(Done::going_on(json!({ "words": words, "granted": granted })))
}

/// The test's days are not counted; its paper proves the pause (第二十二条).
pub(super) fn start_test(hand: &mut Hand<'_, '_>) -> Result<Done> {
    hand.need(&hand.input.who, "who", "请填写检测、鉴定机构")?;
    hand.need(&hand.input.paper, "paper", "请填写委托书编号")?;
    if !["agreed", "appointed"].contains(&hand.input.way.as_str()) {
        return Err(Refusal::new("way", "请选择机构是双方协商还是本局指定").at("way").into());
    }
    let (id, today): (Id<kind::Job>, _) = (hand.ctx.id(), hand.ctx.today());
    let input = hand.input;
    let row = params![id, hand.matter.id, input.who, input.way, input.sum, input.side, input.paper, today];
    hand.run(&START_TEST, &row)?;
    let why =
        clocks::Halt { reason: "test", from: today, paper: &input.paper, file: hand.files.first().copied() };
    // The test goes on also where the bureau's rule lets the clock run through it.
    if clocks::may_pause(hand.tx, hand.ctx, hand.matter, "mediate", "test")? {
        clocks::pause(hand.tx, hand.ctx, hand.matter, "mediate", &why)?;
    }
    Ok(Done::going_on(json!({ "words": input.who, "paper": input.paper })))
}

pub(super) fn end_test(hand: &mut Hand<'_, '_>) -> Result<Done> {
    hand.need(&hand.input.words, "words", "请填写检测、鉴定结论")?;
    let today = hand.ctx.today();
    hand.run(&END_TEST, &params![hand.matter.id, today, hand.input.words.trim()])?;
    clocks::resume(hand.tx, hand.ctx, hand.matter, "mediate", today)?;
    Ok(Done::going_on(json!({ "words": hand.input.words.trim() })))
}
