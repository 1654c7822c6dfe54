//! Papers and their forms as programs read them: what the pages show, in JSON.

use db::{Row, Tx};
use kernel::{Ctx, FormEditionId, PaperId};
use matters::Matter;
use serde_json::{Value as Json, json};
use web::{Problem, Result};

use super::list;
use crate::{
    edition::{self, Edition},
    form, number, opening,
    paper::{self, Paper},
    print,
    values::{self, Sight},
};

fn waits(row: &Row) -> Result<Json, db::Error> {
    Ok(json!({
        "id": row.get::<PaperId>("id")?,
        "matter": row.get::<String>("matter")?,
        "title": row.get::<String>("title")?,
        "drafter": row.get::<String>("drafter")?,
        "since": row.get::<jiff::Timestamp>("changed_at")?,
        "returned_words": row.get::<String>("returned_words")?,
    }))
}

/// Papers that wait for approval within reach, and the actor's own drafts.
///
/// # Errors
/// A fault of the database.
pub fn waiting(tx: &mut Tx, ctx: &Ctx) -> Result<Json> {
    let mut of = |list: Option<db::Select>| -> Result<Vec<Json>> {
        let rows = list.map(|list| tx.select(&list)).transpose()?.unwrap_or_default();
        Ok(rows.iter().map(waits).collect::<Result<_, _>>()?)
    };
    Ok(json!({ "submitted": of(Some(list::submitted(ctx)))?, "drafts": of(list::own(ctx))? }))
}

fn line(paper: &Paper) -> Json {
    json!({
        "id": paper.id,
        "form": paper.form,
        "title": paper.title,
        "number": paper.number,
        "state": paper.state.code(),
        "state_words": paper.state.label(),
        "issued_on": paper.issued_on,
        "drafter": paper.drafter,
        "drafted_at": paper.drafted_at,
        "approver": paper.approver,
        "returned_words": paper.returned_words,
        "void_reason": paper.void_reason,
        "version": paper.version,
    })
}

/// The papers of a matter, and the forms that can be drafted now.
///
/// # Errors
/// A fault of the database.
pub fn of(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Json> {
    let papers: Vec<Json> = paper::of(tx, matter.id)?.iter().map(line).collect();
    let offered = paper::offered(tx, ctx, matter)?;
    let offered = offered.iter().map(|form| json!({ "key": form.key, "name": form.name() }));
    Ok(json!({ "papers": papers, "offered": offered.collect::<Vec<_>>() }))
}

/// A paper with its fields and its text. Personal fields are masked or hidden as on the page; in the clear with `clear`, when
/// a reason was given today.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn one(tx: &mut Tx, ctx: &Ctx, matter: &Matter, id: PaperId, clear: bool) -> Result<Json> {
    let paper = paper::find(tx, matter, id)?;
    let own = paper.form()?;
    let sight = if clear || !own.is_personal() {
        opening::sight(tx, ctx, matter, &paper)?
    } else {
        opening::closed(ctx, matter.kind)
    };
    let values = values::seen(own, &paper.values(ctx)?, sight);
    let text = print::text(&paper.document(matter.kind, &values)?, &paper.heading());
    let field = |field: &form::FieldRule| {
        json!({
            "key": field.key, "label": field.label, "value": values.get(&field.key),
            "personal": field.personal.is_some(), "required": field.required,
        })
    };
    let acts = paper.lawful(ctx, matter);
    let acts = acts.iter().map(|act| json!({ "code": act.path(), "label": act.label() }));
    let mut told = line(&paper);
    told["masked"] = json!(sight != Sight::Clear);
    told["fields"] = own.fields.iter().map(field).collect();
    told["text"] = json!(text);
    told["acts"] = acts.collect();
    Ok(told)
}

/// The forms with their words (字).
///
/// # Errors
/// A fault of the database.
pub fn forms(tx: &mut Tx) -> Result<Json> {
    let mut all = Vec::new();
    for own in form::all() {
        let word = number::word(tx, own)?;
        all.push(json!({ "key": own.key, "name": own.name(), "numbered": own.is_numbered(), "word": word }));
    }
    Ok(json!({ "forms": all }))
}

fn told(own: &Edition) -> Json {
    json!({
        "id": own.id,
        "form": own.form,
        "series": own.series,
        "title": own.title,
        "text": own.text,
        "note": own.note,
        "valid_from": own.valid_from,
        "version": own.version,
    })
}

/// A form: its fields, and its editions with the one in use today.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn form(tx: &mut Tx, ctx: &Ctx, key: &str) -> Result<Json> {
    let own = form::find(key).ok_or(Problem::NotFound)?;
    let editions = edition::of(tx, own)?;
    let edition = |one: &Edition| {
        let used = edition::in_use(&editions, &one.series, ctx.today());
        let mut told = told(one);
        told["in_use"] = json!(used.is_some_and(|used| used.id == one.id && used.series == one.series));
        told
    };
    let field = |field: &form::FieldRule| {
        json!({
            "key": field.key, "label": field.label, "hint": field.hint, "personal": field.personal.is_some(),
            "required": field.required,
        })
    };
    Ok(json!({
        "key": own.key,
        "name": own.name(),
        "fields": own.fields.iter().map(field).collect::<Vec<_>>(),
        "editions": editions.iter().map(edition).collect::<Vec<_>>(),
    }))
}

/// An edition of a form.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn edition(tx: &mut Tx, id: FormEditionId) -> Result<Json> {
    Ok(told(&edition::find(tx, id)?))
}

/// What stands on every number and above every seal.
///
/// # Errors
/// A fault of the database.
pub fn numbering(tx: &mut Tx) -> Result<Json> {
    let now = number::numbering(tx)?;
    let pairs = |all: &std::collections::BTreeMap<String, String>| -> Vec<Json> {
        all.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
    };
    Ok(json!({ "seal": now.seal, "shorts": pairs(&now.shorts), "words": pairs(&now.words) }))
}
