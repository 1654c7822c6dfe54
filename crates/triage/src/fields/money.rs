//! Sums of money, in 分.

use std::ops::Range;

use super::{
    Said, bare,
    number::{MOST, Number, ONE, digit, number, times},
    rows,
    unit::{MEASURES, alone, broken_pieces, unit},
    vague::vague,
    view::View,
};

/// Hundredths of a yuan in a ten-thousandth.
const FEN: i64 = ONE / 100;

/// A sum of one side: least, most, end, and whether a unit stood there.
#[derive(Clone, Copy)]
pub(super) struct Side {
    pub least: i64,
    pub most: i64,
    pub end: usize,
    pub unit: bool,
    /// 千, 万 behind the number.
    pub scale: i64,
    /// Written as sums are spoken: 三百五, 2千3.
    pub spoken: bool,
}

pub(crate) fn sums(view: &View) -> Vec<(Range<usize>, Said)> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < view.letters.len() {
        match sum(view, at) {
            Some((least, most, end)) => {
                found.push((at..end, said(least, most)));
                at = end;
            }
            // a number that is no sum is passed over whole
            None => at = number(view, at).map_or(at + 1, |number| number.end),
        }
    }
    rows::add(view, &mut found);
    found
}

/// A sum of ten-thousandths.
pub(super) fn said(least: i64, most: i64) -> Said {
    Said::Money(least / FEN, most / FEN)
}

fn sum(view: &View, at: usize) -> Option<(i64, i64, usize)> {
    if view.before(at).is_some_and(|c| c.is_ascii_alphanumeric() || c == '.' || c == '第')
        && !view.after(at, "rmb cny")
    {
        return None;
    }
    // the rest of a number that is none as a whole
    let numeral = |c: char| digit(c).is_some() || times(c).is_some();
    if view.before(at).is_some_and(|c| times(c).is_some())
        && view.get(at).is_some_and(|c| numeral(c) || c == '几')
    {
        return None;
    }
    let marked =
        view.any(at, "人民币: rmb: ¥: 人民币 rmb cny ¥ ￥").map(|(_, length)| view.skip(at + length));
    let first = side(view, marked.unwrap_or(at))?;
    let next = view.skip(first.end);
    if let Some((_, length)) = view.any(next, "- ~ — – 至 到 ～")
        && let Some(second) =
            side(view, view.skip(next + length + usize::from(view.get(next + length) == Some('¥'))))
        && (second.unit
            || marked.is_some()
            || first.least >= 100 * ONE
                && second.most > first.most
                && bare::sum(view, at, second.end, first.least, first.spoken, true))
    {
        // 3-5万元: the scale of the second is that of the first
        let shared = if first.scale == 1 && !first.unit && first.least <= second.least / second.scale {
            second.scale
        } else {
            1
        };
        let least = first.least.checked_mul(shared)?;
        if least <= second.most {
            return Some((least, second.most, second.end));
        }
    }
    let loose = first.least != first.most;
    let bare = || bare::sum(view, at, first.end, first.least, first.spoken, loose);
    // 一分钱没给, 小一万
    let behind = first.end + view.word(first.end, "钱").unwrap_or(0);
    let none = first.most <= ONE && view.any(behind, "没 不 都没 也没 都不 也不 未").is_some()
        || broken_pieces(view, at, first.end)
        || first.most == 0 && view.any(first.end, "购 领 抢 试 体验 首付 起 入门").is_some();
    (!none).then_some(())?;
    (first.unit || marked.is_some() || bare()).then_some((first.least, first.most, first.end))
}

fn side(view: &View, at: usize) -> Option<Side> {
    let mut side = vague(view, at)
        .or_else(|| about(view, at))
        .or_else(|| spaced(view, at))
        .or_else(|| plain(view, at))?;
    if view.after(at, BROKEN)
        && view.get(side.end) == Some('块')
        && view.any(side.end, "块钱 块大洋").is_none()
    {
        return None;
    }
    let after = view.skip(side.end);
    match unit(view, after, &side) {
        Some((length, "角" | "毛")) => {
            (side.least, side.most, side.end, side.unit) =
                (side.least / 10, side.most / 10, after + length, true);
            cents(view, &mut side, true);
        }
        Some((length, "分钱")) => {
            (side.least, side.most, side.end, side.unit) =
                (side.least / 100, side.most / 100, after + length, true);
        }
        Some((length, _)) => {
            (side.end, side.unit) = (after + length, true);
            minor(view, &mut side);
        }
        None if side.scale >= 10_000
            && !counted(view, side.end)
            && !view.after(at, TRAVELLED)
            && !of_pixels(view, at) =>
        {
            side.unit = true;
        }
        None => {}
    }
    Some(side)
}

