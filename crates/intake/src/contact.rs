//! A contact: registered with its facts, people and trader; answered on the spot or handed on.

use db::{Row, Tx, params};
use jiff::{Timestamp, civil::Date};
use kernel::{Ctx, MatterId, Money, Permission, Refusal, TraderId, UnitId};
use law::Law;
use matters::{Kind, Matter, NewMatter, Phase, Step, parties};
use serde_json::json;
use web::Result;

use crate::complete::complete;

/// Whom it is about.
#[derive(Clone, Debug, Default)]
pub struct Respondent {
    /// The trader's record, when one was chosen.
    pub trader: Option<TraderId>,
    /// Name as given.
    pub name: String,
    /// Address as given.
    pub address: String,
    /// Telephone as given.
    pub phone: String,
}

/// Everything the desk asks.
#[derive(Clone, Debug)]
pub struct NewContact {
    /// What it is.
    pub kind: Kind,
    /// How it came (code).
    pub channel: String,
    /// When it was received.
    pub received_at: Timestamp,
    /// The unit that has it now.
    pub unit: UnitId,
    /// The caller.
    pub person: parties::NewParty,
    /// Who complains for the caller, with authority (令第121号 第十一条).
    pub agent: Option<parties::NewParty>,
    /// The others of a joint complaint (第十二条).
    pub others: Vec<parties::NewParty>,
    /// The two of them who were chosen in writing.
    pub representatives: Vec<String>,
    /// Whom it is about.
    pub respondent: Respondent,
    /// Goods or service (code).
    pub goods: Option<String>,
    /// Problem (code).
    pub problem: Option<String>,
    /// What was bought, in words.
    pub goods_name: String,
    /// Its brand, as a person gave it: what the watch counts by brand.
    pub brand: String,
    /// Where it happened.
    pub place: String,
    /// When it happened.
    pub happened_on: Option<Date>,
    /// When the consumer knew of the harm: the limitation counts from here.
    pub known_on: Option<Date>,
    /// The sum in dispute.
    pub amount: Option<Money>,
    /// Quantity and unit as written.
    pub quantity: kernel::Quantity,
    /// What happened.
    pub facts: String,
    /// What is asked (codes).
    pub demands: Vec<String>,
    /// What is asked, in the caller's words.
    pub demand_words: String,
    /// How it was sold (code).
    pub sales_way: String,
    /// The answer given on the spot, with its topic (code).
    pub answer: Option<(String, String)>,
    /// Number of another system.
    pub outside_number: Option<String>,
    /// Which system or file it comes from.
    pub source: String,
    /// When it ended elsewhere: history that was imported.
    pub closed_at: Option<Timestamp>,
    /// A line that names it; made from goods, problem and trader when empty.
    pub title: String,
    /// Whether it is demo data.
    pub demo: bool,
}

impl NewContact {
    /// A contact with what every one has; the rest is filled in as it is known.
    pub fn new(kind: Kind, unit: UnitId, received_at: Timestamp, facts: String) -> Self {
        Self {
            kind,
            channel: String::new(),
            received_at,
            unit,
            person: parties::NewParty::default(),
            agent: None,
            others: Vec::new(),
            representatives: Vec::new(),
            respondent: Respondent::default(),
            goods: None,
            problem: None,
            goods_name: String::new(),
            brand: String::new(),
            place: String::new(),
            happened_on: None,
            known_on: None,
            amount: None,
            quantity: kernel::Quantity::default(),
            facts,
            demands: Vec::new(),
            demand_words: String::new(),
            sales_way: String::new(),
            answer: None,
            outside_number: None,
            source: String::new(),
            closed_at: None,
            title: String::new(),
            demo: false,
        }
    }
}

/// The facts of a contact, as its matter's page shows them.
#[derive(Clone, Debug, Default)]
pub struct Contact {
    /// What happened.
    pub facts: String,
    /// What is asked, in Chinese.
    pub demands: Vec<String>,
    /// What is asked, in the caller's words.
    pub demand_words: String,
    /// When it happened.
    pub happened_on: Option<Date>,
    /// When the consumer knew.
    pub known_on: Option<Date>,
    /// What was bought.
    pub goods_name: String,
    /// Its brand.
    pub brand: String,
    /// Quantity with unit.
    pub quantity: String,
    /// Respondent: name, address, telephone.
    pub respondent: [String; 3],
    /// The answer given.
    pub answer: Option<String>,
    /// Digest of the folded facts.
    pub text_mark: Option<String>,
    /// The matter the facts were told to: another one after a split (分立) or when reopened (重办).
    pub told_to: Option<MatterId>,
}

