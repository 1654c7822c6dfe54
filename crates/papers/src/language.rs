//! Rules: the language of form texts. Text is data, never code (SEC_14): fields, choices and one loop, nothing else; no
//! files, no functions, a limit of work and of length.
//!
//! What a field holds reaches the page between two marks of the private use area, so that nothing a person typed can be taken
//! for a word of the language or of the layout.

use std::{fmt::Write as _, io};

use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value};

/// Opens what was filled in; the page underlines it.
pub const FILL: char = '\u{E000}';
/// Closes what [`FILL`] or [`PLAIN`] opened.
pub const END: char = '\u{E001}';
/// Opens what stands there without a line below it: words of the law, ticks.
pub const PLAIN: char = '\u{E002}';
/// A line break within a field.
pub const BREAK: char = '\u{E003}';
/// A day that is not known yet.
pub const NO_DAY: char = '\u{E004}';

/// Steps one text may take: the longest shipped form takes some hundred.
const WORK: u64 = 20_000;
/// Bytes one paper may have.
const LENGTH: usize = 200_000;
/// Characters a form's text may have.
pub const TEXT_LIMIT: usize = 20_000;

/// The directives of the layout, at the beginning of a line.
pub const DIRECTIVES: &[&str] =
    &["@文号", "@抬头", "@行", "@组", "@排", "@格", "@签名", "@签", "@落款", "@注"];

/// What is wrong with a text, where, and what to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1; 0 for the whole text.
    pub line: usize,
    /// The sentence.
    pub words: String,
}

impl Fault {
    fn at(line: usize, words: impl Into<String>) -> Self {
        Self { line, words: words.into() }
    }

    /// As people read it.
    pub fn sentence(&self) -> String {
        if self.line == 0 { self.words.clone() } else { format!("第 {} 行：{}", self.line, self.words) }
    }
}

/// Takes the marks out of what a person typed.
pub fn clean(text: &str) -> String {
    text.chars().filter(|c| !('\u{E000}'..='\u{E00F}').contains(c) && *c != '\r').collect()
}

/// Holds a text against the closed grammar. `names` are the fields it may use.
///
/// # Errors
/// The first fault, with its line.
pub fn check(text: &str, names: &[&str], numbered: bool) -> Result<(), Fault> {
    if text.chars().count() > TEXT_LIMIT {
        return Err(Fault::at(0, format!("文书内容最多 {TEXT_LIMIT} 字")));
    }
    let mut loops: Vec<String> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        directive(line).map_err(|words| Fault::at(at + 1, words))?;
        tags(line, names, &mut loops).map_err(|words| Fault::at(at + 1, words))?;
    }
    let count = |word: &str| text.lines().filter(|line| line.starts_with(word)).count();
    if count("@文号") != usize::from(numbered) {
        let words = if numbered {
            "须有且只有一行“@文号”"
        } else {
            "登记表没有文号，请去掉“@文号”"
        };
        return Err(Fault::at(0, words));
    }
    if numbered && count("@落款") != 1 {
        return Err(Fault::at(0, "须有且只有一行“@落款”，后面写机关名称"));
    }
    environment().template_from_named_str("form", text).map(drop).map_err(|error| in_chinese(&error))
}

fn directive(line: &str) -> Result<(), String> {
    if line.contains(|c: char| ('\u{E000}'..='\u{E00F}').contains(&c)) {
        return Err("含有不能使用的特殊字符，请删去".to_owned());
    }
    if !line.starts_with('@') || DIRECTIVES.contains(&line.split_whitespace().next().unwrap_or_default()) {
        return Ok(());
    }
    Err(format!("不认识这个版式标记，可用的有：{}；标记后面要空一格", DIRECTIVES.join(" ")))
}

/// Every tag of a line; `loops` holds the variables of the loops that are open.
fn tags(line: &str, names: &[&str], loops: &mut Vec<String>) -> Result<(), String> {
    let mut rest = line;
    while let Some(at) = rest.find(['{', '}']) {
        let from = &rest[at..];
        let (open, close) = match from.get(..2) {
            Some("{{") => ("{{", "}}"),
            Some("{%") => ("{%", "%}"),
            Some("{#") => return Err("这里不能写注释，请删去“{#”".to_owned()),
            Some("}}") => return Err("“}}”前面缺少“{{”".to_owned()),
            _ => {
                rest = &from[1..];
                continue;
            }
        };
        let Some((inside, after)) = from[2..].split_once(close) else {
            return Err(format!("“{open}”没有在同一行用“{close}”结束"));
        };
        let inside = inside.trim();
        if open == "{{" {
            name(inside, names, loops)?;
        } else {
            statement(inside, names, loops)?;
        }
        rest = after;
    }
    Ok(())
}

