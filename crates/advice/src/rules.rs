//! Categories without a trained model: the words decide in `triage`; the page says 规则建议（未训练）.

use jiff::civil::Date;
use law::Tree;
pub(crate) use triage::Spoken;

fn entries(tree: &Tree, day: Date) -> Vec<(&str, &str)> {
    tree.offered(day).map(|node| (node.code.as_str(), node.name.as_str())).collect()
}

/// What a text speaks for, of the entries that are offered on `day`, the likeliest first.
pub(crate) fn speak(tree: &Tree, day: Date, text: &str) -> Vec<Spoken> {
    triage::speak(&entries(tree, day), text)
}

/// The one entry that a text speaks for, or none where two are as likely.
pub(crate) fn decide(tree: &Tree, day: Date, text: &str) -> Option<Spoken> {
    triage::decide(&entries(tree, day), text)
}
