//! Webhooks (推送): other systems are told that a matter is new, moved, or overdue. What is told is decided in the transaction
//! of the change; it is sent outside of it, signed, and tried again until it arrives or is given up.

pub(crate) mod api;
pub mod event;
pub(crate) mod net;
pub mod send;
mod sign;

use db::{Row, Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, Field, Id, Permission, Refusal, hex};
use serde_json::json;
use web::{Problem, Result};

use crate::token::note;

pub use sign::signature;

/// An id of a webhook.
pub type WebhookId = Id<kernel::kind::Job>;
/// An id of a delivery.
pub type DeliveryId = Id<kernel::kind::Notice>;

/// (stored word, Chinese) of what may be told.
pub const EVENTS: &[(&str, &str)] = &[("new", "新登记"), ("moved", "办理进展"), ("overdue", "期限超过")];
/// (stored word, Chinese) of the ways to sign.
pub const ALGORITHMS: &[(&str, &str)] = &[("hmac-sha256", "HMAC-SHA256"), ("hmac-sm3", "HMAC-SM3（国密）")];

const SECRET: Field = Field { table: "webhook", column: "secret" };
/// The key of the setting that names the networks of the bureau's own to which may be sent.
pub const NETS: &str = "webhook_nets";

db::sql! {
    INSERT = "INSERT INTO webhook (id, label, url, secret, kinds, units, algorithm, made_at, made_by) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    LIST = "SELECT id, label, url, kinds, units, algorithm, enabled FROM webhook ORDER BY made_at DESC, id";
    ENABLE = "UPDATE webhook SET enabled = $2 WHERE id = $1";
    KNOWN = "SELECT COUNT(*) FROM webhook WHERE id = $1";
    DELIVERIES = "SELECT id, event, number, state, attempts, made_at, sent_at, status, error FROM webhook_delivery \
                  WHERE webhook_id = $1 ORDER BY made_at DESC, id DESC LIMIT $2";
    FAILING = "SELECT COUNT(*) FROM webhook_delivery WHERE webhook_id = $1 AND state = 'dead'";
}

/// The statements of webhooks.
pub(crate) fn statements() -> Vec<db::Sql> {
    [STATEMENTS, event::STATEMENTS, send::STATEMENTS].concat()
}

/// What a webhook is to be.
#[derive(Clone, Debug, Default)]
pub struct NewWebhook {
    /// Which system it tells.
    pub label: String,
    /// Where it is sent.
    pub url: String,
    /// What it tells: words of `EVENTS`.
    pub kinds: Vec<String>,
    /// Of which units, with everything below; all when empty.
    pub units: Vec<String>,
    /// How it is signed: a word of `ALGORITHMS`.
    pub algorithm: String,
}

/// A webhook.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Which system it tells.
    pub label: String,
    /// Where it is sent.
    pub url: String,
    /// What it tells.
    pub kinds: Vec<String>,
    /// Of which units.
    pub units: Vec<String>,
    /// How it is signed.
    pub algorithm: String,
    /// Whether it is in use.
    pub enabled: bool,
}

/// One thing told, or to be told.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// What happened.
    pub event: String,
    /// To which matter.
    pub number: String,
    /// `waiting`, `sent`, `dead`.
    pub state: String,
    /// Tries so far.
    pub attempts: i64,
    /// When it happened.
    pub made_at: Timestamp,
    /// When it arrived.
    pub sent_at: Option<Timestamp>,
    /// What the other side answered last.
    pub status: Option<i64>,
    /// Why it did not arrive.
    pub error: Option<String>,
}

