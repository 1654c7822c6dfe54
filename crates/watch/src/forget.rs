//! What alarms forget when the time has come: a name that somebody wrote beside one, or that stands as a trader's.

use db::{Tx, Value, params};
use kernel::{Ctx, MatterId, mask};
use web::Result;

db::sql! {
    ALARMS = "SELECT id, stream, evidence, words FROM alarm WHERE id IN (SELECT alarm_id FROM alarm_row WHERE matter_id = $1) \
              OR id IN (SELECT alarm_id FROM alarm_matter WHERE matter_id = $1)";
    ALARM = "UPDATE alarm SET stream = $2, evidence = $3, words = $4 WHERE id = $1";
}

/// Strikes `values` out of what is kept of a matter's alarms; how many were struck out, and no words to be found by.
///
/// # Errors
/// A fault of the database.
pub fn strike(tx: &mut Tx, _: &Ctx, matter: MatterId, values: &[String]) -> Result<(i64, String)> {
    let mut count = 0;
    for row in tx.query(&ALARMS, &params![matter])? {
        let mut found = 0;
        let mut struck = |column: &'static str| {
            let text: String = row.get(column)?;
            let (text, times) = mask::strike(&text, values).unwrap_or((text, 0));
            found += times;
            Ok::<_, db::Error>(text)
        };
        let (stream, evidence, words) = (struck("stream")?, struck("evidence")?, struck("words")?);
        if found > 0 {
            tx.execute(&ALARM, &params![row.get::<Value>("id")?, stream, evidence, words])?;
            count += found;
        }
    }
    Ok((count, String::new()))
}
