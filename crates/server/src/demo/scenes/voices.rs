//! Receipts, talk between the office and the person who holds one, and what these people thought at the end.

use complaints::{Act, Input};
use db::Tx;
use kernel::Money;
use matters::{Kind, Matter, receipts, talk};
use web::Result;

use super::Set;
use crate::demo::{
    bureau::pick,
    words::{ASKED, RATED, REPLIED},
};

const PERSON: &str = "群众（网页）";

/// A receipt at the desk; its code was printed and is kept nowhere.
fn receipt(tx: &mut Tx, set: &Set<'_>, matter: &Matter, days: u32) -> Result<()> {
    let desk = set.at(&set.stage.desk, days, 10);
    receipts::issue(tx, &desk, matter, &receipts::Code::draw(&desk)).map(drop)
}

/// Talk: what was asked is answered, save the last of three matters, which waits in the work list.
pub(super) fn heard(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    for (at, days) in [24, 20, 17, 12, 10, 8, 6, 4].into_iter().enumerate() {
        let office = at % 3;
        let handler = set.handler_of(office);
        let matter = set.assigned(tx, &set.contact(Kind::Complaint, days), office, days)?;
        receipt(tx, set, &matter, days)?;
        set.accepted(tx, &matter.number, handler, days - 2)?;
        let (asked, replied) = (ASKED[at % ASKED.len()], REPLIED[at % REPLIED.len()]);
        let person = set.by_itself(PERSON, days - 2, 19);
        talk::hear(tx, &person, &matter, talk::MessageKind::Message, asked, &[])?;
        let answer = set.at(handler, days - 3, 9);
        talk::seen(tx, &answer, matter.id, talk::Side::Person)?;
        talk::reply(tx, &answer, &matter, replied, &[])?;
        let person = set.by_itself(PERSON, days - 3, 20);
        talk::seen(tx, &person, matter.id, talk::Side::Office)?;
        if at % 3 == 1 {
            let kind = talk::MessageKind::Supplement;
            talk::hear(
                tx,
                &person,
                &matter,
                kind,
                "补充：付款时间是当天下午，订单尾号 0019，店员说可以退。",
                &[],
            )?;
            talk::seen(tx, &set.at(handler, days - 4, 9), matter.id, talk::Side::Person)?;
        }
        if days <= 12 && office != 1 {
            let person = set.by_itself(PERSON, 0, 8);
            talk::hear(
                tx,
                &person,
                &matter,
                talk::MessageKind::Message,
                "请问调解安排在哪天？我周五下午有时间。",
                &[],
            )?;
        }
    }
    // A reporter without a name asks too.
    let matter = set.assigned(tx, &set.contact(Kind::Report, 7), 0, 7)?;
    receipt(tx, set, &matter, 7)?;
    let person = set.by_itself(PERSON, 1, 21);
    talk::hear(tx, &person, &matter, talk::MessageKind::Message, "该店昨晚又在连夜搬货，请尽快检查。", &[])
        .map(drop)
}

/// Settled on the spot, and rated by whoever wished to.
pub(super) fn rated(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    for (at, (score, reason)) in RATED.iter().copied().enumerate() {
        let days = 55 - 4 * u32::try_from(at).unwrap_or(0).min(12);
        let (office, amount) =
            (at % 4, Money::from_fen(i64::try_from(set.below(90_000)).unwrap_or(0) + 1_990));
        let mut new = set.contact(Kind::Complaint, days);
        new.amount = Some(amount);
        let matter = set.assigned(tx, &new, office, days)?;
        receipt(tx, set, &matter, days)?;
        let (number, handler) = (matter.number.as_str(), set.handler_of(office));
        let words = (*pick(
            set.ctx.entropy(),
            &["经营者当场退款。", "经营者更换同型号新机。", "经营者上门维修并延长保修。"],
        ))
        .to_owned();
        let input = Input { words, sum: Some(amount), recovered: Some(amount), ..Input::default() };
        let done = set.accepted(tx, number, handler, days - 1)?
            && set.act(tx, number, (handler, days - 4, 10), Act::SettleAtOnce, &input)?;
        if done {
            let person = set.by_itself(PERSON, days - 5, 20);
            let matter = matters::find(tx, &person, number)?;
            portal::rate(tx, &person, &matter, score, reason)?;
        }
    }
    Ok(())
}
