//! What files in and out forget when the time has come. The files themselves go after days (`sweep`); what is told of their
//! rows, and what was asked for, stays longer and goes here.

use db::{Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, MatterId};
use web::Result;

db::sql! {
    LINES = "SELECT l.file_id AS id, l.words, l.line, l.matter FROM import_line l JOIN matter m ON l.matter = m.number \
             OR l.matter LIKE m.number || '|%' OR l.matter LIKE '%|' || m.number WHERE m.id = $1";
    LINE = "UPDATE import_line SET words = $3 WHERE file_id = $1 AND line = $2";
    LINES_BEFORE = "SELECT COUNT(*) FROM import_line WHERE file_id IN (SELECT id FROM import_file WHERE uploaded_at < $1 AND claimed_until IS NULL)";
    FORGET_LINES = "DELETE FROM import_line WHERE file_id IN (SELECT id FROM import_file WHERE uploaded_at < $1 AND claimed_until IS NULL)";
    EXPORTS_BEFORE = "SELECT COUNT(*) FROM export WHERE asked_at < $1 AND state IN ('failed', 'gone') \
                      AND NOT EXISTS (SELECT 1 FROM feedback f WHERE f.export_id = export.id)";
    FORGET_EXPORTS = "DELETE FROM export WHERE asked_at < $1 AND state IN ('failed', 'gone') \
                      AND NOT EXISTS (SELECT 1 FROM feedback f WHERE f.export_id = export.id)";
}

/// Strikes `values` out of what imports say of a matter's rows; how many were struck out, and no words to be found by.
///
/// # Errors
/// A fault of the database.
pub fn strike(tx: &mut Tx, _: &Ctx, matter: MatterId, values: &[String]) -> Result<(i64, String)> {
    let mut count = 0;
    for row in tx.query(&LINES, &params![matter])? {
        if let Some((words, found)) = kernel::mask::strike(&row.get::<String>("words")?, values) {
            let (file, line): (crate::inbox::InboxId, i64) = (row.get("id")?, row.get("line")?);
            tx.execute(&LINE, &params![file, line, words])?;
            count += found;
        }
    }
    Ok((count, String::new()))
}

/// How many lines of imports and requests of exports are older than `before`.
///
/// # Errors
/// A fault of the database.
pub fn before(tx: &mut Tx, before: Timestamp) -> Result<i64> {
    let lines: i64 = tx.scalar(&LINES_BEFORE, &params![before])?;
    Ok(lines + tx.scalar::<i64>(&EXPORTS_BEFORE, &params![before])?)
}

/// Deletes the lines of imports and the requests of exports older than `before`. What was given back to another system stays
/// with the export that did so; the journal keeps who exported what.
///
/// # Errors
/// A fault of the database.
pub fn forget(tx: &mut Tx, before: Timestamp) -> Result<i64> {
    let lines = tx.execute(&FORGET_LINES, &params![before])?;
    let exports = tx.execute(&FORGET_EXPORTS, &params![before])?;
    Ok(i64::try_from(lines + exports).unwrap_or(i64::MAX))
}
