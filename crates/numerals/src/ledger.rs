//! The figures that a text is held against.

use std::ops::Range;

use crate::{number::Quotient, numeral::Day};

/// Another period that a figure is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// The same days a year before: 同比, 上年同期.
    Year,
    /// The period before: 环比, 上期.
    Before,
}

/// What a fact tells of its figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The number itself.
    Value,
    /// The number of another period.
    Then(Base),
    /// Growth in per cent; of rates in points.
    Change(Base),
    /// How many more.
    Difference(Base),
    /// The part in per cent of the figure.
    Share,
    /// The place of the part, from 1.
    Rank,
}

/// One number of the ledger.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Stable within the ledger.
    pub id: String,
    /// What it is a number of: the figure's id.
    pub subject: String,
    /// How texts name the figure. `投诉…办结` is 办结 where 投诉 was named before it in the line.
    pub names: Vec<String>,
    /// The stored word of the part of the figure; empty for all of it.
    pub part: String,
    /// How texts name the part.
    pub part_names: Vec<String>,
    /// The figure's unit.
    pub unit: String,
    /// What is told of it.
    pub told: Told,
    /// Exactly.
    pub value: Quotient,
}

/// All of a period.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// The numbers.
    pub facts: Vec<Fact>,
    /// Days that may be named: year, month, day. A date holds where it names a part of one of them.
    pub dates: Vec<[u32; 3]>,
    /// Names with numerals in them: 第一分局. What stands within one is no figure.
    pub names: Vec<String>,
}

/// Where a text that was made from the ledger says that it prints a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// In bytes; the unit need not be in it.
    pub span: Range<usize>,
    /// Place in [`Ledger::facts`].
    pub fact: usize,
}

impl Ledger {
    /// Whether a date is one of those that may be named.
    pub fn knows(&self, day: Day) -> bool {
        self.dates.iter().any(|[year, month, date]| {
            let same = |told: Option<u32>, known: u32| told.is_none_or(|told| told == known);
            same(day.year, *year)
                && same(day.month, *month)
                && same(day.day, *date)
                && same(day.quarter, month.div_ceil(3))
        })
    }
}

impl Fact {
    /// As it would be written: to the places of its unit.
    pub fn words(&self) -> String {
        let rate = matches!(self.told, Told::Change(_) | Told::Share) || self.unit == "%";
        let places = if rate || self.unit == "元" { 2 } else { 0 };
        let unit = match self.told {
            Told::Change(_) if self.unit == "%" => "个百分点",
            Told::Change(_) | Told::Share => "%",
            Told::Rank => "位",
            _ => self.unit.as_str(),
        };
        format!("{}{unit}", self.value.rounded(places))
    }

    /// The unit that the number itself has.
    pub(crate) fn counted_in(&self) -> &str {
        match self.told {
            Told::Change(_) | Told::Difference(_) if self.unit == "%" => "点",
            Told::Change(_) | Told::Share => "%",
            Told::Rank => "位",
            Told::Value | Told::Then(_) | Told::Difference(_) => &self.unit,
        }
    }
}
