//! The book of a period: every figure with what it is compared with, from one snapshot, for reports and their second reader.

pub(crate) mod gather;
mod kept;

use db::Tx;
use jiff::civil::Date;
use kernel::{Ctx, MatterId};
use numerals::{Base, Fact, Ledger, Quotient, Told};
use serde::{Deserialize, Serialize};
use web::Result;

use crate::{
    answer::FEW,
    compute::{Answer, Cut, Period},
    definition::Standing,
    figure::{Dimension, FIGURES, Figure, Measure},
    kept::Reading,
    naming,
    pages::name_of,
};

/// The parts that summaries speak of.
const PARTS: &[(&str, Dimension)] = &[
    ("received", Dimension::Channel),
    ("received_complaint", Dimension::Unit),
    ("received_complaint", Dimension::Goods),
    ("received_complaint", Dimension::Problem),
    ("received_report", Dimension::Goods),
    ("received_report", Dimension::Problem),
];

/// One figure in three periods.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// The figure.
    pub figure: &'static Figure,
    /// Whether there is a number at all.
    pub standing: Standing,
    /// In the period.
    pub now: Answer,
    /// The same days a year before.
    pub year: Answer,
    /// In the period before.
    pub before: Answer,
}

/// A figure cut into its parts.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The figure.
    pub figure: &'static Figure,
    /// By what.
    pub by: Dimension,
    /// Parts with their names, the largest first.
    pub cuts: Vec<(Cut, String)>,
}

/// A number that is no figure of the office: of one trader, one officer, one example, or of the days to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    /// What it is a number of.
    pub subject: String,
    /// How texts name it; the first is how findings do.
    pub names: Vec<String>,
    /// The stored word of the part; empty for all.
    pub part: String,
    /// How texts name the part.
    pub part_name: String,
    /// Unit: 元 is kept in 分, % with what it is a part of.
    pub unit: String,
    /// The number, or the numerator.
    pub number: i64,
    /// The denominator of a rate.
    pub whole: Option<i64>,
}

impl Own {
    pub(crate) fn fact(&self) -> Option<Fact> {
        let value = match (self.unit.as_str(), self.whole) {
            ("%", whole) => Quotient::new(i128::from(self.number) * 100, whole.unwrap_or(0).into())?,
            ("元", _) => Quotient::fen(self.number),
            _ => Quotient::whole(self.number),
        };
        let part_names = if self.part.is_empty() { Vec::new() } else { vec![self.part_name.clone()] };
        Some(Fact {
            id: fact_id(&self.subject, &self.part, Told::Value),
            subject: self.subject.clone(),
            names: self.names.clone(),
            part: self.part.clone(),
            part_names,
            unit: self.unit.clone(),
            told: Told::Value,
            value,
        })
    }
}

/// Everything of a period.
#[derive(Clone, Debug)]
pub struct Book {
    /// The period.
    pub period: Period,
    /// Every figure in the order of [`FIGURES`].
    pub lines: Vec<Line>,
    /// The figures that are told in parts.
    pub parts: Vec<Parts>,
    /// Numbers that are no figures.
    pub own: Vec<Own>,
    /// Further days that may be named.
    pub days: Vec<Date>,
    /// Further names with numerals in them.
    pub names: Vec<String>,
    /// The matters that a table of traders counts.
    pub matters: Vec<MatterId>,
}

impl Book {
    /// Reads it within the actor's reach.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn read(tx: &mut Tx, ctx: &Ctx, period: Period) -> Result<Self> {
        let reading = Reading::open(tx, ctx)?;
        let [now, year, before] = [
            reading.values(tx, period)?,
            reading.values(tx, period.year_before())?,
            reading.values(tx, period.before())?,
        ];
        let mut lines = Vec::with_capacity(FIGURES.len());
        for (((figure, now), year), before) in FIGURES.iter().zip(now).zip(year).zip(before) {
            let nothing = now.part == 0 && now.whole.unwrap_or(0) == 0;
            let standing = if nothing { figure.standing(tx, &reading, period)? } else { Standing::Recorded };
            lines.push(Line { figure, standing, now, year, before });
        }
        let mut parts = Vec::new();
        for (id, by) in PARTS {
            let Some(figure) = crate::find(id) else { continue };
            let cuts = reading.by(tx, figure, period, *by)?;
            let named = |cut: Cut| {
                let name = name_of(figure, *by, &cut.key);
                (cut, name)
            };
            parts.push(Parts { figure, by: *by, cuts: cuts.into_iter().map(named).collect() });
        }
        Ok(Self {
            period,
            lines,
            parts,
            own: Vec::new(),
            days: Vec::new(),
            names: Vec::new(),
            matters: Vec::new(),
        })
    }

    /// The book as the second reader holds texts against it.
    pub fn ledger(&self) -> Ledger {
        let mut facts = Vec::new();
        for line in self.lines.iter().filter(|line| line.standing == Standing::Recorded) {
            facts.extend(of_line(line));
        }
        for parts in &self.parts {
            facts.extend(of_parts(parts));
        }
        facts.extend(self.own.iter().filter_map(Own::fact));
        let days = self.days.iter().copied().map(told);
        Ledger { facts, dates: dates(self.period).into_iter().chain(days).collect(), names: self.names() }
    }
}

