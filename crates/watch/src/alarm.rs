//! Alarms as they are kept, and what is decided about them.

use db::{Row, Tx, params};
use jiff::{ToSpan as _, civil::Date};
use kernel::{Ctx, Id, MatterId, kind, words};
use serde_json::json;
use web::{Problem, Result};

use crate::{
    decision::Reason,
    evidence::Evidence,
    night::{Found, Look, same},
    once::{self, EPISODE},
    stream::Key,
};

/// An id of an alarm or of a word on the watch list.
pub type WatchId = Id<kind::Journal>;

/// Matters of an alarm that are kept.
const ROWS: usize = 500;

words! {
    /// How an alarm came.
    Kind {
        /// Too many within 1 to 28 days.
        Scan = "scan", "短期偏多";
        /// A few too many, month after month.
        Slow = "slow", "长期偏多";
        /// Two people hurt at one trader in a week.
        Harm = "harm", "人身伤害";
        /// A word of the watch list.
        Listed = "listed", "关注名单";
    }
}

words! {
    /// What became of an alarm.
    State {
        /// Nobody decided yet.
        Open = "open", "待处理";
        /// It was nothing (不成立).
        Dismissed = "dismissed", "不成立";
        /// Somebody took it up.
        Taken = "taken", "已转办";
    }
}

macro_rules! columns {
    () => {
        "SELECT a.id, a.rung_on, a.kind, a.stream, a.window_days, a.observed, a.expected, a.score, a.threshold, a.warming, a.evidence, a.state, \
         a.reason, a.words, COALESCE(o.name, '') AS decided_name, a.decided_at, a.version, x.matter_id AS taken_id, \
         (SELECT COUNT(*) FROM alarm_row r WHERE r.alarm_id = a.id) AS matters FROM alarm a \
         LEFT JOIN officer o ON o.id = a.decided_by LEFT JOIN alarm_matter x ON x.alarm_id = a.id "
    };
}

db::sql! {
    LIST = concat!(columns!(), "WHERE a.state = $1 ORDER BY a.rung_on DESC, a.id DESC LIMIT $2");
    ONE_ALARM = concat!(columns!(), "WHERE a.id = $1");
    COUNT = "SELECT COUNT(*) FROM alarm WHERE state = $1";
    LAST = "SELECT MAX(day) AS day FROM watch_run";
    LAST_RUN = "SELECT day, at, matters, streams, replayed FROM watch_run ORDER BY day DESC, id DESC LIMIT 1";
    SAID = "SELECT rung_on, stream, score, state FROM alarm WHERE state <> 'open' AND kind IN ('scan', 'slow') AND rung_on >= $1";
    OPEN_SINCE = "SELECT id, rung_on, stream, window_days FROM alarm WHERE state = 'open' AND kind IN ('scan', 'slow') AND rung_on >= $1";
    HURT = "SELECT a.id FROM alarm a WHERE a.rung_on > $1 AND a.kind = 'harm'";
    ROWS_OF = "SELECT r.matter_id FROM alarm_row r WHERE r.alarm_id = $1";
    INSERT = "INSERT INTO alarm (id, rung_on, kind, stream, window_days, observed, expected, score, threshold, warming, evidence, state, at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'open', $12) ON CONFLICT (rung_on, kind, stream) DO NOTHING";
    ROW = "INSERT INTO alarm_row (alarm_id, matter_id) VALUES ($1, $2) ON CONFLICT (alarm_id, matter_id) DO NOTHING";
    RUN = "INSERT INTO watch_run (id, day, at, matters, streams, rung, replayed, followed_from) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
}

