//! Two years of contacts, lived through by the demo staff with the office's own commands.

use complaints::{Act, Input};
use db::Tx;
use intake::{NewContact, Respondent};
use jiff::{Timestamp, ToSpan as _};
use kernel::{Actor, Ctx, Entropy, Money, Officer, Quantity};
use law::Law;
use matters::{Kind, parties::NewParty};
use web::{App, Problem, Result};

use super::{
    bureau::{Bureau, Office, Shop, name, pick},
    words::{CLUES, QUESTIONS, REFUSALS, STORIES},
};

/// Contacts of one transaction.
const BATCH: usize = 60;

pub(super) async fn live(
    app: &App,
    ctx: &Ctx,
    bureau: &Bureau,
    begin: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let stage = std::sync::Arc::new(Stage::of(bureau, now));
    for batch in arrivals(ctx.entropy(), begin, now).chunks(BATCH) {
        let (ctx, stage, batch) = (ctx.clone(), stage.clone(), batch.to_vec());
        app.db.write(move |tx| batch.iter().try_for_each(|at| arrive(tx, &ctx.at(*at), &stage))).await?;
    }
    Ok(())
}

/// What the story needs, owned so that it can go into transactions.
struct Stage {
    root: kernel::UnitId,
    desk: Officer,
    dispatcher: Officer,
    offices: Vec<(kernel::UnitId, Vec<Officer>, Officer)>,
    shops: Vec<Shop>,
    now: Timestamp,
}

impl Stage {
    fn of(bureau: &Bureau, now: Timestamp) -> Self {
        let own = |office: &Office| (office.unit, office.handlers.clone(), office.head.clone());
        Self {
            root: bureau.root,
            desk: bureau.desk.clone(),
            dispatcher: bureau.dispatcher.clone(),
            offices: bureau.offices.iter().map(own).collect(),
            shops: bureau.shops.clone(),
            now,
        }
    }
}

