//! The statements of a turn of the folding, for a hand of so many matters.

use std::sync::LazyLock;

use db::Sql;

use super::plan::{COUNTS, SAME, lanes, lasting, levels, printed_shares, span, spread};

/// How many matters a turn takes, and the statements that say so: `LIMIT`, because PostgreSQL takes a table that is filled and emptied
/// for large, and would read everything else from end to end.
pub(super) struct Hand {
    /// Matters of a turn.
    pub(super) size: i64,
    /// Before the matters are read: whoever changes one after this makes it due again.
    pub(super) undue: Sql,
    /// What fingerprints are taken from.
    pub(super) read: Sql,
    /// Counts the matters at hand.
    pub(super) count: Sql,
    /// Moves the cells by what changed.
    pub(super) move_cells: Sql,
    /// Drops what they were counted as before.
    pub(super) old: Sql,
}

/// What changes in the day: the only writer of SQLite must not be held for long.
pub(super) static SMALL: LazyLock<Hand> = LazyLock::new(|| Hand::of(64));
/// When everything is counted, or a long import: cells that many matters share are moved once for all of them.
pub(super) static LARGE: LazyLock<Hand> = LazyLock::new(|| Hand::of(512));

impl Hand {
    fn of(size: i64) -> Self {
        let sql = |what: &str, text: String| Sql {
            name: lasting(format!("insight::kept::hand::{what}_{size}")),
            text: lasting(text),
        };
        let hand = format!("(SELECT matter_id FROM figure_hand LIMIT {size})");
        Self {
            size,
            undue: sql("UNDUE", format!("DELETE FROM figure_due WHERE matter_id IN {hand}")),
            read: sql(
                "READ",
                format!(
                    "SELECT m.id, m.number, m.closed_on, m.recovered FROM {hand} h JOIN matter m ON m.id = h.matter_id"
                ),
            ),
            count: sql("COUNT", count(size)),
            move_cells: sql("MOVE", move_cells(&hand)),
            old: sql("OLD", format!("DELETE FROM figure_share WHERE matter_id IN {hand} AND turn <> $1")),
        }
    }

    fn statements(&self) -> [Sql; 5] {
        [self.undue, self.read, self.count, self.move_cells, self.old]
    }
}

pub(super) fn statements() -> Vec<Sql> {
    [SMALL.statements(), LARGE.statements()].concat()
}

fn count(size: i64) -> String {
    format!(
        "INSERT INTO figure_share (matter_id, {SAME}, n, amount, turn{0}) WITH s AS (SELECT matter_id{0} FROM figure_print LIMIT {size}) \
         {1} WHERE {COUNTS} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10",
        lanes(str::to_owned),
        printed_shares(", CAST($1 AS BIGINT) AS turn")
    )
}

fn move_cells(hand: &str) -> String {
    format!(
        "INSERT INTO figure_cell (cut, level, span, unit_id, walk, key, mask, n, amount{}) \
         SELECT x.cut, l.level, {} AS span, x.unit_id, x.walk, x.key, x.mask, CAST(SUM(x.n) AS BIGINT), CAST(SUM(x.amount) AS BIGINT){} \
         FROM ({}) x CROSS JOIN {} WHERE TRUE GROUP BY 1, 2, 3, 4, 5, 6, 7 \
         HAVING SUM(x.n) <> 0 OR SUM(x.amount) <> 0 OR SUM(x.print1) <> 0 OR SUM(x.print2) <> 0 OR SUM(x.print3) <> 0 OR SUM(x.print4) <> 0 \
         ON CONFLICT (cut, level, span, unit_id, walk, key, mask) \
         DO UPDATE SET n = figure_cell.n + excluded.n, amount = figure_cell.amount + excluded.amount{}",
        lanes(str::to_owned),
        span("x.day"),
        lanes(|lane| format!("CAST(SUM(x.{lane}) AS BIGINT)")),
        spread(
            |column| format!("CASE WHEN h.turn = $1 THEN h.{column} ELSE -h.{column} END"),
            &format!("h.matter_id IN {hand}")
        ),
        levels(),
        lanes(|lane| format!("{lane} = figure_cell.{lane} + excluded.{lane}"))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were a hand larger than what they say, matters would be left out of the counts without a word.
    #[test]
    fn statements_that_read_the_hand_say_its_size() {
        for hand in [&*SMALL, &*LARGE] {
            for statement in hand.statements() {
                let table =
                    if statement.text.contains("figure_print") { "figure_print" } else { "figure_hand" };
                let said = format!("FROM {table} LIMIT {})", hand.size);
                let reads = statement.text.matches(&format!("FROM {table}")).count();
                assert_eq!(reads, statement.text.matches(&said).count(), "{}", statement.name);
                assert!(statement.text.contains(&said), "{}", statement.name);
            }
        }
    }
}
