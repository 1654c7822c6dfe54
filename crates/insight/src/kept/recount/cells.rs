//! Cells against their shares. Sums of all days at once would fill the memory (ten million matters: some seven million cells), so shares are
//! gone through as often as the days have half a million cells, and summed here: a statement would sort them, in memory on SQLite.

use std::{
    collections::{BTreeMap, HashMap},
    ops::RangeInclusive,
    sync::LazyLock,
};

use db::{Row, Sql, Tx, params};
use kernel::UnitId;
use web::Result;

use super::{
    super::{
        days::LEVELS,
        plan::{CUTS, cut_walk, lanes, lasting},
    },
    Difference, TOLD,
};
use crate::fingerprint::Fingerprint;

/// Cells of single days that are held at once: some 100 MB with those of the longer levels.
const HELD: i64 = 450_000;
/// Days whose cells are counted at once.
const STRETCH: i64 = 8;

db::sql! {
    CELLS = "SELECT span, unit_id, walk, key, mask, n, amount, print1, print2, print3, print4 FROM figure_cell \
             WHERE cut = $1 AND level = $2 AND span >= $3 AND span <= $4";
    MANY = "SELECT span / $1 AS stretch, COUNT(*) AS n FROM figure_cell WHERE cut = $2 AND level = 0 GROUP BY 1";
    STRAY = "SELECT level, span, n FROM figure_cell WHERE cut = $1 AND (level < 0 OR level >= $2) AND (n <> 0 OR amount <> 0)";
    UNITS = "SELECT id, name FROM unit";
}

/// The shares of some days.
static SHARES: LazyLock<Sql> = LazyLock::new(|| Sql {
    name: "insight::kept::recount::cells::SHARES",
    text: lasting(format!(
        "SELECT day, unit_id, walk, mask{}, n, amount{} FROM figure_share WHERE day >= $1 AND day <= $2",
        CUTS.map(|(_, cut)| format!(", {cut}")).concat(),
        lanes(str::to_owned)
    )),
});

pub(super) fn statements() -> Vec<Sql> {
    [STATEMENTS.to_vec(), vec![*SHARES]].concat()
}

/// What a cell of one level is told by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Spot {
    /// Place among [`cuts`].
    cut: u8,
    /// Places among the keys and the units in [`Names`].
    key: u32,
    unit: u32,
    span: i64,
    walk: i64,
    mask: i64,
}

/// Nothing, and [`CUTS`]: what cells are cut by.
fn cuts() -> impl Iterator<Item = (u8, &'static str)> {
    (0_u8..).zip(std::iter::once("").chain(CUTS.map(|(_, cut)| cut)))
}

/// Number and money with the rows behind, that the cells have too much of.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Sums([i64; 2], Fingerprint);

impl Sums {
    fn read(row: &Row) -> Result<Self, db::Error> {
        Ok(Self([row.get("n")?, row.get("amount")?], Fingerprint::read(row)?))
    }

    fn add(&mut self, Self([n, amount], prints): Self, times: i64) {
        self.0 = [self.0[0] + n * times, self.0[1] + amount * times];
        self.1 = self.1.and(prints.times(times));
    }
}

/// Keys and units in the order in which they were read.
#[derive(Default)]
struct Names {
    keys: HashMap<String, u32>,
    units: HashMap<UnitId, u32>,
}

fn place<T: std::hash::Hash + Eq>(known: &mut HashMap<T, u32>, one: T) -> u32 {
    let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
    *known.entry(one).or_insert(next)
}

/// Cells less shares, by level.
type Left = [HashMap<Spot, Sums>; LEVELS.len()];

/// Cells that are not the sum of their shares.
pub(super) fn wrong(tx: &mut Tx) -> Result<Vec<Difference>> {
    let (mut names, mut found) = (Names::default(), Vec::new());
    let (mut left, mut first) = (Left::default(), [i64::MIN; LEVELS.len()]);
    for days in stretches(tx)? {
        shares(tx, &days, &mut names, &mut left[0])?;
        let (single, longer) = left.split_at_mut(1);
        for (spot, sums) in &single[0] {
            for (left, level) in longer.iter_mut().zip(&LEVELS[1..]) {
                left.entry(Spot { span: level.of(spot.span), ..*spot }).or_default().add(*sums, 1);
            }
        }
        // Of the longer levels, those are whole now that end with these days or before.
        for (at, level) in LEVELS.into_iter().enumerate() {
            let last = days.end().checked_add(1).map_or(i64::MAX, |next| level.of(next) - 1);
            let spans = std::mem::replace(&mut first[at], last.saturating_add(1))..=last;
            found.extend(different(tx, at, spans, &mut names, &mut left[at])?);
            found.truncate(TOLD);
        }
    }
    let mut found = told(tx, found, names)?;
    strays(tx, &mut found)?;
    Ok(found)
}

/// Cells of a level that there is not.
fn strays(tx: &mut Tx, found: &mut Vec<Difference>) -> Result<()> {
    let levels = i64::try_from(LEVELS.len()).unwrap_or(i64::MAX);
    for (_, cut) in cuts() {
        for row in tx.query(&STRAY, &params![cut, levels])? {
            let (level, span): (i64, i64) = (row.get("level")?, row.get("span")?);
            found.push(Difference::Cell { which: format!("{cut}/ {level}×{span}"), by: row.get("n")? });
        }
    }
    found.truncate(TOLD);
    Ok(())
}

