//! A register of traders in memory, and which of a million may be meant: every trader under a few keys (brand, its sound, with
//! trade and city; pairs of letters; street and number; code), one sorted list of numbers.

use super::{
    address::Address,
    compare::Side,
    judge::{self, Candidate, Resolution, Rule},
    quick::Table,
    sound::{lookalikes, sound},
    split::Name,
};
use crate::train::fnv;

/// A trader of the register.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// Its name.
    pub name: &'a str,
    /// 统一社会信用代码, if any.
    pub code: &'a str,
    /// Where it is.
    pub address: &'a str,
    /// Its other names: signs, former names, shops on platforms.
    pub aliases: &'a [&'a str],
    /// Names that officers confirmed to mean it, nobody else's.
    pub confirmed: &'a [&'a str],
}

/// A trader as somebody named it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mention<'a> {
    /// The name as written.
    pub name: &'a str,
    /// A code that was given with it.
    pub code: &'a str,
    /// Where it is said to be.
    pub address: &'a str,
}

/// Bits of a key that name the trader.
const PLACE: u32 = 24;
/// Keys with more traders than this only add to those found otherwise.
const COMMON: usize = 800;
/// Traders that are compared.
const COMPARED: usize = 64;

/// A register, ready to be asked; at most 16,777,216 traders.
#[derive(Debug, Clone)]
pub struct Register {
    /// Name, code, address and other names, parted by U+0001, one after the other.
    words: String,
    ends: Vec<u32>,
    keys: Vec<u64>,
}

const PART: char = '\u{1}';
/// Stands before a name that officers confirmed.
const CONFIRMED: char = '\u{2}';

impl<'a> FromIterator<Known<'a>> for Register {
    fn from_iter<T: IntoIterator<Item = Known<'a>>>(traders: T) -> Register {
        let mut register = Register { words: String::new(), ends: Vec::new(), keys: Vec::new() };
        for (at, known) in traders.into_iter().take(1 << PLACE).enumerate() {
            let mut hashes = Vec::with_capacity(32);
            let address = Address::of(known.address);
            for name in std::iter::once(&known.name).chain(known.aliases).chain(known.confirmed) {
                Name::readings(name).iter().for_each(|name| keys(name, known.code, &address, &mut hashes));
            }
            for short in Name::of(known.name).shorts(known.name) {
                put(&mut hashes, b's', &[short.as_bytes()]);
            }
            hashes.sort_unstable();
            hashes.dedup();
            register.keys.extend(hashes.into_iter().map(|hash| key(hash) | at as u64));
            register.words.push_str(known.name);
            for part in [known.code, known.address].iter().chain(known.aliases) {
                register.words.push(PART);
                register.words.push_str(part);
            }
            for name in known.confirmed {
                register.words.extend([PART, CONFIRMED]);
                register.words.push_str(name);
            }
            register.ends.push(u32::try_from(register.words.len()).unwrap_or(u32::MAX));
        }
        register.keys.sort_unstable();
        register
    }
}

fn key(hash: u64) -> u64 {
    hash << PLACE
}

