//! Rules: what a program may send, field by field: one description for validation, for the form it becomes, and for OpenAPI.

mod check;
pub mod lists;

use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};

pub(crate) use check::is_id;
use check::{files_fault, is_day, is_money, list, long, map_fault, map_schema, repeats};

/// Characters of a text, unless the field says otherwise.
const SHORT: usize = 200;

/// Where the words of a choice come from.
#[derive(Clone, Copy)]
pub enum Choices {
    /// (stored word, Chinese) known when the program is built.
    Fixed(&'static [(&'static str, &'static str)]),
    /// (stored word, Chinese) of the law and the lists in use.
    Listed(fn() -> Vec<(String, String)>),
}

/// What kind of value a field holds.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Text of at most so many characters.
    Text(usize),
    /// A legal date.
    Day,
    /// An instant with its offset.
    Instant,
    /// Yuan with at most two decimals, as text.
    Money,
    /// A whole number within these bounds.
    Number(i64, i64),
    /// Yes or no.
    Flag,
    /// An id.
    Id,
    /// One of a list.
    One(Choices),
    /// Several of a list.
    Many(Choices),
    /// At most so many texts of at most so many characters.
    Texts(usize, usize),
    /// Texts of at most so many characters by their names, one of a list or any.
    Map(Option<Choices>, usize),
    /// Files with their bytes in base64.
    Files,
}

/// A field of a request.
#[derive(Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its name in the page's form.
    pub form: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// What it means, in Chinese.
    pub doc: &'static str,
}

impl Field {
    /// A field that may be left out.
    pub const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self { name, form: name, kind, required: false, doc }
    }

    /// A text of at most 200 characters.
    pub const fn line(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, Kind::Text(SHORT), doc)
    }

    /// A text of at most `most` characters.
    pub const fn text(name: &'static str, most: usize, doc: &'static str) -> Self {
        Self::new(name, Kind::Text(most), doc)
    }

    /// A legal date.
    pub const fn day(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, Kind::Day, doc)
    }

    /// An instant.
    pub const fn instant(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, Kind::Instant, doc)
    }

    /// Money.
    pub const fn money(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, Kind::Money, doc)
    }

    /// Yes or no.
    pub const fn flag(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, Kind::Flag, doc)
    }

    /// An id.
    pub const fn id(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, Kind::Id, doc)
    }

    /// One of a list that stands in the program.
    pub const fn one(
        name: &'static str,
        of: &'static [(&'static str, &'static str)],
        doc: &'static str,
    ) -> Self {
        Self::new(name, Kind::One(Choices::Fixed(of)), doc)
    }

    /// One of a list of the law in use.
    pub const fn listed(name: &'static str, of: fn() -> Vec<(String, String)>, doc: &'static str) -> Self {
        Self::new(name, Kind::One(Choices::Listed(of)), doc)
    }

    /// It must be there.
    #[must_use]
    pub const fn needed(mut self) -> Self {
        self.required = true;
        self
    }

    /// Its name in the page's form, where that differs.
    #[must_use]
    pub const fn called(mut self, form: &'static str) -> Self {
        self.form = form;
        self
    }
}

/// The version a change was prepared on: refused as stale when somebody was faster.
pub const VERSION: Field =
    Field::new("version", Kind::Number(0, i64::MAX), "准备办理时看到的版本号；不一致时拒绝（409）")
        .called("_version");

impl Choices {
    /// (stored word, Chinese) in order.
    pub fn all(self) -> Vec<(String, String)> {
        match self {
            Self::Fixed(list) => {
                list.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect()
            }
            Self::Listed(list) => list(),
        }
    }

    fn schema(self) -> Json {
        let all = self.all();
        let words = all.iter().map(|(code, words)| format!("{code} {words}")).collect::<Vec<_>>().join("；");
        json!({ "type": "string", "enum": all.iter().map(|(code, _)| code).collect::<Vec<_>>(), "description": words })
    }
}

