//! The clocks of a matter. What is stored is when a clock began, stopped and paused; its end follows from the law.

mod begin;
mod check;
mod choice;
mod derived;
mod effect;
mod receipt;
mod recount;

use db::{Row, Tx, params};
use jiff::civil::Date;
use kernel::{AttachmentId, Ctx, Id, Permission, Refusal, kind};
use law::{ClockRule, Explanation, Law, Pause, Receipt, RuleSet};
use serde_json::json;
use web::{Problem, Result};

use crate::{Matter, change, matter};

pub(crate) use begin::Begun;
pub use check::differences;
pub use choice::{choices, choose_rule_set};
pub(crate) use derived::derive;
pub use derived::refresh;
pub(crate) use effect::{Stops, give_up, restart, start_by, take_back};
pub use recount::{Shift, recount, shifts};

/// The statements of the clocks.
pub(crate) fn statements() -> Vec<db::Sql> {
    [
        STATEMENTS,
        check::STATEMENTS,
        choice::STATEMENTS,
        derived::STATEMENTS,
        effect::STATEMENTS,
        recount::STATEMENTS,
    ]
    .concat()
}

/// The clock of a dispute over jurisdiction (令第121号 第三十三条).
pub const DISPUTE: &str = "jur_dispute";

/// A clock of a matter, computed.
#[derive(Clone, Debug)]
pub struct Clock {
    /// Its id.
    pub id: Id<kind::Journal>,
    /// Its key.
    pub key: String,
    /// Its name.
    pub title: String,
    /// The day it began.
    pub from: Date,
    /// The day it stopped.
    pub stopped_on: Option<Date>,
    /// `kept`, `late`, `void`, `merged`.
    pub result: Option<String>,
    /// Why it was taken back or handed over.
    pub words: Option<String>,
    /// Its end under the law of the day of receipt.
    pub explanation: Explanation,
    /// Its end under the rule set that came into force while the matter was open.
    pub other: Option<Explanation>,
    /// Whether a pause has no end yet.
    pub paused: bool,
    /// Due and alarm as stored for lists: derived, compared by [`differences`].
    pub(crate) stored: (Date, Date),
}

db::sql! {
    INSERT = "INSERT INTO clock (id, matter_id, key, rule_set, from_day, started_at, due, alarm) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    OF = "SELECT c.id, c.key, c.rule_set, c.from_day, c.extended, c.stopped_on, c.result, c.words, c.due, c.alarm, \
          EXISTS (SELECT 1 FROM clock_pause p WHERE p.clock_id = c.id) AS paused \
          FROM clock c WHERE c.matter_id = $1 ORDER BY c.started_at, c.key";
    PAUSES = "SELECT p.clock_id, p.from_day, p.to_day, p.reason, p.paper FROM clock_pause p JOIN clock c ON c.id = p.clock_id \
              WHERE c.matter_id = $1 ORDER BY p.from_day";
    STOP = "UPDATE clock SET stopped_on = $2, result = $3, words = $4 WHERE id = $1 AND stopped_on IS NULL";
    EXTEND = "UPDATE clock SET extended = TRUE WHERE id = $1 AND extended = FALSE AND stopped_on IS NULL";
    PAUSE = "INSERT INTO clock_pause (id, clock_id, from_day, reason, paper, attachment_id) VALUES ($1, $2, $3, $4, $5, $6)";
    RESUME = "UPDATE clock_pause SET to_day = $2 WHERE clock_id = $1 AND to_day IS NULL";
    IS_RUNNING = "SELECT COUNT(*) FROM clock WHERE matter_id = $1 AND key = $2 AND stopped_on IS NULL";
}

/// The order's own clock, or that of a statute in force on the day it began.
fn rule<'a>(law: &'a Law, set: &'a RuleSet, key: &str, from: Date) -> Result<&'a ClockRule, Refusal> {
    let found = law.clock(set, key, from);
    found.ok_or_else(|| Refusal::new("no_clock", format!("{}没有规定“{key}”期限", set.title)))
}

/// The rules under which a matter stands that is received on a day.
///
/// # Errors
/// A refusal for a day before the first rules.
pub fn law_on(day: Date) -> Result<&'static RuleSet, Refusal> {
    let words = || format!("{day} 早于本系统收录的最早规定，请核对收到日期");
    Law::in_use().rule_set_on(day).ok_or_else(|| Refusal::new("no_law", words()).at("received_on"))
}

