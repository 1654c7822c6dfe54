//! Settings, as the settings room tells them.

use db::Tx;
use serde_json::Value as Json;
use settings::told;
use web::Result;

use crate::operation::Asked;

/// `GET /settings/calendar`.
pub(crate) fn calendar(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let year = asked.number("year").and_then(|year| i16::try_from(year).ok());
    told::calendar(tx, year.unwrap_or_else(|| asked.ctx.today().year()))
}

/// `GET /settings/calendar/{id}`.
pub(crate) fn calendar_edition(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    told::calendar_edition(tx, &asked.ctx, asked.id(0)?)
}

/// `GET /settings/classification`.
pub(crate) fn trees(tx: &mut Tx, _: &Asked) -> Result<Json> {
    told::trees(tx)
}

/// `GET /settings/classification/{key}`.
pub(crate) fn tree(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    told::tree(tx, asked.part(0))
}

/// `GET /settings/classes/{id}`.
pub(crate) fn class(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    told::class(tx, asked.id(0)?)
}

/// `GET /settings/classes/{id}/activation`.
pub(crate) fn class_preview(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    told::class_preview(tx, asked.id(0)?)
}

/// `GET /settings/rules`.
pub(crate) fn rules(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    told::law(tx, &asked.ctx)
}

/// `GET /settings/rules/{id}` and `GET /approvals/{id}`.
pub(crate) fn rule(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    told::rule(tx, &asked.ctx, asked.id(0)?)
}

/// `GET /settings/retention`.
pub(crate) fn retention(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    told::retention(tx, &asked.ctx)
}

/// `GET /settings/jobs`.
pub(crate) fn jobs(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    told::jobs(tx, &asked.ctx)
}

/// `GET /approvals`.
pub(crate) fn approvals(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    told::approvals(tx, &asked.ctx)
}
