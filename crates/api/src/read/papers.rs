//! Papers and their forms; personal fields as the page shows them, and in the clear only for tokens that may.

use db::Tx;
use serde_json::Value as Json;
use web::Result;

use crate::{operation::Asked, scope::Scope};

/// `GET /papers`.
pub(crate) fn waiting(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    papers::told::waiting(tx, &asked.ctx)
}

/// `GET /matters/{number}/papers`.
pub(crate) fn of_matter(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let matter = matters::find(tx, &asked.ctx, asked.part(0))?;
    papers::told::of(tx, &asked.ctx, &matter)
}

/// `GET /matters/{number}/papers/{id}`.
pub(crate) fn one(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let matter = matters::find(tx, &asked.ctx, asked.part(0))?;
    papers::told::one(tx, &asked.ctx, &matter, asked.id(1)?, asked.has(Scope::Personal))
}

/// `GET /forms`.
pub(crate) fn forms(tx: &mut Tx, _: &Asked) -> Result<Json> {
    papers::told::forms(tx)
}

/// `GET /forms/{key}`.
pub(crate) fn form(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    papers::told::form(tx, &asked.ctx, asked.part(0))
}

/// `GET /form_editions/{id}`.
pub(crate) fn edition(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    papers::told::edition(tx, asked.id(0)?)
}

/// `GET /forms/numbering`.
pub(crate) fn numbering(tx: &mut Tx, _: &Asked) -> Result<Json> {
    papers::told::numbering(tx)
}
