//! Fields of a text by rule: sums of money, days, telephones, order numbers, brands, addresses to the street; each with where it
//! stands. What is not written down clearly is left out.

mod ahead;
mod bare;
mod beside;
mod calendar;
mod contact;
mod dates;
mod festive;
mod figures;
mod lunar;
mod money;
mod number;
mod paid;
mod place;
mod relative;
mod rows;
mod telephone;
mod told;
mod unit;
mod vague;
mod view;

use std::ops::Range;

pub use calendar::Day;

/// What a field says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A sum, in 分: from and to, the same where it is one.
    Money(i64, i64),
    /// Days: first and last, the same where it is one.
    Days(Day, Day),
    /// A telephone: its digits.
    Phone(String),
    /// A number of an order, a parcel, a contract: letters and digits.
    Order(String),
    /// A brand.
    Brand(String),
    /// An address, from its region to its street and number.
    Address(String),
}

/// A field and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What it says.
    pub said: Said,
}

/// Fields of a text in its order. `today` is the day on which it was said: 昨天 is the day before, and a day without its year is
/// the last one there was, unless it is promised or put off to (改到9月25号).
///
/// ```
/// use triage::{Day, Said, fields};
/// let today = Day::new(2026, 9, 24).unwrap();
/// let text = "上周三在中央大街89号买了海尔牌冰箱，花了三千五百元，电话138-0013-8000";
/// let found = fields(text, today);
/// assert_eq!(found[0].said, Said::Days(Day::new(2026, 9, 16).unwrap(), Day::new(2026, 9, 16).unwrap()));
/// assert_eq!(&text[found[1].span.clone()], "中央大街89号");
/// assert_eq!(found[3].said, Said::Money(350_000, 350_000));
/// ```
#[must_use]
pub fn fields(text: &str, today: Day) -> Vec<Field> {
    let view = view::View::of(text);
    let mut found: Vec<(Range<usize>, Said)> = Vec::new();
    // what is found first holds its letters against what comes later
    for part in [
        contact::phones(text, &view),
        contact::orders(&view),
        told::days(&view, today),
        money::sums(&view),
        place::addresses(&view),
        contact::brands(&view),
    ] {
        for (span, said) in part {
            if !found.iter().any(|(held, _)| span.start < held.end && held.start < span.end) {
                found.push((span, said));
            }
        }
    }
    found.sort_by_key(|(span, _)| span.start);
    found.into_iter().map(|(span, said)| Field { span: view.bytes(&span), said }).collect()
}