impl Register {
    /// How many traders it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn parts(&self, at: usize) -> std::str::Split<'_, char> {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.words[start..self.ends[at] as usize].split(PART)
    }

    /// The sides of a trader under each of its names.
    fn sides(&self, at: usize) -> Vec<Side> {
        let mut parts = self.parts(at);
        let mut next = || parts.next().unwrap_or_default();
        let (name, code, address) = (next(), next(), Address::of(next()));
        let sides = |(name, alias): (&str, bool)| -> Vec<Side> {
            let own = name.strip_prefix(CONFIRMED);
            let (name, confirmed) = (own.unwrap_or(name), own.is_some());
            let of = |read: Name| Side { alias, confirmed, ..Side::new(name, code, address.clone(), read) };
            Name::readings(name).into_iter().map(of).collect()
        };
        std::iter::once((name, false)).chain(parts.map(|alias| (alias, true))).flat_map(sides).collect()
    }

    /// Places in the register, from nought, of those that may be meant, likeliest first by their keys; at most 64.
    #[must_use]
    pub fn candidates(&self, mention: &Mention) -> Vec<usize> {
        let mut hashes = Vec::new();
        let address = Address::of(mention.address);
        for name in Name::readings(mention.name) {
            keys(&name, mention.code, &address, &mut hashes);
            misread(&name, &mut hashes);
            let core: String = name.core.iter().collect();
            for short in [name.brand.as_str(), &core] {
                put(&mut hashes, b's', &[short.as_bytes()]);
            }
        }
        hashes.sort_unstable();
        hashes.dedup();
        let mut ranges: Vec<&[u64]> = hashes.iter().map(|hash| self.range(*hash)).collect();
        ranges.retain(|range| !range.is_empty());
        ranges.sort_by_key(|range| range.len());
        let mut votes: Table<u32, f32> = Table::default();
        for range in &ranges {
            let weight = (1.0 + self.len() as f32 / range.len() as f32).ln();
            if range.len() <= COMMON {
                range.iter().for_each(|key| *votes.entry(place(*key)).or_default() += weight);
            } else if votes.is_empty() {
                votes.extend(range[..COMMON].iter().map(|key| (place(*key), weight)));
            } else {
                let held =
                    |at: &u32| range.binary_search(&(range[0] >> PLACE << PLACE | u64::from(*at))).is_ok();
                votes.iter_mut().filter(|(at, _)| held(at)).for_each(|(_, sum)| *sum += weight);
            }
        }
        let mut found: Vec<(u32, f32)> = votes.into_iter().collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(COMPARED);
        found.into_iter().map(|(at, _)| at as usize).collect()
    }

    /// A brand that nobody else has says more than one that many have (frequencies as in Winkler 2000); a short list says nothing.
    fn rarity(&self, name: &Name) -> f32 {
        let mut hash = Vec::new();
        put(&mut hash, b'b', &[name.brand.as_bytes()]);
        match self.range(hash[0]).len() {
            _ if self.len() < 1000 => 0.0,
            0..=1 => 0.4,
            2..=4 => 0.2,
            5..=50 => 0.0,
            _ => -0.2,
        }
    }

    fn range(&self, hash: u64) -> &[u64] {
        let (first, after) = (key(hash), key(hash) | ((1 << PLACE) - 1));
        let start = self.keys.partition_point(|key| *key < first);
        let length = self.keys[start..].partition_point(|key| *key <= after);
        &self.keys[start..start + length]
    }

    /// Who is meant, with what speaks for and against it; nobody where nothing is sure enough.
    ///
    /// ```
    /// use triage::{Known, Mention, Register, Rule};
    /// let register: Register = [
    ///     Known { name: "哈尔滨好再来餐饮管理有限公司", address: "哈尔滨市道里区中央大街89号", ..Known::default() },
    ///     Known { name: "大庆好再来餐饮管理有限公司", address: "大庆市让胡路区中央大街7号", ..Known::default() },
    /// ].into_iter().collect();
    /// let said = Mention { name: "好在来餐饮", address: "道里区中央大街89号", ..Mention::default() };
    /// let resolution = register.resolve(&said, &Rule::default());
    /// assert_eq!(resolution.link, Some(0));
    /// // a brand alone is nobody
    /// let brand = Mention { name: "好再来", ..Mention::default() };
    /// assert_eq!(register.resolve(&brand, &Rule::default()).link, None);
    /// ```
    #[must_use]
    pub fn resolve(&self, mention: &Mention, rule: &Rule) -> Resolution {
        let side = |name| Side::new(mention.name, mention.code, Address::of(mention.address), name);
        let said: Vec<Side> = Name::readings(mention.name).into_iter().map(side).collect();
        let rarity = said.iter().map(|said| self.rarity(&said.name)).fold(f32::MIN, f32::max);
        let of = |at: usize| -> Candidate { judge::candidate(at, &said, &self.sides(at), rarity) };
        judge::judge(self.candidates(mention).into_iter().map(of).collect(), rule)
    }
}

