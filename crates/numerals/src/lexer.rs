//! Every numeral of a text, read as a clerk reads it: half and full width, small and capital Chinese, 万 and 亿, parts and rates.

use crate::{
    chinese,
    number::Number,
    numeral::{Numeral, Role},
    words::{self, About},
};

/// Every numeral of `text` in order.
pub fn read(text: &str) -> Vec<Numeral> {
    let mut lexer = Lexer::over(text);
    while lexer.at < lexer.chars.len() {
        if !lexer.step() {
            lexer.at += 1;
        }
    }
    lexer.found
}

pub(crate) struct Lexer<'a> {
    text: &'a str,
    /// Half width.
    pub(crate) chars: Vec<char>,
    bytes: Vec<usize>,
    pub(crate) at: usize,
    found: Vec<Numeral>,
    /// The line in hand, and where it begins.
    line: (usize, usize),
    counted: usize,
}

/// A number without its unit: what it says, to which place, where it ends.
#[derive(Clone, Copy)]
pub(crate) struct Body {
    pub(crate) value: Option<Number>,
    pub(crate) step: Number,
    pub(crate) end: usize,
    about: About,
    /// Whether it is one Chinese character, which often counts nothing.
    bare: bool,
}

impl<'a> Lexer<'a> {
    fn over(text: &'a str) -> Self {
        let chars = text.chars().map(half).collect();
        let bytes = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        Self { text, chars, bytes, at: 0, found: Vec::new(), line: (1, 0), counted: 0 }
    }

    fn step(&mut self) -> bool {
        if let Some(end) = self.passed() {
            self.push(end, Role::Passed, None);
            return true;
        }
        if let Some((day, end)) = self.date() {
            self.push(end, Role::Date(day), None);
            return true;
        }
        if self.proportion() {
            return true;
        }
        if let Some(length) = words::idiom(&self.chars, self.at) {
            self.at += length;
            return true;
        }
        self.ordinal() || self.quantity()
    }

