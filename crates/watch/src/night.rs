//! The nightly look: the detector over the bureau's own matters, and the rules that bypass statistics.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{ToSpan as _, civil::Date};
use kernel::{Actor, MatterId};
use law::Law;
use sentinel::watch::{
    desk::{Alarm, Desk, Kind as Way, lived},
    once::Once,
    panel::Panel,
    replay::Judged,
    score::Settings,
};
use web::{App, Result};

use crate::{
    alarm::{self, Kind, Open, Said, WatchId},
    decision,
    evidence::{self, Evidence},
    gather::{self, Gathered},
    heard::{self, Heard},
    incident::{self, Following},
    once::{self, Rang, Told, Who},
    rhythm::{self, dated, number},
    stream::{Key, MASKS},
    word,
};

/// Its name in the schedule.
pub const LOOK: &str = "watch_look";
/// Every day.
const DAY: i64 = 24 * 3600;
/// Days of past that are read: a year of replay, and half a year with a fortnight before it.
const PAST: i32 = 365 + 180 + 28;
/// Days that the first look of an office judges.
const FIRST: i32 = 28;
/// Days after an alarm in which what comes to its stream is added to it.
const GROWS: i32 = 28;
/// Of an alarm's matters, the share in which another makes it the same.
const SAME: f64 = 0.7;

/// An alarm of this look.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// How it came.
    pub kind: Kind,
    /// About what.
    pub key: Key,
    /// The last day of the window.
    pub day: Date,
    /// Days.
    pub window: usize,
    /// Different people.
    pub observed: u32,
    /// Expected.
    pub expected: f64,
    /// Score and threshold.
    pub score: (f64, f64),
    /// Whether there was too little past.
    pub warming: bool,
    /// What is kept.
    pub evidence: Evidence,
    /// The matters.
    pub matters: Vec<MatterId>,
}

/// What a look saw.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// Matters it read.
    pub matters: usize,
    /// Streams it watched.
    pub streams: usize,
    /// Days it replayed.
    pub replayed: usize,
    /// Alarms, most specific first.
    pub found: Vec<Found>,
    /// Matters that came to open alarms since they rang.
    pub more: Vec<(WatchId, Vec<MatterId>)>,
    /// Streams in which what was told before was seen.
    pub again: Vec<(WatchId, Vec<Key>)>,
}

/// Everything a look needs.
struct Asked {
    gathered: Gathered,
    said: Vec<Said>,
    open: Vec<Open>,
    told: Vec<Told>,
    budget: f64,
    from: Date,
    to: Date,
}

/// Looks when the day's look is due; `true` when it looked. Not a job of the queue: a handler holds the only writer, and a
/// million matters take a while to read.
///
/// # Errors
/// Why it could not; the page of background work shows it too.
pub async fn look_when_due(app: &App) -> Result<bool> {
    let now = app.ground.clock.now();
    let mine = app.db.write(move |tx| {
        jobs::every(tx, LOOK, DAY)?;
        jobs::take_beat(tx, LOOK, DAY, now)
    });
    if !mine.await? {
        return Ok(false);
    }
    let outcome = look(app).await;
    let ended = app.ground.clock.now();
    let words = outcome.as_ref().err().map(ToString::to_string);
    app.db.write(move |tx| jobs::end_beat(tx, LOOK, ended, words.as_deref())).await?;
    outcome.map(|_| true)
}

/// Looks at the days since the last look, up to yesterday; how many alarms are new.
///
/// # Errors
/// A fault of the database.
pub async fn look(app: &App) -> Result<usize> {
    let ctx = app.ctx(Actor::System("预警"));
    let today = ctx.today();
    let Some((from, to)) = app.db.read(move |tx| span(tx, today)).await? else { return Ok(0) };
    let followed = follow(app, from, to).await?;
    let heard = listen(app, from, to).await?;
    let asked = app.db.read(move |tx| ask(tx, (from, to), followed)).await?;
    let look = apart(move || judge(&asked, &heard)).await?;
    app.db.write(move |tx| alarm::store(tx, &ctx, (to, followed), &look)).await
}