/// Days with so many cells that they can be held at once.
fn stretches(tx: &mut Tx) -> Result<Vec<RangeInclusive<i64>>> {
    let mut many = BTreeMap::<i64, i64>::new();
    for (_, cut) in cuts() {
        for row in tx.query(&MANY, &params![STRETCH, cut])? {
            *many.entry(row.get("stretch")?).or_default() += row.get::<i64>("n")?;
        }
    }
    Ok(parted(many, HELD))
}

/// All days there can be in parts of at most `held` cells, of which there are so many in the stretches of [`STRETCH`] days.
fn parted(many: BTreeMap<i64, i64>, held: i64) -> Vec<RangeInclusive<i64>> {
    let (mut parts, mut from, mut has) = (Vec::new(), i64::MIN, 0);
    for (stretch, n) in many {
        if has > 0 && has + n > held {
            parts.push(from..=stretch * STRETCH - 1);
            (from, has) = (stretch * STRETCH, 0);
        }
        has += n;
    }
    parts.push(from..=i64::MAX);
    parts
}

/// Takes the shares of `days` from the cells.
fn shares(
    tx: &mut Tx,
    days: &RangeInclusive<i64>,
    names: &mut Names,
    left: &mut HashMap<Spot, Sums>,
) -> Result<()> {
    let cut_walk = i64::try_from(cut_walk()).unwrap_or(i64::MAX);
    let none = place(&mut names.keys, String::new());
    tx.for_each::<db::Error>(&*SHARES, &params![*days.start(), *days.end()], |row| {
        let (unit, span) = (place(&mut names.units, row.get("unit_id")?), row.get("day")?);
        let (walk, mask, sums) = (row.get("walk")?, row.get("mask")?, Sums::read(&row)?);
        let whole = Spot { cut: 0, key: none, unit, span, walk, mask };
        left.entry(whole).or_default().add(sums, -1);
        if walk == cut_walk {
            for (cut, name) in cuts().skip(1) {
                let key = place(&mut names.keys, row.get(name)?);
                left.entry(Spot { cut, key, ..whole }).or_default().add(sums, -1);
            }
        }
        Ok(())
    })?;
    Ok(())
}

/// A cell with what it has too much of, and its level.
type Wrong = (usize, Spot, [i64; 2]);

/// Adds the cells of a level within `spans` to what is left of their shares, and tells where something stays; all of them are done with.
fn different(
    tx: &mut Tx,
    level: usize,
    spans: RangeInclusive<i64>,
    names: &mut Names,
    left: &mut HashMap<Spot, Sums>,
) -> Result<Vec<Wrong>> {
    let number = i64::try_from(level).unwrap_or(i64::MAX);
    for (cut, name) in cuts() {
        tx.for_each::<db::Error>(&CELLS, &params![name, number, *spans.start(), *spans.end()], |row| {
            let spot = Spot {
                cut,
                key: place(&mut names.keys, row.get("key")?),
                unit: place(&mut names.units, row.get("unit_id")?),
                span: row.get("span")?,
                walk: row.get("walk")?,
                mask: row.get("mask")?,
            };
            left.entry(spot).or_default().add(Sums::read(&row)?, 1);
            Ok(())
        })?;
    }
    let mut wrong = Vec::new();
    left.retain(|spot, sums| {
        if spans.contains(&spot.span) && *sums != Sums::default() {
            wrong.push((level, *spot, sums.0));
        }
        !spans.contains(&spot.span)
    });
    wrong.sort_unstable();
    Ok(wrong)
}

fn told(tx: &mut Tx, wrong: Vec<Wrong>, Names { keys, units }: Names) -> Result<Vec<Difference>> {
    if wrong.is_empty() {
        return Ok(Vec::new());
    }
    let keys: HashMap<u32, String> = keys.into_iter().map(|(key, place)| (place, key)).collect();
    let mut words = HashMap::<u32, String>::new();
    for unit in tx.query(&UNITS, &[])? {
        if let Some(place) = units.get(&unit.get("id")?) {
            words.insert(*place, unit.get("name")?);
        }
    }
    let names: Vec<&str> = cuts().map(|(_, cut)| cut).collect();
    let one = |(level, spot, [n, amount]): Wrong| {
        let Spot { cut, span, walk, mask, .. } = spot;
        let word = |words: &HashMap<u32, String>, place| words.get(&place).cloned().unwrap_or_default();
        let (cut, key, unit) = (names[usize::from(cut)], word(&keys, spot.key), word(&words, spot.unit));
        let which = format!("{cut}/{key} {level}×{span} {unit} {walk}/{mask}");
        Difference::Cell { which, by: if n == 0 { amount } else { n } }
    };
    Ok(wrong.into_iter().map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_every_day_once() {
        assert_eq!(parted(BTreeMap::new(), 10), [i64::MIN..=i64::MAX]);
        let parts = parted(BTreeMap::from([(3, 4), (4, 6), (7, 1), (9, 30), (10, 1)]), 10);
        assert_eq!(parts, [i64::MIN..=55, 56..=71, 72..=79, 80..=i64::MAX]);
    }
}