    /// Keeps what stands from here to `end`, and goes on there.
    fn push(&mut self, end: usize, role: Role, told: Option<(Body, &'static str)>) {
        for at in self.counted..self.at {
            if self.chars[at] == '\n' {
                self.line = (self.line.0 + 1, at + 1);
            }
        }
        self.counted = self.at;
        let span = self.bytes[self.at]..self.bytes[end];
        let (value, step, about, unit) = match told {
            Some((body, unit)) => (body.value, body.step, body.about, unit),
            None => (None, Number::ONE, About::Exact, ""),
        };
        self.found.push(Numeral {
            text: self.text[span.clone()].to_owned(),
            span,
            line: self.line.0,
            column: self.at - self.line.1 + 1,
            value,
            step,
            unit,
            about,
            role,
        });
        self.at = end;
    }

    pub(crate) fn peek(&self, at: usize) -> Option<char> {
        self.chars.get(at).copied()
    }

    fn spaces(&self, mut at: usize) -> usize {
        while self.peek(at).is_some_and(|c| c == ' ' || c == '\u{a0}' || c == '\u{3000}') {
            at += 1;
        }
        at
    }

    /// 百分之三十, 千分之五; 三分之一 says nothing exact.
    fn proportion(&mut self) -> bool {
        let Some(head) = self.chinese(self.at) else { return false };
        if !words::begins(&self.chars, head.end, "分之") {
            return false;
        }
        let Some(tail) = self.body(head.end + 2) else { return false };
        let per = head.value.or_else(|| {
            let whole =
                ["百", "千", "万"].iter().position(|word| words::begins(&self.chars, self.at, word))?;
            Some(Number::ten_to(u32::try_from(whole).ok()? + 2))
        });
        let percent = |number: Number| match per {
            Some(per) if per == Number::whole(100) => Some(number),
            Some(per) if per == Number::whole(1000) => Some(number.lowered(1)),
            Some(per) if per == Number::whole(10_000) => Some(number.lowered(2)),
            _ => None,
        };
        let value = tail.value.and_then(percent);
        let step = percent(tail.step).unwrap_or(Number::ONE);
        let about = if value.is_some() { self.rough(tail.about) } else { About::Vague };
        self.push(tail.end, Role::Quantity, Some((Body { value, step, about, ..tail }, "%")));
        true
    }

    /// 第三, 第3名.
    fn ordinal(&mut self) -> bool {
        if self.peek(self.at) != Some('第') {
            return false;
        }
        let Some(body) = self.body(self.at + 1) else { return false };
        let unit = words::unit(&self.chars, body.end);
        let (length, unit) =
            unit.filter(|(_, unit)| ["人", "位", "次", "期", "批次"].contains(unit)).unwrap_or((0, ""));
        self.push(body.end + length, Role::Ordinal, Some((body, unit)));
        true
    }

    fn quantity(&mut self) -> bool {
        let signed = self.peek(self.at).filter(|c| matches!(c, '+' | '-'));
        let after_number =
            self.at.checked_sub(1).and_then(|at| self.peek(at)).is_some_and(|c| c.is_ascii_alphanumeric());
        let from = self.at + usize::from(signed.is_some());
        if signed.is_some() && (after_number || !self.peek(from).is_some_and(|c| c.is_ascii_digit())) {
            return false;
        }
        let Some(mut body) = self.body(from) else { return false };
        if signed == Some('-') {
            body.value = body.value.map(Number::negated);
        }
        let spaced = self.spaces(body.end);
        let unit = words::unit(&self.chars, spaced);
        if unit.is_none() && body.bare {
            return false;
        }
        let (length, unit) = unit.unwrap_or((0, ""));
        let end = if length == 0 { body.end } else { spaced + length };
        let (mut body, mut unit) = (Body { end, about: self.rough(body.about), ..body }, unit);
        self.finish(&mut body, &mut unit);
        self.push(body.end, Role::Quantity, Some((body, unit)));
        true
    }

    fn rough(&self, about: About) -> About {
        if about == About::Exact { words::about_before(&self.chars, self.at).unwrap_or(about) } else { about }
    }

    /// What may follow a unit: 角 and 分 after 元, 三成五, 以上.
    fn finish(&self, body: &mut Body, unit: &mut &'static str) {
        match *unit {
            "元" => self.cents(body),
            "角" => {
                (body.value, body.step) = (body.value.map(|value| value.lowered(1)), Number::decimal(1, 1));
                *unit = "元";
                self.cents(body);
            }
            "成" => {
                body.value = body.value.map(|value| value.shifted(1));
                body.step = body.step.shifted(1);
                if let Some(half) = self.peek(body.end).and_then(chinese::digit).filter(|half| *half > 0) {
                    body.value = body.value.map(|value| value.plus(Number::whole(half.into())));
                    (body.step, body.end) = (Number::ONE, body.end + 1);
                }
                *unit = "%";
            }
            "‰" => {
                (body.value, body.step) = (body.value.map(|value| value.lowered(1)), body.step.lowered(1));
                *unit = "%";
            }
            _ => {}
        }
        if let Some((length, about)) = words::about_after(&self.chars, body.end) {
            body.end += length;
            body.about = if body.about == About::Exact { about } else { body.about };
        }
    }

    /// 五角二分整 after 元.
    fn cents(&self, body: &mut Body) {
        for (name, places) in [('角', 1), ('分', 2)] {
            let Some(part) = self.body(body.end) else { continue };
            if self.peek(part.end) == Some(name) {
                let more = part.value.map(|more| more.lowered(places));
                body.value = body.value.zip(more).map(|(value, more)| value.plus(more));
                (body.step, body.end) = (Number::decimal(1, places), part.end + 1);
            }
        }
        if self.peek(body.end).is_some_and(|c| c == '整' || c == '正') {
            // Said to the 分.
            (body.step, body.end) = (Number::decimal(1, 2), body.end + 1);
        }
    }

    /// A number that begins at `at`.
    pub(crate) fn body(&self, at: usize) -> Option<Body> {
        if self.peek(at)?.is_ascii_digit() { self.arabic(at) } else { self.chinese(at) }
    }

    /// Digits with thousands and places, from `at`: value, places, end.
    fn digits(&self, at: usize) -> Option<(i128, u32, usize)> {
        let is_digit = |at: usize| self.peek(at).is_some_and(|c| c.is_ascii_digit());
        let (mut value, mut places, mut end, mut count) = (0_i128, 0, at, 0);
        let mut take = |end: usize| {
            count += 1;
            value = value * 10 + i128::from(self.peek(end).and_then(|c| c.to_digit(10)).unwrap_or(0));
            count <= 18
        };
        let mut fits = true;
        loop {
            if is_digit(end) {
                fits &= take(end);
                end += 1;
            } else if self.is_group_mark(end)
                && end > at
                && (1..=3).all(|more| is_digit(end + more))
                && !is_digit(end + 4)
            {
                end += 1;
            } else {
                break;
            }
        }
        if self.peek(end) == Some('.') && is_digit(end + 1) {
            end += 1;
            while is_digit(end) {
                fits &= take(end);
                (end, places) = (end + 1, places + 1);
            }
        }
        (end > at && fits).then_some((value, places, end))
    }

    /// A comma between thousands; a wide one only between wide digits, since else it parts words.
    fn is_group_mark(&self, at: usize) -> bool {
        let wide = |at: usize| self.text[self.bytes[at]..].starts_with(|c| ('０'..='９').contains(&c));
        match self.peek(at) {
            Some(',') => true,
            Some('，') => at > 0 && wide(at - 1) && at + 1 < self.chars.len() && wide(at + 1),
            _ => false,
        }
    }

    fn arabic(&self, at: usize) -> Option<Body> {
        let (mantissa, places, mut end) = self.digits(at)?;
        let mut number = Number::decimal(mantissa, places);
        let mut step = Number::decimal(1, places);
        let mut about = About::Exact;
        let mut last = 0;
        if self.is_more(end) && self.peek(end + 1).and_then(chinese::power).is_some() {
            (about, end) = (About::More, end + 1);
        }
        while let Some(power) = self.peek(end).and_then(chinese::power).filter(|power| *power > 1) {
            // 千克, 千伏 are units.
            if ["千克", "千伏", "千米", "百货", "万能"]
                .iter()
                .any(|word| words::begins(&self.chars, end, word))
            {
                break;
            }
            (number, step, end, last) = (number.shifted(power), step.shifted(power), end + 1, power);
        }
        // 3万6千.
        if let Some((more, 0, after)) = self.digits(end)
            && let Some(power) =
                self.peek(after).and_then(chinese::power).filter(|power| *power < last && *power > 1)
        {
            number = number.plus(Number::decimal(more, 0).shifted(power));
            (step, end) = (Number::ten_to(power), after + 1);
        }
        if about == About::Exact && self.is_more(end) {
            (about, end) = (About::More, end + 1);
        }
        Some(Body { value: Some(number), step, end, about, bare: false })
    }

    fn is_more(&self, at: usize) -> bool {
        self.peek(at).is_some_and(|c| c == '余' || c == '多')
    }

    pub(crate) fn chinese(&self, at: usize) -> Option<Body> {
        let mut end = at;
        let vague_head = self.peek(at).is_some_and(|c| "几数".contains(c))
            && self.peek(at + 1).and_then(chinese::power).is_some();
        end += usize::from(vague_head);
        while let Some(c) = self.peek(end) {
            let point = c == '点'
                && end > at
                && self.peek(end - 1).is_some_and(chinese::is_part)
                && self.peek(end + 1).and_then(chinese::digit).is_some();
            if !chinese::is_part(c) && !point {
                break;
            }
            end += 1;
        }
        if end == at {
            return None;
        }
        let run: String = self.chars[at..end].iter().collect();
        let vague = vague_head || self.peek(end) == Some('几');
        let mut value = if vague { None } else { chinese::parse(&run) };
        let (mut about, mut step) = (if value.is_none() { About::Vague } else { About::Exact }, Number::ONE);
        if let Some((_, places)) = run.split_once('点') {
            step = Number::decimal(1, u32::try_from(places.chars().count()).unwrap_or(0));
        } else if let Some(power) = run.chars().last().and_then(chinese::power).filter(|power| *power >= 4) {
            step = Number::ten_to(power);
        }
        if self.peek(end) == Some('几') {
            end += 1;
        }
        if self.is_more(end) {
            about = if value.is_some() { About::More } else { about };
            end += 1;
            // 三百多万.
            while let Some(power) = self.peek(end).and_then(chinese::power).filter(|power| *power >= 4) {
                value = value.map(|value| value.shifted(power));
                (step, end) = (step.shifted(power), end + 1);
            }
        }
        let bare = run.chars().count() == 1 || run.chars().all(|c| chinese::digit(c).is_none());
        Some(Body { value, step, end, about, bare })
    }
}

/// The half-width form of a character.
fn half(c: char) -> char {
    match c {
        '０'..='９' | '％' | '．' | '＋' | '－' | '／' | '：' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c)
        }
        '−' | '﹣' => '-',
        '﹪' => '%',
        _ => c,
    }
}
