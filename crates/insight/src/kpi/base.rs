//! What rates are counted from, as a list that is taken out (考核底数): days and outcomes as they stand, a line for each clock. Who
//! counts from it needs nothing of ours.

use db::{Row, Select, Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, MatterId};
use web::{Batch, Cell, Problem, Result};

use crate::publicity::{self, State};

/// Matters looked at in one transaction.
const WINDOW: usize = 5_000;

const BASE: &str = "SELECT m.number, m.kind, u.name AS unit, m.received_on, m.closed_on, m.outcome, r.decided_on, c.key AS clock, c.due, \
     c.stopped_on, c.result, w.state AS publicity, w.published_on, w.due AS publish_due, \
     (SELECT COUNT(*) FROM party p WHERE p.matter_id = m.id AND p.publish_consent = TRUE) AS consents FROM matter m JOIN unit u ON u.id = m.unit_id LEFT JOIN report r ON r.matter_id = m.id \
     LEFT JOIN clock c ON c.matter_id = m.id LEFT JOIN publicity w ON w.matter_id = m.id";

db::sql! {
    WINDOW_END = "SELECT id FROM matter WHERE id > $1 ORDER BY id LIMIT 1 OFFSET $2";
}

fn list(ctx: &Ctx, from: MatterId, to: Option<MatterId>) -> Select {
    let (reach, values) = matters::visible(ctx);
    let list = Select::from(BASE)
        .and(reach, values)
        .and("m.state <> 'void' AND m.kind IN ('complaint', 'report')", []);
    list.and("m.id > ?", params![from])
        .and_some("m.id <= ?", to.as_ref())
        .order("m.number, c.key, c.started_at")
}

/// Lines of the list after the matter `after`.
pub(crate) fn base(tx: &mut Tx, ctx: &Ctx, after: Option<&str>) -> Result<Batch> {
    let from: MatterId = match after {
        Some(after) => after.parse().map_err(|_| Problem::NotFound)?,
        None => MatterId::from_uuid(Default::default()),
    };
    let end = tx.one(&WINDOW_END, &params![from, WINDOW - 1])?;
    let to: Option<MatterId> = end.map(|row| row.get("id")).transpose()?;
    let rows = tx.select(&list(ctx, from, to))?;
    let rows = rows.iter().map(cells).collect::<Result<_, _>>()?;
    Ok(Batch { rows, keys: Vec::new(), next: to.map(|to| to.to_string()) })
}

fn cells(row: &Row) -> Result<Vec<Cell>, db::Error> {
    let day = |name: &'static str| {
        let day = row.get::<Option<Date>>(name)?;
        Ok::<_, db::Error>(Cell::text(day.map_or_else(String::new, |day| day.to_string())))
    };
    let word = |name: &'static str| row.get::<Option<String>>(name).map(Option::unwrap_or_default);
    let kind = matters::Kind::from_code(&word("kind")?).map_or("", matters::Kind::label);
    Ok(vec![
        Cell::text(word("number")?),
        Cell::text(kind),
        Cell::text(word("unit")?),
        day("received_on")?,
        day("closed_on")?,
        Cell::text(matters::outcome_words(&word("outcome")?)),
        day("decided_on")?,
        Cell::text(word("clock")?),
        day("due")?,
        day("stopped_on")?,
        Cell::text(word("result")?),
        Cell::text(if row.get::<i64>("consents")? > 0 { "是" } else { "" }),
        Cell::text(State::from_code(&word("publicity")?).map_or("", State::label)),
        day("published_on")?,
        Cell::text(publish_due(row)?.map_or_else(String::new, |day| day.to_string())),
    ])
}

/// By when it is to be published: as it was when it was published, else as the law says today.
fn publish_due(row: &Row) -> Result<Option<Date>, db::Error> {
    let kept: Option<Date> = row.get("publish_due")?;
    let closed: Option<Date> = row.get("closed_on")?;
    let is_complaint = row.get::<String>("kind")? == "complaint";
    Ok(kept.or_else(|| closed.filter(|_| is_complaint).and_then(publicity::due)))
}

/// The list, for the test that prepares it on both engines.
pub(crate) fn widest(ctx: &Ctx) -> Vec<Select> {
    let id = MatterId::from_uuid(Default::default());
    vec![list(ctx, id, Some(id))]
}
