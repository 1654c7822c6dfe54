//! Texts of notices: editions per kind and channel, filled from the matter. A text knows fields and `if`, nothing that
//! reckons, repeats or reads anything else (SEC_14).

mod edition;
mod fields;
mod length;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};

pub use edition::{CHANNELS, Edition, editions, in_use, put_in_use, store, wanted};
pub use fields::{FIELDS, Field, of, sample};
pub use length::measure;

/// Characters a text may have.
pub const LONGEST: usize = 3_000;
/// Steps a text may take: far more than a text of that length without loops needs.
const FUEL: u64 = 50_000;

pub(crate) fn statements() -> Vec<db::Sql> {
    [edition::STATEMENTS, fields::STATEMENTS].concat()
}

/// Fills `source`: `{{ field }}` and `{% if field %} … {% else %} … {% endif %}`, blanks around it taken away.
///
/// # Errors
/// What is wrong with the text, in a sentence.
pub fn fill(source: &str, fields: &[(&str, String)]) -> Result<String, String> {
    plain(source, |name| fields.iter().any(|(known, _)| *known == name))?;
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_fuel(Some(FUEL));
    let values = Value::from_pairs(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    let filled = environment.template_from_str(source).and_then(|template| template.render(values));
    let filled = filled.map_err(|error| {
        let line = error.line().unwrap_or(1);
        format!("第 {line} 行的写法不对：请检查 {{% if %}} 与 {{% endif %}} 是否成对")
    })?;
    Ok(filled.trim().to_owned())
}

/// Refuses whatever is neither a known field nor an `if` about one.
fn plain(source: &str, knows: impl Fn(&str) -> bool) -> Result<(), String> {
    let mut rest = source;
    while let Some(at) = rest.find('{') {
        rest = &rest[at..];
        let (open, close) = match rest.as_bytes() {
            [b'{', b'{', ..] => ("{{", "}}"),
            [b'{', b'%', ..] => ("{%", "%}"),
            [b'{', b'#', ..] => return Err("不能写 {# 注释 #}".to_owned()),
            _ => {
                rest = &rest[1..];
                continue;
            }
        };
        let (inside, after) =
            rest[open.len()..].split_once(close).ok_or_else(|| format!("“{open}”后面没有“{close}”"))?;
        let words: Vec<&str> = inside.split_whitespace().collect();
        let name = match (open, &words[..]) {
            ("{{", [name]) | ("{%", ["if" | "elif", name] | ["if" | "elif", "not", name]) => Some(*name),
            ("{%", ["else" | "endif"]) => None,
            _ => {
                let written: String = inside.trim().chars().take(40).collect();
                return Err(format!("“{written}”不能用：只能写字段名，或者 if 字段名、else、endif"));
            }
        };
        if let Some(name) = name.filter(|name| !knows(name)) {
            let written: String = name.chars().take(40).collect();
            return Err(format!("没有“{written}”这个字段，可用的字段见页面说明"));
        }
        rest = after;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(source: &str) -> Result<String, String> {
        fill(
            source,
            &[("number", "TS-1".to_owned()), ("due", String::new()), ("unit", "{{ number }}<b>".to_owned())],
        )
    }

    #[test]
    fn fields_and_conditions_are_filled_as_they_are() {
        assert_eq!(
            filled(" 编号{{ number }}{% if due %}，至{{ due }}{% else %}。{% endif %}\n").unwrap(),
            "编号TS-1。"
        );
        assert_eq!(filled("{{ unit }}").unwrap(), "{{ number }}<b>", "what is filled in is not read again");
        assert_eq!(filled("{ 5 } } {").unwrap(), "{ 5 } } {");
        assert!(filled("{%- if not due -%} 没有 {%- endif -%}").is_err(), "only the plain form");
    }

    #[test]
    fn sec_14_nothing_that_reckons_repeats_or_reads_is_a_text() {
        for source in [
            "{{ 'a' * 100000000 }}",
            "{{ number * 100000000 }}",
            "{% for x in range(1000000000) %}a{% endfor %}",
            "{% set a = number ~ number %}",
            "{% include '/etc/passwd' %}",
            "{% extends 'layout.html' %}",
            "{% import 'x' as y %}",
            "{% macro a() %}{{ a() }}{% endmacro %}",
            "{{ self }}",
            "{{ number.__class__ }}",
            "{{ number | upper }}",
            "{{ number[0] }}",
            "{{ debug() }}",
            "{% raw %}{{ number }}{% endraw %}",
            "{# 注释 #}",
            "{{ phone }}",
            "{{ number",
            "{% if number %}",
            "{% endif %}",
            "{% if number %}{% else %}{% else %}{% endif %}",
            "{{ {{ number }} }}",
            "{{ number }}{% if (((((((((( %}",
        ] {
            assert!(filled(source).is_err(), "{source}");
        }
        let deep = "{% if number %}".repeat(400) + &"{% endif %}".repeat(400);
        assert!(filled(&deep).is_err() || filled(&deep).unwrap().is_empty(), "deep nesting harms nobody");
    }
}
