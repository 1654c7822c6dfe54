//! Lists taken out, files brought in. A list wants the scope of what it lists: the journal that of administrators.

use db::Tx;
use exchange::{
    export::{self, Export},
    inbox::{self, InboxFile, InboxLine},
};
use kernel::Permission;
use serde_json::{Value as Json, json};
use web::{Class, Listing, Problem, Result};

use super::instant;
use crate::{operation::Asked, scope::Scope};

/// What a token must be for to take a list out.
const fn scope(listing: &Listing) -> Scope {
    match listing.right {
        Permission::ViewFigures => Scope::Figures,
        Permission::Audit => Scope::Admin,
        _ => Scope::Read,
    }
}

/// Only lists of the token's scopes.
pub(crate) fn may_export(_: &mut Tx, asked: &Asked) -> Result<()> {
    let found = export::allowed(&asked.ctx, asked.text("list").unwrap_or_default());
    let no_list = || kernel::Refusal::new("list", "没有这个清单，请取自 GET /exports/lists").at("list");
    match found {
        Ok(listing) => asked.need(scope(&listing)),
        Err(Problem::NotFound) => Err(no_list().into()),
        Err(other) => Err(other),
    }
}

/// A file with personal data wants a token for them.
pub(crate) fn may_fetch(tx: &mut Tx, asked: &Asked) -> Result<()> {
    let export = export::find(tx, &asked.ctx, asked.id(0)?)?;
    if export.reason.is_some() {
        asked.need(Scope::Personal)?;
    }
    asked.need(scope(&export::allowed(&asked.ctx, &export.list)?))
}

/// `GET /exports/lists`.
pub(crate) fn lists(_: &mut Tx, asked: &Asked) -> Result<Json> {
    let mine = exchange::listings().into_iter().filter(|listing| asked.ctx.may(listing.right).is_ok());
    let list = |listing: Listing| {
        let columns = listing
            .columns
            .iter()
            .map(|column| json!({ "title": column.title, "personal": column.class == Class::Personal }));
        json!({
            "key": listing.key, "title": listing.title, "scope": scope(&listing).code(),
            "columns": columns.collect::<Vec<_>>(), "personal": listing.open.is_some(),
        })
    };
    Ok(json!({ "lists": mine.map(list).collect::<Vec<_>>() }))
}

fn told(export: &Export) -> Json {
    json!({
        "id": export.id,
        "number": export.number,
        "list": export.list,
        "format": export.format.ending(),
        "personal": export.reason.is_some(),
        "asked_at": instant(export.asked_at),
        "state": export.state,
        "lines": export.lines,
        "bytes": export.bytes,
        "digest": export.digest,
        "expires_at": export.expires_at.map(instant),
        "error": export.error,
    })
}

/// `GET /exports`.
pub(crate) fn exports(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let mine = export::mine(tx, &asked.ctx)?;
    Ok(json!({ "exports": mine.iter().map(told).collect::<Vec<_>>() }))
}

/// `GET /exports/{id}`.
pub(crate) fn export(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    Ok(told(&export::find(tx, &asked.ctx, asked.id(0)?)?))
}

fn file(file: &InboxFile) -> Json {
    let [read, fresh, known, linked, changed, bad] = file.counts;
    json!({
        "id": file.id,
        "name": file.name,
        "map": file.map,
        "uploaded_at": instant(file.uploaded_at),
        "state": file.state,
        "error": file.error,
        "read": read,
        "new": fresh,
        "known": known,
        "linked": linked,
        "changed": changed,
        "bad": bad,
    })
}

/// `GET /imports`.
pub(crate) fn imports(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let mine = inbox::mine(tx, &asked.ctx)?;
    Ok(json!({ "imports": mine.iter().map(file).collect::<Vec<_>>() }))
}

/// `GET /imports/{id}`.
pub(crate) fn import(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let found = inbox::find(tx, &asked.ctx, asked.id(0)?)?;
    let line = |line: &InboxLine| {
        let matters: Vec<&str> = line.matter.split('|').filter(|number| !number.is_empty()).collect();
        json!({ "line": line.line, "kind": line.kind, "words": line.words, "matters": matters })
    };
    let lines: Vec<Json> = inbox::lines(tx, asked.id(0)?, false)?.iter().map(line).collect();
    let mut told = file(&found);
    told["lines"] = json!(lines);
    Ok(told)
}
