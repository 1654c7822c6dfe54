//! Settlements before the complaint (先行和解) with traders that have joined, and mediation entrusted to centres.

use complaints::Act as Step;
use db::Tx;
use kernel::{Ctx, Money};
use matters::{Kind, Matter};
use odr::{Act, Answer, Input, body};
use web::{Problem, Result};

use super::{Set, by_phone, soft};
use crate::demo::{
    bureau::{Shop, pick},
    words::{OFFERS, REBUFFS, WEAK_OFFER},
};

/// Traders that have joined.
const JOINED: usize = 8;
/// Centres that mediate for the bureau: name, trade, number of the commission.
const CENTRES: &[(&str, &str, &str)] = &[
    ("松江市消费者协会（演示）", "综合", "演示委托〔2026〕1号"),
    ("松江市汽车行业维权中心（演示）", "汽车销售与维修", "演示委托〔2026〕2号"),
    ("松江市家电行业维权中心（演示）", "家用电器", "演示委托〔2026〕3号"),
];

/// How a settlement goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// Answered, taken, performed.
    Settled,
    /// As settled, after a weak answer went back once.
    Mended,
    /// Taken, not performed yet.
    Agreed,
    /// Answered; the consumer decides.
    Replied,
    /// With the trader.
    Offered,
    /// Registered today.
    New,
    /// The trader does not want to; a complaint by hand.
    Rebuffed,
    /// No answer; a complaint by itself.
    Silent,
    /// The consumer gives it up.
    Withdrawn,
}

/// (worked days ago, how it ends), oldest first.
const PLANS: &[(u32, End)] = &[
    (62, End::Settled),
    (60, End::Settled),
    (57, End::Silent),
    (55, End::Mended),
    (52, End::Settled),
    (50, End::Settled),
    (47, End::Rebuffed),
    (45, End::Settled),
    (43, End::Settled),
    (40, End::Withdrawn),
    (38, End::Settled),
    (35, End::Mended),
    (33, End::Settled),
    (30, End::Silent),
    (28, End::Settled),
    (26, End::Settled),
    (24, End::Rebuffed),
    (22, End::Settled),
    (20, End::Settled),
    (17, End::Settled),
    (14, End::Settled),
    (9, End::Agreed),
    (7, End::Agreed),
    (5, End::Replied),
    (4, End::Offered),
    (3, End::Replied),
    (2, End::Offered),
    (0, End::New),
];

fn joined<'a>(set: &Set<'a>) -> Vec<&'a Shop> {
    let step = (set.stage.shops.len() / JOINED).max(1);
    set.stage.shops.iter().step_by(step).take(JOINED).collect()
}

/// Traders and centres join; one trader has left again.
pub(super) fn bodies(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    let head = set.at(&set.stage.bureau, 66, 10);
    let mut last = None;
    for (at, shop) in joined(set).into_iter().enumerate() {
        let new = body::NewBody {
            kind: "trader".to_owned(),
            trader: shop.code.clone(),
            phone: format!("1990000{:04}", 5_000 + at),
            paper: format!("演示承诺〔2026〕{}号", at + 1),
            ..body::NewBody::default()
        };
        last = Some(body::join(tx, &head, &new)?);
    }
    for (at, (name, field, paper)) in CENTRES.iter().enumerate() {
        let new = body::NewBody {
            kind: "centre".to_owned(),
            name: (*name).to_owned(),
            field: (*field).to_owned(),
            phone: format!("1990000{:04}", 5_100 + at),
            paper: (*paper).to_owned(),
            ..body::NewBody::default()
        };
        body::join(tx, &head, &new)?;
    }
    match last {
        Some(last) => {
            body::leave(tx, &set.at(&set.stage.bureau, 3, 10), last, "连续两次逾期不答复，取消承诺单位资格")
        }
        None => Ok(()),
    }
}

/// The settlements.
pub(super) fn first(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    let shops = joined(set);
    let shops = &shops[..shops.len().saturating_sub(1).max(1)];
    for (at, (days, end)) in PLANS.iter().enumerate() {
        Case { set, days: *days, end: *end }.play(tx, shops[at % shops.len()])?;
    }
    Ok(())
}

/// One settlement.
struct Case<'a> {
    set: &'a Set<'a>,
    days: u32,
    end: End,
}

