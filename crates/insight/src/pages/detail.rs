//! What the things of a figure differ by, in words.

use law::{Law, Listed};

use crate::figure::Things;

/// How clocks end; empty while they run.
const ENDS: [(&str, &str); 5] =
    [("", "计算中"), ("kept", "按期"), ("late", "超期"), ("void", "作废"), ("merged", "并案")];

/// The name of a part of figures over `things`; words of ours never stand in the database.
pub(super) fn name(things: Things, key: &str) -> String {
    let law = Law::in_use();
    let lists = &law.classification;
    let known = match things {
        Things::Matters => None,
        Things::Ratings => Some(format!("{key} 分")),
        Things::Disputes => matters::dispute::Stand::from_code(key).map(|stand| stand.label().to_owned()),
        Things::Returns => Some(Listed::name(&lists.return_reasons, key).to_owned()),
        Things::Escalations => {
            law.escalation.iter().find(|level| level.code == key).map(|level| level.title.clone())
        }
        Things::Notices => Some(Listed::name(&lists.notice_channels, key).to_owned()),
        Things::Papers => Some(key.to_owned()),
        Things::Links => {
            let kinds = matters::relations::LINKS;
            kinds.iter().find(|(code, _)| *code == key).map(|(_, words)| (*words).to_owned())
        }
        Things::Clocks => ENDS.iter().find(|(code, _)| *code == key).map(|(_, words)| (*words).to_owned()),
        Things::Merges => matters::merge::Why::from_code(key).map(|why| why.label().to_owned()),
    };
    known.filter(|name| !name.is_empty()).unwrap_or_else(|| "未记录".to_owned())
}
