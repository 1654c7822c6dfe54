//! Titles of several lines: whole words, evenly (article 7.3.1: 词意完整，排列对称，长短适宜，间距恰当).

use crate::standard::{MEASURE_TWIPS, TITLE_PT};

/// Width in half characters.
pub(crate) fn halves(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// What a line of the title holds, in half characters; a little is left at both sides.
const MOST: usize = (MEASURE_TWIPS / (TITLE_PT * 20)) as usize * 2 - 2;

/// The title in lines.
pub(crate) fn lines(title: &str) -> Vec<String> {
    title.split('\n').map(str::trim).filter(|line| !line.is_empty()).flat_map(broken).collect()
}

/// Words that a line of a title may well end with, or begin with.
const ENDS: [&str; 8] = ["委员会", "管理局", "分局", "年度", "年", "月", "的", "》"];
const BEGINS: [&str; 5] = ["关于", "工作", "情况", "开展", "《"];

/// How badly a line would end between `before` and `after`; `None` where it may not.
fn cost(before: &str, after: &str) -> Option<usize> {
    let (last, next) = (before.chars().next_back()?, after.chars().next()?);
    let sticks =
        last.is_ascii_alphanumeric() && (next.is_ascii_alphanumeric() || "年月日号季度%".contains(next));
    if sticks
        || "（《“〔".contains(last)
        || "）》”〕、，。：；·的和与及".contains(next)
        || after.starts_with("年")
    {
        return None;
    }
    let good =
        ENDS.iter().any(|end| before.ends_with(end)) || BEGINS.iter().any(|begin| after.starts_with(begin));
    Some(if good { 0 } else { 12 })
}

/// The cheapest way to break `title` into as few lines as it needs.
fn broken(title: &str) -> Vec<String> {
    let width = halves(title);
    let wanted = width.div_ceil(MOST);
    if wanted <= 1 {
        return vec![title.to_owned()];
    }
    let even = width / wanted;
    let (mut lines, mut rest) = (Vec::new(), title);
    for _ in 1..wanted {
        // What is left must fit into the lines that are left.
        let left = wanted - lines.len() - 1;
        let best = rest
            .char_indices()
            .map(|(at, _)| rest.split_at(at))
            .filter(|(line, after)| halves(line) <= MOST && halves(after) <= MOST * left)
            .filter_map(|(line, after)| Some((cost(line, after)? + halves(line).abs_diff(even), line.len())))
            .min();
        let Some((_, at)) = best else { break };
        lines.push(rest[..at].to_owned());
        rest = &rest[at..];
    }
    lines.push(rest.to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_break_between_words_and_evenly() {
        assert_eq!(lines("2026年工作总结"), ["2026年工作总结"]);
        assert_eq!(
            lines("哈尔滨市南岗区市场监督管理局2026年第三季度工作总结"),
            ["哈尔滨市南岗区市场监督管理局", "2026年第三季度工作总结"]
        );
        assert_eq!(
            lines("哈尔滨市南岗区市场监督管理局关于2026年上半年投诉举报办理情况的通报"),
            ["哈尔滨市南岗区市场监督管理局", "关于2026年上半年投诉举报办理情况的通报"]
        );
        assert_eq!(lines("关于某事的\n通知"), ["关于某事的", "通知"]);
    }

    #[test]
    fn nothing_is_lost_however_long() {
        for length in 1..120 {
            let title: String = "消费者权益保护工作2026年的情况".chars().cycle().take(length).collect();
            let lines = lines(&title);
            assert_eq!(lines.concat(), title);
            assert!(lines.iter().all(|line| !line.is_empty()));
        }
    }
}
