//! Two years of contacts, lived through by the demo staff with the office's own commands.

use db::Tx;
use intake::{NewContact, Respondent};
use jiff::{Timestamp, ToSpan as _};
use kernel::{Actor, Ctx, Entropy, Money, Officer};
use law::Law;
use matters::{Kind, parties::NewParty};
use web::{App, Result};

use super::{
    Size,
    bureau::{Bureau, Office, Shop, name, pick},
    inquiry::Inquiry,
    life::Life,
    words::{CLUES, QUESTIONS, STORIES},
};

pub(super) async fn live(app: &App, ctx: &Ctx, stage: &std::sync::Arc<Stage>) -> Result<()> {
    for batch in arrivals(ctx.entropy(), stage.size.pace, stage.begin, stage.now).chunks(stage.size.batch) {
        let (ctx, stage, batch) = (ctx.clone(), stage.clone(), batch.to_vec());
        app.db.write(move |tx| batch.iter().try_for_each(|at| arrive(tx, &ctx.at(*at), &stage))).await?;
    }
    Ok(())
}

/// What the story needs, owned so that it can go into transactions.
pub(super) struct Stage {
    pub size: Size,
    pub root: kernel::UnitId,
    pub desk: Officer,
    pub dispatcher: Officer,
    pub bureau: Officer,
    pub admin: Officer,
    pub offices: Vec<Office>,
    pub shops: Vec<Shop>,
    pub begin: Timestamp,
    pub now: Timestamp,
}

impl Stage {
    pub fn of(bureau: Bureau, size: Size, begin: Timestamp, now: Timestamp) -> Self {
        Self {
            size,
            root: bureau.root,
            desk: bureau.desk,
            dispatcher: bureau.dispatcher,
            bureau: bureau.head,
            admin: bureau.admin,
            offices: bureau.offices,
            shops: bureau.shops,
            begin,
            now,
        }
    }
}

