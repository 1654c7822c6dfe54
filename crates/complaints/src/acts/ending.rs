//! Agreement, performance, termination (令第121号 第二十三条、第二十四条).

use db::params;
use jiff::civil::Date;
use kernel::{Money, Refusal};
use matters::clocks;
use serde_json::json;
use web::Result;

use super::{COMPLAINANTS, Done, Hand, PERFORM, RECOVERED, SETTLE, TERMINATE, telling};
use crate::rules;

fn settle(hand: &mut Hand<'_, '_>, paper: &str, performed: Option<Date>) -> Result<()> {
    let input = hand.input;
    let complainants: i64 = hand.tx.scalar(&COMPLAINANTS, &params![hand.matter.id])?;
    if complainants > 1 && !input.yes[0] {
        let words = "共同投诉达成协议，应当经被代表的投诉人同意";
        return Err(Refusal::new("joint_consent", words)
            .by(hand.set.article("joint", "第十二条"))
            .at("yes")
            .into());
    }
    rules::money_fits(input.recovered, input.punitive)?;
    let today = hand.ctx.today();
    let performance = if performed.is_some() { input.words.trim() } else { "" };
    let row = params![
        hand.matter.id,
        paper,
        None::<String>,
        today,
        input.words.trim(),
        input.day,
        performed,
        performance,
        input.sum,
        input.recovered,
        input.punitive,
        input.fraud
    ];
    hand.run(&SETTLE, &row)?;
    clocks::stop(hand.tx, hand.ctx, hand.matter, "mediate", today)?;
    Ok(())
}

/// The parties agree: a 调解书, whose number is taken when a head approves the paper, or the record that is compulsory without one.
pub(super) fn agree(hand: &mut Hand<'_, '_>) -> Result<Done> {
    hand.need(&hand.input.words, "words", "请填写协议内容")?;
    let paper = match hand.input.way.as_str() {
        "document" => "调解书",
        "record" => "调解记录",
        _ => {
            return Err(Refusal::new("way", "请选择制作调解书或者调解记录")
                .by(hand.set.article("agreement", "第二十四条"))
                .at("way")
                .into());
        }
    };
    let way = hand.input.way.clone();
    settle(hand, &way, None)?;
    Ok(Done::going_on(json!({ "paper": paper, "terms": hand.input.words.trim() })))
}

/// The agreement was performed: what the consumer got back is recorded to the 分.
pub(super) fn perform(hand: &mut Hand<'_, '_>) -> Result<Done> {
    hand.need(&hand.input.words, "words", "请填写履行情况")?;
    let today = hand.ctx.today();
    let on = hand.input.day.unwrap_or(today);
    if on > today {
        return Err(Refusal::new("day", "履行日期不能晚于今天").at("day").into());
    }
    hand.run(&PERFORM, &params![hand.matter.id, on, hand.input.words.trim(), hand.input.recovered])?;
    let recovered: Option<Money> = hand.tx.scalar(&RECOVERED, &params![hand.matter.id])?;
    matters::set_recovered(hand.tx, hand.matter, recovered)?;
    let words = recovered.map_or_else(String::new, |money| format!("挽回损失 {money} 元"));
    Ok(Done::ended("settled", json!({ "words": hand.input.words.trim(), "recovered": words })))
}

/// Settled and performed on the spot: no 调解书 is needed, the record is (第二十四条).
pub(super) fn settle_at_once(hand: &mut Hand<'_, '_>) -> Result<Done> {
    hand.need(&hand.input.words, "words", "即时履行的须做好调解记录")?;
    let today = hand.ctx.today();
    settle(hand, "record", Some(today))?;
    matters::set_recovered(hand.tx, hand.matter, hand.input.recovered)?;
    let words = hand.input.recovered.map_or_else(String::new, |money| format!("挽回损失 {money} 元"));
    Ok(Done::ended("settled", json!({ "terms": hand.input.words.trim(), "recovered": words })))
}

pub(super) fn terminate(hand: &mut Hand<'_, '_>) -> Result<Done> {
    let ground = rules::ground(&hand.set.termination_grounds, &hand.input.ground, &hand.input.words)?;
    let today = hand.ctx.today();
    if ground.text.contains("日内") || ground.text.contains("期限届满") {
        let clocks = clocks::of(hand.tx, hand.matter, today)?;
        let due = clocks.iter().rev().find(|clock| clock.key == "mediate").map(|clock| clock.explanation.due);
        rules::has_run_out(due, today)?;
    }
    hand.run(&TERMINATE, &params![hand.matter.id, hand.input.ground, hand.input.words.trim(), today])?;
    clocks::stop(hand.tx, hand.ctx, hand.matter, "mediate", today)?;
    clocks::start(hand.tx, hand.ctx, hand.matter, "term_notice", today)?;
    telling::plan(hand, "terminated", format!("调解已终止：{}", hand.input.words.trim()))?;
    Ok(Done::going_on(json!({ "ground": ground.article, "words": hand.input.words.trim() })))
}

/// Both sides are told, each with proof.
pub(super) fn tell_termination(hand: &mut Hand<'_, '_>) -> Result<Done> {
    let file = crate::file::load(hand.tx, hand.matter.id)?;
    let words = file.termination.map_or_else(String::new, |(_, words)| words);
    let text = format!("调解已终止：{words}。可以依照消费者权益保护法第三十九条通过诉讼、仲裁等途径解决");
    hand.tell("terminated", &hand.input.notice, text.clone())?;
    hand.tell("terminated", &hand.input.notice_to_trader, text).map_err(|problem| match problem {
        web::Problem::Refused(refusal) => Refusal { field: refusal.field.map(for_trader), ..refusal }.into(),
        other => other,
    })?;
    let day = hand.told_on(&hand.input.notice).max(hand.told_on(&hand.input.notice_to_trader));
    clocks::stop(hand.tx, hand.ctx, hand.matter, "term_notice", day)?;
    Ok(Done::ended("terminated", json!({ "on": day })))
}

/// The field of the second notice that corresponds to one of the first.
fn for_trader(field: &'static str) -> &'static str {
    match field {
        "notice_channel" => "trader_notice_channel",
        "proof_kind" => "trader_proof_kind",
        "proof" => "trader_proof",
        "notice_on" => "trader_notice_on",
        other => other,
    }
}
