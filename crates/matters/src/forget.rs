//! Striking the people of a matter out of what officers and people wrote about it (R33; 个人信息保护法 第四十七条). Each
//! crate strikes its own tables; this is what they share, and what the spine itself keeps beside its parties.

use db::{Sql, Tx, Value, params};
use kernel::{Ctx, Field, MatterId, mask};
use web::Result;

use crate::talk;

/// The texts of a table that may speak of people: how they are read (`$1` the matter, the key as `id`), how they are written
/// back (`$1` the key, `$2…` the texts), and their columns in that order.
pub type Texts = (&'static Sql, &'static Sql, &'static [&'static str]);

db::sql! {
    TALKS = "SELECT id FROM talk WHERE matter_id = $1";
    TALK = "UPDATE talk SET text = $2 WHERE id = $1";
    RECEIPT = "DELETE FROM receipt WHERE matter_id = $1";
    FILES = "SELECT id, name, remove_reason FROM attachment WHERE matter_id = $1";
    FILE = "UPDATE attachment SET name = $2, remove_reason = $3 WHERE id = $1";
    CLOCKS = "SELECT id, words FROM clock WHERE matter_id = $1 AND words IS NOT NULL";
    CLOCK = "UPDATE clock SET words = $2 WHERE id = $1";
    PAUSES = "SELECT p.id, p.reason, p.paper FROM clock_pause p JOIN clock c ON c.id = p.clock_id WHERE c.matter_id = $1";
    PAUSE = "UPDATE clock_pause SET reason = $2, paper = $3 WHERE id = $1";
    VOIDS = "SELECT number AS id, reason FROM void_number WHERE matter_id = $1";
    VOID = "UPDATE void_number SET reason = $2 WHERE number = $1";
    RECUSALS = "SELECT id, reason, asked_by FROM recusal WHERE matter_id = $1";
    RECUSAL = "UPDATE recusal SET reason = $2, asked_by = $3 WHERE id = $1";
    MERGES = "SELECT id, why, reason, undo_reason FROM matter_merge WHERE merged_id = $1 OR leader_id = $1";
    MERGE = "UPDATE matter_merge SET why = $2, reason = $3, undo_reason = $4 WHERE id = $1";
    ADVICE = "SELECT id, answers, evidence FROM jurisdiction_advice WHERE matter_id = $1";
    ADVISED = "UPDATE jurisdiction_advice SET answers = $2, evidence = $3 WHERE id = $1";
    DISPUTES = "SELECT id, reason, answer, ruling FROM jurisdiction_dispute WHERE matter_id = $1";
    DISPUTE = "UPDATE jurisdiction_dispute SET reason = $2, answer = $3, ruling = $4 WHERE id = $1";
    REMINDERS = "SELECT id, words FROM reminder WHERE matter_id = $1";
    REMINDER = "UPDATE reminder SET words = $2 WHERE id = $1";
    HANDOVERS = "SELECT id, ended FROM handover WHERE matter_id = $1";
    HANDOVER = "UPDATE handover SET ended = $2 WHERE id = $1";
}

const OWN: &[Texts] = &[
    (&FILES, &FILE, &["name", "remove_reason"]),
    (&CLOCKS, &CLOCK, &["words"]),
    (&PAUSES, &PAUSE, &["reason", "paper"]),
    (&VOIDS, &VOID, &["reason"]),
    (&RECUSALS, &RECUSAL, &["reason", "asked_by"]),
    (&MERGES, &MERGE, &["why", "reason", "undo_reason"]),
    (&ADVICE, &ADVISED, &["answers", "evidence"]),
    (&DISPUTES, &DISPUTE, &["reason", "answer", "ruling"]),
    (&REMINDERS, &REMINDER, &["words"]),
    (&HANDOVERS, &HANDOVER, &["ended"]),
];

/// Strikes `values` out of `texts` of a matter; how many were struck out.
///
/// # Errors
/// A fault of the database.
pub fn strike_texts(tx: &mut Tx, matter: MatterId, values: &[String], texts: &[Texts]) -> Result<i64> {
    let mut count = 0;
    for (read, write, columns) in texts {
        for row in tx.query(*read, &params![matter])? {
            let mut found = 0;
            let mut back = vec![row.get::<Value>("id")?];
            for column in *columns {
                let text: Option<String> = row.get(column)?;
                let struck = text.as_deref().and_then(|text| mask::strike(text, values));
                found += struck.as_ref().map_or(0, |(_, count)| *count);
                back.extend(params![struck.map(|(text, _)| text).or(text)]);
            }
            if found > 0 {
                tx.execute(*write, &back)?;
                count += found;
            }
        }
    }
    Ok(count)
}

/// What the spine keeps beside the parties: the talk goes whole, for people write about themselves in their own words; the
/// receipt goes, so that its code opens nothing any more.
pub(crate) fn strike(tx: &mut Tx, ctx: &Ctx, matter: MatterId, values: &[String]) -> Result<i64> {
    let mut count = strike_texts(tx, matter, values, OWN)?;
    for row in tx.query(&TALKS, &params![matter])? {
        let id: talk::TalkId = row.get("id")?;
        let field = Field { table: "talk", column: "text" };
        let empty = ctx.keyring().seal(field, id.uuid(), mask::FORGOTTEN, ctx.entropy());
        tx.execute(&TALK, &params![id, empty])?;
        count += 1;
    }
    count += i64::try_from(tx.execute(&RECEIPT, &params![matter])?).unwrap_or_default();
    Ok(count)
}