db::sql! {
    INSERT = "INSERT INTO contact (matter_id, facts, demands, demand_words, happened_on, known_on, goods_name, brand, quantity, quantity_unit, \
              amount, sales_way, respondent_name, respondent_address, respondent_phone, text_mark, answer, answer_topic, answered_at, answered_by) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
    OF = "SELECT matter_id, facts, demands, demand_words, happened_on, known_on, goods_name, brand, quantity, quantity_unit, respondent_name, \
          respondent_address, respondent_phone, answer, text_mark FROM contact \
          WHERE matter_id = COALESCE((SELECT e.facts_id FROM evidence_share e WHERE e.matter_id = $1), \
          (SELECT k.facts_from FROM complaint k WHERE k.matter_id = $1), \
          (SELECT r.clue_of FROM report r WHERE r.matter_id = $1), $1)";
    ANSWER = "UPDATE contact SET answer = $2, answer_topic = $3, answered_at = $4, answered_by = $5 WHERE matter_id = $1";
}

fn title(new: &NewContact) -> String {
    if !new.title.is_empty() {
        return new.title.chars().take(80).collect();
    }
    let lists = &Law::in_use().classification;
    let goods = new.goods.as_deref().and_then(|code| lists.goods.name(code));
    let problem = new.problem.as_deref().and_then(|code| lists.problems.name(code));
    let about = [goods, problem].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let about = if about.is_empty() { new.kind.label().to_owned() } else { about };
    if new.respondent.name.is_empty() { about } else { format!("{} {about}", new.respondent.name) }
}

/// The first state of each kind.
const fn first(kind: Kind, answered: bool, ended: bool) -> (&'static str, Phase, Option<&'static str>) {
    if answered {
        return ("answered", Phase::Done, Some("answered"));
    }
    if ended {
        return ("closed", Phase::Done, Some("imported"));
    }
    match kind {
        Kind::Complaint | Kind::Report | Kind::Settlement => ("received", Phase::New, None),
        Kind::Consultation | Kind::Suggestion | Kind::Praise | Kind::Other => ("open", Phase::New, None),
    }
}

/// The clock that begins with the day of receipt.
const fn first_clock(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Complaint => Some("accept"),
        Kind::Report => Some("clue_check"),
        // The clock of a settlement starts when the trader has it.
        Kind::Settlement | Kind::Consultation | Kind::Suggestion | Kind::Praise | Kind::Other => None,
    }
}

/// Registers a contact: matter with number, people, facts, first clock, all in one transaction.
///
/// # Errors
/// Refusals that name the field to mend.
pub fn register(tx: &mut Tx, ctx: &Ctx, new: &NewContact) -> Result<Matter> {
    ctx.may(Permission::Register)?;
    complete(new, ctx.today())?;
    let new = &*new.discreet();
    let (state, phase, outcome) = first(new.kind, new.answer.is_some(), new.closed_at.is_some());
    let officer = ctx.officer().ok().map(|officer| officer.id).filter(|_| phase == Phase::Done);
    let words =
        [new.goods_name.as_str(), &new.brand, &new.facts, &new.respondent.name, &new.demand_words].join(" ");
    let matter = matters::open(
        tx,
        ctx,
        &NewMatter {
            kind: new.kind,
            title: title(new),
            state,
            phase,
            unit: new.unit,
            officer,
            trader: new.respondent.trader,
            channel: new.channel.clone(),
            goods: new.goods.clone(),
            problem: new.problem.clone(),
            place: new.place.clone(),
            received_at: new.received_at,
            amount: new.amount,
            outcome,
            closed_at: new.closed_at,
            clock: first_clock(new.kind).filter(|_| phase != Phase::Done),
            outside_number: new.outside_number.clone(),
            source: new.source.clone(),
            text: words,
            demo: new.demo,
        },
    )?;
    add_people(tx, ctx, matter.id, new)?;
    store(tx, ctx, matter.id, new)?;
    Ok(matter)
}

/// The caller, the agent, the others of a joint complaint and their two representatives.
fn add_people(tx: &mut Tx, ctx: &Ctx, matter: MatterId, new: &NewContact) -> Result<()> {
    joint_is_whole(new)?;
    if !(new.person.name.is_empty() && new.person.phone.is_empty()) {
        // Whoever brings a report is its reporter, however it came in.
        let role = if new.kind == Kind::Report { "reporter" } else { &new.person.role };
        parties::add(tx, ctx, matter, &parties::NewParty { role: role.to_owned(), ..new.person.clone() })?;
    }
    for person in new.agent.iter().chain(&new.others) {
        parties::add(tx, ctx, matter, person)?;
    }
    for name in &new.representatives {
        let chosen = parties::NewParty {
            role: "representative".to_owned(),
            name: name.clone(),
            ..parties::NewParty::default()
        };
        parties::add(tx, ctx, matter, &chosen)?;
    }
    Ok(())
}

