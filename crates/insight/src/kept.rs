//! Kept counts (record 33): figures from sums that stand ready, always equal to the walk over all rows.
//!
//! A change of a matter makes it due ([`changed`]), in the transaction that changes it. The folding ([`fold`]) counts due matters
//! again and moves the cells by the difference. Reading takes the cells, less what due matters were counted as, plus those
//! matters as they are.

mod ask;
mod days;
mod fold;
mod hand;
mod plan;
mod read;
mod recount;

use db::{Tx, params};
use kernel::{Ctx, JournalId, MatterId};
use web::Result;

use crate::{
    compute::{Answer, ByUnit, Cut, MOST_ROWS, Period, by_walking, prints_by_walking, value_by_walking},
    figure::{Dimension, Figure},
    fingerprint::{Fingerprint, digest},
    kpi::rates_by_walking,
    together::walked,
};

pub use fold::{begin_anew, fold, is_waiting};
pub(crate) use read::{Kept, widest};
pub(crate) use recount::widest as recounted;
pub use recount::{Difference, recount};

db::sql! {
    DUE = "INSERT INTO figure_due (matter_id, id) VALUES ($1, $2)";
    STANDS = "SELECT COALESCE((SELECT edition FROM figure_state WHERE id = 1), '') AS edition, \
              (SELECT reached FROM figure_state WHERE id = 1) AS reached, (SELECT COUNT(*) FROM figure_due) AS due";
    ALL = "SELECT COUNT(*) FROM matter";
    BELOW = "SELECT COUNT(*) FROM matter WHERE id <= $1";
}

/// The statements of kept counts.
pub(crate) fn statements() -> Vec<db::Sql> {
    [STATEMENTS.to_vec(), fold::statements(), recount::statements()].concat()
}

/// Makes a matter due, in the transaction that changes it: for `journal::follow`. An insert that waits for nobody.
///
/// # Errors
/// A fault of the database.
pub fn changed(tx: &mut Tx, matter: MatterId, id: JournalId) -> Result<(), db::Error> {
    tx.put(&DUE, &params![matter, id])
}

/// Figures for one actor in one snapshot: what is late is read once, whatever is asked then.
pub struct Reading<'a> {
    ctx: &'a Ctx,
    kept: Option<Kept>,
}

