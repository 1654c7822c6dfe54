//! A day without its year that has yet to come: 改到9月25号, 说9月30号发货. Whoever complains tells mostly of what has been, so
//! such a day is the last one there was; a promise or a date of meeting names the next, if that is near.

use super::{calendar::Day, view::View};

/// How far ahead a day may lie that is named without its year.
const NEAR: i64 = 60;

/// What stands before a day that is put off or fixed.
const SET: &str = "改到 改至 改成 改为 改在 推到 推迟到 推迟至 延到 延期到 延期至 延迟到 拖到 挪到 换到 定在 定到 定于 订在 约在 约到 约的是 排到 排在 预计 预定于 等到 安排在 截止到 截至 有效期至 有效期到 保修到 保质期到 到期日 拟于 将于 最晚 最迟 限期于 限于 请于 不超过 最晚到 最迟到 订的 定的 订的是 定的是 约的 预约的 预约 预约了 预约在 预订 预订的 预订了 预定的 预定 预定了 订了 定了 约了 买的是 排的 排的是 延到了";
/// Meetings, before their day.
const MEETING: &str = "婚礼 婚礼是 婚礼在 婚期 婚期是 婚宴 婚宴是 婚宴在 演唱会 演唱会是 音乐会 考试 考试是 考试在 开庭 开庭时间 开庭日期 手术 比赛 比赛是 婚礼定于 截止日期 截止时间 截止日期是 截止 到期日是 出发日 出发日期 出发时间 出发日是 出行日期 乘机日期 入住日期 入住时间 演出日期 演出时间 交房日期 交付日期 就等";

/// What is said of a day that is promised: it is followed by what shall be done.
const PROMISED: &str = "公告 公告说 通知说 告示说 告示写着 海报写着 写着 写明 说 说是 说好 承诺 答应 保证 通知 告知 表示 回复 约好 约定 说要 显示 讲 告诉我 让我等到 要 让等到 得等到";

/// What shall be done on it.
const DONE: &str = "发货 发出 到货 送货 送达 送到 交货 交房 交付 完工 开工 开业 开学 开园 开课 开班 开庭 开始 到期 截止 过期 上门 安装 来装 来修 退款 退钱 退 到账 给 前 之前 以前 才 能 会 再 可以 统一 处理 答复 回复 举行 出发 恢复 停业 闭店 关门 搬迁 供暖 供热 停暖";

/// What is bought for a day to come, behind it: 10月3号的机票.
const BOUGHT: [&str; 21] = [
    "的机票",
    "的票",
    "的航班",
    "的高铁",
    "的火车",
    "的酒店",
    "的房",
    "的民宿",
    "的演唱会",
    "的演出",
    "的婚宴",
    "的婚礼",
    "的船票",
    "的车票",
    "的门票",
    "的号",
    "的手术",
    "的团",
    "的座",
    "的场次",
    "的包间",
];

/// What must be done before it, behind 前.
const DUE: [&str; 24] = [
    "必须", "要", "得", "给", "退", "处理", "改正", "完成", "答复", "交", "发", "整改", "搬", "解决", "回复",
    "付", "到账", "送", "装", "还", "缴", "提供", "腾", "办",
];

/// 10月1号放假前必须, 10月15日前改正.
fn due(behind: &str) -> bool {
    let Some(at) = behind.find('前') else { return false };
    let (before, after) = (&behind[..at], behind[at..].trim_start_matches('前'));
    let plain = before.chars().count() <= 4 && before.chars().all(char::is_alphanumeric);
    plain && DUE.iter().any(|word| after.starts_with(word))
}

/// What tells that the promise is of the past.
const BROKEN: [&str; 6] = ["到现在", "至今", "还没", "也没", "一直", "结果"];

/// How far ahead the end of a term may lie that is named without its year.
const TERM: i64 = 120;

/// What has a term.
const TERMS: [&str; 14] = [
    "合同",
    "租约",
    "租期",
    "协议",
    "会员",
    "月卡",
    "年卡",
    "季卡",
    "健身卡",
    "套餐",
    "保险",
    "执照",
    "质保",
    "许可证",
];

/// 合同12月30号到期: a term that ends.
fn expires(view: &View, at: usize, end: usize) -> bool {
    let told = view.text(&(at.saturating_sub(10)..at));
    let clause = told.rsplit([',', '。', ';', '!', '?']).next().unwrap_or_default();
    let passed = view.any(end, "到期了 到期后 到期的 到期没 截止了").is_some();
    !passed
        && view.any(end, "到期 才到期 就到期 截止 期满").is_some()
        && TERMS.iter().any(|word| clause.contains(word))
}

/// The next day of this kind, where the letters around `at..end` say that it has yet to come.
pub(super) fn day(view: &View, at: usize, end: usize, next: Option<Day>, today: Day) -> Option<Day> {
    let term = expires(view, at, end);
    let far = if term { TERM } else { NEAR };
    let on = next.filter(|on| *on > today && on.number() - today.number() <= far)?;
    let start = if view.before(at).is_some_and(char::is_whitespace) { at - 1 } else { at };
    let done = || {
        let part = view.any(end, "上午 下午 晚上 中午 早上 凌晨 号").map_or(0, |(_, length)| length);
        view.any(end + part, DONE)
            .is_some_and(|(_, length)| !matches!(view.get(end + part + length), Some('的' | '了' | '过')))
    };
    let coming = view.after(start, SET) || view.after(start, PROMISED) && done();
    let behind = view.text(&(end..view.letters.len().min(end + 16)));
    let bought = || {
        let clause = behind.split([',', '。', ';', '!', '?']).next().unwrap_or_default();
        BOUGHT.iter().any(|word| clause.find(word).is_some_and(|at| at <= 18))
            && !clause.starts_with(['买', '去', '在', '订', '抢'])
    };
    let promised = (coming || due(&behind)) && !BROKEN.iter().any(|word| behind.contains(word));
    (promised || term || bought() || view.after(start, MEETING)).then_some(on)
}
