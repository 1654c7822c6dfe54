//! Comparisons without a number: 同比上升, 环比持平.

use crate::{
    check::{Finding, Verdict, name, points},
    context::{Context, Names, Surroundings, last_way},
    ledger::{Base, Ledger, Told},
    number::Number,
    numeral::{Numeral, Role},
    words::About,
};

/// Every comparison that stands in words alone.
pub(crate) fn words(text: &str, numerals: &[Numeral], (ledger, names): (&Ledger, &Names)) -> Vec<Finding> {
    let mut found = Vec::new();
    for (word, base) in [("同比", Base::Year), ("环比", Base::Before)] {
        for (at, _) in text.match_indices(word) {
            let rest = &text[at..];
            let end = at + rest.find(['，', '。', '；', '、', '\n', '）', '|']).unwrap_or(rest.len());
            let counted = numerals.iter().any(|one| one.span.start < end && one.span.end > at);
            let Some(way) = last_way(&text[at..end]).filter(|_| !counted) else { continue };
            let before = numerals.iter().rev().find(|one| one.span.end <= at && one.role == Role::Quantity);
            let numeral = placed(text, at, end);
            let context = Context::around(text, at, at, before.map_or(0, |one| one.span.end), at);
            let (_, near) = names.nearest(&Surroundings::of(&context)).unzip();
            let mut meant = near.unwrap_or_default();
            meant.retain(|at| {
                ledger.facts[*at].told == Told::Difference(base) && ledger.facts[*at].part.is_empty()
            });
            let finding = match meant.first() {
                None => Finding::new(&numeral, Verdict::Unknown, "没有可以比较的数"),
                Some(first) => {
                    let holds = meant.iter().any(|at| points(way, ledger.facts[*at].value));
                    let why = if holds {
                        String::new()
                    } else {
                        format!("{}为 {}", name(&ledger.facts[*first]), ledger.facts[*first].words())
                    };
                    let verdict = if holds { Verdict::Verified } else { Verdict::Contradicted };
                    Finding { fact: Some(*first), ..Finding::new(&numeral, verdict, why) }
                }
            };
            found.push(finding);
        }
    }
    found
}

/// A place in the text as a numeral that says no number.
fn placed(text: &str, at: usize, end: usize) -> Numeral {
    let begin = text[..at].rfind('\n').map_or(0, |at| at + 1);
    Numeral {
        span: at..end,
        line: text[..at].matches('\n').count() + 1,
        column: text[begin..at].chars().count() + 1,
        text: text[at..end].to_owned(),
        value: None,
        step: Number::ONE,
        unit: "",
        about: About::Exact,
        role: Role::Quantity,
    }
}
