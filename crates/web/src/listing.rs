//! Lists that can be taken out as files: a capability declares what its list holds, the crate `exchange` writes the file.

use db::Tx;
use kernel::{Ctx, Money, Permission};

use crate::{Html, Result};

/// Whom a column may reach. A column without a class cannot be declared, so nothing goes out by oversight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Anybody (公开): could stand on the bureau's site.
    Public,
    /// The office (内部): goes out with the right to export.
    Internal,
    /// A person (个人信息): stays in, unless the exporter may see it and says why, and the list can open it.
    Personal,
}

/// A column of a list.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its header in the file.
    pub title: &'static str,
    /// Whom it may reach.
    pub class: Class,
}

/// A cell, typed, so that a spreadsheet computes with numbers and never with text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text; also dates, as `2026-11-24`.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Money, in yuan in the file.
    Money(Money),
}

/// Rows read at once.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The rows, one cell for every column; cells of personal columns are [`Cell::Empty`].
    pub rows: Vec<Vec<Cell>>,
    /// What names each row to [`Listing::open`]; empty where that is `None`.
    pub keys: Vec<String>,
    /// Where the next batch begins; `None` after the last.
    pub next: Option<String>,
}

/// Opens the personal columns of rows, by their keys: journalled with the reason in the same transaction.
pub type Open = fn(&mut Tx, &Ctx, &[String], &str) -> Result<Vec<Vec<Cell>>>;

/// A list that can be taken out as a file.
#[derive(Clone, Copy)]
pub struct Listing {
    /// Its word in addresses.
    pub key: &'static str,
    /// Its name.
    pub title: &'static str,
    /// The right to see it, besides the right to export.
    pub right: Permission,
    /// Its columns.
    pub columns: &'static [Column],
    /// The filter in words, (name, value), from the query of the list's address.
    pub words: fn(&str) -> Vec<(String, String)>,
    /// Reads rows within the actor's reach: query, where to go on (`None` at the beginning).
    pub read: fn(&mut Tx, &Ctx, &str, Option<&str>) -> Result<Batch>,
    /// Opens personal columns, where the list can.
    pub open: Option<Open>,
}

impl Cell {
    /// Text; nothing when it is empty.
    pub fn text(words: impl Into<String>) -> Self {
        let words = words.into();
        if words.is_empty() { Self::Empty } else { Self::Text(words) }
    }

    /// Money, or nothing.
    pub fn money(sum: Option<Money>) -> Self {
        sum.map_or(Self::Empty, Self::Money)
    }
}

/// The way from a list to its file, for whoever may; `query` is the list's own filter, coded for an address.
pub fn export_link(ctx: &Ctx, list: &str, query: &str) -> Html {
    if ctx.may(Permission::Export).is_err() {
        return Html::default();
    }
    let query = query.replace("&amp;", "&").replace('&', "&amp;");
    let parted = if query.is_empty() { "" } else { "&amp;" };
    Html(format!("<a class=\"button plain\" href=\"/exports/new?list={list}{parted}{query}\">导出</a>"))
}

/// Pairs as the query of an address; pairs without a value are left out.
///
/// ```
/// assert_eq!(web::query_of(&[("tag", "甲"), ("q", "")]), "tag=%E7%94%B2");
/// ```
pub fn query_of(pairs: &[(&str, &str)]) -> String {
    let kept: Vec<_> = pairs.iter().filter(|(_, value)| !value.is_empty()).collect();
    serde_urlencoded::to_string(kept).unwrap_or_default()
}

/// The filter that a query holds; the widest one where it cannot be read. A query may come in a form or out of the database, past
/// the guard of addresses: no engine takes a NUL, so none is asked for.
pub fn asked<T: serde::de::DeserializeOwned + Default>(query: &str) -> T {
    if !query.contains("%00") && !query.contains('\0') {
        return serde_urlencoded::from_str(query).unwrap_or_default();
    }
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let clean = |text: String| text.replace('\0', "");
    let pairs: Vec<_> = pairs.into_iter().map(|(name, value)| (clean(name), clean(value))).collect();
    serde_urlencoded::to_string(pairs)
        .ok()
        .and_then(|query| serde_urlencoded::from_str(&query).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Found by fuzzing: no engine takes a NUL, and the guard of addresses does not see a query that came in a form.
    #[test]
    fn a_filter_holds_no_nul() {
        #[derive(Default, serde::Deserialize)]
        struct Filter {
            phase: String,
        }
        for query in ["phase=op%00en", "%00phase=open%00", "phase=open&%00=%00"] {
            assert_eq!(asked::<Filter>(query).phase, "open", "{query}");
        }
        assert_eq!(asked::<Filter>("phase=%E2%80%AE%25%20").phase, "\u{202e}% ");
    }
}
