//! Traders: looked up, listed, one with everything known of it.

use db::Tx;
use kernel::TraderId;
use serde_json::{Value as Json, json};
use web::{Problem, Result};

use super::{cursor, size, strange_cursor};
use crate::operation::Asked;

fn hit(hit: &traders::Hit) -> Json {
    json!({
        "id": hit.id, "name": hit.name, "alias": hit.alias, "credit_code": hit.credit_code, "address": hit.address,
        "phone": hit.phone,
    })
}

/// `GET /traders`: what fits `q`, or all by name.
pub(crate) fn list(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    if let Some(q) = asked.text("q") {
        let hits = traders::look_up(tx, q, size(asked))?;
        return Ok(json!({ "traders": hits.iter().map(hit).collect::<Vec<_>>(), "next": null }));
    }
    let after = cursor(asked.text("after"))?;
    let page = traders::listed(tx, asked.text("tag").unwrap_or_default(), size(asked), after.as_ref());
    let page = page.map_err(|problem| match problem {
        Problem::NotFound => strange_cursor(),
        other => other,
    })?;
    let next = page.next.map(|next| next.to_string());
    Ok(json!({ "traders": page.rows.iter().map(hit).collect::<Vec<_>>(), "next": next }))
}

/// A trader's record.
pub(crate) fn one(tx: &mut Tx, id: TraderId) -> Result<Json> {
    let trader = traders::find(tx, id)?;
    let aliases = traders::aliases(tx, id)?.into_iter();
    let aliases = aliases.map(|alias| json!({ "key": alias.id, "name": alias.name, "kind": alias.kind }));
    let places = traders::addresses(tx, id)?.into_iter().map(|place| {
        json!({
            "key": place.id, "kind": place.kind, "line": place.line, "from": place.from_day, "to": place.to_day
        })
    });
    Ok(json!({
        "id": trader.id,
        "name": trader.name,
        "credit_code": trader.credit_code,
        "old_number": trader.old_number,
        "organisation_code": trader.organisation_code,
        "form": trader.form,
        "state": trader.state,
        "industry": trader.industry,
        "region": trader.region,
        "address": trader.address,
        "phone": trader.phone,
        "contact": trader.contact,
        "merged_into": trader.merged_into,
        "aliases": aliases.collect::<Vec<_>>(),
        "addresses": places.collect::<Vec<_>>(),
        "tags": traders::tags(tx, id)?,
        "version": trader.version,
    }))
}

/// `GET /traders/{id}`.
pub(crate) fn show(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    one(tx, asked.id(0)?)
}
