//! Whether a value is what its kind says.

use jiff::civil::Date;
use kernel::Money;
use serde_json::{Value as Json, json};

use super::Choices;

pub(super) fn long(text: &str, most: usize) -> Option<String> {
    let count = text.chars().count();
    (count > most).then(|| format!("最多 {most} 字，现有 {count} 字"))
}

pub(super) fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<Date>().is_ok_and(|day| day.year() > 0)
}

pub(super) fn is_money(text: &str) -> bool {
    let (yuan, cents) = text.split_once('.').unwrap_or((text, "0"));
    let digits =
        |part: &str, most| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    digits(yuan, 12) && digits(cents, 2) && text.parse::<Money>().is_ok()
}

/// With hyphens, as ids are written everywhere.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() == 36 && text.parse::<kernel::MatterId>().is_ok()
}

pub(super) fn list(value: &Json, most: usize, fault: impl Fn(&Json) -> Option<String>) -> Option<String> {
    let Some(items) = value.as_array() else { return Some("须是列表".to_owned()) };
    if items.len() > most {
        return Some(format!("最多 {most} 项"));
    }
    items.iter().find_map(fault)
}

pub(super) fn repeats(value: &Json) -> bool {
    let items = value.as_array().map_or(&[][..], Vec::as_slice);
    items.iter().enumerate().any(|(at, item)| items[..at].contains(item))
}

/// Entries of a map.
const ENTRIES: usize = 200;

pub(super) fn map_schema(choices: Option<Choices>, most: usize) -> Json {
    let text = json!({ "type": "string", "maxLength": most });
    let names = match choices {
        Some(choices) => choices.schema(),
        None => json!({ "type": "string", "pattern": "^[A-Za-z0-9_]{1,40}$" }),
    };
    json!({ "type": "object", "additionalProperties": text, "propertyNames": names, "maxProperties": ENTRIES })
}

pub(super) fn map_fault(choices: Option<Choices>, most: usize, value: &Json) -> Option<String> {
    let Some(all) = value.as_object().filter(|all| all.len() <= ENTRIES) else {
        return Some(format!("须是不超过 {ENTRIES} 项的 JSON 对象"));
    };
    let known = choices.map(Choices::all);
    let good = |name: &str| match &known {
        Some(known) => known.iter().any(|(code, _)| code == name),
        None => {
            (1..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        }
    };
    all.iter().find_map(|(name, value)| match value.as_str() {
        _ if !good(name) => Some(format!("没有“{name}”这一项")),
        None => Some(format!("“{name}”须是文字")),
        Some(text) => long(text, most).map(|words| format!("“{name}”{words}")),
    })
}

pub(super) fn files_fault(value: &Json) -> Option<String> {
    if value.as_array().is_none_or(Vec::is_empty) {
        return Some("须是至少一个文件的列表".to_owned());
    }
    list(value, 20, |item| {
        let whole = item.as_object().is_some_and(|file| {
            file.len() == 2
                && file
                    .get("name")
                    .and_then(Json::as_str)
                    .is_some_and(|name| (1..=120).contains(&name.chars().count()))
                && file.get("data").and_then(Json::as_str).is_some_and(|data| data.len() >= 4)
        });
        (!whole).then(|| "每个文件须有 name 和 data（base64），没有其他内容".to_owned())
    })
}
