//! Lists of matters, and the journal.

use db::{Row, Select, Tx, params};
use journal::Record;
use kernel::MatterId;
use matters::{Filter, Matter, Trace};
use serde_json::{Value as Json, json};
use web::{Problem, Result};

use super::{cursor, instant, size, strange_cursor};
use crate::operation::Asked;

db::sql! {
    NUMBER_OF = "SELECT number FROM matter WHERE id = $1";
}

/// A matter as lists show one.
pub(crate) fn line(matter: &Matter, unit: Option<&str>, officer: Option<&str>) -> Json {
    json!({
        "number": matter.number,
        "kind": matter.kind.code(),
        "kind_words": matter.kind.label(),
        "title": matter.title,
        "state": matter.state,
        "state_words": matters::state_words(matter.kind, &matter.state),
        "phase": matter.phase.code(),
        "unit": unit,
        "officer": officer,
        "received_on": matter.received_on,
        "closed_on": matter.closed_on,
        "outcome": matter.outcome,
        "next_alarm": matter.next_alarm,
        "version": matter.version,
    })
}

pub(crate) fn read(row: &Row) -> Result<Json, db::Error> {
    let (unit, officer): (Option<String>, Option<String>) = (row.get("unit_name")?, row.get("officer_name")?);
    Ok(line(&Matter::read(row)?, unit.as_deref(), officer.as_deref()))
}

/// The fields but `after` and `limit` are those of the page's filter.
fn filter<T: serde::de::DeserializeOwned>(asked: &Asked) -> Result<T> {
    let mut body = asked.body.clone();
    body.retain(|name, _| name != "after" && name != "limit");
    for value in body.values_mut() {
        // A filter of the page is text: a flag that is not set is no text.
        if let Json::Bool(set) = *value {
            *value = json!(if set { "yes" } else { "" });
        }
    }
    serde_json::from_value(Json::Object(body)).map_err(|error| Problem::Fault(error.to_string()))
}

/// `GET /matters`.
pub(crate) fn list(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let (filter, after): (Filter, _) = (filter(asked)?, cursor(asked.text("after"))?);
    let filter = filter.weighed_for(tx, &asked.ctx)?;
    let list = matters::listed(&asked.ctx, &filter, tx.engine(), size(asked), after.as_ref());
    let page = tx.page(&list, read).map_err(off_the_list)?;
    Ok(json!({ "matters": page.rows, "next": page.next.map(|next| next.to_string()) }))
}

fn off_the_list(error: db::Error) -> Problem {
    match error {
        db::Error::Cursor => strange_cursor(),
        other => other.into(),
    }
}

/// Mine, or my unit's and below, open, earliest alarm first; without pages, at most `limit`.
fn open_work(asked: &Asked) -> Result<Select> {
    let officer = asked.ctx.officer()?;
    let list = matters::listed(&asked.ctx, &Filter::default(), db::Engine::Sqlite, size(asked), None);
    let list = list
        .and("m.phase IN ('new', 'running', 'waiting')", [])
        .order("COALESCE(m.next_alarm, '9999-12-31'), m.number");
    Ok(if asked.text("whose") == Some("unit") {
        list
    } else {
        list.and("m.officer_id = ?", params![officer.id])
    })
}

/// `GET /work`.
pub(crate) fn work(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let rows = tx.select(&open_work(asked)?)?;
    let lines = rows.iter().take(size(asked)).map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "matters": lines, "next": null }))
}

/// An event as the journal has it.
pub(crate) fn event(record: &Record, number: Option<&str>) -> Json {
    let told = matters::timeline::line(record);
    json!({
        "at": instant(record.at),
        "verb": record.verb,
        "what": told.what,
        "actor": record.actor,
        "post": record.post,
        "state": record.state,
        "number": number,
        "subject": record.subject,
        "more": told.more,
    })
}

/// `GET /audit`.
pub(crate) fn audit(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let mut trace: Trace = filter(asked)?;
    trace.after = cursor(asked.text("after"))?.map(|after| after.to_string()).unwrap_or_default();
    let page = tx.page(&matters::traced(&trace), Record::read).map_err(off_the_list)?;
    let mut events = Vec::new();
    for record in &page.rows {
        let number = match record.matter {
            Some(id) => number_of(tx, id)?,
            None => None,
        };
        events.push(event(record, number.as_deref()));
    }
    Ok(json!({ "events": events, "next": page.next.map(|next| next.to_string()) }))
}

fn number_of(tx: &mut Tx, id: MatterId) -> Result<Option<String>> {
    Ok(tx.one(&NUMBER_OF, &params![id])?.map(|row| row.get("number")).transpose()?)
}

fn looked(row: &Row) -> Result<Json, db::Error> {
    let what: String = row.get("what")?;
    Ok(json!({
        "at": instant(row.get("at")?),
        "officer": row.get::<String>("officer_name")?,
        "what": matters::looked_at(&what),
        "number": row.get::<String>("number")?,
        "unit": row.get::<String>("unit_name")?,
        "reason": row.get::<String>("reason")?,
    }))
}

/// `GET /audit/reads`: who opened whose personal data, and why.
pub(crate) fn reads(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let mut trace: Trace = filter(asked)?;
    trace.after = cursor(asked.text("after"))?.map(|after| after.to_string()).unwrap_or_default();
    let page = tx.page(&matters::looked(&trace), looked).map_err(off_the_list)?;
    Ok(json!({ "reads": page.rows, "next": page.next.map(|next| next.to_string()) }))
}
