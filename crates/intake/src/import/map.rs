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

/// The fields without which no row can be brought in, as a person calls them.
const NEEDED: [(&str, &str); 4] =
    [("number", "编号"), ("kind", "类型"), ("facts", "诉求内容"), ("received", "登记时间")];

/// The mapping for exports of the national platform (regulations §5.1).
const NATIONAL: &str = include_str!("../national.toml");

/// The mapping for 12345 work orders, a proposal (no published text gives the names); also `docs/mappings/12345.toml`.
const HOTLINE: &str = include_str!("../../../../docs/mappings/12345.toml");

impl Map {
    /// The header names of the national platform's exports.
    ///
    /// # Panics
    /// Never: the text is compiled in and read by a test.
    pub fn national() -> Self {
        toml::from_str(NATIONAL).unwrap_or_default()
    }

    /// The header names that we propose for 12345 work orders; a city that writes others copies and edits the file.
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

    /// Whether a table with these header names can be brought in: the columns without which no row can are there.
    ///
    /// # Errors
    /// A sentence that names what is missing, what stands nearest to it in the file, and where the names are written.
    pub fn fits(&self, headers: &[String]) -> Result<(), String> {
        let has = |field: &str| {
            self.defaults.contains_key(field)
                || self.columns.get(field).is_some_and(|name| headers.contains(name))
        };
        let missing: Vec<_> = NEEDED.iter().filter(|(field, _)| !has(field)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let unread = self.unread(headers);
        let words = missing.iter().map(|(field, meaning)| {
            let Some(name) = self.columns.get(*field) else {
                return format!("映射文件没有写哪一列是{meaning}（{field}）");
            };
            let near = unread.iter().find(|(_, known)| known.as_ref() == Some(name));
            near.map_or_else(
                || format!("表头里没有“{name}”"),
                |(header, _)| format!("表头里没有“{name}”，文件里的“{header}”与它最接近"),
            )
        });
        Err(format!(
            "{}。请改好表头，或者复制映射文件、把其中的列名改成文件里的列名后选“自备映射文件”",
            words.collect::<Vec<_>>().join("；")
        ))
    }

    /// The header names that no field is read from, each with the known name nearest to it that the file does not have, when
    /// one is near.
    pub fn unread(&self, headers: &[String]) -> Vec<(String, Option<String>)> {
        let known: Vec<&String> = self.columns.values().collect();
        let free = |name: &&&String| !headers.contains(**name);
        let unknown = headers.iter().filter(|header| !header.is_empty() && !known.contains(header));
        let with_near = unknown.map(|header| {
            let near = known.iter().filter(free).map(|name| (distance(header, name), *name)).min();
            (
                header.clone(),
                near.filter(|(far, name)| far * 2 <= name.chars().count().max(header.chars().count()))
                    .map(|(_, name)| name.clone()),
            )
        });
        with_near.collect()
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

/// Characters to add, take away or change to make one name the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut corner = at;
        let mut left = at + 1;
        let next = row.iter().skip(1).zip(&other).map(|(above, known)| {
            let changed = corner + usize::from(letter != *known);
            corner = *above;
            left = changed.min(above + 1).min(left + 1);
            left
        });
        row = std::iter::once(at + 1).chain(next.collect::<Vec<_>>()).collect();
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(words: &str) -> Vec<String> {
        words.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn distances() {
        let pairs = [
            ("", "", 0),
            ("工单号", "工单编号", 1),
            ("诉求人姓名", "诉求人", 2),
            ("甲乙", "乙甲", 2),
            ("甲", "", 1),
        ];
        pairs.iter().for_each(|(one, other, far)| assert_eq!(distance(one, other), *far, "{one} {other}"));
    }

    #[test]
    fn an_unknown_header_is_told_with_the_known_name_nearest_to_it() {
        let map = Map::hotline();
        assert!(map.fits(&names("来电时间,诉求内容,工单编号,备注")).is_ok());
        let said = map.fits(&names("工单号,诉求的内容,来电时间,备注")).unwrap_err();
        assert!(said.contains("没有“工单编号”，文件里的“工单号”与它最接近"), "{said}");
        assert!(said.contains("没有“诉求内容”，文件里的“诉求的内容”与它最接近"), "{said}");
        assert!(said.contains("自备映射文件"), "{said}");
        let unread = map.unread(&names("工单编号,诉求人姓名,颜色"));
        assert_eq!(unread, [("诉求人姓名".into(), Some("诉求人".into())), ("颜色".into(), None)]);
        let own = Map::parse("source = \"甲\"\n[columns]\nnumber = \"号\"").unwrap();
        assert!(own.fits(&names("号")).unwrap_err().contains("映射文件没有写哪一列是诉求内容（facts）"));
    }
}
