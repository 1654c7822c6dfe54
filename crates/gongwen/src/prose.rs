//! Plain text as blocks: headings are known by their ordinals.

use crate::{Align, Block, Level, Paper, Table};

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

/// The cells of a row `| 甲 | 乙 |`; `None` for a line that is none.
fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(|cell| cell.trim().to_owned()).collect())
}

/// Whether a cell holds a number, with its unit or none, or a dash instead of one.
fn is_number(cell: &str) -> bool {
    let digits = cell
        .trim_start_matches(['-', '—', '+'])
        .trim_start_matches(|c: char| c.is_ascii_digit() || ",.".contains(c));
    cell == "—" || (digits.len() < cell.len() && digits.chars().count() <= 3)
}

/// A table of rows: the first is its head; the row of dashes below it says nothing. Numbers stand at the right.
fn table(caption: &str, mut rows: Vec<Vec<String>>) -> Table {
    rows.retain(|row| !row.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| "-:".contains(c))));
    let head = if rows.is_empty() { Vec::new() } else { rows.remove(0) };
    let align = |at: usize| {
        let mut column = rows.iter().filter_map(|row| row.get(at)).peekable();
        if column.peek().is_some() && column.all(|cell| is_number(cell)) { Align::Right } else { Align::Left }
    };
    let heads: Vec<(&str, Align)> =
        head.iter().enumerate().map(|(at, word)| (word.as_str(), align(at))).collect();
    for row in &mut rows {
        row.resize(heads.len(), String::new());
    }
    Table::list(caption, &heads, &rows)
}

/// The blocks of a text: a paragraph a line, headings by their ordinals, lines `| 甲 | 乙 |` a table, whose caption is the line
/// before where that begins with 表. Marks of Markdown headings are taken off.
pub fn blocks(text: &str) -> Vec<Block> {
    let (mut found, mut rows): (Vec<Block>, Vec<Vec<String>>) = (Vec::new(), Vec::new());
    let lines = text.lines().map(|line| line.trim_start_matches('#').trim());
    for line in lines.filter(|line| !line.is_empty()) {
        if let Some(cells) = cells(line) {
            rows.push(cells);
            continue;
        }
        close(&mut found, &mut rows);
        found.push(block(line));
    }
    close(&mut found, &mut rows);
    found
}

/// Puts the rows read so far as a table.
fn close(found: &mut Vec<Block>, rows: &mut Vec<Vec<String>>) {
    if rows.is_empty() {
        return;
    }
    let is_caption = |text: &str| text.starts_with('表') && !text.contains('。');
    let caption = match found.last() {
        Some(Block::Paragraph(line)) if is_caption(&line.text()) => line.text(),
        _ => String::new(),
    };
    if !caption.is_empty() {
        found.pop();
    }
    found.push(Block::Table(table(&caption, std::mem::take(rows))));
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
    fn rows_between_bars_are_a_table_with_its_caption() {
        let found = blocks(
            "前。\n表1 各单位投诉\n| 单位 | 件数 | 率 |\n|---|---:|---|\n| 中山所 | 1,234件 | 97.50% |\n| 花园所 | 7件 | — |\n后。",
        );
        let [Block::Paragraph(_), Block::Table(table), Block::Paragraph(_)] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert_eq!((table.caption.as_str(), table.heads, table.rows.len()), ("表1 各单位投诉", 1, 3));
        let aligned: Vec<Align> = table.rows[1].cells.iter().map(|cell| cell.align).collect();
        assert_eq!(aligned, [Align::Left, Align::Right, Align::Right]);
        // A row that is too short or too long does not break the table.
        let found = blocks("| 甲 | 乙 |\n| 1 |\n| 1 | 2 | 3 |");
        let Block::Table(table) = &found[0] else { panic!("{found:?}") };
        assert!(table.rows.iter().all(|row| row.cells.len() == 2), "{table:?}");
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
