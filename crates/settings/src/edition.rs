//! An edition (版次): something the bureau puts in the place of what ships, with where it comes from, why, by whom and
//! since when. An edition is never altered once it is in force; another one takes its place.

use db::{Row, Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, Id, OfficerId, Permission, Refusal, kind};
use law::{ClockRule, Law, Notice, NoticeDay, OfficeHours, RuleSet};
use serde_json::json;
use web::{Problem, Result};

use crate::recount;

/// An id of an edition.
pub type EditionId = Id<kind::Journal>;

kernel::words! {
    /// What an edition replaces.
    Kind {
        /// A year's notice of the State Council.
        Calendar = "calendar", "放假安排";
        /// Days off of the region or of this office in a year.
        Closed = "closed", "本地区、本单位休息日";
        /// An order with all its clocks and grounds.
        RuleSet = "rule_set", "整部规定";
        /// One clock.
        Clock = "clock", "单项期限";
        /// How the end of a period rolls on, and what is received after office hours.
        Counting = "counting", "计算方法";
    }
}

kernel::words! {
    /// How far an edition came.
    State {
        /// Looked at, not in force.
        Draft = "draft", "待启用";
        /// Waits for the second person.
        Proposed = "proposed", "待核准";
        /// In force.
        Active = "active", "已启用";
        /// Refused by the second person.
        Rejected = "rejected", "未核准";
        /// Given up by who made it.
        Dropped = "dropped", "已放弃";
    }
}

/// An edition.
#[derive(Clone, Debug)]
pub struct Edition {
    /// Its id.
    pub id: EditionId,
    /// What it replaces.
    pub kind: Kind,
    /// The year, the order's id, `R121/accept`.
    pub subject: String,
    /// JSON of a notice, TOML of a rule.
    pub text: String,
    /// Where it comes from: a paper, a letter.
    pub source: String,
    /// Why.
    pub reason: String,
    /// How far it came.
    pub state: State,
    /// Who made it.
    pub made_by: Option<OfficerId>,
    /// That person's name.
    pub made_name: String,
    /// When.
    pub made_at: Timestamp,
    /// Who put it in force or refused it.
    pub decided_name: String,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// What was said then.
    pub decided_words: String,
    /// How many running clocks it moved.
    pub moved: i64,
}

/// An edition to be.
#[derive(Clone, Debug)]
pub struct NewEdition {
    /// What it replaces.
    pub kind: Kind,
    /// The year, the order's id, `R121/accept`.
    pub subject: String,
    /// JSON of a notice, TOML of a rule.
    pub text: String,
    /// Where it comes from.
    pub source: String,
    /// Why.
    pub reason: String,
}

db::sql! {
    INSERT = "INSERT INTO law_edition (id, kind, subject, text, source, reason, state, made_by, made_name, made_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    BY_ID = "SELECT id, kind, subject, text, source, reason, state, made_by, made_name, made_at, decided_name, decided_at, decided_words, moved \
             FROM law_edition WHERE id = $1";
    ACTIVE = "SELECT id, kind, subject, text, source, reason, state, made_by, made_name, made_at, decided_name, decided_at, decided_words, moved \
              FROM law_edition WHERE state = 'active' ORDER BY decided_at, id";
    PROPOSED = "SELECT id, kind, subject, text, source, reason, state, made_by, made_name, made_at, decided_name, decided_at, decided_words, moved \
                FROM law_edition WHERE state = 'proposed' ORDER BY made_at, id";
    OF_KIND = "SELECT id, kind, subject, text, source, reason, state, made_by, made_name, made_at, decided_name, decided_at, decided_words, moved \
               FROM law_edition WHERE kind = $1 ORDER BY made_at DESC, id DESC LIMIT 50";
    DECIDE = "UPDATE law_edition SET state = $3, decided_by = $4, decided_name = $5, decided_at = $6, decided_words = $7, moved = $8 \
              WHERE id = $1 AND state = $2";
}

impl Edition {
    fn read(row: &Row) -> Result<Self, db::Error> {
        let (kind, state): (String, String) = (row.get("kind")?, row.get("state")?);
        Ok(Self {
            id: row.get("id")?,
            kind: Kind::from_code(&kind).unwrap_or(Kind::Clock),
            subject: row.get("subject")?,
            text: row.get("text")?,
            source: row.get("source")?,
            reason: row.get("reason")?,
            state: State::from_code(&state).unwrap_or(State::Dropped),
            made_by: row.get("made_by")?,
            made_name: row.get("made_name")?,
            made_at: row.get("made_at")?,
            decided_name: row.get("decided_name")?,
            decided_at: row.get("decided_at")?,
            decided_words: row.get("decided_words")?,
            moved: row.get("moved")?,
        })
    }