impl Case<'_> {
    /// The desk, `later` worked days after the beginning.
    fn desk(&self, later: u32, hour: i8) -> Ctx {
        self.set.at(&self.set.stage.desk, self.days.saturating_sub(later), hour)
    }

    fn act(&self, tx: &mut Tx, number: &str, by: &Ctx, act: Act, input: &Input) -> Result<Option<odr::Done>> {
        soft(odr::perform(tx, by, number, None, act, input))
    }

    fn play(&self, tx: &mut Tx, shop: &Shop) -> Result<()> {
        let desk = self.desk(0, 9);
        let mut new = crate::demo::contacts::contact(&desk, self.set.stage, shop, Kind::Settlement);
        new.unit = self.set.stage.desk.unit;
        new.outside_number = None;
        new.channel = "phone".to_owned();
        let matter = intake::register(tx, &desk, &new)?;
        if self.end == End::New {
            return Ok(());
        }
        let fallback = Input { fallback: true, ..Input::default() };
        let offered = self.act(tx, &matter.number, &self.desk(0, 10), Act::Offer, &fallback)?;
        let Some(link) = offered.and_then(|done| done.link) else { return Ok(()) };
        match self.end {
            End::New | End::Offered => Ok(()),
            End::Silent => self.fell_back(tx, &matter),
            End::Withdrawn => {
                let words = "11 点来电表示与经营者私下解决，要求撤回，录音编号：演示录音".to_owned();
                let input = Input { words, ..Input::default() };
                self.act(tx, &matter.number, &self.desk(2, 11), Act::Withdraw, &input).map(drop)
            }
            End::Rebuffed => self.rebuffed(tx, &matter, &link),
            End::Settled | End::Mended | End::Agreed | End::Replied => self.answered(tx, &matter, &link),
        }
    }

    fn answer(&self, tx: &mut Tx, link: &str, later: u32, answer: &Answer) -> Result<bool> {
        let by = self.set.by_itself("先行和解单位", self.days.saturating_sub(later), 13);
        soft(odr::take_answer(tx, &by, link, answer)).map(|done| done.is_some())
    }

    fn answered(&self, tx: &mut Tx, matter: &Matter, link: &str) -> Result<()> {
        let number = matter.number.as_str();
        if self.end == End::Mended {
            let weak = Answer { kind: "settle".to_owned(), words: WEAK_OFFER.to_owned(), offer: None };
            self.answer(tx, link, 1, &weak)?;
            let input = Input {
                words: "请写明退款或者赔偿的金额和时间。".to_owned(), ..Input::default()
            };
            self.act(tx, number, &self.desk(2, 10), Act::SendBack, &input)?;
        }
        let (words, tenths) = *pick(self.set.ctx.entropy(), OFFERS);
        let sum = matter.amount.map(|amount| Money::from_fen(amount.fen() * tenths / 10));
        let good = Answer { kind: "settle".to_owned(), words: words.to_owned(), offer: sum };
        if !self.answer(tx, link, 3, &good)? || self.end == End::Replied {
            return Ok(());
        }
        let day = kernel::office_date(self.set.instant(self.days.saturating_sub(9), 12));
        let words = "电话向消费者核实，同意经营者的方案，录音编号：演示录音。".to_owned();
        let taken = Input { words, day: Some(day), ..Input::default() };
        if self.act(tx, number, &self.desk(4, 15), Act::Agree, &taken)?.is_none() || self.end == End::Agreed {
            return Ok(());
        }
        let done =
            Input { words: "消费者来电确认款项已到账。".to_owned(), sum, ..Input::default() };
        self.act(tx, number, &self.desk(8, 10), Act::Perform, &done).map(drop)
    }

    fn rebuffed(&self, tx: &mut Tx, matter: &Matter, link: &str) -> Result<()> {
        let words = (*pick(self.set.ctx.entropy(), REBUFFS)).to_owned();
        self.answer(tx, link, 4, &Answer { kind: "refuse".to_owned(), words, offer: None })?;
        let words = "消费者不接受经营者的答复，要求市场监管部门调解。".to_owned();
        let input = Input { words, ..Input::default() };
        let done = self.act(tx, &matter.number, &self.desk(5, 10), Act::FallBack, &input)?;
        match done.and_then(|done| done.complaint) {
            Some(complaint) => self.handled(tx, complaint, 5),
            None => Ok(()),
        }
    }

    /// The time runs out; the program makes the complaint.
    fn fell_back(&self, tx: &mut Tx, matter: &Matter) -> Result<()> {
        odr::fall_back_due(tx, &self.set.by_itself("先行和解到期", self.days.saturating_sub(12), 8))?;
        let by = self.set.at(&self.set.stage.dispatcher, self.days.saturating_sub(12), 9);
        let linked = matters::relations::linked(tx, &by, matter.id)?;
        match linked.into_iter().find(|one| one.code == "settlement") {
            Some(one) => {
                let complaint = matters::lock(tx, &by, &one.number, None)?;
                self.handled(tx, complaint, 12)
            }
            None => Ok(()),
        }
    }

    fn handled(&self, tx: &mut Tx, mut complaint: Matter, later: u32) -> Result<()> {
        let days = self.days.saturating_sub(later);
        let office = usize::try_from(self.set.below(8)).unwrap_or(0);
        self.set.give(tx, &mut complaint, office, days)?;
        self.set.live(tx, &complaint, office, days)
    }
}

