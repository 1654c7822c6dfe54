//! The office's "no".

use std::fmt;

/// Why the office does not do what was asked: a stable code, a sentence for the person, and the article it rests on.
///
/// ```
/// let no = kernel::Refusal::new("not_lawful_now", "已办结的投诉不能再受理").by("令第121号 第十五条");
/// assert_eq!(no.to_string(), "已办结的投诉不能再受理（令第121号 第十五条）");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    /// Stable, for programs and tests.
    pub code: &'static str,
    /// For the person; says what to mend.
    pub sentence: String,
    /// The article, when a rule of law stands behind it.
    pub article: Option<String>,
    /// The form field the sentence belongs to, when there is one.
    pub field: Option<&'static str>,
}

impl Refusal {
    /// A refusal without an article.
    pub fn new(code: &'static str, sentence: impl Into<String>) -> Self {
        Self { code, sentence: sentence.into(), article: None, field: None }
    }

    /// Names the article; an empty one is none.
    #[must_use]
    pub fn by(mut self, article: impl Into<String>) -> Self {
        self.article = Some(article.into()).filter(|article| !article.is_empty());
        self
    }

    /// Names the form field to mend.
    #[must_use]
    pub const fn at(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)?;
        self.article.as_ref().map_or(Ok(()), |article| write!(f, "（{article}）"))
    }
}
