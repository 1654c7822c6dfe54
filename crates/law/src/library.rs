//! The whole library: rule sets, clocks, calendar, classification.

use std::sync::{LazyLock, PoisonError, RwLock};

use jiff::civil::Date;
use serde::Deserialize;

use crate::{
    Calendar, Classification, ClockRule, Jurisdiction, LawError, Level, Peak, Reports, RuleSet, lines,
    peaks::Peaks,
};

/// Everything the program knows of the law.
#[derive(Clone, Debug)]
pub struct Law {
    /// Rule sets for complaints and reports, oldest first.
    pub rule_sets: Vec<RuleSet>,
    /// Clocks that stand in no order for complaints and reports.
    pub clocks: Vec<ClockRule>,
    /// Each of [`Law::clocks`] as a set of its own, so that a matter's clock always has one.
    statutes: Vec<RuleSet>,
    /// What other laws order about reports.
    pub reports: Reports,
    /// The working-day calendar.
    pub calendar: Calendar,
    /// Goods, problems, demands, channels and other lists.
    pub classification: Classification,
    /// Whose matter it is.
    pub jurisdiction: Jurisdiction,
    /// When somebody is reminded of a clock.
    pub escalation: Vec<Level>,
    /// Spans of the year in which complaints are known to differ.
    pub peaks: Vec<Peak>,
    /// Which editions it was put together from; empty for what ships and what the data folder adds. A mark to compare.
    pub edition: String,
}

/// A file of clocks.
#[derive(Deserialize)]
pub(crate) struct Clocks {
    pub clocks: Vec<ClockRule>,
}

#[derive(Deserialize)]
struct Levels {
    levels: Vec<Level>,
}

/// Each clock as a set of its own.
fn statutes(clocks: &[ClockRule]) -> Vec<RuleSet> {
    clocks.iter().cloned().map(RuleSet::of_statute).collect()
}

const RULE_SETS: [&str; 5] = [
    include_str!("../../../law/rulesets/r51.toml"),
    include_str!("../../../law/rulesets/r75.toml"),
    include_str!("../../../law/rulesets/r62.toml"),
    include_str!("../../../law/rulesets/r20.toml"),
    include_str!("../../../law/rulesets/r121.toml"),
];

static SHIPPED: LazyLock<Law> = LazyLock::new(|| match Law::read() {
    Ok(law) => law,
    // The files are compiled in and read by a test, so this arm is for a broken build only.
    Err(error) => {
        debug_assert!(false, "{error}");
        Law {
            rule_sets: Vec::new(),
            clocks: Vec::new(),
            statutes: Vec::new(),
            reports: Reports::default(),
            calendar: Calendar::default(),
            classification: Classification::default(),
            jurisdiction: Jurisdiction::default(),
            escalation: Vec::new(),
            peaks: Vec::new(),
            edition: String::new(),
        }
    }
});

/// What editions are put on: the shipped law with the files of the data folder.
static BASE: RwLock<Option<&'static Law>> = RwLock::new(None);
/// What is computed by now; replaced seldom, so what it replaces is never freed.
static IN_USE: RwLock<Option<&'static Law>> = RwLock::new(None);

