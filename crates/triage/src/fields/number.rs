//! Numbers in digits and in Chinese writing, the large forms (大写) too.

use super::view::View;

/// Ten-thousandths: money needs two places, 3.1415万 four.
pub(crate) const ONE: i64 = 10_000;

/// A number at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number {
    /// In ten-thousandths.
    pub value: i64,
    /// One of its last place: 10 for 三十, 1000 for 两千.
    pub step: i64,
    pub end: usize,
    pub chinese: bool,
}

/// Nothing that anybody complains of has thirteen places; 亿亿亿 is no number.
pub(crate) const MOST: i64 = 1_000_000_000_000;

/// The number that begins here.
pub(crate) fn number(view: &View, at: usize) -> Option<Number> {
    digits(view, at).or_else(|| tens(view, at)).or_else(|| chinese(view, at))
}

/// 廿二, 卅.
fn tens(view: &View, at: usize) -> Option<Number> {
    let tens = "廿卅".find(view.get(at)?)?;
    let below = view.get(at + 1).and_then(digit).filter(|below| *below > 0);
    let value = if tens == 0 { 20 } else { 30 } + below.unwrap_or(0);
    let step = if below.is_some() { ONE } else { 10 * ONE };
    Some(Number { value: value * ONE, step, end: at + 1 + usize::from(below.is_some()), chinese: true })
}

fn digits(view: &View, at: usize) -> Option<Number> {
    let (mut end, mut value, mut count) = (at, 0i64, 0);
    while let Some(c) = view.get(end) {
        if let Some(digit) = c.to_digit(10) {
            value = value.checked_mul(10)?.checked_add(i64::from(digit))?;
            count += 1;
        } else if !(c == ',' && count > 0 && thousand(view, end)) {
            break;
        }
        end += 1;
    }
    if count == 0 || value >= MOST {
        return None;
    }
    let (mut value, mut step) = (value * ONE, ONE);
    if view.get(end) == Some('.') && view.get(end + 1).is_some_and(|c| c.is_ascii_digit()) {
        end += 1;
        while let Some(digit) = view.get(end).and_then(|c| c.to_digit(10)) {
            step /= 10;
            value += i64::from(digit) * step;
            end += 1;
        }
    } else {
        let mut rest = value / ONE;
        while rest > 0 && rest % 10 == 0 {
            (rest, step) = (rest / 10, step * 10);
        }
    }
    Some(Number { value, step: step.max(1), end, chinese: false })
}

/// A comma with three digits after it and no fourth.
fn thousand(view: &View, comma: usize) -> bool {
    let digit = |at: usize| view.get(at).is_some_and(|c| c.is_ascii_digit());
    (1..=3).all(|ahead| digit(comma + ahead)) && !digit(comma + 4)
}

/// The digit of a Chinese letter.
pub(crate) fn digit(c: char) -> Option<i64> {
    let digits = ["零〇", "一壹", "二贰两俩", "三叁仨", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"];
    digits.iter().position(|same| same.contains(c)).map(|digit| digit as i64)
}

/// What a Chinese letter multiplies by.
pub(crate) fn times(c: char) -> Option<i64> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1_000,
        '万' => 10_000,
        '亿' => 100_000_000,
        _ => return None,
    })
}

/// What 万 and 亿 close: 亿 all that stands before it, 万 what came after the last of them.
fn closed(whole: i64, part: i64, times: i64) -> Option<i64> {
    let (kept, scaled) = if times > 10_000 { (0, whole.checked_add(part)?) } else { (whole, part) };
    kept.checked_add(scaled.checked_mul(times)?).filter(|sum| *sum < MOST)
}

fn chinese(view: &View, at: usize) -> Option<Number> {
    // whole: what 亿 and 万 have closed; part: below ten thousand; last: a digit that waits for its place
    let (mut whole, mut part, mut last, mut step, mut end) = (0i64, 0i64, None::<i64>, 1i64, at);
    let (mut plain, mut any) = (String::new(), false);
    while let Some(c) = view.get(end) {
        if let Some(digit) = digit(c) {
            plain.push(char::from_digit(digit as u32, 10)?);
            if last.is_some_and(|last| last > 0) && part + whole > 0 {
                break;
            }
            last = Some(digit);
            if digit != 0 {
                step = 1;
            }
        } else if let Some(times) = times(c) {
            if plain.len() > 2 && part + whole == 0 {
                return None;
            }
            plain.clear();
            if times >= 10_000 {
                part += last.take().unwrap_or(0);
                if part + whole == 0 {
                    return None;
                }
                (whole, part) = (closed(whole, part, times)?, 0);
            } else {
                let digit = last.take().filter(|digit| *digit > 0);
                // 十五 begins with its place, 百 and 千 do not
                part += digit.or((times == 10).then_some(1))? * times;
            }
            step = times;
        } else {
            break;
        }
        any = true;
        end += 1;
    }
    if !any {
        return None;
    }
    let year_like = plain.len() >= 2 && whole + part == 0;
    let mut value = if year_like { plain.parse::<i64>().ok()? } else { whole + part + last.unwrap_or(0) };
    if !year_like && step == 1 && last.is_some_and(|digit| digit > 0) {
        // 三百五, 两万三: the last digit is of the next lower place
        let before = view.before(end).zip(end.checked_sub(2).and_then(|at| view.get(at)));
        if let Some((_, above)) = before
            && let Some(place) = times(above).filter(|place| *place >= 100)
        {
            value += last.unwrap_or(0) * (place / 10 - 1);
            step = place / 10;
        }
    }
    Some(Number { value: value.checked_mul(ONE)?, step: step * ONE, end, chinese: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<i64> {
        number(&View::of(text), 0).map(|number| number.value / ONE)
    }

    #[test]
    fn numbers_are_read_in_both_writings() {
        for (text, value) in [
            ("12,345", 12_345),
            ("一百二十三", 123),
            ("十五", 15),
            ("两千零五", 2_005),
            ("三百五", 350),
            ("两万三", 23_000),
            ("一万零五百", 10_500),
            ("壹仟贰佰叁拾肆", 1_234),
            ("二〇二六", 2_026),
            ("一亿零三万", 100_030_000),
            ("叁万伍仟", 35_000),
            ("二十", 20),
            ("九十九", 99),
        ] {
            assert_eq!(of(text), Some(value), "{text}");
        }
        assert_eq!(of("元"), None);
        assert_eq!(number(&View::of("3.5万"), 0).map(|number| number.value), Some(35_000));
    }
}