impl Kind {
    /// The JSON schema of a value.
    pub fn schema(self) -> Json {
        match self {
            Self::Text(most) => json!({ "type": "string", "maxLength": most }),
            Self::Day => json!({ "type": "string", "format": "date", "example": "2026-09-23" }),
            Self::Instant => {
                json!({ "type": "string", "format": "date-time", "example": "2026-09-23T09:30:00+08:00" })
            }
            Self::Money => {
                json!({ "type": "string", "pattern": "^[0-9]{1,12}([.][0-9]{1,2})?$", "example": "68.50" })
            }
            Self::Number(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
            Self::Flag => json!({ "type": "boolean" }),
            Self::Id => json!({ "type": "string", "format": "uuid" }),
            Self::One(choices) => choices.schema(),
            Self::Many(choices) => {
                json!({ "type": "array", "items": choices.schema(), "uniqueItems": true, "maxItems": 50 })
            }
            Self::Texts(many, most) => {
                json!({ "type": "array", "items": { "type": "string", "maxLength": most }, "maxItems": many })
            }
            Self::Map(choices, most) => map_schema(choices, most),
            Self::Files => json!({
                "type": "array", "minItems": 1, "maxItems": 20,
                "items": {
                    "type": "object", "additionalProperties": false, "required": ["name", "data"],
                    "properties": {
                        "name": { "type": "string", "minLength": 1, "maxLength": 120 },
                        "data": { "type": "string", "contentEncoding": "base64", "minLength": 4, "maxLength": 28_000_000 }
                    }
                }
            }),
        }
    }

    /// What is wrong with `value`, if anything.
    fn fault(self, value: &Json) -> Option<String> {
        let text = value.as_str();
        let said = |ok: bool, words: &str| (!ok).then(|| words.to_owned());
        match self {
            Self::Text(most) => match text {
                None => Some("须是文字".to_owned()),
                Some(text) => long(text, most),
            },
            Self::Day => said(text.is_some_and(is_day), "须是日期，例如 2026-09-23"),
            Self::Instant => said(
                text.is_some_and(|text| text.len() >= 20 && text.parse::<Timestamp>().is_ok()),
                "须是带时区的时间，例如 2026-09-23T09:30:00+08:00",
            ),
            Self::Money => said(text.is_some_and(is_money), "须是金额（元），最多两位小数，写成文字"),
            Self::Number(least, most) => {
                let whole = value.as_i64().filter(|number| (least..=most).contains(number));
                said(whole.is_some(), &format!("须是 {least} 至 {most} 的整数"))
            }
            Self::Flag => said(value.is_boolean(), "须是 true 或者 false"),
            Self::Id => said(text.is_some_and(is_id), "须是编号（UUID）"),
            Self::One(choices) => {
                let known = text.is_some_and(|text| choices.all().iter().any(|(code, _)| code == text));
                said(known, "不在可选范围内")
            }
            Self::Many(choices) => {
                let all = choices.all();
                list(value, 50, |item| {
                    let known = item.as_str().is_some_and(|text| all.iter().any(|(code, _)| code == text));
                    said(known, "含有不在可选范围内的内容")
                })
                .or_else(|| said(!repeats(value), "不能重复"))
            }
            Self::Texts(many, most) => list(value, many, |item| {
                item.as_str().map_or_else(|| Some("每项须是文字".to_owned()), |text| long(text, most))
            }),
            Self::Map(choices, most) => map_fault(choices, most, value),
            Self::Files => files_fault(value),
        }
    }
}

/// (field, sentence) of everything that is wrong with a body, by its fields alone: nothing unknown gets through (SEC_11).
pub fn faults(fields: &[Field], body: &Map<String, Json>) -> Vec<(String, String)> {
    let unknown = body.keys().filter(|key| !fields.iter().any(|field| field.name == key.as_str()));
    let mut faults: Vec<_> = unknown.map(|key| (key.clone(), "没有这个字段".to_owned())).collect();
    for field in fields {
        let fault = match body.get(field.name) {
            None if field.required => Some("必须填写".to_owned()),
            None => None,
            Some(value) => field.kind.fault(value),
        };
        faults.extend(fault.map(|sentence| (field.name.to_owned(), sentence)));
    }
    faults
}

/// The JSON value of a query parameter, by its field: numbers and flags are read, everything else is text.
pub fn from_text(field: &Field, text: &str) -> Json {
    match field.kind {
        Kind::Number(..) => text.parse::<i64>().map_or_else(|_| json!(text), Json::from),
        Kind::Flag => text.parse::<bool>().map_or_else(|_| json!(text), Json::from),
        _ => json!(text),
    }
}

/// The schema of a body.
pub fn schema(fields: &[Field]) -> Json {
    let properties: Map<String, Json> = fields
        .iter()
        .map(|field| {
            let mut schema = field.kind.schema();
            let listed = schema.get("description").and_then(Json::as_str).unwrap_or_default();
            schema["description"] = json!([field.doc, listed].join(" ").trim());
            (field.name.to_owned(), schema)
        })
        .collect();
    let required: Vec<_> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    json!({ "type": "object", "additionalProperties": false, "properties": properties, "required": required })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[Field] = &[
        Field::text("words", 5, "说明").needed(),
        Field::day("day", "日期"),
        Field::money("sum", "金额"),
        Field::flag("yes", "同意"),
        Field::id("who", "谁"),
        Field::one("way", &[("a", "甲")], "方式"),
        Field::new("at", Kind::Instant, "时间"),
        Field::new("n", Kind::Number(1, 5), "数"),
        Field::new("demands", Kind::Many(Choices::Listed(lists::demands)), "诉求"),
        Field::new("items", Kind::Texts(2, 3), "材料"),
        Field::new("files", Kind::Files, "文件"),
        Field::new("more", Kind::Map(Some(Choices::Fixed(&[("a", "甲")])), 3), "各栏"),
    ];

    fn wrong(body: &Json) -> Vec<String> {
        faults(FIELDS, body.as_object().unwrap()).into_iter().map(|(field, _)| field).collect()
    }

    #[test]
    fn a_whole_body_passes() {
        let body = json!({
            "words": "五个字以内", "day": "2026-02-28", "sum": "0.50", "yes": false,
            "who": "01900000-0000-7000-8000-000000000001", "way": "a", "at": "2026-09-23T09:30:00+08:00", "n": 5,
            "demands": ["refund"], "items": ["一"], "files": [{ "name": "a.jpg", "data": "AAAA" }],
            "more": { "a": "一" }
        });
        assert!(wrong(&body).is_empty(), "{:?}", faults(FIELDS, body.as_object().unwrap()));
    }

    #[test]
    fn what_no_form_has_is_named() {
        assert_eq!(wrong(&json!({})), ["words"]);
        assert_eq!(wrong(&json!({ "words": "a", "role": "administrator" })), ["role"]);
        for (field, value) in [
            ("words", json!("六个字就太长")),
            ("words", json!(5)),
            ("day", json!("2026-02-30")),
            ("day", json!("2026-2-3")),
            ("sum", json!("1.234")),
            ("sum", json!("-1")),
            ("sum", json!(1)),
            ("yes", json!("yes")),
            ("who", json!("1")),
            ("way", json!("b")),
            ("at", json!("2026-09-23T09:30")),
            ("n", json!(6)),
            ("n", json!(1.5)),
            ("demands", json!(["refund", "refund"])),
            ("demands", json!(["x"])),
            ("items", json!(["1", "2", "3"])),
            ("more", json!([])),
            ("more", json!({ "b": "一" })),
            ("more", json!({ "a": "四个字长" })),
            ("more", json!({ "a": 1 })),
            ("files", json!([])),
            ("files", json!([{ "name": "a" }])),
        ] {
            let mut body = json!({ "words": "a" });
            body[field] = value.clone();
            assert_eq!(wrong(&body), [field], "{value}");
        }
    }
}
