//! How the reports of a template go out: with which number, with a red head or none (GB/T 9704, 7.2.4, 7.2.5).

use std::borrow::Cow;

use db::{Row, Value, params};
use kernel::{Refusal, words};

words! {
    /// Which number a report takes at its approval.
    Series {
        /// None.
        None = "none", "不编号";
        /// 期号, per unit, template and year: 2026年第3期.
        Issue = "issue", "期号（2026年第3期）";
        /// 发文字号, per word and year: 消保通〔2026〕3号.
        Number = "number", "发文字号（消保通〔2026〕3号）";
    }
}

/// How reports go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outward {
    /// Which number they take.
    pub series: Series,
    /// 发文机关代字, such as 消保通; empty where none is known or wanted.
    pub word: Cow<'static, str>,
    /// Whether they have a red head.
    pub has_head: bool,
    /// 发文机关标志, or the name of a series such as 信息专报; empty for the unit's name.
    pub mark: Cow<'static, str>,
}

impl Outward {
    /// Neither number nor head.
    pub const PLAIN: Self =
        Self { series: Series::None, word: Cow::Borrowed(""), has_head: false, mark: Cow::Borrowed("") };

    /// The first number that is given, where a whole one was typed (消保通〔2026〕3号); empty to begin with 1.
    pub(super) fn begins(&self) -> String {
        let typed = self.word.trim();
        let is_whole = self.series == Series::Number && gongwen::Number::parse(typed).is_ok();
        if is_whole { typed.to_owned() } else { String::new() }
    }

    /// What was typed, put right: of a whole number (消保通〔2026〕3号) the word.
    ///
    /// # Errors
    /// A refusal at its field: a number without a word, a word that is none, a head without a number.
    pub fn typed(self) -> Result<Self, Refusal> {
        let word = self.word.split('〔').next().unwrap_or_default().trim().to_owned();
        let (mark, series) = (self.mark.trim().to_owned(), self.series);
        if series == Series::None && self.has_head {
            return Err(Refusal::new("head", "有红头的公文须有期号或者发文字号，请选择编号方式").at("series"));
        }
        if series != Series::Number {
            return Ok(Self { word: Cow::Borrowed(""), mark: Cow::Owned(mark), ..self });
        }
        let sample = "请填写发文字号的代字，例如 消保通，程序按年编为 消保通〔2026〕1号";
        let is_word = (1..=12).contains(&word.chars().count()) && word.chars().all(char::is_alphabetic);
        if !is_word || gongwen::Number::parse(&format!("{word}〔2026〕1号")).is_err() {
            return Err(Refusal::new("word", sample).at("word"));
        }
        Ok(Self { word: Cow::Owned(word), mark: Cow::Owned(mark), ..self })
    }

    /// In words, for lists: 期号, 发文字号 消保通〔年〕号, 红头.
    #[must_use]
    pub fn told(&self) -> String {
        let series = match self.series {
            Series::None => "不编号".to_owned(),
            Series::Issue => "期号".to_owned(),
            Series::Number if self.word.is_empty() => "发文字号（还没有代字）".to_owned(),
            Series::Number => format!("{}〔年〕号", self.word),
        };
        if self.has_head { format!("{series}，红头") } else { series }
    }

    pub(super) fn read(row: &Row) -> Result<Self, db::Error> {
        let (word, mark): (String, String) = (row.get("word")?, row.get("mark")?);
        Ok(Self {
            series: Series::from_code(&row.get::<String>("series")?).unwrap_or(Series::None),
            word: Cow::Owned(word),
            has_head: row.get("has_head")?,
            mark: Cow::Owned(mark),
        })
    }

    /// As the columns series, word, has_head, mark.
    pub(super) fn columns(&self) -> Vec<Value> {
        params![self.series.code(), self.word.as_ref(), self.has_head, self.mark.as_ref()].to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(series: Series, word: &'static str, has_head: bool) -> Result<Outward, String> {
        let outward = Outward { series, word: Cow::Borrowed(word), has_head, mark: Cow::Borrowed("") };
        outward.typed().map_err(|refused| refused.to_string())
    }

    #[test]
    fn a_number_has_a_word_and_a_head_a_number() {
        for word in ["消保通", " 消保通〔2026〕3号 "] {
            assert_eq!(typed(Series::Number, word, true).unwrap().told(), "消保通〔年〕号，红头");
        }
        let whole =
            Outward {
                series: Series::Number, word: Cow::Borrowed("消保通〔2026〕3号"), ..Outward::PLAIN
            };
        assert_eq!(whole.begins(), "消保通〔2026〕3号");
        assert_eq!(Outward { word: Cow::Borrowed("消保通"), ..whole }.begins(), "");
        for word in ["", "消保通2026", "〔2026〕3号", "消保[通]", "长长长长长长长长长长长长长"]
        {
            assert!(typed(Series::Number, word, false).unwrap_err().contains("代字"), "{word}");
        }
        assert!(typed(Series::None, "", true).unwrap_err().contains("编号方式"));
        assert_eq!(typed(Series::Issue, "消保通", false).unwrap().word, "");
    }
}
