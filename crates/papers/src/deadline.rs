//! By when a paper must be told: the clock of its matter that ends with its notice, so that paper and clock never say two days.

use db::Tx;
use jiff::civil::Date;
use kernel::Ctx;
use law::Law;
use matters::{Matter, clocks};
use web::Result;

/// The clock that a notice of `kind` ends; none for notices without a day of their own.
fn ends(kind: &str, key: &str) -> bool {
    match kind {
        "accepted" | "refused" => key == "accept",
        "terminated" => key == "term_notice",
        "filed" | "not_filed" | "result" => {
            let tags = &Law::in_use().reports.tags;
            key == "filing_notice" || tags.iter().any(|tag| tag.clock.as_deref() == Some(key))
        }
        _ => false,
    }
}

/// The last day on which a notice of `kind` can be given in time, the day to be safe by, and the article: of the running clock
/// that ends first.
///
/// # Errors
/// A fault of the database.
pub(crate) fn of(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    kind: &str,
) -> Result<Option<(Date, Date, String)>> {
    let clocks = clocks::of(tx, matter, ctx.today())?;
    let running = clocks.into_iter().filter(|clock| clock.runs() && ends(kind, &clock.key));
    let first = running.min_by_key(clocks::Clock::alarm);
    Ok(first.map(|clock| (clock.explanation.due, clock.alarm(), clock.explanation.article)))
}

/// The same in words, for the page of a paper.
pub(crate) fn words((due, alarm, article): &(Date, Date, String)) -> String {
    let safe = if alarm == due { String::new() } else { format!("，为稳妥请在 {alarm} 以前") };
    format!("{due}（{article}）{safe}")
}
