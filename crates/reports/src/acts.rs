//! The acts: each reads what its article asks, moves by the table, starts and stops clocks, writes the journal.

mod ending;
mod filing;
pub(crate) mod repeat;
pub(crate) mod tags;
mod verification;

use db::{Tx, params};
use jiff::{Timestamp, civil::Date};
use kernel::{AttachmentId, Ctx, Money, Refusal, workflow};
use law::RuleSet;
use matters::{Matter, Phase, Step, attachments, notices};
use serde_json::Value as Json;
use web::{Problem, Result};

use crate::{
    file::{self, Report},
    procedure::{Act, MOVES, State},
};

db::sql! {
    ENSURE = "INSERT INTO report (matter_id, handler_id) VALUES ($1, $2) ON CONFLICT (matter_id) DO UPDATE SET handler_id = excluded.handler_id";
    INSIDER = "UPDATE report SET insider = $2 WHERE matter_id = $1";
    FINDING = "INSERT INTO report_finding (id, matter_id, way, held_at, officers, place, words) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ASK_EXTENSION = "UPDATE report SET extension_words = $2, extension_by = $3 WHERE matter_id = $1";
    START_TEST = "INSERT INTO report_test (id, matter_id, reason, body, paper, from_day) VALUES ($1, $2, $3, $4, $5, $6)";
    END_TEST = "UPDATE report_test SET to_day = $2, result = $3 WHERE matter_id = $1 AND to_day IS NULL";
    PROPOSE = "UPDATE report SET proposal = $2, conditions = $3, ground = $4, proposal_words = $5, proposed_by = $6 WHERE matter_id = $1";
    DECIDE = "UPDATE report SET decision = $2, decided_on = $3, decided_by = $4, decision_words = $5 WHERE matter_id = $1";
    FILED = "UPDATE report SET filing_paper = $2, case_handlers = $3 WHERE matter_id = $1";
    OUTSIDE = "UPDATE report SET outside_body = $2, outside_way = $3, outside_paper = $4 WHERE matter_id = $1";
    UNDECIDED = "UPDATE report SET decision = NULL, decided_on = NULL, decided_by = NULL, decision_words = NULL, repeat_of = NULL, evidence = NULL, \
                 unreachable = NULL WHERE matter_id = $1 AND repeat_of = $2";
    REPEAT = "UPDATE report SET repeat_of = $2, evidence = $3 WHERE matter_id = $1";
    ROUND = "SELECT COUNT(*) FROM report WHERE matter_id = $1 AND repeat_of = $2";
    UNREACHABLE = "UPDATE report SET unreachable = $2 WHERE matter_id = $1";
    RESULT = "UPDATE report SET result = $2, result_paper = $3, result_on = $4, fine = $5, confiscated = $6 WHERE matter_id = $1";
}

/// What an act is given; each reads what its article asks and refuses what is missing.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Ground code.
    pub ground: String,
    /// The officer's words.
    pub words: String,
    /// What was ticked of a list: laws, conditions.
    pub items: Vec<String>,
    /// A day something happened.
    pub day: Option<Date>,
    /// When something was done.
    pub at: Option<Timestamp>,
    /// How: a word of a short list.
    pub way: String,
    /// Where.
    pub place: String,
    /// Who: officers, a body.
    pub who: String,
    /// The paper that proves it.
    pub paper: String,
    /// Number of another report.
    pub other: String,
    /// Yes to the question of the form.
    pub yes: bool,
    /// Fine.
    pub fine: Option<Money>,
    /// Confiscated.
    pub confiscated: Option<Money>,
    /// Grade of the reward.
    pub grade: i64,
    /// Sum of the reward, when it is to be more than computed.
    pub amount: Option<Money>,
    /// Notice to the reporter.
    pub notice: notices::Delivery,
    /// Files that prove it, stored already.
    pub files: Vec<attachments::Stored>,
}

/// One act on the matter at hand.
pub(crate) struct Hand<'a, 'b> {
    pub tx: &'a mut Tx<'b>,
    pub ctx: &'a Ctx,
    pub matter: &'a mut Matter,
    pub report: Report,
    pub input: &'a Input,
    pub set: &'static RuleSet,
    pub files: Vec<AttachmentId>,
}

