//! The values of a paper: filled from the matter, changed by the officer, masked for who may not see, given to the text.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use kernel::{Refusal, day_words, mask};
use law::{Ground, RuleSet};
use matters::Kind;
use minijinja::Value;

use crate::{
    facts::Facts,
    form::{FieldKind, FieldRule, Form, Personal, law_words},
    language::{PLAIN, clean},
};

/// Every field of a paper as stored: days as `2026-09-23`, choices by their word.
pub type Values = BTreeMap<String, String>;

/// The name of the office, kept with the values.
pub const BUREAU: &str = "bureau";

/// What stands where a reporter's data may not be shown (令第121号 第三十七条).
pub const SECRET: &str = "（举报人信息保密）";

/// The values of a new paper.
pub fn fill(form: &Form, facts: &Facts, bureau: &str) -> Values {
    let of = |field: &FieldRule| {
        let known = facts.get(field.source.as_str()).filter(|value| !value.is_empty());
        (field.key.clone(), known.cloned().unwrap_or_else(|| field.preset.clone()))
    };
    let mut values: Values = form.fields.iter().map(of).collect();
    values.insert(BUREAU.to_owned(), bureau.to_owned());
    values
}

/// How much of a paper somebody may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Everything.
    Clear,
    /// Personal fields masked.
    Masked,
    /// Personal fields not at all: a reporter's.
    Hidden,
}

/// The values as somebody may see them.
pub fn seen(form: &Form, values: &Values, sight: Sight) -> Values {
    let mut values = values.clone();
    for field in form.fields.iter().filter(|field| field.personal.is_some()) {
        if let Some(value) = values.get_mut(&field.key).filter(|value| !value.is_empty()) {
            *value = masked(field, value, sight);
        }
    }
    values
}

fn masked(field: &FieldRule, value: &str, sight: Sight) -> String {
    match (sight, field.personal) {
        (Sight::Hidden, Some(_)) => SECRET.to_owned(),
        (Sight::Masked, Some(Personal::Name)) => mask::name(value),
        (Sight::Masked, Some(Personal::Phone)) => mask::phone(value),
        (Sight::Masked, Some(Personal::Address)) => mask::address(value),
        (Sight::Masked, Some(Personal::Identity)) => mask::identity(value),
        (Sight::Clear, _) | (_, None) => value.to_owned(),
    }
}

/// Holds what was typed into a field against what the field may hold; empty is for [`missing`] to judge.
///
/// # Errors
/// A refusal at the field.
pub fn accept(field: &'static FieldRule, value: &str, set: &RuleSet) -> Result<(), Refusal> {
    let among = |grounds: &[Ground]| grounds.iter().any(|ground| ground.code == value);
    let (fits, sentence) = match field.kind {
        FieldKind::Line | FieldKind::Area => (!mask::is_masked(value), "这里是遮盖后的内容，请填写完整内容"),
        FieldKind::Day => (value.parse::<Date>().is_ok(), "日期请按 2026-04-15 的样子填写"),
        FieldKind::Time => (time_words(value).is_some(), "时间请按 2026-04-15 09:30 的样子填写"),
        FieldKind::Choice => (field.options.iter().any(|(code, _)| code == value), "请从列表中选择"),
        FieldKind::YesNo => (["yes", "no"].contains(&value), "请从列表中选择"),
        FieldKind::RefusalGround => (among(&set.refusal_grounds), "请从列表中选择"),
        FieldKind::TerminationGround => (among(&set.termination_grounds), "请从列表中选择"),
    };
    let fits = fits || (field.personal.is_none() && matches!(field.kind, FieldKind::Line | FieldKind::Area));
    if fits || value.is_empty() { Ok(()) } else { Err(Refusal::new("field", sentence).at(&field.key)) }
}

/// Labels of the fields that must be filled and are not.
pub fn missing<'a>(form: &'a Form, values: &Values) -> Vec<&'a FieldRule> {
    let empty = |field: &&FieldRule| values.get(&field.key).is_none_or(|value| value.trim().is_empty());
    form.fields.iter().filter(|field| field.required).filter(empty).collect()
}