impl Book {
    /// Names of parts in which a numeral stands.
    fn names(&self) -> Vec<String> {
        let all = self.parts.iter().flat_map(|parts| parts.cuts.iter().map(|(_, name)| name));
        let own = self.own.iter().map(|own| &own.part_name).chain(&self.names);
        all.chain(own).filter(|name| !numerals::read(name).is_empty()).cloned().collect()
    }
}

/// The days a text about the period may name.
fn dates(period: Period) -> Vec<[u32; 3]> {
    vec![told(period.from), told(period.to)]
}

fn told(day: Date) -> [u32; 3] {
    let part = |number: i8| u32::from(number.unsigned_abs());
    [u32::from(day.year().unsigned_abs()), part(day.month()), part(day.day())]
}

/// What a figure says, as the reader compares it; a share of nothing says nothing.
pub(crate) fn quotient(figure: &Figure, answer: Answer) -> Option<Quotient> {
    match (figure.measure, answer.whole) {
        (Measure::Share { .. }, Some(whole)) => Quotient::new(i128::from(answer.part) * 100, whole.into()),
        (Measure::Recovered, _) => Some(Quotient::fen(answer.part)),
        _ => Some(Quotient::whole(answer.part)),
    }
}

/// Growth in per cent, of rates in points; nothing without a base.
pub(crate) fn change(now: Answer, base: Answer) -> Option<Quotient> {
    let big = i128::from;
    match (now.whole, base.whole) {
        (Some(whole), Some(before)) if whole > 0 && before > 0 => {
            let over = big(now.part) * big(before) - big(base.part) * big(whole);
            Quotient::new(over * 100, big(whole) * big(before))
        }
        (None, None) if base.part > 0 => Quotient::new(big(now.part - base.part) * 100, base.part.into()),
        _ => None,
    }
}

/// How a fact is called: `received_complaint`, `received_complaint.同比`.
pub(crate) fn fact_id(figure: &str, part: &str, told: Told) -> String {
    let told = match told {
        Told::Value => "",
        Told::Then(Base::Year) => "@year",
        Told::Then(Base::Before) => "@before",
        Told::Change(Base::Year) => "@year_change",
        Told::Change(Base::Before) => "@before_change",
        Told::Difference(Base::Year) => "@year_difference",
        Told::Difference(Base::Before) => "@before_difference",
        Told::Share => "@share",
        Told::Rank => "@rank",
    };
    let part = if part.is_empty() { String::new() } else { format!("[{part}]") };
    format!("{figure}{part}{told}")
}

fn fact(figure: &Figure, told: Told, value: Quotient) -> Fact {
    Fact {
        id: fact_id(figure.id, "", told),
        subject: figure.id.to_owned(),
        names: naming::names(figure.id, figure.name),
        part: String::new(),
        part_names: Vec::new(),
        unit: figure.unit.to_owned(),
        told,
        value,
    }
}

/// Whether a number may be written: of few, no percentage is, by nobody.
fn may_be_told(answer: Answer) -> bool {
    answer.whole.is_none_or(|whole| whole >= FEW)
}

fn of_line(line: &Line) -> Vec<Fact> {
    let Line { figure, now, year, before, .. } = *line;
    let told = |answer: &Answer| may_be_told(*answer);
    let value = |answer: Answer| Some(answer).filter(told).and_then(|answer| quotient(figure, answer));
    let mut facts: Vec<Fact> = value(now).map(|value| fact(figure, Told::Value, value)).into_iter().collect();
    for (base, then) in [(Base::Year, year), (Base::Before, before)] {
        facts.extend(value(then).map(|value| fact(figure, Told::Then(base), value)));
        let change = if told(&now) && told(&then) { change(now, then) } else { None };
        facts.extend(change.map(|value| fact(figure, Told::Change(base), value)));
        if now.whole.is_none() {
            let more = Answer { part: now.part - then.part, whole: None };
            facts.extend(quotient(figure, more).map(|value| fact(figure, Told::Difference(base), value)));
        }
    }
    facts
}

