//! The folding: matters that are due are counted again, and the cells are moved by the difference, some matters at a time.

use db::{Sql, Tx, params};
use kernel::MatterId;
use web::Result;

use super::{
    hand::{self, Hand, LARGE, SMALL},
    plan::EDITION,
    read::PATIENCE,
};
use crate::fingerprint::Fingerprint;

/// A turn of so many that counts also looks for cells of which nothing is left. They add nothing; only their room is wanted back.
const SWEEP: i64 = 1_024;

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
    PRINT = "INSERT INTO figure_print (matter_id, print1, print2, print3, print4) VALUES ($1, $2, $3, $4, $5)";
    EMPTY = "DELETE FROM figure_cell WHERE n = 0 AND amount = 0";
    PUT_DOWN = "DELETE FROM figure_hand";
    NO_PRINTS = "DELETE FROM figure_print";
    NO_CELLS = "DELETE FROM figure_cell WHERE (cut, level, span) IN (SELECT cut, level, span FROM figure_cell LIMIT 50)";
    NO_SHARES = "DELETE FROM figure_share WHERE matter_id IN (SELECT matter_id FROM figure_share LIMIT 2000)";
    ANY = "SELECT 1 AS one FROM figure_due LIMIT 1";
    MANY = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM figure_due LIMIT $1) d";
    MADE = "SELECT edition FROM figure_state WHERE id = 1";
}

pub(super) fn statements() -> Vec<Sql> {
    [STATEMENTS.to_vec(), hand::statements()].concat()
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
        // Where figures walk, until there are fewer changes, larger hands are taken.
        let hand =
            if tx.scalar::<i64>(&MANY, &params![PATIENCE + 1])? > PATIENCE { &*LARGE } else { &*SMALL };
        let taken = tx.execute(&TAKE, &params![hand.size])?;
        if taken > 0 {
            count(tx, hand, turn)?;
        }
        // What is left is little, and is better counted when more has happened to it.
        return Ok(taken == hand.size.unsigned_abs());
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
    let hand = &*LARGE;
    match reached {
        Some(after) => tx.execute(&NEXT, &params![after, hand.size])?,
        None => tx.execute(&FIRST, &params![hand.size])?,
    };
    match tx.one(&LAST, &[])? {
        Some(last) => {
            let last: MatterId = last.get("matter_id")?;
            tx.execute(&REACH, &params![last])?;
            count(tx, hand, turn)
        }
        None => Ok(tx.execute(&WHOLE, &[]).map(|_| ())?),
    }
}

/// Counts what is at hand, and puts it down.
fn count(tx: &mut Tx, hand: &Hand, turn: i64) -> Result<()> {
    tx.execute(&hand.undue, &[])?;
    for row in tx.query(&hand.read, &[])? {
        let [a, b, c, d] = Fingerprint::of_matter(&row)?.0;
        tx.put(&PRINT, &params![row.get::<MatterId>("id")?, a, b, c, d])?;
    }
    tx.execute(&hand.count, &params![turn])?;
    tx.execute(&hand.move_cells, &params![turn])?;
    tx.execute(&hand.old, &params![turn])?;
    if turn % SWEEP == 0 {
        tx.execute(&EMPTY, &[])?;
    }
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