fn look(place: &RwLock<Option<&'static Law>>) -> Option<&'static Law> {
    *place.read().unwrap_or_else(PoisonError::into_inner)
}

fn put(place: &RwLock<Option<&'static Law>>, law: Option<&'static Law>) {
    *place.write().unwrap_or_else(PoisonError::into_inner) = law;
}

impl Law {
    /// What ships with the program.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// What editions are put on: the shipped law, with the files of the data folder where there are any.
    pub fn base() -> &'static Self {
        look(&BASE).unwrap_or(&SHIPPED)
    }

    /// What this program computes by at this moment. Whoever computes several things that must agree keeps what this gave.
    pub fn in_use() -> &'static Self {
        look(&IN_USE).unwrap_or_else(Self::base)
    }

    /// Computes by `law` from now on, everywhere in this program. The law before stays readable for whoever holds it and is
    /// never freed: a few hundred kilobytes an edition.
    pub fn replace(law: Self) {
        put(&IN_USE, Some(Box::leak(Box::new(law))));
    }

    /// Computes by the base again.
    pub fn restore() {
        put(&IN_USE, None);
    }

    /// Makes `law` the base, once, when the program starts with files of its own.
    pub fn set_base(law: Self) {
        put(&BASE, Some(Box::leak(Box::new(law))));
    }

    /// Reads the shipped files.
    ///
    /// # Errors
    /// [`LawError::Line`] when one is broken.
    pub fn read() -> Result<Self, LawError> {
        let rule_sets = RULE_SETS.iter().map(|text| lines::read(text)).collect::<Result<_, _>>()?;
        let clocks: Clocks = lines::read(include_str!("../../../law/clocks.toml"))?;
        let calendar = Calendar::from_toml(include_str!("../../../law/calendar/china.toml"))?;
        let classification = lines::read(include_str!("../../../law/classification.toml"))?;
        let reports = lines::read(include_str!("../../../law/reports.toml"))?;
        let jurisdiction = lines::read(include_str!("../../../law/jurisdiction.toml"))?;
        let levels: Levels = lines::read(include_str!("../../../law/escalation.toml"))?;
        let peaks: Peaks = lines::read(include_str!("../../../law/peaks.toml"))?;
        let clocks = clocks.clocks;
        let statutes = statutes(&clocks);
        Ok(Self {
            rule_sets,
            clocks,
            statutes,
            reports,
            calendar,
            classification,
            jurisdiction,
            escalation: levels.levels,
            peaks: peaks.peaks,
            edition: String::new(),
        })
    }

    /// The rule set for complaints received on `day`.
    pub fn rule_set_on(&self, day: Date) -> Option<&RuleSet> {
        self.rule_sets.iter().find(|set| set.complaint_rules && set.in_force(day))
    }

    /// The rule set with `id`, or the set of one that holds a clock of [`Law::clocks`].
    pub fn rule_set(&self, id: &str) -> Option<&RuleSet> {
        self.rule_sets.iter().chain(&self.statutes).find(|set| set.id == id)
    }

    /// The set that holds the clock `key` of [`Law::clocks`], if it is in force on `day`.
    pub fn statute_on(&self, key: &str, day: Date) -> Option<&RuleSet> {
        self.statutes.iter().rev().find(|set| set.clock_on(key, day).is_some())
    }

    /// The rule set that came into force while a matter received under `set` was still open on `until`: no text says which
    /// end holds then, so both are shown and the earlier alarms.
    pub fn straddled(&self, set: &RuleSet, until: Date) -> Option<&RuleSet> {
        let later = self.rule_set_on(until)?;
        (later.id != set.id && later.valid_from > set.valid_from).then_some(later)
    }

    /// The clock with `key` for a period under `set` that starts on `day`: the set's own, or that of a statute.
    pub fn clock<'a>(&'a self, set: &'a RuleSet, key: &str, day: Date) -> Option<&'a ClockRule> {
        set.clock_on(key, day).or_else(|| self.statute_on(key, day)?.clock_on(key, day))
    }

    /// Reads [`Law::clocks`] again after they were changed.
    pub(crate) fn statutes_anew(&mut self) {
        self.statutes = statutes(&self.clocks);
    }

    /// Every clock in force on `day` with the order it stands in.
    pub fn clocks_on(&self, day: Date) -> Vec<(Option<&RuleSet>, &ClockRule)> {
        let set = self.rule_set_on(day);
        let newest = move |set: &RuleSet, clock: &ClockRule| set.clock_on(&clock.key, day) == Some(clock);
        let own = set.into_iter().flat_map(move |set| {
            set.clocks.iter().filter(move |clock| newest(set, clock)).map(move |clock| (Some(set), clock))
        });
        let others = self.clocks.iter().filter(|clock| clock.starts_on(day));
        own.chain(others.map(|clock| (None, clock))).collect()
    }
}
