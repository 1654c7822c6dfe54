//! The sheet of 令第121号 第三十五条: whether the same reporter reported the same operator before. It compares blind marks
//! over the whole bureau and tells counts and numbers, never who; evidence, never a decision.

use db::{Row, Tx, params};
use jiff::ToSpan;
use kernel::MatterId;
use matters::Matter;
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

/// What was found for the report `matter`.
///
/// # Errors
/// A fault of the database.
pub fn sheet(tx: &mut Tx, matter: &Matter) -> Result<Evidence> {
    let (mut same_reporter, mut same_trader) = (Vec::new(), Vec::new());
    for row in tx.query(&SAME_REPORTER, &params![matter.id])? {
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
    pub fn lines(&self) -> Vec<(&'static str, i64, String)> {
        let some = |list: &[String]| list.iter().take(5).cloned().collect::<Vec<_>>().join("、");
        let count = |list: &[String]| i64::try_from(list.len()).unwrap_or(i64::MAX);
        let lines = [
            ("同一举报人的其他举报", count(&self.same_reporter), some(&self.same_reporter)),
            ("同一举报人对同一被举报人", count(&self.same_trader), some(&self.same_trader)),
            ("内容相同的其他举报", count(&self.same_text), some(&self.same_text)),
            ("近一年对同一被举报人的其他举报", self.about_trader, String::new()),
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
pub(crate) fn number_of(tx: &mut Tx, ctx: &kernel::Ctx, id: MatterId) -> Result<String> {
    match matters::by_id(tx, ctx, id) {
        Ok(found) => Ok(found.number),
        Err(web::Problem::NotFound) => Ok(String::new()),
        Err(other) => Err(other),
    }
}