fn rule_set(matter: &Matter) -> Result<&'static RuleSet> {
    Law::in_use()
        .rule_set(&matter.rule_set)
        .ok_or_else(|| Problem::Fault(format!("rule set {} is gone", matter.rule_set)))
}

/// The name of the clock `key` of a matter.
pub(crate) fn title(of: &Matter, key: &str, day: Date) -> String {
    let law = Law::in_use();
    let rule = law.rule_set(&of.rule_set).and_then(|set| law.clock(set, key, day));
    rule.map_or_else(|| key.to_owned(), |rule| rule.title.clone())
}

fn explain(
    law: &Law,
    set: &RuleSet,
    key: &str,
    receipt: Receipt,
    extended: bool,
    pauses: &[Pause],
) -> Result<Explanation> {
    let rule = rule(law, set, key, receipt.day)?;
    let told = Explanation::received(set, rule, &law.calendar, receipt, extended, pauses);
    told.map_err(|error| Refusal::new("clock", error.to_string()).into())
}

/// Starts the clock `key` on `from`: that of the matter's rule set, or else that of a statute in force on `from`. Does
/// nothing where neither has such a clock.
///
/// # Errors
/// A refusal when this clock runs already.
pub fn start(tx: &mut Tx, ctx: &Ctx, matter: &Matter, key: &str, from: Date) -> Result<()> {
    let Some(set) = set_of(matter, key, from)? else { return Ok(()) };
    let running: i64 = tx.scalar(&IS_RUNNING, &params![matter.id, key])?;
    if running > 0 {
        return Err(Refusal::new("clock_runs", "这个期限已经在计算，不能重复开始").into());
    }
    let first = Begun::of(matter, set, key, from)?;
    first.begin(tx, ctx, matter)?;
    change::alarm(tx, matter)
}

fn set_of(matter: &Matter, key: &str, from: Date) -> Result<Option<&'static RuleSet>> {
    let own = Some(rule_set(matter)?).filter(|set| set.clock_on(key, from).is_some());
    Ok(own.or_else(|| Law::in_use().statute_on(key, from)))
}

/// Every clock of a matter, computed anew.
///
/// # Errors
/// A fault of the database.
pub fn of(tx: &mut Tx, matter: &Matter, today: Date) -> Result<Vec<Clock>> {
    let rows = rows(tx, matter)?;
    computed(matter, &rows, today)
}

/// Says that a command, which has locked the matter, will ask for its clocks: see [`Tx::ahead`].
///
/// # Errors
/// A fault of the database.
pub fn ahead(tx: &mut Tx, matter: &Matter) -> Result<()> {
    Ok(tx.ahead(&OF, &params![matter.id])?)
}

/// The rows of the clocks of a matter, and of their pauses.
fn rows(tx: &mut Tx, matter: &Matter) -> Result<(Vec<Row>, Vec<Row>), db::Error> {
    let rows = tx.query(&OF, &params![matter.id])?;
    let paused = rows.iter().map(|row| row.get("paused")).collect::<Result<Vec<bool>, _>>()?;
    let pauses = if paused.contains(&true) { tx.query(&PAUSES, &params![matter.id])? } else { Vec::new() };
    Ok((rows, pauses))
}

fn computed(matter: &Matter, (rows, pauses): &(Vec<Row>, Vec<Row>), today: Date) -> Result<Vec<Clock>> {
    let pauses: Vec<&Row> = pauses.iter().collect();
    let one = |row: &Row| {
        let receipt = receipt::of_matter(matter, row.get("from_day")?);
        compute(Law::in_use(), row, &pauses, receipt, today)
    };
    rows.iter().map(one).collect()
}