/// Minutes of counting hold neither a connection nor the thread of others.
async fn apart<T: Send + 'static>(count: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(count).await.map_err(|error| web::Problem::Fault(error.to_string()))
}

/// The days from one to another.
fn days(from: Date, to: Date) -> impl Iterator<Item = Date> {
    (0..).map(move |at: i32| from.saturating_add(at.days())).take_while(move |day| *day <= to)
}

/// The days to look at; nothing when yesterday was looked at.
fn span(tx: &mut db::Tx, today: Date) -> Result<Option<(Date, Date)>> {
    let to = today.saturating_sub(1.day());
    let last = alarm::last_look(tx)?;
    let from = last.map_or_else(
        || to.saturating_sub((FIRST - 1).days()),
        |last| last.saturating_add(1.day()).max(to.saturating_sub(PAST.days())),
    );
    Ok((from <= to).then_some((from, to)))
}

/// Follows incidents up to `to`, the first time through the past, some weeks at a time; from which day they are followed.
async fn follow(app: &App, from: Date, to: Date) -> Result<Date> {
    let begin = from.saturating_sub(PAST.days());
    let (followed, begin) = app
        .db
        .read(move |tx| match incident::followed_from(tx)? {
            Some(followed) => Ok::<_, web::Problem>((followed, from)),
            None => incident::beginning(tx, begin, from, to).map(|begin| (begin, begin)),
        })
        .await?;
    for span in incident::spans(begin, to) {
        let mut following = Following::default();
        // a day's texts at a time: what is kept of them is a tenth
        for day in days(incident::before(span.0), span.1) {
            let texts = app.db.read(move |tx| incident::texts(tx, day)).await?;
            if !texts.is_empty() {
                following = apart(move || following.read(texts)).await?;
            }
        }
        if following.is_empty() {
            continue;
        }
        let links = app.db.read(move |tx| incident::links(tx, span)).await?;
        let put = apart(move || following.follow(&links)).await?;
        if !put.is_empty() {
            app.db.write(move |tx| incident::keep(tx, &put)).await?;
        }
    }
    Ok(followed)
}

/// Hears what the words of the last days say, a day at a time.
async fn listen(app: &App, from: Date, to: Date) -> Result<Heard> {
    let words = app.db.read(word::standing).await?;
    let mut heard = Heard::new(words, from);
    for day in days(heard::begin(from), to) {
        let texts = app.db.read(move |tx| gather::texts(tx, day)).await?;
        if !texts.is_empty() {
            heard = apart(move || heard.read(&texts)).await?;
        }
    }
    Ok(heard)
}

fn ask(tx: &mut db::Tx, (from, to): (Date, Date), followed: Date) -> Result<Asked> {
    let begin = from.saturating_sub(PAST.days());
    Ok(Asked {
        gathered: gather::matters(tx, (begin, to), incident::are_known(followed, from))?,
        said: alarm::said(tx, begin)?,
        open: alarm::open_since(tx, to.saturating_sub(GROWS.days()))?,
        told: once::told_since(tx, from.min(to.saturating_sub((FIRST - 1).days())))?,
        budget: decision::budget(tx)?,
        from,
        to,
    })
}

fn judge(asked: &Asked, heard: &Heard) -> Look {
    let mut look = by_figures(asked);
    look.more =
        asked.open.iter().map(|open| (open.id, since(asked, &open.key, open.day, open.window))).collect();
    look.found.extend(heard.by_harm());
    look.found.extend(heard.by_words());
    look
}

