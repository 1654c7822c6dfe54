//! Words to be found by (DESIGN D4): CJK bigrams and single characters of every run, words of other scripts, the same on
//! both engines. jieba's words are added, so that a search by words ranks with a search by letters.

use std::sync::LazyLock;

use db::{Engine, Select, Tx, params};
use jieba_rs::Jieba;
use kernel::Ctx;

use crate::{Kind, reach};

/// Words that the dictionary cuts wrongly (crates.md §3).
const DOMAIN: &[&str] = &[
    "退一赔三",
    "假一赔十",
    "跑路",
    "七日无理由",
    "三包",
    "预付卡",
    "职业打假",
    "缺斤短两",
    "霸王条款",
    "格式条款",
];

static JIEBA: LazyLock<Jieba> = LazyLock::new(|| {
    let mut jieba = Jieba::new();
    for word in DOMAIN {
        jieba.add_word(word, None, None);
    }
    jieba
});

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Runs of one script: (is CJK, text).
fn runs(text: &str) -> Vec<(bool, String)> {
    let mut runs: Vec<(bool, String)> = Vec::new();
    let mut open = false;
    let mut letter = String::new();
    for c in text.chars() {
        letter.clear();
        // Most letters are their own fold; the others go the long way.
        match c {
            '\u{4e00}'..='\u{9fff}' | 'a'..='z' | '0'..='9' => letter.push(c),
            'A'..='Z' => letter.push(c.to_ascii_lowercase()),
            '\0'..='\u{7f}' => {}
            _ => letter.push_str(&codes::names::fold(&c.to_string())),
        }
        let folded = letter.as_str();
        if folded.is_empty() {
            open = false;
            continue;
        }
        let cjk = is_cjk(c);
        match runs.last_mut().filter(|(last, _)| open && *last == cjk) {
            Some((_, run)) => run.push_str(folded),
            None => runs.push((cjk, folded.to_owned())),
        }
        open = true;
    }
    runs
}

fn bigrams(run: &str) -> impl Iterator<Item = String> + '_ {
    let pairs = run.char_indices().zip(run.char_indices().skip(1));
    pairs.map(|((begin, _), (last, c))| run[begin..last + c.len_utf8()].to_owned())
}

/// The tokens of a document: bigrams in order (so that a phrase is found), then single characters, then words.
pub fn tokens(text: &str) -> Vec<String> {
    let runs = runs(text);
    let mut tokens: Vec<String> = Vec::new();
    let mut extra: Vec<String> = Vec::new();
    for (cjk, run) in &runs {
        if *cjk {
            tokens.extend(bigrams(run));
            extra.extend(run.chars().map(String::from));
            extra.extend(
                JIEBA
                    .cut_for_search(run, true)
                    .iter()
                    .map(|token| token.word.to_owned())
                    .filter(|word| word.chars().count() > 2),
            );
        } else {
            tokens.push(run.clone());
        }
        // A break, so that no phrase reaches over punctuation.
        tokens.push("0sep0".to_owned());
    }
    extra.sort();
    extra.dedup();
    tokens.extend(extra);
    tokens
}

/// What a person typed, as phrases that must all occur.
pub fn phrases(query: &str) -> Vec<Vec<String>> {
    let phrase = |(cjk, run): (bool, String)| match (cjk, run.chars().count()) {
        (true, 1) | (false, _) => vec![run],
        (true, _) => bigrams(&run).collect(),
    };
    query.split_whitespace().flat_map(runs).map(phrase).collect()
}

/// A whole number of ours, as it is written: the matter itself is wanted. Its parts are in half of all documents, so the index
/// would walk through them all.
fn number(word: &str) -> Option<String> {
    // Full-width signs stand in the same order as ASCII.
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => u8::try_from(u32::from(c) - 0xfee0).map_or(c, char::from),
        c => c,
    };
    let word = word.chars().map(narrow).collect::<String>().to_ascii_uppercase();
    let parts: Vec<&str> = word.split('-').collect();
    let digits =
        |part: &str, least: usize| part.len() >= least && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole = matches!(parts.as_slice(), [kind, unit, year, last] if Kind::ALL.iter().any(|it| it.prefix() == *kind)
        && !unit.is_empty() && digits(year, 4) && digits(last, 5));
    whole.then_some(word)
}

/// Narrows a list on alias `m` to the matters that hold what was typed; nothing typed narrows nothing.
pub fn narrow(list: Select, engine: Engine, query: &str) -> Select {
    narrow_on_the_way(list, engine, query, false)
}

/// The same for words that are common ([`is_common`]): the list is walked in its own order, and each matter looked at.
pub fn narrow_on_the_way(list: Select, engine: Engine, query: &str, is_common: bool) -> Select {
    let (numbers, phrases) = typed(query);
    let all = |list: Select, number: String| list.and("m.number = ?", params![number]);
    let list = numbers.into_iter().fold(list, all);
    match (phrases.is_empty(), is_common) {
        (true, _) => list,
        (false, false) => list.and("m.id IN SEARCH_FEW(?)", [db::match_query(engine, &phrases)]),
        (false, true) => list.and("SEARCH_HOLDS(m.id, ?)", [db::match_query(engine, &phrases)]),
    }
}

/// Whether so many matters hold what was typed that a list is better walked ([`Tx::search_is_common`]).
///
/// # Errors
/// Whatever the engine says.
pub fn is_common(tx: &mut Tx, ctx: &Ctx, query: &str) -> Result<bool, db::Error> {
    match typed(query) {
        (numbers, phrases) if numbers.is_empty() && !phrases.is_empty() => {
            tx.search_is_common(&db::match_query(tx.engine(), &phrases), reach::one_of(ctx))
        }
        _ => Ok(false),
    }
}

/// Whole numbers, and phrases that must all occur.
fn typed(query: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let (mut numbers, mut phrases) = (Vec::new(), Vec::new());
    for word in query.split_whitespace() {
        match number(word) {
            Some(number) => numbers.push(number),
            None => phrases.extend(self::phrases(word)),
        }
    }
    (numbers, phrases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_bigrams_words_and_single_characters() {
        assert_eq!(phrases("退货 奶"), vec![vec!["退货".to_owned()], vec!["奶".to_owned()]]);
        assert_eq!(phrases("七日无"), vec![vec!["七日".to_owned(), "日无".to_owned()]]);
        assert_eq!(
            phrases("TS-00 甲"),
            vec![vec!["ts".to_owned()], vec!["00".to_owned()], vec!["甲".to_owned()]]
        );
    }

    #[test]
    fn letters_that_are_their_own_fold_are_folded_no_other_way() {
        for c in ('\0'..='\u{7f}').chain('\u{4e00}'..='\u{9fff}') {
            let folded = codes::names::fold(&c.to_string());
            let run = runs(&c.to_string()).pop().map(|(_, run)| run).unwrap_or_default();
            assert_eq!(run, folded, "{c:?}");
        }
    }

    #[test]
    fn documents_hold_single_characters_and_domain_words() {
        let found = tokens("商家跑路，要求退一赔三");
        for token in ["商家", "跑", "退一赔三", "赔三"] {
            assert!(found.contains(&token.to_owned()), "{token}: {found:?}");
        }
        assert!(!found.contains(&"路要".to_owned()));
    }
}
