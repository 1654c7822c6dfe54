//! What a stream is about: goods, problem, area, trader, brand, incident, and what it is called.

use std::collections::BTreeMap;

use db::{Tx, params};
use jiff::civil::Date;
use kernel::{MatterId, TraderId, UnitId};
use law::Law;
use sentinel::watch::{panel::Stream, words::BELOW};
use serde::{Deserialize, Serialize};
use web::Result;

db::sql! {
    TRADER = "SELECT name FROM trader WHERE id = $1";
    FIRST = "SELECT received_on FROM matter WHERE id = $1";
    UNIT = "SELECT name FROM unit WHERE id = $1";
}

/// Columns in the order of the detector's values, the general ones first.
pub const COLUMNS: [&str; 6] = ["goods", "problem", "area", "trader", "brand", "incident"];

/// The combinations that are watched, bit by column: goods, problem, area, goods × problem, goods × area, problem × area,
/// trader, problem × trader, brand, incident. Goods and problems make a stream on every level of their trees.
pub const MASKS: [u32; 10] = [0b1, 0b10, 0b100, 0b11, 0b101, 0b110, 0b1000, 0b1010, 0b1_0000, 0b10_0000];

/// More levels than two trees have.
const DEEPEST: usize = 12;

/// A code of a tree with what it lies in, as the detector reads it.
///
/// ```
/// assert_eq!(watch::stream::levels("G01.03"), "G01\u{1f}G01.03");
/// assert_eq!(watch::stream::levels("G18"), "G18");
/// ```
pub fn levels(code: &str) -> String {
    let ends = code.char_indices().filter(|(_, letter)| *letter == '.').map(|(at, _)| at);
    let mut found: String = ends.flat_map(|end| [&code[..end], "\u{1f}"]).collect();
    found.push_str(code);
    found
}

/// A stream by the values that are fixed, as it is stored: `[["problem","P01"],["area","unit:…"]]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(pub Vec<(String, String)>);

impl Key {
    /// Of the detector's key: of a value with levels the last.
    pub fn of(stream: Stream<'_>) -> Self {
        let last = |value: &str| value.rsplit(BELOW).next().unwrap_or_default().to_owned();
        let parts = COLUMNS.iter().zip(stream.key());
        Self(parts.filter_map(|(column, value)| Some(((*column).to_owned(), last(value?)))).collect())
    }

    /// One value of one column.
    pub fn one(column: &str, value: &str) -> Self {
        Self(vec![(column.to_owned(), value.to_owned())])
    }

    /// As it is stored.
    pub fn stored(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// As it was stored; empty where it is none.
    pub fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// Whether the detector's values of a matter, told by their column, lie in it.
    pub fn holds<'a>(&self, value: impl Fn(usize) -> &'a str) -> bool {
        let value = |column: &str| COLUMNS.iter().position(|one| *one == column).map(&value);
        !self.0.is_empty()
            && self.0.iter().all(|(column, own)| {
                value(column).is_some_and(|value| value.split(BELOW).any(|level| level == own))
            })
    }

    /// How little it says, for telling an incident on the most specific stream: trader × problem, trader,
    /// incident, brand, then the more columns and levels of the trees the better.
    pub fn rank(&self) -> usize {
        let levels = |(_, value): &(String, String)| 1 + value.matches('.').count();
        let depth: usize = self.0.iter().filter(|(column, _)| column != "area").map(levels).sum::<usize>()
            + usize::from(self.has("area"));
        let leading = self.0.last().map_or("", |(column, _)| column.as_str());
        match (leading, self.0.len()) {
            ("trader", 2..) => 0,
            ("trader", _) => 1,
            ("incident", _) => 2,
            ("brand", _) => 3,
            _ => 4 + DEEPEST.saturating_sub(depth),
        }
    }

    /// Whether it fixes a column.
    pub fn has(&self, column: &str) -> bool {
        self.0.iter().any(|(own, _)| own == column)
    }
}

/// Names that were looked up once.
#[derive(Debug, Default)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// What a stream is called: `问题 质量 · 区域 中山所`.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn of(&mut self, tx: &mut Tx, key: &Key) -> Result<String> {
        let mut parts = Vec::new();
        for (column, value) in &key.0 {
            let label = label(column);
            parts.push(format!("{label} {}", self.value(tx, column, value)?));
        }
        Ok(parts.join(" · "))
    }

    /// What a value is called.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn value(&mut self, tx: &mut Tx, column: &str, value: &str) -> Result<String> {
        let place = format!("{column}:{value}");
        if let Some(known) = self.0.get(&place) {
            return Ok(known.clone());
        }
        let lists = &Law::in_use().classification;
        let (kind, rest) = value.split_once(':').unwrap_or(("", value));
        let name = match (column, kind) {
            ("goods", _) => lists.goods.name(value).map(str::to_owned),
            ("problem", _) => lists.problems.name(value).map(str::to_owned),
            ("area", "unit") => {
                let id: Option<UnitId> = rest.parse().ok();
                id.map(|id| tx.one(&UNIT, &params![id]))
                    .transpose()?
                    .flatten()
                    .map(|row| row.get("name"))
                    .transpose()?
            }
            ("trader", "id") => {
                let id: Option<TraderId> = rest.parse().ok();
                id.map(|id| tx.one(&TRADER, &params![id]))
                    .transpose()?
                    .flatten()
                    .map(|row| row.get("name"))
                    .transpose()?
            }
            ("incident", _) => {
                let id: Option<MatterId> = value.parse().ok();
                let row = id.map(|id| tx.one(&FIRST, &params![id])).transpose()?.flatten();
                row.map(|row| row.get::<Date>("received_on"))
                    .transpose()?
                    .map(|day| format!("{day} 起多人说的同一件事"))
            }
            _ => Some(rest.to_owned()),
        };
        let name = name.filter(|name: &String| !name.is_empty()).unwrap_or_else(|| rest.to_owned());
        self.0.insert(place, name.clone());
        Ok(name)
    }
}

fn label(column: &str) -> &'static str {
    match column {
        "goods" => "商品服务",
        "problem" => "问题",
        "area" => "区域",
        "trader" => "经营者",
        "brand" => "品牌",
        "incident" => "事件",
        _ => "关注名单",
    }
}
