//! Which matters an actor may know of: one condition for every list and every single look (R33).

use db::{Engine, Select, Tx, Value, params};
use kernel::{Actor, Ctx, Reach};

const COLUMNS: &str = "SELECT m.id, m.kind, m.number, m.title, m.state, m.phase, m.unit_id, m.unit_path, m.officer_id, m.registered_by, \
     m.trader_id, m.channel, m.goods, m.problem, m.place, m.received_at, m.received_on, m.closed_on, m.outcome, m.rule_set, \
     m.next_alarm, m.amount, m.recovered, m.returned, m.outside_number, m.version FROM matter m";

/// The condition (on alias `m`) under which the actor may know of a matter, with its values (R33).
///
/// A subtree is a range of `unit_path` (`/001/004/` up to `/001/004/~`; paths hold digits and slashes only), so that
/// both engines answer from the indexes `matter_unit` and `matter_officer`. Below the root lies nearly everything: there
/// the same range is asked so that no index answers it and no planner takes it for a narrow one (`CASE`), and lists come
/// from the index of their order instead of being read whole and sorted. Recusal takes away from every reach but that of the program itself.
pub fn visible(ctx: &Ctx) -> (&'static str, Vec<Value>) {
    seen(ctx, is_root)
}

/// The same condition, asked so that no index answers the subtree: a list of a unit with very many matters then comes from the
/// index of its order, instead of every matter of the unit being read and sorted for its first page ([`is_wide`]).
pub(crate) fn visible_on_the_way(ctx: &Ctx) -> (&'static str, Vec<Value>) {
    seen(ctx, |_| true)
}

fn seen(ctx: &Ctx, on_the_way: fn(&str) -> bool) -> (&'static str, Vec<Value>) {
    let Actor::Officer(officer) = &ctx.actor else {
        return (if ctx.reach() == Reach::Everything { "TRUE" } else { "FALSE" }, Vec::new());
    };
    let (path, beyond) = (officer.unit_path.clone(), format!("{}~", officer.unit_path));
    match officer.role.reach() {
        Reach::Nothing => ("FALSE", Vec::new()),
        Reach::Everything => ("TRUE", Vec::new()),
        Reach::Registered => (
            "m.registered_by = ? AND NOT EXISTS \
             (SELECT 1 FROM recusal r WHERE r.matter_id = m.id AND r.officer_id = ? AND r.granted = TRUE)",
            params![officer.id, officer.id].to_vec(),
        ),
        Reach::Subtree if on_the_way(&path) => (
            "(CASE WHEN m.unit_path >= ? AND m.unit_path < ? THEN TRUE ELSE m.officer_id = ? END) AND NOT EXISTS \
             (SELECT 1 FROM recusal r WHERE r.matter_id = m.id AND r.officer_id = ? AND r.granted = TRUE)",
            params![path, beyond, officer.id, officer.id].to_vec(),
        ),
        Reach::Subtree => (
            "((m.unit_path >= ? AND m.unit_path < ?) OR m.officer_id = ?) AND NOT EXISTS \
             (SELECT 1 FROM recusal r WHERE r.matter_id = m.id AND r.officer_id = ? AND r.granted = TRUE)",
            params![path, beyond, officer.id, officer.id].to_vec(),
        ),
    }
}

/// Whether a unit has none above it: its path has one step.
fn is_root(path: &str) -> bool {
    path.matches('/').count() <= 2
}

/// From so many matters on, a list of a subtree is better walked newest first (5,000 of a million: some ten thousand looked at for
/// a page, against 5,000 read from all over the file and sorted).
const WIDE: usize = 5_000;

db::sql! {
    BELOW = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM matter m WHERE m.unit_path >= $1 AND m.unit_path < $2 LIMIT $3) b";
}

/// Whether the actor's subtree has so many matters that lists of it take [`visible_on_the_way`]. PostgreSQL sees it for itself.
///
/// # Errors
/// Whatever the engine says.
pub(crate) fn is_wide(tx: &mut Tx, ctx: &Ctx) -> Result<bool, db::Error> {
    match ctx.officer() {
        Ok(officer) if tx.engine() == Engine::Sqlite && officer.role.reach() == Reach::Subtree => {
            let path = &officer.unit_path;
            let found: usize = tx.scalar(&BELOW, &params![path, format!("{path}~"), WIDE])?;
            Ok(found == WIDE)
        }
        _ => Ok(false),
    }
}

/// Of how many matters one is within the actor's reach, about: a bureau has some twenty units that handle matters.
pub(crate) fn one_of(ctx: &Ctx) -> i64 {
    match ctx.officer() {
        Ok(officer) if officer.role.reach() == Reach::Everything || is_root(&officer.unit_path) => 1,
        Ok(_) => 20,
        Err(_) => 1,
    }
}

/// The list of matters within the actor's reach; narrow it with conditions on alias `m`.
pub fn within_reach(ctx: &Ctx) -> Select {
    let (condition, values) = visible(ctx);
    Select::from(COLUMNS).and(condition, values)
}
