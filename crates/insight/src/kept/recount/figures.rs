//! Figures against their rows. Every walk is gone once, each figure of it counted by its own condition, together and by whatever it is kept
//! by: asked for one figure and one cut after the other, ten million matters would be read some five hundred times.

use std::{collections::HashMap, sync::LazyLock};

use db::{Select, Tx, Value};
use kernel::{Ctx, Money};
use web::Result;

use super::{
    super::{
        plan::{CUTS, is_cut, lasting, things_first},
        read::Kept,
    },
    Difference,
};
use crate::{
    compute::{Cut, Period, key_of},
    figure::{Dimension, FIGURES, Measure, When},
    fingerprint::Fingerprint,
    together::{WALKS, Walk, of_period},
};

/// Columns before the keys: what fingerprints are taken from.
const FIRST: usize = 3;

/// How a walk is asked for, row by row.
struct Told {
    walk: &'static Walk,
    head: &'static str,
    /// By what its tables join.
    joins: &'static str,
    day: When,
    /// By what its figures are kept.
    by: Vec<Dimension>,
}

static TOLD: LazyLock<Vec<Told>> = LazyLock::new(|| WALKS.iter().map(Told::of).collect());

/// The day of a walk asked for so that no index answers: most of a year's rows, looked up one by one by their day, are read from all over the
/// file, and several times as slowly as everything in its order.
fn on_the_way(day: When) -> When {
    match day {
        When::Day { of, .. } if !of.contains('(') => {
            When::Day { of, within: lasting(format!("{of} || '' >= ? AND {of} || '' <= ?")) }
        }
        When::Instant { of, .. } => {
            When::Instant { of, within: lasting(format!("{of} + 0 >= ? AND {of} + 0 < ?")) }
        }
        by_another_table @ When::Day { .. } => by_another_table,
    }
}

impl Told {
    fn of(walk: &'static Walk) -> Self {
        let mut by = vec![Dimension::Unit];
        if is_cut(walk) {
            by.extend(CUTS.map(|(dimension, _)| dimension));
        }
        if walk.day.within().starts_with("m.next_alarm") {
            by.push(Dimension::Due);
        }
        let mut text = String::from("SELECT m.number, m.closed_on, m.recovered");
        for dimension in &by {
            text.extend([", ", key_of(walk.things, *dimension)]);
        }
        for column in &walk.columns {
            text.extend([", CAST(CASE WHEN ", column.condition, " THEN 1 ELSE 0 END AS BIGINT)"]);
        }
        let (from, _, joins) = things_first(walk, &text);
        let joins = joins.strip_prefix(" AND ").map_or("TRUE", |joins| lasting(joins.to_owned()));
        Self { walk, head: lasting(format!("{text} FROM {from}")), joins, day: on_the_way(walk.day), by }
    }

    fn list(&self, ctx: &Ctx, period: Period) -> Select {
        of_period(self.head, ctx, self.day, period).and(self.joins, [])
    }

    /// Goes the walk.
    fn count(&self, tx: &mut Tx, ctx: &Ctx, period: Period) -> Result<Counted> {
        let columns = self.walk.columns.len();
        let mut counted = Counted {
            all: vec![0; columns],
            prints: vec![Fingerprint::default(); columns],
            by: vec![HashMap::new(); self.by.len()],
        };
        let list = self.list(ctx, period);
        tx.for_each::<db::Error>(&list, &list.values(), |row| {
            counted.add(self, row.values());
            Ok(())
        })?;
        Ok(counted)
    }
}

/// What a walk comes to, by its columns.
struct Counted {
    all: Vec<i64>,
    prints: Vec<Fingerprint>,
    /// By each of [`Told::by`].
    by: Vec<HashMap<String, Vec<i64>>>,
}

fn text(value: &Value) -> &str {
    match value {
        Value::Text(text) => text,
        _ => "",
    }
}

