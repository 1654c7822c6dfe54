//! Reading what is kept: cells of the period, less the shares of matters that may have changed, plus those matters as they are.
//! In one snapshot, so that the sum is the recount, however late the folding is.

use db::{Select, Tx, Value, params};
use kernel::{Actor, Ctx, Reach};
use web::Result;

use super::{
    ask::{ALL, CELLS_ON, COUNTED, COUNTED_ON, Key, LIVE, LIVE_BY, LIVE_ON, OWN, PRINTED, RANGES},
    days::{cover, day, number},
    plan::{COUNTS, CUTS, EDITION, cut_walk},
};
use crate::{
    compute::{Answer, ByUnit, Cut, Period, in_its_order},
    figure::{Dimension, FIGURES, Figure, Measure, When},
    fingerprint::Fingerprint,
    together::WALKS,
};

/// How cells of so many walks are asked for: by the index alone, before a cell is read.
const OF_WALKS: [&str; 3] = ["c.walk = ?", "c.walk IN (?, ?)", "c.walk IN (?, ?, ?)"];

/// More than so many changes that are not folded yet are walked over with everything else.
pub(super) const PATIENCE: i64 = 1_000;

/// A share, counted or live, that the cells do not show as it is.
struct Share {
    unit: String,
    walk: usize,
    mask: i64,
    day: i64,
    phase: String,
    channel: String,
    hour: String,
    goods: String,
    problem: String,
    n: i64,
    amount: i64,
    prints: Fingerprint,
}

/// What stands ready for one actor in one snapshot.
pub(crate) struct Kept {
    /// Range of unit paths within reach; none: all.
    paths: Option<[String; 2]>,
    /// To be added to what the cells say.
    late: Vec<Share>,
    /// Whether the rows behind are told too.
    is_printed: bool,
}

/// Where the actor may look: all, a subtree, or neither, so that nothing kept serves.
enum Within<'a> {
    All,
    Subtree(&'a kernel::Officer),
    Other,
}

fn within(ctx: &Ctx) -> Within<'_> {
    match (&ctx.actor, ctx.reach()) {
        (_, Reach::Everything) => Within::All,
        (Actor::Officer(officer), Reach::Subtree) => Within::Subtree(officer),
        _ => Within::Other,
    }
}

impl Kept {
    /// What is kept for the actor; `None` when it is not whole, too much is due, or the reach is not by unit.
    ///
    /// # Errors
    /// A fault of the database.
    pub(crate) fn open(tx: &mut Tx, ctx: &Ctx, is_printed: bool) -> Result<Option<Self>> {
        let (head, own, paths) = match within(ctx) {
            Within::Other => return Ok(None),
            Within::All => (ALL, Vec::new(), None),
            Within::Subtree(officer) => {
                let (path, beyond) = (officer.unit_path.clone(), format!("{}~", officer.unit_path));
                let own = params![officer.id, path, beyond, officer.id].to_vec();
                (OWN, own, Some([path, beyond]))
            }
        };
        let row = tx.select(&Select::with(head, own.clone()))?;
        let row = row.first().ok_or(web::Problem::NotFound)?;
        let late: i64 = row.get("n")?;
        if row.get::<String>("edition")? != *EDITION || late > PATIENCE {
            return Ok(None);
        }
        let mut kept = Self { paths, late: Vec::new(), is_printed };
        if late > 0 {
            let [counted, live] = kept.late_lists(ctx, &own);
            for row in tx.select(&counted)? {
                kept.late.push(Share::read(&row, Fingerprint::read(&row)?)?);
            }
            for row in tx.select(&live)? {
                let prints = if is_printed { Fingerprint::of_matter(&row)? } else { Fingerprint::default() };
                kept.late.push(Share::read(&row, prints.times(row.get("n")?))?);
            }
        }
        Ok(Some(kept))
    }

    /// Shares that the cells still hold, and the same matters as the actor sees them now.
    fn late_lists(&self, ctx: &Ctx, own: &[Value]) -> [Select; 2] {
        let which = usize::from(!own.is_empty());
        let (reach, values) = matters::visible(ctx);
        let head = if self.is_printed { PRINTED[which] } else { LIVE[which] };
        let live = Select::with(head, own.to_vec()).and(LIVE_ON, []).and(COUNTS, []).and(reach, values);
        let counted = self.reached(Select::with(COUNTED[which], own.to_vec()).and(COUNTED_ON, []));
        [counted.group("1, 2, 3, 4, 5, 6, 7, 8, 9"), live.group(LIVE_BY[usize::from(self.is_printed)])]
    }

