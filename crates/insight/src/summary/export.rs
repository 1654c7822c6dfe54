//! What leaves the house: the text of a report for papers (DOCX, PDF) and programs.

use db::{Tx, params};
use jiff::{Timestamp, civil::Date};
use kernel::{Ctx, office_date};
use web::Result;

use super::{Kept, Made, Outward, SummaryId, Vouched, find, into_house, issue, render::period_words};

db::sql! {
    APPROVED = "SELECT MAX(done_at) AS at FROM summary_step WHERE summary_id = $1 AND act = 'summary_approval'";
}

/// A report's text as it may be set in print.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The title.
    pub title: String,
    /// What stands below it: one paragraph a line, headings by 一、（一）1.（1）, tables by `| 甲 | 乙 |`.
    pub text: String,
    /// The office whose report it is.
    pub office: String,
    /// The day it was approved (成文日期, GB/T 9704 7.3.5.4), before that the day of the version.
    pub day: Date,
    /// The version.
    pub version: i64,
    /// Its number, such as `2026年第3期` or `消保通〔2026〕3号`; empty where it has none, or none yet.
    pub issue: String,
    /// Over what, in words.
    pub period: String,
    /// With which kind of number and head.
    pub outward: Outward,
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
    of_kept(tx, &kept)
}

fn of_kept(tx: &mut Tx, kept: &Kept) -> Result<Sheet> {
    kept.borne_out()?;
    let (title, text) = kept.parted();
    let stands = kept.state.stands();
    let approved: Option<Timestamp> =
        tx.one(&APPROVED, &params![kept.id])?.map(|row| row.get("at")).transpose()?.flatten();
    Ok(Sheet {
        title,
        text,
        office: kept.office.name.clone(),
        day: office_date(approved.filter(|_| stands).unwrap_or(kept.written_at)),
        version: kept.version,
        issue: issue(tx, kept.id)?,
        period: period_words(kept.period),
        outward: kept.outward.clone(),
        draft: !stands,
    })
}

/// What was made just now, as a draft: nobody has approved it.
#[must_use]
pub fn sheet_of(made: &Made, day: Date) -> Sheet {
    let text = made.text.split_once('\n').map_or("", |(_, rest)| rest).trim().to_owned();
    Sheet {
        title: made.title.clone(),
        text,
        office: made.office.name.clone(),
        day,
        version: 0,
        issue: String::new(),
        period: period_words(made.period),
        outward: made.template.outward.clone(),
        draft: true,
    }
}

impl Made {
    /// What the second reader holds it against.
    pub fn vouched(&self) -> Vouched<'_> {
        Vouched { text: &self.text, ledger: &self.ledger, claims: &self.claims }
    }
}

/// A report that may be filled into a document of the office.
#[derive(Clone, Debug)]
pub struct Leaving {
    /// As it may be set in print.
    pub sheet: Sheet,
    kept: Kept,
}

/// A report for a document of the office.
///
/// # Errors
/// As [`sheet`].
pub fn leaving(tx: &mut Tx, ctx: &Ctx, id: SummaryId) -> Result<Leaving> {
    let kept = find(tx, ctx, id)?;
    Ok(Leaving { sheet: of_kept(tx, &kept)?, kept })
}

impl Leaving {
    /// The key of its template.
    pub fn template(&self) -> &str {
        &self.kept.template
    }

    /// Fills it into `document`.
    ///
    /// # Errors
    /// As [`into_house`], and where the numbers of its snapshot were not kept.
    pub fn into_house(&self, document: &[u8]) -> Result<Vec<u8>> {
        let ledger = self.kept.ledger()?;
        let claims = self.kept.seals.claims(&ledger);
        let vouched = Vouched { text: &self.kept.text, ledger: &ledger, claims: &claims };
        Ok(into_house(document, &self.sheet, vouched)?.bytes)
    }
}
