//! The folding: matters that are due are counted again, and the cells are moved by the difference, some matters at a time.

use std::sync::LazyLock;

use db::{Sql, Tx, params};
use kernel::MatterId;
use web::Result;

use super::plan::{COUNTS, EDITION, SAME, lanes, lasting, levels, shares, spread};
use crate::fingerprint::Fingerprint;

/// Matters of one turn: the only writer of SQLite must not be held for long. Statements say it again (`LIMIT 64`), because PostgreSQL
/// takes a table that is filled and emptied for large, and would read everything else from end to end.
const HAND: i64 = 64;

db::sql! {
    // Of several programs one folds at a time: the others wait for this row.
    TURN = "INSERT INTO figure_state (id, edition, making, turn) VALUES (1, '', '', 1) \
            ON CONFLICT (id) DO UPDATE SET turn = figure_state.turn + 1 RETURNING edition, making, reached, turn";
    BEGIN = "UPDATE figure_state SET edition = '', making = $1, reached = NULL WHERE id = 1";
    ANEW = "UPDATE figure_state SET edition = '', making = '', reached = NULL WHERE id = 1";
    REACH = "UPDATE figure_state SET reached = $1 WHERE id = 1";
    WHOLE = "UPDATE figure_state SET edition = making, reached = NULL WHERE id = 1";
    NEXT = "INSERT INTO figure_hand (matter_id) SELECT id FROM matter WHERE id > $1 ORDER BY id LIMIT $2 ON CONFLICT (matter_id) DO NOTHING";
    FIRST = "INSERT INTO figure_hand (matter_id) SELECT id FROM matter WHERE TRUE ORDER BY id LIMIT $1 ON CONFLICT (matter_id) DO NOTHING";
    LAST = "SELECT matter_id FROM figure_hand ORDER BY matter_id DESC LIMIT 1";
    TAKE = "INSERT INTO figure_hand (matter_id) SELECT DISTINCT matter_id FROM figure_due WHERE TRUE ORDER BY matter_id LIMIT $1 ON CONFLICT (matter_id) DO NOTHING";
    // Before the matters are read: whoever changes one after this makes it due again.
    UNDUE = "DELETE FROM figure_due WHERE matter_id IN (SELECT matter_id FROM figure_hand LIMIT 64)";
    READ = "SELECT m.id, m.number, m.closed_on, m.recovered FROM (SELECT matter_id FROM figure_hand LIMIT 64) h JOIN matter m ON m.id = h.matter_id";
    PRINT = "INSERT INTO figure_print (matter_id, print1, print2, print3, print4) VALUES ($1, $2, $3, $4, $5)";
    OLD = "DELETE FROM figure_share WHERE matter_id IN (SELECT matter_id FROM figure_hand LIMIT 64) AND turn <> $1";
    EMPTY = "DELETE FROM figure_cell WHERE n = 0 AND amount = 0";
    PUT_DOWN = "DELETE FROM figure_hand";
    NO_PRINTS = "DELETE FROM figure_print";
    NO_CELLS = "DELETE FROM figure_cell WHERE (cut, level, span) IN (SELECT cut, level, span FROM figure_cell LIMIT 50)";
    NO_SHARES = "DELETE FROM figure_share WHERE matter_id IN (SELECT matter_id FROM figure_share LIMIT 2000)";
    ANY = "SELECT 1 AS one FROM figure_due LIMIT 1";
    MADE = "SELECT edition FROM figure_state WHERE id = 1";
}

/// Counts the matters at hand.
static COUNT: LazyLock<Sql> = LazyLock::new(|| Sql {
    name: "insight::kept::fold::COUNT",
    text: lasting(format!(
        "INSERT INTO figure_share (matter_id, {SAME}, n, amount, turn{}) \
         WITH s AS (SELECT matter_id FROM figure_print LIMIT 64) SELECT c.*{} FROM ({} WHERE {COUNTS} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10) c \
         JOIN (SELECT matter_id{} FROM figure_print LIMIT 64) p ON p.matter_id = c.matter_id",
        lanes(str::to_owned),
        lanes(|lane| format!("p.{lane} * c.n")),
        shares("t.matter_id AS matter_id, ", ", CAST($1 AS BIGINT) AS turn", ""),
        lanes(str::to_owned)
    )),
});