/// Mediation by a centre: one ended well, one without success, one that is under way.
pub(super) fn entrusted(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    let by = set.at(&set.stage.bureau, 20, 9);
    let centres = body::list(tx, &by)?.into_iter().filter(|body| body.kind == "centre").collect::<Vec<_>>();
    for (at, (days, kind)) in
        [(30, "agreed"), (24, "not_agreed"), (18, "agreed"), (6, "")].into_iter().enumerate()
    {
        let mut new = set.contact(Kind::Complaint, days);
        new.person.entrust = true;
        let matter = set.assigned(tx, &new, at % 3, days)?;
        let (number, handler) = (matter.number.as_str(), set.handler_of(at % 3));
        let centre = centres.get(at % centres.len().max(1)).ok_or(Problem::NotFound)?;
        let consent =
            complaints::Input { who: centre.name.clone(), yes: [true, true], ..complaints::Input::default() };
        let ready = set.accepted(tx, number, handler, days - 2)?
            && set.act(tx, number, (handler, days - 3, 10), Step::Entrust, &consent)?;
        if !ready {
            continue;
        }
        let (_, link) = odr::entrust(tx, &set.at(handler, days - 3, 11), number, Some(centre.id))?;
        if kind.is_empty() {
            continue;
        }
        let words = if kind == "agreed" {
            "经电话和现场两次调解，双方达成一致：经营者退还部分款项，消费者不再提出其他要求，双方已签字。"
        } else {
            "两次组织双方调解，经营者坚持按原合同履行，消费者要求全额退款，双方分歧较大，调解不成。"
        };
        let offer = matter.amount.filter(|_| kind == "agreed").map(|sum| Money::from_fen(sum.fen() / 2));
        let told = Answer { kind: kind.to_owned(), words: words.to_owned(), offer };
        odr::take_answer(tx, &set.by_itself("先行和解单位", days - 9, 15), &link, &told)?;
        ended(tx, set, &matter, at % 3, days - 10, offer)?;
    }
    Ok(())
}

/// The handler takes the step of the procedure on what the centre told.
fn ended(
    tx: &mut Tx,
    set: &Set<'_>,
    matter: &Matter,
    office: usize,
    days: u32,
    got: Option<Money>,
) -> Result<()> {
    let (number, handler) = (matter.number.as_str(), set.handler_of(office));
    if got.is_some() {
        let words = "经受托组织调解达成一致，经营者已当场履行。".to_owned();
        let input = complaints::Input { words, sum: matter.amount, recovered: got, ..Default::default() };
        return set.act(tx, number, (handler, days, 10), Step::SettleAtOnce, &input).map(drop);
    }
    let words = "受托组织两次调解，双方分歧较大，经营者明确表示不再接受调解。".to_owned();
    let input = complaints::Input { ground: "2".to_owned(), words, ..Default::default() };
    if set.act(tx, number, (handler, days, 10), Step::Terminate, &input)? {
        let notice = by_phone(number);
        let input =
            complaints::Input { notice: notice.clone(), notice_to_trader: notice, ..Default::default() };
        set.act(tx, number, (handler, days.saturating_sub(2), 10), Step::TellTermination, &input)?;
    }
    Ok(())
}