fn words(text: &str) -> Vec<String> {
    text.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Registers a webhook; its secret, shown once.
///
/// # Errors
/// Refusals for an address that is none of ours to send to, nothing to tell, an unknown unit.
pub fn create(tx: &mut Tx, ctx: &Ctx, new: &NewWebhook) -> Result<(WebhookId, String)> {
    ctx.may(Permission::KeepSettings)?;
    let refuse = |code, words: &str, field| Problem::from(Refusal::new(code, words).at(field));
    if new.label.trim().is_empty() {
        return Err(refuse("webhook_label", "请填写用途：推送给哪个系统", "label"));
    }
    net::target(new.url.trim()).map_err(|words| refuse("webhook_url", &words, "url"))?;
    if new.kinds.is_empty() || !new.kinds.iter().all(|kind| EVENTS.iter().any(|(code, _)| code == kind)) {
        return Err(refuse("webhook_kinds", "请选择推送什么", "kinds"));
    }
    let algorithm = if new.algorithm.is_empty() { ALGORITHMS[0].0 } else { new.algorithm.as_str() };
    if !ALGORITHMS.iter().any(|(code, _)| *code == algorithm) {
        return Err(refuse("webhook_algorithm", "没有这种签名算法", "algorithm"));
    }
    for unit in &new.units {
        if people::unit_by_code(tx, unit)?.is_none() {
            return Err(refuse("webhook_unit", &format!("没有机构代码 {unit}"), "units"));
        }
    }
    let (id, secret): (WebhookId, String) = (ctx.id(), hex(&ctx.entropy().bytes::<32>()));
    let sealed = ctx.keyring().seal(SECRET, id.uuid(), &secret, ctx.entropy());
    let by = ctx.officer().ok().map(|officer| officer.id);
    let (kinds, units) = (new.kinds.join(","), new.units.join(","));
    let row = params![id, new.label.trim(), new.url.trim(), sealed, kinds, units, algorithm, ctx.now, by];
    tx.execute(&INSERT, &row)?;
    let detail = json!({ "label": new.label.trim(), "url": new.url.trim(), "kinds": kinds, "units": units });
    note(tx, ctx, &id.to_string(), "webhook_created", &detail)?;
    Ok((id, secret))
}

/// Takes a webhook out of use, or into use again.
///
/// # Errors
/// Not found; a refusal without the right.
pub fn enable(tx: &mut Tx, ctx: &Ctx, id: WebhookId, enabled: bool) -> Result<()> {
    ctx.may(Permission::KeepSettings)?;
    if tx.execute(&ENABLE, &params![id, enabled])? == 0 {
        return Err(Problem::NotFound);
    }
    let verb = if enabled { "webhook_enabled" } else { "webhook_disabled" };
    note(tx, ctx, &id.to_string(), verb, &json!({}))
}

/// Every webhook, newest first.
///
/// # Errors
/// A fault of the database.
pub fn list(tx: &mut Tx) -> Result<Vec<Webhook>> {
    let read = |row: &Row| {
        Ok::<_, db::Error>(Webhook {
            id: row.get("id")?,
            label: row.get("label")?,
            url: row.get("url")?,
            kinds: words(&row.get::<String>("kinds")?),
            units: words(&row.get::<String>("units")?),
            algorithm: row.get("algorithm")?,
            enabled: row.get("enabled")?,
        })
    };
    Ok(tx.query(&LIST, &[])?.iter().map(read).collect::<Result<_, _>>()?)
}

/// What was told lately, latest first.
///
/// # Errors
/// Not found; a fault of the database.
pub fn deliveries(tx: &mut Tx, id: WebhookId, limit: usize) -> Result<Vec<Delivery>> {
    if tx.scalar::<i64>(&KNOWN, &params![id])? == 0 {
        return Err(Problem::NotFound);
    }
    let read = |row: &Row| {
        Ok::<_, db::Error>(Delivery {
            id: row.get("id")?,
            event: row.get("event")?,
            number: row.get("number")?,
            state: row.get("state")?,
            attempts: row.get("attempts")?,
            made_at: row.get("made_at")?,
            sent_at: row.get("sent_at")?,
            status: row.get("status")?,
            error: row.get("error")?,
        })
    };
    Ok(tx.query(&DELIVERIES, &params![id, limit])?.iter().map(read).collect::<Result<_, _>>()?)
}

/// How many were given up.
pub(crate) fn given_up(tx: &mut Tx, id: WebhookId) -> Result<i64> {
    Ok(tx.scalar(&FAILING, &params![id])?)
}

/// Names the networks of the bureau's own to which webhooks may be sent; none when empty.
///
/// # Errors
/// A refusal for what is no network.
pub fn allow_nets(tx: &mut Tx, ctx: &Ctx, nets: &str) -> Result<()> {
    ctx.may(Permission::KeepSettings)?;
    net::Nets::parse(nets).map_err(|words| Problem::from(Refusal::new("webhook_nets", words)))?;
    people::set_setting(tx, ctx, NETS, nets.trim())?;
    note(tx, ctx, NETS, "webhook_nets", &json!({ "nets": nets.trim() }))
}
