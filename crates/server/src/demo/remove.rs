//! Takes the demo data away, by the schema as it is: whatever belongs to a demo matter or a demo trader goes, in whichever
//! table it stands. The journal stays: its chain must not break, and it holds no personal data. The staff's accounts stay as
//! names, for the journal and what they decided speak of them; what opens a door or was theirs alone goes.

use db::{Root, Tx, params};
use kernel::{Ctx, Id, kind};
use web::{App, Result};

db::sql! {
    COUNT = "SELECT COUNT(*) FROM matter WHERE demo = TRUE";
    MATTERS = "SELECT id FROM matter WHERE demo = TRUE";
    LEFT = "SELECT d.doc FROM search_document d WHERE NOT EXISTS (SELECT 1 FROM matter m WHERE m.id = d.doc) \
            AND NOT EXISTS (SELECT 1 FROM trader t WHERE t.id = d.doc)";
    FILES = "SELECT a.digest, a.public_digest FROM attachment a JOIN matter m ON m.id = a.matter_id WHERE m.demo = TRUE";
    // Jobs name what they work on as text.
    TOLD = "SELECT n.id FROM notice n JOIN matter m ON m.id = n.matter_id WHERE m.demo = TRUE \
            UNION SELECT d.id FROM webhook_delivery d JOIN matter m ON m.number = d.number WHERE m.demo = TRUE";
    JOB = "DELETE FROM job WHERE subject = $1";
    // These name a matter by its number, which the schema does not know.
    HOOKS = "DELETE FROM webhook_delivery WHERE number IN (SELECT number FROM matter WHERE demo = TRUE)";
    LINES = "DELETE FROM import_line WHERE matter IN (SELECT number FROM matter WHERE demo = TRUE)";
    PLAN = "DELETE FROM callback_plan WHERE id IN (SELECT c.plan_id FROM callback c JOIN matter m ON m.id = c.matter_id WHERE m.demo = TRUE) \
            AND NOT EXISTS (SELECT 1 FROM callback c JOIN matter m ON m.id = c.matter_id WHERE c.plan_id = callback_plan.id AND m.demo = FALSE)";
    // Files of the demo staff: the sweep of a running program takes them off the disk.
    EXPORTED = "UPDATE export SET expires_at = 0 WHERE state = 'done' AND officer_id IN (SELECT id FROM officer WHERE demo = TRUE AND login <> 'admin')";
    UPLOADED = "UPDATE import_file SET uploaded_at = 0 WHERE officer_id IN (SELECT id FROM officer WHERE demo = TRUE AND login <> 'admin')";
    SIGNED_IN = "UPDATE officer SET enabled = FALSE WHERE demo = TRUE AND login <> 'admin'";
    SETTING = "DELETE FROM setting WHERE key = 'demo'";
}

/// What the demo itself and its staff alone own. A demo trader that a real matter, or a real case of a settlement, names stays.
const ROOTS: &[(&str, &str)] = &[
    ("matter", "demo = TRUE"),
    (
        "trader",
        "demo = TRUE AND NOT EXISTS (SELECT 1 FROM matter m WHERE m.trader_id = trader.id AND m.demo = FALSE) \
         AND NOT EXISTS (SELECT 1 FROM odr_body b JOIN odr_case k ON k.body_id = b.id JOIN matter m ON m.id = k.matter_id \
         WHERE b.trader_id = trader.id AND m.demo = FALSE)",
    ),
    ("draft", OF_STAFF),
    ("desk_once", OF_STAFF),
    ("saved_view", OF_STAFF),
    // Rosters that the demo staff made, with turns, exchanges and notes.
    ("duty_shift", "made_by IN (SELECT id FROM officer WHERE demo = TRUE AND login <> 'admin')"),
    ("session", OF_STAFF),
    ("sign_in_code", OF_STAFF),
    ("officer_leave", OF_STAFF),
    ("api_token", OF_STAFF),
    ("sso_account", OF_STAFF),
    ("sso_request", OF_STAFF),
];

const OF_STAFF: &str = "officer_id IN (SELECT id FROM officer WHERE demo = TRUE AND login <> 'admin')";

/// Removes demo matters and traders with all that belongs to them, and closes the demo staff's accounts but the
/// administrator's; how many matters went.
///
/// # Errors
/// A fault of the database; then nothing is removed.
pub async fn remove(app: &App) -> Result<i64> {
    let ctx = crate::office::system(app, "演示数据");
    let (count, files) = app.db.write(move |tx| take_away(tx, &ctx)).await?;
    matters::attachments::drop_unused(app, files).await?;
    insight::kept::fold_all(&app.db).await?;
    Ok(count)
}

fn take_away(tx: &mut Tx, ctx: &Ctx) -> Result<(i64, Vec<String>)> {
    let count: i64 = tx.scalar(&COUNT, &[])?;
    let mut files = Vec::new();
    for row in tx.query(&FILES, &[])? {
        files.push(row.get("digest")?);
        files.extend(row.get::<Option<String>>("public_digest")?);
    }
    // No row of the journal says that they go; what follows from them must know.
    for row in tx.query(&MATTERS, &[])? {
        journal::touched(tx, ctx, row.get("id")?)?;
    }
    for row in tx.query(&TOLD, &[])? {
        tx.execute(&JOB, &params![row.get::<Id<kind::Job>>("id")?.to_string()])?;
    }
    for statement in [&HOOKS, &LINES, &PLAN, &EXPORTED, &UPLOADED] {
        tx.execute(statement, &[])?;
    }
    let roots: Vec<Root> = ROOTS
        .iter()
        .map(|(table, condition)| Root { table, condition: db::Sql { name: "demo::root", text: condition } })
        .collect();
    for (table, rows) in tx.take_away(&roots, &["journal"])? {
        tracing::debug!(table, rows, "demo data removed");
    }
    for row in tx.query(&LEFT, &[])? {
        tx.search_remove(row.get("doc")?)?;
    }
    tx.execute(&SIGNED_IN, &[])?;
    tx.execute(&SETTING, &[])?;
    Ok((count, files))
}
