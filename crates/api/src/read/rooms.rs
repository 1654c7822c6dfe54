//! What reports, delivery and settlement between the parties tell programs, each in the room's own words.

use db::Tx;
use jiff::civil::Date;
use serde_json::{Value as Json, json};
use web::Result;

use crate::{operation::Asked, scope::Scope};

/// `GET /matters/{number}/report`. Whether the reporter belongs to the trader is personal data.
pub(crate) fn report(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let matter = matters::find(tx, &asked.ctx, asked.part(0))?;
    reports::told(tx, &asked.ctx, &matter, asked.has(Scope::Personal))
}

/// `GET /deliveries`.
pub(crate) fn sendings(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    delivery::told::waiting(tx, &asked.ctx)
}

/// `POST /matters/{number}/notices/{id}/paper`: name and address, noted in the read log.
pub(crate) fn letter(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    delivery::told::letter(tx, &asked.ctx, asked.part(0), asked.id(1)?)
}

/// `GET /texts`.
pub(crate) fn texts(tx: &mut Tx, _: &Asked) -> Result<Json> {
    delivery::told::texts(tx)
}

/// `GET /texts/{kind}/{channel}`.
pub(crate) fn text(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    delivery::told::text(tx, asked.part(0), asked.part(1))
}

/// `GET /texts/preview`.
pub(crate) fn text_preview(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let word = |name: &str| asked.text(name).unwrap_or_default();
    let of = [word("kind"), word("channel"), word("number")];
    delivery::told::preview(tx, &asked.ctx, of, asked.number("edition"))
}

fn link(number: &str, secret: &str) -> Json {
    json!({ "number": number, "link": format!("/odr/links/{secret}") })
}

/// `POST /matters/{number}/odr_offer`.
pub(crate) fn odr_offer(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let input = odr::Input { fallback: asked.flag("fallback"), ..odr::Input::default() };
    let version = asked.number("version");
    let done = odr::perform(tx, &asked.ctx, asked.part(0), version, odr::Act::Offer, &input)?;
    Ok(link(&done.matter.number, done.link.as_deref().unwrap_or_default()))
}

/// `POST /matters/{number}/odr_link`.
pub(crate) fn odr_renew(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    Ok(link(asked.part(0), &odr::renew(tx, &asked.ctx, asked.part(0))?))
}

/// `POST /matters/{number}/odr_entrustment`.
pub(crate) fn odr_entrust(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let (_, secret) = odr::entrust(tx, &asked.ctx, asked.part(0), asked.parsed("body"))?;
    Ok(link(asked.part(0), &secret))
}

/// This year so far, unless days are named.
fn days(asked: &Asked) -> (Date, Date) {
    let today = asked.ctx.today();
    (asked.parsed("from").unwrap_or_else(|| today.first_of_year()), asked.parsed("to").unwrap_or(today))
}

/// `GET /odr`.
pub(crate) fn odr_board(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    odr::told::board(tx, &asked.ctx, days(asked))
}

/// `GET /odr/bodies/{id}`.
pub(crate) fn odr_body(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    odr::told::body(tx, &asked.ctx, asked.id(0)?, days(asked))
}