/// Does `act` to the report `number`, prepared on `version`.
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
    ctx.may(act.permission())?;
    let mut matter = matters::lock(tx, ctx, number, version)?;
    let state = state_of(&matter)?;
    let role = ctx.officer().ok().map(|officer| officer.role);
    let row = workflow::find(MOVES, state, act, role)?;
    let handler = matter.officer.or_else(|| ctx.officer().ok().map(|officer| officer.id));
    tx.execute(&ENSURE, &params![matter.id, handler])?;
    let report = file::load(tx, matter.id)?;
    let set = file::rule_set(&matter)?;
    let mut files = Vec::new();
    // The proof that another report's reporter was told lies with that one.
    let elsewhere = act == Act::Tell && !input.other.trim().is_empty();
    for file in input.files.iter().filter(|_| !elsewhere) {
        files.push(attachments::add(tx, ctx, &matter, file, act.code())?);
    }
    let mut hand = Hand { tx, ctx, matter: &mut matter, report, input, set, files };
    let done = dispatch(&mut hand, act)?;
    if state.phase() == Phase::Done {
        // What comes after the end is noted; the matter stays closed on the day it was.
        matters::note(tx, ctx, matter.id, act.code(), None, &done.detail)?;
        return Ok(matter);
    }
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
    const fn going_on(detail: Json) -> Self {
        Self { outcome: None, detail }
    }
}

/// The state of a report.
pub(crate) fn state_of(matter: &Matter) -> Result<State> {
    if matter.kind != matters::Kind::Report {
        return Err(Refusal::new("not_a_report", "这件事项不是举报").into());
    }
    if matter.outcome.as_deref() == Some("imported") {
        return Err(Refusal::new("state", "这件举报是历史导入的，不再办理").into());
    }
    if matter.state == matters::merge::MERGED {
        return Err(Refusal::new("merged", "这件举报已并入其他事项，请办理主办事项").into());
    }
    State::from_code(&matter.state)
        .ok_or_else(|| Problem::Fault(format!("{}: unknown state {}", matter.number, matter.state)))
}

fn dispatch(hand: &mut Hand<'_, '_>, act: Act) -> Result<Done> {
    match act {
        Act::Verify => verification::begin(hand),
        Act::Tag => tags::change(hand),
        Act::Find => verification::find(hand),
        Act::AskExtension => verification::ask_extension(hand),
        Act::DecideExtension => verification::decide_extension(hand),
        Act::StartTest => verification::start_test(hand),
        Act::EndTest => verification::end_test(hand),
        Act::Propose => filing::propose(hand),
        Act::SendBack => filing::send_back(hand),
        Act::File => filing::file(hand),
        Act::DoNotFile => filing::do_not_file(hand),
        Act::Outside => filing::outside(hand),
        Act::NotAgain => repeat::not_again(hand),
        Act::Merge => repeat::merge(hand),
        Act::Tell => ending::tell(hand),
        Act::RecordResult => ending::record_result(hand),
        Act::Close => ending::close(hand),
    }
}

impl Hand<'_, '_> {
    fn run(&mut self, statement: &db::Sql, values: &[db::Value]) -> Result<()> {
        self.tx.execute(statement, values)?;
        Ok(())
    }

    fn need(&self, text: &str, field: &'static str, sentence: &'static str) -> Result<(), Refusal> {
        if text.trim().is_empty() { Err(Refusal::new(field, sentence).at(field)) } else { Ok(()) }
    }

    /// The decision of a head, and the end of the clue check.
    fn decide(&mut self, decision: &'static str) -> Result<()> {
        self.note_decision(decision)?;
        matters::clocks::stop(self.tx, self.ctx, self.matter, "clue_check", self.ctx.today())?;
        Ok(())
    }

    /// The decision alone: the clue check is ended by the relation, which can put it back.
    fn note_decision(&mut self, decision: &'static str) -> Result<()> {
        let (today, officer) = (self.ctx.today(), self.ctx.officer()?.id);
        let words = self.input.words.trim();
        self.run(&DECIDE, &params![self.matter.id, decision, today, officer, words])
    }
}
