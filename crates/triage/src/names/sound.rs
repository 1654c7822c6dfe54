//! What sounds alike and what looks alike: one letter written for another.

use std::{collections::HashMap, sync::LazyLock};

use pinyin::ToPinyin as _;

use super::quick::Table;

const FIRST: u32 = 0x4e00;
const LAST: u32 = 0x9fff;

/// A number for each sound, nought for none; sounds that many people do not tell apart (zh/z, ch/c, sh/s, n/l, -ng/-n) are one.
static SOUNDS: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut numbers: HashMap<String, u16> = HashMap::new();
    let mut sounds = vec![0; (LAST - FIRST + 1) as usize];
    for (at, slot) in sounds.iter_mut().enumerate() {
        let letter = char::from_u32(FIRST + at as u32);
        if let Some(sound) = letter.and_then(|c| Some(c.to_pinyin()?.plain())) {
            let next = numbers.len() as u16 + 1;
            *slot = *numbers.entry(folded(sound)).or_insert(next);
        }
    }
    sounds
});

fn folded(sound: &str) -> String {
    let start = ["zh", "ch", "sh"].into_iter().find(|start| sound.starts_with(start));
    let sound = match start {
        Some(start) => format!("{}{}", &start[..1], &sound[2..]),
        None => sound.strip_prefix('n').map_or_else(|| sound.to_owned(), |rest| format!("l{rest}")),
    };
    sound.strip_suffix("ng").map_or(sound.clone(), |rest| format!("{rest}n"))
}

/// The number of a letter's sound; nought where it has none.
pub(crate) fn sound(c: char) -> u16 {
    SOUNDS.get((c as u32).wrapping_sub(FIRST) as usize).copied().unwrap_or(0)
}

/// Lines of letters that are taken for each other.
static LOOKS: LazyLock<Table<char, Vec<char>>> = LazyLock::new(|| {
    let mut looks: Table<char, Vec<char>> = Table::default();
    for line in include_str!("../../data/lookalikes.txt").lines() {
        for c in line.chars() {
            looks.entry(c).or_default().extend(line.chars().filter(|other| *other != c));
        }
    }
    looks
});

/// Letters that this one is taken for.
pub(crate) fn lookalikes(c: char) -> &'static [char] {
    LOOKS.get(&c).map_or(&[], Vec::as_slice)
}

/// What it costs to read one letter for another, 0 to 1.
pub(crate) fn cost(a: char, b: char) -> f32 {
    match () {
        () if a == b => 0.0,
        () if sound(a) != 0 && sound(a) == sound(b) => 0.25,
        () if lookalikes(a).contains(&b) => 0.3,
        () => 1.0,
    }
}

/// The cheapest way from one word to the other (Wagner & Fischer 1974), with [`cost`] for a letter in place of another.
pub(crate) fn distance(one: &[char], two: &[char]) -> f32 {
    let mut row: Vec<f32> = (0..=two.len()).map(|at| at as f32).collect();
    for (i, a) in one.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i as f32 + 1.0;
        for (j, b) in two.iter().enumerate() {
            // a letter written twice is half a letter too many
            let (more, less) = (
                if j > 0 && two[j - 1] == *b { 0.5 } else { 1.0 },
                if i > 0 && one[i - 1] == *a { 0.5 } else { 1.0 },
            );
            let best = (corner + cost(*a, *b)).min(row[j] + more).min(row[j + 1] + less);
            corner = row[j + 1];
            row[j + 1] = best;
        }
    }
    row[two.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_near_by_sound_or_by_look() {
        assert!(cost('鑫', '新') < 0.5 && cost('己', '已') < 0.5 && cost('末', '未') < 0.5);
        assert!((cost('天', '海') - 1.0).abs() < 1e-6);
        let of = |one: &str, two: &str| {
            distance(&one.chars().collect::<Vec<_>>(), &two.chars().collect::<Vec<_>>())
        };
        assert!((of("好再来", "好在来") - 0.25).abs() < 1e-6);
        assert!((of("好再来", "好来") - 1.0).abs() < 1e-6);
    }
}
