//! Numbers (发文字号) and days as papers write them.

use std::fmt;

/// A number: 发文机关代字, 年份 in 〔〕, 发文顺序号 (article 7.2.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// 代字, such as 南市监发.
    pub word: String,
    /// The year in full.
    pub year: u16,
    /// 顺序号, without 第 and without zeros in front.
    pub ordinal: u32,
}

impl fmt::Display for Number {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}〔{}〕{}号", self.word, self.year, self.ordinal)
    }
}

impl Number {
    /// Reads a number as article 7.2.5 asks for it.
    ///
    /// # Errors
    /// A sentence that says what to mend.
    pub fn parse(text: &str) -> Result<Self, String> {
        let squared = text.contains(['[', ']', '［', '］', '【', '】', '(', ')', '（', '）', '﹝', '﹞']);
        if squared {
            return Err(format!("发文字号“{text}”的年份请用六角括号〔〕括入"));
        }
        let parts = text.split_once('〔').and_then(|(word, rest)| Some((word, rest.split_once('〕')?)));
        let Some((word, (year, rest))) = parts else {
            return Err(format!("发文字号“{text}”应由代字、年份、顺序号组成，例如 南市监发〔2026〕1号"));
        };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if word.trim().is_empty() {
            return Err(format!("发文字号“{text}”缺少发文机关代字"));
        }
        if year.len() != 4 || !digits(year) {
            return Err(format!("发文字号“{text}”的年份应标全称，用四位阿拉伯数字"));
        }
        let ordinal = rest.strip_suffix('号').unwrap_or_default();
        if ordinal.starts_with('第') || ordinal.starts_with('0') || !digits(ordinal) {
            return Err(format!("发文字号“{text}”的顺序号不加“第”字、不编虚位，后面加“号”字"));
        }
        let number = (year.parse().ok(), ordinal.parse().ok());
        let (Some(year), Some(ordinal)) = number else {
            return Err(format!("发文字号“{text}”的顺序号太长"));
        };
        Ok(Self { word: word.to_owned(), year, ordinal })
    }
}

/// A day: 年、月、日 in full, no zeros in front (article 7.3.5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// Year.
    pub year: i16,
    /// Month, from 1.
    pub month: u8,
    /// Day, from 1.
    pub day: u8,
}

impl fmt::Display for Day {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}年{}月{}日", self.year, self.month, self.day)
    }
}

impl Day {
    /// What stands where a day is not known yet.
    pub const BLANK: &'static str = "\u{3000}\u{3000}年\u{3000}\u{3000}月\u{3000}\u{3000}日";

    /// Whether there is such a day.
    pub const fn is_real(self) -> bool {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        let last = match self.month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        self.year > 0 && self.day >= 1 && self.day <= last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_word_year_and_ordinal_and_nothing_else() {
        let number = Number::parse("南市监发〔2026〕12号").unwrap();
        assert_eq!(number.to_string(), "南市监发〔2026〕12号");
        for (wrong, said) in [
            ("南市监发[2026]12号", "六角括号"),
            ("南市监发（2026）12号", "六角括号"),
            ("南市监发〔26〕12号", "四位"),
            ("南市监发〔2026〕第12号", "不加“第”字"),
            ("南市监发〔2026〕012号", "虚位"),
            ("南市监发〔2026〕12", "“号”字"),
            ("〔2026〕12号", "代字"),
            ("12号", "例如"),
            ("南市监发〔2026〕99999999999号", "太长"),
        ] {
            let sentence = Number::parse(wrong).unwrap_err();
            assert!(sentence.contains(said), "{wrong}: {sentence}");
        }
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        let day = |year, month, day| Day { year, month, day };
        assert_eq!(day(2026, 9, 3).to_string(), "2026年9月3日");
        assert!(day(2024, 2, 29).is_real() && !day(2026, 2, 29).is_real());
        assert!(!day(2026, 13, 1).is_real() && !day(2026, 4, 31).is_real() && !day(2026, 1, 0).is_real());
        assert!(day(2000, 2, 29).is_real() && !day(1900, 2, 29).is_real());
    }
}
