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
    rules,
    score::Settings,
};
use triage::Sign;
use web::{App, Result};

use crate::{
    alarm::{self, Kind, Open, Said, WatchId},
    decision,
    evidence::{self, Evidence},
    gather::{self, Gathered, Read},
    incident,
    once::{self, Rang, Told, Who},
    rhythm::{self, dated, number},
    stream::{Key, MASKS},
    word::{self, Word},
};

/// Its name in the schedule.
pub const LOOK: &str = "watch_look";
/// Every day.
const DAY: i64 = 24 * 3600;
/// Days of past that are read: a year of replay, and half a year with a fortnight before it.
const PAST: i32 = 365 + 180 + 28;
/// Days that the first look of an office judges.
const FIRST: i32 = 28;
/// Different people and days of the rule on harm.
const HARM: (usize, i32) = (2, 7);
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
    texts: Vec<Read>,
    words: Vec<Word>,
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
    let asked = app.db.read(move |tx| ask(tx, (from, to), followed)).await?;
    // minutes of counting hold neither a connection nor the thread of others
    let look = tokio::task::spawn_blocking(move || judge(&asked)).await.map_err(|error| stopped(&error))?;
    app.db.write(move |tx| alarm::store(tx, &ctx, (to, followed), &look)).await
}

fn stopped(error: &tokio::task::JoinError) -> web::Problem {
    web::Problem::Fault(error.to_string())
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
        let (texts, links) = app.db.read(move |tx| incident::texts(tx, span)).await?;
        if texts.is_empty() {
            continue;
        }
        let put = tokio::task::spawn_blocking(move || incident::follow(&texts, &links))
            .await
            .map_err(|error| stopped(&error))?;
        if !put.is_empty() {
            app.db.write(move |tx| incident::keep(tx, &put)).await?;
        }
    }
    Ok(followed)
}

fn ask(tx: &mut db::Tx, (from, to): (Date, Date), followed: Date) -> Result<Asked> {
    let begin = from.saturating_sub(PAST.days());
    Ok(Asked {
        gathered: gather::matters(tx, (begin, to), incident::are_known(followed, from))?,
        texts: gather::texts(tx, from.saturating_sub((HARM.1 - 1).days()), to)?,
        words: word::standing(tx)?,
        said: alarm::said(tx, begin)?,
        open: alarm::open_since(tx, to.saturating_sub(GROWS.days()))?,
        told: once::told_since(tx, from.min(to.saturating_sub((FIRST - 1).days())))?,
        budget: decision::budget(tx)?,
        from,
        to,
    })
}

fn judge(asked: &Asked) -> Look {
    let mut look = by_figures(asked);
    look.more =
        asked.open.iter().map(|open| (open.id, since(asked, &open.key, open.day, open.window))).collect();
    look.found.extend(by_harm(asked));
    look.found.extend(by_words(asked));
    look
}

/// The detector: what rang in these days and was not told before, each incident once.
fn by_figures(asked: &Asked) -> Look {
    let settings = Settings::default();
    let panel = Panel::of_masks(&asked.gathered.events, &MASKS, settings.fewest);
    let rhythm = rhythm::of(Law::in_use(), panel.first, panel.days);
    let panel = panel.with(rhythm);
    let mut look = Look { matters: panel.total().last().map_or(0, |all| *all as usize), ..Look::default() };
    look.streams = panel.streams.len();
    let day = |date: Date| usize::try_from(number(date) - panel.first).unwrap_or(0).min(panel.days);
    // What rang in these weeks and was not kept, because a night saw another past, is told late rather than never.
    let from = asked.from.min(asked.to.saturating_sub((FIRST - 1).days()));
    let (from, to) = (day(from), day(asked.to.saturating_add(1.day())));
    look.replayed = lived(&panel, &settings).iter().filter(|busy| **busy > 0.0).count().min(365);
    let desk = Desk { judged: judged(asked, &panel), ..Desk::new(asked.budget) };
    let once = Once::new(&panel, &asked.gathered.events, |stream| Key::of(&stream.key).rank());
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
            found.evidence.also.extend(also.map(|stream| Key::of(&panel.streams[*stream].key)));
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
        key: Key::of(&panel.streams[hit.stream].key),
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
    let events = asked.gathered.events.iter().zip(&asked.gathered.matters);
    let within = events.filter(|(event, _)| span.contains(&event.day) && key.holds(&event.values));
    within.map(|(_, matter)| *matter).collect()
}

