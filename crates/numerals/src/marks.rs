//! Numerals that are no figures: headings, articles, names, codes; and dates.

use crate::{
    chinese,
    lexer::Lexer,
    numeral::Day,
    words::{NAMES, begins},
};

/// Letters that are units after digits.
const LETTERS: &[&str] = &["kg", "ml", "km", "cm", "mm", "g", "L", "m", "t"];

impl Lexer<'_> {
    /// Where something that is no figure ends, if it begins here.
    pub(crate) fn passed(&self) -> Option<usize> {
        self.heading()
            .or_else(|| self.bracketed())
            .or_else(|| self.code())
            .or_else(|| self.name())
            .or_else(|| self.article())
            .or_else(|| self.telephone())
    }

    /// A run of digits of the Arabic or the Chinese kind.
    fn run(&self, at: usize) -> Option<usize> {
        let arabic = |c: char| c.is_ascii_digit();
        let kind: &dyn Fn(char) -> bool =
            if self.peek(at).is_some_and(arabic) { &arabic } else { &chinese::is_part };
        let mut end = at;
        while self.peek(end).is_some_and(kind) {
            end += 1;
        }
        (end > at).then_some(end)
    }

    fn begins_line(&self) -> bool {
        let before = self.chars[..self.at].iter().rev().take_while(|c| **c != '\n');
        before.into_iter().all(|c| c.is_whitespace() || "#*->|".contains(*c))
    }

    /// 一、 and 1. at the beginning of a line.
    fn heading(&self) -> Option<usize> {
        let end = self.run(self.at).filter(|_| self.begins_line())?;
        let short = end - self.at <= 3;
        let mark = self.peek(end)?;
        let after = self.peek(end + 1);
        let is_heading = mark == '、' || (mark == '.' && !after.is_some_and(|c| c.is_ascii_digit()));
        (short && is_heading).then_some(end + 1)
    }

    /// （一）, (1), 〔2026〕12号.
    fn bracketed(&self) -> Option<usize> {
        let close = match self.peek(self.at)? {
            '（' => '）',
            '(' => ')',
            '〔' => '〕',
            '[' => ']',
            _ => return None,
        };
        let end = self.run(self.at + 1).filter(|end| self.peek(*end) == Some(close))?;
        if close != '〕' && close != ']' {
            return (end - self.at <= 4).then_some(end + 1);
        }
        let from = end + 1 + usize::from(self.peek(end + 1) == Some('第'));
        let number = self.run(from).filter(|end| self.peek(*end) == Some('号'));
        Some(number.map_or(end + 1, |end| end + 1))
    }

    /// Letters with digits: TS-202600012, GB/T 9704.
    fn code(&self) -> Option<usize> {
        let first = self.peek(self.at).filter(char::is_ascii_alphanumeric)?;
        let digits = self.run(self.at).filter(|_| first.is_ascii_digit());
        if let Some(end) = digits {
            let letter = self.peek(end).is_some_and(|c| c.is_ascii_alphabetic());
            if !letter || LETTERS.iter().any(|unit| begins(&self.chars, end, unit)) {
                return None;
            }
        }
        let mut end = self.at;
        while self.peek(end).is_some_and(|c| c.is_ascii_alphanumeric() || "-_/.".contains(c)) {
            end += 1;
        }
        // GB/T 9704-2012.
        if self.peek(end) == Some(' ')
            && self.chars[self.at..end].contains(&'/')
            && let Some(mut after) =
                self.run(end + 1).filter(|_| self.peek(end + 1).is_some_and(|c| c.is_ascii_digit()))
        {
            while self.peek(after).is_some_and(|c| c.is_ascii_digit() || "-.".contains(c)) {
                after += 1;
            }
            end = after;
        }
        let inside = &self.chars[self.at..end];
        // Plain words are passed over too, so that the digits after their hyphen are not read apart.
        (inside.iter().any(char::is_ascii_digit) || first.is_ascii_alphabetic()).then_some(end)
    }

    fn name(&self) -> Option<usize> {
        let digit = |at: usize| self.peek(at).is_some_and(|c| c.is_ascii_digit());
        let longer = self.at.checked_sub(1).is_some_and(digit);
        NAMES.iter().filter(|_| !longer).find_map(|name| {
            let end = self.at + name.chars().count();
            let goes_on = digit(end)
                || (self.peek(end) == Some('.') && digit(end + 1))
                || self.peek(end) == Some(',')
                || self.peek(end).is_some_and(|c| c == '%' || chinese::power(c).is_some());
            let counted = crate::words::unit(&self.chars, end).is_some() && *name != "3·15";
            (begins(&self.chars, self.at, name) && !goes_on && !counted).then_some(end)
        })
    }

    /// 第十四条, 第一款, 第121号, 12号.
    fn article(&self) -> Option<usize> {
        let marked = self.peek(self.at)? == '第';
        let end = self.run(self.at + usize::from(marked))?;
        let mark = self.peek(end)?;
        let is_article =
            if marked { "条款项章节编目号版页届".contains(mark) } else { mark == '号' };
        is_article.then_some(end + 1)
    }

    /// 0834-1234567, 13800000000, 09:30.
    fn telephone(&self) -> Option<usize> {
        let end = self.run(self.at).filter(|_| self.peek(self.at).is_some_and(|c| c.is_ascii_digit()))?;
        let length = end - self.at;
        if length == 11 && self.peek(self.at) == Some('1') && crate::words::unit(&self.chars, end).is_none() {
            return Some(end);
        }
        let second = self.run(end + 1)?;
        let digits =
            self.chars[end + 1..second].iter().all(char::is_ascii_digit).then_some(second - end - 1)?;
        match self.peek(end)? {
            '-' if (3..=4).contains(&length) && digits >= 7 => Some(second),
            ':' if length <= 2 && digits == 2 => Some(second),
            _ => None,
        }
    }

    /// A small whole number of either kind from `at`: value and end.
    fn little(&self, at: usize, most: u32) -> Option<(u32, usize)> {
        let end = self.run(at)?;
        let run: String = self.chars[at..end].iter().collect();
        let value = match run.parse::<u32>() {
            Ok(value) => value,
            Err(_) => u32::try_from(chinese::parse(&run)?.as_whole()?).ok()?,
        };
        (value <= most).then_some((value, end))
    }

    /// A date that begins here, and where it ends.
    pub(crate) fn date(&self) -> Option<(Day, usize)> {
        // Not in the middle of a number.
        let before = self.at.checked_sub(1).and_then(|at| self.peek(at));
        if before.is_some_and(|c| c.is_ascii_digit() || c == '.')
            && self.peek(self.at).is_some_and(|c| c.is_ascii_digit())
        {
            return None;
        }
        self.quarter()
            .or_else(|| self.in_words())
            .or_else(|| self.in_digits())
            .or_else(|| self.range_of_months())
    }

    /// 第三季度, 一季度, 3季度.
    fn quarter(&self) -> Option<(Day, usize)> {
        let from = self.at + usize::from(self.peek(self.at) == Some('第'));
        let (quarter, end) = self.little(from, 4)?;
        let told = begins(&self.chars, end, "季度");
        told.then(|| (Day { quarter: Some(quarter), ..Day::default() }, end + 2))
    }

    /// 2026年9月23日 and parts of it.
    fn in_words(&self) -> Option<(Day, usize)> {
        let (mut day, mut end) = (Day::default(), self.at);
        let year =
            self.little(self.at, 2999).filter(|(year, end)| *year >= 1900 && self.peek(*end) == Some('年'));
        if let Some((year, after)) = year {
            (day.year, end) = (Some(year), after + 1);
            if self.peek(end) == Some('度') {
                return Some((day, end + 1));
            }
            if let Some((quarter, after)) = self.little(end + usize::from(self.peek(end) == Some('第')), 4)
                && begins(&self.chars, after, "季度")
            {
                day.quarter = Some(quarter);
                return Some((day, after + 2));
            }
        }
        if let Some((month, after)) =
            self.little(end, 12).filter(|(_, after)| self.peek(*after) == Some('月'))
        {
            (day.month, end) = (Some(month), after + 1);
            let date = self
                .little(end, 31)
                .filter(|(_, after)| self.peek(*after).is_some_and(|c| c == '日' || c == '号'));
            if let Some((date, after)) = date {
                (day.day, end) = (Some(date), after + 1);
            }
        }
        (end > self.at).then_some((day, end))
    }

    /// 2026-09-23, 2026.9.23.
    fn in_digits(&self) -> Option<(Day, usize)> {
        let (year, end) = self.little(self.at, 2999).filter(|(year, _)| *year >= 1900)?;
        let separator = self.peek(end).filter(|c| "-./".contains(*c))?;
        let (month, end) = self.little(end + 1, 12).filter(|(_, end)| self.peek(*end) == Some(separator))?;
        let (date, end) = self.little(end + 1, 31)?;
        Some((Day { year: Some(year), month: Some(month), day: Some(date), quarter: None }, end))
    }

    /// The 1 of 1—6月 and of 1至6月.
    fn range_of_months(&self) -> Option<(Day, usize)> {
        let (month, end) = self.little(self.at, 12)?;
        let mut after = end;
        while self.peek(after).is_some_and(|c| "-—–~～至到".contains(c)) {
            after += 1;
        }
        let (_, last) = self.little(after, 12).filter(|_| after > end)?;
        let told = self.peek(last) == Some('月');
        told.then(|| (Day { month: Some(month), ..Day::default() }, end))
    }
}
