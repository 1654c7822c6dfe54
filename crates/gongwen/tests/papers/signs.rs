//! Whether a page says what its paper says. Columns are read across and long cells wrap, so signs are counted: none is missing, and
//! those too many are of what is repeated.

use std::collections::BTreeMap;

use gongwen::{Block, Cell, Paper};

/// How often each sign stands in a text; blanks are no signs.
fn counted(text: &str) -> BTreeMap<char, usize> {
    let mut all = BTreeMap::new();
    text.chars().filter(|sign| !sign.is_whitespace()).for_each(|sign| *all.entry(sign).or_default() += 1);
    all
}

/// What may stand on more pages than one: head rows and the watermark.
pub(crate) fn repeated(paper: &Paper) -> String {
    let heads = paper.body.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table.rows.iter().take(table.heads).flat_map(|row| &row.cells)),
        _ => None,
    });
    heads.flatten().map(Cell::text).collect::<String>() + &paper.watermark
}

/// Every sign of `wanted` stands in `found` as often, or more often where it is one of `again`.
pub(crate) fn is_all_there(name: &str, found: &str, wanted: &str, again: &str) {
    let (has, wants) = (counted(found), counted(wanted));
    for (sign, times) in &wants {
        let there = has.get(sign);
        assert!(there >= Some(times), "{name}: {sign} is {there:?} times there, not {times}\n{found}");
    }
    for (sign, times) in &has {
        let most = wants.get(sign).copied().unwrap_or(0);
        assert!(
            *times == most || again.contains(*sign),
            "{name}: {sign} is {times} times there, not {most}\n{found}"
        );
    }
}
