//! Templates of reports: prose, and figures by their id. A number that stands in the prose itself is refused.

use std::borrow::Cow;

use kernel::{Refusal, hex, sm3};
use numerals::Role;

/// A template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Stable key.
    pub key: Cow<'static, str>,
    /// Chinese name.
    pub name: Cow<'static, str>,
    /// Its text.
    pub source: Cow<'static, str>,
}

/// What ships.
pub const SHIPPED: &[Template] = &[
    of("work", "工作总结", include_str!("texts/work.md")),
    of("brief", "简报", include_str!("texts/brief.md")),
];

const fn of(key: &'static str, name: &'static str, source: &'static str) -> Template {
    Template { key: Cow::Borrowed(key), name: Cow::Borrowed(name), source: Cow::Borrowed(source) }
}

/// The shipped template under `key`.
pub fn shipped(key: &str) -> Option<&'static Template> {
    SHIPPED.iter().find(|template| template.key == key)
}

/// A digest of a template's text.
pub fn digest(source: &str) -> String {
    hex(&sm3(source.as_bytes())[..8])
}

/// The prose of a template with blanks for what is computed, so that places stay.
fn prose(source: &str) -> String {
    let (mut text, mut rest) = (String::with_capacity(source.len()), source);
    while let Some(at) = rest.find("{{").into_iter().chain(rest.find("{%")).chain(rest.find("{#")).min() {
        text += &rest[..at];
        let close = match rest.as_bytes()[at + 1] {
            b'{' => "}}",
            b'%' => "%}",
            _ => "#}",
        };
        let end = rest[at..].find(close).map_or(rest.len(), |end| at + end + 2);
        // A letter where a number will stand, so that what stands before and after it is not read as one.
        text.extend(rest[at..end].chars().map(|c| if c == '\n' { '\n' } else { '\u{3000}' }));
        rest = &rest[end..];
    }
    text + rest
}

/// Whether the prose of a template holds no number of its own: dates, articles, headings, and names such as 12315 and 3·15 may stand.
///
/// # Errors
/// A refusal that names the place.
pub fn lint(source: &str) -> Result<(), Refusal> {
    let typed = numerals::read(&prose(source));
    let typed = typed.iter().find(|one| matches!(one.role, Role::Quantity | Role::Ordinal));
    typed.map_or(Ok(()), |one| {
        let (line, column, text) = (one.line, one.column, &one.text);
        let sentence = format!(
            "第 {line} 行第 {column} 字“{text}”是直接写的数字：数字请用指标，例如 {{{{ n(\"received\") }}}}"
        );
        Err(Refusal::new("typed_number", sentence).at("source"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_numbers_are_refused_and_dates_articles_and_names_are_not() {
        for template in SHIPPED {
            assert_eq!(lint(&template.source), Ok(()), "{}", template.key);
        }
        assert_eq!(
            lint("一、情况\n依据令第121号第十四条，12315热线在3·15前后，2026年，{{ n(\"x\", 3) }}"),
            Ok(())
        );
        for (source, place) in [
            ("投诉84件", "第 1 行第 3 字"),
            ("{{ n(\"received\") }}\n共三万六千个", "第 2 行第 2 字"),
            ("排名第三", "第 1 行第 3 字"),
        ] {
            let refusal = lint(source).unwrap_err();
            assert!(refusal.to_string().contains(place), "{refusal}");
        }
    }
}
