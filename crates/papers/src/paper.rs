//! A paper (文书): drafted from the matter, approved by a second pair of eyes, numbered then, kept as it was.

use db::{Row, Tx, params};
use jiff::{Timestamp, civil::Date};
use kernel::{Ctx, Field, MatterId, OfficerId, PaperId, Permission, Refusal, workflow};
use law::{Law, RuleSet};
use matters::{Kind, Matter};
use serde_json::json;
use web::{Problem, Result};

use crate::{
    document::Document,
    edition, facts,
    form::{self, Form},
    language, number,
    print::Heading,
    procedure::{Act, MOVES, State},
    values::{self, BUREAU, Values},
};

/// A paper without its values, which are sealed.
#[derive(Clone, Debug)]
pub struct Paper {
    /// Its id.
    pub id: PaperId,
    /// Its matter.
    pub matter: MatterId,
    /// Its form's key.
    pub form: String,
    /// The rule set whose articles it prints.
    pub rule_set: String,
    /// Its title.
    pub title: String,
    text: String,
    data: Vec<u8>,
    /// Where it stands.
    pub state: State,
    /// Its number, once approved.
    pub number: Option<String>,
    /// The day of approval.
    pub issued_on: Option<Date>,
    /// Kind word of the notice that tells it.
    pub notice_kind: String,
    drafted_by: OfficerId,
    hands: String,
    /// Who drafted it.
    pub drafter: String,
    /// Who approved it.
    pub approver: Option<String>,
    /// When it was drafted.
    pub drafted_at: Timestamp,
    /// Why it came back.
    pub returned_words: String,
    /// Why it is void.
    pub void_reason: String,
    /// For the check of simultaneous changes.
    pub version: i64,
    changed_at: Timestamp,
}

const DATA: Field = Field { table: "paper", column: "data" };

db::sql! {
    INSERT = "INSERT INTO paper (id, matter_id, form, edition_id, rule_set, title, text, data, state, notice_kind, drafted_by, drafted_at, \
              amended_by, changed_at, hands) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'drafted', $9, $10, $11, $10, $11, $12)";
    OF = "SELECT p.id, p.matter_id, p.form, p.rule_set, p.title, p.text, p.data, p.state, p.number, p.issued_on, p.notice_kind, p.drafted_by, \
          p.hands, d.name AS drafter, a.name AS approver, p.drafted_at, p.returned_words, p.void_reason, p.version, p.changed_at \
          FROM paper p JOIN officer d ON d.id = p.drafted_by LEFT JOIN officer a ON a.id = p.approved_by WHERE p.matter_id = $1 \
          ORDER BY p.drafted_at, p.id";
    AMEND = "UPDATE paper SET data = $3, amended_by = $4, changed_at = $5, hands = hands || $6, version = version + 1 WHERE id = $1 AND version = $2 AND state = 'drafted'";
    MOVE = "UPDATE paper SET state = $3, changed_at = $4, version = version + 1 WHERE id = $1 AND version = $2";
    APPROVE = "UPDATE paper SET state = $3, changed_at = $4, number = $5, issued_on = $6, approved_by = $7, approved_at = $4, returned_words = '', \
               version = version + 1 WHERE id = $1 AND version = $2";
    PRINTED = "UPDATE paper SET state = $3, changed_at = $4, printed_at = COALESCE(printed_at, $4), version = version + 1 WHERE id = $1 AND version = $2";
    SEND_BACK = "UPDATE paper SET state = $3, changed_at = $4, returned_words = $5, version = version + 1 WHERE id = $1 AND version = $2";
    VOID = "UPDATE paper SET state = $3, changed_at = $4, void_reason = $5, version = version + 1 WHERE id = $1 AND version = $2";
}

