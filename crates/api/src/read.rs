//! What programs look at: the same queries as the pages, told in JSON.

pub(crate) mod dispatch;
pub(crate) mod exchange;
pub(crate) mod figures;
pub(crate) mod law;
pub(crate) mod list;
pub(crate) mod matters;
pub(crate) mod papers;
pub(crate) mod people;
pub(crate) mod rooms;
pub(crate) mod settings;
pub(crate) mod traders;

use db::Tx;
use jiff::Timestamp;
use kernel::{Ctx, Refusal};
use serde_json::Value as Json;
use web::{Problem, Result};

use crate::{operation::Method, table};

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

/// Where a program finds what stands at a page's address, or what that hangs on: the nearest look above it.
pub(crate) fn address(at: &str) -> Option<String> {
    let mut path = at;
    while !path.is_empty() {
        let looks = table::operations().any(|operation| {
            operation.method == Method::Get && operation.scope.is_some() && leads(operation.path, path)
        });
        if looks {
            return Some(format!("/api/v1{path}"));
        }
        path = path.rsplit_once('/')?.0;
    }
    None
}

/// Whether the path of an operation takes `path`.
fn leads(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    let fits = |part: &str, own: &str| part == own || (part.starts_with('{') && !own.is_empty());
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(part), Some(own)) if fits(part, own) => {}
            _ => return false,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_leads_to_the_nearest_look() {
        let id = "01900000-0000-7000-8000-000000000001";
        for (page, there) in [
            ("/matters/TS-1", Some("/matters/TS-1".to_owned())),
            (&format!("/matters/JB-1/papers/{id}/amendment"), Some(format!("/matters/JB-1/papers/{id}"))),
            (&format!("/exports/{id}"), Some(format!("/exports/{id}"))),
            ("/nowhere/at/all", None),
        ] {
            assert_eq!(address(page), there.map(|path| format!("/api/v1{path}")), "{page}");
        }
    }
}
