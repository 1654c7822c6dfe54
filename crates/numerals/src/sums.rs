//! Sums: parts that are told after their whole must come to it, or the text says that there are others.

use crate::{
    check::{Finding, Verdict},
    number::Number,
    numeral::Role,
    words::About,
};

/// Words that begin a list of parts.
const LISTS: &[&str] = &["其中", "包括", "分别为", "分别是", "分为"];
/// Words that say that the list is not whole.
const OPEN: &[&str] = &["其他", "其余", "等", "主要", "前", "不含", "以上"];

/// Marks the wholes whose parts do not come to them.
pub(crate) fn close(text: &str, findings: &mut [Finding]) {
    findings.sort_by_key(|finding| finding.numeral.span.start);
    for (word, at) in LISTS.iter().flat_map(|word| text.match_indices(word).map(move |(at, _)| (*word, at))) {
        let rest = &text[at..];
        let end = at + rest.find(['。', '；', '\n', '|']).unwrap_or(rest.len());
        let begin = text[..at].rfind(['。', '；', '\n']).unwrap_or(0);
        let whole = findings
            .iter()
            .rposition(|one| one.numeral.span.end <= at && one.numeral.span.start >= begin && is_count(one));
        let Some(whole) = whole else { continue };
        let unit = findings[whole].numeral.unit;
        let parts: Vec<Number> = findings[whole + 1..]
            .iter()
            .filter(|one| one.numeral.span.start > at && one.numeral.span.end <= end)
            .take_while(|one| !tells_anew(text, one, at))
            .filter(|one| is_count(one) && one.numeral.unit == unit)
            .filter_map(|one| one.numeral.value)
            .collect();
        let Some(total) = findings[whole].numeral.value.filter(|_| parts.len() > 1) else { continue };
        let sum = parts.iter().fold(Number::ZERO, |sum, part| sum.plus(*part));
        let open = OPEN.iter().any(|open| text[at + word.len()..end].contains(open));
        let rounded = parts.iter().any(|part| part.last_place() >= Number::whole(1000));
        if sum == total
            || (sum < total && (open || rounded))
            || findings[whole].verdict == Verdict::Contradicted
        {
            continue;
        }
        let verdict = if sum > total { Verdict::Contradicted } else { Verdict::Unknown };
        let why = format!("后面各项合计 {sum}，与 {total} 不符；不全的请写明“其他”");
        findings[whole].verdict = verdict;
        findings[whole].why = why;
    }
}

/// Whether a numeral counts exactly and is neither compared nor a rate.
fn is_count(finding: &Finding) -> bool {
    let numeral = &finding.numeral;
    numeral.role == Role::Quantity
        && numeral.value.is_some()
        && numeral.about == About::Exact
        && !matches!(numeral.unit, "%" | "点" | "倍" | "")
}

/// Whether the list ends before a numeral: it is compared with another period.
fn tells_anew(text: &str, finding: &Finding, from: usize) -> bool {
    let before = &text[from..finding.numeral.span.start];
    ["同比", "环比", "上年", "去年", "上期", "上月"].iter().any(|word| before.contains(word))
}
