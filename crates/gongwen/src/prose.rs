//! Plain text as blocks: headings are known by their ordinals.

use crate::{Block, Level, Paper};

const DIGITS: &str = "一二三四五六七八九十百零〇";

/// The level of a paragraph's ordinal, with the byte where its words begin.
pub(crate) fn ordinal(text: &str) -> Option<(Level, usize)> {
    let run = |text: &str, of: &dyn Fn(char) -> bool| text.find(|c| !of(c)).unwrap_or(text.len());
    let chinese = |c: char| DIGITS.contains(c);
    let arabic = |c: char| c.is_ascii_digit();
    if let Some(inner) = text.strip_prefix('（') {
        let open = '（'.len_utf8();
        for (level, of) in [(Level::Second, &chinese as &dyn Fn(char) -> bool), (Level::Fourth, &arabic)] {
            let end = run(inner, of);
            if end > 0 && inner[end..].starts_with('）') {
                return Some((level, open + end + '）'.len_utf8()));
            }
        }
        return None;
    }
    let end = run(text, &chinese);
    if end > 0 && text[end..].starts_with('、') {
        return Some((Level::First, end + '、'.len_utf8()));
    }
    let end = run(text, &arabic);
    let mark = text[end..].chars().next().filter(|c| ".．".contains(*c))?;
    let after = end + mark.len_utf8();
    // 1.5 begins no heading.
    (end > 0 && !text[after..].starts_with(|c: char| c.is_ascii_digit())).then_some((Level::Third, after))
}

/// A paragraph: where it begins with an ordinal, its first sentence is the heading.
fn block(text: &str) -> Block {
    let Some((level, _)) = ordinal(text) else { return Block::Paragraph(text.into()) };
    // A heading of the first level is a paragraph of its own and has no full stop; 三、四 级 of a whole sentence are prose.
    let end = text.find('。').map_or(text.len(), |at| at + '。'.len_utf8());
    let (head, rest) = text.split_at(end);
    Block::Heading { level, text: head.to_owned(), rest: rest.into() }
}

/// The blocks of a text: a paragraph a line. Marks of Markdown headings are taken off.
pub fn blocks(text: &str) -> Vec<Block> {
    let lines = text.lines().map(|line| line.trim_start_matches('#').trim());
    lines.filter(|line| !line.is_empty()).map(block).collect()
}

/// A paper of a text whose first line is its title.
pub fn paper_of(text: &str) -> Paper {
    let (title, rest) = text.trim_start().split_once('\n').unwrap_or((text.trim(), ""));
    Paper::new(title.trim_start_matches('#').trim(), blocks(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_tell_the_level() {
        for (text, level) in [
            ("一、总体情况", Some(Level::First)),
            ("十二、其他", Some(Level::First)),
            ("（三）诉求热点。食品投诉", Some(Level::Second)),
            ("1.受理", Some(Level::Third)),
            ("12．受理", Some(Level::Third)),
            ("（1）登记", Some(Level::Fourth)),
            ("1.5万元", None),
            ("（略）", None),
            ("一些情况", None),
            ("12315热线", None),
        ] {
            assert_eq!(ordinal(text).map(|(level, _)| level), level, "{text}");
        }
    }

    #[test]
    fn the_first_sentence_is_the_heading_and_the_rest_runs_on() {
        let paper = paper_of("# 工作总结\n\n开头。\n\n（一）受理。接收投诉3件。\n");
        assert_eq!(paper.title, "工作总结");
        assert_eq!(
            paper.body,
            [
                Block::Paragraph("开头。".into()),
                Block::Heading {
                    level: Level::Second,
                    text: "（一）受理。".into(),
                    rest: "接收投诉3件。".into()
                }
            ]
        );
        assert_eq!(paper.lines(), ["工作总结", "开头。", "（一）受理。接收投诉3件。"]);
    }
}
