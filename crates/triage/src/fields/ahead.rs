//! A day without its year that has yet to come: 改到9月25号, 说9月30号发货. Whoever complains tells mostly of what has been, so
//! such a day is the last one there was; a promise or a date of meeting names the next, if that is near.

use super::{calendar::Day, view::View};

/// How far ahead a day may lie that is named without its year.
const NEAR: i64 = 60;

/// What stands before a day that is put off or fixed.
const SET: &str = "改到 改至 改成 改为 改在 推到 推迟到 推迟至 延到 延期到 延期至 延迟到 拖到 挪到 换到 定在 定到 定于 订在 约在 约到 约的是 排到 排在 预计 预定于 等到 安排在 截止到 截至 有效期至 有效期到 保修到 保质期到 到期日 拟于 将于";

/// What is said of a day that is promised: it is followed by what shall be done.
const PROMISED: &str =
    "说 说是 说好 承诺 答应 保证 通知 告知 表示 回复 约好 约定 说要 显示 讲 告诉我 让我等到 要 让等到 得等到";

/// What shall be done on it.
const DONE: &str = "发货 发出 到货 送货 送达 送到 交货 交房 交付 完工 开工 开业 开学 开园 开课 开班 开庭 开始 到期 截止 过期 上门 安装 来装 来修 退款 退钱 退 到账 给 前 之前 以前 才 能 会 再 可以 统一 处理 答复 回复 举行 出发";

/// What tells that the promise is of the past.
const BROKEN: [&str; 6] = ["到现在", "至今", "还没", "也没", "一直", "结果"];

/// The next day of this kind, where the letters around `at..end` say that it has yet to come.
pub(super) fn day(view: &View, at: usize, end: usize, next: Option<Day>, today: Day) -> Option<Day> {
    let on = next.filter(|on| *on > today && on.number() - today.number() <= NEAR)?;
    let start = if view.before(at).is_some_and(char::is_whitespace) { at - 1 } else { at };
    let done = || {
        let part = view.any(end, "上午 下午 晚上 中午 早上 凌晨 号").map_or(0, |(_, length)| length);
        view.any(end + part, DONE)
            .is_some_and(|(_, length)| !matches!(view.get(end + part + length), Some('的' | '了' | '过')))
    };
    let coming = view.after(start, SET) || view.after(start, PROMISED) && done();
    let behind = view.text(&(end..view.letters.len().min(end + 16)));
    (coming && !BROKEN.iter().any(|word| behind.contains(word))).then_some(on)
}