fn read(row: &Row) -> Result<Paper, db::Error> {
    Ok(Paper {
        id: row.get("id")?,
        matter: row.get("matter_id")?,
        form: row.get("form")?,
        rule_set: row.get("rule_set")?,
        title: row.get("title")?,
        text: row.get("text")?,
        data: row.get("data")?,
        state: State::from_code(&row.get::<String>("state")?).unwrap_or(State::Discarded),
        number: row.get("number")?,
        issued_on: row.get("issued_on")?,
        notice_kind: row.get("notice_kind")?,
        drafted_by: row.get("drafted_by")?,
        hands: row.get("hands")?,
        drafter: row.get("drafter")?,
        approver: row.get("approver")?,
        drafted_at: row.get("drafted_at")?,
        returned_words: row.get("returned_words")?,
        void_reason: row.get("void_reason")?,
        version: row.get("version")?,
        changed_at: row.get("changed_at")?,
    })
}

/// The papers of a matter in order.
///
/// # Errors
/// A fault of the database.
pub fn of(tx: &mut Tx, matter: MatterId) -> Result<Vec<Paper>> {
    Ok(tx.query(&OF, &params![matter])?.iter().map(read).collect::<Result<_, _>>()?)
}

/// A paper of a matter.
///
/// # Errors
/// [`Problem::NotFound`], also for a paper of another matter.
pub fn find(tx: &mut Tx, matter: &Matter, id: PaperId) -> Result<Paper> {
    of(tx, matter.id)?.into_iter().find(|paper| paper.id == id).ok_or(Problem::NotFound)
}

/// Passes when the actor may draft papers of `form` on `matter`: sheets are the desk's, the others belong to the procedure.
///
/// # Errors
/// A refusal that says which right is missing.
pub fn may_draft(ctx: &Ctx, form: &Form, matter: &Matter) -> Result<(), Refusal> {
    if !form.is_numbered() {
        return ctx.may(Permission::Register);
    }
    match matter.kind {
        Kind::Report => ctx.may(Permission::HandleReport),
        _ => ctx.may(Permission::HandleComplaint),
    }
}

/// The forms that suit a matter now and that the actor may draft.
///
/// # Errors
/// A fault of the database.
pub fn offered(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Vec<&'static Form>> {
    let decided = facts::decided(tx, matter)?;
    let suits = |form: &&Form| form.suits(matter, |need| decided.contains_key(need));
    Ok(form::all().iter().filter(suits).filter(|form| may_draft(ctx, form, matter).is_ok()).collect())
}

/// The actor's mark on a paper he writes on.
fn hand(ctx: &Ctx) -> Result<String> {
    Ok(format!("{} ", ctx.officer()?.id))
}

pub(crate) fn seal(ctx: &Ctx, id: PaperId, values: &Values) -> Vec<u8> {
    ctx.keyring().seal(DATA, id.uuid(), &json!(values).to_string(), ctx.entropy())
}

/// Drafts a paper of `form`, filled from the matter.
///
/// # Errors
/// Refusals when the form does not suit the matter now, or without the right.
pub fn draft(tx: &mut Tx, ctx: &Ctx, matter: &Matter, form: &Form) -> Result<PaperId> {
    may_draft(ctx, form, matter)?;
    if !offered(tx, ctx, matter)?.iter().any(|offered| offered.key == form.key) {
        let words = format!("本件现在不能起草《{}》：种类、办理状态或者适用规定不符", form.name());
        return Err(Refusal::new("form_unsuited", words).at("form").into());
    }
    let edition = edition::for_rule_set(tx, ctx, form, &matter.rule_set)?;
    let bureau = number::seal_name(tx)?;
    let values = values::fill(form, &facts::of(tx, ctx, matter)?, &bureau);
    let id: PaperId = ctx.id();
    let row = params![
        id,
        matter.id,
        form.key,
        edition.id,
        matter.rule_set,
        edition.title,
        edition.text,
        seal(ctx, id, &values),
        form.notice,
        ctx.officer()?.id,
        ctx.now,
        hand(ctx)?
    ];
    tx.execute(&INSERT, &row)?;
    matters::note(tx, ctx, matter.id, "paper_draft", None, &json!({ "paper": edition.title }))?;
    Ok(id)
}

