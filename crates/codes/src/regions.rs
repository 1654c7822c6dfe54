//! 行政区划 GB/T 2260 with years of validity: codes change, and an old record keeps the name of its day.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::civil::Date;

/// A region in one span of years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Six digits.
    pub code: &'static str,
    /// Its name in these years.
    pub name: &'static str,
    /// First year.
    pub from: i16,
    /// The year it ended; `None` while in force.
    pub to: Option<i16>,
    successors: &'static str,
}

static TABLE: LazyLock<BTreeMap<&'static str, Vec<Region>>> = LazyLock::new(|| {
    let mut table: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for line in include_str!("../data/regions.tsv").lines() {
        let mut cells = line.split('\t');
        let mut next = || cells.next().unwrap_or_default();
        let (code, name, from, to, successors) = (next(), next(), next(), next(), next());
        let region = Region { code, name, from: from.parse().unwrap_or(0), to: to.parse().ok(), successors };
        table.entry(code).or_default().push(region);
    }
    table
});

/// The region with `code` on `day`, or the latest one that had it.
///
/// ```
/// assert_eq!(codes::regions::find("230103", None).unwrap().name, "南岗区");
/// ```
pub fn find(code: &str, day: Option<Date>) -> Option<Region> {
    let spans = TABLE.get(code)?;
    let on = |region: &&Region| {
        day.is_none_or(|day| region.from <= day.year() && region.to.is_none_or(|to| day.year() < to))
    };
    spans.iter().rev().find(on).or_else(|| spans.last()).copied()
}

/// The names from province to `code`: `黑龙江省 哈尔滨市 南岗区`.
pub fn path(code: &str, day: Option<Date>) -> String {
    let (Some(province), Some(city)) = (code.get(..2), code.get(..4)) else { return String::new() };
    let mut codes = vec![format!("{province}0000"), format!("{city}00"), code.to_owned()];
    codes.dedup();
    let names: Vec<_> = codes.iter().filter_map(|code| find(code, day)).map(|region| region.name).collect();
    names.join(" ")
}

/// The regions right below `code` that are in force.
pub fn children(code: &str) -> Vec<Region> {
    let (prefix, step) = match code {
        "" => ("", "0000"),
        code if code.ends_with("0000") => (&code[..2], "00"),
        code if code.ends_with("00") => (&code[..4], ""),
        _ => return Vec::new(),
    };
    let current = TABLE.values().filter_map(|spans| spans.last()).filter(|region| region.to.is_none());
    current
        .filter(|region| {
            region.code.starts_with(prefix) && region.code.ends_with(step) && region.code != code
        })
        .copied()
        .collect()
}

impl Region {
    /// The codes that took its place.
    pub fn successors(&self) -> impl Iterator<Item = &'static str> {
        self.successors.split(',').filter(|code| !code.is_empty())
    }
}
