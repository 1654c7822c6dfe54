//! Reminders (催办): by themselves before and after a clock runs out, level by level upwards, or by a head with words. None
//! touches a clock.

use db::{Row, Select, Tx, params};
use jiff::{ToSpan as _, civil::Date};
use kernel::{Actor, Ctx, Id, MatterId, OfficerId, Permission, Refusal, Role, kind};
use law::{Law, Level, Reminded};
use serde_json::json;
use web::{Problem, Result};

use crate::{Matter, Phase, clocks, matter};

/// An id of a reminder.
pub type ReminderId = Id<kind::Journal>;

/// An id of a clock.
pub type ClockId = Id<kind::Journal>;

/// The repeating job.
pub const ESCALATE: &str = "escalate";
/// Clocks looked at in one go: a handler holds the only writer.
const BATCH: i64 = 200;
/// Days ahead in which the first level can fall, long holidays counted.
const AHEAD: i64 = 20;

/// A reminder in somebody's work list.
#[derive(Clone, Debug)]
pub struct Reminder {
    /// Its id.
    pub id: ReminderId,
    /// The matter's number.
    pub number: String,
    /// What that is about.
    pub title: String,
    /// `late`, `soon` or empty, the colour.
    pub colour: &'static str,
    /// Of which level.
    pub level: String,
    /// What is said.
    pub words: String,
    /// Who reminds; empty when it came by itself.
    pub by: String,
    /// When.
    pub at: String,
}

db::sql! {
    INSERT = "INSERT INTO reminder (id, matter_id, clock_id, level, officer_id, words, by_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    OUTDATED = "UPDATE reminder SET seen_at = $3 WHERE clock_id = $1 AND officer_id = $2 AND seen_at IS NULL";
    SEEN = "UPDATE reminder SET seen_at = $2 WHERE id = $1 AND (officer_id = $3 OR officer_id = $4) AND seen_at IS NULL";
    DUE = "SELECT c.id, c.key, c.due, c.alarm, c.matter_id FROM clock c JOIN matter m ON m.id = c.matter_id \
           WHERE c.stopped_on IS NULL AND c.alarm <= $1 AND c.id > $2 AND m.phase <> 'done' \
           AND NOT EXISTS (SELECT 1 FROM clock_pause p WHERE p.clock_id = c.id AND p.to_day IS NULL) \
           AND NOT EXISTS (SELECT 1 FROM clock_level l WHERE l.clock_id = c.id AND l.level = $3) ORDER BY c.id LIMIT $4";
    REACHED = "INSERT INTO clock_level (clock_id, level, at) VALUES ($1, $2, $3) ON CONFLICT (clock_id, level) DO NOTHING";
    HEADS = "SELECT DISTINCT p.officer_id, o.name, u.path FROM post p JOIN unit u ON u.id = p.unit_id JOIN officer o ON o.id = p.officer_id \
             WHERE p.role = $1 AND o.enabled = TRUE AND p.from_day <= $2 AND (p.to_day IS NULL OR p.to_day >= $2) \
             AND NOT EXISTS (SELECT 1 FROM recusal r WHERE r.matter_id = $3 AND r.officer_id = p.officer_id AND r.granted = TRUE) ORDER BY u.path, o.name";
    NAME = "SELECT name FROM officer WHERE id = $1";
}

/// Somebody to be told.
type Person = (OfficerId, String);

/// The heads of `role` nearest above a matter's unit, itself included; without those who must keep away.
fn heads(tx: &mut Tx, ctx: &Ctx, of: &Matter, role: Role) -> Result<Vec<Person>> {
    let (mut nearest, mut found) = (String::new(), Vec::new());
    for row in tx.query(&HEADS, &params![role.code(), ctx.today(), of.id])? {
        let path: String = row.get("path")?;
        if of.unit_path.starts_with(&path) {
            if path != nearest {
                found.clear();
                nearest = path;
            }
            found.push((row.get("officer_id")?, row.get("name")?));
        }
    }
    Ok(found)
}