impl Paper {
    /// Its form.
    ///
    /// # Errors
    /// A fault when the form is no longer there.
    pub fn form(&self) -> Result<&'static Form> {
        form::find(&self.form).ok_or_else(|| Problem::Fault(format!("no form {}", self.form)))
    }

    /// The values in the clear.
    ///
    /// # Errors
    /// A fault when they do not open.
    pub fn values(&self, ctx: &Ctx) -> Result<Values> {
        let plain = ctx.keyring().open(DATA, self.id.uuid(), &self.data)?;
        serde_json::from_str(&plain).map_err(|error| Problem::Fault(format!("paper {}: {error}", self.id)))
    }

    fn set(&self) -> Result<&'static RuleSet> {
        let set = Law::in_use().rule_set(&self.rule_set);
        set.ok_or_else(|| Problem::Fault(format!("no rule set {}", self.rule_set)))
    }

    /// The paper made of `values`, by the text it keeps.
    ///
    /// # Errors
    /// A fault when its text no longer renders.
    pub fn document(&self, kind: Kind, values: &Values) -> Result<Document> {
        let context = values::context(self.form()?, values, self.set()?, kind);
        let marked = language::render(&self.text, &context);
        Ok(Document::parse(&marked.map_err(|fault| Problem::Fault(fault.sentence()))?))
    }

    /// Title, number and day; how it can be checked is [`crate::verify::printed`].
    pub fn heading(&self) -> Heading {
        let (title, number) = (self.title.clone(), self.number.clone());
        Heading { title, number, day: self.issued_on, check: None }
    }

    /// What the timeline calls it: title and number, nobody's data.
    pub fn name(&self) -> String {
        self.number.as_ref().map_or_else(|| self.title.clone(), |number| format!("{} {number}", self.title))
    }

    /// Refuses a change that was prepared on another version.
    fn fresh(&self, version: Option<i64>) -> Result<()> {
        if version.is_none_or(|version| version == self.version) {
            return Ok(());
        }
        let at = kernel::office_minute(self.changed_at);
        Err(Problem::Stale(format!("这份文书在 {at} 已有变化，请核对最新情况后再办理")))
    }

    /// The acts the actor may take now.
    pub fn lawful(&self, ctx: &Ctx, matter: &Matter) -> Vec<Act> {
        let Ok(officer) = ctx.officer() else { return Vec::new() };
        let Some(form) = form::find(&self.form) else { return Vec::new() };
        workflow::lawful(MOVES, self.state, officer.role)
            .map(|row| row.act)
            .filter(|act| act.numbered().is_none_or(|numbered| numbered == form.is_numbered()))
            .filter(|act| !is_drafting(*act) || may_draft(ctx, form, matter).is_ok())
            .filter(|act| *act != Act::Approve || self.has_other_eyes(ctx))
            .collect()
    }

    fn has_other_eyes(&self, ctx: &Ctx) -> bool {
        ctx.officer().is_ok_and(|officer| {
            officer.id != self.drafted_by && !self.hands.contains(&officer.id.to_string())
        })
    }
}

const fn is_drafting(act: Act) -> bool {
    matches!(act, Act::Amend | Act::Submit | Act::File | Act::Discard)
}

/// Changes the open fields of a draft: `typed` holds what was given, the other fields stay.
///
/// # Errors
/// Refusals of the table, and for what a field cannot hold; stale when somebody was faster.
pub fn amend(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    id: PaperId,
    version: Option<i64>,
    typed: &Values,
) -> Result<()> {
    let paper = lawful(tx, ctx, matter, id, version, Act::Amend)?;
    let form = paper.form()?;
    let mut values = paper.values(ctx)?;
    for (key, value) in typed {
        if let Some(field) = form.field(key) {
            values::accept(field, value, paper.set()?)?;
            values.insert(key.clone(), language::clean(value));
        }
    }
    values.insert(BUREAU.to_owned(), number::seal_name(tx)?);
    let row = params![id, paper.version, seal(ctx, id, &values), ctx.officer()?.id, ctx.now, hand(ctx)?];
    tx.exactly_one(&AMEND, &row)?;
    matters::note(tx, ctx, matter.id, Act::Amend.code(), None, &json!({ "paper": paper.name() }))
}

