//! A report's text: a line with the title, then paragraphs, one a line.

/// Title and what stands below it.
pub(super) fn title_of(text: &str) -> (String, String) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    (first.trim_start_matches('#').trim().to_owned(), rest.trim().to_owned())
}

/// The text of a title and what stands below it.
pub(super) fn joined(title: &str, text: &str) -> String {
    let title = title.trim().trim_start_matches('#').trim();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    format!("# {title}\n\n{}\n", lines.join("\n").trim())
}

/// The paragraphs below the title, each with its place in bytes.
pub fn paragraphs(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let mut all = Vec::new();
    for line in text.split_inclusive('\n') {
        if at > 0 && !line.trim().is_empty() {
            all.push((at, line.trim_end_matches('\n')));
        }
        at += line.len();
    }
    all
}

/// Where a place is, as the writer counts: 第 3 段第 5 字.
pub(crate) fn place(text: &str, at: usize) -> String {
    let all = paragraphs(text);
    let found = all.iter().rposition(|(from, _)| *from <= at);
    let (words, from) = match found {
        Some(paragraph) => (format!("第 {} 段", paragraph + 1), all[paragraph].0),
        None => ("标题".to_owned(), text.find(|c| c != '#' && c != ' ').unwrap_or(0)),
    };
    let before = text.get(from..at).unwrap_or_default().chars().count();
    format!("{words}第 {} 字", before + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_by_paragraph() {
        let text = joined("标题 3 号", "一、甲\r\n\n  接收 84件\n");
        assert_eq!(text, "# 标题 3 号\n\n一、甲\n\n  接收 84件\n");
        assert_eq!(title_of(&text), ("标题 3 号".to_owned(), "一、甲\n\n  接收 84件".to_owned()));
        assert_eq!(place(&text, text.find("84").unwrap()), "第 2 段第 6 字");
        assert_eq!(place(&text, text.find('3').unwrap()), "标题第 4 字");
    }
}
