//! Spellings that stay as they are when they are spelt once more.

/// Rounds after which a spelling is taken as it is; three are the most that were met.
const ROUNDS: usize = 8;

/// `step` until nothing changes: what is stored must be found by what is typed, and by what was stored. A letter with marks can
/// come apart when it is written large, letters that a hyphen parted can join when it is gone.
pub(crate) fn settled(text: &str, step: impl Fn(&str) -> String) -> String {
    let mut now = step(text);
    for _ in 0..ROUNDS {
        if now.chars().all(plain) {
            break;
        }
        let next = step(&now);
        if next == now {
            break;
        }
        now = next;
    }
    now
}

/// Nearly all there is: what no further round changes.
const fn plain(c: char) -> bool {
    c.is_ascii() || matches!(c, '\u{4e00}'..='\u{9fff}')
}
