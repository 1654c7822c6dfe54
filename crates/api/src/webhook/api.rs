//! Webhooks as programs see them.

use db::Tx;
use serde_json::{Value as Json, json};
use web::Result;

use super::{Delivery, NewWebhook, Webhook};
use crate::{
    operation::Asked,
    read::{instant, size},
    tokens::done,
};

fn one(hook: &Webhook) -> Json {
    json!({
        "id": hook.id, "label": hook.label, "url": hook.url, "kinds": hook.kinds, "units": hook.units,
        "algorithm": hook.algorithm, "enabled": hook.enabled,
    })
}

/// `GET /webhooks`.
pub(crate) fn list(tx: &mut Tx, _: &Asked) -> Result<Json> {
    Ok(json!({ "webhooks": super::list(tx)?.iter().map(one).collect::<Vec<_>>() }))
}

/// `POST /webhooks`.
pub(crate) fn create(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let text = |name| asked.text(name).unwrap_or_default().to_owned();
    let new = NewWebhook {
        label: text("label"),
        url: text("url"),
        kinds: asked.texts("kinds"),
        units: asked.texts("units"),
        algorithm: text("algorithm"),
    };
    let (id, secret) = super::create(tx, &asked.ctx, &new)?;
    Ok(json!({ "id": id, "secret": secret }))
}

/// `POST /webhooks/{id}/enabled`.
pub(crate) fn enable(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let enabled = asked.flag("enabled");
    super::enable(tx, &asked.ctx, asked.id(0)?, enabled)?;
    Ok(done(if enabled { "推送已启用" } else { "推送已停用" }))
}

fn told(delivery: &Delivery) -> Json {
    json!({
        "id": delivery.id,
        "event": delivery.event,
        "number": delivery.number,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "made_at": instant(delivery.made_at),
        "sent_at": delivery.sent_at.map(instant),
        "status": delivery.status,
        "error": delivery.error,
    })
}

/// `GET /webhooks/{id}/deliveries`.
pub(crate) fn deliveries(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let all = super::deliveries(tx, asked.id(0)?, size(asked))?;
    Ok(json!({ "deliveries": all.iter().map(told).collect::<Vec<_>>() }))
}
