//! The recount: what is kept held against the rows, matter by matter, sum by sum, figure by figure.

mod cells;
mod figures;
mod matters;

use std::fmt;

use db::{Sql, Tx};
use kernel::Ctx;
use web::Result;

pub(crate) use figures::widest;

use crate::compute::Period;

/// Differences told of one kind.
const TOLD: usize = 100;

pub(super) fn statements() -> Vec<Sql> {
    [matters::statements(), cells::statements()].concat()
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

/// Compares shares with matters, cells with shares, and over `period` every figure, together and by whatever it is kept by, with a count of
/// its rows by its own condition (record 56).
///
/// # Errors
/// A fault of the database.
pub fn recount(tx: &mut Tx, ctx: &Ctx, period: Period) -> Result<Vec<Difference>> {
    let mut found = matters::forgotten(tx)?;
    found.extend(cells::wrong(tx)?);
    figures::wrong(tx, ctx, period, &mut found)?;
    Ok(found)
}
