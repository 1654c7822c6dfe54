//! One fault in a text that was true: a digit, a unit, a period, a direction.

use numerals::{Ledger, Numeral, Role, Told, Verdict, check, chinese, words::About};

use crate::world::Chance;

/// Which kind, the text with the fault, and what was done. `None` where the drawn fault has no place in the text.
pub(crate) fn one(text: &str, ledger: &Ledger, chance: &mut Chance) -> Option<(usize, String, String)> {
    let kind = chance.below(4);
    let (at, old, new) = match kind {
        0 => digit(text, ledger, chance)?,
        1 => swapped(
            text,
            &[
                ("件", "户"),
                ("件", "人次"),
                ("%", "个百分点"),
                ("个百分点", "%"),
                ("万元", "亿元"),
                ("元", "万元"),
                ("万余", "亿余"),
            ],
            chance,
        )?,
        2 => swapped(
            text,
            &[
                ("同比", "环比"),
                ("环比", "同比"),
                ("上年同期", "上期"),
                ("上期", "上年同期"),
                ("2026", "2025"),
                ("6月30日", "6月29日"),
                ("1月1日", "2月1日"),
            ],
            chance,
        )?,
        _ => swapped(
            text,
            &[("增长", "下降"), ("下降", "增长"), ("增加", "减少"), ("减少", "增加"), ("上升", "下降")],
            chance,
        )?,
    };
    let corrupted = format!("{}{new}{}", &text[..at], &text[at + old.len()..]);
    // The head of a table says no number.
    let is_head = text[at..].lines().next().is_some_and(|rest| {
        rest.ends_with("|") && !rest.contains(|c: char| c.is_ascii_digit() || chinese::is_part(c))
    });
    (!is_head && matters(text, &corrupted, ledger, at)).then(|| (kind, corrupted, format!("{old} → {new}")))
}

/// 亿 before 元 of an amount that has it already is no number any more; what says nothing different is no fault.
fn matters(text: &str, corrupted: &str, ledger: &Ledger, at: usize) -> bool {
    let of = |text: &str| {
        check(text, ledger, &[]).into_iter().find(|one| one.numeral.span.end > at).map(|one| one.numeral)
    };
    let same =
        |one: &Numeral, two: &Numeral| one.value == two.value && one.unit == two.unit && one.text == two.text;
    match (of(text), of(corrupted)) {
        (Some(one), Some(two)) if one.span.start <= at => !same(&one, &two),
        _ => true,
    }
}

fn swapped<'a>(
    text: &str,
    pairs: &[(&'a str, &'a str)],
    chance: &mut Chance,
) -> Option<(usize, String, String)> {
    let (old, new) = pairs[chance.below(pairs.len())];
    let places: Vec<_> = text.match_indices(old).map(|(at, _)| at).collect();
    let at = *places.get(chance.below(places.len().max(1)))?;
    let inside = |word: &str| old != word && word.contains(old) && text[..at + old.len()].ends_with(word);
    // 元 of 万元 and of 单元, % of nothing, 件 of 案件: only where a number stands before.
    let counted =
        text[..at].chars().last().is_some_and(|c| c.is_numeric() || chinese::is_part(c) || c == '余');
    let unit = ["件", "%", "个百分点", "万元", "元", "万余"].contains(&old);
    let clause = text[at..].split(['，', '。', '；', '\n']).next().unwrap_or("");
    // 同比下降 and 环比下降 may both be true.
    let in_words = ["同比", "环比"].contains(&old) && !clause.contains(char::is_numeric);
    if in_words || inside("万元") || (unit && !counted && !(old == "元" && text[..at].ends_with('万'))) {
        return None;
    }
    Some((at, old.to_owned(), new.to_owned()))
}

/// Another digit in a number that was verified.
fn digit(text: &str, ledger: &Ledger, chance: &mut Chance) -> Option<(usize, String, String)> {
    let findings = check(text, ledger, &[]);
    let exact = |one: &&numerals::Finding| {
        one.verdict == Verdict::Verified
            && one.numeral.role != Role::Passed
            && one.numeral.about == About::Exact
    };
    let verified: Vec<_> = findings.iter().filter(exact).collect();
    let finding = verified.get(chance.below(verified.len().max(1)))?;
    let digits: Vec<(usize, char)> = finding
        .numeral
        .text
        .char_indices()
        .filter(|(_, c)| {
            c.is_numeric()
                && (c.is_ascii_digit() || ('０'..='９').contains(c) || chinese::digit(*c).is_some())
        })
        .collect();
    let (at, old) = *digits.get(chance.below(digits.len().max(1)))?;
    let zero = if old.is_ascii_digit() { '0' } else { '０' };
    let new = if old.is_ascii_digit() || ('０'..='９').contains(&old) {
        let place = (u32::from(old) - u32::from(zero) + 1 + chance.below(9) as u32) % 10;
        char::from_u32(u32::from(zero) + place)?
    } else {
        let other = (chinese::digit(old)? + 1 + chance.below(8) as u32) % 9 + 1;
        "一二三四五六七八九".chars().nth(other as usize - 1)?
    };
    let rank = finding.fact.is_some_and(|fact| ledger.facts[fact].told == Told::Rank);
    if new == old
        || (chinese::digit(new) == chinese::digit(old) && chinese::digit(old).is_some())
        || (rank && new == zero)
    {
        return None;
    }
    Some((finding.numeral.span.start + at, old.to_string(), new.to_string()))
}