fn compute(law: &Law, row: &Row, pauses: &[&Row], receipt: Receipt, today: Date) -> Result<Clock> {
    let id: Id<kind::Journal> = row.get("id")?;
    let (key, set): (String, String) = (row.get("key")?, row.get("rule_set")?);
    let (from, extended): (Date, bool) = (receipt.day, row.get("extended")?);
    let stopped_on: Option<Date> = row.get("stopped_on")?;
    let until = stopped_on.unwrap_or(today);
    let (mut own, mut open) = (Vec::new(), false);
    for pause in pauses {
        if pause.get::<Id<kind::Journal>>("clock_id")? != id {
            continue;
        }
        let (from, to): (Date, Option<Date>) = (pause.get("from_day")?, pause.get("to_day")?);
        open |= to.is_none();
        // A pause that goes on has eaten every day until today.
        own.push(Pause {
            from,
            to: to.unwrap_or(until).max(from),
            reason: pause.get("reason")?,
            paper: pause.get("paper")?,
        });
    }
    let set = law.rule_set(&set).ok_or_else(|| Problem::Fault(format!("rule set {set} is gone")))?;
    let explanation = explain(law, set, &key, receipt, extended, &own)?;
    // Both ends are shown when the clock reaches into the days of a later order.
    let reach = stopped_on.unwrap_or(explanation.due);
    let later = law.straddled(set, reach).filter(|later| later.clock_on(&key, from).is_some());
    let other = later.map(|later| explain(law, later, &key, receipt, extended, &own)).transpose()?;
    let title = law.clock(set, &key, from).map_or_else(|| key.clone(), |rule| rule.title.clone());
    Ok(Clock {
        id,
        key,
        title,
        from,
        stopped_on,
        result: row.get("result")?,
        words: row.get("words")?,
        explanation,
        other,
        paused: open,
        stored: (row.get("due")?, row.get("alarm")?),
    })
}

impl Clock {
    /// The day to be safe by: the earlier where two rule sets give two ends.
    pub fn alarm(&self) -> Date {
        self.other.as_ref().map_or(self.explanation.alarm, |other| other.alarm.min(self.explanation.alarm))
    }

    /// The set it is counted under.
    fn set(&self) -> Result<&'static RuleSet> {
        let id = &self.explanation.rule_set;
        Law::in_use().rule_set(id).ok_or_else(|| Problem::Fault(format!("rule set {id} is gone")))
    }

    /// Whether its rule knows an extension that was not used yet.
    pub fn may_be_extended(&self) -> bool {
        let rule = self.set().ok().and_then(|set| set.clock_on(&self.key, self.from));
        rule.is_some_and(|rule| rule.extension.is_some() && self.explanation.length == rule.length)
    }

    /// Whether it still runs.
    pub const fn runs(&self) -> bool {
        self.stopped_on.is_none()
    }
}

/// Stops the running clock `key` on `day`; `true` when it was kept.
///
/// # Errors
/// A fault of the database.
pub fn stop(tx: &mut Tx, ctx: &Ctx, matter: &Matter, key: &str, day: Date) -> Result<bool> {
    let mut kept = true;
    for clock in of(tx, matter, day)?.into_iter().filter(|clock| clock.key == key && clock.runs()) {
        kept = day <= clock.explanation.due;
        if clock.paused {
            tx.put(&RESUME, &params![clock.id, day])?;
        }
        tx.put(&STOP, &params![clock.id, day, if kept { "kept" } else { "late" }, None::<String>])?;
        let detail = json!({ "clock": key, "on": day, "due": clock.explanation.due, "kept": kept });
        matter::note(tx, ctx, matter.id, "clock_stop", None, &detail)?;
    }
    change::alarm(tx, matter)?;
    Ok(kept)
}

fn running(tx: &mut Tx, matter: &Matter, key: &str, today: Date) -> Result<Clock> {
    let clocks = of(tx, matter, today)?;
    let found = clocks.into_iter().find(|clock| clock.key == key && clock.runs());
    found.ok_or_else(|| Refusal::new("clock_not_running", "这个期限没有在计算中").into())
}

/// Why a clock stands still.
#[derive(Clone, Copy, Debug)]
pub struct Halt<'a> {
    /// Code of the reason, one that the clock's rule allows.
    pub reason: &'a str,
    /// Begun day not counted.
    pub from: Date,
    /// The paper that proves it.
    pub paper: &'a str,
    /// A file of the paper.
    pub file: Option<AttachmentId>,
}

/// Whether the running clock `key` may stand still for `reason`: a bureau may have taken a pause out of its rule. `false` where
/// no such clock runs.
///
/// # Errors
/// A fault of the database.
pub fn may_pause(tx: &mut Tx, ctx: &Ctx, matter: &Matter, key: &str, reason: &str) -> Result<bool> {
    let clocks = of(tx, matter, ctx.today())?;
    let Some(clock) = clocks.into_iter().find(|clock| clock.key == key && clock.runs()) else {
        return Ok(false);
    };
    let rule = rule(Law::in_use(), clock.set()?, key, clock.from)?;
    Ok(rule.pauses.iter().any(|known| known.code == reason))
}