impl<'a> Reading<'a> {
    /// Looks what is kept.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn open(tx: &mut Tx, ctx: &'a Ctx) -> Result<Self> {
        Ok(Self { ctx, kept: Kept::open(tx, ctx, false)? })
    }

    /// [`Reading::open`] that also tells the fingerprints of the rows behind.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn printed(tx: &mut Tx, ctx: &'a Ctx) -> Result<Self> {
        Ok(Self { ctx, kept: Kept::open(tx, ctx, true)? })
    }

    /// The fingerprint of the rows behind a figure or a part of it, from what is kept; by a walk where it is not, and `None` where that
    /// would read more than `most` rows: `known` says how many there are, where somebody knows.
    ///
    /// # Errors
    /// A fault of the database.
    pub(crate) fn prints(
        &self,
        tx: &mut Tx,
        figure: &Figure,
        period: Period,
        part: Option<(Dimension, &str)>,
        known: (usize, Option<usize>),
    ) -> Result<Option<Fingerprint>> {
        let kept = match &self.kept {
            Some(kept) => kept.prints(tx, figure, period, part)?,
            None => None,
        };
        match kept {
            Some(kept) => Ok(Some(kept)),
            None => prints_by_walking(tx, self.ctx, figure, period, part, known),
        }
    }

    /// A digest of the rows behind a figure or a part of it, whatever their order (record 54); `None` where they are too many to be read
    /// and nothing is kept.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn rows_digest(
        &self,
        tx: &mut Tx,
        figure: &Figure,
        period: Period,
        part: Option<(Dimension, &str)>,
    ) -> Result<Option<String>> {
        let prints = self.prints(tx, figure, period, part, (MOST_ROWS, None))?;
        Ok(prints.map(|prints| digest(&[prints])))
    }

    /// Always walks: what kept counts are held against.
    pub const fn walking(ctx: &'a Ctx) -> Self {
        Self { ctx, kept: None }
    }

    /// Whether sums stand ready for this actor.
    pub const fn is_kept(&self) -> bool {
        self.kept.is_some()
    }

    /// The values of all [`crate::FIGURES`] in their order.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn values(&self, tx: &mut Tx, period: Period) -> Result<Vec<Answer>> {
        match &self.kept {
            Some(kept) => kept.values(tx, period),
            None => walked(tx, self.ctx, period),
        }
    }

    /// The value of a figure.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn value(&self, tx: &mut Tx, figure: &Figure, period: Period) -> Result<Answer> {
        let kept = match &self.kept {
            Some(kept) => kept.value(tx, figure, period)?,
            None => None,
        };
        kept.map_or_else(|| value_by_walking(tx, self.ctx, figure, period), Ok)
    }

    /// Rates by unit, numerator and denominator, units in the order of their names; one list for each of `figures`.
    ///
    /// # Errors
    /// A fault of the database.
    pub(crate) fn rates(&self, tx: &mut Tx, figures: &[&Figure], period: Period) -> Result<Vec<ByUnit>> {
        let kept = match &self.kept {
            Some(kept) => kept.rates(tx, figures, period)?,
            None => None,
        };
        let walk = || figures.iter().map(|one| rates_by_walking(tx, self.ctx, one, period)).collect();
        kept.map_or_else(walk, Ok)
    }

    /// A figure cut by a dimension, largest part first; months and days in order.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn by(&self, tx: &mut Tx, figure: &Figure, period: Period, dimension: Dimension) -> Result<Vec<Cut>> {
        let kept = match &self.kept {
            Some(kept) => kept.by(tx, figure, period, dimension)?,
            None => None,
        };
        kept.map_or_else(|| by_walking(tx, self.ctx, figure, period, dimension), Ok)
    }
}

/// The values of all [`crate::FIGURES`] in their order, within the actor's reach: what [`value`] says of each.
///
/// # Errors
/// A fault of the database.
pub fn values(tx: &mut Tx, ctx: &Ctx, period: Period) -> Result<Vec<Answer>> {
    Reading::open(tx, ctx)?.values(tx, period)
}

/// The value of a figure within the actor's reach.
///
/// # Errors
/// A fault of the database.
pub fn value(tx: &mut Tx, ctx: &Ctx, figure: &Figure, period: Period) -> Result<Answer> {
    Reading::open(tx, ctx)?.value(tx, figure, period)
}

/// A figure cut by a dimension, largest part first; months and days in order.
///
/// # Errors
/// A fault of the database.
pub fn by(tx: &mut Tx, ctx: &Ctx, figure: &Figure, period: Period, dimension: Dimension) -> Result<Vec<Cut>> {
    Reading::open(tx, ctx)?.by(tx, figure, period, dimension)
}

/// How far the counting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Matters counted of all, while the sums are being made; `None` when they stand.
    pub made: Option<(i64, i64)>,
    /// Changes that wait to be folded.
    pub due: i64,
}

/// How far the counting is, for the health page.
///
/// # Errors
/// A fault of the database.
pub fn standing(tx: &mut Tx) -> Result<Standing> {
    let row = tx.one(&STANDS, &[])?.ok_or(web::Problem::NotFound)?;
    let due = row.get("due")?;
    if row.get::<String>("edition")? == *plan::EDITION {
        return Ok(Standing { made: None, due });
    }
    let below = match row.get::<Option<MatterId>>("reached")? {
        Some(reached) => tx.scalar(&BELOW, &params![reached])?,
        None => 0,
    };
    Ok(Standing { made: Some((below, tx.scalar(&ALL, &[])?)), due })
}

/// Folds until nothing is due: for commands and tests. A running program folds by itself, a turn at a time.
///
/// # Errors
/// A fault of the database.
pub async fn fold_all(db: &db::Db) -> Result<()> {
    while db.read(is_waiting).await? {
        while db.write(fold).await? {}
    }
    Ok(())
}