/// Chinese numeral of an item, as the forms count: 一 to 九十九.
pub fn numeral(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (tens, ones) = (number / 10 % 10, number % 10);
    match (tens, ones) {
        (0, _) => DIGITS[ones].to_owned(),
        (1, _) => format!("十{}", DIGITS[ones]),
        _ => format!("{}十{}", DIGITS[tens], DIGITS[ones]),
    }
}

/// Named values, for the language.
pub(crate) fn record<K: Into<String>>(pairs: impl IntoIterator<Item = (K, Value)>) -> Value {
    let pairs: BTreeMap<String, Value> =
        pairs.into_iter().map(|(name, value)| (name.into(), value)).collect();
    Value::from_object(pairs)
}

fn plain(text: &str) -> Value {
    Value::from(format!("{PLAIN}{}", clean(text)))
}

fn grounds(grounds: &[Ground]) -> Value {
    let last = grounds.len().saturating_sub(1);
    grounds
        .iter()
        .enumerate()
        .map(|(at, ground)| {
            let text = ground.text.trim_end_matches(['。', '；']);
            record([
                ("number", plain(&numeral(at + 1))),
                ("text", plain(text)),
                ("last", Value::from(at == last)),
            ])
        })
        .collect()
}

fn item(list: &[Ground], code: &str) -> Value {
    let at = list.iter().position(|ground| ground.code == code);
    plain(&at.map_or_else(|| "\u{3000}".to_owned(), |at| numeral(at + 1)))
}

fn time_words(text: &str) -> Option<String> {
    let at: DateTime = text.replace(' ', "T").parse().ok()?;
    let minutes = if at.minute() == 0 { String::new() } else { format!("{:02}分", at.minute()) };
    Some(format!("{}{}时{minutes}", day_words(at.date()), at.hour()))
}

fn value_of(field: &FieldRule, stored: &str, set: &RuleSet) -> Value {
    match field.kind {
        FieldKind::Line | FieldKind::Area => Value::from(clean(stored)),
        FieldKind::Choice => Value::from(stored),
        FieldKind::Day => stored.parse::<Date>().map_or(Value::from(()), |day| Value::from(day_words(day))),
        FieldKind::Time => time_words(stored).map_or(Value::from(()), Value::from),
        FieldKind::YesNo => {
            let tick = |word: &str| if stored == word { "☑" } else { "□" };
            plain(&format!("{}是\u{3000}{}否", tick("yes"), tick("no")))
        }
        FieldKind::RefusalGround => item(&set.refusal_grounds, stored),
        FieldKind::TerminationGround => item(&set.termination_grounds, stored),
    }
}

/// What the text of a form is given.
pub fn context(form: &Form, values: &Values, set: &RuleSet, kind: Kind) -> Value {
    let stored = |key: &str| values.get(key).map_or("", String::as_str);
    let own = form.fields.iter().map(|field| (field.key.clone(), value_of(field, stored(&field.key), set)));
    let mut law: Vec<(&str, Value)> =
        law_words(set).into_iter().map(|(name, words)| (name, plain(&words))).collect();
    law.push(("refusal_grounds", grounds(&set.refusal_grounds)));
    law.push(("termination_grounds", grounds(&set.termination_grounds)));
    let common = [
        (BUREAU.to_owned(), plain(stored(BUREAU))),
        ("kind".to_owned(), Value::from(kind.code())),
        ("law".to_owned(), record(law)),
    ];
    record(own.chain(common))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_counted_in_chinese() {
        let counted: Vec<String> = [1, 8, 10, 11, 20, 23].into_iter().map(numeral).collect();
        assert_eq!(counted, ["一", "八", "十", "十一", "二十", "二十三"]);
    }

    #[test]
    fn days_and_hours_are_written_as_papers_write_them() {
        assert_eq!(time_words("2026-10-09T09:30").as_deref(), Some("2026年10月9日9时30分"));
        assert_eq!(time_words("2026-10-09 14:00").as_deref(), Some("2026年10月9日14时"));
        assert_eq!(time_words("明天"), None);
    }
}
