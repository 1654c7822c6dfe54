//! Amounts and quantities as somebody wrote them: read as a clerk reads them, or refused; never another number.

use kernel::{Money, MoneyError, Quantity};

use super::feed::Feed;

/// 1,000 亿元 in 分.
const MOST: i128 = 10_000_000_000_000;

/// The first byte says what is read from the text after it.
pub fn hold(data: &[u8]) {
    let mut feed = Feed::new(data);
    match feed.below(4) {
        0 => written(Money::from_fen(feed.long())),
        1 => quantity(&feed.text()),
        _ => amount(&feed.text()),
    }
}

/// An amount of a clerk, digit by digit; `None` where it is none.
fn clerk(text: &str) -> Option<i128> {
    let dots = ['.', '．', '。'];
    let text: String = text.chars().filter(|c| !",， \u{3000}¥￥".contains(*c)).collect();
    let text = text.trim_end_matches('元');
    let (whole, cents) = text.split_once(dots).unwrap_or((text, ""));
    let digit = |c: char| match c {
        '0'..='9' => Some(i128::from(u32::from(c) - u32::from('0'))),
        '０'..='９' => Some(i128::from(u32::from(c) - u32::from('０'))),
        _ => None,
    };
    if whole.is_empty() || cents.chars().count() > 2 {
        return None;
    }
    let mut fen: i128 = 0;
    for c in whole.chars().chain(cents.chars().chain("00".chars()).take(2)) {
        fen = (fen * 10 + digit(c)?).min(i128::from(i64::MAX));
    }
    (fen <= MOST).then_some(fen)
}

fn amount(text: &str) {
    let read = text.parse::<Money>();
    assert_eq!(read.as_ref().ok().map(|money| i128::from(money.fen())), clerk(text), "{text} {read:?}");
    if let Ok(money) = read {
        written(money);
    }
}

/// What is written is read back as the same amount, plain and grouped; in words it is rounded as said.
fn written(money: Money) {
    let (fen, words) = (i128::from(money.fen()), money.in_words());
    if (0..=MOST).contains(&fen) {
        assert_eq!(money.to_string().parse(), Ok(money));
        assert_eq!(money.grouped().parse(), Ok(money));
    } else {
        let refused = if fen < 0 { MoneyError::NotANumber } else { MoneyError::TooLarge };
        assert_eq!(money.to_string().parse::<Money>(), Err(refused));
        assert_eq!(money.grouped().parse::<Money>(), Err(refused));
    }
    let (name, unit) = [("亿元", 100_000_000_i128), ("万元", 10_000), ("元", 1)]
        .into_iter()
        .find(|(name, _)| words.ends_with(name))
        .expect("a unit");
    let number = words.trim_end_matches(name).replace('.', "").parse::<i128>().expect("a number");
    let apart = (number * unit - fen).abs();
    assert!(apart * 2 <= unit, "{fen} 分 is not {words}");
    assert_eq!((Money::ZERO + money), money);
}

fn quantity(text: &str) {
    let (number, unit) = text.split_at(text.floor_char_boundary(text.len() * 2 / 3));
    let Ok(quantity) = Quantity::new(number, unit) else { return };
    let whole =
        quantity.number.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    assert!(whole && quantity.number.matches('.').count() <= 1, "{quantity:?} is no number");
    assert!(quantity.number.parse::<f64>().is_ok_and(f64::is_finite));
    assert_eq!(quantity.number, number.trim(), "as written");
    assert_eq!(Quantity::new(&quantity.number, &quantity.unit).as_ref(), Ok(&quantity));
    assert!(!quantity.unit.chars().any(char::is_control), "{quantity:?}");
}