/// Fields of one entry of a list of grounds.
const ENTRY: &[&str] = &["number", "text", "last"];

fn name(name: &str, names: &[&str], loops: &[String]) -> Result<(), String> {
    let of_loop = name
        .split_once('.')
        .is_some_and(|(variable, field)| loops.iter().any(|open| open == variable) && ENTRY.contains(&field));
    if names.contains(&name) || of_loop {
        return Ok(());
    }
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.');
    Err(if plain && !name.is_empty() {
        format!("没有“{name}”这个字段，请从字段表中选用")
    } else {
        "双花括号里只能写一个字段名，不能写算式、函数或者过滤器".to_owned()
    })
}

fn statement(inside: &str, names: &[&str], loops: &mut Vec<String>) -> Result<(), String> {
    let words: Vec<&str> = inside.split_whitespace().collect();
    match words.as_slice() {
        ["else" | "endif"] => Ok(()),
        ["endfor"] => loops.pop().map(drop).ok_or_else(|| "“endfor”前面缺少“for”".to_owned()),
        ["if" | "elif", condition @ ..] => choice(condition, names, loops),
        ["for", variable, "in", list] => {
            if !loops.is_empty() {
                return Err("循环里不能再套循环".to_owned());
            }
            if !["law.refusal_grounds", "law.termination_grounds"].contains(list) {
                return Err("只能对 law.refusal_grounds 或者 law.termination_grounds 循环".to_owned());
            }
            if !variable.chars().all(|c| c.is_ascii_lowercase()) || names.contains(variable) {
                return Err("循环变量请用小写字母，不能与字段同名，例如 item".to_owned());
            }
            loops.push((*variable).to_owned());
            Ok(())
        }
        _ => Err("只能使用 if、elif、else、endif、for、endfor".to_owned()),
    }
}