    /// Puts it into `law`, marked with who put it there: every explanation names it.
    ///
    /// # Errors
    /// [`law::LawError`] when its text can no longer be read.
    pub fn put_into(&self, law: &mut Law) -> Result<(), law::LawError> {
        let year = || self.subject.parse::<i16>().unwrap_or_default();
        let on = kernel::office_date(self.decided_at.unwrap_or(self.made_at));
        let source = if self.source.is_empty() { String::new() } else { format!("（{}）", self.source) };
        let mark = |before: String| {
            let who = format!("{}提出，{}核准", self.made_name, self.decided_name);
            Some(law::Replaced::new(on, who, &self.reason, before))
        };
        match self.kind {
            Kind::Calendar => {
                let notice = Notice::read(&self.text, year())?;
                let source = format!("本单位 {on} 录入的 {} 年放假安排{source}", self.subject);
                law.calendar.apply(&notice, &source);
            }
            Kind::Closed => law.calendar.close(year(), &days(&self.text)?),
            Kind::RuleSet => {
                let mut set = RuleSet::from_toml(&self.text)?;
                let before = law.rule_set(&set.id);
                set.replaced = mark(before.map_or("原来没有这部规定".to_owned(), |old| {
                    format!("整部替换了原来收录的{}", old.citation())
                }));
                law.put_rule_set(set);
            }
            Kind::Clock => {
                let (set, key) = self.subject.split_once('/').unwrap_or(("", &self.subject));
                let mut clock = ClockRule::from_toml(&self.text)?;
                let from = clock.valid_from.unwrap_or(on);
                let before = law.clock_of(set, key, from);
                let before = before.map(|old| format!("原为 {}（{}）", old.length_words(), old.article));
                clock.replaced = mark(before.unwrap_or_else(|| "原来没有这项期限".to_owned()));
                law.put_clock(set, clock)?;
            }
            Kind::Counting if self.subject == HOURS => {
                let mut hours = OfficeHours::from_toml(&self.text)?;
                let who = format!("{}提出，{}核准", self.made_name, self.decided_name);
                hours.source = format!("（{}；{who}）", self.source);
                law.calendar.put_hours(hours);
            }
            Kind::Counting => law.calendar.weekend_ends_stand = self.text.trim() == WEEKENDS_STAND,
        }
        Ok(())
    }

    /// What it is about, in a line.
    pub fn title(&self) -> String {
        match self.kind {
            Kind::Calendar | Kind::Closed => format!("{} 年{}", self.subject, self.kind.label()),
            Kind::Counting if self.subject == HOURS => "办公时间外收到的计算".to_owned(),
            Kind::Counting => "期限届满遇周末的计算".to_owned(),
            Kind::RuleSet | Kind::Clock => format!("{} {}", self.kind.label(), self.subject),
        }
    }
}

/// The subject of a counting edition that sets office hours.
pub(crate) const HOURS: &str = "hours";
/// The text of a counting edition under which a period may end on an ordinary weekend day.
pub(crate) const WEEKENDS_STAND: &str = "weekend_ends_stand = true";
/// The text of one under which it may not.
pub(crate) const WEEKENDS_ROLL: &str = "weekend_ends_stand = false";

/// The days of a list of own days off.
pub(crate) fn days(text: &str) -> Result<Vec<NoticeDay>, law::LawError> {
    serde_json::from_str(text)
        .map_err(|error| law::LawError::Line { line: error.line(), words: error.to_string() })
}

fn insert(tx: &mut Tx, ctx: &Ctx, new: &NewEdition, state: State) -> Result<EditionId> {
    ctx.may(Permission::KeepSettings)?;
    let id: EditionId = ctx.id();
    let by = ctx.officer().ok().map(|officer| officer.id);
    let (kind, name) = (new.kind.code(), ctx.actor_name());
    tx.execute(
        &INSERT,
        &params![id, kind, new.subject, new.text, new.source, new.reason, state.code(), by, name, ctx.now],
    )?;
    Ok(id)
}

/// Keeps a calendar to be looked at before it is put in force.
///
/// # Errors
/// A refusal without the right.
pub fn keep(tx: &mut Tx, ctx: &Ctx, new: &NewEdition) -> Result<EditionId> {
    insert(tx, ctx, new, State::Draft)
}

/// Proposes a rule: a second person must confirm it.
///
/// # Errors
/// Refusals without the right, without a reason or a source.
pub fn propose(tx: &mut Tx, ctx: &Ctx, new: &NewEdition) -> Result<EditionId> {
    if new.reason.trim().chars().count() < 4 {
        return Err(Refusal::new("edition_reason", "请写明调整的理由（至少 4 个字）").at("reason").into());
    }
    if new.source.trim().is_empty() {
        return Err(Refusal::new("edition_source", "请写明依据，例如文件名称和文号").at("source").into());
    }
    let id = insert(tx, ctx, new, State::Proposed)?;
    let made = by_id(tx, id)?;
    note(tx, ctx, "law_propose", &made, 0, "")?;
    Ok(id)
}

