//! To file a case or not, by a head who did not propose it; what lies outside the office's power (行政处罚程序规定
//! 第十八条至第二十条, 令第121号 第三十四条).

use db::params;
use kernel::Refusal;
use law::{FILING_NOTICE, Law};
use matters::{clocks, parties};
use serde_json::json;
use web::Result;

use super::{Done, FILED, Hand, OUTSIDE, PROPOSE};
use crate::{
    along,
    file::{self, Proposal},
    rules,
};

/// The four conditions, or a ground; a finding must be on record.
pub(super) fn propose(hand: &mut Hand<'_, '_>) -> Result<Done> {
    if file::findings(hand.tx, hand.matter.id)?.is_empty() {
        return Err(Refusal::new("no_finding", "请先登记核查情况，再提出立案意见").by("第十八条").into());
    }
    let filing = &Law::in_use().reports.filing;
    let (conditions, ground, article) = match hand.input.way.as_str() {
        "file" => {
            rules::all_conditions(filing, &hand.input.items)?;
            rules::says_enough(&hand.input.words, "涉嫌违反哪一条？有哪些证据？")?;
            (Some(json!(hand.input.items).to_string()), None, "第十九条".to_owned())
        }
        "not" => {
            let ground = rules::not_filed(filing, &hand.input.ground, &hand.input.words)?;
            (None, Some(ground.code.clone()), ground.article.clone())
        }
        _ => return Err(Refusal::new("way", "请选择立案或者不予立案").at("way").into()),
    };
    let officer = hand.ctx.officer()?.id;
    let words = hand.input.words.trim();
    hand.run(&PROPOSE, &params![hand.matter.id, hand.input.way, conditions, ground, words, officer])?;
    let what = if hand.input.way == "file" { "拟立案" } else { "拟不予立案" };
    Ok(Done::going_on(json!({ "ground": format!("{what}，{article}"), "words": words })))
}

pub(super) fn send_back(hand: &mut Hand<'_, '_>) -> Result<Done> {
    hand.need(&hand.input.words, "words", "请写明还要核查什么")?;
    Ok(Done::going_on(json!({ "words": hand.input.words.trim() })))
}

/// The proposal a head decides on: of this way, and not the head's own.
fn proposal(hand: &Hand<'_, '_>, way: &str) -> Result<Proposal> {
    let proposal = hand.report.proposal.clone();
    let proposal = proposal.ok_or_else(|| Refusal::new("no_proposal", "还没有提出立案意见"))?;
    rules::four_eyes(&hand.ctx.officer()?.id, proposal.by.as_ref())?;
    if proposal.way != way {
        let proposed = if proposal.way == "file" { "立案" } else { "不予立案" };
        let words = format!("承办人提出的是{proposed}意见；不同意的，请退回补充核查");
        return Err(Refusal::new("other_proposal", words).into());
    }
    Ok(proposal)
}

/// Under 令第20号 a reporter who gave a name is told within five working days of the decision.
fn start_telling(hand: &mut Hand<'_, '_>) -> Result<()> {
    let named = parties::reporter(hand.tx, hand.matter.id)? == parties::Reporter::RealName;
    if named && hand.report.clue_of.is_none() && hand.set.report_decision_notice {
        clocks::start(hand.tx, hand.ctx, hand.matter, FILING_NOTICE, hand.ctx.today())?;
    }
    along::start_clocks(hand.tx, hand.ctx, hand.matter)
}

pub(super) fn file(hand: &mut Hand<'_, '_>) -> Result<Done> {
    proposal(hand, "file")?;
    hand.need(&hand.input.paper, "paper", "请填写立案审批表编号")?;
    rules::two_handlers(&hand.input.who)?;
    hand.decide("filed")?;
    let (paper, who) = (hand.input.paper.trim(), hand.input.who.trim());
    hand.run(&FILED, &params![hand.matter.id, paper, who])?;
    start_telling(hand)?;
    Ok(Done::going_on(json!({ "paper": paper, "words": hand.input.words.trim() })))
}

pub(super) fn do_not_file(hand: &mut Hand<'_, '_>) -> Result<Done> {
    let proposal = proposal(hand, "not")?;
    let filing = &Law::in_use().reports.filing;
    let ground = rules::not_filed(filing, &proposal.ground, &proposal.words)?;
    hand.decide("not_filed")?;
    start_telling(hand)?;
    Ok(Done::going_on(json!({ "ground": ground.article, "words": hand.input.words.trim() })))
}

/// Told only, unless a law orders to hand it over (食品安全法 第一百一十五条).
pub(super) fn outside(hand: &mut Hand<'_, '_>) -> Result<Done> {
    hand.need(&hand.input.who, "who", "请填写有权处理的部门")?;
    rules::says_enough(&hand.input.words, "为什么不具备处理权限？")?;
    let tags = file::tags(hand.tx, hand.matter.id)?;
    let ordered = tags.iter().find(|tag| tag.transfer);
    match (hand.input.way.as_str(), ordered) {
        ("tell", None) => {}
        ("transfer", Some(_)) => hand.need(&hand.input.paper, "paper", "请填写移送函编号")?,
        ("tell", Some(tag)) => {
            let words = format!("{}要求移交有权处理的部门并书面通知举报人，不能只告知", tag.citation());
            return Err(Refusal::new("must_transfer", words).at("way").into());
        }
        ("transfer", None) => {
            let words = "没有规定要求移交：应当告知举报人，由其向有处理权限的部门提出；属于食品安全等领域的，请先标注适用领域";
            return Err(Refusal::new("must_tell", words)
                .by(hand.set.report_articles.outside.clone())
                .at("way")
                .into());
        }
        _ => return Err(Refusal::new("way", "请选择只告知或者移交").at("way").into()),
    }
    hand.decide("outside")?;
    let input = hand.input;
    hand.run(&OUTSIDE, &params![hand.matter.id, input.who.trim(), input.way, input.paper.trim()])?;
    let what = if input.way == "transfer" { "移交" } else { "告知向其提出" };
    Ok(Done::going_on(
        json!({ "who": format!("{what}：{}", input.who.trim()), "words": input.words.trim(), "paper": input.paper.trim() }),
    ))
}