/// Who is told: the officer where there is one, else the heads who must find one.
fn people(tx: &mut Tx, ctx: &Ctx, of: &Matter, to: Reminded) -> Result<Vec<Person>> {
    match (to, of.officer) {
        (Reminded::Officer, Some(officer)) => {
            let row = tx.one(&NAME, &params![officer])?.ok_or(Problem::NotFound)?;
            Ok(vec![(officer, row.get("name")?)])
        }
        (Reminded::Officer | Reminded::SectionHead, _) => heads(tx, ctx, of, Role::SectionHead),
        (Reminded::BureauHead, _) => heads(tx, ctx, of, Role::BureauHead),
    }
}

fn tell(
    tx: &mut Tx,
    ctx: &Ctx,
    of: MatterId,
    clock: Option<ClockId>,
    (level, words): (&str, &str),
    people: &[Person],
) -> Result<()> {
    let by = ctx.officer().ok().map(|officer| officer.id);
    for (officer, _) in people {
        if clock.is_some() {
            tx.execute(&OUTDATED, &params![clock, *officer, ctx.now])?;
        }
        let id: ReminderId = ctx.id();
        tx.execute(&INSERT, &params![id, of, clock, level, *officer, words, by, ctx.now])?;
    }
    Ok(())
}

/// Puts a word about a matter into the list of who has it, else of the heads; the relation that causes it is journalled there.
///
/// # Errors
/// A fault of the database.
pub(crate) fn tell_officer(tx: &mut Tx, ctx: &Ctx, of: &Matter, level: &str, words: &str) -> Result<()> {
    let people = people(tx, ctx, of, Reminded::Officer)?;
    tell(tx, ctx, of.id, None, (level, words), &people)
}

/// Reminds the officer of a matter in a head's own words (催办).
///
/// # Errors
/// Refusals without the right or words, for a matter that has ended or that nobody has.
pub fn urge(tx: &mut Tx, ctx: &Ctx, of: &Matter, words: &str) -> Result<()> {
    ctx.may(Permission::Approve)?;
    let words = words.trim();
    if words.chars().count() < 2 {
        return Err(Refusal::new("urge_words", "请写明催办的内容").at("words").into());
    }
    if of.phase == Phase::Done {
        return Err(Refusal::new("done", "这件事项已经办结，不再催办").into());
    }
    let mut people = people(tx, ctx, of, Reminded::Officer)?;
    let me = ctx.officer()?.id;
    people.retain(|(officer, _)| *officer != me);
    if people.is_empty() {
        return Err(Refusal::new("urge_nobody", "这件事项还没有承办人，请先分派").into());
    }
    tell(tx, ctx, of.id, None, ("manual", words), &people)?;
    let to: Vec<&str> = people.iter().map(|(_, name)| name.as_str()).collect();
    matter::note(tx, ctx, of.id, "urge", None, &json!({ "to": to.join("、"), "words": words }))
}

/// Says that the actor, or the colleague he stands in for, has seen a reminder.
///
/// # Errors
/// [`Problem::NotFound`] for somebody else's.
pub fn seen(tx: &mut Tx, ctx: &Ctx, id: ReminderId) -> Result<()> {
    let me = ctx.officer()?;
    let done = tx.execute(&SEEN, &params![id, ctx.now, me.id, me.deputy_for.unwrap_or(me.id)])?;
    if done == 0 { Err(Problem::NotFound) } else { Ok(()) }
}

