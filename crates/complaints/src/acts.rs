//! The acts: each reads what its article asks, moves by the table, starts and stops clocks, writes the journal.

mod acceptance;
mod ending;
mod mediation;
mod telling;

use db::{Tx, params};
use jiff::{Timestamp, civil::Date};
use kernel::{AttachmentId, Ctx, Money, Permission, Refusal, workflow};
use law::{Law, RuleSet};
use matters::{Matter, Step, attachments, notices};
use serde_json::Value as Json;
use web::{Problem, Result};

use crate::procedure::{Act, MOVES, State};

pub use telling::told;

db::sql! {
    ENSURE = "INSERT INTO complaint (matter_id, handler_id) VALUES ($1, $2) ON CONFLICT (matter_id) DO UPDATE SET handler_id = excluded.handler_id \
              WHERE complaint.handler_id IS DISTINCT FROM excluded.handler_id";
    ACCEPT = "UPDATE complaint SET accepted_on = $2 WHERE matter_id = $1";
    PROPOSE = "UPDATE complaint SET refusal_ground = $2, refusal_words = $3, factors = $4, proposed_by = $5 WHERE matter_id = $1";
    REFUSE = "UPDATE complaint SET refusal_ground = $2, refusal_words = $3, factors = $4, refusal_ways = $5, approved_by = $6 WHERE matter_id = $1";
    CLEAR_PROPOSAL = "UPDATE complaint SET refusal_ground = NULL, refusal_words = NULL, factors = NULL WHERE matter_id = $1";
    WITHDRAW = "UPDATE complaint SET withdrawn_on = $2, withdrawal_words = $3 WHERE matter_id = $1";
    ASK_MATERIAL = "INSERT INTO material_request (id, matter_id, items, asked_on, until_day) VALUES ($1, $2, $3, $4, $5)";
    END_MATERIAL = "UPDATE material_request SET answered_on = $2, result = $3, words = $4 WHERE matter_id = $1 AND answered_on IS NULL";
    SESSION = "INSERT INTO mediation_session (id, matter_id, way, planned_at, place, mediators, state, record) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    ENTRUST = "UPDATE complaint SET entrusted_to = $2, complainant_consent = TRUE, respondent_consent = TRUE WHERE matter_id = $1";
    START_TEST = "INSERT INTO expert_test (id, matter_id, body, chosen, cost, cost_side, paper, from_day) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    END_TEST = "UPDATE expert_test SET to_day = $2, result = $3 WHERE matter_id = $1 AND to_day IS NULL";
    SETTLE = "INSERT INTO settlement (matter_id, paper, paper_number, agreed_on, terms, perform_by, performed_on, performance, disputed, recovered, punitive, fraud) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (matter_id) DO UPDATE SET paper = excluded.paper, \
              paper_number = excluded.paper_number, agreed_on = excluded.agreed_on, terms = excluded.terms, perform_by = excluded.perform_by, \
              performed_on = excluded.performed_on, performance = excluded.performance, disputed = excluded.disputed, \
              recovered = excluded.recovered, punitive = excluded.punitive, fraud = excluded.fraud";
    PERFORM = "UPDATE settlement SET performed_on = $2, performance = $3, recovered = COALESCE($4, recovered) WHERE matter_id = $1";
    TERMINATE = "UPDATE complaint SET termination_ground = $2, termination_words = $3, terminated_on = $4 WHERE matter_id = $1";
    COMPLAINANTS = "SELECT COUNT(*) FROM party WHERE matter_id = $1 AND role = 'complainant'";
    RECOVERED = "SELECT recovered FROM settlement WHERE matter_id = $1";
}

pub(crate) fn statements() -> Vec<db::Sql> {
    [STATEMENTS, telling::STATEMENTS].concat()
}

/// What an act is given; each reads what its article asks and refuses what is missing.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Ground code.
    pub ground: String,
    /// The officer's words.
    pub words: String,
    /// What was asked for.
    pub items: Vec<String>,
    /// A term set, or a day something happened.
    pub day: Option<Date>,
    /// When a session is.
    pub at: Option<Timestamp>,
    /// How: `site`, `phone`, …; `document` or `record`; `agreed` or `appointed`; a result word.
    pub way: String,
    /// Where.
    pub place: String,
    /// Who: mediators, a body, who asks.
    pub who: String,
    /// The paper that proves it.
    pub paper: String,
    /// Who bears a cost.
    pub side: String,
    /// A cost, or the sum in dispute.
    pub sum: Option<Money>,
    /// What the consumer got back.
    pub recovered: Option<Money>,
    /// Of it, above the loss.
    pub punitive: Option<Money>,
    /// Whether the trader deceived.
    pub fraud: bool,
    /// Consents of both sides, or yes to a question.
    pub yes: [bool; 2],
    /// Notice to the complainant.
    pub notice: notices::Delivery,
    /// Notice to the respondent.
    pub notice_to_trader: notices::Delivery,
    /// By which channel the program tells the complainant of the decision; empty: somebody does it later.
    pub tell: String,
    /// Where to, when not to the telephone the complainant gave.
    pub tell_address: String,
    /// Files that prove it, stored already.
    pub files: Vec<attachments::Stored>,
}

/// One act on the matter at hand.
pub(crate) struct Hand<'a, 'b> {
    pub tx: &'a mut Tx<'b>,
    pub ctx: &'a Ctx,
    pub matter: &'a mut Matter,
    pub input: &'a Input,
    pub set: &'static RuleSet,
    pub files: Vec<AttachmentId>,
}