/// The detector: what rang in these days and was not told before, each incident once.
fn by_figures(asked: &Asked) -> Look {
    let settings = Settings::default();
    let panel = Panel::of_masks(&asked.gathered.events, &MASKS, settings.fewest);
    let rhythm = rhythm::of(Law::in_use(), panel.first, panel.days);
    let panel = panel.with(rhythm);
    let mut look = Look { matters: panel.total().last().map_or(0, |all| *all as usize), ..Look::default() };
    look.streams = panel.len();
    let day = |date: Date| usize::try_from(number(date) - panel.first).unwrap_or(0).min(panel.days);
    // What rang in these weeks and was not kept, because a night saw another past, is told late rather than never.
    let from = asked.from.min(asked.to.saturating_sub((FIRST - 1).days()));
    let (from, to) = (day(from), day(asked.to.saturating_add(1.day())));
    look.replayed = lived(&panel, &settings).iter().filter(|busy| **busy > 0.0).count().min(365);
    let desk = Desk { judged: judged(asked, &panel), ..Desk::new(asked.budget) };
    let once = Once::new(&panel, &asked.gathered.events, |stream| Key::of(stream).rank());
    let alarms = desk.watch_once(&panel, from..to, &once);
    let rang: Vec<Rang> = alarms.iter().map(|alarm| rang(&panel, alarm)).collect();
    let who = Who::of(&asked.gathered, &asked.told);
    let mut news = Vec::new();
    for (at, one) in rang.iter().enumerate() {
        match who.told_by(&asked.told, one) {
            Some(before) => look.again.push((before, vec![one.key.clone()])),
            None => news.push(at),
        }
    }
    let new: Vec<Rang> = news.iter().map(|at| rang[*at].clone()).collect();
    for head in who.joined(&new) {
        let mut found = told(asked, &panel, &settings, &alarms[news[head.at]]);
        for under in head.also {
            found.evidence.also.push(new[under].key.clone());
            let also = alarms[news[under]].also.iter();
            found.evidence.also.extend(also.map(|stream| Key::of(panel.stream(*stream))));
        }
        let mut seen = BTreeSet::from([found.key.clone()]);
        found.evidence.also.retain(|key| seen.insert(key.clone()));
        look.found.push(found);
    }
    look
}

/// What of an alarm is needed to tell it once.
fn rang(panel: &Panel, alarm: &Alarm) -> Rang {
    let hit = &alarm.hit;
    Rang {
        key: Key::of(panel.stream(hit.stream)),
        day: dated(panel.first + hit.day as i32),
        window: hit.window,
        observed: f64::from(hit.observed),
        expected: hit.expected,
        score: hit.score,
    }
}

/// The matters of a stream from the begin of an alarm's window up to now, four weeks at most.
fn since(asked: &Asked, key: &Key, day: Date, window: usize) -> Vec<MatterId> {
    let last = number(day);
    let span = last - window as i32 + 1..=(last + GROWS).min(number(asked.to));
    let events = &asked.gathered.events;
    let within = events.on(span).filter(|at| key.holds(|column| events.value(*at, column)));
    within.map(|at| asked.gathered.matters[at]).collect()
}

/// Whether most of `theirs` are among `ours`.
pub(crate) fn same(ours: &[MatterId], theirs: &[MatterId]) -> bool {
    let ours: BTreeSet<&MatterId> = ours.iter().collect();
    let both = theirs.iter().filter(|matter| ours.contains(matter)).count();
    !theirs.is_empty() && both as f64 >= SAME * theirs.len() as f64
}

fn judged(asked: &Asked, panel: &Panel) -> Vec<Judged> {
    let wanted: BTreeSet<&Key> = asked.said.iter().map(|said| &said.key).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let keys = panel.streams().map(|stream| (Key::of(stream), stream.at()));
    let at: BTreeMap<Key, usize> = keys.filter(|(key, _)| wanted.contains(key)).collect();
    let one = |said: &Said| {
        let day = usize::try_from(number(said.day) - panel.first).ok()?;
        Some(Judged { stream: *at.get(&said.key)?, day, score: said.score, worth: said.worth })
    };
    asked.said.iter().filter_map(one).collect()
}

fn told(asked: &Asked, panel: &Panel, settings: &Settings, alarm: &Alarm) -> Found {
    let hit = &alarm.hit;
    let rows = evidence::rows(panel, &asked.gathered, hit);
    let (key, day) = (Key::of(panel.stream(hit.stream)), dated(panel.first + hit.day as i32));
    Found {
        kind: if alarm.kind == Way::Scan { Kind::Scan } else { Kind::Slow },
        matters: since(asked, &key, day, hit.window),
        key,
        day,
        window: hit.window,
        observed: hit.observed,
        expected: hit.expected,
        score: (hit.score, alarm.threshold),
        warming: alarm.warming,
        evidence: evidence::of(panel, settings, &asked.gathered, hit, &alarm.also, &rows),
    }
}