/// The actor's reminders that were not seen and still matter, newest first.
pub(crate) fn list(ctx: &Ctx, me: OfficerId, holder: OfficerId) -> Select {
    let (condition, values) = crate::visible(ctx);
    Select::from(
        "SELECT r.id, m.number, m.title, r.level, r.words, r.at, o.name AS by_name FROM reminder r JOIN matter m ON m.id = r.matter_id \
         LEFT JOIN clock c ON c.id = r.clock_id LEFT JOIN officer o ON o.id = r.by_id",
    )
    .and("r.officer_id = ? OR r.officer_id = ?", params![me, holder].to_vec())
    .and("r.seen_at IS NULL AND m.phase <> 'done' AND (r.clock_id IS NULL OR c.stopped_on IS NULL)", [])
    .and(condition, values)
    .order("r.at DESC, r.id DESC")
    .limit(30)
}

/// The actor's reminders.
///
/// # Errors
/// A fault of the database.
pub fn mine(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Reminder>> {
    let me = ctx.officer()?;
    let rows = tx.select(&list(ctx, me.id, me.deputy_for.unwrap_or(me.id)))?;
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

fn read(row: &Row) -> Result<Reminder, db::Error> {
    let level: String = row.get("level")?;
    let known = Law::in_use().escalation.iter().find(|known| known.code == level);
    let words = match level.as_str() {
        "manual" => "催办",
        "supplement" => "补充材料",
        other => known.map_or(other, |known| known.title.as_str()),
    };
    Ok(Reminder {
        id: row.get("id")?,
        number: row.get("number")?,
        title: row.get("title")?,
        colour: match (level.as_str(), known.map(|known| known.working_days)) {
            ("manual", _) => "late",
            (_, Some(days)) if days > 0 => "late",
            (_, Some(_)) => "soon",
            _ => "",
        },
        level: words.to_owned(),
        words: row.get("words")?,
        by: row.get::<Option<String>>("by_name")?.unwrap_or_default(),
        at: kernel::office_minute(row.get("at")?),
    })
}

/// Reminds whom the levels say of every clock that has come so far, each level once; `Some` is where to go on when there is
/// more than one go can do. Clocks that stand still are left alone.
///
/// # Errors
/// A fault of the database.
pub fn escalate(tx: &mut Tx, ctx: &Ctx, after: Option<ClockId>) -> Result<Option<ClockId>> {
    let law = Law::in_use();
    let Some(last) = law.escalation.last() else { return Ok(None) };
    let until = ctx.today().checked_add(AHEAD.days()).unwrap_or(Date::MAX);
    let from: ClockId = after.unwrap_or_else(|| Id::from_uuid(Default::default()));
    let rows = tx.query(&DUE, &params![until, from, last.code, BATCH])?;
    let system = ctx.by(Actor::System("系统"));
    for row in &rows {
        let of = matter::by_id(tx, &system, row.get("matter_id")?)?;
        let clock: ClockId = row.get("id")?;
        let (alarm, due): (Date, Date) = (row.get("alarm")?, row.get("due")?);
        let key: String = row.get("key")?;
        for level in law::reached(&law.escalation, &law.calendar, alarm, due, ctx.today()) {
            remind(tx, &system, &of, (clock, &key, due), level)?;
        }
    }
    let full = i64::try_from(rows.len()).is_ok_and(|count| count == BATCH);
    Ok(rows.last().filter(|_| full).map(|row| row.get("id")).transpose()?)
}

/// One level of one clock, once.
fn remind(
    tx: &mut Tx,
    ctx: &Ctx,
    of: &Matter,
    (clock, key, due): (ClockId, &str, Date),
    level: &Level,
) -> Result<()> {
    if tx.execute(&REACHED, &params![clock, level.code, ctx.now])? == 0 {
        return Ok(());
    }
    let people = people(tx, ctx, of, level.to)?;
    let words = format!("{}：{due} 到期", clocks::title(of, key, due));
    tell(tx, ctx, of.id, Some(clock), (&level.code, &words), &people)?;
    let to: Vec<&str> = people.iter().map(|(_, name)| name.as_str()).collect();
    let detail = json!({ "clock": key, "due": due, "to": to.join("、"), "words": level.title });
    matter::note(tx, ctx, of.id, "remind", None, &detail)
}
