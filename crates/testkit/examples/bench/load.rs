//! Loads that change: the burst profile, and five times more than the office can do.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    life::{self, Hands},
    office::Office,
    took::Took,
};

/// Lives a second of each stretch (peers.md: what DIGIT was measured by).
const PROFILE: [u64; 7] = [1, 15, 1, 25, 2, 35, 10];

/// Arrivals by the clock, not by who is free: the next one of `rate` a second, until `span` is over.
struct Arrivals {
    began: Instant,
    rate: f64,
    span: Duration,
    /// Whether each arrival is served, however late; otherwise what is not begun in the span is dropped.
    all: bool,
    next: AtomicU64,
}

impl Arrivals {
    fn new(rate: f64, span: Duration, all: bool) -> Self {
        Self { began: Instant::now(), rate, span, all, next: AtomicU64::new(0) }
    }

    /// Waits for the next arrival; when it was due.
    #[expect(clippy::cast_precision_loss, reason = "seconds")]
    fn wait(&self) -> Option<Instant> {
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        let due = Duration::from_secs_f64(at as f64 / self.rate);
        if due >= self.span || (!self.all && self.began.elapsed() >= self.span) {
            return None;
        }
        std::thread::sleep(due.saturating_sub(self.began.elapsed()));
        Some(self.began + due)
    }
}

/// What a profile took: lives begun, lives done, and how long one took counted from when it was due.
pub struct Burst {
    pub begun: u64,
    pub done: u64,
    pub took: Took,
}

/// Lives at the rates of the profile times `times`, `span` for each.
pub fn burst(office: &Office, times: u64, span: Duration) -> Burst {
    let all = Mutex::new(Burst { begun: 0, done: 0, took: Took::default() });
    for rate in PROFILE.map(|rate| rate * times) {
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let arrivals = Arrivals::new(rate as f64, span, true);
        std::thread::scope(|scope| {
            for at in 0..usize::try_from(rate).unwrap_or(1).clamp(2, 64) {
                let (arrivals, all) = (&arrivals, &all);
                scope.spawn(move || {
                    let mut hands = Hands::new(office, at);
                    let mut own = (0, 0, Took::default());
                    while let Some(due) = arrivals.wait() {
                        own.0 += 1;
                        match hands.live() {
                            Ok(_) => {
                                own.1 += 1;
                                own.2.add(due.elapsed());
                            }
                            Err(error) => own.2.fail(error),
                        }
                    }
                    let mut all = all.lock().expect("nobody panicked");
                    (all.begun, all.done) = (all.begun + own.0, all.done + own.1);
                    all.took.join(own.2);
                });
            }
        });
    }
    all.into_inner().expect("nobody panicked")
}

/// What came of more requests than can be done.
#[derive(Default)]
pub struct Overload {
    pub asked: u64,
    /// Numbers that were acknowledged.
    pub kept: BTreeSet<String>,
    /// 429 or 503 with `Retry-After`.
    pub told: u64,
    /// Every other answer, and connections that broke.
    pub wrong: Vec<String>,
    pub took: Took,
    pub seconds: f64,
    pub memory: f64,
}

/// Registrations at `rate` a second by `clients` connections for `span`.
pub fn overload(office: &Office, rate: f64, clients: usize, span: Duration) -> Overload {
    let arrivals = Arrivals::new(rate, span, false);
    let all = Mutex::new(Overload::default());
    std::thread::scope(|scope| {
        for at in 0..clients {
            let (arrivals, all) = (&arrivals, &all);
            scope.spawn(move || {
                let mut hands = Hands::new(office, at);
                let mut own = Overload::default();
                while arrivals.wait().is_some() {
                    own.asked += 1;
                    own.take(hands.ask());
                }
                let mut all = all.lock().expect("nobody panicked");
                all.asked += own.asked;
                all.told += own.told;
                all.kept.extend(own.kept);
                all.wrong.extend(own.wrong);
                all.took.join(own.took);
            });
        }
    });
    let mut all = all.into_inner().expect("nobody panicked");
    all.seconds = arrivals.began.elapsed().as_secs_f64();
    all.memory = office.memory().map_or(0.0, |memory| memory.all);
    all
}

impl Overload {
    fn take(&mut self, answer: std::io::Result<crate::http::Answer>) {
        match answer {
            Ok(answer) if answer.status == 303 => {
                self.took.add(answer.took);
                self.kept.insert(answer.location.trim_start_matches("/matters/").to_owned());
            }
            Ok(answer) if matches!(answer.status, 429 | 503) && answer.retry_after => self.told += 1,
            Ok(answer) => self.wrong.push(format!("{} without a word when to come again", answer.status)),
            Err(error) => self.wrong.push(error.to_string()),
        }
    }
}

/// Seconds until 32 clients are served as before: p95 of whole lives below `bar` milliseconds; none within half a minute.
pub fn normal_again(office: &Office, bar: f64) -> Option<f64> {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(30) {
        let lives = life::run(office, 32, Duration::from_secs(2), u64::MAX);
        if lives.took.errors.is_empty() && lives.took.at(0.95) <= bar {
            return Some(began.elapsed().as_secs_f64());
        }
    }
    None
}
