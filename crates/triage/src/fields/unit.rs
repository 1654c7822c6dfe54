//! Units of money behind a number.

use super::{
    bare,
    money::Side,
    number::{ONE, digit, number, times},
    paid,
    view::View,
};

/// What is sold in pieces: a hundred 块 of anything else is a sum.
const PIECES: &str = "砖 瓷砖 地砖 地板 板 木 玻璃 电池 表 手表 糖 饼 肉 骨 屏 石 石头 豆腐 蛋糕 面包 巧克力 硬盘 布 地 田 肥皂 香皂 毛巾 膜 瓦 煤 手机 电 显 冰 月饼";

/// 30块停车费, 20块押金: what is paid in money is called so behind it.
fn paid_for(view: &View, at: usize) -> bool {
    (at + 1..=at + 3).any(|end| {
        view.get(end).is_some_and(|c| "费金款券".contains(c)) && (at..end).all(|at| view.chinese(at))
    }) || view.any(at, "现金 红包 差价 补贴 零钱 话费 利息").is_some()
}

/// What 一 counts: 二百五十块一节课.
pub(super) const MEASURES: &str = "折 天 个 次 份 斤 件 年 月 楼 号 % 节 碗 盒 瓶 袋 包 箱 台 部 张 把 条 只 双 套 位 人 晚 夜 小时 分钟 公斤 两 克 米 平 桶 杯 串 根 支 颗 片 度 趟 顿 课 套 间 站 场 门 升 吨 公里 头 枚 花 明 角 周 日 堂";

/// The unit behind a number.
pub(super) fn unit<'a>(view: &View, at: usize, side: &Side) -> Option<(usize, &'a str)> {
    let (word, length) = view
        .any(at, "元人民币 元整 元正 元钱 元 圆整 圆正 圆 块大洋 块钱 块 大洋 蚊 人民币 rmb ¥ 角 毛 分钱")?;
    let next = at + length;
    let fits = match word {
        "元" => view.any(next, "旦 月 素 宵 宝 气 代表 代的 代时 代人 器 件 年 首 老 朝 音 春 宇 店 桥").is_none() && !dairy(view, at),
        "圆" => !view.chinese(next),
        "蚊" => view.any(next, "子 香 帐 虫 不 咬 蝇").is_none() && side.most > 0,
        "块" if side.most == ONE && view.before(side.end) == Some('一') => {
            // 一块 may be a piece: 一块八 and what is paid are none
            alone(view, next).is_some()
                || number(view, next)
                    .is_some_and(|tenth| tenth.value < 10 * ONE && view.any(tenth.end, "毛 角").is_some())
                || !view.chinese(next)
                    && bare::sum(view, side.end - 1, next, 10 * ONE, false, false)
        }
        "块" => {
            !view.chinese(next)
                || view.any(next, "多 的 左 买 卖 退 给 就 我 没 不 到 每 包 办 充 一 二 两 三 四 五 六 七 八 九 以 吧 了 ， 都 和 还 才 起 结").is_some()
                    && side.most >= 2 * ONE
                || paid_for(view, next)
                || paid::handed(view, side.end, side.most) && view.any(next, PIECES).is_none()
                || side.most >= 100 * ONE && view.any(next, PIECES).is_none()
        }
        "毛" => {
            view.any(next, "巾 衣 病 毯 笔 发 孩 利 坯 豆 肚 血 绒 不 是").is_none()
                || view.any(next, "不 是").is_some() && paid::handed(view, side.end, side.most)
        }
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
pub(super) fn alone(view: &View, at: usize) -> Option<(i64, usize)> {
    let c = view.get(at)?;
    let value = digit(c).or_else(|| c.to_digit(10).map(i64::from))?;
    let next = view.get(at + 1);
    // 一块五两个, not 五两
    let lot = next.is_some_and(|c| digit(c).is_some_and(|count| count > 1))
        && view.any(at + 2, "个 斤 张 只 条 份 瓶 袋 包 盒 串 根 支 杯 碗 双 件 公斤").is_some();
    let each = next == Some('一') && view.any(at + 2, MEASURES).is_some() || lot;
    let more = next.is_some_and(|c| c.is_ascii_digit() || digit(c).is_some() || times(c).is_some());
    let measure = !lot && view.any(at + 1, MEASURES).is_some() && view.word(at + 1, "包邮").is_none();
    // 120块一罐
    let one = c == '一' && view.chinese(at + 1) && view.any(at + 1, "的 涨 降 变 到 买 还 卖 一").is_none();
    ((each || !more) && !measure && !one).then_some((value * ONE, at + 1))
}

/// 的砖,订了136块,送来134块: so many pieces of what was told before.
pub(super) fn broken_pieces(view: &View, at: usize, end: usize) -> bool {
    let told = || view.text(&(at.saturating_sub(16)..at));
    view.before(end) == Some('块')
        && view.after(at, "订了 送来 送来了 发来 发来了 运来 铺了 缺 少发 少送 少了 到货 只到 只送")
        && ["砖", "地板", "玻璃", "木板", "板材", "石材", "瓦"].iter().any(|word| told().contains(word))
}
