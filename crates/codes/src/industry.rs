//! 国民经济行业分类 GB/T 4754-2017.

use std::{collections::BTreeMap, sync::LazyLock};

static TABLE: LazyLock<BTreeMap<&'static str, (&'static str, &'static str)>> = LazyLock::new(|| {
    let rows = include_str!("../data/industry.tsv").lines().filter_map(|line| {
        let (code, rest) = line.split_once('\t')?;
        let (name, parent) = rest.split_once('\t')?;
        Some((code, (name, parent)))
    });
    rows.collect()
});

/// The name of an industry.
///
/// ```
/// assert_eq!(codes::industry::name("F"), Some("批发和零售业"));
/// ```
pub fn name(code: &str) -> Option<&'static str> {
    TABLE.get(code).map(|(name, _)| *name)
}

/// The names from the section down to `code`.
pub fn path(code: &str) -> String {
    let mut names = Vec::new();
    let mut at = code;
    while let Some((name, parent)) = TABLE.get(at) {
        names.push(*name);
        at = parent;
    }
    names.reverse();
    names.join(" / ")
}

/// The industries right below `code`; sections for the empty code.
pub fn children(code: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.iter().filter(move |(_, (_, parent))| *parent == code).map(|(code, (name, _))| (*code, *name))
}