/// 5000万像素变成了1200万: what is counted is told before.
fn of_pixels(view: &View, at: usize) -> bool {
    let told = view.text(&(at.saturating_sub(8)..at));
    let clause = told.rsplit([',', '。', ';', '!', '?']).next().unwrap_or_default();
    ["像素", "粉丝", "播放"].iter().any(|word| clause.contains(word))
}

/// A number with 多, 余, 千, 万.
fn plain(view: &View, at: usize) -> Option<Side> {
    let Number { value, step, mut end, chinese } = number(view, at)?;
    let (mut least, mut most) = (value, value);
    // 三百五: 五 is of the place below
    let mut spoken = chinese && step >= 10 * ONE && view.before(end).is_some_and(|c| digit(c).is_some());
    if chinese && view.get(end) == Some('几') && step > ONE {
        // 一百几十
        let below = view.get(end + 1).and_then(times).is_some_and(|times| times * ONE < step);
        (most, end) = (least + step, end + 1 + usize::from(below));
    }
    let more = |end: &mut usize, least: i64, step: i64| match view.any(*end, "多 余 来") {
        // 三百来块 is about three hundred
        Some(("来", length)) if view.any(*end + length, "块 元 万 千").is_some() => {
            *end += length;
            least
        }
        Some(("来", _)) | None => least,
        Some((_, length)) => {
            *end += length;
            least + step
        }
    };
    most = most.max(more(&mut end, least, step));
    let mut scale = 1;
    if let Some((word, length)) = view.any(end, "百万 千万 万 亿 千 百 w k") {
        let latin = word.is_ascii();
        let small = word == "w" && lone(view, end + length);
        if !latin || small || !view.get(end + length).is_some_and(|c| c.is_ascii_alphanumeric()) {
            scale = match word {
                "w" => 10_000,
                "k" => 1_000,
                word => word.chars().filter_map(times).product(),
            };
            end += length;
            (least, most) = (least.checked_mul(scale)?, most.checked_mul(scale)?);
            most = most.max(more(&mut end, least, step.checked_mul(scale)?));
            // 3k买的: 4k is a screen, unless something is bought for it
            spoken |= word == "k" && view.any(end, "买 入手 拿下 修 做 办 报 租 左右").is_some();
            if !chinese && (!latin || small) && least == most {
                let (rest, behind) = rest(view, end, scale);
                spoken = spoken || rest > 0;
                (least, most, end) = (least.checked_add(rest)?, most.checked_add(rest)?, behind);
            }
        }
    }
    if chinese && least / ONE >= 10_000 && view.letters[at..end].contains(&'万') {
        scale = 10_000;
    }
    Some(Side { least, most, end, unit: false, scale, spoken })
}

/// A digit by itself: 8 of 3w8.
fn lone(view: &View, at: usize) -> bool {
    view.get(at).is_some_and(|c| c.is_ascii_digit())
        && !view.get(at + 1).is_some_and(|c| c.is_ascii_alphanumeric() || c == '.')
}

/// 5 behind 3万, 5百 behind 3千, 零500 behind 1万: what it adds, its end.
fn rest(view: &View, at: usize, scale: i64) -> (i64, usize) {
    let start = at + view.word(at, "零").unwrap_or(0);
    let figures = (start..).take_while(|at| view.get(*at).is_some_and(|c| c.is_ascii_digit())).count();
    if (2..=4).contains(&figures) || start > at && figures == 1 {
        let value = view.text(&(start..start + figures)).parse::<i64>().unwrap_or(0);
        let end = start + figures;
        let goes_on =
            view.get(end).is_some_and(|c| c.is_ascii_alphanumeric() || c == '.' || times(c).is_some());
        let fits = value < scale && !goes_on && (start > at || value * 10 >= scale);
        return if fits && view.any(end, MEASURES).is_none() { (value * ONE, end) } else { (0, at) };
    }
    let (mut sum, mut end, mut below) = (0, at, scale);
    while let Some(count) = view.get(end).and_then(|c| c.to_digit(10).map(i64::from).or_else(|| digit(c))) {
        match view.get(end + 1).and_then(times).filter(|times| *times < below) {
            Some(times) => (sum, end, below) = (sum + count * times * ONE, end + 2, times),
            None => {
                let alone = below > 10
                    && !view.get(end + 1).is_some_and(|c| c.is_ascii_alphanumeric() || c == '.' || c == '%')
                    && view.any(end + 1, MEASURES).is_none();
                return if alone { (sum + count * below / 10 * ONE, end + 1) } else { (sum, end) };
            }
        }
    }
    (sum, end)
}

