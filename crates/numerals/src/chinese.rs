//! Chinese numerals: written and read, small (三万六千) and capital (叁万陆仟), amounts to 分.

use crate::number::Number;

const SMALL: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const CAPITAL: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];

/// The digit a character stands for.
pub fn digit(c: char) -> Option<u32> {
    let other = match c {
        '〇' | '○' => Some(0),
        '两' | '兩' | '弐' | '貳' => Some(2),
        '叄' | '参' | '參' => Some(3),
        '陸' => Some(6),
        _ => None,
    };
    let among =
        |list: [char; 10]| list.iter().position(|one| *one == c).and_then(|at| u32::try_from(at).ok());
    other.or_else(|| among(SMALL)).or_else(|| among(CAPITAL))
}

/// The power of ten of a character that multiplies.
pub const fn power(c: char) -> Option<u32> {
    match c {
        '十' | '拾' => Some(1),
        '百' | '佰' => Some(2),
        '千' | '仟' => Some(3),
        '万' | '萬' => Some(4),
        '亿' | '億' => Some(8),
        _ => None,
    }
}

/// Whether a numeral may hold the character.
pub fn is_part(c: char) -> bool {
    digit(c).is_some() || power(c).is_some()
}

/// Reads a whole Chinese numeral below 10^16: `三万六千`, `叁拾陆`, `二〇二六`, `一百五` (150), `十二点五`. `None` where it is none, or not
/// well made (`三百二百`, `十十`).
pub fn parse(text: &str) -> Option<Number> {
    let (whole, places) = match text.split_once('点') {
        Some((whole, places)) => (whole, positional(places)?),
        None => (text, (0, 0)),
    };
    let number = if whole.chars().all(|c| digit(c).is_some()) && whole.chars().count() > 1 {
        let (value, _) = positional(whole)?;
        i64::try_from(value).ok()?
    } else {
        structured(whole)?
    };
    Some(Number::whole(number).plus(Number::decimal(places.0, places.1)))
}

/// Digits in their places: value and how many.
fn positional(text: &str) -> Option<(i128, u32)> {
    let count = u32::try_from(text.chars().count()).ok().filter(|count| (1..=15).contains(count))?;
    let value = text.chars().try_fold(0_i128, |sum, c| Some(sum * 10 + i128::from(digit(c)?)))?;
    Some((value, count))
}

/// The part of a numeral in hand.
#[derive(Default)]
struct Reading {
    /// Sum above the section in hand.
    high: i64,
    /// The section below 万 or 亿 in hand.
    section: i64,
    /// A digit that waits for its power.
    waiting: Option<i64>,
    /// The last power within the section; a smaller one must follow.
    last: Option<u32>,
    /// The last power of 万 or 亿.
    large: Option<u32>,
    /// Whether a 零 stands before.
    zero: bool,
}

fn structured(text: &str) -> Option<i64> {
    if text.is_empty() {
        return None;
    }
    let mut reading = Reading::default();
    for c in text.chars() {
        match (digit(c), power(c)) {
            (Some(0), _) => reading.zero()?,
            (Some(digit), _) => {
                if reading.waiting.replace(i64::from(digit)).is_some() {
                    return None;
                }
            }
            (None, Some(power @ 1..=3)) => reading.small(power)?,
            (None, Some(power)) => reading.large(power)?,
            (None, None) => return None,
        }
    }
    reading.end(text)
}

impl Reading {
    fn zero(&mut self) -> Option<()> {
        if self.zero || self.waiting.is_some() {
            return None;
        }
        self.zero = true;
        Some(())
    }

    fn small(&mut self, power: u32) -> Option<()> {
        if self.last.is_some_and(|last| last <= power) {
            return None;
        }
        // 十二 begins without a digit; 三百十二 may be said too.
        let digit = match self.waiting.take() {
            Some(digit) => digit,
            None if power == 1 => 1,
            None => return None,
        };
        self.section += digit * 10_i64.pow(power);
        (self.last, self.zero) = (Some(power), false);
        Some(())
    }

    fn large(&mut self, power: u32) -> Option<()> {
        self.section += self.waiting.take().unwrap_or(0);
        // 三万亿: 万 before 亿 multiplies what stands before; else powers fall.
        let through = power == 8 && self.large == Some(4) && self.section == 0 && self.last.is_none();
        if !through && (self.section == 0 || self.large.is_some_and(|large| large <= power && power == 4)) {
            return None;
        }
        if power == 8 {
            if self.large == Some(8) {
                return None;
            }
            self.high = (self.high + self.section).checked_mul(100_000_000)?;
        } else {
            self.high += self.section * 10_000;
        }
        (self.section, self.last, self.large, self.zero) = (0, None, Some(power), false);
        Some(())
    }

