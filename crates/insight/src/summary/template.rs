//! Templates of reports: prose, and figures by their id. A number that stands in the prose itself is refused.

use std::borrow::Cow;

use kernel::{OfficerId, Refusal, hex, sm3};
use numerals::Role;

use super::{Outward, Series};
use crate::book::gather::Wanted;

/// A template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Stable key.
    pub key: Cow<'static, str>,
    /// Chinese name.
    pub name: Cow<'static, str>,
    /// Its text.
    pub source: Cow<'static, str>,
    /// How its reports go out.
    pub outward: Outward,
}

impl Template {
    /// Whether it is about one officer (述职报告).
    pub fn is_about_one(&self) -> bool {
        self.source.contains("officer") || self.source.contains("\"deed\"") || self.source.contains("\"duty.")
    }

    /// What it speaks of beside figures.
    pub(crate) fn wanted(&self, about: Option<OfficerId>) -> Wanted {
        let traders = self.source.contains("\"trader\"");
        Wanted { traders, plan: self.source.contains("\"plan."), about }
    }
}

/// What ships.
pub const SHIPPED: &[Template] = &[
    of("work", "工作总结", include_str!("texts/work.md")),
    of("quarter", "季度工作总结", include_str!("texts/quarter.md")),
    of("half", "半年工作总结", include_str!("texts/half.md")),
    out("brief", "简报", include_str!("texts/brief.md"), (Series::Issue, false, "")),
    out("circular", "通报", include_str!("texts/circular.md"), (Series::Number, true, "")),
    out("special", "信息专报", include_str!("texts/special.md"), (Series::Issue, true, "消费维权信息专报")),
    of("analysis", "12315数据分析报告", include_str!("texts/analysis.md")),
    of("publicity", "消费投诉公示表", include_str!("texts/publicity.md")),
    of("duty", "述职报告", include_str!("texts/duty.md")),
    of("plan", "下期工作计划", include_str!("texts/plan.md")),
];

const fn of(key: &'static str, name: &'static str, source: &'static str) -> Template {
    Template {
        key: Cow::Borrowed(key),
        name: Cow::Borrowed(name),
        source: Cow::Borrowed(source),
        outward: Outward::PLAIN,
    }
}

/// One whose reports are numbered, with a red head or none. The word of a 发文字号 is the office's own: none ships.
const fn out(
    key: &'static str,
    name: &'static str,
    source: &'static str,
    (series, has_head, mark): (Series, bool, &'static str),
) -> Template {
    let outward = Outward { series, word: Cow::Borrowed(""), has_head, mark: Cow::Borrowed(mark) };
    Template { key: Cow::Borrowed(key), name: Cow::Borrowed(name), source: Cow::Borrowed(source), outward }
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

/// Words that the statements of a template may hold beside names of figures.
const SIGNS: &[char] = &['(', ')', ',', '.', '_', '-', '%', '{', '}', ' ', '\n'];

/// Whether what is computed in a template is no more than the printing of figures: no reckoning, no filters, no numbers but how many
/// parts are told, up to 20.
fn computed(source: &str) -> Result<(), Refusal> {
    let mut rest = source;
    let wrong = |at: usize, words: &str, why: &str| {
        let line = source[..at].matches('\n').count() + 1;
        let words: String = words.trim().chars().take(40).collect();
        Err(Refusal::new("template", format!("第 {line} 行“{words}”{why}")).at("source"))
    };
    while let Some(at) = rest.find("{{").into_iter().chain(rest.find("{%")).chain(rest.find("{#")).min() {
        let from = source.len() - rest.len() + at;
        let close = match rest.as_bytes()[at + 1] {
            b'{' => "}}",
            b'%' => "%}",
            _ => return wrong(from, "{#", "不能写注释"),
        };
        let Some(end) = rest[at + 2..].find(close) else {
            return wrong(from, &rest[at..], "没有写完");
        };
        let inside = &rest[at + 2..at + 2 + end];
        let mut plain = String::new();
        for (number, part) in inside.split('"').enumerate() {
            let is_string = number % 2 == 1;
            if is_string && part.chars().any(|c| !c.is_ascii_alphanumeric() && !"_.=".contains(c)) {
                return wrong(from, part, "不是指标的代号");
            }
            if !is_string {
                plain += part;
            }
        }
        if close == "}}" && plain.trim_start().starts_with(|c: char| !c.is_ascii_alphabetic()) {
            return wrong(from, inside, "不是指标：数字和文字请不要写在花括号里");
        }
        if plain.contains(|c: char| !c.is_ascii_alphanumeric() && !SIGNS.contains(&c)) {
            return wrong(from, inside, "不能这样写：只能列指标，不能运算");
        }
        let numbers = plain.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let large = |word: &&str| {
            word.starts_with(|c: char| c.is_ascii_digit())
                && word.parse::<u32>().map_or(true, |number| number > 20)
        };
        if let Some(word) = numbers.into_iter().find(large) {
            return wrong(from, word, "太大：最多列 20 项");
        }
        for word in ["set", "macro", "include", "import", "extends", "block", "call", "filter", "raw", "self"]
        {
            if plain.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|one| one == word) {
                return wrong(from, word, "不能用");
            }
        }
        rest = &rest[at + 2 + end + 2..];
    }
    Ok(())
}

/// Whether the prose of a template holds no number of its own: dates, articles, headings, and names such as 12315 and 3·15 may stand; and
/// whether what is computed is the printing of figures alone.
///
/// # Errors
/// A refusal that names the place.
pub fn lint(source: &str) -> Result<(), Refusal> {
    computed(source)?;
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

    #[test]
    fn sec_14_a_template_prints_figures_and_reckons_nothing() {
        for source in [
            "{{ 'a' * 100000000 }}",
            "{{ \"八十四\" }}",
            "{{ 84 }}",
            "{{ n(\"received\") ~ 5 }}",
            "{{ n(\"received\") | upper }}",
            "{% set a = n(\"received\") %}",
            "{% include \"x\" %}",
            "{% for x in top(\"received\", \"goods\", 1000) %}{% endfor %}",
            "{# 84 #}",
            "{{ n(\"received\")",
            "{{ n(\"84件\") }}",
            "{{ [1] }}",
        ] {
            assert!(lint(source).is_err(), "{source}");
        }
        assert_eq!(
            lint("{% for x in top(\"received\", \"goods\", 10) %}{{ x.name }}{{ x.n }}{% endfor %}"),
            Ok(())
        );
    }
}
