//! The recount: what is kept held against the rows, matter by matter, sum by sum, figure by figure.

mod cells;

use std::{fmt, sync::LazyLock};

use db::{Sql, Tx, params};
use kernel::{Ctx, MatterId};
use web::Result;

use super::{
    Reading,
    plan::{COUNTS, CUTS, SAME, lasting, shares},
};
use crate::{
    compute::{MOST_ROWS, Period},
    figure::{Dimension, FIGURES},
    fingerprint::Fingerprint,
};

/// Matters compared at once.
const STRETCH: i64 = 5_000;
/// Differences told of one kind.
const TOLD: usize = 100;

db::sql! {
    STRETCH_END = "SELECT id FROM matter WHERE id > $1 ORDER BY id LIMIT $2";
    STRETCH_FIRST = "SELECT id FROM matter ORDER BY id LIMIT $1";
    PRINTS = "SELECT m.number, m.closed_on, m.recovered, h.n, h.print1, h.print2, h.print3, h.print4 FROM matter m JOIN figure_share h ON h.matter_id = m.id \
              WHERE m.id >= $1 AND m.id <= $2 AND NOT EXISTS (SELECT 1 FROM figure_due d WHERE d.matter_id = m.id)";
    GONE = "SELECT COUNT(*) FROM figure_share h WHERE NOT EXISTS (SELECT 1 FROM matter m WHERE m.id = h.matter_id) \
            AND NOT EXISTS (SELECT 1 FROM figure_due d WHERE d.matter_id = h.matter_id)";
}

/// Matters whose shares are not what they are now, though they are not due.
static FORGOTTEN: LazyLock<Sql> = LazyLock::new(|| {
    let of = "m.id >= $1 AND m.id <= $2 AND NOT EXISTS (SELECT 1 FROM figure_due d WHERE d.matter_id = m.id)";
    Sql {
        name: "insight::kept::recount::FORGOTTEN",
        text: lasting(format!(
            "WITH s AS (SELECT m.id AS matter_id FROM matter m WHERE {of}) \
             SELECT DISTINCT m.number AS number FROM ( \
             SELECT matter_id, {SAME}, SUM(n) AS n, SUM(amount) AS amount FROM ( \
             SELECT matter_id, {SAME}, n, amount FROM ({} WHERE {COUNTS} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10) q UNION ALL \
             SELECT matter_id, {SAME}, -n, -amount FROM figure_share WHERE matter_id IN (SELECT matter_id FROM s)) y \
             GROUP BY matter_id, {SAME}) z \
             JOIN matter m ON m.id = z.matter_id WHERE z.n <> 0 OR z.amount <> 0 ORDER BY m.number",
            shares("t.matter_id AS matter_id, ", "", "")
        )),
    }
});

pub(super) fn statements() -> Vec<Sql> {
    [STATEMENTS.to_vec(), vec![*FORGOTTEN], cells::statements()].concat()
}

/// Something kept that is not what a recount says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// A matter that changed and was not counted again.
    Forgotten {
        /// Its number.
        number: String,
    },
    /// Shares of matters that are not there any more.
    Gone {
        /// How many.
        shares: i64,
    },
    /// A sum that is not the sum of its shares.
    Cell {
        /// Which one.
        which: String,
        /// By how much it is too large; 0 where only the rows behind are others.
        by: i64,
    },
    /// A figure whose rows are not those that are kept, though they are as many.
    Rows {
        /// Its id.
        id: &'static str,
    },
    /// A figure that is not what the walk says.
    Figure {
        /// Its id.
        id: &'static str,
        /// The part; empty for all together.
        part: String,
        /// What is kept.
        kept: i64,
        /// What was counted.
        counted: i64,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forgotten { number } => write!(f, "{number} 变动后没有重新汇总"),
            Self::Gone { shares } => write!(f, "已不存在的事项还留有汇总记录 {shares} 条"),
            Self::Rows { id } => write!(f, "指标 {id} 的明细与汇总时的不同"),
            Self::Cell { which, by: 0 } => write!(f, "汇总数 {which} 不多不少，但不是这些件"),
            Self::Cell { which, by } => write!(f, "汇总数 {which} 多出 {by}"),
            Self::Figure { id, part, kept, counted } => {
                write!(
                    f,
                    "指标 {id}{}{part}：汇总为 {kept}，重算为 {counted}",
                    if part.is_empty() { "" } else { " " }
                )
            }
        }
    }
}

