//! Rules that bypass statistics: two hurt at one trader in a week, and whatever is on the watch list.

use std::{collections::BTreeMap, fs, path::Path};

use sentinel::watch::rules::{self, Ring, Told as Seen};
use triage::Sign;
use watch::rhythm::{dated, number};
use web::Problem;

use super::{Detect, Told};
use crate::commands::table::{self, Table, cell};

/// What rings by rule; nothing where no rule was asked for.
pub(super) fn alarms(detect: &Detect, sheet: &Table) -> Result<Vec<Told>, Problem> {
    let by_harm = detect.injury.is_some() || (detect.trader.is_some() && !detect.text.is_empty());
    if by_harm && detect.trader.is_none() {
        return Err(Problem::Malformed("按伤害预警要用 --trader 指明经营者列".into()));
    }
    let rows = Rows::of(detect, sheet)?;
    let mut found = Vec::new();
    if by_harm {
        let harmed = rules::harm(&rows.seen, 2, 7);
        found.extend(harmed.iter().map(|ring| rows.tell(detect, "harm", ring)));
    }
    if let Some(path) = &detect.watch {
        found.extend(rows.watched(&listed(path)?).iter().map(|ring| rows.tell(detect, "watched", ring)));
    }
    Ok(found)
}

/// One word a line; empty lines and those that begin with # say nothing.
fn listed(path: &Path) -> Result<Vec<String>, Problem> {
    let bytes =
        fs::read(path).map_err(|error| Problem::Malformed(format!("读不了 {}：{error}", path.display())))?;
    let (text, _) = sheets::words_of(&bytes)
        .map_err(|error| Problem::Malformed(format!("读不了 {}：{error}", path.display())))?;
    let lines = text.lines().map(|line| line.trim_start_matches('\u{feff}').trim());
    let words: Vec<String> =
        lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect();
    if words.is_empty() {
        Err(Problem::Malformed(format!("{} 里没有一个品牌", path.display())))
    } else {
        Ok(words)
    }
}

/// The rows with a time, as the rules see them.
struct Rows {
    seen: Vec<Seen>,
    /// Row of the file of each.
    rows: Vec<usize>,
    /// All words in which a name may stand: traders, streams, texts.
    words: Vec<String>,
}

impl Rows {
    fn of(detect: &Detect, sheet: &Table) -> Result<Self, Problem> {
        let column = |name: &Option<String>| name.as_deref().map(|name| sheet.column(name)).transpose();
        let (time, streams, texts) =
            (sheet.column(&detect.time)?, sheet.columns(&detect.stream)?, sheet.columns(&detect.text)?);
        let (trader, injury, person) =
            (column(&detect.trader)?, column(&detect.injury)?, column(&detect.person)?);
        let mut found = Self { seen: Vec::new(), rows: Vec::new(), words: Vec::new() };
        for (i, row) in sheet.rows.iter().enumerate() {
            let Some(date) = table::date(cell(row, Some(time))) else { continue };
            let who = Some(cell(row, person)).filter(|who| !who.is_empty());
            let text = table::text(row, &texts);
            let told = injury.is_some() && !["", "0", "否", "无", "false", "no"].contains(&cell(row, injury));
            let read = || {
                triage::signs(&text)
                    .iter()
                    .any(|seen| matches!(seen.sign, Sign::Injury | Sign::Fire | Sign::Poisoning))
            };
            let subject = cell(row, trader).to_owned();
            found.seen.push(Seen {
                day: number(date),
                // nobody can be hurt twice at a trader without a name
                harmed: !subject.is_empty() && (told || (!text.is_empty() && read())),
                person: who.map_or_else(|| format!("row {i}"), str::to_owned),
                subject,
            });
            found.rows.push(i + 1);
            let names = streams.iter().map(|at| cell(row, Some(*at))).chain([cell(row, trader), &text]);
            found.words.push(names.collect::<Vec<_>>().join("\n"));
        }
        Ok(found)
    }

    /// The first row in which each listed word stands.
    fn watched(&self, list: &[String]) -> Vec<Ring> {
        let named = |word: &String| {
            let holds = |i: &usize| self.words[*i].contains(word.as_str());
            let first = (0..self.seen.len()).filter(holds).min_by_key(|i| (self.seen[*i].day, *i))?;
            Some(Ring { day: self.seen[first].day, subject: word.clone(), rows: vec![first], people: 1 })
        };
        list.iter().filter_map(named).collect()
    }

    fn tell(&self, detect: &Detect, kind: &'static str, ring: &Ring) -> Told {
        let column = if kind == "harm" { detect.trader.clone() } else { None };
        let column = column.unwrap_or_else(|| "关注名单".to_owned());
        Told {
            date: dated(ring.day),
            stream: BTreeMap::from([(column, ring.subject.clone())]),
            kind,
            window: if kind == "harm" { 7 } else { 1 },
            observed: u32::try_from(ring.people).unwrap_or(u32::MAX),
            expected: 0.0,
            score: 0.0,
            threshold: 0.0,
            warming_up: false,
            seasons: Vec::new(),
            rows: ring.rows.iter().map(|at| self.rows[*at]).collect(),
            also: Vec::new(),
        }
    }
}