fn note(tx: &mut Tx, ctx: &Ctx, verb: &str, edition: &Edition, moved: i64, words: &str) -> Result<()> {
    let digest = kernel::hex(&kernel::sm3(edition.text.as_bytes()));
    let detail = json!({
        "edition": edition.id.to_string(), "kind": edition.kind.code(), "source": edition.source,
        "reason": edition.reason, "words": words, "moved": moved, "digest": digest,
    });
    let subject = edition.title();
    Ok(journal::note(tx, ctx, &subject, verb, &detail)?)
}

/// The edition with `id`.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn by_id(tx: &mut Tx, id: EditionId) -> Result<Edition> {
    let row = tx.one(&BY_ID, &params![id])?.ok_or(Problem::NotFound)?;
    Ok(Edition::read(&row)?)
}

/// Every edition in force, in the order in which they were put in.
///
/// # Errors
/// A fault of the database.
pub(crate) fn active(tx: &mut Tx) -> Result<Vec<Edition>> {
    Ok(tx.query(&ACTIVE, &[])?.iter().map(Edition::read).collect::<Result<_, _>>()?)
}

/// What waits for the second person.
///
/// # Errors
/// A fault of the database.
pub(crate) fn proposed(tx: &mut Tx) -> Result<Vec<Edition>> {
    Ok(tx.query(&PROPOSED, &[])?.iter().map(Edition::read).collect::<Result<_, _>>()?)
}

/// The latest fifty of a kind.
///
/// # Errors
/// A fault of the database.
pub(crate) fn of_kind(tx: &mut Tx, kind: Kind) -> Result<Vec<Edition>> {
    Ok(tx.query(&OF_KIND, &params![kind.code()])?.iter().map(Edition::read).collect::<Result<_, _>>()?)
}

/// Puts an edition in force: a calendar by who may keep settings, a rule by a second person who may confirm them. The
/// running clocks are counted anew by jobs, at once and again when every server has read the edition.
///
/// # Errors
/// Refusals without the right, for the same person twice, for an edition that cannot be read any more or lacks the clause
/// of a clock that runs; [`Problem::Stale`] when it was decided meanwhile.
pub fn activate(tx: &mut Tx, ctx: &Ctx, id: EditionId, words: &str) -> Result<Edition> {
    let edition = by_id(tx, id)?;
    let before = may_decide(ctx, &edition)?;
    let law = crate::in_use::with(tx, ctx.today(), &edition)?;
    let (_, shifts) = matters::clocks::shifts(tx, &law)?;
    decide(tx, ctx, &edition, before, (State::Active, words, shifts.len()))?;
    let moved = i64::try_from(shifts.len()).unwrap_or(i64::MAX);
    note(tx, ctx, "law_edition", &edition, moved, words)?;
    recount::plan(tx, ctx, id, &edition.title())?;
    by_id(tx, id)
}

/// Who may put it in force, and the state it must be in.
fn may_decide(ctx: &Ctx, edition: &Edition) -> Result<State> {
    if matches!(edition.kind, Kind::Calendar | Kind::Closed) {
        ctx.may(Permission::KeepSettings)?;
        return Ok(State::Draft);
    }
    ctx.may(Permission::ConfirmSettings)?;
    if ctx.officer().is_ok_and(|officer| Some(officer.id) == edition.made_by) {
        return Err(Refusal::new("four_eyes", "提出和核准须为两人，请另一位有权限的同事核准").into());
    }
    Ok(State::Proposed)
}

/// Refuses a proposed rule, with words.
///
/// # Errors
/// Refusals without the right or words; [`Problem::Stale`].
pub fn reject(tx: &mut Tx, ctx: &Ctx, id: EditionId, words: &str) -> Result<()> {
    let edition = by_id(tx, id)?;
    let before = may_decide(ctx, &edition)?;
    if words.trim().is_empty() {
        return Err(Refusal::new("reject_words", "请写明不予核准的理由").at("words").into());
    }
    decide(tx, ctx, &edition, before, (State::Rejected, words, 0))?;
    note(tx, ctx, "law_reject", &edition, 0, words)
}

/// Gives up what is not in force yet.
///
/// # Errors
/// A refusal without the right; [`Problem::Stale`] when it was decided meanwhile.
pub fn drop_edition(tx: &mut Tx, ctx: &Ctx, id: EditionId) -> Result<()> {
    ctx.may(Permission::KeepSettings)?;
    let edition = by_id(tx, id)?;
    let before = if edition.state == State::Proposed { State::Proposed } else { State::Draft };
    decide(tx, ctx, &edition, before, (State::Dropped, "", 0))?;
    note(tx, ctx, "law_drop", &edition, 0, "")
}

fn decide(tx: &mut Tx, ctx: &Ctx, edition: &Edition, before: State, to: (State, &str, usize)) -> Result<()> {
    let (state, words, moved) = to;
    let (by, name) = (ctx.officer().ok().map(|officer| officer.id), ctx.actor_name());
    let values = params![edition.id, before.code(), state.code(), by, name, ctx.now, words.trim(), moved];
    Ok(tx.exactly_one(&DECIDE, &values)?)
}
