//! The brand that stands in what was told: offered beside the form, because the watch counts by it and nobody types it.

use jiff::civil::Date;
use triage::{Day, Said, fields};

use crate::{Guess, Part, suggest::guess};

/// What makes a brand that of the shop rather than of the goods, within a few letters after it: 海尔专卖店.
const SHOPS: [&str; 8] = ["店", "商城", "超市", "商场", "专柜", "公司", "客服", "直播间"];
/// Letters after a brand in which such a word may stand.
const NEAR: usize = 5;

/// The first brand of the goods that the words name; of the shop where only that is named.
pub fn brand(words: &str, day: Date) -> Option<Guess> {
    let today =
        Day::new(i32::from(day.year()), day.month().unsigned_abs().into(), day.day().unsigned_abs().into())?;
    let named = fields(words, today).into_iter().filter_map(|field| match field.said {
        Said::Brand(brand) => Some((is_shop(&words[field.span.end..]), field.span, brand)),
        _ => None,
    });
    let (_, span, brand) = named.min_by_key(|(shop, span, _)| (*shop, span.start))?;
    let reason = format!("写了“{}”", &words[span]);
    Some(Guess { reason, ..guess(Part::Brand, brand.clone(), brand) })
}

fn is_shop(after: &str) -> bool {
    let near: String = after.chars().take(NEAR).take_while(|c| c.is_alphanumeric()).collect();
    SHOPS.iter().any(|shop| near.contains(shop))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(words: &str) -> Option<String> {
        brand(words, Date::constant(2026, 9, 23)).map(|guess| guess.code)
    }

    #[test]
    fn the_brand_of_the_goods_goes_before_that_of_the_shop() {
        assert_eq!(first("买的蒙牛牛奶变质了").as_deref(), Some("蒙牛"));
        assert_eq!(first("在海尔专卖店买的美的电饭煲漏电").as_deref(), Some("美的"));
        assert_eq!(first("在海尔专卖店买的冰箱不制冷").as_deref(), Some("海尔"));
        assert_eq!(first("买了双星牌轮胎").as_deref(), Some("双星"));
        assert_eq!(first("一看就知道牌子是假的，商标都没有"), None);
        assert_eq!(first("开发商现在统一管理，物业费涨了"), None);
        assert_eq!(first("买的牛奶变质了，孩子喝了一瓶小米粥"), None);
    }
}