/// An alarm.
#[derive(Clone, Debug)]
pub struct Alarm {
    /// Its id.
    pub id: WatchId,
    /// The last day of the window.
    pub day: Date,
    /// How it came.
    pub kind: Kind,
    /// About what.
    pub key: Key,
    /// Days of the window.
    pub window: i64,
    /// Different people in it.
    pub observed: i64,
    /// Expected.
    pub expected: f64,
    /// Score.
    pub score: f64,
    /// Threshold.
    pub threshold: f64,
    /// Whether there was too little past.
    pub warming: bool,
    /// What is kept of it.
    pub evidence: Evidence,
    /// What became of it.
    pub state: State,
    /// Why it was dismissed.
    pub reason: Option<Reason>,
    /// What was said.
    pub words: String,
    /// Who decided.
    pub by: String,
    /// When it was decided.
    pub decided: Option<jiff::Timestamp>,
    /// The matter in which it was taken up.
    pub taken: Option<MatterId>,
    /// Matters behind it.
    pub matters: i64,
    /// For whoever decides: what was seen.
    pub version: i64,
}

/// An alarm that is open, and what came to it since.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    /// Its id.
    pub id: WatchId,
    /// The stream.
    pub key: Key,
    /// The day it rang.
    pub day: Date,
    /// Days of its window.
    pub window: usize,
}

/// An earlier alarm with what was said of it, for the replay.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The stream.
    pub key: Key,
    /// The day it rang.
    pub day: Date,
    /// Its score.
    pub score: f64,
    /// Whether it was taken up.
    pub worth: bool,
}

fn thousandths(x: f64) -> i64 {
    (x * 1_000.0).round() as i64
}

pub(crate) fn from_thousandths(row: &Row, column: &'static str) -> Result<f64> {
    Ok(row.get::<i64>(column)? as f64 / 1_000.0)
}

fn read(row: &Row) -> Result<Alarm> {
    let word = |column: &'static str| row.get::<String>(column);
    Ok(Alarm {
        id: row.get("id")?,
        day: row.get("rung_on")?,
        kind: Kind::from_code(&word("kind")?).ok_or(Problem::NotFound)?,
        key: Key::read(&word("stream")?),
        window: row.get("window_days")?,
        observed: row.get("observed")?,
        expected: from_thousandths(row, "expected")?,
        score: from_thousandths(row, "score")?,
        threshold: from_thousandths(row, "threshold")?,
        warming: row.get("warming")?,
        evidence: serde_json::from_str(&word("evidence")?).unwrap_or_default(),
        state: State::from_code(&word("state")?).ok_or(Problem::NotFound)?,
        reason: Reason::from_code(&word("reason")?),
        words: word("words")?,
        by: word("decided_name")?,
        decided: row.get("decided_at")?,
        taken: row.get("taken_id")?,
        matters: row.get("matters")?,
        version: row.get("version")?,
    })
}

/// Alarms in a state, the newest first.
///
/// # Errors
/// A fault of the database.
pub fn list(tx: &mut Tx, state: State, most: usize) -> Result<Vec<Alarm>> {
    tx.query(&LIST, &params![state.code(), most])?.iter().map(read).collect()
}

/// How many are in a state.
///
/// # Errors
/// A fault of the database.
pub fn count(tx: &mut Tx, state: State) -> Result<i64> {
    Ok(tx.scalar(&COUNT, &params![state.code()])?)
}

/// The alarm with `id`.
///
/// # Errors
/// Not found when there is none.
pub fn find(tx: &mut Tx, id: WatchId) -> Result<Alarm> {
    read(&tx.one(&ONE_ALARM, &params![id])?.ok_or(Problem::NotFound)?)
}

/// The last day that was looked at.
///
/// # Errors
/// A fault of the database.
pub fn last_look(tx: &mut Tx) -> Result<Option<Date>> {
    let row = tx.one(&LAST, &[])?;
    Ok(row.map(|row| row.get::<Option<Date>>("day")).transpose()?.flatten())
}

/// What the last look saw, in words; nothing before the first.
///
/// # Errors
/// A fault of the database.
pub fn last_words(tx: &mut Tx) -> Result<Option<String>> {
    let Some(row) = tx.one(&LAST_RUN, &[])? else { return Ok(None) };
    let (day, at): (Date, jiff::Timestamp) = (row.get("day")?, row.get("at")?);
    let (matters, streams, replayed): (i64, i64, i64) =
        (row.get("matters")?, row.get("streams")?, row.get("replayed")?);
    let warming = if replayed < 182 {
        "；可以重放的历史不足半年，处于起步期，次数还不受预算约束"
    } else {
        ""
    };
    Ok(Some(format!(
        "{} 查看了截至 {day} 的 {matters} 件投诉举报、{streams} 个组合，门槛由此前 {replayed} 天重放得出{warming}",
        kernel::office_minute(at)
    )))
}