fn lawful(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    id: PaperId,
    version: Option<i64>,
    act: Act,
) -> Result<Paper> {
    let paper = find(tx, matter, id)?;
    let form = paper.form()?;
    if is_drafting(act) {
        may_draft(ctx, form, matter)?;
    }
    paper.fresh(version)?;
    if act.numbered().is_some_and(|numbered| numbered != form.is_numbered()) {
        let words = if form.is_numbered() {
            "这种文书须送审、批准后编号"
        } else {
            "登记表不须审批，请直接定稿"
        };
        return Err(Refusal::new("not_lawful_now", words).into());
    }
    workflow::find(MOVES, paper.state, act, ctx.officer().ok().map(|officer| officer.role))?;
    Ok(paper)
}

/// Moves a paper by the table. `words` are those of a return or a voiding.
///
/// # Errors
/// Refusals of the table, for missing fields or words, for the drafter's own approval; stale when somebody was faster.
pub fn perform(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    id: PaperId,
    version: Option<i64>,
    act: Act,
    words: &str,
) -> Result<Paper> {
    let paper = lawful(tx, ctx, matter, id, version, act)?;
    let row = workflow::find(MOVES, paper.state, act, None)?;
    let base = params![paper.id, paper.version, row.to.code(), ctx.now];
    let with = |more: &[db::Value]| [base.as_slice(), more].concat();
    let words = words.trim();
    match act {
        Act::Submit | Act::File => {
            complete(&paper, ctx)?;
            tx.exactly_one(&MOVE, &base)?;
        }
        Act::Approve => {
            let number = approve(tx, ctx, matter, &paper)?;
            let more = params![number, ctx.today(), ctx.officer()?.id];
            tx.exactly_one(&APPROVE, &with(&more))?;
        }
        Act::SendBack => {
            need(words, "请写明退回的理由和要改的地方")?;
            tx.exactly_one(&SEND_BACK, &with(&params![words]))?;
        }
        Act::Void => {
            need(words, "请写明作废理由")?;
            if let Some(number) = &paper.number {
                matters::void_number(tx, ctx, matter.id, number, words)?;
            }
            tx.exactly_one(&VOID, &with(&params![words]))?;
        }
        Act::Print => tx.exactly_one(&PRINTED, &base)?,
        Act::Amend | Act::Discard => tx.exactly_one(&MOVE, &base)?,
    }
    let after = find(tx, matter, id)?;
    // A second printing changes nothing that the timeline should tell twice.
    if !(act == Act::Print && paper.state == State::Printed) {
        matters::note(tx, ctx, matter.id, act.code(), None, &json!({ "paper": after.name() }))?;
    }
    Ok(after)
}

fn need(words: &str, sentence: &'static str) -> Result<(), Refusal> {
    if words.is_empty() { Err(Refusal::new("words", sentence).at("words")) } else { Ok(()) }
}

fn complete(paper: &Paper, ctx: &Ctx) -> Result<()> {
    let values = paper.values(ctx)?;
    let form = paper.form()?;
    let missing: Vec<&str> =
        values::missing(form, &values).iter().map(|field| field.label.as_str()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let words = format!("还有空着的栏目：{}。请先修改文书补齐", missing.join("、"));
    Err(Refusal::new("paper_incomplete", words).into())
}

/// Four eyes: whoever wrote on the paper does not approve it. The number is taken here and nowhere else.
fn approve(tx: &mut Tx, ctx: &Ctx, matter: &Matter, paper: &Paper) -> Result<String> {
    ctx.may(Permission::Approve)?;
    if !paper.has_other_eyes(ctx) {
        let words = "起草、修改这份文书的人不能自己批准，请由另一位负责人审批";
        return Err(Refusal::new("four_eyes", words).into());
    }
    complete(paper, ctx)?;
    number::take(tx, ctx, matter, paper.form()?)
}