fn choice(words: &[&str], names: &[&str], loops: &[String]) -> Result<(), String> {
    let literal = |word: &str| {
        word.len() > 2
            && word.starts_with('"')
            && word.ends_with('"')
            && !word[1..word.len() - 1].contains(['"', '\\'])
    };
    let words = words.strip_prefix(&["not"]).unwrap_or(words);
    match words {
        [field] => name(field, names, loops),
        [field, "==" | "!=", value] if literal(value) => name(field, names, loops),
        _ => Err("条件请写成“字段”“not 字段”或者“字段 == \"值\"”".to_owned()),
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_fuel(Some(WORK));
    environment.set_recursion_limit(8);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_formatter(|out, _, value| {
        if value.is_none() {
            out.write_char(NO_DAY)?;
            return Ok(());
        }
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let plain = text.strip_prefix(PLAIN);
        let body = plain.unwrap_or(&text).replace('\n', BREAK.encode_utf8(&mut [0; 4]));
        out.write_char(if plain.is_some() { PLAIN } else { FILL })?;
        out.write_str(&body)?;
        out.write_char(END)?;
        Ok(())
    });
    environment
}

/// A writer that stops at [`LENGTH`].
struct Limited(Vec<u8>);

impl io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LENGTH {
            return Err(io::Error::other("too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Puts the values of `context` into `text`; what was filled in stands between marks.
///
/// # Errors
/// A fault with its line: a field that is not there, too much work, too long.
pub fn render(text: &str, context: &Value) -> Result<String, Fault> {
    let environment = environment();
    let template = environment.template_from_named_str("form", text).map_err(|error| in_chinese(&error))?;
    let mut written = Limited(Vec::new());
    template
        .render_captured_to(context.clone(), &mut written)
        .map(drop)
        .map_err(|error| in_chinese(&error))?;
    String::from_utf8(written.0).map_err(|error| Fault::at(0, error.to_string()))
}

fn in_chinese(error: &minijinja::Error) -> Fault {
    let line = error.line().unwrap_or(0);
    let words = match error.kind() {
        ErrorKind::SyntaxError => "标记不成对或者写错了，请检查 if/endif、for/endfor 和花括号",
        ErrorKind::UndefinedError => "用到了没有的字段，请从字段表中选用",
        ErrorKind::OutOfFuel => "循环太多，超出了一份文书的限度",
        ErrorKind::WriteFailure => "生成的文书太长",
        _ => "用到了文书里不允许的写法，只能写字段、if 和 for",
    };
    Fault::at(line, words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::record;

    const NAMES: &[&str] = &["name", "to", "law.title", "law.refusal_grounds"];

    fn fault(text: &str) -> String {
        check(text, NAMES, false).map_or_else(|fault| fault.sentence(), |()| String::new())
    }

    fn context() -> Value {
        let entries: Vec<Value> = (0..7).map(|_| record([("text", Value::from("的"))])).collect();
        let law = record([
            ("title", Value::from(format!("{PLAIN}办法"))),
            ("refusal_grounds", Value::from_iter(entries)),
        ]);
        record([("name", Value::from("{{ law.title }}\n@注 伪造")), ("to", Value::from("x")), ("law", law)])
    }

    #[test]
    fn sec_14_what_is_not_a_field_a_choice_or_the_loop_is_refused_with_its_line() {
        for (text, words) in [
            ("甲\n{{ 7 * 7 }}", "第 2 行：双花括号里只能写一个字段名"),
            ("{{ name|upper }}", "第 1 行：双花括号里只能写一个字段名"),
            ("{{ name.__class__ }}", "第 1 行：没有“name.__class__”这个字段"),
            ("{{ secret }}", "第 1 行：没有“secret”这个字段"),
            ("{% include \"/etc/passwd\" %}", "第 1 行：只能使用 if"),
            ("{% set name = 1 %}", "第 1 行：只能使用 if"),
            ("{% macro a() %}{% endmacro %}", "第 1 行：只能使用 if"),
            (
                "{% for a in law.refusal_grounds %}\n{% for b in law.refusal_grounds %}",
                "第 2 行：循环里不能再套循环",
            ),
            ("{% for a in range(9) %}", "第 1 行：只能对"),
            ("{% if name == name ~ name %}", "第 1 行：条件请写成"),
            ("甲\n乙\n{% if name %}", "标记不成对"),
            ("{{ name", "第 1 行：“{{”没有在同一行用“}}”结束"),
            ("{# 注释 #}", "第 1 行：这里不能写注释"),
            ("@图片 a.png", "第 1 行：不认识这个版式标记"),
            ("@注甲", "第 1 行：不认识这个版式标记"),
            ("甲\u{E000}", "第 1 行：含有不能使用的特殊字符"),
            ("@文号", "登记表没有文号"),
        ] {
            assert!(fault(text).contains(words), "{text}: {}", fault(text));
        }
        assert_eq!(fault("{% if to == \"x\" %}{{ name }}{% else %}{ 乙 }{% endif %}"), "");
        assert!(check("甲", NAMES, true).unwrap_err().words.contains("@文号"));
    }

    #[test]
    fn sec_14_a_text_that_would_run_for_ever_or_without_end_is_stopped() {
        let depth = 6;
        let text = format!(
            "{}{{{{ name }}}}{}",
            "{% for a in law.refusal_grounds %}".repeat(depth),
            "{% endfor %}".repeat(depth)
        );
        assert!(render(&text, &context()).unwrap_err().words.contains("循环太多"));
        let long = record([("name", Value::from("长".repeat(20_000)))]);
        assert!(render(&"{{ name }}".repeat(9), &long).unwrap_err().words.contains("太长"));
    }

    #[test]
    fn sec_14_what_was_typed_is_never_read_as_language_or_layout() {
        let marked = render("{{ name }}", &context()).unwrap();
        assert_eq!(marked, format!("{FILL}{{{{ law.title }}}}{BREAK}@注 伪造{END}"));
        assert_eq!(marked.lines().count(), 1);
        assert_eq!(clean("甲\u{E001}乙\r\n"), "甲乙\n");
    }

    #[test]
    fn an_unknown_field_is_a_fault_with_its_line() {
        assert_eq!(render("甲\n{{ nobody }}", &context()).unwrap_err().line, 2);
    }
}