    /// Narrows to the units within reach, on alias `u`.
    fn reached(&self, list: Select) -> Select {
        match &self.paths {
            Some([path, beyond]) => list.and("u.path >= ? AND u.path < ?", params![path, beyond]),
            None => list,
        }
    }

    /// Cells of some walks; of all where none is named, or too many.
    fn cell_list(&self, key: Key, ranges: &[[i64; 3]], walks: &[usize]) -> Select {
        // What is not needed finds nothing.
        let padded = ranges.iter().copied().chain(std::iter::repeat([0, 1, 0])).take(RANGES);
        let list = Select::with(key.head(self.is_printed), padded.flatten().map(Value::Int))
            .and(CELLS_ON, params![key.cut()]);
        let list = match OF_WALKS.get(walks.len().wrapping_sub(1)) {
            Some(of) => {
                list.and(of, walks.iter().filter_map(|walk| i64::try_from(*walk).ok()).map(Value::Int))
            }
            None => list,
        };
        self.reached(list).group("1, 2, 3")
    }

    /// Sums by walk, mask and key over the period, of the walks that are named, or of all.
    fn sums(&self, tx: &mut Tx, key: Key, period: Period, walks: &[usize]) -> Result<Vec<Sum>> {
        let (least, most) = (number(period.from), number(period.to));
        let ranges = if key == Key::Day { vec![[0, least, most]] } else { cover(least, most) };
        let mut sums = Vec::new();
        for row in tx.select(&self.cell_list(key, &ranges, walks))? {
            sums.push(Sum {
                walk: usize::try_from(row.get::<i64>("walk")?).unwrap_or(usize::MAX),
                mask: row.get("mask")?,
                key: row.get("key")?,
                n: row.get("n")?,
                amount: row.get("amount")?,
                prints: if self.is_printed { Fingerprint::read(&row)? } else { Fingerprint::default() },
            });
        }
        let asked = |share: &&Share| walks.is_empty() || walks.contains(&share.walk);
        let within = |share: &&Share| share.day >= least && share.day <= most && asked(share);
        sums.extend(self.late.iter().filter(within).map(|share| share.sum(key)));
        Ok(sums)
    }

    /// All figures over a period.
    ///
    /// # Errors
    /// A fault of the database.
    pub(crate) fn values(&self, tx: &mut Tx, period: Period) -> Result<Vec<Answer>> {
        self.answers(tx, period, None)
    }

    /// One figure over a period; `None` for one that is not in the list.
    ///
    /// # Errors
    /// A fault of the database.
    pub(crate) fn value(&self, tx: &mut Tx, figure: &Figure, period: Period) -> Result<Option<Answer>> {
        let Some(at) = FIGURES.iter().position(|one| one.id == figure.id) else { return Ok(None) };
        let walk = place(figure).map(|(walk, ..)| walk);
        Ok(Some(self.answers(tx, period, walk)?.swap_remove(at)))
    }

    fn answers(&self, tx: &mut Tx, period: Period, walk: Option<usize>) -> Result<Vec<Answer>> {
        let whole = |figure: &Figure| matches!(figure.measure, Measure::Share { .. }).then_some(0);
        let mut answers: Vec<_> = FIGURES.iter().map(|one| Answer { part: 0, whole: whole(one) }).collect();
        for sum in self.sums(tx, Key::Nothing, period, walk.as_slice())? {
            let Some(walk) = WALKS.get(sum.walk) else { continue };
            for (at, column) in walk.columns.iter().enumerate().filter(|(at, _)| sum.mask >> at & 1 == 1) {
                let adds = if walk.columns[at].is_money() { sum.amount } else { sum.n };
                let answer = &mut answers[column.figure];
                match &mut answer.whole {
                    Some(whole) if column.is_whole => *whole += adds,
                    _ => answer.part += adds,
                }
            }
        }
        Ok(answers)
    }

