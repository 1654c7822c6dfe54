//! A numeral as it stands in a text.

use std::ops::Range;

use crate::{number::Number, words::About};

/// What a numeral is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// How many, how much.
    Quantity,
    /// Which place: 第三.
    Ordinal,
    /// A day, a month, a quarter, a year.
    Date(Day),
    /// No number of the office: a heading, an article, a name such as 12315, a code.
    Passed,
}

/// What a date names; the rest is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Year.
    pub year: Option<u32>,
    /// Month.
    pub month: Option<u32>,
    /// Day of the month.
    pub day: Option<u32>,
    /// Quarter.
    pub quarter: Option<u32>,
}

/// A numeral with its unit, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numeral {
    /// In bytes of the text.
    pub span: Range<usize>,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// As written.
    pub text: String,
    /// What it says, in its unit: 159万元 is 1,590,000. `None` where it says nothing exact.
    pub value: Option<Number>,
    /// The place it is written to: 10,000 for 159万, 0.01 for 30.23.
    pub step: Number,
    /// The unit it is compared by; `""` for none.
    pub unit: &'static str,
    /// How rough it is.
    pub about: About,
    /// What it is for.
    pub role: Role,
}
