//! Tokens as programs see them.

use db::Tx;
use serde_json::{Value as Json, json};
use web::Result;

use crate::{
    operation::Asked,
    read::instant,
    scope::Scope,
    token::{self, Listed, NewToken},
};

/// What every change without a matter answers.
pub(crate) fn done(words: &str) -> Json {
    json!({ "message": words, "location": null, "matter": null, "trader": null })
}

fn one(token: &Listed) -> Json {
    json!({
        "id": token.id,
        "label": token.label,
        "officer": token.login,
        "post": token.post,
        "scopes": token.scopes.iter().map(|scope| scope.code()).collect::<Vec<_>>(),
        "made_at": instant(token.made_at),
        "expires_at": instant(token.expires_at),
        "revoked_at": token.revoked_at.map(instant),
        "used_at": token.used_at.map(instant),
    })
}

/// `GET /tokens`.
pub(crate) fn list(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let tokens = token::list(tx, &asked.ctx)?;
    Ok(json!({ "tokens": tokens.iter().map(one).collect::<Vec<_>>() }))
}

/// `POST /tokens`.
pub(crate) fn create(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let text = |name| asked.text(name).unwrap_or_default().to_owned();
    let new = NewToken {
        label: text("label"),
        login: text("login"),
        post: asked.parsed("post"),
        scopes: asked.texts("scopes").iter().filter_map(|word| Scope::from_code(word)).collect(),
        days: asked.number("days").unwrap_or(90),
        per_minute: asked.number("per_minute").unwrap_or(token::PER_MINUTE),
    };
    let made = token::create(tx, &asked.ctx, &new)?;
    Ok(json!({ "id": made.id, "token": made.text, "expires_at": instant(made.expires_at) }))
}

/// `POST /tokens/{id}/revocation`.
pub(crate) fn revoke(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    token::revoke(tx, &asked.ctx, asked.id(0)?)?;
    Ok(done("令牌已作废"))
}