    /// Rates by unit, in the order of `figures`, from one look at the cells; `None` when one of them is not in the list.
    ///
    /// # Errors
    /// A fault of the database.
    pub(crate) fn rates(
        &self,
        tx: &mut Tx,
        figures: &[&Figure],
        period: Period,
    ) -> Result<Option<Vec<ByUnit>>> {
        let Some(shares) = figures.iter().map(|one| share_of(one)).collect::<Option<Vec<_>>>() else {
            return Ok(None);
        };
        let mut rates = vec![std::collections::BTreeMap::<String, Answer>::new(); figures.len()];
        // Of the walks over the days that rates are counted by: the others are half of the cells, and would be looked up for nothing.
        let mut walks: Vec<usize> = shares.iter().map(|(walk, ..)| *walk).collect();
        walks.sort_unstable();
        walks.dedup();
        for sum in self.sums(tx, Key::Unit, period, &walks)? {
            let counts = |bit: usize| if sum.mask >> bit & 1 == 1 { sum.n } else { 0 };
            for (rates, (_, part, whole)) in
                rates.iter_mut().zip(&shares).filter(|(_, one)| one.0 == sum.walk)
            {
                let rate = rates.entry(sum.key.clone()).or_insert(Answer { part: 0, whole: Some(0) });
                rate.part += counts(*part);
                rate.whole = rate.whole.map(|old| old + whole.map_or(0, counts));
            }
        }
        let based = |rates: std::collections::BTreeMap<String, Answer>| {
            rates.into_iter().filter(|(_, rate)| rate.whole != Some(0)).collect()
        };
        Ok(Some(rates.into_iter().map(based).collect()))
    }

    /// The fingerprint of the rows behind a figure or a part of it; `None` where it is not kept.
    ///
    /// # Errors
    /// A fault of the database.
    pub(crate) fn prints(
        &self,
        tx: &mut Tx,
        figure: &Figure,
        period: Period,
        part: Option<(Dimension, &str)>,
    ) -> Result<Option<Fingerprint>> {
        let Some((walk, bit, _)) = place(figure).filter(|_| self.is_printed) else { return Ok(None) };
        let Some(key) = part.map_or(Some(Key::Nothing), |(by, _)| key_of(figure, walk, by)) else {
            return Ok(None);
        };
        let told = |key: &str| match part {
            Some((by, _)) if key_is_day(by) => day(key),
            _ => key.to_owned(),
        };
        let is_of =
            |sum: &Sum| sum.mask >> bit & 1 == 1 && part.is_none_or(|(_, part)| told(&sum.key) == part);
        let sums = self.sums(tx, key, period, &[walk])?;
        Ok(Some(
            sums.iter().filter(|sum| is_of(sum)).fold(Fingerprint::default(), |all, sum| all.and(sum.prints)),
        ))
    }

    /// A figure cut by a dimension; `None` when it is not kept cut by that.
    ///
    /// # Errors
    /// A fault of the database.
    pub(crate) fn by(
        &self,
        tx: &mut Tx,
        figure: &Figure,
        period: Period,
        dimension: Dimension,
    ) -> Result<Option<Vec<Cut>>> {
        let Some((walk, bit, is_money)) = place(figure) else { return Ok(None) };
        let Some(key) = key_of(figure, walk, dimension) else { return Ok(None) };
        let mut cuts = std::collections::BTreeMap::<String, [i64; 2]>::new();
        for sum in self.sums(tx, key, period, &[walk])?.into_iter().filter(|sum| sum.mask >> bit & 1 == 1) {
            let [n, money] = cuts.entry(sum.key).or_default();
            (*n, *money) = (*n + sum.n, *money + sum.amount);
        }
        let cuts = cuts.into_iter().filter(|(_, [n, _])| *n != 0);
        let cut = |(key, [n, money]): (String, [i64; 2])| {
            let key = if key_is_day(dimension) { day(&key) } else { key };
            Cut { key, value: if is_money { money } else { n } }
        };
        let mut cuts: Vec<_> = cuts.map(cut).collect();
        in_its_order(&mut cuts, dimension);
        Ok(Some(cuts))
    }
}

const fn key_is_day(dimension: Dimension) -> bool {
    matches!(dimension, Dimension::Due)
}

/// Walk and bit of what a figure counts, and whether it is money.
fn place(figure: &Figure) -> Option<(usize, usize, bool)> {
    WALKS.iter().enumerate().find_map(|(walk, one)| {
        let is_it =
            |column: &&crate::together::Column| FIGURES[column.figure].id == figure.id && !column.is_whole;
        let bit = one.columns.iter().position(|column| is_it(&column))?;
        Some((walk, bit, one.columns[bit].is_money()))
    })
}

