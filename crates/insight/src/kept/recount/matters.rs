//! Shares against matters, some thousands of matters at a time: what each is counted as, and what it would be counted as now. Compared
//! here and not by a statement, which would sort all of it.

use std::{collections::HashSet, sync::LazyLock};

use db::{Row, Sql, Tx, params};
use kernel::{MatterId, UnitId};
use web::{Problem, Result};

use super::{
    super::plan::{cut_words, lanes, lasting, singles},
    Difference, TOLD,
};
use crate::fingerprint::Fingerprint;

/// Matters compared at once.
const STRETCH: usize = 5_000;

db::sql! {
    NEXT = "SELECT id, number, closed_on, recovered FROM matter WHERE id > $1 ORDER BY id LIMIT $2";
    DUE = "SELECT DISTINCT matter_id FROM figure_due WHERE matter_id > $1 AND matter_id <= $2";
}

/// What the matters of a stretch count as now.
static LIVE: LazyLock<Sql> =
    LazyLock::new(|| Sql { name: "insight::kept::recount::matters::LIVE", text: lasting(singles()) });

/// What they are counted as, and whatever else lies between them.
static COUNTED: LazyLock<Sql> = LazyLock::new(|| Sql {
    name: "insight::kept::recount::matters::COUNTED",
    text: lasting(format!(
        "SELECT h.matter_id, h.walk, h.mask, h.day, h.unit_id, {} AS cuts, h.n, h.amount{} \
         FROM figure_share h WHERE h.matter_id > $1 AND h.matter_id <= $2",
        cut_words("h"),
        lanes(str::to_owned)
    )),
});

pub(super) fn statements() -> Vec<Sql> {
    [STATEMENTS.to_vec(), vec![*LIVE, *COUNTED]].concat()
}

/// What a share says, but the matter, and how much.
#[derive(PartialEq, Eq)]
struct Share {
    walk: i64,
    mask: i64,
    day: i64,
    unit: UnitId,
    cuts: String,
}

impl Share {
    fn read(row: &Row) -> Result<Self, db::Error> {
        Ok(Self {
            walk: row.get("walk")?,
            mask: row.get("mask")?,
            day: row.get("day")?,
            unit: row.get("unit_id")?,
            cuts: row.get("cuts")?,
        })
    }
}

/// A matter of the stretch, and by how much its shares are more than what it counts as.
struct Matter {
    id: MatterId,
    number: String,
    print: Fingerprint,
    left: Vec<(Share, [i64; 2])>,
    is_other: bool,
}

impl Matter {
    fn read(row: &Row) -> Result<Self, db::Error> {
        let (id, number) = (row.get("id")?, row.get("number")?);
        Ok(Self { id, number, print: Fingerprint::of_matter(row)?, left: Vec::new(), is_other: false })
    }

    /// Few: looked through.
    fn add(&mut self, share: Share, [n, amount]: [i64; 2]) {
        match self.left.iter_mut().find(|(known, _)| *known == share) {
            Some((_, left)) => *left = [left[0] + n, left[1] + amount],
            None => self.left.push((share, [n, amount])),
        }
    }

    fn is_forgotten(&self) -> bool {
        self.is_other || self.left.iter().any(|(_, left)| *left != [0, 0])
    }
}

/// Ids before the first one and after the last one that there can be.
const ENDS: [&str; 2] = ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"];

/// Matters whose shares are not what they count as now, though they are not due, and shares of matters that are not there.
pub(super) fn forgotten(tx: &mut Tx) -> Result<Vec<Difference>> {
    let end = |text: &str| text.parse::<MatterId>().map_err(|_| Problem::Fault(format!("no id: {text}")));
    let (mut after, end) = (end(ENDS[0])?, end(ENDS[1])?);
    let (mut found, mut gone) = (Vec::new(), 0);
    loop {
        let rows = tx.query(&NEXT, &params![after, i64::try_from(STRETCH).unwrap_or(i64::MAX)])?;
        let mut matters: Vec<Matter> = rows.iter().map(Matter::read).collect::<Result<_, _>>()?;
        let is_last = matters.len() < STRETCH;
        let last = matters.last().filter(|_| !is_last).map_or(end, |last| last.id);
        let (due, more) = compare(tx, &mut matters, after, last)?;
        gone += more;
        let is_told = |one: &&Matter| one.is_forgotten() && !due.contains(&one.id);
        let room = TOLD - found.len();
        found.extend(
            matters
                .iter()
                .filter(is_told)
                .take(room)
                .map(|one| Difference::Forgotten { number: one.number.clone() }),
        );
        if is_last {
            break;
        }
        after = last;
    }
    found.extend((gone > 0).then_some(Difference::Gone { shares: gone }));
    Ok(found)
}

/// What is due of the stretch, and how many shares belong to no matter.
fn compare(
    tx: &mut Tx,
    matters: &mut [Matter],
    after: MatterId,
    last: MatterId,
) -> Result<(HashSet<MatterId>, i64)> {
    let within = params![after, last];
    let mut due = HashSet::new();
    tx.for_each::<db::Error>(&DUE, &within, |row| {
        due.insert(row.get("matter_id")?);
        Ok(())
    })?;
    tx.for_each::<db::Error>(&*LIVE, &within, |row| {
        let id: MatterId = row.get("matter_id")?;
        if let Ok(at) = matters.binary_search_by_key(&id, |one| one.id) {
            matters[at].add(Share::read(&row)?, [-1, -row.get::<i64>("amount")?]);
        }
        Ok(())
    })?;
    let mut gone = 0;
    tx.for_each::<db::Error>(&*COUNTED, &within, |row| {
        let (id, n): (MatterId, i64) = (row.get("matter_id")?, row.get("n")?);
        match matters.binary_search_by_key(&id, |one| one.id) {
            Ok(at) => {
                let matter = &mut matters[at];
                matter.is_other |= matter.print.times(n) != Fingerprint::read(&row)?;
                matter.add(Share::read(&row)?, [n, row.get("amount")?]);
            }
            Err(_) => gone += i64::from(!due.contains(&id)),
        }
        Ok(())
    })?;
    Ok((due, gone))
}