/// Does `act` to the complaint `number`, prepared on `version`.
///
/// # Errors
/// Refusals of the table (not lawful now, not this post), of the article (what is missing), stale when somebody was faster.
pub fn perform(
    tx: &mut Tx,
    ctx: &Ctx,
    number: &str,
    version: Option<i64>,
    act: Act,
    input: &Input,
) -> Result<Matter> {
    ctx.may(Permission::HandleComplaint)?;
    let mut matter = matters::lock(tx, ctx, number, version)?;
    let state = state_of(&matter)?;
    let role = ctx.officer().ok().map(|officer| officer.role);
    let row = workflow::find(MOVES, state, act, role)?;
    let set = Law::in_use()
        .rule_set(&matter.rule_set)
        .ok_or_else(|| Problem::Fault(format!("no rule set {}", matter.rule_set)))?;
    let handler = matter.officer.or_else(|| ctx.officer().ok().map(|officer| officer.id));
    match act {
        _ if row.to.phase() == matters::Phase::Done => matters::ahead_of_end(tx, &matter)?,
        Act::TellAcceptance | Act::Agree | Act::Terminate => matters::clocks::ahead(tx, &matter)?,
        _ => {}
    }
    tx.put(&ENSURE, &params![matter.id, handler])?;
    let mut files = Vec::new();
    for file in &input.files {
        files.push(attachments::add(tx, ctx, &matter, file, act.code())?);
    }
    let mut hand = Hand { tx, ctx, matter: &mut matter, input, set, files };
    let done = dispatch(&mut hand, act)?;
    let step = Step { state: row.to.code(), phase: row.to.phase(), outcome: done.outcome };
    matters::step(tx, ctx, &mut matter, step, act.code(), &done.detail)?;
    Ok(matter)
}

/// What an act leaves: the outcome when it ends the matter, and the journal's particulars.
pub(crate) struct Done {
    pub outcome: Option<&'static str>,
    pub detail: Json,
}

impl Done {
    fn going_on(detail: Json) -> Self {
        Self { outcome: None, detail }
    }

    fn ended(outcome: &'static str, detail: Json) -> Self {
        Self { outcome: Some(outcome), detail }
    }
}

/// The state of a complaint.
pub(crate) fn state_of(matter: &Matter) -> Result<State> {
    if matter.kind != matters::Kind::Complaint {
        return Err(Refusal::new("not_a_complaint", "这件事项不是投诉").into());
    }
    if matter.state == matters::merge::MERGED {
        return Err(Refusal::new("merged", "这件投诉已并入其他事项，请办理主办事项").into());
    }
    State::from_code(&matter.state)
        .ok_or_else(|| Refusal::new("state", "这件投诉是历史导入的，不再办理").into())
}

fn dispatch(hand: &mut Hand<'_, '_>, act: Act) -> Result<Done> {
    match act {
        Act::RequestMaterial => acceptance::request_material(hand),
        Act::CloseRequest => acceptance::close_request(hand),
        Act::Accept => acceptance::accept(hand),
        Act::ProposeRefusal => acceptance::propose_refusal(hand),
        Act::Refuse => acceptance::refuse(hand),
        Act::SendBack => acceptance::send_back(hand),
        Act::TellAcceptance => acceptance::tell_acceptance(hand),
        Act::TellRefusal => acceptance::tell_refusal(hand),
        Act::Withdraw => acceptance::withdraw(hand),
        Act::Mediate => mediation::session(hand),
        Act::Entrust => mediation::entrust(hand),
        Act::AskRecusal => mediation::ask_recusal(hand),
        Act::DecideRecusal => mediation::decide_recusal(hand),
        Act::StartTest => mediation::start_test(hand),
        Act::EndTest => mediation::end_test(hand),
        Act::Agree => ending::agree(hand),
        Act::Perform => ending::perform(hand),
        Act::SettleAtOnce => ending::settle_at_once(hand),
        Act::Terminate => ending::terminate(hand),
        Act::TellTermination => ending::tell_termination(hand),
    }
}

impl Hand<'_, '_> {
    /// Records a notice with its proof; the first file of the act proves it when there is one. It bears the number of the
    /// approved paper of its kind, when there is one.
    fn tell(&mut self, kind: &'static str, notice: &notices::Delivery, text: String) -> Result<()> {
        let form_number = notices::paper_number(self.tx, self.matter.id, [kind, kind])?;
        let attachment = self.files.first().copied();
        let delivery = notices::Delivery { kind, text, attachment, form_number, ..notice.clone() };
        notices::deliver(self.tx, self.ctx, self.matter, &delivery)?;
        Ok(())
    }

    /// The legal date a notice was given.
    fn told_on(&self, notice: &notices::Delivery) -> Date {
        kernel::office_date(notice.at.unwrap_or(self.ctx.now))
    }

    fn run(&mut self, statement: &db::Sql, values: &[db::Value]) -> Result<()> {
        self.tx.put(statement, values)?;
        Ok(())
    }

    fn need(&self, text: &str, field: &'static str, sentence: &'static str) -> Result<(), Refusal> {
        if text.trim().is_empty() { Err(Refusal::new(field, sentence).at(field)) } else { Ok(()) }
    }
}
