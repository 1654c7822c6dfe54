//! Sums of money, in 分.

use std::ops::Range;

use super::{
    Said, bare,
    number::{MOST, Number, ONE, digit, number, times},
    rows,
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
    /// Written as sums are spoken: 三百五, 2千3.
    spoken: bool,
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
        || view.before(at) == Some('小') && view.chinese(at) && view.any(first.end, "元 块").is_none()
        || first.most == 0 && view.any(first.end, "购 领 抢 试 体验 首付 起 入门").is_some();
    (!none).then_some(())?;
    (first.unit || marked.is_some() || bare()).then_some((first.least, first.most, first.end))
}

/// 几百, 数千, 上万: from one to ten of it; 几块钱.
fn vague(view: &View, at: usize) -> Option<Side> {
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
        None if side.scale >= 10_000 && !counted(view, side.end) && !view.after(at, TRAVELLED) => {
            side.unit = true;
        }
        None => {}
    }
    Some(side)
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

/// What is sold in pieces: a hundred 块 of anything else is a sum.
const PIECES: &str = "砖 瓷砖 地砖 地板 板 木 玻璃 电池 表 手表 糖 饼 肉 骨 屏 石 石头 豆腐 蛋糕 面包 巧克力 硬盘 布 地 田 肥皂 香皂 毛巾 膜 瓦 煤 手机 电 显 冰 月饼";

/// 30块停车费, 20块押金: what is paid in money is called so behind it.
fn paid_for(view: &View, at: usize) -> bool {
    (at + 1..=at + 3).any(|end| {
        view.get(end).is_some_and(|c| "费金款券".contains(c)) && (at..end).all(|at| view.chinese(at))
    }) || view.any(at, "现金 红包 差价 补贴 零钱 话费 利息").is_some()
}

/// 行驶3万5, 粉丝2万: what is measured so is no money.
const TRAVELLED: &str = "行驶 行驶了 已行驶 跑了 已跑 里程 里程数 公里数 调成 调到了 粉丝 播放 播放量 阅读量 浏览 浏览量 销量 月销 转速 功率 毫安";

/// What is counted in 块 after these is broken.
const BROKEN: &str = "缺 缺了 碎了 碎 裂了 坏了 断了 破了 青了 紫了 肿了 烂了";

/// What 一 counts: 二百五十块一节课.
pub(super) const MEASURES: &str = "折 天 个 次 份 斤 件 年 月 楼 号 % 节 碗 盒 瓶 袋 包 箱 台 部 张 把 条 只 双 套 位 人 晚 夜 小时 分钟 公斤 两 克 米 平 桶 杯 串 根 支 颗 片 度 趟 顿 课 套 间 站 场 门 升 吨 公里 头 枚 花 明 角 周 日 堂";

/// The unit behind a number.
fn unit<'a>(view: &View, at: usize, side: &Side) -> Option<(usize, &'a str)> {
    let (word, length) =
        view.any(at, "元人民币 元整 元正 元钱 元 圆整 圆正 圆 块大洋 块钱 块 大洋 人民币 rmb ¥ 角 毛 分钱")?;
    let next = at + length;
    let fits = match word {
        "元" => view.any(next, "旦 月 素 宵 宝 气 代表 代的 代时 代人 器 件 年 首 老 朝 音 春 宇 店 桥").is_none() && !dairy(view, at),
        "圆" => !view.chinese(next),
        "块" if side.most == ONE && view.before(side.end) == Some('一') => {
            // 一块 may be a piece: 一块八 and what is paid are none
            alone(view, next).is_some()
                || !view.chinese(next)
                    && bare::sum(view, side.end - 1, next, 10 * ONE, false, false)
        }
        "块" => {
            !view.chinese(next)
                || view.any(next, "多 的 左 买 卖 退 给 就 没 不 到 每 包 办 充 一 二 两 三 四 五 六 七 八 九 以 吧 了 ， 都 和 还 才 起 结").is_some()
                    && side.most >= 2 * ONE
                || paid_for(view, next)
                || side.most >= 100 * ONE && view.any(next, PIECES).is_none()
        }
        "毛" => view.any(next, "巾 衣 病 毯 笔 发 孩 利 坯 豆 肚 血 绒 不 是").is_none(),
        "角" if side.most < 10 * ONE && view.chinese(side.end - 1) => {
            // 八角 is a spice, 一角 a corner
            view.any(next, "钱 一 二 三 四 五 六 七 八 九 1 2 3 4 5 6 7 8 9 的零 零 / 每 整").is_some()
                || view.after(side.end - 1, "找 差 少 多 补 退 收 块 元 便宜 贵 涨 我 了 和 到 块零 元零 成 要 才")
        }
        "角" => view.any(next, "落 度 色 膜 质 形 螺 钢 铁 星 亭 桌 柜 枚 尺 板 形 恒 债 恋 凳 楼 瓜 茴 大料").is_none(),
        "¥" => !view.get(next).is_some_and(|c| c.is_ascii_digit()) && side.most > 0,
        _ => true,
    };
    fits.then_some((length, word))
}

/// 三元 is a dairy.
fn dairy(view: &View, at: usize) -> bool {
    view.before(at) == Some('三') && view.any(at + 1, "牛奶 鲜奶 酸奶 奶粉 乳 公司").is_some()
}

/// A digit that stands by itself behind 块: 五 of 六块五, also before 一碗; its value and end.
fn alone(view: &View, at: usize) -> Option<(i64, usize)> {
    let c = view.get(at)?;
    let value = digit(c).or_else(|| c.to_digit(10).map(i64::from))?;
    let next = view.get(at + 1);
    let each = next == Some('一') && view.any(at + 2, MEASURES).is_some();
    let more = next.is_some_and(|c| c.is_ascii_digit() || digit(c).is_some() || times(c).is_some());
    let measure = view.any(at + 1, MEASURES).is_some() && view.word(at + 1, "包邮").is_none();
    // 120块一罐
    let one = c == '一' && view.chinese(at + 1) && view.any(at + 1, "的 涨 降 变 到 买 还 卖 一").is_none();
    ((each || !more) && !measure && !one).then_some((value * ONE, at + 1))
}

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
        "人 名 件 户 公里 千米 平 次 个 台 步 字 份 家 多人 余人 余名 多名 多件 条 只 支 瓶 箱 辆 亩 吨 斤 升 毫 瓦 转 伏 粉 赞 张 本 册 点击 像素 里 分 毫安 积分 元 小时",
    )
    .is_some()
        || view.get(at).is_some_and(|c| c.is_ascii_alphanumeric())
}
