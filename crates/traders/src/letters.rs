//! Letters that look like others or cannot be seen at all (SEC_51).

use codes::names;

/// Cyrillic and Greek letters and the Latin ones they are taken for.
const TWINS: &[(&str, &str)] = &[
    ("АВЕКМНОРСТУХЅІЈ", "ABEKMHOPCTYXSIJ"),
    ("аеорсухѕіј", "aeopcyxsij"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
    ("ονυ", "ovu"),
];

/// A character that changes nothing one sees, or turns the direction of the others.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// Whether a name holds characters one cannot see.
pub(crate) fn has_hidden(name: &str) -> bool {
    name.chars().any(is_hidden)
}

/// The name as one sees it.
pub(crate) fn visible(name: &str) -> String {
    name.chars().filter(|c| !is_hidden(*c)).collect::<String>().trim().to_owned()
}

/// What to say of letters that are taken for others.
pub(crate) fn foreign(name: &str) -> Option<String> {
    names::suspicious(&visible(name))
}

fn latin(name: &str) -> String {
    let twin = |c: char| {
        let at = |(from, to): &(&str, &str)| to.chars().nth(from.chars().position(|known| known == c)?);
        TWINS.iter().find_map(at).unwrap_or(c)
    };
    visible(name).chars().map(twin).collect()
}

/// The key under which a name is stored and looked up: names that look alike have the same one.
pub(crate) fn key(name: &str) -> String {
    names::fold(&latin(name))
}

/// The pinyin initials of a name.
pub(crate) fn initials(name: &str) -> String {
    names::initials(&latin(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_twin_has_its_letter() {
        for (from, to) in TWINS {
            assert_eq!(from.chars().count(), to.chars().count(), "{from}");
            assert!(from.chars().all(|c| !c.is_ascii()) && to.is_ascii(), "{from} {to}");
        }
    }

    #[test]
    fn names_that_look_alike_have_one_key() {
        assert_eq!(key("重庆Х商贸有限公司"), key("重庆X商贸有限责任公司"));
        assert_eq!(key("好\u{200b}再来\u{202e}超市"), key("好再来超市"));
        assert_ne!(key("好再来超市"), key("好又来超市"));
        assert!(foreign("重庆Х商贸").is_some_and(|words| words.contains('Х')));
        assert!(foreign("重庆X商贸").is_none() && foreign("好\u{200b}再来").is_none());
        assert!(has_hidden("好\u{200b}再来") && !has_hidden("好再来（中山店）"));
    }
}
