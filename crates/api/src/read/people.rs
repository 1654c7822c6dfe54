//! Units, officers, posts, who can be given matters, call-backs, and the token itself.

use db::{Row, Tx, params};
use jiff::civil::Date;
use kernel::{OfficerId, Permission, PostId, Role};
use serde_json::{Value as Json, json};
use web::{Problem, Result};

use super::instant;
use crate::{operation::Asked, serve::json_text};

db::sql! {
    POSTS = "SELECT p.id, u.code, p.role, p.from_day, p.to_day FROM post p JOIN unit u ON u.id = p.unit_id \
             WHERE p.officer_id = $1 ORDER BY p.from_day DESC, p.id";
    LOGIN_OF = "SELECT login FROM officer WHERE id = $1";
}

/// Units as programs see them.
fn unit_list(tx: &mut Tx) -> Result<Vec<Json>> {
    let units = people::units(tx)?;
    let code = |id| units.iter().find(|unit| unit.id == id).map(|unit| unit.code.clone());
    let one = |unit: &people::Unit| {
        json!({
            "code": unit.code, "name": unit.name, "kind": unit.kind, "parent": unit.parent.and_then(code),
            "id": unit.id,
        })
    };
    Ok(units.iter().map(one).collect())
}

/// `GET /people`.
pub(crate) fn staff(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let officers = people::officers(tx, &asked.ctx)?;
    let one = |officer: &people::Person| {
        json!({
            "id": officer.id, "login": officer.login, "name": officer.name, "enabled": officer.enabled,
            "active": officer.active, "posts": officer.posts,
        })
    };
    Ok(json!({ "units": unit_list(tx)?, "officers": officers.iter().map(one).collect::<Vec<_>>() }))
}

/// `GET /people/{id}/posts`.
pub(crate) fn posts(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let id: OfficerId = asked.id(0)?;
    tx.one(&LOGIN_OF, &params![id])?.ok_or(Problem::NotFound)?;
    let one = |row: &Row| {
        Ok::<_, db::Error>(json!({
            "id": row.get::<PostId>("id")?,
            "unit": row.get::<String>("code")?,
            "role": row.get::<String>("role")?,
            "from": row.get::<Date>("from_day")?,
            "to": row.get::<Option<Date>>("to_day")?,
        }))
    };
    let rows = tx.query(&POSTS, &params![id])?;
    Ok(json!({ "posts": rows.iter().map(one).collect::<Result<Vec<_>, _>>()? }))
}

/// `POST /people`: an officer with a first post and a one-time code, shown once.
pub(crate) fn hire(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let text = |name| asked.text(name).unwrap_or_default();
    let wrong = |field, words: &str| kernel::Refusal::new(field, words).at(field);
    let unit = people::unit_by_code(tx, text("unit"))?.ok_or_else(|| wrong("unit", "没有这个机构代码"))?;
    let role = Role::from_code(text("role")).ok_or_else(|| wrong("role", "没有这个岗位"))?;
    let id = people::create_officer(tx, &asked.ctx, text("login"), text("name"), text("badge"), false)?;
    people::give_post(tx, &asked.ctx, id, unit.id, role, asked.ctx.today(), None)?;
    let code = people::issue_code(tx, &asked.ctx, id)?;
    Ok(json!({ "login": text("login").to_lowercase(), "code": code }))
}

/// `POST /people/{id}/code`.
pub(crate) fn code(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let id: OfficerId = asked.id(0)?;
    let login: String = tx.one(&LOGIN_OF, &params![id])?.ok_or(Problem::NotFound)?.get("login")?;
    Ok(json!({ "login": login, "code": people::issue_code(tx, &asked.ctx, id)? }))
}

/// `GET /colleagues`: whom matters can be given to.
pub(crate) fn colleagues(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let path = asked.ctx.officer()?.unit_path.clone();
    let found = people::colleagues(tx, &path, asked.ctx.today(), Permission::HandleComplaint)?;
    let one = |one: &people::Colleague| {
        json!({
            "target": format!("{}|{}", one.unit, one.id), "name": one.name, "unit": one.unit_name,
            "role": one.role.code(), "away": one.away,
        })
    };
    Ok(json!({ "colleagues": found.iter().map(one).collect::<Vec<_>>() }))
}

/// `GET /callbacks`.
pub(crate) fn callbacks(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let due = complaints::callbacks_due(tx, &asked.ctx)?.into_iter().map(|due| {
        json!({
            "id": due.id, "number": due.number, "title": due.title, "outcome": due.outcome, "due_on": due.due_on,
            "tries": due.tries,
        })
    });
    Ok(json!({ "callbacks": due.collect::<Vec<_>>() }))
}

/// `GET /account`: the token itself.
pub(crate) fn me(_: &mut Tx, asked: &Asked) -> Result<Json> {
    let bearer = asked.bearer.as_ref().ok_or(Problem::SignIn)?;
    Ok(json!({
        "token": bearer.id,
        "label": bearer.label,
        "officer": bearer.officer.name,
        "unit": bearer.officer.unit_name,
        "role": bearer.officer.role.code(),
        "scopes": bearer.scopes.iter().map(|scope| scope.code()).collect::<Vec<_>>(),
        "expires_at": instant(bearer.expires_at),
    }))
}

/// `GET /health`.
pub(crate) fn health(asked: Asked) -> crate::operation::Answering {
    Box::pin(async move {
        let lines = (asked.face.health)(asked.face.app.clone()).await?;
        let well = lines.iter().all(|(_, colour, _)| *colour != "late");
        let one = |(name, colour, words): &crate::face::HealthLine| json!({ "name": name, "colour": colour, "words": words });
        let body = json!({ "well": well, "lines": lines.iter().map(one).collect::<Vec<_>>() });
        Ok(json_text(axum::http::StatusCode::OK, body.to_string()))
    })
}

/// `GET /people/sso`.
pub(crate) fn sso(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let one = |line: &sso::Line| {
        json!({
            "id": line.id, "name": line.name, "login": line.login, "state_words": line.state,
            "officer": line.officer, "waiting": line.waiting, "linked": line.linked,
        })
    };
    let lines = sso::accounts(tx, &asked.ctx)?;
    Ok(json!({ "accounts": lines.iter().map(one).collect::<Vec<_>>() }))
}