impl Counted {
    fn add(&mut self, told: &Told, row: &[Value]) {
        let (first, row) = row.split_at(FIRST.min(row.len()));
        let (keys, counts) = row.split_at(told.by.len().min(row.len()));
        let [number, closed, money] = first else { return };
        let money = if let Value::Int(money) = money { Some(Money::from_fen(*money)) } else { None };
        let closed = Some(text(closed)).filter(|closed| !closed.is_empty());
        let print = Fingerprint::of(text(number), closed, money);
        let is_counted = |at: usize| matches!(counts.get(at), Some(Value::Int(1)));
        let adds = |at: usize| match (is_counted(at), told.walk.columns[at].is_money()) {
            (false, _) => 0,
            (true, true) => money.map_or(0, Money::fen),
            (true, false) => 1,
        };
        for at in (0..self.all.len()).filter(|at| is_counted(*at)) {
            self.all[at] += adds(at);
            self.prints[at] = self.prints[at].and(print);
        }
        for (by, key) in self.by.iter_mut().zip(keys) {
            let key = text(key);
            if !by.contains_key(key) {
                by.insert(key.to_owned(), vec![0; self.all.len()]);
            }
            for (at, sum) in by.get_mut(key).into_iter().flatten().enumerate() {
                *sum += adds(at);
            }
        }
    }
}

/// Figures that are not what their rows say.
pub(super) fn wrong(tx: &mut Tx, ctx: &Ctx, period: Period, found: &mut Vec<Difference>) -> Result<()> {
    let Some(kept) = Kept::open(tx, ctx, true)? else { return Ok(()) };
    let values = kept.values(tx, period)?;
    for told in TOLD.iter() {
        let counted = told.count(tx, ctx, period)?;
        for (at, column) in told.walk.columns.iter().enumerate() {
            let (figure, answer) = (&FIGURES[column.figure], values[column.figure]);
            let value = if column.is_whole { answer.whole.unwrap_or(0) } else { answer.part };
            if value != counted.all[at] {
                let (kept, counted) = (value, counted.all[at]);
                found.push(Difference::Figure { id: figure.id, part: String::new(), kept, counted });
            }
            if column.is_whole {
                continue;
            }
            if kept.prints(tx, figure, period, None)?.is_some_and(|is| is != counted.prints[at]) {
                found.push(Difference::Rows { id: figure.id });
            }
            for (dimension, parts) in told.by.iter().zip(&counted.by) {
                if let Some(is) = kept.by(tx, figure, period, *dimension)? {
                    compare((figure.id, dimension.label()), is, parts, at, found);
                }
            }
            if matches!(figure.measure, Measure::Share { .. }) {
                bases(tx, &kept, told, (column.figure, period), &counted, found)?;
            }
        }
    }
    Ok(())
}

/// Denominators by unit.
fn bases(
    tx: &mut Tx,
    kept: &Kept,
    told: &Told,
    (figure, period): (usize, Period),
    counted: &Counted,
    found: &mut Vec<Difference>,
) -> Result<()> {
    let columns = &told.walk.columns;
    let whole = columns.iter().position(|column| column.is_whole && column.figure == figure);
    let rates = kept.rates(tx, &[&FIGURES[figure]], period)?;
    if let (Some(whole), Some(rates)) = (whole, rates) {
        let units = rates.into_iter().flatten();
        let is = units.map(|(key, rate)| Cut { key, value: rate.whole.unwrap_or(0) }).collect();
        compare((FIGURES[figure].id, "单位基数"), is, &counted.by[0], whole, found);
    }
    Ok(())
}

/// The parts of a figure that are kept against those that were counted.
fn compare(
    (id, by): (&'static str, &str),
    is: Vec<Cut>,
    should: &HashMap<String, Vec<i64>>,
    at: usize,
    found: &mut Vec<Difference>,
) {
    let mut is: HashMap<String, i64> = is.into_iter().map(|cut| (cut.key, cut.value)).collect();
    let mut wrong = Vec::new();
    for (key, sums) in should {
        let kept = is.remove(key).unwrap_or(0);
        if kept != sums[at] {
            wrong.push((key.clone(), kept, sums[at]));
        }
    }
    wrong.extend(is.into_iter().filter(|(_, value)| *value != 0).map(|(key, value)| (key, value, 0)));
    wrong.sort();
    found.extend(wrong.into_iter().map(|(key, kept, counted)| Difference::Figure {
        id,
        part: format!("{by} {key}"),
        kept,
        counted,
    }));
}

/// Every walk, for the test that prepares them on both engines.
pub(crate) fn widest(ctx: &Ctx, period: Period) -> Vec<Select> {
    TOLD.iter().map(|told| told.list(ctx, period)).collect()
}
