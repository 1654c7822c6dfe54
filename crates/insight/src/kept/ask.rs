//! How what is kept is asked for.

use std::sync::LazyLock;

use super::{
    days::LEVELS,
    plan::{lanes, lasting, shares},
};

/// Ranges of a period's cells: two edges of each level but the last, which has one range.
pub(super) const RANGES: usize = LEVELS.len() * 2 - 1;

macro_rules! bounded {
    ($what:literal, $from:literal) => {
        concat!("(SELECT COUNT(*) FROM (SELECT 1 AS one FROM ", $from, " LIMIT 1001) ", $what, ")")
    };
}
macro_rules! state {
    ($count:expr) => {
        concat!(
            "SELECT COALESCE((SELECT edition FROM figure_state WHERE id = 1), '') AS edition, ",
            $count,
            " AS n"
        )
    };
}
macro_rules! due {
    ($more:literal) => {
        concat!("WITH s AS (SELECT DISTINCT matter_id FROM figure_due", $more, ") ")
    };
}

/// The edition of what is kept, and how much must be looked at beside it: matters of the officer's own beyond his or her subtree, and those kept from him or her: not to be had by unit.
pub(super) const OWN: &str = state!(concat!(
    bounded!("d", "figure_due"),
    " + ",
    bounded!("o", "matter WHERE officer_id = ? AND (unit_path < ? OR unit_path >= ?)"),
    " + ",
    bounded!("r", "recusal WHERE officer_id = ? AND granted = TRUE")
));
pub(super) const ALL: &str = state!(bounded!("d", "figure_due"));
const DUE_OWN: &str = due!(
    " UNION SELECT id FROM matter WHERE officer_id = ? AND (unit_path < ? OR unit_path >= ?) \
     UNION SELECT matter_id FROM recusal WHERE officer_id = ? AND granted = TRUE"
);
const DUE: &str = due!("");

/// Joined in this order: with statistics of the units SQLite would begin with those within reach, and read every share or cell again
/// for each of them.
const OF_SHARE: &str = " CROSS JOIN matter m CROSS JOIN unit u";
/// By what the joins of [`LIVE`] and [`PRINTED`], of [`COUNTED`] and of the cells join.
pub(super) const LIVE_ON: &str = "m.id = t.matter_id AND u.id = t.unit_id";
pub(super) const COUNTED_ON: &str = "h.matter_id = s.matter_id AND u.id = h.unit_id";
pub(super) const CELLS_ON: &str =
    "u.id = c.unit_id AND c.cut = ? AND c.level = g.level AND c.span >= g.least AND c.span <= g.most";

/// Live shares of `s`, by everything but the matter.
fn live(due: &str) -> &'static str {
    lasting(format!("{due}{}", shares("u.name AS unit, ", "", OF_SHARE)))
}

/// [`live`] matter by matter, with what their fingerprints are taken from.
fn printed(due: &str) -> &'static str {
    let of = "u.name AS unit, m.number AS number, m.closed_on AS closed_on, m.recovered AS recovered, ";
    lasting(format!("{due}{}", shares(of, "", OF_SHARE)))
}

/// Shares of `s` as they were counted.
fn counted(due: &str) -> &'static str {
    let lanes = lanes(|lane| format!("CAST(-SUM(h.{lane}) AS BIGINT) AS {lane}"));
    lasting(format!(
        "{due}SELECT u.name AS unit, h.walk AS walk, h.mask AS mask, h.day AS day, h.phase AS phase, h.channel AS channel, h.hour AS hour, \
         h.goods AS goods, h.problem AS problem, CAST(-SUM(h.n) AS BIGINT) AS n, CAST(-SUM(h.amount) AS BIGINT) AS amount{lanes} \
         FROM s CROSS JOIN figure_share h CROSS JOIN unit u"
    ))
}

pub(super) static LIVE: LazyLock<[&str; 2]> = LazyLock::new(|| [live(DUE), live(DUE_OWN)]);
pub(super) static PRINTED: LazyLock<[&str; 2]> = LazyLock::new(|| [printed(DUE), printed(DUE_OWN)]);
/// What [`LIVE`] and [`PRINTED`] are grouped by.
pub(super) const LIVE_BY: [&str; 2] =
    ["1, 2, 3, 4, 5, 6, 7, 8, 9, 10", "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13"];
pub(super) static COUNTED: LazyLock<[&str; 2]> = LazyLock::new(|| [counted(DUE), counted(DUE_OWN)]);

/// Cells of the ranges by what they are cut by, without and with their fingerprints.
fn cells(key: &str) -> [&'static str; 2] {
    let lanes = lanes(|lane| format!("CAST(SUM(c.{lane}) AS BIGINT) AS {lane}"));
    ["", lanes.as_str()].map(|lanes| cells_with(key, lanes))
}

fn cells_with(key: &str, lanes: &str) -> &'static str {
    let range = "SELECT CAST(? AS BIGINT) AS level, CAST(? AS BIGINT) AS least, CAST(? AS BIGINT) AS most";
    let ranges = [range; RANGES].join(" UNION ALL ");
    lasting(format!(
        "SELECT c.walk AS walk, c.mask AS mask, {key} AS key, CAST(SUM(c.n) AS BIGINT) AS n, CAST(SUM(c.amount) AS BIGINT) AS amount{lanes} \
         FROM ({ranges}) g CROSS JOIN figure_cell c CROSS JOIN unit u"
    ))
}

/// How cells are asked for: the key, and the head of the statement.
static CELLS: LazyLock<[(Key, [&str; 2]); 4]> = LazyLock::new(|| {
    [
        (Key::Nothing, cells("c.key")),
        (Key::Unit, cells("u.name")),
        (Key::Cut(""), cells("c.key")),
        (Key::Day, cells("CAST(c.span AS TEXT)")),
    ]
});

/// What cells are told by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Nothing,
    Unit,
    Cut(&'static str),
    Day,
}

impl Key {
    pub(super) fn head(self, is_printed: bool) -> &'static str {
        let same = |one: Self| matches!((one, self), (Self::Cut(_), Self::Cut(_))) || one == self;
        CELLS.iter().find(|(key, _)| same(*key)).map_or("", |(_, heads)| heads[usize::from(is_printed)])
    }

    pub(super) const fn cut(self) -> &'static str {
        match self {
            Self::Cut(cut) => cut,
            _ => "",
        }
    }
}
