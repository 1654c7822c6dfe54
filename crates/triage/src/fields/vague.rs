//! Sums that are told roughly: 几百, 上万, 千把块, 块八毛.

use super::{
    money::Side,
    number::{MOST, ONE, times},
    view::View,
};

/// 几百, 数千, 上万: from one to ten of it; 几块钱.
pub(super) fn vague(view: &View, at: usize) -> Option<Side> {
    if let Some(side) = about_one(view, at) {
        return Some(side);
    }
    let (word, length) = view.any(at, "好几 几 数 上")?;
    let mut end = at + length;
    let mut scale = 1i64;
    while let Some(times) = view.get(end).and_then(times) {
        // 几千亿亿
        (scale, end) = (scale.checked_mul(times).filter(|scale| *scale < MOST)?, end + 1);
    }
    let few = word.ends_with('几') && view.any(end, "块钱 元钱 元 毛钱 角钱").is_some();
    (scale > 1 || few).then_some(Side {
        least: scale * ONE,
        most: 10 * scale * ONE,
        end,
        unit: false,
        scale: 1,
        spoken: false,
    })
}

/// 千把块: about one of it; 块八毛: a yuan or not quite.
fn about_one(view: &View, at: usize) -> Option<Side> {
    let numeral = |c: char| c.is_ascii_digit() || super::number::digit(c).is_some() || times(c).is_some();
    if view.before(at).is_some_and(|c| numeral(c) || "几数上一".contains(c)) {
        return None;
    }
    let side = |least, most, end, unit| Side { least, most, end, unit, scale: 1, spoken: unit };
    if let Some(scale) = view.get(at).and_then(times).filter(|scale| (100..=10_000).contains(scale)) {
        let end = at + 1 + view.word(at + 1, "把")?;
        view.any(end, "块 元")?;
        return Some(side(scale * ONE, scale * ONE, end, false));
    }
    let (_, length) = view.any(at, "块儿八毛 块八毛 块把钱")?;
    let end = at + length + view.word(at + length, "钱").unwrap_or(0);
    let least = if view.word(at, "块把钱").is_some() { ONE } else { ONE * 4 / 5 };
    Some(side(least, ONE, end, true))
}
