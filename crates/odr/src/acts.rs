//! The acts of the office: each moves by the table, starts and stops the clock, writes the journal.

use db::Tx;
use jiff::{ToSpan as _, civil::Date};
use kernel::{Ctx, Money, Permission, Refusal, workflow};
use matters::{Kind, Matter, Step, clocks};
use serde_json::{Value as Json, json};
use web::{Problem, Result};

use crate::{
    body, fallback, file, link,
    procedure::{Act, MOVES, State},
};

/// The clock of a settlement (regulations §12.2 ODR).
pub(crate) const CLOCK: &str = "odr";
/// Days a link outlives the clock, so that performance can still be told.
const LINK_DAYS: i32 = 30;

/// What an act is given.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// The officer's words.
    pub words: String,
    /// Whether the consumer wants it to become a complaint by itself when the time is up.
    pub fallback: bool,
    /// What the consumer gets or got.
    pub sum: Option<Money>,
    /// By when it is to be performed.
    pub day: Option<Date>,
}

/// What an act leaves.
#[derive(Clone, Debug)]
pub struct Done {
    /// The matter after it.
    pub matter: Matter,
    /// The secret of a new link, shown once.
    pub link: Option<String>,
    /// The complaint it became.
    pub complaint: Option<Matter>,
}

/// The state of a settlement.
pub(crate) fn state_of(matter: &Matter) -> Result<State> {
    let state = if matter.kind == Kind::Settlement { State::from_code(&matter.state) } else { None };
    state.ok_or_else(|| Refusal::new("not_a_settlement", "这件事项不是先行和解").into())
}

/// Does `act` to the settlement `number`, prepared on `version`.
///
/// # Errors
/// Refusals of the table and of what is missing; stale when somebody was faster.
pub fn perform(
    tx: &mut Tx,
    ctx: &Ctx,
    number: &str,
    version: Option<i64>,
    act: Act,
    input: &Input,
) -> Result<Done> {
    ctx.may(Permission::Register)?;
    let mut matter = matters::lock(tx, ctx, number, version)?;
    let role = ctx.officer().ok().map(|officer| officer.role);
    let row = workflow::find(MOVES, state_of(&matter)?, act, role)?;
    let (mut link, mut complaint, mut outcome, mut detail) = (None, None, None, json!({}));
    match act {
        Act::Offer => {
            let secret = offer(tx, ctx, &matter, input)?;
            link = Some(secret);
        }
        // By the table nobody in the office may.
        Act::Answer => {}
        Act::SendBack => detail = send_back(tx, &matter, input)?,
        Act::Agree => detail = agree(tx, ctx, &matter, input)?,
        Act::Perform => {
            detail = performed(tx, ctx, &mut matter, input)?;
            outcome = Some("odr_settled");
        }
        Act::FallBack => {
            need(&input.words, "请写明没有和解的情况")?;
            let new = fallback::become_complaint(tx, ctx, &matter, &input.words)?;
            (outcome, detail) = (Some("fallen_back"), json!({ "words": new.number }));
            complaint = Some(new);
        }
        Act::Withdraw => {
            need(&input.words, "请写明撤回的时间和方式")?;
            clocks::stop(tx, ctx, &matter, CLOCK, ctx.today())?;
            file::ended(tx, ctx, matter.id, "withdrawn", None, None)?;
            (outcome, detail) = (Some("withdrawn"), json!({ "words": input.words.trim() }));
        }
    }
    let step = Step { state: row.to.code(), phase: row.to.phase(), outcome };
    matters::step(tx, ctx, &mut matter, step, act.code(), &detail)?;
    Ok(Done { matter, link, complaint })
}

pub(crate) fn need(words: &str, sentence: &'static str) -> Result<(), Refusal> {
    if words.trim().is_empty() { Err(Refusal::new("words", sentence).at("words")) } else { Ok(()) }
}

