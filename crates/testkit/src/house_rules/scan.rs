//! Just enough of Rust's grammar to tell code from comments, strings and characters.

use std::ops::Range;

use super::Source;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Text,
    Character,
}

/// The text cut into pieces that follow each other without gap.
fn pieces(text: &str) -> Vec<(Kind, Range<usize>)> {
    let mut pieces = Vec::new();
    let (mut code, mut at, mut before) = (0, 0, ' ');
    while let Some(next) = text[at..].chars().next() {
        if let Some((kind, length)) = special(&text[at..], before) {
            if code < at {
                pieces.push((Kind::Code, code..at));
            }
            pieces.push((kind, at..at + length));
            at += length;
            code = at;
            before = ' ';
        } else {
            at += next.len_utf8();
            before = next;
        }
    }
    if code < at {
        pieces.push((Kind::Code, code..at));
    }
    pieces
}

/// What begins here that is not code, and how many bytes it has.
fn special(rest: &str, before: char) -> Option<(Kind, usize)> {
    if rest.starts_with("//") {
        return Some((Kind::Comment, rest.find('\n').unwrap_or(rest.len())));
    }
    if rest.starts_with("/*") {
        return Some((Kind::Comment, block_comment(rest)));
    }
    if rest.starts_with('"') {
        return Some((Kind::Text, quoted(rest)));
    }
    if !is_name(before)
        && let Some(length) = raw(rest)
    {
        return Some((Kind::Text, length));
    }
    character(rest).map(|length| (Kind::Character, length))
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        let step = match &rest.as_bytes()[at..] {
            [b'/', b'*', ..] => {
                depth += 1;
                2
            }
            [b'*', b'/', ..] => {
                depth -= 1;
                2
            }
            _ => 1,
        };
        at += step;
        if depth == 0 {
            break;
        }
    }
    at
}

fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// `r"…"`, `br#"…"#`, `cr"…"`.
fn raw(rest: &str) -> Option<usize> {
    let prefix = ["r", "br", "cr"]
        .into_iter()
        .find(|prefix| rest.strip_prefix(*prefix).is_some_and(|after| after.starts_with(['"', '#'])))?;
    let after = &rest[prefix.len()..];
    let hashes = after.len() - after.trim_start_matches('#').len();
    let begin = prefix.len() + hashes + 1;
    let end = format!("\"{}", "#".repeat(hashes));
    after[hashes..]
        .starts_with('"')
        .then(|| rest[begin..].find(&end).map_or(rest.len(), |length| begin + length + end.len()))
}

/// A character; a lifetime (`'a`) is none.
fn character(rest: &str) -> Option<usize> {
    let mut letters = rest.strip_prefix('\'')?.char_indices();
    let (_, first) = letters.next()?;
    if first == '\\' {
        letters.next()?;
        return letters.find(|(_, letter)| *letter == '\'').map(|(at, _)| at + 2);
    }
    letters.next().filter(|(_, letter)| *letter == '\'').map(|(at, _)| at + 2)
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Overwrites bytes with blanks; lines stay where they are.
fn blank(text: &str, ranges: impl Iterator<Item = Range<usize>>) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for byte in ranges.flatten() {
        if bytes[byte] != b'\n' {
            bytes[byte] = b' ';
        }
    }
    String::from_utf8(bytes).expect("whole characters are blanked")
}

/// The text with comments, strings and characters blanked out: same length, same lines.
pub(super) fn code(text: &str) -> String {
    blank(text, pieces(text).into_iter().filter(|(kind, _)| *kind != Kind::Code).map(|(_, range)| range))
}

/// A string of the source.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Literal {
    /// The byte at which it begins.
    pub at: usize,
    /// What it says: on one line, continued lines joined.
    pub text: String,
}

/// Every string in the text.
pub(super) fn literals(text: &str) -> Vec<Literal> {
    let strings = pieces(text).into_iter().filter(|(kind, _)| *kind == Kind::Text);
    strings
        .map(|(_, range)| {
            let inner = text[range.clone()].trim_start_matches(['r', 'b', 'c']).trim_matches('#');
            let inner = inner.strip_prefix('"').unwrap_or(inner);
            let inner = inner.strip_suffix('"').unwrap_or(inner).replace("\\\n", " ").replace("\\\"", "\"");
            Literal { at: range.start, text: inner.split_whitespace().collect::<Vec<_>>().join(" ") }
        })
        .collect()
}

