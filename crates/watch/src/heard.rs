//! The rules that bypass statistics: harm at one trader, and words of the watch list. They hear a day at a time and keep no text.

use std::collections::BTreeSet;

use jiff::{ToSpan as _, civil::Date};
use kernel::MatterId;
use sentinel::watch::rules;
use triage::Sign;

use crate::{
    alarm::Kind,
    evidence::Evidence,
    gather::Read,
    night::Found,
    rhythm::{dated, number},
    stream::Key,
    word::Word,
};

/// Different people and days of the rule on harm.
const HARM: (usize, i32) = (2, 7);

/// From which day on texts are heard so that those from `from` on can be judged.
pub(crate) fn begin(from: Date) -> Date {
    from.saturating_sub((HARM.1 - 1).days())
}

/// Somebody hurt, as it was told.
struct Hurt {
    matter: MatterId,
    told: rules::Told,
    signs: Vec<&'static str>,
}

/// What the words of some days said.
pub(crate) struct Heard {
    from: i32,
    hurt: Vec<Hurt>,
    /// Words that did not ring yet, each with the first matter in which it stands since it was put on the list.
    words: Vec<(Word, Option<(i32, MatterId)>)>,
}

/// Signs of harm in the words of a matter.
fn harm(text: &str) -> Vec<&'static str> {
    let of_harm = |sign: Sign| matches!(sign, Sign::Injury | Sign::Fire | Sign::Poisoning);
    triage::signs(text).into_iter().filter(|seen| of_harm(seen.sign)).map(|seen| seen.sign.title()).collect()
}

impl Heard {
    /// Nothing yet, for the days from `from` on.
    pub fn new(words: Vec<Word>, from: Date) -> Self {
        let words = words.into_iter().filter(|word| !word.rang).map(|word| (word, None)).collect();
        Self { from: number(from), hurt: Vec::new(), words }
    }

    /// Reads more, in the order of the days.
    pub fn read(mut self, texts: &[Read]) -> Self {
        for read in texts {
            self.hurt.extend(hurt(read));
            for (word, first) in self.words.iter_mut().filter(|(_, first)| first.is_none()) {
                let since = self.from.max(number(word.since));
                let has = |text: &str| text.contains(&word.word);
                if read.day >= since && (has(&read.names) || has(&read.facts)) {
                    *first = Some((read.day, read.matter));
                }
            }
        }
        self
    }

    /// Two different people hurt at one trader within a week.
    pub fn by_harm(&self) -> Vec<Found> {
        let told: Vec<rules::Told> = self.hurt.iter().map(|hurt| hurt.told.clone()).collect();
        let rings = rules::harm(&told, HARM.0, HARM.1);
        let new = rings.into_iter().filter(|ring| ring.day >= self.from);
        let found = |ring: rules::Ring| {
            let hurt = || ring.rows.iter().map(|at| &self.hurt[*at]);
            let words: BTreeSet<&str> = hurt().flat_map(|hurt| hurt.signs.iter().copied()).collect();
            by_rule(
                Kind::Harm,
                Key::one("trader", &ring.subject),
                &ring,
                HARM.1 as usize,
                words.into_iter().map(str::to_owned).collect(),
                hurt().map(|hurt| hurt.matter).collect(),
            )
        };
        new.map(found).collect()
    }

    /// The first matter since a word was put on the watch list.
    pub fn by_words(&self) -> Vec<Found> {
        let found = |(word, first): &(Word, Option<(i32, MatterId)>)| {
            let (day, matter) = (*first)?;
            let ring = rules::Ring { day, subject: word.word.clone(), rows: Vec::new(), people: 1 };
            let why = vec![word.why.clone()];
            Some(by_rule(Kind::Listed, Key::one("word", &word.word), &ring, 1, why, vec![matter]))
        };
        self.words.iter().filter_map(found).collect()
    }
}

fn hurt(read: &Read) -> Option<Hurt> {
    let signs = if read.trader.is_empty() { Vec::new() } else { harm(&read.facts) };
    let told = || rules::Told {
        day: read.day,
        subject: read.trader.clone(),
        person: if read.person.is_empty() { read.matter.to_string() } else { read.person.clone() },
        harmed: true,
    };
    (!signs.is_empty()).then(|| Hurt { matter: read.matter, told: told(), signs })
}

fn by_rule(
    kind: Kind,
    key: Key,
    ring: &rules::Ring,
    window: usize,
    found: Vec<String>,
    matters: Vec<MatterId>,
) -> Found {
    let evidence = Evidence { found, matters: matters.len() as u32, ..Evidence::default() };
    let (observed, day) = (ring.people as u32, dated(ring.day));
    let (expected, score, warming) = (0.0, (0.0, 0.0), false);
    Found { kind, key, day, window, observed, expected, score, warming, evidence, matters }
}