fn of_parts(parts: &Parts) -> Vec<Fact> {
    let all: i64 = parts.cuts.iter().map(|(cut, _)| cut.value).sum();
    let mut facts = Vec::new();
    for (cut, name) in &parts.cuts {
        let part = format!("{}={}", parts.by.code(), cut.key);
        // As sports count: equal parts share a place.
        let rank = parts.cuts.iter().filter(|(other, _)| other.value > cut.value).count() + 1;
        let share = if all >= FEW { Quotient::new(i128::from(cut.value) * 100, all.into()) } else { None };
        let rank = Quotient::new(rank as i128, 1);
        let told =
            [(Told::Value, Some(Quotient::whole(cut.value))), (Told::Share, share), (Told::Rank, rank)];
        for (told, value) in told {
            let Some(value) = value else { continue };
            facts.push(Fact {
                id: fact_id(parts.figure.id, &part, told),
                part: part.clone(),
                part_names: naming::part_names(name),
                ..fact(parts.figure, told, value)
            });
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use numerals::{Verdict, check};

    fn line(id: &str, now: i64, year: i64, before: i64) -> Line {
        let answer = |part| Answer { part, whole: None };
        let figure = crate::find(id).unwrap();
        Line {
            figure,
            standing: Standing::Recorded,
            now: answer(now),
            year: answer(year),
            before: answer(before),
        }
    }

    fn book(period: Period, lines: Vec<Line>) -> Book {
        let book = Book {
            period,
            lines,
            parts: Vec::new(),
            own: Vec::new(),
            days: Vec::new(),
            names: Vec::new(),
            matters: Vec::new(),
        };
        let kept = Book::from_json(&book.to_json()).unwrap();
        assert_eq!(format!("{kept:?}"), format!("{book:?}"), "kept as it is");
        kept
    }

    /// The sentences of the two source documents about complaints (regulations §6.0).
    #[test]
    fn the_source_documents_are_verified_on_their_own_numbers() {
        let period = Period { from: Date::constant(2011, 1, 1), to: Date::constant(2011, 12, 31) };
        let lines = vec![line("received", 36_000, 0, 0), line("recovered", 600_450_000, 0, 0)];
        let ledger = book(period, lines).ledger();
        let text =
            "2011年，共接收咨询、申诉、举报三万六千件，为消费者挽回经济损失600余万元。检测商品709批次。";
        let verdicts: Vec<_> =
            check(text, &ledger, &[]).iter().map(|one| (one.verdict, one.numeral.text.clone())).collect();
        let told = |verdict, text: &str| (verdict, text.to_owned());
        assert_eq!(verdicts[0], told(Verdict::Verified, "2011年"));
        assert_eq!(verdicts[2], told(Verdict::Verified, "600余万元"), "{verdicts:?}");
        assert_eq!(verdicts[3].0, Verdict::Unknown, "samples are not recorded");

        let lines = vec![
            line("received", 3_076, 0, 0),
            line("received_complaint", 84, 70, 90),
            line("closed_complaint", 84, 0, 0),
            line("recovered", 6_405_000, 0, 0),
        ];
        let ledger = book(period, lines).ledger();
        let text =
            "接待来电来访3076件，投诉84件，办结84件，挽回经济损失6.4万余元，投诉同比增长20%，环比下降6.67%。";
        let findings = check(text, &ledger, &[]);
        assert!(findings.iter().all(|one| one.verdict == Verdict::Verified), "{findings:#?}");
        let wrong = check(&text.replace("下降", "增长"), &ledger, &[]);
        assert_eq!(wrong.iter().filter(|one| one.verdict == Verdict::Contradicted).count(), 1);
    }

    /// Fewer than 30 carry no percentage, whoever writes it.
    #[test]
    fn a_rate_of_few_is_nobodys_to_write() {
        let period = Period { from: Date::constant(2026, 9, 1), to: Date::constant(2026, 9, 30) };
        let none = Answer { part: 0, whole: Some(0) };
        let of = |whole| {
            let now = Answer { part: whole / 2, whole: Some(whole) };
            let figure = crate::find("on_time").unwrap();
            let line = Line { figure, standing: Standing::Recorded, now, year: none, before: none };
            book(period, vec![line]).ledger()
        };
        for (whole, holds) in [(28, false), (30, true)] {
            let found = check("投诉按期办结率50%。", &of(whole), &[]);
            assert_eq!(found.iter().all(numerals::Finding::holds), holds, "{whole}: {found:?}");
            assert!(!found.is_empty());
        }
    }
}