/// When contacts come: on workdays, more around 3·15 and in the winter sales, in office hours.
fn arrivals(entropy: &Entropy, pace: u64, begin: Timestamp, now: Timestamp) -> Vec<Timestamp> {
    let mut arrivals = Vec::new();
    let (mut day, last) = (kernel::office_date(begin), kernel::office_date(now));
    while day <= last {
        let busy = match (day.month(), day.day()) {
            (3, 10..=20) => 3,
            (11, 8..=20) => 2,
            _ => 1,
        };
        let worked = Law::in_use().calendar.day(day).is_worked();
        let count = if worked { (4 + entropy.below(8)) * busy } else { entropy.below(3) };
        for _ in 0..count * pace / 1_000 {
            let minute = i8::try_from(entropy.below(60)).unwrap_or(0);
            let hour = i8::try_from(8 + entropy.below(10)).unwrap_or(9);
            let at = kernel::OFFICE_ZONE.to_timestamp(day.at(hour, minute, 0, 0)).unwrap_or(now);
            if at < now {
                arrivals.push(at);
            }
        }
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    arrivals.sort_unstable();
    arrivals
}

fn story(entropy: &Entropy, text: &str, goods: &str) -> (String, Money) {
    let amount = Money::from_fen(i64::try_from(entropy.below(400_000)).unwrap_or(0) + 990);
    let days = entropy.below(40) + 1;
    (text.replace("{g}", goods).replace("{d}", &days.to_string()).replace("{m}", &amount.to_string()), amount)
}

fn arrive(tx: &mut Tx, ctx: &Ctx, stage: &Stage) -> Result<()> {
    let entropy = ctx.entropy();
    let shop = pick(entropy, &stage.shops);
    let kind = match entropy.below(100) {
        0..55 => Kind::Consultation,
        55..86 => Kind::Complaint,
        86..95 => Kind::Report,
        95..97 => Kind::Suggestion,
        97..99 => Kind::Praise,
        _ => Kind::Other,
    };
    let new = contact(ctx, stage, shop, kind);
    let desk = ctx.by(Actor::Officer(stage.desk.clone()));
    let mut matter = intake::register(tx, &desk, &new)?;
    if !matches!(kind, Kind::Complaint | Kind::Report) {
        if matter.outcome.is_none() && desk.now < before(stage.now, 5) {
            intake::answer(tx, &desk, &mut matter, "other", "已记录并转告相关科室，感谢您的意见。")?;
        }
        return Ok(());
    }
    let Office { unit, handlers, head } = pick(entropy, &stage.offices);
    let handler = pick(entropy, handlers);
    let sent = after(ctx.now, entropy.below(2), 3);
    if sent < stage.now {
        let dispatcher = ctx.by(Actor::Officer(stage.dispatcher.clone())).at(sent);
        matters::assign(tx, &dispatcher, &mut matter, *unit, Some(handler.id), "")?;
        let (number, present) = (&matter.number, stage.now);
        if kind == Kind::Report {
            Inquiry { ctx, number, handler, head, bureau: &stage.bureau, at: sent, present }.live(tx)?;
        } else {
            let clue = Inquiry { ctx, number, handler, head, bureau: &stage.bureau, at: sent, present };
            Life { ctx, number, handler, head, amount: new.amount, at: ctx.now, present }.live(tx)?;
            if entropy.below(40) == 0 {
                clue.split_off(tx)?;
            }
        }
    }
    Ok(())
}

fn before(at: Timestamp, days: i64) -> Timestamp {
    at.checked_sub((days * 24).hours()).unwrap_or(at)
}

pub(super) fn after(at: Timestamp, days: u64, hours: i64) -> Timestamp {
    let days = i64::try_from(days).unwrap_or(0);
    at.checked_add((days * 24 + hours).hours()).unwrap_or(at)
}

pub(super) fn contact(ctx: &Ctx, stage: &Stage, shop: &Shop, kind: Kind) -> NewContact {
    let entropy = ctx.entropy();
    let lists = &Law::in_use().classification;
    let goods_name = lists.goods.name(shop.goods).unwrap_or("商品");
    let (problem, topic, text, answer, demand) = match kind {
        Kind::Consultation => {
            let (topic, question, answer) = *pick(entropy, QUESTIONS);
            (None, topic, question, Some(answer), None)
        }
        Kind::Complaint | Kind::Settlement => {
            let (problem, text, demand) = *pick(entropy, STORIES);
            (Some(problem), "", text, None, Some(demand))
        }
        Kind::Report => {
            let (problem, text) = *pick(entropy, CLUES);
            (Some(problem), "", text, None, None)
        }
        Kind::Suggestion => (None, "other", "建议在农贸市场增设公平秤，并公示投诉电话。", None, None),
        Kind::Praise => (None, "other", "表扬工作人员耐心调解，问题当天解决。", None, None),
        Kind::Other => (None, "other", "反映的事项属于劳动争议，希望告知办理途径。", None, None),
    };
    let (facts, amount) = story(entropy, text, goods_name);
    let about_shop = matches!(kind, Kind::Complaint | Kind::Report | Kind::Settlement);
    let channels = ["phone", "phone", "phone", "platform12315", "hotline12345", "visit", "letter", "station"];
    let respondent = Respondent {
        trader: Some(shop.id),
        name: shop.name.clone(),
        address: shop.address.clone(),
        ..Respondent::default()
    };
    let channel = (*pick(entropy, &channels)).to_owned();
    NewContact {
        outside_number: outside(ctx, &channel).filter(|_| about_shop),
        channel,
        person: caller(entropy, kind, stage.size.people),
        respondent: if about_shop { respondent } else { Respondent::default() },
        goods: about_shop.then(|| shop.goods.to_owned()),
        problem: problem.map(str::to_owned),
        place: if about_shop { shop.address.clone() } else { String::new() },
        known_on: about_shop.then(|| ctx.today()),
        amount: matches!(kind, Kind::Complaint | Kind::Settlement).then_some(amount),
        demands: demand.map(str::to_owned).into_iter().collect(),
        sales_way: "shop".to_owned(),
        // Some questions are answered in writing later.
        answer: answer.filter(|_| entropy.below(20) > 0).map(|answer| (topic.to_owned(), answer.to_owned())),
        source: "demo".to_owned(),
        demo: true,
        ..NewContact::new(kind, stage.root, ctx.now, facts)
    }
}

/// The number a matter has where it came from: the national platform or the city's 12345.
pub(super) fn outside(ctx: &Ctx, channel: &str) -> Option<String> {
    let minute = kernel::office_minute(ctx.now).replace(|sign: char| !sign.is_ascii_digit(), "");
    let last = ctx.entropy().below(1_000_000);
    match channel {
        "platform12315" => Some(format!("123152301{minute}{last:06}")),
        "hotline12345" => Some(format!("SJ{minute}{last:06}")),
        _ => None,
    }
}

pub(super) fn person(entropy: &Entropy, kind: Kind) -> NewParty {
    caller(entropy, kind, None)
}

/// Somebody out of `people`; out of three thousand where nobody says how many.
fn caller(entropy: &Entropy, kind: Kind, people: Option<u64>) -> NewParty {
    NewParty {
        role: if matches!(kind, Kind::Complaint | Kind::Settlement) { "complainant" } else { "caller" }
            .to_owned(),
        name: name(entropy),
        phone: match people {
            None => format!("1990000{:04}", entropy.below(3_000)),
            Some(people) => format!("199{:08}", entropy.below(people)),
        },
        address: format!("松江市演示小区{}号楼", entropy.below(90) + 1),
        publish: entropy.below(2) == 0,
        entrust: entropy.below(3) == 0,
        ..NewParty::default()
    }
}
