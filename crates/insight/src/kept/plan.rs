//! What is kept, as statements: made once from the walks of the figures, so that every condition stands in `figure.rs` alone.

use std::sync::LazyLock;

use kernel::{hex, sm3};

use super::days::{EPOCH, LEVELS, Level};
use crate::{
    compute::joined,
    figure::{Dimension, Things, When},
    together::{MONEY, WALKS, Walk},
};

/// By what the first walk, over the days of receipt, is also kept cut.
pub(super) const CUTS: [(Dimension, &str); 5] = [
    (Dimension::Phase, "phase"),
    (Dimension::Channel, "channel"),
    (Dimension::Hour, "hour"),
    (Dimension::Goods, "goods"),
    (Dimension::Problem, "problem"),
];

/// The lanes of a fingerprint ([`crate::fingerprint::Fingerprint`]), each told by `one`.
pub(super) fn lanes(one: impl Fn(&str) -> String) -> String {
    ["print1", "print2", "print3", "print4"].map(|lane| format!(", {}", one(lane))).concat()
}

/// Text that is made once for the life of the program.
pub(super) fn lasting(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// Which columns of its walk a matter, or a thing of it, counts in: one bit each.
fn mask(walk: &Walk) -> String {
    let bit = |(at, column): (usize, &crate::together::Column)| {
        format!("CASE WHEN {} THEN {} ELSE 0 END", column.condition, 1_u64 << at)
    };
    walk.columns.iter().enumerate().map(bit).collect::<Vec<_>>().join(" + ")
}

/// One walk over the matters of `s`, a row for each matter or thing; `carried`, columns of `s` that go with it.
fn arm(at: usize, walk: &Walk, carried: &str) -> String {
    let (from, also) = in_order(&walk.joins(&mask(walk)));
    let tables = format!("FROM s CROSS JOIN matter m{from} WHERE m.id = s.matter_id{also}");
    arm_from(at, walk, carried, &tables)
}

/// The same over the matters after `$1` up to `$2`: what belongs to them is read in its own order, and no matter looked up for what it has not.
fn arm_between(at: usize, walk: &Walk) -> String {
    let (from, key, by) = things_first(walk, &mask(walk));
    arm_from(at, walk, "", &format!("FROM {from} WHERE {key} > $1 AND {key} <= $2{by}"))
}

/// The tables of a walk that is told by `told`, the things before their matters; the id of the matter in the first of them; and by what they
/// join.
pub(super) fn things_first(walk: &Walk, told: &str) -> (String, &'static str, String) {
    let (things, joins) = (joined(walk.things), walk.joins(told));
    let (from, by) = in_order(joins.strip_suffix(things).unwrap_or(&joins));
    let (tables, on) = in_order(things);
    let first = things.split_once(" ON ").and_then(|(_, on)| on.split_once(" = m.id"));
    match (tables.strip_prefix(" CROSS JOIN "), first) {
        (Some(tables), Some((key, _))) => {
            (format!("{tables} CROSS JOIN matter m{from}"), key, [on, by].concat())
        }
        _ => (format!("matter m{from}"), "m.id", by),
    }
}

/// A walk over `tables`, which tell what joins them.
fn arm_from(at: usize, walk: &Walk, carried: &str, tables: &str) -> String {
    let (day, instant) = match walk.day {
        When::Day { of, .. } => (of, "CAST(NULL AS BIGINT)"),
        When::Instant { of, .. } => ("CAST(NULL AS TEXT)", of),
    };
    let (mask, amount) =
        (mask(walk), if walk.columns.iter().any(|one| one.is_money()) { MONEY } else { "0" });
    let cuts = if is_cut(walk) {
        "m.phase AS phase, m.channel AS channel, CAST((m.received_at / 3600000 + 8) % 24 AS TEXT) AS hour, \
         COALESCE(substr(m.goods, 1, 3), '') AS goods, COALESCE(substr(m.problem, 1, 3), '') AS problem"
    } else {
        "'' AS phase, '' AS channel, '' AS hour, '' AS goods, '' AS problem"
    };
    format!(
        "SELECT m.id AS matter_id{carried}, CAST({at} AS BIGINT) AS walk, CAST({mask} AS BIGINT) AS mask, {day} AS day, {instant} AS instant, \
         m.unit_id AS unit_id, {cuts}, CAST({amount} AS BIGINT) AS amount \
         {tables} AND m.state <> 'void'"
    )
}

/// Joins told so that SQLite takes the matters of `s` first, few as they are: with nothing known of them it would begin with the
/// table joined last and read it whole. The joins, and what they join by.
fn in_order(joins: &str) -> (String, String) {
    let (inner, outer) = joins.split_once(" LEFT JOIN ").unwrap_or((joins, ""));
    // A left join never comes first; what stands behind it joins like the others.
    let (outer, more) = outer.split_once(" JOIN ").unwrap_or((outer, ""));
    let (mut from, mut by) = (String::new(), String::new());
    for join in inner.split(" JOIN ").chain(more.split(" JOIN ")).filter(|join| !join.is_empty()) {
        let (table, on) = join.split_once(" ON ").unwrap_or((join, "TRUE"));
        from.extend([" CROSS JOIN ", table]);
        by.extend([" AND ", on]);
    }
    if !outer.is_empty() {
        from.extend([" LEFT JOIN ", outer]);
    }
    (from, by)
}

/// Whether a walk is kept cut by [`CUTS`].
pub(super) fn is_cut(walk: &Walk) -> bool {
    walk.things == Things::Matters && walk.day.within().starts_with("m.received_on")
}

/// The walk that is kept cut.
pub(super) fn cut_walk() -> usize {
    WALKS.iter().position(is_cut).unwrap_or(0)
}

/// The Julian day number of `t.day`, or of the office day of `t.instant`: whole numbers on both engines (Fliegel and Van
/// Flandern). Eight hours east.
fn number() -> String {
    let part = |from, length| format!("CAST(substr(t.day, {from}, {length}) AS BIGINT)");
    let (year, month, day) = (part(1, 4), part(6, 2), part(9, 2));
    let early = format!("((14 - {month}) / 12)");
    let years = format!("({year} + 4800 - {early})");
    format!(
        "CASE WHEN t.day IS NULL THEN (t.instant + 28800000) / 86400000 + {EPOCH} ELSE {day} + (153 * ({month} + 12 * {early} - 3) + 2) / 5 \
         + 365 * {years} + {years} / 4 - {years} / 100 + {years} / 400 - 32045 END"
    )
}

/// The condition for a row of the walks to be counted.
pub(super) const COUNTS: &str = "t.mask <> 0 AND (t.day IS NOT NULL OR t.instant IS NOT NULL)";

/// The walks over the matters of `s`, one under the other.
fn arms(carried: &str) -> String {
    let arm = |(at, walk)| arm(at, walk, carried);
    WALKS.iter().enumerate().map(arm).collect::<Vec<_>>().join(" UNION ALL ")
}
static ARMS: LazyLock<String> = LazyLock::new(|| arms(""));

/// The columns of `figure_share` that say what a share is, but the matter.
pub(super) const SAME: &str = "walk, mask, day, unit_id, phase, channel, hour, goods, problem";

/// `SELECT` of the shares of the matters of `s` as they are now: `first`, the columns of `figure_share` from the walk to the amount, `last`.
pub(super) fn shares(first: &str, last: &str, join: &str) -> String {
    shares_of(&ARMS, first, last, join)
}

/// [`shares`] with the matter first and `last` and the lanes behind, which `s` has: not joined, because PostgreSQL takes the table that
/// holds them for empty and would read all of it for every share.
pub(super) fn printed_shares(last: &str) -> String {
    let arms = arms(&lanes(|lane| format!("s.{lane} AS {lane}")));
    let summed = lanes(|lane| format!("CAST(SUM(t.{lane}) AS BIGINT) AS {lane}"));
    shares_of(&arms, "t.matter_id AS matter_id, ", &format!("{last}{summed}"), "")
}

/// What the shares of the matters after `$1` up to `$2` are sums of: a row for each matter, or thing of it, that counts, with its cuts as
/// one text.
pub(super) fn singles() -> String {
    let arms: Vec<_> = WALKS.iter().enumerate().map(|(at, walk)| arm_between(at, walk)).collect();
    format!(
        "SELECT t.matter_id AS matter_id, t.walk AS walk, t.mask AS mask, {} AS day, t.unit_id AS unit_id, {} AS cuts, t.amount AS amount \
         FROM ({}) t WHERE {COUNTS}",
        number(),
        cut_words("t"),
        arms.join(" UNION ALL ")
    )
}

/// The cuts of a share as one text; no word of them has a stroke.
pub(super) fn cut_words(of: &str) -> String {
    CUTS.map(|(_, cut)| format!("{of}.{cut}")).join(" || '/' || ")
}

fn shares_of(arms: &str, first: &str, last: &str, join: &str) -> String {
    format!(
        "SELECT {first}t.walk AS walk, t.mask AS mask, {} AS day, t.unit_id AS unit_id, t.phase AS phase, t.channel AS channel, \
         t.hour AS hour, t.goods AS goods, t.problem AS problem, CAST(COUNT(*) AS BIGINT) AS n, CAST(SUM(t.amount) AS BIGINT) AS amount{last} FROM ({arms}) t{join}",
        number()
    )
}

/// The edition of the definitions: cells made for another say nothing.
pub(super) static EDITION: LazyLock<String> = LazyLock::new(|| {
    let text = format!("{} {CUTS:?} {}", shares("", "", ""), span("day"));
    hex(&sm3(text.as_bytes()))
});

/// Shares told once for all of it and once for every cut: `walk, cut, key, day, unit_id, mask, n, amount` and the lanes, of
/// `figure_share h` where `condition`; `of` tells how a column adds.
pub(super) fn spread(of: impl Fn(&str) -> String, condition: &str) -> String {
    let adds = ["n", "amount"].map(|column| format!(", {} AS {column}", of(column))).concat()
        + &lanes(|lane| format!("{} AS {lane}", of(lane)));
    let one = |cut: &str, key: &str, only: &str| {
        format!(
            "SELECT h.walk AS walk, '{cut}' AS cut, {key} AS key, h.day AS day, h.unit_id AS unit_id, h.mask AS mask{adds} \
             FROM figure_share h WHERE {condition}{only}"
        )
    };
    let only = format!(" AND h.walk = {}", cut_walk());
    let cuts = CUTS.iter().map(|(_, name)| one(name, &format!("h.{name}"), &only));
    std::iter::once(one("", "''", "")).chain(cuts).collect::<Vec<_>>().join(" UNION ALL ")
}

/// The number of every level, as `l`.
pub(super) fn levels() -> String {
    let one = |level| format!("SELECT CAST({level} AS BIGINT) AS level");
    format!("({}) l", (0..LEVELS.len()).map(one).collect::<Vec<_>>().join(" UNION ALL "))
}

/// The stretch of the level of `l` that a day is in.
pub(super) fn span(day: &str) -> String {
    let one = |(at, level): (usize, Level)| format!(" WHEN {at} THEN {}", level.told(day));
    format!("CASE l.level{} END", LEVELS.into_iter().enumerate().map(one).collect::<String>())
}
