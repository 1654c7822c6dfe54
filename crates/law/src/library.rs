//! The whole library: rule sets, clocks, calendar, classification.

use std::sync::{LazyLock, OnceLock};

use jiff::civil::Date;
use serde::Deserialize;

use crate::{Calendar, Classification, ClockRule, Jurisdiction, LawError, Level, Reports, RuleSet};

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
}

#[derive(Deserialize)]
struct Clocks {
    clocks: Vec<ClockRule>,
}

#[derive(Deserialize)]
struct Levels {
    levels: Vec<Level>,
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
        }
    }
});

/// What an administrator put in the place of the shipped law; set once, before anything is computed.
static REPLACED: OnceLock<Law> = OnceLock::new();

impl Law {
    /// What ships with the program.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// What this program computes by: the shipped law, with the years of [`Law::add_calendar`].
    pub fn in_use() -> &'static Self {
        REPLACED.get().unwrap_or(&SHIPPED)
    }

    /// Adds the years of a calendar file to the law in use, or replaces them: the State Council's notice for next year. Once,
    /// when the program starts.
    ///
    /// # Errors
    /// [`LawError::Data`] when the text is no calendar, or when one was added before.
    pub fn add_calendar(text: &str) -> Result<(), LawError> {
        let mut law = Self::shipped().clone();
        law.calendar.overlay(text)?;
        REPLACED.set(law).map_err(|_| LawError::Data("a calendar was added before".to_owned()))
    }

    /// Reads the shipped files.
    ///
    /// # Errors
    /// [`LawError::Data`] names the file that is broken.
    pub fn read() -> Result<Self, LawError> {
        let data = |error: toml::de::Error| LawError::Data(error.to_string());
        let rule_sets =
            RULE_SETS.iter().map(|text| toml::from_str(text)).collect::<Result<_, _>>().map_err(data)?;
        let clocks: Clocks = toml::from_str(include_str!("../../../law/clocks.toml")).map_err(data)?;
        let calendar = Calendar::from_toml(include_str!("../../../law/calendar/china.toml"))?;
        let classification =
            toml::from_str(include_str!("../../../law/classification.toml")).map_err(data)?;
        let reports = toml::from_str(include_str!("../../../law/reports.toml")).map_err(data)?;
        let clocks = clocks.clocks;
        let statutes = clocks.iter().cloned().map(RuleSet::of_statute).collect();
        let jurisdiction = toml::from_str(include_str!("../../../law/jurisdiction.toml")).map_err(data)?;
        let levels: Levels = toml::from_str(include_str!("../../../law/escalation.toml")).map_err(data)?;
        Ok(Self {
            rule_sets,
            clocks,
            statutes,
            reports,
            calendar,
            classification,
            jurisdiction,
            escalation: levels.levels,
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
        self.statutes.iter().find(|set| set.clock(key).is_some() && set.in_force(day))
    }

    /// The rule set that came into force while a matter received under `set` was still open on `until`: no text says which
    /// end holds then, so both are shown and the earlier alarms.
    pub fn straddled(&self, set: &RuleSet, until: Date) -> Option<&RuleSet> {
        let later = self.rule_set_on(until)?;
        (later.id != set.id && later.valid_from > set.valid_from).then_some(later)
    }

    /// The clock with `key` for a matter under `set`: the order's own, or one of another procedure that is in force on
    /// `day`.
    pub fn clock<'a>(&'a self, set: &'a RuleSet, key: &str, day: Date) -> Option<&'a ClockRule> {
        let other = |clock: &&ClockRule| {
            clock.key == key
                && clock.valid_from.is_none_or(|from| from <= day)
                && clock.valid_to.is_none_or(|to| day <= to)
        };
        set.clock(key).or_else(|| self.clocks.iter().find(other))
    }

    /// Every clock in force on `day` with the order it stands in.
    pub fn clocks_on(&self, day: Date) -> Vec<(Option<&RuleSet>, &ClockRule)> {
        let set = self.rule_set_on(day);
        let own = set.into_iter().flat_map(|set| set.clocks.iter().map(move |clock| (Some(set), clock)));
        let others = self.clocks.iter().filter(|clock| {
            clock.valid_from.is_none_or(|from| from <= day) && clock.valid_to.is_none_or(|to| day <= to)
        });
        own.chain(others.map(|clock| (None, clock))).collect()
    }
}
