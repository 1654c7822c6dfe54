//! A mapping: which column of a stranger's table is which of our fields.

use std::collections::BTreeMap;

use serde::Deserialize;

use sheets::TableError;

/// Which column of the file is which field, and how its words are ours. TOML.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    /// Name of the system the file comes from; numbers are unique within it.
    pub source: String,
    /// Name of the system whose number stands in the field `other_number`: the same matter may arrive from there too.
    #[serde(default)]
    pub other_source: String,
    /// field → header name. Fields: number, other_number, kind, channel, name, phone, trader, trader_address, title, facts,
    /// goods, problem, place, received, closed, answer.
    pub columns: BTreeMap<String, String>,
    /// field → value for fields the file does not have.
    #[serde(default)]
    pub defaults: BTreeMap<String, String>,
    /// field → (their word → our code).
    #[serde(default)]
    pub words: BTreeMap<String, BTreeMap<String, String>>,
}

/// The mapping for exports of the national platform (regulations §5.1).
const NATIONAL: &str = include_str!("../national.toml");

/// The mapping for 12345 work orders; also `docs/mappings/12345.toml`.
const HOTLINE: &str = include_str!("../../../../docs/mappings/12345.toml");

impl Map {
    /// The header names of the national platform's exports.
    ///
    /// # Panics
    /// Never: the text is compiled in and read by a test.
    pub fn national() -> Self {
        toml::from_str(NATIONAL).unwrap_or_default()
    }

    /// The header names of 12345 work orders as cities export them.
    ///
    /// # Panics
    /// Never: the text is compiled in and read by a test.
    pub fn hotline() -> Self {
        toml::from_str(HOTLINE).unwrap_or_default()
    }

    /// Reads a mapping file.
    ///
    /// # Errors
    /// A sentence that says where it is wrong.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        toml::from_str(text).map_err(|error| TableError::File(format!("映射文件有误：{error}")))
    }

    pub(super) fn get<'a>(&'a self, row: &'a BTreeMap<String, String>, field: &str) -> &'a str {
        let cell = self
            .columns
            .get(field)
            .and_then(|header| row.get(header))
            .map(String::as_str)
            .filter(|cell| !cell.is_empty());
        let word = cell.or_else(|| self.defaults.get(field).map(String::as_str)).unwrap_or_default();
        self.words.get(field).and_then(|words| words.get(word)).map_or(word, String::as_str)
    }
}
