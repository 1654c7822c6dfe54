//! What leaves the house: the text of a report for papers (DOCX, PDF) and programs.

use db::Tx;
use jiff::civil::Date;
use kernel::{Ctx, office_date};
use web::Result;

use super::{SummaryId, find, issue};

/// A report's text as it may be set in print.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The title.
    pub title: String,
    /// What stands below it: one paragraph a line, headings by 一、（一）1.（1）, tables by `| 甲 | 乙 |`.
    pub text: String,
    /// The office whose report it is.
    pub office: String,
    /// The day of the version.
    pub day: Date,
    /// The version.
    pub version: i64,
    /// Its number in a series, such as `2026年第3期`; empty where it has none.
    pub issue: String,
    /// Whether it is a draft still: the print says 草稿.
    pub draft: bool,
}

/// The version of a report that stands, for export.
///
/// # Errors
/// A refusal with the place where the second reader does not find a number borne out; [`web::Problem::NotFound`], also beyond the actor's
/// reach.
pub fn sheet(tx: &mut Tx, ctx: &Ctx, id: SummaryId) -> Result<Sheet> {
    let kept = find(tx, ctx, id)?;
    kept.borne_out()?;
    let (title, text) = kept.parted();
    Ok(Sheet {
        title,
        text,
        office: kept.office.name.clone(),
        day: office_date(kept.written_at),
        version: kept.version,
        issue: issue(tx, id)?,
        draft: !kept.state.stands(),
    })
}
