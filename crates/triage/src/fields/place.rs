//! Addresses as far as the street and its number.

use std::ops::Range;

use super::{Said, number::number, view::View};
use crate::names::place::regions;

/// Letters that are in no street's name.
const NEVER: &str = "在了的到去买我你他她它们这那说是有和与及被把给让从向往来,。;:!?、 至旁边近口";
/// After these an address may begin without a region.
const CUES: &str = "在于到去住址是从经近来了:,。;(往过—\n、我家和跟叫由距离“\")】|/";

pub(crate) fn addresses(view: &View) -> Vec<(Range<usize>, Said)> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < view.letters.len() {
        match address(view, at) {
            Some(end) => {
                found.push((at..end, Said::Address(view.text(&(at..end)).split_whitespace().collect())));
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

fn address(view: &View, at: usize) -> Option<usize> {
    let (codes, rest) = regions(&view.letters[at..], 0);
    let mut end = view.letters.len() - rest.len();
    let region = !codes.is_empty();
    // 哈尔滨 道里区
    while region && view.get(end) == Some(' ') {
        let next = view.skip(end);
        let (codes, rest) = regions(&view.letters[next..], 0);
        if codes.is_empty() {
            break;
        }
        end = view.letters.len() - rest.len();
    }
    let apart = view.before(at).is_none_or(char::is_whitespace);
    if !(region || apart || view.before(at).is_some_and(|c| CUES.contains(c))) {
        return None;
    }
    let cue = view.any(at, "位于 住 家住 地址 坐落 门店 店").is_some();
    if !region && (cue || view.get(at).is_none_or(|c| NEVER.contains(c) && !named(view, at))) {
        return None;
    }
    end = view.skip(end);
    let town = if region { town(view, end) } else { None };
    end = town.unwrap_or(end);
    let Some(street) = street(view, end) else { return town };
    // 红星路三段1号
    let part = number(view, street)
        .filter(|part| view.get(part.end) == Some('段'))
        .map_or(street, |part| part.end + 1);
    let mut after = lettered(view, part);
    // 仙霞路650弄12号
    let mut last = None;
    if let Some(lane) = number(view, after).filter(|lane| view.get(lane.end) == Some('弄')) {
        (after, last) = (view.skip(lane.end + 1), Some(lane.end + 1));
    }
    let numbered = number(view, after).and_then(|number| house(view, number.end)).or(last);
    match numbered {
        Some(end) => Some(end),
        None => region.then_some(street),
    }
}

/// 和 that begins a name: 在和兴路.
fn named(view: &View, at: usize) -> bool {
    view.get(at) == Some('和') && (at == 0 || view.after(at, "在 位于 于 到 去 地址 : 住 址 区 市 县"))
}

/// 甲 and 附 before a number.
fn lettered(view: &View, at: usize) -> usize {
    let at = view.skip(at);
    at + usize::from(view.get(at).is_some_and(|c| "甲乙丙丁附".contains(c)))
}

/// 王岗镇, 花园街道.
fn town(view: &View, at: usize) -> Option<usize> {
    (at + 2..=at + 5).find_map(|end| {
        let name = view.letters.get(at..end)?;
        let plain = name.iter().all(|c| !NEVER.contains(*c) && c.is_alphabetic());
        let (_, length) = view.any(end, "街道办事处 街道办 街道 镇 乡")?;
        plain.then_some(end + length)
    })
}

/// Ends of a street's name.
const STREETS: &str = "大街 大道 公路 胡同 路 街 巷 弄";

fn street(view: &View, at: usize) -> Option<usize> {
    for end in at + 1..=at + 9 {
        let letter = view.get(end - 1)?;
        if NEVER.contains(letter) && !(end == at + 1 && named(view, at)) {
            return None;
        }
        if let Some((_, length)) = view.any(end, STREETS)
            && view.get(end + length) != Some('道')
            && (end - at >= 1)
            && view.letters[at..end].iter().any(|c| c.is_alphabetic() || c.is_ascii_digit())
        {
            // 中央大街: the end found first may be the beginning of a longer one (路, 路东街)
            let longer = (end + length + 1..=end + length + 3).find_map(|next| {
                let plain = view
                    .letters
                    .get(end + length..next)?
                    .iter()
                    .all(|c| c.is_alphabetic() && !NEVER.contains(*c));
                let (_, more) = view.any(next, "街 巷 路").filter(|_| plain)?;
                number(view, view.skip(next + more)).map(|_| next + more)
            });
            let direct = number(view, lettered(view, end + length)).is_some();
            return Some(if direct { end + length } else { longer.unwrap_or(end + length) });
        }
    }
    None
}

/// 89号, 89-1号; a number that counts something else is none.
fn house(view: &View, mut end: usize) -> Option<usize> {
    while matches!(view.get(end), Some('-' | '—' | '之' | '附')) {
        end = number(view, end + 1)?.end;
    }
    match view.any(end, "号院 号楼 号") {
        Some(("号", length)) => {
            // 386号附1号
            let annex = view.word(end + length, "附").and_then(|_| number(view, end + length + 1));
            Some(annex.map_or(end + length, |annex| annex.end + view.word(annex.end, "号").unwrap_or(0)))
        }
        Some(_) => Some(end + 1),
        None if view
            .any(end, "元 块 路 年 月 日 个 人 家 天 点 次 公里 米 层 楼 栋 折 % . 多 分")
            .is_some() =>
        {
            None
        }
        None => Some(end),
    }
}