/// When contacts come: on workdays, more around 3·15 and in the winter sales, in office hours.
fn arrivals(entropy: &Entropy, begin: Timestamp, now: Timestamp) -> Vec<Timestamp> {
    let mut arrivals = Vec::new();
    let (mut day, last) = (kernel::office_date(begin), kernel::office_date(now));
    while day <= last {
        let busy = match (day.month(), day.day()) {
            (3, 10..=20) => 3,
            (11, 8..=20) => 2,
            _ => 1,
        };
        let worked = Law::shipped().calendar.day(day).is_worked();
        let count = if worked { (4 + entropy.below(8)) * busy } else { entropy.below(3) };
        for _ in 0..count {
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
    if !matches!(kind, Kind::Complaint | Kind::Report) || new.closed_at.is_some() {
        if matter.outcome.is_none() && desk.now < before(stage.now, 5) {
            intake::answer(tx, &desk, &mut matter, "other", "已记录并转告相关科室，感谢您的意见。")?;
        }
        return Ok(());
    }
    let (unit, handlers, head) = pick(entropy, &stage.offices);
    let handler = pick(entropy, handlers);
    let sent = after(ctx.now, entropy.below(2), 3);
    if sent < stage.now {
        let dispatcher = ctx.by(Actor::Officer(stage.dispatcher.clone())).at(sent);
        matters::assign(tx, &dispatcher, &mut matter, *unit, Some(handler.id), "")?;
        if kind == Kind::Complaint {
            handle(tx, ctx, stage, &matter.number, handler, head, new.amount)?;
        }
    }
    Ok(())
}

fn before(at: Timestamp, days: i64) -> Timestamp {
    at.checked_sub((days * 24).hours()).unwrap_or(at)
}

fn after(at: Timestamp, days: u64, hours: i64) -> Timestamp {
    let days = i64::try_from(days).unwrap_or(0);
    at.checked_add((days * 24 + hours).hours()).unwrap_or(at)
}

fn contact(ctx: &Ctx, stage: &Stage, shop: &Shop, kind: Kind) -> NewContact {
    let entropy = ctx.entropy();
    let lists = &Law::shipped().classification;
    let goods_name = lists.goods.name(shop.goods).unwrap_or("商品");
    let (problem, topic, text, answer, demand) = match kind {
        Kind::Consultation => {
            let (topic, question, answer) = *pick(entropy, QUESTIONS);
            (None, topic, question, Some(answer), None)
        }
        Kind::Complaint => {
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
    let about_shop = matches!(kind, Kind::Complaint | Kind::Report);
    let channels = ["phone", "phone", "phone", "platform12315", "hotline12345", "visit", "letter", "station"];
    NewContact {
        kind,
        channel: (*pick(entropy, &channels)).to_owned(),
        received_at: ctx.now,
        unit: stage.root,
        person: NewParty {
            role: if kind == Kind::Complaint { "complainant" } else { "caller" }.to_owned(),
            name: name(entropy),
            phone: format!("1990000{:04}", entropy.below(3_000)),
            address: format!("松江市演示小区{}号楼", entropy.below(90) + 1),
            publish: entropy.below(2) == 0,
            entrust: entropy.below(3) == 0,
            ..NewParty::default()
        },
        respondent: if about_shop {
            Respondent {
                trader: Some(shop.id),
                name: shop.name.clone(),
                address: shop.address.clone(),
                phone: String::new(),
            }
        } else {
            Respondent::default()
        },
        goods: about_shop.then(|| shop.goods.to_owned()),
        problem: problem.map(str::to_owned),
        goods_name: String::new(),
        place: if about_shop { shop.address.clone() } else { String::new() },
        happened_on: None,
        known_on: about_shop.then(|| ctx.today()),
        amount: (kind == Kind::Complaint).then_some(amount),
        quantity: Quantity::default(),
        facts,
        demands: demand.map(str::to_owned).into_iter().collect(),
        demand_words: String::new(),
        sales_way: "shop".to_owned(),
        // Some questions are answered in writing later.
        answer: answer.filter(|_| entropy.below(20) > 0).map(|answer| (topic.to_owned(), answer.to_owned())),
        outside_number: None,
        source: "demo".to_owned(),
        // The procedure of reports is not part of the demo story: older ones came with their end.
        closed_at: (kind == Kind::Report && ctx.now < before(stage.now, 18)).then(|| after(ctx.now, 9, 0)),
        title: String::new(),
        demo: true,
    }
}

/// One complaint's life after it was assigned; it stops where the present is reached.
fn handle(
    tx: &mut Tx,
    ctx: &Ctx,
    stage: &Stage,
    number: &str,
    handler: &Officer,
    head: &Officer,
    amount: Option<Money>,
) -> Result<()> {
    let entropy = ctx.entropy();
    let mut at = ctx.now;
    let mut act = |officer: &Officer, wait: u64, act: Act, input: Input| -> Result<bool> {
        at = after(at, wait, 1);
        if at >= stage.now {
            return Ok(false);
        }
        let by = ctx.by(Actor::Officer(officer.clone())).at(at);
        match complaints::perform(tx, &by, number, None, act, &input) {
            Ok(_) => Ok(true),
            // A ground that the rules do not allow here: the demo story simply leaves the complaint open.
            Err(Problem::Refused(_)) => Ok(false),
            Err(other) => Err(other),
        }
    };
    // Now and then somebody is late: the figures must have something to show.
    let wait = if entropy.below(25) == 0 { 13 } else { 1 + entropy.below(4) };
    if entropy.below(100) < 9 {
        let (ground, words) = *pick(entropy, REFUSALS);
        let input = Input { ground: ground.to_owned(), words: words.to_owned(), ..Input::default() };
        let proposed =
            act(handler, wait, Act::ProposeRefusal, input.clone())? && act(head, 1, Act::Refuse, input)?;
        return if proposed { act(handler, 0, Act::TellRefusal, told(number)).map(drop) } else { Ok(()) };
    }
    if !(act(handler, wait, Act::Accept, Input::default())?
        && act(handler, 0, Act::TellAcceptance, told(number))?)
    {
        return Ok(());
    }
    let session = Input {
        way: "phone".to_owned(),
        who: handler.name.clone(),
        at: Some(ctx.now),
        words: "电话联系双方，了解诉求和意见。".to_owned(),
        ..Input::default()
    };
    if !act(handler, 2 + entropy.below(6), Act::Mediate, session)? {
        return Ok(());
    }
    let money = amount
        .map(|amount| Money::from_fen(amount.fen() * i64::try_from(entropy.below(6) + 5).unwrap_or(5) / 10));
    match entropy.below(100) {
        0..40 => {
            let words = "经营者当场退款，双方无其他争议。".to_owned();
            act(
                handler,
                2 + entropy.below(8),
                Act::SettleAtOnce,
                Input { words, sum: amount, recovered: money, ..Input::default() },
            )?;
        }
        40..62 => {
            let way = "document".to_owned();
            let input = Input {
                words: "经营者于七日内退还货款，消费者退回商品。".to_owned(),
                way,
                sum: amount,
                recovered: money,
                ..Input::default()
            };
            if act(handler, 4 + entropy.below(20), Act::Agree, input)? {
                act(
                    handler,
                    3 + entropy.below(7),
                    Act::Perform,
                    Input { words: "消费者已收到款项。".to_owned(), ..Input::default() },
                )?;
            }
        }
        _ => {
            let ground = if entropy.below(2) == 0 { "2" } else { "3" };
            let input = Input {
                ground: ground.to_owned(),
                words: "经营者明确表示不同意调解方案。".to_owned(),
                ..Input::default()
            };
            if act(handler, 8 + entropy.below(30), Act::Terminate, input)? {
                act(handler, 1 + entropy.below(4), Act::TellTermination, told(number))?;
            }
        }
    }
    Ok(())
}

fn told(number: &str) -> Input {
    let notice = complaints::Notice {
        channel: "phone".to_owned(),
        on: None,
        proof_kind: "recording".to_owned(),
        proof: format!("演示录音 {number}"),
    };
    Input { notice: notice.clone(), notice_to_trader: notice, ..Input::default() }
}
