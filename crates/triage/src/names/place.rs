//! Names of regions (GB/T 2260, those of the past too) at the beginning of a name or an address.

use std::sync::LazyLock;

use super::quick::Table;

/// A region's code of six digits as a number: `230103`.
pub(crate) type Code = u32;

/// What peoples an autonomous prefecture is named after: its short name stands before them.
const PEOPLES: &[&str] = &[
    "朝鲜族",
    "土家族",
    "苗族",
    "藏族",
    "羌族",
    "彝族",
    "布依族",
    "侗族",
    "哈尼族",
    "壮族",
    "傣族",
    "白族",
    "景颇族",
    "傈僳族",
    "回族",
    "蒙古",
    "柯尔克孜",
    "哈萨克",
    "维吾尔",
];

/// (names in full, names without their ending), each to its codes.
struct Names {
    full: Table<Vec<char>, Vec<Code>>,
    short: Table<Vec<char>, Vec<Code>>,
    /// By their first two letters: a bit for each length that a name has, in full or short.
    lengths: Table<[char; 2], u32>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut names = Names { full: Table::default(), short: Table::default(), lengths: Table::default() };
    for line in include_str!("../../data/regions.txt").lines() {
        let Some((code, name)) = line.split_once(' ') else { continue };
        let Ok(code) = code.parse::<Code>() else { continue };
        let letters: Vec<char> = name.chars().collect();
        let Some(first) = letters.first_chunk::<2>() else { continue };
        let lengths = names.lengths.entry(*first).or_default();
        *lengths |= 1 << letters.len().min(31);
        names.full.entry(letters).or_default().push(code);
        let short = short(name);
        if short.chars().count() >= 2 && short != name {
            *lengths |= 1 << short.chars().count().min(31);
            names.short.entry(short.chars().collect()).or_default().push(code);
        }
    }
    names
});

fn short(name: &str) -> &str {
    if let Some(at) = PEOPLES.iter().filter_map(|people| name.find(people)).min().filter(|at| *at > 0) {
        return &name[..at];
    }
    let ends = ["特别行政区", "自治区", "地区", "林区", "新区", "省", "市", "区", "县", "盟", "旗"];
    ends.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}

/// The longest name of a region that `text` begins with: its letters and its codes. Below the level of a city a name without its
/// ending counts only inside a city that is known already, from three letters, or where it is read `freely`.
fn at_start(text: &[char], known: &[Code], freely: bool) -> Option<(usize, Vec<Code>)> {
    let lengths = *NAMES.lengths.get(text.first_chunk::<2>()?)?;
    let mut named = (2..=text.len().min(31)).rev().filter(|length| lengths >> length & 1 == 1);
    named.find_map(|length| {
        let name = &text[..length];
        if let Some(codes) = NAMES.full.get(name) {
            let codes = inside(codes, known);
            return (!codes.is_empty()).then_some((length, codes));
        }
        // 大庆路 is a street, 长安街 too
        let street = street(&text[length..]);
        let codes: Vec<Code> = NAMES
            .short
            .get(name)?
            .iter()
            .copied()
            .filter(|code| {
                let below = known.iter().any(|above| *above != *code && under(*code, *above));
                !street && (freely || code % 100 == 0 || length >= 3 || below)
            })
            .collect();
        let codes = inside(&codes, known);
        (!codes.is_empty()).then_some((length, codes))
    })
}

/// Whether a street's name ends here: 路, 大街; 道 only where a number or nothing follows, for 哈尔滨道里 names a district.
fn street(rest: &[char]) -> bool {
    match rest {
        ['路' | '街' | '巷', ..] | ['大', '街' | '道', ..] | ['道'] => true,
        ['道', next, ..] => next.is_ascii_digit(),
        _ => false,
    }
}

/// Those that lie in what is known already; all of them where nothing is.
fn inside(codes: &[Code], known: &[Code]) -> Vec<Code> {
    let within = |code: &Code| known.is_empty() || known.iter().any(|above| under(*code, *above));
    codes.iter().copied().filter(within).collect()
}

/// Whether a region is another or lies in it.
fn under(code: Code, above: Code) -> bool {
    match above {
        above if above.is_multiple_of(10_000) => code / 10_000 == above / 10_000,
        above if above.is_multiple_of(100) => code / 100 == above / 100,
        above => code == above,
    }
}

/// Regions at the beginning of a text and what is left of it. The last and most exact names stand for those before them that they
/// lie in.
pub(crate) fn regions(text: &[char], least: usize) -> (Vec<Code>, &[char]) {
    read(text, least, false)
}

/// The same, where 道里 and 阳明 without their endings are districts.
pub(crate) fn regions_freely(text: &[char], least: usize) -> (Vec<Code>, &[char]) {
    read(text, least, true)
}

fn read(mut text: &[char], least: usize, freely: bool) -> (Vec<Code>, &[char]) {
    let mut codes: Vec<Code> = Vec::new();
    while let Some((length, found)) = at_start(text, &codes, freely)
        && text.len() >= length + least
    {
        codes.retain(|above| !found.iter().any(|code| under(*code, *above)));
        codes.extend(found);
        text = &text[length..];
    }
    (codes, text)
}

/// How near two sets of regions are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Nearness {
    Province,
    City,
    District,
}

/// The nearest pair: the level at which they agree, or none where all contradict each other. `None` outside: one side says nothing.
pub(crate) fn nearness(one: &[Code], two: &[Code]) -> Option<Option<Nearness>> {
    if one.is_empty() || two.is_empty() {
        return None;
    }
    let pair = |a: Code, b: Code| match () {
        () if a == b && !a.is_multiple_of(100) => Some(Nearness::District),
        () if a / 100 == b / 100
            && !a.is_multiple_of(10_000)
            && (a.is_multiple_of(100) || b.is_multiple_of(100)) =>
        {
            Some(Nearness::City)
        }
        () if a / 10_000 == b / 10_000 && (a.is_multiple_of(10_000) || b.is_multiple_of(10_000)) => {
            Some(Nearness::Province)
        }
        () => None,
    };
    Some(one.iter().flat_map(|a| two.iter().filter_map(move |b| pair(*a, *b))).max())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (Vec<Code>, String) {
        let letters: Vec<char> = text.chars().collect();
        let (codes, rest) = regions(&letters, 1);
        (codes, rest.iter().collect())
    }

    #[test]
    fn regions_are_read_with_and_without_their_endings() {
        assert_eq!(of("黑龙江省哈尔滨市道里区好再来"), (vec![230_102], "好再来".into()));
        assert_eq!(of("哈尔滨道里好再来"), (vec![230_102], "好再来".into()));
        assert_eq!(of("大庆路超市"), (vec![], "大庆路超市".into()));
        assert_eq!(of("延边好再来").0, [222_400]);
    }

    #[test]
    fn one_region_agrees_with_another_or_contradicts_it() {
        assert_eq!(nearness(&[230_102], &[230_102]), Some(Some(Nearness::District)));
        assert_eq!(nearness(&[230_102], &[230_100]), Some(Some(Nearness::City)));
        assert_eq!(nearness(&[230_000], &[230_102]), Some(Some(Nearness::Province)));
        assert_eq!(nearness(&[230_102], &[230_103]), Some(None));
        assert_eq!(nearness(&[], &[230_103]), None);
    }
}
