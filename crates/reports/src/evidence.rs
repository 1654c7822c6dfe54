//! The sheet of 令第121号 第三十五条: whether the same reporter reported the same operator before. It compares blind marks
//! over the whole bureau and tells counts and numbers, never who; evidence, never a decision.

use db::{Row, Tx, params};
use jiff::ToSpan;
use kernel::{Ctx, MatterId};
use matters::{Finding, Matter, parties};
use serde::Serialize;
use web::Result;

/// What was found about a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Other reports of the same reporter.
    pub same_reporter: Vec<String>,
    /// Of them, those about the same trader.
    pub same_trader: Vec<String>,
    /// Other reports with the same text.
    pub same_text: Vec<String>,
    /// Other reports about the same trader in the year before, whoever made them.
    pub about_trader: i64,
}

db::sql! {
    SAME_REPORTER = "SELECT m.number, m.trader_id FROM party q JOIN party p ON p.phone_mark = q.phone_mark JOIN matter m ON m.id = p.matter_id \
                     WHERE q.matter_id = $1 AND m.id <> $1 AND m.kind = 'report' \
                     UNION SELECT m.number, m.trader_id FROM party q JOIN party p ON p.name_mark = q.name_mark AND p.address_mark = q.address_mark \
                     JOIN matter m ON m.id = p.matter_id WHERE q.matter_id = $1 AND m.id <> $1 AND m.kind = 'report' ORDER BY 1";
    SAME_TEXT = "SELECT m.number FROM contact c JOIN matter m ON m.id = c.matter_id WHERE c.text_mark = ( \
                 SELECT d.text_mark FROM contact d WHERE d.matter_id = $1) AND m.id <> $1 AND m.kind = 'report' ORDER BY m.number";
    ABOUT = "SELECT COUNT(*) FROM matter WHERE trader_id = $1 AND id <> $2 AND kind = 'report' AND received_on >= $3 AND received_on <= $4";
}

/// What was found for the report `matter`, as far as the actor may know it: who registers a report could otherwise ask which
/// reports a telephone or a name made (第三十七条), so what goes by the reporter is for those who may open him.
///
/// # Errors
/// A fault of the database.
pub fn sheet(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Evidence> {
    let (mut same_reporter, mut same_trader) = (Vec::new(), Vec::new());
    let known = parties::may_open_reporter(ctx, matter);
    for row in if known { tx.query(&SAME_REPORTER, &params![matter.id])? } else { Vec::new() } {
        let number: String = row.get("number")?;
        if matter.trader.is_some() && row.get::<Option<kernel::TraderId>>("trader_id")? == matter.trader {
            same_trader.push(number.clone());
        }
        same_reporter.push(number);
    }
    let same_text = numbers(&tx.query(&SAME_TEXT, &params![matter.id])?)?;
    let about_trader = match matter.trader {
        Some(trader) => {
            let since = matter.received_on.saturating_sub(1.year());
            tx.scalar(&ABOUT, &params![trader, matter.id, since, matter.received_on])?
        }
        None => 0,
    };
    Ok(Evidence { same_reporter, same_trader, same_text, about_trader })
}

fn numbers(rows: &[Row]) -> Result<Vec<String>, db::Error> {
    rows.iter().map(|row| row.get("number")).collect()
}

impl Evidence {
    /// The findings as lines: what, how many, which reports.
    pub fn lines(&self) -> Vec<Finding> {
        let about = usize::try_from(self.about_trader).unwrap_or(0);
        let lines = [
            ("同一举报人的其他举报", self.same_reporter.len(), self.same_reporter.clone()),
            ("同一举报人对同一被举报人", self.same_trader.len(), self.same_trader.clone()),
            ("内容相同的其他举报", self.same_text.len(), self.same_text.clone()),
            ("近一年对同一被举报人的其他举报", about, Vec::new()),
        ];
        lines.into_iter().filter(|(_, count, _)| *count > 0).collect()
    }

    /// Whether the system found `number` to be of the same reporter about the same trader.
    pub fn proves(&self, number: &str) -> bool {
        self.same_trader.iter().any(|known| known == number)
    }
}

/// The matter `id`'s number, for links on the page; empty when it is out of reach.
///
/// # Errors
/// A fault of the database.
pub(crate) fn number_of(tx: &mut Tx, ctx: &Ctx, id: MatterId) -> Result<String> {
    match matters::by_id(tx, ctx, id) {
        Ok(found) => Ok(found.number),
        Err(web::Problem::NotFound) => Ok(String::new()),
        Err(other) => Err(other),
    }
}
