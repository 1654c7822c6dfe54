//! One contact and two matters, several contacts and one matter, supplements and repeats.

use db::Tx;
use intake::NewContact;
use kernel::Officer;
use matters::{Kind, Matter, merge, relations};
use reports::Act as Step;
use web::Result;

use super::{Set, soft};
use crate::demo::{
    contacts::{outside, person},
    inquiry::Inquiry,
    words::{CAMPAIGNS, CLAIM_AND_CLUE},
};

/// The life of a report from here on, as far as the present allows.
fn verified(tx: &mut Tx, set: &Set<'_>, number: &str, office: usize, days: u32) -> Result<()> {
    let at = set.instant(days, 12);
    let ctx = set.ctx.at(at);
    let (handler, head) = (set.handler_of(office), &set.office(office).head);
    Inquiry { ctx: &ctx, number, handler, head, bureau: &set.stage.bureau, at, present: set.stage.now }
        .live(tx)
}

/// A complaint that is also a report: two numbers, two clocks, one evidence.
pub(super) fn split(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    for (at, days) in [48, 36, 21, 8, 2].into_iter().enumerate() {
        let mut new = set.contact(Kind::Complaint, days);
        CLAIM_AND_CLUE.clone_into(&mut new.facts);
        new.problem = Some("P02.01".to_owned());
        let mut complaint = set.registered(tx, &new, days)?;
        let how = intake::Split {
            named: at % 2 == 0,
            words: "来件同时要求退款和查处，分别登记。".to_owned(),
            ..intake::Split::default()
        };
        let mut report = intake::split(tx, &set.at(&set.stage.desk, days, 10), &complaint, &how)?;
        set.give(tx, &mut complaint, at, days)?;
        set.give(tx, &mut report, at, days)?;
        if days > 2 {
            set.live(tx, &complaint, at, days)?;
            verified(tx, set, &report.number, at, days)?;
        }
    }
    Ok(())
}

/// The same story by 12345, 12315 and letter, merged into the first; the older group has ended with its leader.
pub(super) fn merged(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    for (at, (days, (facts, goods))) in [34, 15, 4].into_iter().zip(CAMPAIGNS.iter().copied()).enumerate() {
        let mut group = Vec::new();
        let pattern = set.contact(Kind::Complaint, days);
        for (later, channel) in ["hotline12345", "platform12315", "letter", "phone"].into_iter().enumerate() {
            let days = days - u32::try_from(later / 2).unwrap_or(0);
            let desk = set.at(&set.stage.desk, days, 10);
            let new = NewContact {
                channel: channel.to_owned(),
                outside_number: outside(&desk, channel),
                person: person(set.ctx.entropy(), Kind::Complaint),
                facts: facts.to_owned(),
                problem: Some("P04.03".to_owned()),
                goods_name: goods.to_owned(),
                received_at: desk.now,
                known_on: Some(desk.today()),
                ..pattern.clone()
            };
            group.push(set.registered(tx, &new, days)?);
        }
        let Some((leader, others)) = group.split_first_mut() else { continue };
        set.give(tx, leader, at, days)?;
        let numbers: Vec<String> = others.iter().map(|other| other.number.clone()).collect();
        let dispatcher = set.at(&set.stage.dispatcher, days - 1, 16);
        let reason = "同一经营者、同一活动引起的投诉，并案调解。";
        soft(merge::merge(tx, &dispatcher, &leader.number, None, &numbers, reason))?;
        if at < 2 {
            set.live(tx, leader, at, days - 1)?;
        }
    }
    Ok(())
}

/// More by the same person: `kind` of relation, told by the dispatcher.
fn related(
    tx: &mut Tx,
    set: &Set<'_>,
    from: &mut Matter,
    to: &str,
    days: u32,
    kind: &str,
    words: &str,
) -> Result<()> {
    let dispatcher = set.at(&set.stage.dispatcher, days, 12);
    let to = matters::find(tx, &dispatcher, to)?;
    soft(relations::relate(tx, &dispatcher, from, &to, kind, words)).map(drop)
}

/// Supplements and repeats.
pub(super) fn again(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    for (at, days) in [16, 9].into_iter().enumerate() {
        let first = set.contact(Kind::Complaint, days);
        let matter = set.assigned(tx, &first, at, days)?;
        set.accepted(tx, &matter.number, set.handler_of(at), days - 2)?;
        let more = NewContact {
            channel: "letter".to_owned(),
            outside_number: None,
            facts: "补充投诉材料：寄来付款截图、购买合同和与商家的聊天记录，请一并处理。".to_owned(),
            received_at: set.instant(days - 5, 9),
            ..first
        };
        let mut more = set.registered(tx, &more, days - 5)?;
        related(tx, set, &mut more, &matter.number, days - 5, "supplement", "来信补充付款凭证")?;
    }
    reported_again(tx, set, 19, "repeat")?;
    reported_again(tx, set, 11, "supplement")?;
    reported_again(tx, set, 5, "repeat")
}

/// A report by the same reporter about the same trader: the same again, or with new facts.
fn reported_again(tx: &mut Tx, set: &Set<'_>, days: u32, kind: &str) -> Result<()> {
    let first = set.contact(Kind::Report, days);
    let matter = set.assigned(tx, &first, 1, days)?;
    let handler: &Officer = set.handler_of(1);
    soft(reports::perform(
        tx,
        &set.at(handler, days - 1, 10),
        &matter.number,
        None,
        Step::Verify,
        &reports::Input::default(),
    ))?;
    let repeat = kind == "repeat";
    let facts = if repeat {
        first.facts.clone()
    } else {
        "补充举报线索：又拍到该店仓库存放同批次商品，附照片三张。".to_owned()
    };
    let more = NewContact {
        outside_number: None,
        channel: "phone".to_owned(),
        facts,
        received_at: set.instant(days - 3, 9),
        ..first
    };
    let mut more = set.assigned(tx, &more, 1, days - 3)?;
    if repeat && days <= 10 {
        return related(tx, set, &mut more, &matter.number, days - 3, kind, "同一举报人就同一事项再次举报");
    }
    let (act, words) = if repeat {
        (Step::NotAgain, "您举报的事项已在核查中，没有新的事实和理由，不再重复处理，核查结果将一并告知。")
    } else {
        (Step::Merge, "又拍到仓库存放同批次商品，附照片三张，并入此前的举报一起核查。")
    };
    let input =
        reports::Input { other: matter.number, words: words.to_owned(), yes: true, ..Default::default() };
    let head = set.at(&set.office(1).head, days - 4, 10);
    soft(reports::perform(tx, &head, &more.number, None, act, &input))?;
    Ok(())
}
