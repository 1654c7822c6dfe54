//! Cells against their shares. Every share is read once for all of it and once for every cut, and summed here: asked for by one
//! statement, ten millions of matters would be some three hundred millions of rows to be sorted, in memory on SQLite.

use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

use db::{Row, Sql, Tx, params};
use kernel::UnitId;
use web::Result;

use super::{
    super::plan::{CUTS, WIDTHS, cut_walk, lanes, lasting},
    Difference, TOLD,
};
use crate::fingerprint::Fingerprint;

db::sql! {
    CELLS = "SELECT level, span, unit_id, walk, key, mask, n, amount, print1, print2, print3, print4 FROM figure_cell WHERE cut = $1";
    UNITS = "SELECT id, name FROM unit";
}

/// The shares of each cut, as its cells are told apart.
static SHARES: LazyLock<Vec<(&str, Sql)>> = LazyLock::new(|| {
    let lanes = lanes(str::to_owned);
    let of = |cut: &'static str, key: &str, only: &str| {
        let name = lasting(format!("insight::kept::recount::cells::SHARES_{cut}"));
        let text = format!(
            "SELECT day, unit_id, walk, {key} AS key, mask, n, amount{lanes} FROM figure_share{only}"
        );
        (cut, Sql { name, text: lasting(text) })
    };
    let only = format!(" WHERE walk = {}", cut_walk());
    std::iter::once(of("", "''", "")).chain(CUTS.iter().map(|(_, cut)| of(cut, cut, &only))).collect()
});

pub(super) fn statements() -> Vec<Sql> {
    SHARES.iter().map(|(_, shares)| *shares).chain(STATEMENTS.iter().copied()).collect()
}

/// What a cell of one cut is told by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Spot {
    level: usize,
    span: i64,
    unit: UnitId,
    walk: i64,
    /// Its place among the keys.
    key: usize,
    mask: i64,
}

/// Number and money with the rows behind, that the cells have too much of.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Sums([i64; 2], Fingerprint);

/// The keys of a cut, in the order in which they were read.
#[derive(Default)]
struct Keys(HashMap<String, usize>);

impl Keys {
    fn place(&mut self, key: String) -> usize {
        let next = self.0.len();
        *self.0.entry(key).or_insert(next)
    }
}

impl Sums {
    fn read(row: &Row) -> Result<Self, db::Error> {
        Ok(Self([row.get("n")?, row.get("amount")?], Fingerprint::read(row)?))
    }

    fn add(&mut self, Self([n, amount], prints): Self, times: i64) {
        self.0 = [self.0[0] + n * times, self.0[1] + amount * times];
        self.1 = self.1.and(prints.times(times));
    }
}

/// Cells that are not the sum of their shares.
pub(super) fn wrong(tx: &mut Tx) -> Result<Vec<Difference>> {
    let mut names = BTreeMap::<UnitId, String>::new();
    for unit in tx.query(&UNITS, &[])? {
        names.insert(unit.get("id")?, unit.get("name")?);
    }
    let mut found = Vec::new();
    for (cut, shares) in SHARES.iter() {
        let mut keys = Keys::default();
        let mut spots = different(tx, cut, shares, &mut keys)?;
        spots.sort_unstable_by_key(|(spot, _)| *spot);
        let mut words = vec![String::new(); keys.0.len()];
        keys.0.into_iter().for_each(|(word, place)| words[place] = word);
        for (Spot { level, span, unit, walk, key, mask }, Sums([n, amount], _)) in spots {
            let (key, unit) = (&words[key], names.get(&unit).map_or("", String::as_str));
            let which = format!("{cut}/{key} {level}×{span} {unit} {walk}/{mask}");
            found.push(Difference::Cell { which, by: if n == 0 { amount } else { n } });
        }
    }
    found.truncate(TOLD);
    Ok(found)
}

/// Cells of a cut less their shares, where something is left.
fn different(tx: &mut Tx, cut: &str, shares: &Sql, keys: &mut Keys) -> Result<Vec<(Spot, Sums)>> {
    let mut left = HashMap::<Spot, Sums>::new();
    let spot = |row: &Row, keys: &mut Keys, (level, span): (usize, i64)| {
        let (unit, walk, mask) = (row.get("unit_id")?, row.get("walk")?, row.get("mask")?);
        Ok::<_, db::Error>(Spot { level, span, unit, walk, key: keys.place(row.get("key")?), mask })
    };
    tx.for_each::<db::Error>(shares, &[], |row| {
        let (first, sums) = (spot(&row, keys, (0, row.get("day")?))?, Sums::read(&row)?);
        for (level, width) in WIDTHS.into_iter().enumerate() {
            left.entry(Spot { level, span: first.span / width, ..first }).or_default().add(sums, -1);
        }
        Ok(())
    })?;
    tx.for_each::<db::Error>(&CELLS, &params![cut], |row| {
        let level = usize::try_from(row.get::<i64>("level")?).unwrap_or(usize::MAX);
        let spot = spot(&row, keys, (level, row.get("span")?))?;
        left.entry(spot).or_default().add(Sums::read(&row)?, 1);
        Ok(())
    })?;
    left.retain(|_, sums| *sums != Sums::default());
    Ok(left.into_iter().collect())
}
