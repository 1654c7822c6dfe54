//! The clue check: fifteen working days and fifteen more, without the days of tests (行政处罚程序规定 第十八条).

use db::params;
use kernel::{Id, Refusal, kind};
use matters::clocks;
use serde_json::json;
use web::Result;

use super::{ASK_EXTENSION, Done, END_TEST, FINDING, Hand, INSIDER, START_TEST, tags};
use crate::{file::WAYS, rules};

/// Somebody begins, and says which laws it falls under: their clocks count from receipt.
pub(super) fn begin(hand: &mut Hand<'_, '_>) -> Result<Done> {
    let insider = hand.input.yes;
    hand.run(&INSIDER, &params![hand.matter.id, insider])?;
    let words = tags::set(hand)?;
    Ok(Done::going_on(json!({ "words": words })))
}

pub(super) fn find(hand: &mut Hand<'_, '_>) -> Result<Done> {
    let way = WAYS.iter().find(|(way, _)| *way == hand.input.way);
    let (way, label) = *way.ok_or_else(|| Refusal::new("way", "请选择核查方式").at("way"))?;
    hand.need(&hand.input.who, "who", "请填写核查人员")?;
    if way == "site" {
        hand.need(&hand.input.place, "place", "现场检查须填写地点")?;
    }
    rules::says_enough(&hand.input.words, "查到了什么？有哪些证据？")?;
    let at = hand.input.at.unwrap_or(hand.ctx.now);
    if at > hand.ctx.now {
        return Err(Refusal::new("at", "核查时间不能晚于现在").at("at").into());
    }
    let id: Id<kind::Job> = hand.ctx.id();
    let input = hand.input;
    let row = params![id, hand.matter.id, way, at, input.who.trim(), input.place.trim(), input.words.trim()];
    hand.run(&FINDING, &row)?;
    Ok(Done::going_on(json!({ "words": label })))
}

pub(super) fn ask_extension(hand: &mut Hand<'_, '_>) -> Result<Done> {
    rules::says_enough(&hand.input.words, "有什么特殊情况？还要核查什么？")?;
    let clocks = clocks::of(hand.tx, hand.matter, hand.ctx.today())?;
    let running = clocks.iter().find(|clock| clock.key == "clue_check" && clock.runs());
    if !running.is_some_and(clocks::Clock::may_be_extended) {
        return Err(Refusal::new("extended", "核查期限已经延长过或者没有在计算，不能再申请延长")
            .by("第十八条")
            .into());
    }
    let officer = hand.ctx.officer()?.id;
    let words = hand.input.words.trim();
    hand.run(&ASK_EXTENSION, &params![hand.matter.id, words, officer])?;
    Ok(Done::going_on(json!({ "words": words })))
}

pub(super) fn decide_extension(hand: &mut Hand<'_, '_>) -> Result<Done> {
    let asked = hand.report.extension.as_ref().and_then(|(_, by)| *by);
    rules::four_eyes(&hand.ctx.officer()?.id, asked.as_ref())?;
    let words = match hand.input.way.as_str() {
        "yes" => {
            clocks::extend(hand.tx, hand.ctx, hand.matter, "clue_check", hand.input.words.trim())?;
            "同意延长"
        }
        "no" => {
            rules::says_enough(&hand.input.words, "为什么不同意？")?;
            "不同意延长"
        }
        _ => return Err(Refusal::new("way", "请选择同意或者不同意").at("way").into()),
    };
    Ok(Done::going_on(json!({ "words": words, "reason": hand.input.words.trim() })))
}

/// The days of a test, or of the identification by the holder of a right, are not counted; the paper proves the pause.
pub(super) fn start_test(hand: &mut Hand<'_, '_>) -> Result<Done> {
    if !["test", "identify"].contains(&hand.input.way.as_str()) {
        return Err(Refusal::new("way", "请选择检测鉴定或者权利人辨认").at("way").into());
    }
    hand.need(&hand.input.who, "who", "请填写检测、鉴定机构或者权利人")?;
    hand.need(&hand.input.paper, "paper", "请填写委托书或者通知书编号")?;
    let (id, today): (Id<kind::Job>, _) = (hand.ctx.id(), hand.ctx.today());
    let input = hand.input;
    hand.run(
        &START_TEST,
        &params![id, hand.matter.id, input.way, input.who.trim(), input.paper.trim(), today],
    )?;
    let file = hand.files.first().copied();
    let why = clocks::Halt { reason: &input.way, from: today, paper: &input.paper, file };
    // The test goes on also where the bureau's rule lets the clock run through it.
    if clocks::may_pause(hand.tx, hand.ctx, hand.matter, "clue_check", &input.way)? {
        clocks::pause(hand.tx, hand.ctx, hand.matter, "clue_check", &why)?;
    }
    Ok(Done::going_on(json!({ "words": input.who.trim(), "paper": input.paper.trim() })))
}

pub(super) fn end_test(hand: &mut Hand<'_, '_>) -> Result<Done> {
    hand.need(&hand.input.words, "words", "请填写检测、鉴定或者辨认结果")?;
    let today = hand.ctx.today();
    hand.run(&END_TEST, &params![hand.matter.id, today, hand.input.words.trim()])?;
    clocks::resume(hand.tx, hand.ctx, hand.matter, "clue_check", today)?;
    Ok(Done::going_on(json!({ "words": hand.input.words.trim() })))
}
