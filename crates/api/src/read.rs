//! What programs look at: the same queries as the pages, told in JSON.

pub(crate) mod figures;
pub(crate) mod law;
pub(crate) mod list;
pub(crate) mod matters;
pub(crate) mod people;
pub(crate) mod traders;

use db::Tx;
use jiff::Timestamp;
use kernel::{Ctx, Refusal};
use serde_json::Value as Json;
use web::{Problem, Result};

/// The statements of what is looked at.
pub(crate) fn statements() -> Vec<db::Sql> {
    [list::STATEMENTS, matters::STATEMENTS, people::STATEMENTS].concat()
}

/// An instant as programs read it.
pub(crate) fn instant(at: Timestamp) -> String {
    at.to_string()
}

/// The matter or trader at a page's address: its kind and name.
fn named(at: &str) -> Option<(&str, &str)> {
    let mut parts = at.strip_prefix('/')?.split('/');
    let (kind, name) = (parts.next()?, parts.next()?);
    ["matters", "traders"].contains(&kind).then_some((kind, name))
}

/// Where a program finds what stands at a page's address.
pub(crate) fn address(at: &str) -> Option<String> {
    named(at).map(|(kind, name)| format!("/api/v1/{kind}/{name}"))
}

/// The matter or the trader at a page's address, when it is the actor's to know.
pub(crate) fn resource(tx: &mut Tx, ctx: &Ctx, at: &str) -> Result<(Json, Json)> {
    let known = |found: Result<Json>| match found {
        Err(Problem::NotFound) => Ok(Json::Null),
        other => other,
    };
    match named(at) {
        Some(("matters", number)) => Ok((known(matters::one(tx, ctx, number))?, Json::Null)),
        Some((_, id)) => match id.parse() {
            Ok(id) => Ok((Json::Null, known(traders::one(tx, id))?)),
            Err(_) => Ok((Json::Null, Json::Null)),
        },
        None => Ok((Json::Null, Json::Null)),
    }
}

/// A page's cursor.
///
/// # Errors
/// A refusal when it is not one of ours.
pub(crate) fn cursor(text: Option<&str>) -> Result<Option<db::Cursor>> {
    text.map(|text| text.parse().map_err(|_| strange_cursor())).transpose()
}

/// A cursor that no page of this list gave.
pub(crate) fn strange_cursor() -> Problem {
    Refusal::new("cursor", "after 不是这个列表给出的，请原样送回上一页的 next").at("after").into()
}

/// The size of a page.
pub(crate) fn size(asked: &crate::operation::Asked) -> usize {
    asked.number("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(50)
}