/// Whether most of `theirs` are among `ours`.
pub(crate) fn same(ours: &[MatterId], theirs: &[MatterId]) -> bool {
    let ours: BTreeSet<&MatterId> = ours.iter().collect();
    let both = theirs.iter().filter(|matter| ours.contains(matter)).count();
    !theirs.is_empty() && both as f64 >= SAME * theirs.len() as f64
}

fn judged(asked: &Asked, panel: &Panel) -> Vec<Judged> {
    let at: BTreeMap<Key, usize> =
        panel.streams.iter().enumerate().map(|(at, stream)| (Key::of(&stream.key), at)).collect();
    let one = |said: &Said| {
        let day = usize::try_from(number(said.day) - panel.first).ok()?;
        Some(Judged { stream: *at.get(&said.key)?, day, score: said.score, worth: said.worth })
    };
    asked.said.iter().filter_map(one).collect()
}

fn told(asked: &Asked, panel: &Panel, settings: &Settings, alarm: &Alarm) -> Found {
    let hit = &alarm.hit;
    let rows = evidence::rows(panel, &asked.gathered, hit);
    let (key, day) = (Key::of(&panel.streams[hit.stream].key), dated(panel.first + hit.day as i32));
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

/// Signs of harm in the words of a matter.
fn harm(text: &str) -> Vec<&'static str> {
    let of_harm = |sign: Sign| matches!(sign, Sign::Injury | Sign::Fire | Sign::Poisoning);
    triage::signs(text).into_iter().filter(|seen| of_harm(seen.sign)).map(|seen| seen.sign.title()).collect()
}

/// Two different people hurt at one trader within a week.
fn by_harm(asked: &Asked) -> Vec<Found> {
    let read: Vec<&Read> = asked.texts.iter().filter(|read| !read.trader.is_empty()).collect();
    let signs: Vec<Vec<&str>> = read.iter().map(|read| harm(&read.facts)).collect();
    let told = |(read, signs): (&&Read, &Vec<&str>)| rules::Told {
        day: read.day,
        subject: read.trader.clone(),
        person: if read.person.is_empty() { read.matter.to_string() } else { read.person.clone() },
        harmed: !signs.is_empty(),
    };
    let told: Vec<rules::Told> = read.iter().zip(&signs).map(told).collect();
    let rings = rules::harm(&told, HARM.0, HARM.1);
    let new = rings.into_iter().filter(|ring| ring.day >= number(asked.from));
    let found = |ring: rules::Ring| {
        let words: BTreeSet<&str> = ring.rows.iter().flat_map(|at| signs[*at].iter().copied()).collect();
        by_rule(
            Kind::Harm,
            Key::one("trader", &ring.subject),
            &ring,
            HARM.1 as usize,
            words.into_iter().map(str::to_owned).collect(),
            ring.rows.iter().map(|at| read[*at].matter).collect(),
        )
    };
    new.map(found).collect()
}

/// The first matter since a word was put on the watch list.
fn by_words(asked: &Asked) -> Vec<Found> {
    let found = |word: &Word| {
        let since = number(asked.from.max(word.since));
        let first = asked.texts.iter().find(|read| {
            read.day >= since && (read.names.contains(&word.word) || read.facts.contains(&word.word))
        })?;
        let ring = rules::Ring { day: first.day, subject: word.word.clone(), rows: Vec::new(), people: 1 };
        let why = vec![word.why.clone()];
        Some(by_rule(Kind::Listed, Key::one("word", &word.word), &ring, 1, why, vec![first.matter]))
    };
    asked.words.iter().filter(|word| !word.rang).filter_map(found).collect()
}

fn by_rule(
    kind: Kind,
    key: Key,
    ring: &rules::Ring,
    window: usize,
    found: Vec<String>,
    matters: Vec<MatterId>,
) -> Found {
    let evidence = Evidence { found, matters: matters.len() as u32, ..Evidence::default() };
    let (observed, day) = (ring.people as u32, dated(ring.day));
    let (expected, score, warming) = (0.0, (0.0, 0.0), false);
    Found { kind, key, day, window, observed, expected, score, warming, evidence, matters }
}