/// Walk of a rate, and the bits of its numerator and denominator.
fn share_of(figure: &Figure) -> Option<(usize, usize, Option<usize>)> {
    let (walk, part, _) = place(figure)?;
    let is_whole = |one: &crate::together::Column| one.is_whole && FIGURES[one.figure].id == figure.id;
    Some((walk, part, WALKS[walk].columns.iter().position(is_whole)))
}

/// What cells of the walk are asked for, to cut a figure by the dimension.
fn key_of(figure: &Figure, walk: usize, dimension: Dimension) -> Option<Key> {
    let kept = CUTS.iter().find(|(kept, _)| *kept == dimension).filter(|_| walk == cut_walk());
    let is_due = matches!(figure.day, When::Day { of: "m.next_alarm", .. });
    match (kept, dimension) {
        (Some((_, cut)), _) => Some(Key::Cut(cut)),
        (_, Dimension::Unit) => Some(Key::Unit),
        (_, Dimension::Due) if is_due => Some(Key::Day),
        _ => None,
    }
}

/// What a walk sums up for one mask and key.
struct Sum {
    walk: usize,
    mask: i64,
    key: String,
    n: i64,
    amount: i64,
    prints: Fingerprint,
}

impl Share {
    fn read(row: &db::Row, prints: Fingerprint) -> Result<Self, db::Error> {
        Ok(Self {
            unit: row.get("unit")?,
            walk: usize::try_from(row.get::<i64>("walk")?).unwrap_or(usize::MAX),
            mask: row.get("mask")?,
            day: row.get("day")?,
            phase: row.get("phase")?,
            channel: row.get("channel")?,
            hour: row.get("hour")?,
            goods: row.get("goods")?,
            problem: row.get("problem")?,
            n: row.get("n")?,
            amount: row.get("amount")?,
            prints,
        })
    }

    fn sum(&self, key: Key) -> Sum {
        let key = match key {
            Key::Nothing => String::new(),
            Key::Unit => self.unit.clone(),
            Key::Cut("phase") => self.phase.clone(),
            Key::Cut("channel") => self.channel.clone(),
            Key::Cut("goods") => self.goods.clone(),
            Key::Cut("problem") => self.problem.clone(),
            Key::Cut(_) => self.hour.clone(),
            Key::Day => self.day.to_string(),
        };
        Sum { walk: self.walk, mask: self.mask, key, n: self.n, amount: self.amount, prints: self.prints }
    }
}

/// Every list, for the test that prepares them on both engines.
pub(crate) fn widest(ctx: &Ctx) -> Vec<Select> {
    let own = params![Value::Null, "", "", Value::Null].to_vec();
    let mut lists = vec![Select::with(OWN, own.clone()), Select::from(ALL)];
    for is_printed in [false, true] {
        let kept = Kept { paths: Some([String::new(), String::new()]), late: Vec::new(), is_printed };
        lists.extend([kept.late_lists(ctx, &own), kept.late_lists(ctx, &[])].concat());
        let keys = [Key::Nothing, Key::Unit, Key::Cut("hour"), Key::Day];
        lists.extend(keys.map(|key| kept.cell_list(key, &[], &[0])));
        lists.extend((0..=OF_WALKS.len()).map(|many| kept.cell_list(Key::Unit, &[], &vec![0; many])));
    }
    lists
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{figure::find, kpi::KPIS};

    /// At ten million matters of a hundred 所 the rates took twice as long with cells that no rate counts.
    #[test]
    fn national_rates_name_the_walks_that_they_read() {
        let mut walks: Vec<usize> =
            KPIS.into_iter().filter_map(|id| place(find(id)?)).map(|(walk, ..)| walk).collect();
        walks.sort_unstable();
        walks.dedup();
        let kept = Kept { paths: None, late: Vec::new(), is_printed: false };
        let list = kept.cell_list(Key::Unit, &[], &walks);
        assert!(list.text().contains("c.walk IN ("), "{walks:?} are more than can be named");
        let named: Vec<Value> = walks.iter().map(|walk| Value::Int(i64::try_from(*walk).unwrap())).collect();
        assert!(list.values().ends_with(&named), "{walks:?}");
    }
}
