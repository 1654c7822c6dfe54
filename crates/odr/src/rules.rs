//! Rules: what makes an answer of a trader an answer (R08). Pure: the command loads and stores.

use kernel::Money;

/// Characters an answer must have at least.
pub const SHORTEST: usize = 20;

/// Words that say nothing by themselves; an answer of nothing else is no answer.
const EMPTY_WORDS: &[&str] = &[
    "您好",
    "你好",
    "尊敬的消费者",
    "尊敬的客户",
    "感谢您的反馈",
    "感谢您的理解",
    "感谢您的支持",
    "我们非常重视",
    "我司非常重视",
    "高度重视",
    "已收到您的反馈",
    "已联系消费者",
    "正在处理中",
    "正在处理",
    "正在核实",
    "会尽快处理",
    "将尽快处理",
    "尽快",
    "给您带来不便",
    "深表歉意",
    "敬请谅解",
    "祝您生活愉快",
];

/// What an answer is, before it is taken.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// `settle` or `refuse`.
    pub kind: &'a str,
    /// The words.
    pub words: &'a str,
    /// The sum offered.
    pub offer: Option<Money>,
    /// Codes of what the consumer asks.
    pub demands: &'a [String],
    /// How many other matters of the same trader were answered with the same words.
    pub same_elsewhere: i64,
}

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Whether the answer is not taken at all.
    pub blocks: bool,
    /// What to mend, or what the officer should look at.
    pub sentence: &'static str,
}

const fn flaw(blocks: bool, sentence: &'static str) -> Flaw {
    Flaw { blocks, sentence }
}

/// Characters that say something: no white space, no punctuation, none of the empty words.
fn substance(words: &str) -> usize {
    let mut rest: String = words.chars().filter(|c| c.is_alphanumeric()).collect();
    for empty in EMPTY_WORDS {
        rest = rest.replace(empty, "");
    }
    rest.chars().count()
}

/// The flaws of an answer, those that block first.
///
/// ```
/// use odr::rules::{Draft, flaws};
/// let empty = Draft { kind: "settle", words: "您好，我们非常重视，正在处理中，感谢您的反馈，敬请谅解！", offer: None, demands: &[], same_elsewhere: 0 };
/// assert!(flaws(&empty).iter().any(|flaw| flaw.blocks));
/// ```
pub fn flaws(draft: &Draft<'_>) -> Vec<Flaw> {
    let mut found = Vec::new();
    let length = draft.words.trim().chars().count();
    if length < SHORTEST {
        found.push(flaw(true, "答复过短：请写明核实的情况和处理意见，不少于 20 字"));
    } else if substance(draft.words) < SHORTEST / 2 {
        found.push(flaw(true, "答复只有客套或者“正在处理”一类的话：请写明核实的情况和处理意见"));
    }
    let wants_money = draft.demands.iter().any(|code| matches!(code.as_str(), "refund" | "compensate"));
    if draft.kind == "settle" && wants_money && draft.offer.is_none() {
        found.push(flaw(false, "消费者要求退款或者赔偿，答复没有写明金额"));
    }
    let gives_grounds = ["因", "由于", "依据", "根据", "按照", "约定", "经查", "经核实"]
        .iter()
        .any(|word| draft.words.contains(word));
    if draft.kind == "refuse" && !gives_grounds {
        found.push(flaw(false, "不同意消费者的要求，但没有写明事实和依据"));
    }
    if draft.same_elsewhere > 0 {
        found.push(flaw(false, "与该单位对其他消费者的答复完全相同"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(kind: &'static str, words: &'static str) -> Draft<'static> {
        Draft { kind, words, offer: None, demands: &[], same_elsewhere: 0 }
    }

    #[test]
    fn an_answer_that_says_nothing_is_not_taken() {
        for words in
            ["已处理", "您好，感谢您的反馈，我们非常重视，正在处理中，给您带来不便，深表歉意，敬请谅解！"]
        {
            assert!(flaws(&draft("settle", words)).iter().any(|flaw| flaw.blocks), "{words}");
        }
        let good =
            "经核实，该批次牛奶确已临近保质期，本店同意退还货款并按价款三倍赔偿，三日内退回原支付账户。";
        assert_eq!(flaws(&draft("settle", good)), []);
    }

    #[test]
    fn weak_answers_are_taken_and_shown_with_their_flaws() {
        let demands = ["refund".to_owned()];
        let vague = Draft {
            demands: &demands,
            ..draft("settle", "同意给消费者一个满意的方案，双方已经电话沟通两次。")
        };
        assert_eq!(flaws(&vague).len(), 1);
        assert!(flaws(&Draft { offer: Some(Money::from_fen(100)), ..vague }).is_empty());
        let flat = draft("refuse", "本店不同意退款，商品没有任何质量问题，消费者无理取闹。");
        assert!(flaws(&flat).iter().all(|flaw| !flaw.blocks) && flaws(&flat).len() == 1);
        let copied = Draft {
            same_elsewhere: 2,
            ..draft("refuse", "根据购买时的约定，定制商品不适用七日无理由退货。")
        };
        assert_eq!(flaws(&copied).len(), 1);
    }
}