/// Compares shares with matters, cells with shares, and over `period` every figure, together and by unit, with the walk.
///
/// # Errors
/// A fault of the database.
pub fn recount(tx: &mut Tx, ctx: &Ctx, period: Period) -> Result<Vec<Difference>> {
    let mut found = forgotten(tx)?;
    let gone: i64 = tx.scalar(&GONE, &[])?;
    found.extend((gone > 0).then_some(Difference::Gone { shares: gone }));
    found.extend(cells::wrong(tx)?);
    figures(tx, ctx, period, &mut found)?;
    Ok(found)
}

fn forgotten(tx: &mut Tx) -> Result<Vec<Difference>> {
    let (mut found, mut after) = (Vec::new(), None::<MatterId>);
    loop {
        let ids = match after {
            Some(after) => tx.query(&STRETCH_END, &params![after, STRETCH])?,
            None => tx.query(&STRETCH_FIRST, &params![STRETCH])?,
        };
        let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(found) };
        let (first, last): (MatterId, MatterId) = (first.get("id")?, last.get("id")?);
        for row in tx.query(&*FORGOTTEN, &params![first, last])? {
            if found.len() < TOLD {
                found.push(Difference::Forgotten { number: row.get("number")? });
            }
        }
        for row in tx.query(&PRINTS, &params![first, last])? {
            let is_it = Fingerprint::of_matter(&row)?.times(row.get("n")?) == Fingerprint::read(&row)?;
            if !is_it && found.len() < TOLD {
                found.push(Difference::Forgotten { number: row.get("number")? });
            }
        }
        after = Some(last);
    }
}

fn figures(tx: &mut Tx, ctx: &Ctx, period: Period, found: &mut Vec<Difference>) -> Result<()> {
    let (kept, walk) = (Reading::printed(tx, ctx)?, Reading::walking(ctx));
    let all = kept.values(tx, period)?.into_iter().zip(walk.values(tx, period)?);
    for (figure, (kept, counted)) in FIGURES.iter().zip(all) {
        let pairs = [(kept.part, counted.part), (kept.whole.unwrap_or(0), counted.whole.unwrap_or(0))];
        for (kept, counted) in pairs.into_iter().filter(|(kept, counted)| kept != counted) {
            found.push(Difference::Figure { id: figure.id, part: String::new(), kept, counted });
        }
    }
    for figure in FIGURES {
        let known = (MOST_ROWS, None);
        let is = kept.prints(tx, figure, period, None, known)?;
        let should = walk.prints(tx, figure, period, None, known)?;
        if should.is_some() && is != should {
            found.push(Difference::Rows { id: figure.id });
        }
        for dimension in CUTS.map(|(cut, _)| cut).into_iter().chain([Dimension::Unit, Dimension::Due]) {
            let (mut is, should) =
                (kept.by(tx, figure, period, dimension)?, walk.by(tx, figure, period, dimension)?);
            for cut in should {
                let at = is.iter().position(|one| one.key == cut.key);
                let kept = at.map_or(0, |at| is.swap_remove(at).value);
                if kept != cut.value {
                    let part = format!("{} {}", dimension.label(), cut.key);
                    found.push(Difference::Figure { id: figure.id, part, kept, counted: cut.value });
                }
            }
            let more = is.into_iter().filter(|cut| cut.value != 0);
            found.extend(more.map(|cut| Difference::Figure {
                id: figure.id,
                part: format!("{} {}", dimension.label(), cut.key),
                kept: cut.value,
                counted: 0,
            }));
        }
    }
    Ok(())
}
