//! Takes the demo data away. The journal stays: its chain must not break, and it holds no personal data.

use web::{App, Result};

db::sql! {
    COUNT = "SELECT COUNT(*) FROM matter WHERE demo = TRUE";
    PAPER = "DELETE FROM paper WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    REMINDER = "DELETE FROM reminder WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    LEVEL = "DELETE FROM clock_level WHERE clock_id IN (SELECT c.id FROM clock c JOIN matter m ON m.id = c.matter_id WHERE m.demo = TRUE)";
    EFFECT = "DELETE FROM clock_effect WHERE clock_id IN (SELECT c.id FROM clock c JOIN matter m ON m.id = c.matter_id WHERE m.demo = TRUE)";
    GOES_WITH = "DELETE FROM matter_merge WHERE leader_id IN (SELECT id FROM matter WHERE demo = TRUE) OR merged_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    SHARE = "DELETE FROM evidence_share WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE) OR from_id IN (SELECT id FROM matter WHERE demo = TRUE) OR facts_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    ADVICE = "DELETE FROM jurisdiction_advice WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    DISPUTE = "DELETE FROM jurisdiction_dispute WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    HANDOVER = "DELETE FROM handover WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    CALLBACK = "DELETE FROM callback WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    PLAN = "DELETE FROM callback_plan WHERE NOT EXISTS (SELECT 1 FROM callback c WHERE c.plan_id = callback_plan.id)";
    SETTLEMENT = "DELETE FROM settlement WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    TEST = "DELETE FROM expert_test WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    SESSION = "DELETE FROM mediation_session WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    MATERIAL = "DELETE FROM material_request WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    COMPLAINT = "DELETE FROM complaint WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    REWARD = "DELETE FROM report_reward WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    INSPECTION = "DELETE FROM report_test WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    FINDING = "DELETE FROM report_finding WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    REPORT_TAG = "DELETE FROM report_tag WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    REPORT = "DELETE FROM report WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    CONTACT = "DELETE FROM contact WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    NOTICE = "DELETE FROM notice WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    TALK_FILE = "DELETE FROM talk_file WHERE talk_id IN (SELECT t.id FROM talk t JOIN matter m ON m.id = t.matter_id WHERE m.demo = TRUE)";
    TALK = "DELETE FROM talk WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    RECEIPT = "DELETE FROM receipt WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    VISIT = "DELETE FROM portal_visit WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    RATING = "DELETE FROM portal_rating WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    RETURNS = "DELETE FROM matter_return WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    ATTACHMENT = "DELETE FROM attachment WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    PAUSE = "DELETE FROM clock_pause WHERE clock_id IN (SELECT c.id FROM clock c JOIN matter m ON m.id = c.matter_id WHERE m.demo = TRUE)";
    CLOCK = "DELETE FROM clock WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    PARTY = "DELETE FROM party WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    LINK = "DELETE FROM matter_link WHERE from_id IN (SELECT id FROM matter WHERE demo = TRUE) OR to_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    RECUSAL = "DELETE FROM recusal WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    READ = "DELETE FROM read_log WHERE matter_id IN (SELECT id FROM matter WHERE demo = TRUE)";
    IDS = "SELECT id FROM matter WHERE demo = TRUE";
    MATTER = "DELETE FROM matter WHERE demo = TRUE";
    ALIAS = "DELETE FROM trader_alias WHERE trader_id IN (SELECT id FROM trader WHERE demo = TRUE)";
    ADDRESS = "DELETE FROM trader_address WHERE trader_id IN (SELECT id FROM trader WHERE demo = TRUE)";
    TAG = "DELETE FROM trader_tag WHERE trader_id IN (SELECT id FROM trader WHERE demo = TRUE)";
    MERGE = "DELETE FROM trader_merge WHERE kept_id IN (SELECT id FROM trader WHERE demo = TRUE) OR merged_id IN (SELECT id FROM trader WHERE demo = TRUE)";
    TRADER = "DELETE FROM trader WHERE demo = TRUE AND NOT EXISTS (SELECT 1 FROM matter m WHERE m.trader_id = trader.id)";
    SIGNED_IN = "UPDATE officer SET enabled = FALSE WHERE demo = TRUE AND login <> 'admin'";
    SETTING = "DELETE FROM setting WHERE key = 'demo'";
}

/// Removes demo matters and traders, and closes the demo staff's accounts but the administrator's; how many matters went.
///
/// # Errors
/// A fault of the database; then nothing is removed.
pub async fn remove(app: &App) -> Result<i64> {
    app.db
        .write(|tx| {
            let count: i64 = tx.scalar(&COUNT, &[])?;
            for row in tx.query(&IDS, &[])? {
                tx.search_remove(row.get("id")?)?;
            }
            for statement in STATEMENTS.iter().filter(|statement| !statement.text.starts_with("SELECT")) {
                tx.execute(statement, &[])?;
            }
            Ok(count)
        })
        .await
}
