//! Whether what is stored of the clocks is what the law says (`xiaobao check`).

use db::Tx;
use kernel::{Ctx, MatterId};
use web::Result;

use super::Clock;
use crate::matter;

db::sql! {
    RUNNING = "SELECT DISTINCT matter_id FROM clock WHERE stopped_on IS NULL";
    LEFT_OVER = "SELECT m.number, m.next_alarm FROM matter m WHERE m.next_alarm IS NOT NULL AND NOT EXISTS ( \
                 SELECT 1 FROM clock c WHERE c.matter_id = m.id AND c.stopped_on IS NULL) ORDER BY m.number";
}

/// Recomputes every running clock and tells what is stored otherwise: end and alarm of the clock, the earliest alarm of
/// the matter, an alarm left over where no clock runs. One line a difference, beginning with the matter's number.
///
/// # Errors
/// A fault of the database.
pub fn differences(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<String>> {
    let ids: Vec<MatterId> =
        tx.query(&RUNNING, &[])?.iter().map(|row| row.get("matter_id")).collect::<Result<_, db::Error>>()?;
    let mut different = Vec::new();
    for id in ids {
        let found = matter::by_id(tx, ctx, id)?;
        let clocks = super::of(tx, &found, found.received_on)?;
        let running: Vec<&Clock> = clocks.iter().filter(|clock| clock.runs()).collect();
        for clock in &running {
            let law = (clock.explanation.due, clock.alarm());
            if clock.stored != law {
                let ((due, alarm), title) = (clock.stored, &clock.title);
                different.push(format!(
                    "{}（{title}存为 {due}、预警 {alarm}，应为 {}、{}）",
                    found.number, law.0, law.1
                ));
            }
        }
        let earliest = running.iter().filter(|clock| !clock.paused).map(|clock| clock.alarm()).min();
        if earliest != found.next_alarm {
            let words = |day: Option<jiff::civil::Date>| day.map_or("无".to_owned(), |day| day.to_string());
            different.push(format!(
                "{}（列表预警存为 {}，应为 {}）",
                found.number,
                words(found.next_alarm),
                words(earliest)
            ));
        }
    }
    for row in tx.query(&LEFT_OVER, &[])? {
        let (number, alarm): (String, String) = (row.get("number")?, row.get("next_alarm")?);
        different.push(format!("{number}（列表预警存为 {alarm}，应为无）"));
    }
    Ok(different)
}
