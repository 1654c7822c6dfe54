//! The scoreboard of the bodies (R08): what each was sent, answered in time, settled, let fall; every number opens its matters.

use std::collections::BTreeMap;

use db::{Select, Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, Money};
use web::Result;

use crate::body::BodyId;

const HEAD: &str = "SELECT m.number, m.title, m.state, k.body_id, b.name, b.kind, k.way, k.from_day, k.answered_on, k.ended_on, k.ended_as, \
     k.recovered, c.due FROM odr_case k JOIN odr_body b ON b.id = k.body_id JOIN matter m ON m.id = k.matter_id \
     LEFT JOIN clock c ON c.matter_id = k.matter_id AND c.key = 'odr' AND (c.result IS NULL OR c.result <> 'void')";

/// A matter that a body had.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub number: String,
    pub title: String,
    pub body: BodyId,
    pub name: String,
    pub kind: String,
    pub way: String,
    pub from: Date,
    pub answered_on: Option<Date>,
    pub ended_on: Option<Date>,
    pub ended_as: Option<String>,
    pub recovered: Option<Money>,
    pub due: Option<Date>,
}

/// The line of one body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Score {
    pub id: String,
    pub name: String,
    pub kind: String,
    /// Sent in the period.
    pub sent: i64,
    /// Of them answered on or before the due day.
    pub in_time: i64,
    /// Of them ended, however.
    pub ended: i64,
    /// Of them settled.
    pub settled: i64,
    /// Of them become complaints.
    pub fallen: i64,
    /// Days from sending to settlement, for the median.
    days: Vec<i32>,
    recovered: i64,
}

/// What bodies within reach were sent between two days.
pub(crate) fn list(ctx: &Ctx, period: Option<(Date, Date)>, body: Option<BodyId>) -> Select {
    let (reach, values) = matters::visible(ctx);
    let list = Select::from(HEAD).and(reach, values).and_some("k.body_id = ?", body.as_ref());
    let list = match period {
        Some((from, to)) => list.and("k.from_day >= ? AND k.from_day <= ?", params![from, to]),
        None => list,
    };
    list.order("k.from_day DESC, m.number DESC")
}

/// The rows of `list`.
///
/// # Errors
/// A fault of the database.
pub(crate) fn rows(tx: &mut Tx, list: &Select) -> Result<Vec<Row>> {
    let read = |row: &db::Row| {
        Ok::<_, db::Error>(Row {
            number: row.get("number")?,
            title: row.get("title")?,
            body: row.get("body_id")?,
            name: row.get("name")?,
            kind: row.get("kind")?,
            way: row.get("way")?,
            from: row.get("from_day")?,
            answered_on: row.get("answered_on")?,
            ended_on: row.get("ended_on")?,
            ended_as: row.get("ended_as")?,
            recovered: row.get("recovered")?,
            due: row.get("due")?,
        })
    };
    Ok(tx.select(list)?.iter().map(read).collect::<Result<_, _>>()?)
}

impl Row {
    /// Answered, and not after the due day.
    fn in_time(&self) -> bool {
        self.answered_on.is_some_and(|day| self.due.is_none_or(|due| day <= due))
    }

    /// How it ended, in words.
    pub fn ending(&self) -> &'static str {
        match self.ended_as.as_deref() {
            Some("settled") => "已和解",
            Some("fallen_back") => "转为投诉",
            Some("withdrawn") => "消费者撤回",
            Some("reported") => "已反馈调解情况",
            _ if self.answered_on.is_some() => "已答复",
            _ => "待答复",
        }
    }
}

/// The scoreboard: bodies with most matters first.
pub(crate) fn board(rows: &[Row]) -> Vec<Score> {
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for row in rows {
        let score = scores.entry(row.body.to_string()).or_default();
        (score.id, score.name, score.kind) = (row.body.to_string(), row.name.clone(), row.kind.clone());
        score.sent += 1;
        score.in_time += i64::from(row.in_time());
        score.ended += i64::from(row.ended_on.is_some());
        score.recovered += row.recovered.map_or(0, Money::fen);
        match (row.ended_as.as_deref(), row.ended_on) {
            (Some("settled"), Some(day)) => {
                score.settled += 1;
                score.days.push((day - row.from).get_days());
            }
            (Some("fallen_back"), _) => score.fallen += 1,
            _ => {}
        }
    }
    let mut board: Vec<_> = scores.into_values().collect();
    board.sort_by(|one, two| two.sent.cmp(&one.sent).then_with(|| one.name.cmp(&two.name)));
    board
}

impl Score {
    /// Median of the natural days from sending to settlement; "无" without any.
    pub fn median(&self) -> String {
        let mut days = self.days.clone();
        days.sort_unstable();
        match (days.get((days.len().saturating_sub(1)) / 2), days.get(days.len() / 2)) {
            (Some(low), Some(high)) if low == high => format!("{low} 天"),
            (Some(low), Some(high)) if (low + high) % 2 == 0 => format!("{} 天", (low + high) / 2),
            (Some(low), Some(high)) => format!("{}.5 天", (low + high) / 2),
            _ => "无".to_owned(),
        }
    }

    /// Answered in time, of those sent.
    pub fn answered_in_time(&self) -> String {
        share(self.in_time, self.sent)
    }

    /// Settled, of those ended.
    pub fn success(&self) -> String {
        share(self.settled, self.ended)
    }

    /// What consumers got back.
    pub fn recovered(&self) -> String {
        Money::from_fen(self.recovered).grouped()
    }
}

/// `3/4（75.0%）`; below 30 no percentage is told, without a base "无".
fn share(part: i64, whole: i64) -> String {
    match whole {
        0 => "无".to_owned(),
        1..30 => format!("{part}/{whole}"),
        _ => {
            let tenths = (part * 2000 + whole) / (whole * 2);
            format!("{part}/{whole}（{}.{}%）", tenths / 10, tenths % 10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_name_both_numbers_and_small_bases_get_no_percentage() {
        assert_eq!(share(0, 0), "无");
        assert_eq!(share(3, 4), "3/4");
        assert_eq!(share(30, 40), "30/40（75.0%）");
        assert_eq!(share(1, 30), "1/30（3.3%）");
        assert_eq!(share(30, 30), "30/30（100.0%）");
    }

    #[test]
    fn the_median_is_a_day_or_half_a_day() {
        let of = |days: &[i32]| Score { days: days.to_vec(), ..Score::default() }.median();
        assert_eq!(of(&[]), "无");
        assert_eq!(of(&[3]), "3 天");
        assert_eq!(of(&[4, 1]), "2.5 天");
        assert_eq!(of(&[5, 1, 3]), "3 天");
        assert_eq!(of(&[2, 4]), "3 天");
    }
}