/// A joint complaint has two representatives, both of them complainants (令第121号 第十二条).
fn joint_is_whole(new: &NewContact) -> Result<(), Refusal> {
    let chosen = &new.representatives;
    if new.others.is_empty() {
        return if chosen.is_empty() {
            Ok(())
        } else {
            Err(Refusal::new("not_joint", "推选代表人须先登记其他共同投诉人").by("第十二条").at("others"))
        };
    }
    let among =
        |name: &String| new.person.name == *name || new.others.iter().any(|other| other.name == *name);
    let two = chosen.len() == 2 && chosen.first() != chosen.last() && chosen.iter().all(among);
    if two {
        return Ok(());
    }
    let words = "共同投诉须书面推选两名代表人，且都是投诉人";
    Err(Refusal::new("representatives", words).by("第十二条").at("representative_1"))
}

fn store(tx: &mut Tx, ctx: &Ctx, matter: MatterId, new: &NewContact) -> Result<()> {
    let mark = advice::text_mark(&new.facts);
    let (topic, answer) = new.answer.clone().unzip();
    let answered_at = answer.as_ref().map(|_| ctx.now);
    let answered_by = answer.as_ref().and_then(|_| ctx.officer().ok()).map(|officer| officer.id);
    tx.put(
        &INSERT,
        &params![
            matter,
            new.facts,
            json!(new.demands).to_string(),
            new.demand_words,
            new.happened_on,
            new.known_on,
            new.goods_name,
            new.brand,
            new.quantity.number,
            new.quantity.unit,
            new.amount,
            new.sales_way,
            new.respondent.name,
            new.respondent.address,
            new.respondent.phone,
            mark,
            answer,
            topic,
            answered_at,
            answered_by
        ],
    )?;
    Ok(())
}

/// The facts of a matter's contact, if it has one.
///
/// # Errors
/// A fault of the database.
pub fn facts_of(tx: &mut Tx, matter: MatterId) -> Result<Option<Contact>> {
    Ok(tx.one(&OF, &params![matter])?.as_ref().map(read).transpose()?)
}

fn read(row: &Row) -> Result<Contact, db::Error> {
    let codes: Vec<String> = serde_json::from_str(&row.get::<String>("demands")?).unwrap_or_default();
    let list = &Law::in_use().classification.demands;
    let (number, unit): (String, String) = (row.get("quantity")?, row.get("quantity_unit")?);
    Ok(Contact {
        facts: row.get("facts")?,
        demands: codes.iter().map(|code| law::Listed::name(list, code).to_owned()).collect(),
        demand_words: row.get("demand_words")?,
        happened_on: row.get("happened_on")?,
        known_on: row.get("known_on")?,
        goods_name: row.get("goods_name")?,
        brand: row.get("brand")?,
        quantity: format!("{number}{unit}"),
        respondent: [
            row.get("respondent_name")?,
            row.get("respondent_address")?,
            row.get("respondent_phone")?,
        ],
        answer: row.get("answer")?,
        text_mark: row.get("text_mark")?,
        told_to: row.get("matter_id")?,
    })
}

/// Answers a consultation, suggestion, praise or other matter and ends it.
///
/// # Errors
/// Refusals for complaints and reports, which have procedures of their own, ended matters and empty answers.
pub fn answer(tx: &mut Tx, ctx: &Ctx, matter: &mut Matter, topic: &str, words: &str) -> Result<()> {
    ctx.may(Permission::Register)?;
    if matches!(matter.kind, Kind::Complaint | Kind::Report) {
        return Err(Refusal::new("has_procedure", "投诉、举报须按程序办理，不能直接答复办结").into());
    }
    if matter.phase == Phase::Done || matter.state == matters::merge::MERGED {
        return Err(Refusal::new("done", "这件事项已经办结，或者已并入其他事项").into());
    }
    if words.trim().is_empty() {
        return Err(Refusal::new("answer", "请填写答复内容").at("answer").into());
    }
    let officer = ctx.officer()?.id;
    tx.exactly_one(&ANSWER, &params![matter.id, words.trim(), topic, ctx.now, officer])?;
    let step = Step { state: "answered", phase: Phase::Done, outcome: Some("answered") };
    matters::step(tx, ctx, matter, step, "answer", &json!({ "topic": topic }))
}
