//! Numbers of briefs (简报 第N期): taken at the approval and nowhere else.

use db::{Tx, params};
use kernel::Ctx;
use web::Result;

use super::{Kept, SummaryId};

db::sql! {
    OWN = "SELECT year, ordinal FROM summary_number WHERE summary_id = $1";
    TAKE = "INSERT INTO summary_number (summary_id, unit_id, template, year, ordinal, taken_at) VALUES ($1, $2, $3, $4, $5, $6)";
}

/// The templates whose reports come out in a series.
const SERIES: &[&str] = &["brief"];

/// The issue of a report, such as `2026年第3期`; empty where it has none.
///
/// # Errors
/// A fault of the database.
pub fn issue(tx: &mut Tx, id: SummaryId) -> Result<String> {
    let Some(row) = tx.one(&OWN, &params![id])? else { return Ok(String::new()) };
    let (year, ordinal): (i64, i64) = (row.get("year")?, row.get("ordinal")?);
    Ok(format!("{year}年第{ordinal}期"))
}

/// Gives a report of a series its number, in the transaction that approves it; one that has a number keeps it.
pub(super) fn take(tx: &mut Tx, ctx: &Ctx, kept: &Kept) -> Result<()> {
    if !SERIES.contains(&kept.template.as_str()) || !issue(tx, kept.id)?.is_empty() {
        return Ok(());
    }
    let year = ctx.today().year();
    let ordinal = matters::next_paper(tx, kept.office.id, &format!("summary:{}", kept.template), year)?;
    let row = params![kept.id, kept.office.id, kept.template, i64::from(year), ordinal, ctx.now];
    tx.exactly_one(&TAKE, &row)?;
    Ok(())
}