/// Moves the cells by what changed.
static MOVE: LazyLock<Sql> = LazyLock::new(|| Sql {
    name: "insight::kept::fold::MOVE",
    text: lasting(format!(
        "INSERT INTO figure_cell (cut, level, span, unit_id, walk, key, mask, n, amount{}) \
         SELECT x.cut, l.level, x.day / l.width, x.unit_id, x.walk, x.key, x.mask, CAST(SUM(x.n) AS BIGINT), CAST(SUM(x.amount) AS BIGINT){} \
         FROM ({}) x CROSS JOIN {} WHERE TRUE GROUP BY x.cut, l.level, x.day / l.width, x.unit_id, x.walk, x.key, x.mask \
         HAVING SUM(x.n) <> 0 OR SUM(x.amount) <> 0 OR SUM(x.print1) <> 0 OR SUM(x.print2) <> 0 OR SUM(x.print3) <> 0 OR SUM(x.print4) <> 0 \
         ON CONFLICT (cut, level, span, unit_id, walk, key, mask) \
         DO UPDATE SET n = figure_cell.n + excluded.n, amount = figure_cell.amount + excluded.amount{}",
        lanes(str::to_owned),
        lanes(|lane| format!("CAST(SUM(x.{lane}) AS BIGINT)")),
        spread(
            |column| format!("CASE WHEN h.turn = $1 THEN h.{column} ELSE -h.{column} END"),
            "h.matter_id IN (SELECT matter_id FROM figure_hand LIMIT 64)"
        ),
        levels(),
        lanes(|lane| format!("{lane} = figure_cell.{lane} + excluded.{lane}"))
    )),
});

pub(super) fn statements() -> Vec<Sql> {
    [STATEMENTS, &[*COUNT, *MOVE]].concat()
}

/// Whether there is something to fold.
///
/// # Errors
/// A fault of the database.
pub fn is_waiting(tx: &mut Tx) -> Result<bool> {
    let made: Option<String> = tx.one(&MADE, &[])?.map(|row| row.get("edition")).transpose()?;
    Ok(made.as_deref() != Some(EDITION.as_str()) || tx.one(&ANY, &[])?.is_some())
}

/// One turn: some matters are counted again. `true` while a whole turn more may wait. While the cells are made for new definitions, matter
/// by matter, figures are counted by walking.
///
/// # Errors
/// A fault of the database.
pub fn fold(tx: &mut Tx) -> Result<bool> {
    let row = tx.one(&TURN, &[])?.ok_or(web::Problem::NotFound)?;
    let (edition, making, turn): (String, String, i64) =
        (row.get("edition")?, row.get("making")?, row.get("turn")?);
    if edition == *EDITION {
        let taken = tx.execute(&TAKE, &params![HAND])?;
        if taken > 0 {
            count(tx, turn)?;
        }
        // What is left is little, and is better counted when more has happened to it.
        return Ok(taken == HAND.unsigned_abs());
    }
    if making == *EDITION {
        next(tx, row.get("reached")?, turn)?;
    } else if making == clearing() {
        // What was counted by other definitions goes first, a stretch at a time.
        if tx.execute(&NO_CELLS, &[])? + tx.execute(&NO_SHARES, &[])? == 0 {
            tx.execute(&BEGIN, &params![*EDITION])?;
        }
    } else {
        tx.execute(&BEGIN, &params![clearing()])?;
    }
    Ok(true)
}

/// What is being made before the cells are: room.
fn clearing() -> String {
    format!("clear {}", *EDITION)
}

/// Counts the next matters of all; the cells are whole when there are none.
fn next(tx: &mut Tx, reached: Option<MatterId>, turn: i64) -> Result<()> {
    match reached {
        Some(after) => tx.execute(&NEXT, &params![after, HAND])?,
        None => tx.execute(&FIRST, &params![HAND])?,
    };
    match tx.one(&LAST, &[])? {
        Some(last) => {
            let last: MatterId = last.get("matter_id")?;
            tx.execute(&REACH, &params![last])?;
            count(tx, turn)
        }
        None => Ok(tx.execute(&WHOLE, &[]).map(|_| ())?),
    }
}

/// Counts what is at hand, and puts it down.
fn count(tx: &mut Tx, turn: i64) -> Result<()> {
    tx.execute(&UNDUE, &[])?;
    for row in tx.query(&READ, &[])? {
        let [a, b, c, d] = Fingerprint::of_matter(&row)?.0;
        tx.put(&PRINT, &params![row.get::<MatterId>("id")?, a, b, c, d])?;
    }
    tx.execute(&*COUNT, &params![turn])?;
    tx.execute(&*MOVE, &params![turn])?;
    tx.execute(&OLD, &params![turn])?;
    tx.execute(&EMPTY, &[])?;
    tx.execute(&PUT_DOWN, &[])?;
    tx.execute(&NO_PRINTS, &[])?;
    Ok(())
}

/// Has everything counted anew: the way back from a difference that nobody can explain.
///
/// # Errors
/// A fault of the database.
pub fn begin_anew(tx: &mut Tx) -> Result<()> {
    tx.one(&TURN, &[])?;
    tx.execute(&ANEW, &[])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were a hand larger than what they say, matters would be left out of the counts without a word.
    #[test]
    fn statements_that_read_the_hand_say_its_size() {
        for (table, statement) in [
            ("figure_hand", UNDUE),
            ("figure_hand", OLD),
            ("figure_hand", READ),
            ("figure_hand", *MOVE),
            ("figure_print", *COUNT),
        ] {
            let said = format!("FROM {table} LIMIT {HAND})");
            let reads = statement.text.matches(&format!("FROM {table}")).count();
            assert_eq!(reads, statement.text.matches(&said).count(), "{}", statement.name);
            assert!(statement.text.contains(&said), "{}", statement.name);
        }
    }
}