/// Starts the clock and makes the link.
fn offer(tx: &mut Tx, ctx: &Ctx, matter: &Matter, input: &Input) -> Result<String> {
    let trader =
        matter.trader.ok_or_else(|| Refusal::new("trader", "先行和解须先选定经营者档案").at("trader"))?;
    let body = body::of_trader(tx, trader)?
        .ok_or_else(|| Refusal::new("not_joined", "这个经营者没有加入先行和解，请按投诉登记"))?;
    clocks::start(tx, ctx, matter, CLOCK, ctx.today())?;
    // Whoever came by the public pages agreed to that.
    let fallback = input.fallback || fallback::is_agreed(tx, matter)?;
    let secret = send(tx, ctx, matter, (body.id, "settle"), fallback)?;
    Ok(secret)
}

/// Gives the matter's link a new secret; the old one is dead from now on.
pub(crate) fn send(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    to: (body::BodyId, &str),
    fallback: bool,
) -> Result<String> {
    let (secret, mark) = link::issue(ctx);
    let running = clocks::of(tx, matter, ctx.today())?.into_iter().filter(matters::clocks::Clock::runs);
    let due = running.map(|clock| clock.explanation.due).max().unwrap_or_else(|| ctx.today());
    let until = due.checked_add(LINK_DAYS.days()).map_err(|error| Problem::Fault(error.to_string()))?;
    file::send(tx, ctx, matter.id, to, &mark, until, fallback)?;
    Ok(secret)
}

/// Hands an entrusted mediation to a centre: its name and the secret of its link, shown once.
///
/// # Errors
/// Refusals without the right, for a complaint that is not in mediation, for a body that is no centre; not found.
pub fn entrust(tx: &mut Tx, ctx: &Ctx, number: &str, body: Option<body::BodyId>) -> Result<(String, String)> {
    ctx.may(Permission::HandleComplaint)?;
    let found = matters::lock(tx, ctx, number, None)?;
    if found.kind != Kind::Complaint || found.state != "mediating" {
        return Err(Refusal::new("not_mediating", "投诉登记委托调解后才能请受托组织反馈").into());
    }
    let body = body.ok_or_else(|| Refusal::new("body", "请选择受托组织").at("body"))?;
    let body = body::find(tx, ctx, body)?;
    if body.kind != "centre" || body.left_on.is_some() {
        return Err(Refusal::new("body", "请选择受托组织").at("body").into());
    }
    let secret = send(tx, ctx, &found, (body.id, "entrust"), false)?;
    matters::note(tx, ctx, found.id, "odr_entrustment", None, &json!({ "words": body.name }))?;
    Ok((body.name, secret))
}

fn send_back(tx: &mut Tx, matter: &Matter, input: &Input) -> Result<Json> {
    need(&input.words, "请写明答复需要补充什么")?;
    if !file::sent_back(tx, matter.id)? {
        return Err(Refusal::new("sent_back", "已经退回过一次：请由消费者决定接受，或者转为投诉").into());
    }
    Ok(json!({ "words": input.words.trim() }))
}

fn agree(tx: &mut Tx, ctx: &Ctx, matter: &Matter, input: &Input) -> Result<Json> {
    need(&input.words, "请写明和解内容和消费者确认的方式")?;
    clocks::stop(tx, ctx, matter, CLOCK, ctx.today())?;
    Ok(json!({ "words": input.words.trim(), "until": input.day }))
}

fn performed(tx: &mut Tx, ctx: &Ctx, matter: &mut Matter, input: &Input) -> Result<Json> {
    need(&input.words, "请写明履行的情况")?;
    if let Some(sum) = input.sum.filter(|sum| sum.fen() < 0) {
        return Err(Refusal::new("sum", format!("{} 元不是有效的金额", sum.grouped())).at("sum").into());
    }
    file::ended(tx, ctx, matter.id, "settled", input.sum, None)?;
    matters::set_recovered(tx, matter, input.sum)?;
    Ok(json!({ "words": input.words.trim() }))
}