/// Pauses the running clock `key`, for a reason its rule allows, with the paper that proves it.
///
/// # Errors
/// Refusals for a clock that does not run or is paused, a reason the rule does not know, a missing paper.
pub fn pause(tx: &mut Tx, ctx: &Ctx, matter: &Matter, key: &str, why: &Halt<'_>) -> Result<()> {
    let Halt { reason, from, paper, file } = *why;
    let clock = running(tx, matter, key, ctx.today())?;
    let rule = rule(Law::in_use(), clock.set()?, key, clock.from)?;
    if !rule.pauses.iter().any(|known| known.code == reason) {
        return Err(Refusal::new("pause_reason", format!("“{}”不因这个事由暂停计算", rule.title))
            .at("reason")
            .into());
    }
    if clock.paused {
        return Err(Refusal::new("paused", "这个期限已经暂停").into());
    }
    if from < clock.from || from > ctx.today() {
        let words = format!("暂停开始日应在 {} 至今天之间", clock.from);
        return Err(Refusal::new("pause_from", words).at("from").into());
    }
    if paper.trim().is_empty() {
        return Err(Refusal::new("pause_paper", "请填写暂停计算所依据的文书").at("paper").into());
    }
    let id: Id<kind::Journal> = ctx.id();
    tx.put(&PAUSE, &params![id, clock.id, from, reason, paper.trim(), file])?;
    matter::note(
        tx,
        ctx,
        matter.id,
        "clock_pause",
        None,
        &json!({ "clock": key, "from": from, "reason": reason, "paper": paper.trim() }),
    )?;
    refresh(tx, matter)
}

/// Ends the pause of clock `key`; `last` is the last day not counted.
///
/// # Errors
/// A fault of the database.
pub fn resume(tx: &mut Tx, ctx: &Ctx, matter: &Matter, key: &str, last: Date) -> Result<()> {
    for clock in of(tx, matter, ctx.today())?.into_iter().filter(|clock| clock.key == key && clock.paused) {
        tx.put(&RESUME, &params![clock.id, last])?;
        matter::note(tx, ctx, matter.id, "clock_resume", None, &json!({ "clock": key, "last": last }))?;
    }
    refresh(tx, matter)
}

/// Takes back a clock that should not have run: it counts neither as kept nor as late.
///
/// # Errors
/// Refusals without the right, without a reason, or for a clock that does not run.
pub fn void(tx: &mut Tx, ctx: &Ctx, matter: &Matter, key: &str, reason: &str) -> Result<()> {
    ctx.may(Permission::Approve)?;
    if reason.trim().is_empty() {
        return Err(Refusal::new("clock_void_reason", "请写明撤销期限的理由").at("reason").into());
    }
    let clock = running(tx, matter, key, ctx.today())?;
    annul(tx, ctx, matter, &clock, reason)?;
    refresh(tx, matter)
}

/// Takes back every running clock of a matter that should not have been opened.
pub(crate) fn void_all(tx: &mut Tx, ctx: &Ctx, matter: &Matter, reason: &str) -> Result<()> {
    for clock in of(tx, matter, ctx.today())?.into_iter().filter(Clock::runs) {
        annul(tx, ctx, matter, &clock, reason)?;
    }
    refresh(tx, matter)
}

fn annul(tx: &mut Tx, ctx: &Ctx, matter: &Matter, clock: &Clock, reason: &str) -> Result<()> {
    if clock.paused {
        tx.put(&RESUME, &params![clock.id, ctx.today()])?;
    }
    tx.put(&STOP, &params![clock.id, ctx.today(), "void", reason.trim()])?;
    let detail = json!({ "clock": clock.key, "on": ctx.today(), "reason": reason.trim() });
    matter::note(tx, ctx, matter.id, "clock_void", None, &detail)
}

/// Lengthens the running clock `key` as its rule allows.
///
/// # Errors
/// Refusals without the right, or where the rule knows no extension or it was used.
pub fn extend(tx: &mut Tx, ctx: &Ctx, matter: &Matter, key: &str, words: &str) -> Result<()> {
    ctx.may(Permission::Approve)?;
    let clock = running(tx, matter, key, ctx.today())?;
    if rule(Law::in_use(), clock.set()?, key, clock.from)?.extension.is_none() {
        return Err(Refusal::new("no_extension", "这个期限依法不能延长").into());
    }
    tx.exactly_one(&EXTEND, &params![clock.id])
        .map_err(|_| Refusal::new("extended", "这个期限已经延长过一次"))?;
    matter::note(tx, ctx, matter.id, "clock_extend", None, &json!({ "clock": key, "words": words }))?;
    refresh(tx, matter)
}
