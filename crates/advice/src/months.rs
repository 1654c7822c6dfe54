//! Precision and coverage by month, of the office or of one officer. No list sets officers side by side.

use std::collections::BTreeMap;

use db::{Row, Tx, params};
use jiff::{ToSpan as _, civil::Date};
use kernel::OfficerId;
use web::{Options, Result};

use crate::{
    Learned, Models, Part,
    drift::{LEAST, MUCH, SOME, psi},
    models::code_of,
};

/// Months shown.
const MONTHS: i32 = 12;

db::sql! {
    OF_OFFICE = "SELECT substr(a.day, 1, 7) AS month, a.part, a.basis, a.fate, COUNT(*) AS n FROM advice a \
                 WHERE a.day >= $1 AND a.day < $2 AND a.place <= 1 GROUP BY substr(a.day, 1, 7), a.part, a.basis, a.fate";
    OF_OFFICER = "SELECT substr(a.day, 1, 7) AS month, a.part, a.basis, a.fate, COUNT(*) AS n FROM advice a \
                  WHERE a.officer_id = $3 AND a.day >= $1 AND a.day < $2 AND a.place <= 1 \
                  GROUP BY substr(a.day, 1, 7), a.part, a.basis, a.fate";
    ENDED = "SELECT a.chosen, COUNT(*) AS n FROM advice a WHERE a.day >= $1 AND a.day < $2 AND a.part = $3 AND a.place <= 1 \
             AND a.chosen <> '' GROUP BY a.chosen";
    OFFICERS = "SELECT o.id, o.name FROM officer o WHERE o.enabled = TRUE ORDER BY o.name, o.id";
}

/// What became of the suggestions of one part in one month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Month {
    /// `2026-09`.
    pub month: String,
    /// The part.
    pub part: &'static str,
    /// What they came from, for people.
    pub basis: String,
    /// 采纳
    pub accepted: i64,
    /// 改选
    pub changed: i64,
    /// 未用
    pub ignored: i64,
    /// Registrations of the month at which this part was asked, whatever the suggestions came from, or none.
    pub asked: i64,
}

impl Month {
    /// Those for which something was suggested.
    pub fn shown(&self) -> i64 {
        self.accepted + self.changed + self.ignored
    }

    /// `90.0%（9／10）`: with a suggestion, of those at which the part was asked.
    pub fn coverage(&self) -> String {
        rate(self.shown(), self.asked)
    }

    /// `83.3%（5／6）`: taken up, of those where a person chose.
    pub fn precision(&self) -> String {
        rate(self.accepted, self.accepted + self.changed)
    }
}

