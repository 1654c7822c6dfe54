//! The book as it is kept beside a report: whole numbers, so that a text written later is held against the same ones.

use jiff::civil::Date;
use kernel::MatterId;
use serde::{Deserialize, Serialize};

use super::{Book, Line, Own, Parts};
use crate::{
    compute::{Answer, Cut, Period},
    definition::Standing,
    figure::{Dimension, find},
};

type Pair = (i64, Option<i64>);

#[derive(Serialize, Deserialize)]
struct KeptLine(String, String, [Pair; 3]);

#[derive(Serialize, Deserialize)]
struct KeptParts(String, String, Vec<(String, i64, String)>);

#[derive(Serialize, Deserialize)]
struct KeptBook {
    from: Date,
    to: Date,
    lines: Vec<KeptLine>,
    parts: Vec<KeptParts>,
    #[serde(default)]
    own: Vec<Own>,
    #[serde(default)]
    days: Vec<Date>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    matters: Vec<MatterId>,
}

impl Book {
    /// As it is kept.
    pub(crate) fn to_json(&self) -> String {
        let pair = |answer: Answer| (answer.part, answer.whole);
        let lines = self.lines.iter().map(|line| {
            let numbers = [pair(line.now), pair(line.year), pair(line.before)];
            KeptLine(line.figure.id.to_owned(), line.standing.code().to_owned(), numbers)
        });
        let parts = self.parts.iter().map(|parts| {
            let cuts = parts.cuts.iter().map(|(cut, name)| (cut.key.clone(), cut.value, name.clone()));
            KeptParts(parts.figure.id.to_owned(), parts.by.code().to_owned(), cuts.collect())
        });
        let kept = KeptBook {
            from: self.period.from,
            to: self.period.to,
            lines: lines.collect(),
            parts: parts.collect(),
            own: self.own.clone(),
            days: self.days.clone(),
            names: self.names.clone(),
            matters: self.matters.clone(),
        };
        serde_json::to_string(&kept).unwrap_or_default()
    }

    /// As it was kept; a figure that is no more is left out. None where nothing was kept.
    pub(crate) fn from_json(text: &str) -> Option<Self> {
        let kept: KeptBook = serde_json::from_str(text).ok()?;
        let answer = |(part, whole): Pair| Answer { part, whole };
        let lines = kept.lines.into_iter().filter_map(|KeptLine(id, standing, [now, year, before])| {
            Some(Line {
                figure: find(&id)?,
                standing: Standing::from_code(&standing)?,
                now: answer(now),
                year: answer(year),
                before: answer(before),
            })
        });
        let parts = kept.parts.into_iter().filter_map(|KeptParts(id, by, cuts)| {
            let cuts = cuts.into_iter().map(|(key, value, name)| (Cut { key, value }, name));
            Some(Parts { figure: find(&id)?, by: Dimension::from_code(&by)?, cuts: cuts.collect() })
        });
        Some(Self {
            period: Period { from: kept.from, to: kept.to },
            lines: lines.collect(),
            parts: parts.collect(),
            own: kept.own,
            days: kept.days,
            names: kept.names,
            matters: kept.matters,
        })
    }
}