fn place(key: u64) -> u32 {
    (key & ((1 << PLACE) - 1)) as u32
}

/// Adds the hash of some words under the letter of their kind.
fn put(out: &mut Vec<u64>, kind: u8, words: &[&[u8]]) {
    let mut bytes = vec![kind];
    words.iter().for_each(|word| {
        bytes.extend_from_slice(word);
        bytes.push(0);
    });
    // 40 bits
    out.push(fnv(&bytes) >> PLACE);
}

/// The sounds of letters; a letter without a sound stands for itself.
fn sounds(letters: &[char]) -> Vec<u8> {
    letters
        .iter()
        .flat_map(|c| {
            match sound(*c) {
                0 => *c as u32 | 1 << 24,
                sound => u32::from(sound),
            }
            .to_le_bytes()
        })
        .collect()
}

fn keys(name: &Name, code: &str, address: &Address, out: &mut Vec<u64>) {
    if !code.is_empty() {
        put(out, b'c', &[code.trim().to_uppercase().as_bytes()]);
    }
    if !address.number.is_empty() {
        put(out, b'a', &[address.street.as_bytes(), address.number.as_bytes()]);
    }
    let brand: Vec<char> = name.brand.chars().collect();
    if brand.is_empty() {
        return;
    }
    let heard = sounds(&brand);
    put(out, b'b', &[name.brand.as_bytes()]);
    put(out, b'v', &[&heard]);
    put(out, b'n', &[&sounds(&name.core)]);
    let mut places: Vec<u32> =
        name.regions.iter().chain(&address.regions).flat_map(|code| [*code / 100 * 100, *code]).collect();
    places.sort_unstable();
    places.dedup();
    let places: Vec<[u8; 4]> =
        places.into_iter().filter(|code| code % 10_000 != 0).map(u32::to_le_bytes).collect();
    let classes: Vec<[u8; 2]> = name.classes.iter().map(|class| class.to_le_bytes()).collect();
    for class in &classes {
        put(out, b't', &[&heard, class]);
    }
    for place in &places {
        put(out, b'r', &[&heard, place]);
        put(out, b'p', &[&sounds(&name.core[..name.core.len().min(2)]), place]);
        for class in &classes {
            put(out, b'q', &[&heard, place, class]);
            if brand.len() == 2 {
                // one of two letters was misread
                put(out, b'e', &[&sounds(&brand[..1]), b"1", place, class]);
                put(out, b'e', &[&sounds(&brand[1..]), b"2", place, class]);
            }
        }
    }
    if name.core.len() >= 3 {
        put(out, b'o', &[&sounds(&name.core[..3])]);
    }
    if brand.len() >= 3 {
        for at in 0..brand.len().min(8) {
            let rest: Vec<char> = brand[..at].iter().chain(&brand[at + 1..]).copied().collect();
            put(out, b'd', &[&sounds(&rest)]);
        }
    }
    for pair in name.core.windows(2) {
        put(out, b'g', &[&sounds(pair)]);
    }
}

/// What the brand may have been before a letter was misread, was lost or came too much.
fn misread(name: &Name, out: &mut Vec<u64>) {
    let brand: Vec<char> = name.brand.chars().collect();
    for (at, c) in brand.iter().enumerate().take(8) {
        for other in lookalikes(*c) {
            let mut read = brand.clone();
            read[at] = *other;
            put(out, b'v', &[&sounds(&read)]);
        }
        if brand.len() >= 3 {
            let rest: Vec<char> = brand[..at].iter().chain(&brand[at + 1..]).copied().collect();
            put(out, b'v', &[&sounds(&rest)]);
        }
    }
    put(out, b'd', &[&sounds(&brand)]);
}