/// A rate with its numerator and denominator; `—` without a base.
pub(crate) fn rate(part: i64, whole: i64) -> String {
    if whole == 0 {
        return "—".to_owned();
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of a month")]
    let share = part as f64 / whole as f64 * 100.0;
    format!("{share:.1}%（{part}／{whole}）")
}

/// The first day of the months shown, and the day after the last.
fn span(today: Date) -> (Date, Date) {
    let first = today.first_of_month();
    (first.saturating_sub((MONTHS - 1).months()), first.saturating_add(1.months()))
}

/// Months and parts that have anything, the latest month first; of one officer, or of the whole office.
pub(crate) fn months(tx: &mut Tx, today: Date, officer: Option<OfficerId>) -> Result<Vec<Month>> {
    let (from, to) = span(today);
    let rows = match officer {
        Some(officer) => tx.query(&OF_OFFICER, &params![from, to, officer])?,
        None => tx.query(&OF_OFFICE, &params![from, to])?,
    };
    let mut found: BTreeMap<(std::cmp::Reverse<String>, Part, String), Month> = BTreeMap::new();
    let mut asked: BTreeMap<(String, Part), i64> = BTreeMap::new();
    for row in &rows {
        let Some((month, part, basis)) = key(row)? else { continue };
        let n: i64 = row.get("n")?;
        *asked.entry((month.clone(), part)).or_default() += n;
        let one = found.entry((std::cmp::Reverse(month.clone()), part, basis.clone())).or_default();
        (one.month, one.part, one.basis) = (month, part.label(), basis_words(&basis));
        match row.get::<String>("fate")?.as_str() {
            "accepted" => one.accepted += n,
            "changed" => one.changed += n,
            "ignored" => one.ignored += n,
            _ => {}
        }
    }
    let with_base = |((month, part, _), mut one): ((std::cmp::Reverse<String>, Part, String), Month)| {
        one.asked = asked.get(&(month.0, part)).copied().unwrap_or_default();
        // What had no suggestion is in the base of the others; alone it is a line of its own.
        (one.shown() > 0 || !has_suggestions(&rows, &one.month, part)).then_some(one)
    };
    Ok(found.into_iter().filter_map(with_base).collect())
}

fn has_suggestions(rows: &[Row], month: &str, part: Part) -> bool {
    let of = |row: &Row| key(row).ok().flatten();
    rows.iter().filter_map(of).any(|(one, its, basis)| one == month && its == part && !basis.is_empty())
}

fn key(row: &Row) -> Result<Option<(String, Part, String)>> {
    let part = Part::from_code(&row.get::<String>("part")?);
    Ok(part.map(|part| Ok::<_, db::Error>((row.get("month")?, part, row.get("basis")?))).transpose()?)
}

fn basis_words(basis: &str) -> String {
    match basis {
        "" => "没有建议".to_owned(),
        "rules" => "规则（未训练）".to_owned(),
        "register" => "本局登记".to_owned(),
        version => format!("模型 {}", version.get(..8).unwrap_or(version)),
    }
}

/// Officers by name, for the administrator's choice.
pub(crate) fn officers(tx: &mut Tx) -> Result<Options> {
    let read = |row: &Row| Ok::<_, db::Error>((row.get::<OfficerId>("id")?.to_string(), row.get("name")?));
    Ok(tx.query(&OFFICERS, &[])?.iter().map(read).collect::<Result<_, _>>()?)
}

/// How far a month is from what a model was learned from.
#[derive(Clone, Debug)]
pub(crate) struct Drifted {
    /// The part.
    pub part: &'static str,
    /// The month.
    pub month: String,
    /// The index with its reading.
    pub words: String,
    /// `ok`, `soon`, `late`.
    pub colour: &'static str,
}

/// The last three months against the training of each model that noted its labels; by the uppermost classes.
pub(crate) fn drift(tx: &mut Tx, today: Date, models: &Models) -> Result<Vec<Drifted>> {
    let mut found = Vec::new();
    for standing in models.standings() {
        let Some(learned) = &standing.learned else { continue };
        let before = trained(standing.part, learned);
        for back in 0..3 {
            let from = today.first_of_month().saturating_sub(back.months());
            let rows =
                tx.query(&ENDED, &params![from, from.saturating_add(1.months()), standing.part.code()])?;
            let mut after: BTreeMap<String, f64> = BTreeMap::new();
            for row in &rows {
                #[expect(clippy::cast_precision_loss, reason = "counts of a month")]
                let n = row.get::<i64>("n")? as f64;
                *after.entry(root(&row.get::<String>("chosen")?)).or_default() += n;
            }
            let (words, colour) = reading(&before, &after.into_iter().collect::<Vec<_>>());
            let month = from.strftime("%Y-%m").to_string();
            found.push(Drifted { part: standing.part.label(), month, words, colour });
        }
    }
    Ok(found)
}

fn root(code: &str) -> String {
    code.split_once('.').map_or(code, |(root, _)| root).to_owned()
}

fn trained(part: Part, learned: &Learned) -> Vec<(String, f64)> {
    let code = |(label, count): &(String, f64)| Some((root(&code_of(part, label)?), *count));
    learned.trained.iter().filter_map(code).collect()
}

fn reading(before: &[(String, f64)], after: &[(String, f64)]) -> (String, &'static str) {
    if before.is_empty() {
        return ("模型没有记下训练时的类别分布，重新训练后才能比较".to_owned(), "soon");
    }
    let count: f64 = after.iter().map(|(_, count)| count).sum();
    if count < LEAST {
        return (format!("只有 {count:.0} 件，不足 {LEAST:.0} 件，不作比较"), "ok");
    }
    let index = psi(before, after);
    match index {
        _ if index >= MUCH => (format!("PSI {index:.2}，与训练时期明显不同，建议重新训练"), "late"),
        _ if index >= SOME => (format!("PSI {index:.2}，与训练时期有些不同，请留意"), "soon"),
        _ => (format!("PSI {index:.2}，与训练时期相近"), "ok"),
    }
}