/// Where `word` stands in `code` as a word of its own. A word that ends in a sign may be followed by anything.
pub(super) fn words(code: &str, word: &str) -> Vec<usize> {
    let found = code.match_indices(word).filter(|(at, _)| {
        let after = code[at + word.len()..].chars().next();
        let free = |edge: Option<char>, side: Option<char>| {
            !(edge.is_some_and(is_name) && side.is_some_and(is_name))
        };
        free(word.chars().next(), code[..*at].chars().next_back()) && free(word.chars().next_back(), after)
    });
    found.map(|(at, _)| at).collect()
}

/// The name that begins after `at` and the blanks there; empty where there is none.
pub(super) fn name_after(code: &str, at: usize) -> &str {
    let rest = code[at..].trim_start();
    &rest[..rest.find(|letter| !is_name(letter)).unwrap_or(rest.len())]
}

/// The line on which a byte stands, from 1.
pub(super) fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The block `{…}` that follows `at` in blanked code; none when a `;` outside all brackets comes first.
pub(super) fn block(code: &str, at: usize) -> Option<Range<usize>> {
    let (mut open, mut brackets, mut depth) = (None, 0, 0);
    for (byte, letter) in code.bytes().enumerate().skip(at) {
        match letter {
            b'(' | b'[' if depth == 0 => brackets += 1,
            b')' | b']' if depth == 0 => brackets -= 1,
            b';' if depth == 0 && brackets == 0 => return None,
            b'{' => {
                open = open.or(Some(byte));
                depth += 1;
            }
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return open.map(|open| open..byte + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// What goes into the product: no file that is only for tests, and no `#[cfg(test)]` module.
pub fn shipped(sources: &[Source]) -> Vec<Source> {
    let products = sources.iter().filter(|source| !source.is_for_tests());
    products
        .map(|source| {
            let code = code(&source.text);
            let tests = code
                .match_indices("#[cfg(test)]")
                .filter_map(|(at, _)| block(&code, at).map(|block| at..block.end));
            Source { path: source.path.clone(), text: blank(&source.text, tests) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_comments_and_characters_are_not_code() {
        let text = "a(\"{\", r#\"\"}\"#, b'{', '\\'', '\"'); // {\n/* { /* } */ \" */ b::<'x>('}');";
        let code = code(text);
        assert_eq!(code.split_whitespace().collect::<String>(), "a(,,b,,);b::<'x>();");
        assert_eq!(code.len(), text.len());
        assert_eq!(code.matches('\n').count(), 1);
    }

    #[test]
    fn a_string_is_read_across_its_lines() {
        let found = literals("const A: &str = \"SELECT a \\\n    FROM b\"; // \"no\"\nr#\"c \"d\"\"#");
        let texts: Vec<&str> = found.iter().map(|literal| literal.text.as_str()).collect();
        assert_eq!(texts, ["SELECT a FROM b", "c \"d\""]);
    }

    #[test]
    fn the_pieces_of_every_file_here_make_up_the_file() {
        for source in super::super::files("crates", ".rs") {
            let pieces = pieces(&source.text);
            let mut end = 0;
            for (_, range) in &pieces {
                assert_eq!(range.start, end, "{}", source.path);
                end = range.end;
            }
            assert_eq!(end, source.text.len(), "{}", source.path);
            let code = code(&source.text);
            for (open, close) in [('{', '}'), ('(', ')'), ('[', ']')] {
                assert_eq!(
                    code.matches(open).count(),
                    code.matches(close).count(),
                    "{}: {open}{close}",
                    source.path
                );
            }
        }
    }

    #[test]
    fn a_word_stands_alone() {
        assert_eq!(words("db:: mydb:: db::x", "db::"), [0, 12]);
        assert_eq!(words("todo!() mytodo!()", "todo!"), [0]);
        assert_eq!(words("axum axums", "axum"), [0]);
    }

    #[test]
    fn modules_for_tests_are_not_shipped() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { \"}\" }\n}\nfn c() {}\n";
        let kept =
            shipped(&[Source::new("crates/x/src/a.rs", text), Source::new("crates/x/tests/b.rs", text)]);
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].text.split_whitespace().collect::<Vec<_>>().join(" "), "fn a() {} fn c() {}");
    }
}
