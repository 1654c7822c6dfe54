//! What became of requests: within the token's reach, without what somebody wrote.

use axum::{http::StatusCode, response::Response};
use db::{Select, Tx, params};
use jiff::{Timestamp, ToSpan as _};
use kernel::{Actor, Ctx};
use matters::{Filter, Matter};
use serde_json::{Value as Json, json};

use super::{
    Call,
    offered::{self, OFFERED},
};
use crate::{problem::Trouble, serve::is_plain};

/// Days looked back when none are named, and the most rows, as the standard has them.
const DAYS: i64 = 90;
const MOST: usize = 1_000;

fn wrong(words: &str) -> Trouble {
    Trouble::new(StatusCode::BAD_REQUEST, "parameters", words)
}

/// A request as the standard tells one. The description is the matter's title, which never holds personal data.
fn one(matter: &Matter, unit: &str) -> Json {
    let service = offered::find(matter.kind.code());
    let done = matter.closed_on.is_some();
    json!({
        "service_request_id": matter.number,
        "status": if done { "closed" } else { "open" },
        "status_notes": matters::state_words(matter.kind, &matter.state),
        "service_name": matter.kind.label(),
        "service_code": service.map_or("", |service| service.code),
        "description": matter.title,
        "agency_responsible": unit,
        "service_notice": null,
        "requested_datetime": matter.received_at.to_string(),
        "updated_datetime": null,
        "expected_datetime": matter.next_alarm.map(|day| format!("{day}T23:59:59+08:00")),
        "address": matter.place,
        "address_id": null,
        "zipcode": null,
        "lat": null,
        "long": null,
        "media_url": null,
    })
}

async fn actor(call: &Call) -> Result<Ctx, Trouble> {
    let bearer = call.bearer().await?;
    Ok(call.face.app.ctx(Actor::Officer(bearer.officer)))
}

fn within(ctx: &Ctx, size: usize) -> Select {
    let list = matters::listed(ctx, &Filter::default(), db::Engine::Sqlite, size, None);
    list.and("m.kind IN ('consultation', 'complaint')", [])
}

fn instant(call: &Call, name: &str) -> Result<Option<Timestamp>, Trouble> {
    let Some(text) = call.text(name) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| wrong("时间请写成 2026-09-23T00:00:00Z"))
}

/// The list narrowed as the caller asks. Ids, when named, are all that counts.
fn narrowed(call: &Call, ctx: &Ctx) -> Result<Vec<Select>, Trouble> {
    if let Some(ids) = call.text("service_request_id") {
        let ids = ids.split(',').map(str::trim).filter(|id| is_plain(id)).take(100);
        return Ok(ids.map(|id| within(ctx, 1).and("m.number = ?", params![id])).collect());
    }
    let end = instant(call, "end_date")?.unwrap_or(ctx.now);
    let early = end.checked_sub((DAYS * 24).hours()).unwrap_or(end);
    let start = instant(call, "start_date")?.unwrap_or(early);
    let mut list = within(ctx, MOST).and("m.received_at >= ? AND m.received_at <= ?", params![start, end]);
    if let Some(code) = call.text("service_code") {
        let codes: Vec<&str> = code.split(',').map(str::trim).collect();
        let wanted: Vec<&str> =
            OFFERED.iter().map(|offered| offered.code).filter(|code| codes.contains(code)).collect();
        list = match wanted[..] {
            [] => list.and("FALSE", []),
            [one] => list.and("m.kind = ?", params![one]),
            _ => list,
        };
    }
    match call.text("status") {
        None | Some("open,closed" | "closed,open") => {}
        Some("open") => list = list.and("m.phase <> 'done'", []),
        Some("closed") => list = list.and("m.phase = 'done'", []),
        Some(_) => return Err(wrong("status 为 open 或者 closed")),
    }
    Ok(vec![list])
}

fn rows(tx: &mut Tx, lists: &[Select]) -> web::Result<Vec<Json>> {
    let mut found = Vec::new();
    for list in lists {
        for row in tx.select(list)?.iter().take(MOST) {
            let unit: Option<String> = row.get("unit_name")?;
            found.push(one(&Matter::read(row)?, unit.as_deref().unwrap_or_default()));
        }
    }
    Ok(found)
}

/// `GET requests`.
pub(super) async fn list(call: &Call) -> Result<Response, Trouble> {
    let ctx = actor(call).await?;
    let lists = narrowed(call, &ctx)?;
    let found = call.face.app.db.read(move |tx| rows(tx, &lists)).await?;
    Ok(call.answer("service_requests", &Json::Array(found)))
}

async fn found(call: &Call) -> Result<Vec<Json>, Trouble> {
    let ctx = actor(call).await?;
    if !is_plain(&call.name) {
        return Err(Trouble::not_found());
    }
    let list = within(&ctx, 1).and("m.number = ?", params![call.name]);
    let found = call.face.app.db.read(move |tx| rows(tx, &[list])).await?;
    if found.is_empty() { Err(Trouble::not_found()) } else { Ok(found) }
}

/// `GET requests/{id}`.
pub(super) async fn show(call: &Call) -> Result<Response, Trouble> {
    Ok(call.answer("service_requests", &Json::Array(found(call).await?)))
}

/// The number, when it is the token's to know.
pub(super) async fn known(call: &Call) -> Result<String, Trouble> {
    found(call).await?;
    Ok(call.name.clone())
}
