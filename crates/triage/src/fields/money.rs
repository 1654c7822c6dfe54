//! Sums of money, in 分.

use std::ops::Range;

use super::{
    Said,
    number::{MOST, Number, ONE, number, times},
    view::View,
};

/// Hundredths of a yuan in a ten-thousandth.
const FEN: i64 = ONE / 100;

/// A sum of one side: least, most, end, and whether a unit stood there.
#[derive(Clone, Copy)]
struct Side {
    least: i64,
    most: i64,
    end: usize,
    unit: bool,
    /// 千, 万 behind the number.
    scale: i64,
}

pub(crate) fn sums(view: &View) -> Vec<(Range<usize>, Said)> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < view.letters.len() {
        match sum(view, at) {
            Some((least, most, end)) => {
                found.push((at..end, Said::Money(least / FEN, most / FEN)));
                at = end;
            }
            // a number that is no sum is passed over whole
            None => at = number(view, at).map_or(at + 1, |number| number.end),
        }
    }
    found
}

fn sum(view: &View, at: usize) -> Option<(i64, i64, usize)> {
    if view.before(at).is_some_and(|c| c.is_ascii_alphanumeric() || c == '.' || c == '第')
        && !view.after(at, "rmb cny")
    {
        return None;
    }
    let marked = view.any(at, "人民币 rmb cny ¥ ￥").map(|(_, length)| view.skip(at + length));
    let first = side(view, marked.unwrap_or(at))?;
    let next = view.skip(first.end);
    if let Some((_, length)) = view.any(next, "- ~ — – 至 到 ～")
        && let Some(second) =
            side(view, view.skip(next + length + usize::from(view.get(next + length) == Some('¥'))))
        && (second.unit || marked.is_some())
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
    (first.unit || marked.is_some()).then_some((first.least, first.most, first.end))
}

/// 几百, 数千, 上万: from one to ten of it.
fn vague(view: &View, at: usize) -> Option<Side> {
    let (_, length) = view.any(at, "好几 几 数 上")?;
    let mut end = at + length;
    let mut scale = 1;
    while let Some(times) = view.get(end).and_then(times) {
        (scale, end) = (scale * times, end + 1);
        if scale >= MOST {
            return None;
        }
    }
    (scale > 1).then_some(Side { least: scale * ONE, most: 10 * scale * ONE, end, unit: false, scale: 1 })
}

fn side(view: &View, at: usize) -> Option<Side> {
    let mut side = vague(view, at).or_else(|| plain(view, at))?;
    let after = view.skip(side.end);
    match unit(view, after, &side) {
        Some((length, "角" | "毛")) => {
            (side.least, side.most, side.end, side.unit) =
                (side.least / 10, side.most / 10, after + length, true);
        }
        Some((length, "分钱")) => {
            (side.least, side.most, side.end, side.unit) =
                (side.least / 100, side.most / 100, after + length, true);
        }
        Some((length, _)) => {
            (side.end, side.unit) = (after + length, true);
            minor(view, &mut side);
        }
        None if side.scale >= 10_000 && !counted(view, side.end) => side.unit = true,
        None => {}
    }
    Some(side)
}

/// A number with 多, 余, 千, 万.
fn plain(view: &View, at: usize) -> Option<Side> {
    let Number { value, step, mut end, chinese } = number(view, at)?;
    let (mut least, mut most) = (value, value);
    if chinese && view.get(end) == Some('几') && step > ONE {
        (most, end) = (least + step, end + 1);
    }
    let more = |end: &mut usize, least: i64, step: i64| match view.any(*end, "多 余 来") {
        Some((_, length)) => {
            *end += length;
            least + step
        }
        None => least,
    };
    most = most.max(more(&mut end, least, step));
    let mut scale = 1;
    if let Some((word, length)) = view.any(end, "百万 千万 万 亿 千 百 w k") {
        let latin = word.is_ascii();
        if !latin || !view.get(end + length).is_some_and(|c| c.is_ascii_alphanumeric()) {
            scale = match word {
                "w" => 10_000,
                "k" => 1_000,
                word => word.chars().filter_map(times).product(),
            };
            end += length;
            (least, most) = (least.checked_mul(scale)?, most.checked_mul(scale)?);
            most = most.max(more(&mut end, least, step.checked_mul(scale)?));
        }
    }
    if chinese && least / ONE >= 10_000 && view.letters[at..end].contains(&'万') {
        scale = 10_000;
    }
    Some(Side { least, most, end, unit: false, scale })
}

/// The unit behind a number.
fn unit<'a>(view: &View, at: usize, side: &Side) -> Option<(usize, &'a str)> {
    let (word, length) =
        view.any(at, "元人民币 元整 元正 元钱 元 圆整 圆正 圆 块大洋 块钱 块 人民币 rmb 角 毛 分钱")?;
    let next = at + length;
    let fits = match word {
        "元" => view.any(next, "旦 月 素 宵 代 器 件 年 首 老 朝 音 春 宇 店").is_none(),
        "圆" => !view.chinese(next),
        "块" => {
            !view.chinese(next)
                || view.any(next, "多 的 左 买 卖 退 给 就 没 不 到 每 包 办 充 一 二 两 三 四 五 六 七 八 九 以 吧 了 ， 都 和 还 才 起 结").is_some()
                    && side.most >= 2 * ONE
        }
        "毛" => view.any(next, "巾 衣 病 毯 笔 发 孩 利 坯 豆 肚 血 绒").is_none(),
        "角" => view.any(next, "落 度 色 膜 质").is_none(),
        "人民币" | "rmb" => true,
        _ => true,
    };
    fits.then_some((length, word))
}

/// 角 and 分 behind 元; 九 alone behind 块; 整.
fn minor(view: &View, side: &mut Side) {
    let block = view.before(side.end) == Some('块');
    let start = side.end;
    if let Some(tenth) = number(view, start).filter(|tenth| tenth.value < 10 * ONE) {
        let unit = view.any(tenth.end, "角 毛");
        let alone = block
            && unit.is_none()
            && tenth.end == start + 1
            && view.any(tenth.end, "折 天 个 次 份 斤 件 年 月 楼 号 %").is_none()
            && !view.get(tenth.end).is_some_and(|c| c.is_ascii_digit());
        if unit.is_some() || alone {
            (side.least, side.most) = (side.least + tenth.value / 10, side.most + tenth.value / 10);
            side.end = tenth.end + unit.map_or(0, |(_, length)| length);
        }
    }
    if let Some(cent) =
        number(view, side.end).filter(|cent| cent.value < 10 * ONE && view.get(cent.end) == Some('分'))
    {
        (side.least, side.most) = (side.least + cent.value / 100, side.most + cent.value / 100);
        side.end = cent.end + 1;
    }
    if let Some((_, length)) = view.any(side.end, "整 正") {
        side.end += length;
    }
}

/// 一万人, 三万公里: no money.
fn counted(view: &View, at: usize) -> bool {
    view.any(
        at,
        "人 名 件 户 公里 千米 平 次 个 台 步 字 份 家 多人 余人 余名 多名 多件 条 只 支 瓶 箱 辆 亩 吨 斤 升 毫 瓦 转 伏 粉 赞 张 本 册 点击 像素 里 分 毫安 积分 元",
    )
    .is_some()
        || view.get(at).is_some_and(|c| c.is_ascii_alphanumeric())
}