/// Alarms since `begin` that somebody decided about.
///
/// # Errors
/// A fault of the database.
pub fn said(tx: &mut Tx, begin: Date) -> Result<Vec<Said>> {
    let said = |row: &Row| {
        Ok(Said {
            key: Key::read(&row.get::<String>("stream")?),
            day: row.get("rung_on")?,
            score: from_thousandths(row, "score")?,
            worth: row.get::<String>("state")? == State::Taken.code(),
        })
    };
    tx.query(&SAID, &params![begin])?.iter().map(said).collect()
}

/// Alarms since `begin` that are open.
///
/// # Errors
/// A fault of the database.
pub fn open_since(tx: &mut Tx, begin: Date) -> Result<Vec<Open>> {
    let open = |row: &Row| {
        Ok(Open {
            id: row.get("id")?,
            key: Key::read(&row.get::<String>("stream")?),
            day: row.get("rung_on")?,
            window: usize::try_from(row.get::<i64>("window_days")?).unwrap_or(1),
        })
    };
    tx.query(&OPEN_SINCE, &params![begin])?.iter().map(open).collect()
}

fn keep_rows(tx: &mut Tx, alarm: WatchId, matters: &[MatterId]) -> Result<()> {
    for matter in matters.iter().take(ROWS) {
        tx.execute(&ROW, &params![alarm, *matter])?;
    }
    Ok(())
}

/// Keeps what a look up to `day` found and is new, with incidents followed from some day on; how many that is.
///
/// # Errors
/// A fault of the database.
pub fn store(tx: &mut Tx, ctx: &Ctx, (day, followed): (Date, Date), look: &Look) -> Result<usize> {
    let mut rung = 0;
    for found in &look.found {
        if is_known(tx, found)? {
            continue;
        }
        let id: WatchId = ctx.id();
        let evidence =
            serde_json::to_string(&found.evidence).map_err(|error| Problem::Fault(error.to_string()))?;
        let (kind, key) = (found.kind.code(), found.key.stored());
        let (expected, score, bar) =
            (thousandths(found.expected), thousandths(found.score.0), thousandths(found.score.1));
        let made = tx.execute(
            &INSERT,
            &params![
                id,
                found.day,
                kind,
                key,
                found.window,
                found.observed,
                expected,
                score,
                bar,
                found.warming,
                evidence,
                ctx.now
            ],
        )?;
        if made == 0 {
            continue;
        }
        keep_rows(tx, id, &found.matters)?;
        journal::note(tx, ctx, &id.to_string(), "alarm", &json!({ "kind": kind, "day": found.day }))?;
        rung += 1;
    }
    for (alarm, matters) in &look.more {
        keep_rows(tx, *alarm, matters)?;
    }
    for (alarm, keys) in &look.again {
        once::also_in(tx, *alarm, keys)?;
    }
    let id: WatchId = ctx.id();
    tx.execute(&RUN, &params![id, day, ctx.now, look.matters, look.streams, rung, look.replayed, followed])?;
    Ok(rung)
}

/// Whether nobody new was hurt since an alarm of these weeks. What the figures found was compared before ([`crate::once`]).
fn is_known(tx: &mut Tx, found: &Found) -> Result<bool> {
    if found.kind != Kind::Harm {
        return Ok(false);
    }
    for row in tx.query(&HURT, &params![found.day.saturating_sub(EPISODE.days())])? {
        let rows = tx.query(&ROWS_OF, &params![row.get::<WatchId>("id")?])?;
        let rows: Vec<MatterId> =
            rows.iter().map(|row| row.get("matter_id")).collect::<Result<_, db::Error>>()?;
        if same(&rows, &found.matters) && rows.len() >= found.matters.len() {
            return Ok(true);
        }
    }
    Ok(false)
}
