//! One suggestion: what, how sure, and why.

use serde_json::json;

kernel::words! {
    /// What is suggested.
    Part {
        /// 咨询, 投诉, 举报.
        Kind = "kind", "类型";
        /// Goods or service.
        Goods = "goods", "商品或者服务";
        /// What is wrong.
        Problem = "problem", "问题类别";
        /// The brand of what was bought.
        Brand = "brand", "品牌";
        /// The trader's record.
        Trader = "trader", "经营者";
        /// The unit whose matter it is.
        Unit = "unit", "承办单位";
        /// An earlier matter about the same thing.
        Repeat = "repeat", "可能是同一件事";
    }
}

/// A suggestion. Advice: a person decides, and nothing is refused by it.
#[derive(Clone, Debug, PartialEq)]
pub struct Guess {
    /// What is suggested.
    pub part: Part,
    /// Its code, id or number, as the form takes it.
    pub code: String,
    /// Its name, for people.
    pub name: String,
    /// Its probability, 0 to 1, where a model gave one.
    pub share: Option<f32>,
    /// Whether the model is as sure as it was asked to be.
    pub sure: bool,
    /// What it came from: `rules`, `register`, or the version of a model.
    pub basis: String,
    /// Why: words of the text, or what agrees.
    pub reason: String,
    /// (field, value) that taking it up fills in; empty where there is nothing to fill in.
    pub fill: Vec<(&'static str, String)>,
    /// Whether the form says so already.
    pub taken: bool,
}

impl Guess {
    /// How it is named when it is taken up: part and code.
    pub fn key(&self) -> String {
        format!("{}:{}", self.part.code(), self.code)
    }

    /// What it fills in, as the script reads it.
    pub fn filling(&self) -> String {
        let pairs = self.fill.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
        serde_json::Value::Object(pairs.collect()).to_string()
    }

    /// `把握 93%`, or nothing.
    pub fn share_words(&self) -> String {
        let share =
            |share: f32| format!("把握 {:.0}%{}", share * 100.0, if self.sure { "" } else { "，仅供参考" });
        self.share.map_or_else(String::new, share)
    }

    /// Whether it was taken up and hands the matter on, which no field of the form shows.
    pub fn is_handing_on(&self) -> bool {
        self.taken && self.part == Part::Unit
    }

    /// Whether it can be taken up by a press.
    pub fn is_open(&self) -> bool {
        !self.taken && !self.fill.is_empty()
    }
}
