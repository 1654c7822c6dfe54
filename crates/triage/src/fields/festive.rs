//! Days of festivals: 中秋节, 去年双十一.

use super::{
    calendar::{Day, FESTIVALS, FESTIVALS_BEGIN, festival},
    dates::Days,
    view::View,
};

/// 中秋节, 去年双十一, 3·15.
pub(super) fn of_festival(view: &View, at: usize, year: Option<i32>, today: Day) -> Option<Days> {
    // the longest: 双十一 before 十一
    view.get(at).filter(|c| FESTIVALS_BEGIN.contains(*c))?;
    let (word, length) = FESTIVALS
        .split_whitespace()
        .filter_map(|word| Some((word, view.word(at, word)?)))
        .max_by_key(|(_, length)| *length)?;
    let end = at + length;
    let doubtful = matches!(
        word,
        "十一"
            | "315"
            | "3.15"
            | "618"
            | "过年"
            | "三八"
            | "五一"
            | "六一"
            | "元宵"
            | "520"
            | "6.18"
            | "11.11"
            | "12.12"
    );
    let occasion = view
        .any(
            end,
            "期间 当天 那天 假期 长假 黄金周 活动 大促 促销 购物节 前 后 节 放假 晚会 的时候 买 购 在 我",
        )
        .is_some();
    if doubtful && year.is_none() && !occasion
        || view.get(end).is_some_and(|c| c.is_ascii_digit() || c == '元' && word != "元旦")
        || view.any(end, "路 街 大街 大道 镇 村 社区 小区 公园 广场 树 老人 帽 服务费 加班费 附加费 加价 限定 特供 联名").is_some()
    {
        return None;
    }
    if word == "十一" && view.any(end, "月 个 点 号 日 楼 万 元 块").is_some() {
        return None;
    }
    let on = match year {
        Some(year) => festival(word, year)?,
        // 中秋节马上到了
        None if view.any(end, "马上 快到 快要 就要 就快 即将 要到 临近 将至").is_some() => {
            festival(word, today.year).filter(|on| *on >= today).or_else(|| festival(word, today.year + 1))?
        }
        None => {
            festival(word, today.year).filter(|on| *on <= today).or_else(|| festival(word, today.year - 1))?
        }
    };
    Some((on, on, end))
}
