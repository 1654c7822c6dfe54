//! Notices by letter and telephone in each of their states. Nothing is sent by the program: whoever posts or calls notes it.

use complaints::{Act, Input};
use db::Tx;
use kernel::NoticeId;
use matters::{
    Kind, Matter,
    notices::{self, NewNotice, Proof},
    parties,
};
use web::Result;

use super::Set;

/// How far a letter has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Planned,
    Sent,
    Arrived,
    Back,
}

const ACCEPTED: &str = "您的投诉已经受理，我局将在六十日内组织调解；承办人会与您联系，请保持电话畅通。";

/// Letters that tell of the acceptance, and calls that tell how it goes.
pub(super) fn posted(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    let letters = [
        (14, Way::Arrived),
        (11, Way::Arrived),
        (9, Way::Back),
        (7, Way::Back),
        (5, Way::Sent),
        (4, Way::Sent),
        (2, Way::Planned),
        (1, Way::Planned),
    ];
    for (at, (days, way)) in letters.into_iter().enumerate() {
        let office = at % 2;
        let matter = set.assigned(tx, &set.contact(Kind::Complaint, days), office, days)?;
        let handler = set.handler_of(office);
        if !set.act(tx, &matter.number, (handler, days - 1, 14), Act::Accept, &Input::default())? {
            continue;
        }
        let matter = matters::find(tx, &set.at(handler, days - 1, 14), &matter.number)?;
        let letter = planned(tx, set, &matter, (office, days - 1), ("accepted", "letter", ACCEPTED))?;
        on_its_way(tx, set, &matter, (office, days - 1), (letter, way))?;
    }
    called(tx, set)
}

fn planned(
    tx: &mut Tx,
    set: &Set<'_>,
    matter: &Matter,
    (office, days): (usize, u32),
    (kind, channel, text): (&str, &str, &str),
) -> Result<NoticeId> {
    let new = NewNotice {
        kind: kind.to_owned(),
        party: parties::complainant(tx, matter.id)?,
        channel: channel.to_owned(),
        text: text.to_owned(),
        ..NewNotice::default()
    };
    notices::plan(tx, &set.at(set.handler_of(office), days, 15), matter, &new)
}

fn on_its_way(
    tx: &mut Tx,
    set: &Set<'_>,
    matter: &Matter,
    (office, days): (usize, u32),
    (letter, way): (NoticeId, Way),
) -> Result<()> {
    if way == Way::Planned {
        return Ok(());
    }
    let handler = set.handler_of(office);
    notices::sent(tx, &set.at(handler, days, 16), matter, letter, None)?;
    let later = set.at(handler, days.saturating_sub(3), 10);
    match way {
        Way::Planned | Way::Sent => Ok(()),
        Way::Arrived => {
            let words = format!("演示邮单 {}，本人签收", matter.number);
            let proof = Proof { kind: "post_number".to_owned(), words, ..Proof::default() };
            notices::delivered(tx, &later, matter, letter, &proof)
        }
        Way::Back => {
            notices::failed(tx, &later, matter, letter, "退回：收件人地址查无此人")?;
            // What came back is told by telephone, and the step ends with that proof.
            let told = crate::demo::life::told(&matter.number);
            set.act(tx, &matter.number, (handler, days.saturating_sub(3), 11), Act::TellAcceptance, &told)
                .map(drop)
        }
    }
}

/// Calls about the progress: reached, not reached, still to be made.
fn called(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    for (days, way) in [(13, Way::Arrived), (8, Way::Back), (3, Way::Planned)] {
        let matter = set.assigned(tx, &set.contact(Kind::Complaint, days), 0, days)?;
        set.accepted(tx, &matter.number, set.handler(), days - 1)?;
        let text = "已联系经营者，对方正在核对进货和销售记录，预计三日内答复。";
        let call = planned(tx, set, &matter, (0, days - 2), ("progress", "phone", text))?;
        let later = set.at(set.handler(), days.saturating_sub(3), 11);
        match way {
            Way::Arrived => {
                let words = format!("演示录音 {}", matter.number);
                let proof = Proof { kind: "recording".to_owned(), words, ..Proof::default() };
                notices::delivered(tx, &later, &matter, call, &proof)?;
            }
            Way::Back => notices::failed(tx, &later, &matter, call, "三次拨打均为关机，未能接通")?,
            Way::Planned | Way::Sent => {}
        }
    }
    Ok(())
}
