//! What is told: decided in the transaction of the change, by the journal row that tells of it.

use db::{Last, Row, Tx, params};
use jiff::{Timestamp, civil::Date};
use kernel::{Ctx, Id, MatterId};
use serde_json::{Value as Json, json};

use super::{DeliveryId, WebhookId, words};

/// The kind of job that sends a delivery.
pub const JOB: &str = "webhook";
/// Overdue clocks told in one turn.
const TURN: i64 = 500;

db::sql! {
    HOOKS = "SELECT id, kinds, units FROM webhook WHERE enabled = TRUE";
    MATTER = "SELECT m.number, m.kind, m.state, m.phase, m.received_at, m.closed_at, u.code AS unit FROM matter m \
              JOIN unit u ON u.id = m.unit_id WHERE m.id = $1";
    ABOVE = "SELECT a.code FROM matter m JOIN unit a ON m.unit_path >= a.path AND m.unit_path < a.path || '~' WHERE m.id = $1";
    INSERT = "INSERT INTO webhook_delivery (id, webhook_id, event, number, payload, state, made_at) VALUES ($1, $2, $3, $4, $5, 'waiting', $6)";
    LATE = "SELECT c.id, c.matter_id, c.key, c.due FROM clock c WHERE c.stopped_on IS NULL AND c.due < $1 \
            AND NOT EXISTS (SELECT 1 FROM clock_pause p WHERE p.clock_id = c.id AND p.to_day IS NULL) \
            AND NOT EXISTS (SELECT 1 FROM webhook_overdue w WHERE w.clock_id = c.id AND w.due = c.due) \
            ORDER BY c.due, c.id LIMIT $2";
    TOLD = "INSERT INTO webhook_overdue (clock_id, due, at) VALUES ($1, $2, $3) ON CONFLICT (clock_id, due) DO NOTHING";
}

/// A webhook as an event sees it.
struct Hook {
    id: WebhookId,
    kinds: Vec<String>,
    units: Vec<String>,
}

impl Hook {
    fn hears(&self, event: &str) -> bool {
        self.kinds.iter().any(|kind| kind == event)
    }
}

fn hooks(tx: &mut Tx) -> Result<Vec<Hook>, db::Error> {
    let read = |row: &Row| {
        Ok(Hook {
            id: row.get("id")?,
            kinds: words(&row.get::<String>("kinds")?),
            units: words(&row.get::<String>("units")?),
        })
    };
    tx.query(&HOOKS, &[])?.iter().map(read).collect()
}

/// Hears every journal row: one that gives a matter a state is news.
///
/// # Errors
/// Whatever the database says; then the change fails too, so that no news is lost.
pub fn listener(tx: &mut Tx, ctx: &Ctx, entry: &journal::Entry<'_>) -> Result<(), db::Error> {
    let (Some(matter), Some(_)) = (entry.matter, entry.state) else { return Ok(()) };
    tx.ahead(&HOOKS, &[])?;
    tx.last::<News>()?.0.push(Moved { ctx: ctx.clone(), matter, verb: entry.verb.to_owned() });
    Ok(())
}

/// A matter that was given a state.
struct Moved {
    ctx: Ctx,
    matter: MatterId,
    verb: String,
}

/// The news of a command, told when it has done everything else: who listens is known by then without a wait of its own.
#[derive(Default)]
struct News(Vec<Moved>);

impl Last for News {
    fn concerns(&self, text: &str) -> bool {
        text.contains("webhook_delivery")
    }

    fn rank(&self) -> u8 {
        u8::MAX
    }

    fn write(self: Box<Self>, tx: &mut Tx) -> Result<(), db::Error> {
        let hooks = hooks(tx)?;
        for Moved { ctx, matter, verb } in self.0 {
            let event = if verb == "register" { "new" } else { "moved" };
            tell(tx, &ctx, &hooks, event, matter, &json!({ "verb": verb }))?;
        }
        Ok(())
    }
}

/// Tells of every overdue clock, each end once. Runs every few minutes.
///
/// # Errors
/// Whatever the database says.
pub fn overdue(tx: &mut Tx, ctx: &Ctx, _: &jobs::Job) -> Result<(), jobs::Failure> {
    let hooks = hooks(tx)?;
    if !hooks.iter().any(|hook| hook.hears("overdue")) {
        return Ok(());
    }
    for row in tx.query(&LATE, &params![ctx.today(), TURN])? {
        let (clock, due): (Id<kernel::kind::Journal>, Date) = (row.get("id")?, row.get("due")?);
        if tx.execute(&TOLD, &params![clock, due, ctx.now])? == 1 {
            let more = json!({ "clock": row.get::<String>("key")?, "due": due });
            tell(tx, ctx, &hooks, "overdue", row.get("matter_id")?, &more)?;
        }
    }
    Ok(())
}

/// Number, kind, state and times: never personal data, nor what somebody wrote.
fn tell(
    tx: &mut Tx,
    ctx: &Ctx,
    hooks: &[Hook],
    event: &'static str,
    matter: MatterId,
    more: &Json,
) -> Result<(), db::Error> {
    if !hooks.iter().any(|hook| hook.hears(event)) {
        return Ok(());
    }
    let Some(row) = tx.one(&MATTER, &params![matter])? else { return Ok(()) };
    let above = tx.query(&ABOVE, &params![matter])?;
    let above: Vec<String> = above.iter().map(|row| row.get("code")).collect::<Result<_, _>>()?;
    let number: String = row.get("number")?;
    for hook in hooks
        .iter()
        .filter(|hook| hook.hears(event))
        .filter(|hook| hook.units.is_empty() || hook.units.iter().any(|unit| above.contains(unit)))
    {
        let id: DeliveryId = ctx.id();
        let mut payload = json!({
            "id": id,
            "event": event,
            "number": number,
            "kind": row.get::<String>("kind")?,
            "state": row.get::<String>("state")?,
            "phase": row.get::<String>("phase")?,
            "unit": row.get::<String>("unit")?,
            "received_at": row.get::<Timestamp>("received_at")?.to_string(),
            "closed_at": row.get::<Option<Timestamp>>("closed_at")?.map(|at| at.to_string()),
            "at": ctx.now.to_string(),
        });
        if let (Some(payload), Some(more)) = (payload.as_object_mut(), more.as_object()) {
            payload.extend(more.clone());
        }
        tx.execute(&INSERT, &params![id, hook.id, event, number, payload.to_string(), ctx.now])?;
        jobs::enqueue(tx, ctx, JOB, &id.to_string(), &Json::Null, ctx.now)?;
    }
    Ok(())
}