    fn end(mut self, text: &str) -> Option<i64> {
        if let Some(digit) = self.waiting.take() {
            // 一百五 is 150 and 三万六 is 36,000; 一百零五 is 105.
            let before = text.chars().rev().nth(1).and_then(power);
            let place = match before {
                Some(power @ (2 | 3)) => power - 1,
                Some(power @ (4 | 8)) => power - 1,
                _ => 0,
            };
            self.section += digit * 10_i64.pow(place);
        } else if self.zero && text.chars().count() > 1 {
            return None;
        }
        Some(self.high + self.section)
    }
}

/// 零 to 9,999, with its inner 零; `one` says whether 十 begins with 一.
fn section(number: u64, digits: [char; 10], powers: [char; 3], one: bool) -> String {
    let (mut text, mut gap) = (String::new(), false);
    for (place, power) in [(1000, powers[2]), (100, powers[1]), (10, powers[0]), (1, ' ')] {
        let digit = (number / place % 10) as usize;
        if digit == 0 {
            gap = !text.is_empty();
            continue;
        }
        if gap {
            text.push('零');
        }
        gap = false;
        if !(digit == 1 && place == 10 && text.is_empty() && !one) {
            text.push(digits[digit]);
        }
        if place > 1 {
            text.push(power);
        }
    }
    text
}

fn written(number: u64, digits: [char; 10], powers: [char; 3], one: bool) -> String {
    if number == 0 {
        return "零".to_owned();
    }
    let mut text = String::new();
    let parts = [
        (number / 1_000_000_000_000, "万"),
        (number / 100_000_000 % 10_000, "亿"),
        (number / 10_000 % 10_000, "万"),
        (number % 10_000, ""),
    ];
    let mut gap = false;
    for (at, (part, name)) in parts.into_iter().enumerate() {
        if part == 0 {
            gap = !text.is_empty();
            // 三万亿: the 亿 of a 万 of them.
            if at == 1 && !text.is_empty() {
                text.push_str(name);
            }
            continue;
        }
        if !text.is_empty() && (gap || part < 1000) {
            text.push('零');
        }
        gap = false;
        text += &section(part, digits, powers, one || !text.is_empty());
        text += name;
    }
    text
}

/// The number in small numerals, as spoken: `三万六千`, `十二`, `一百零五`. Below 10^16.
pub fn small(number: u64) -> String {
    written(number, SMALL, ['十', '百', '千'], false)
}

/// The number in capital numerals, as on receipts: `叁万陆仟`.
pub fn capital(number: u64) -> String {
    written(number, CAPITAL, ['拾', '佰', '仟'], true)
}

/// An amount in 分 in capital numerals: `壹佰伍拾玖万元整`, `叁拾元零伍分`.
pub fn amount(fen: u64) -> String {
    let (yuan, jiao, cents) = (fen / 100, (fen / 10 % 10) as usize, (fen % 10) as usize);
    let mut text = if yuan > 0 || fen == 0 { capital(yuan) + "元" } else { String::new() };
    if jiao > 0 {
        text.extend([CAPITAL[jiao], '角']);
    } else if cents > 0 && yuan > 0 {
        text.push('零');
    }
    if cents > 0 {
        text.extend([CAPITAL[cents], '分']);
    } else {
        text.push('整');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_they_are_said() {
        let told = [
            (0, "零"),
            (10, "十"),
            (12, "十二"),
            (27, "二十七"),
            (105, "一百零五"),
            (110, "一百一十"),
            (36_000, "三万六千"),
            (10_010, "一万零一十"),
            (1_590_000, "一百五十九万"),
            (100_000_001, "一亿零一"),
            (120_003_000, "一亿二千万三千"),
            (1_000_000_000_000, "一万亿"),
        ];
        for (number, words) in told {
            assert_eq!(parse(words), Some(Number::whole(number as i64)), "{words}");
            if number != 120_003_000 {
                assert_eq!(small(number), words);
            }
        }
        assert_eq!(amount(159_000_000), "壹佰伍拾玖万元整");
        assert_eq!(amount(3_005), "叁拾元零伍分");
        assert_eq!(amount(50), "伍角整");
    }

    #[test]
    fn colloquial_and_badly_made() {
        for (words, number) in
            [("一百五", 150), ("三万六", 36_000), ("两千", 2_000), ("二〇二六", 2026), ("三百十二", 312)]
        {
            assert_eq!(parse(words), Some(Number::whole(number)), "{words}");
        }
        assert_eq!(parse("十二点五"), Some(Number::decimal(125, 1)));
        for words in ["", "十十", "三百二百", "百", "万", "一百零", "三万四万", "点五", "一二十", "三百二千"]
        {
            assert_eq!(parse(words), None, "{words}");
        }
    }
}