/// 三四百.
fn about(view: &View, at: usize) -> Option<Side> {
    let (least, most, end) = bare::about(view, at)?;
    let scale = if view.before(end) == Some('万') { 10_000 } else { 1 };
    // 两千四五
    let spoken = view.before(end).and_then(digit).is_some() && least >= 100 * ONE;
    Some(Side { least, most, end, unit: false, scale, spoken })
}

/// 12 800元: blanks between the thousands, where the unit follows.
fn spaced(view: &View, at: usize) -> Option<Side> {
    if view.before(at).is_some_and(|c| c.is_ascii_alphanumeric() || "-/.:".contains(c)) {
        return None;
    }
    let digits =
        |from: usize| (from..).take_while(|at| view.get(*at).is_some_and(|c| c.is_ascii_digit())).count();
    let mut end = at + Some(digits(at)).filter(|count| (1..=3).contains(count))?;
    let mut words = view.text(&(at..end));
    while view.get(end) == Some(' ') && digits(end + 1) == 3 {
        words += &view.text(&(end + 1..end + 4));
        end += 4;
    }
    let value = words.parse::<i64>().ok().filter(|value| *value < MOST)? * ONE;
    (words.len() > 3 && view.any(view.skip(end), "元 块").is_some()).then_some(Side {
        least: value,
        most: value,
        end,
        unit: false,
        scale: 1,
        spoken: false,
    })
}

/// 行驶3万5, 粉丝2万: what is measured so is no money.
const TRAVELLED: &str = "行驶 行驶了 已行驶 跑了 已跑 里程 里程数 公里数 调成 调到了 粉丝 播放 播放量 阅读量 浏览 浏览量 销量 月销 转速 功率 毫安";

/// What is counted in 块 after these is broken.
const BROKEN: &str = "缺 缺了 碎了 碎 裂了 坏了 断了 破了 青了 紫了 肿了 烂了";

/// 角 and 分 behind 元; 九 alone behind 块; 整.
fn minor(view: &View, side: &mut Side) {
    let block = view.before(side.end) == Some('块');
    let start = side.end;
    let tenth = number(view, start).filter(|tenth| tenth.value < 10 * ONE);
    let named = tenth.and_then(|tenth| Some((tenth.value, tenth.end + view.any(tenth.end, "角 毛")?.1)));
    if let Some((value, end)) = named.or_else(|| if block { alone(view, start) } else { None }) {
        (side.least, side.most, side.end) = (side.least + value / 10, side.most + value / 10, end);
    }
    cents(view, side, named.is_some());
    if let Some((_, length)) = view.any(side.end, "整 正") {
        side.end += length;
    }
    // 8块多: between eight and nine
    let closes = |at: usize| view.get(at).is_none_or(|c| !c.is_alphanumeric() || "的一钱".contains(c));
    if view.get(side.end) == Some('多') && closes(side.end + 1) && side.least == side.most {
        side.most += ONE;
        side.end += 1 + view.word(side.end + 1, "钱").unwrap_or(0);
    }
}

/// 4分 behind a sum, and 4 alone behind 角.
fn cents(view: &View, side: &mut Side, behind_tenth: bool) {
    let named = number(view, side.end)
        .filter(|cent| {
            cent.value < 10 * ONE && view.get(cent.end) == Some('分') && view.get(cent.end + 1) != Some('钟')
        })
        .map(|cent| (cent.value, cent.end + 1));
    if let Some((value, end)) = named.or_else(|| if behind_tenth { alone(view, side.end) } else { None }) {
        (side.least, side.most, side.end) = (side.least + value / 100, side.most + value / 100, end);
    }
}

/// 一万人, 三万公里: no money.
fn counted(view: &View, at: usize) -> bool {
    view.any(
        at,
        "人 名 件 户 公里 千米 平 次 个 台 步 字 份 家 多人 余人 余名 多名 多件 条 只 支 瓶 箱 辆 亩 吨 斤 升 毫 瓦 转 伏 粉 赞 张 本 册 点击 像素 里 分 毫安 积分 元 小时 +用户 +人 +粉 +阅读 +播放 +销量 +好评 +评",
    )
    .is_some()
        || view.get(at).is_some_and(|c| c.is_ascii_alphanumeric())
}
