//! A matter as an example tells it: days, sums, codes; and what of them is frozen.

use db::{Row, Tx, params};
use jiff::civil::Date;
use kernel::{MatterId, Money, hex, sm3};
use law::Law;
use serde::{Deserialize, Serialize};
use web::{Problem, Result};

use crate::{
    book::{Own, fact_id},
    summary::Difference,
};

db::sql! {
    MATTER = "SELECT m.id, m.number, m.kind, m.title, m.goods, m.problem, m.received_on, m.closed_on, m.outcome, m.recovered, \
              k.accepted_on, r.decided_on, r.decision, t.industry FROM matter m LEFT JOIN complaint k ON k.matter_id = m.id \
              LEFT JOIN report r ON r.matter_id = m.id LEFT JOIN trader t ON t.id = m.trader_id WHERE m.id = $1";
}

/// A matter that may be told of.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) matter: MatterId,
    pub(super) number: String,
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) goods: String,
    pub(super) problem: String,
    pub(super) outcome: String,
    pub(super) decision: String,
    pub(super) received: Date,
    pub(super) accepted: Option<Date>,
    pub(super) decided: Option<Date>,
    pub(super) closed: Option<Date>,
    pub(super) recovered: Option<i64>,
    industry: String,
}

/// A day that is printed. Of a report the day it came in is not told: it leads to whoever made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Day {
    pub(super) what: String,
    pub(super) day: Date,
    pub(super) month_only: bool,
}

/// What is frozen of a matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Facts {
    pub(super) days: Vec<Day>,
    pub(super) recovered: Option<i64>,
    /// Names of classes and trades with numerals in them.
    pub(super) names: Vec<String>,
}

/// The matter as it is.
pub(super) fn of(tx: &mut Tx, matter: MatterId) -> Result<Case> {
    let row = tx.one(&MATTER, &params![matter])?.ok_or(Problem::NotFound)?;
    Ok(read(&row)?)
}

fn read(row: &Row) -> Result<Case, db::Error> {
    let word = |name: &'static str| Ok::<_, db::Error>(row.get::<Option<String>>(name)?.unwrap_or_default());
    let kind: String = row.get("kind")?;
    let is_report = kind == "report";
    Ok(Case {
        matter: row.get("id")?,
        number: row.get("number")?,
        title: row.get("title")?,
        goods: word("goods")?,
        problem: word("problem")?,
        outcome: word("outcome")?,
        decision: word("decision")?,
        received: row.get("received_on")?,
        accepted: row.get("accepted_on")?,
        decided: row.get("decided_on")?,
        closed: row.get("closed_on")?,
        recovered: if is_report { None } else { row.get::<Option<i64>>("recovered")?.filter(|sum| *sum > 0) },
        industry: word("industry")?,
        kind,
    })
}

/// How the facts of a matter are told apart from those of others.
pub(super) fn part(number: &str) -> String {
    format!("example={number}")
}

impl Case {
    pub(super) fn is_report(&self) -> bool {
        self.kind == "report"
    }

    /// Where the trader is of: by trade, else by what was bought; never by name.
    pub(super) fn trade(&self) -> String {
        let goods = &Law::in_use().classification.goods;
        let trade = codes::industry::name(&self.industry)
            .map(str::to_owned)
            .or_else(|| goods.name(goods.root(&self.goods)).map(str::to_owned));
        trade.map_or_else(|| "某经营者".to_owned(), |trade| format!("某{trade}经营者"))
    }

    /// What it was about, by the classification alone.
    pub(super) fn class(&self) -> String {
        let lists = &Law::in_use().classification;
        let (goods, problem) = (lists.goods.name(&self.goods), lists.problems.name(&self.problem));
        match (goods, problem) {
            (Some(goods), Some(problem)) => format!("{goods}的{problem}问题"),
            (Some(one), None) | (None, Some(one)) => format!("{one}问题"),
            (None, None) => "消费纠纷".to_owned(),
        }
    }

    fn days(&self) -> Vec<Day> {
        let day = |what: &str, day: Option<Date>, month_only| {
            day.map(|day| Day { what: what.to_owned(), day, month_only })
        };
        let all = if self.is_report() {
            [day("received", Some(self.received), true), day("decided", self.decided, false), None]
        } else {
            [
                day("received", Some(self.received), false),
                day("accepted", self.accepted, false),
                day("closed", self.closed, false),
            ]
        };
        all.into_iter().flatten().collect()
    }

    pub(super) fn facts(&self) -> Facts {
        let names = [self.trade(), self.class()];
        let names = names.into_iter().filter(|name| !numerals::read(name).is_empty()).collect();
        Facts { days: self.days(), recovered: self.recovered, names }
    }

    /// Of everything that is told, and of what it was about.
    pub(super) fn digest(&self) -> String {
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let recovered = self.recovered.map(|sum| sum.to_string()).unwrap_or_default();
        let parts = [
            self.number.clone(),
            self.kind.clone(),
            self.title.clone(),
            self.goods.clone(),
            self.problem.clone(),
            self.outcome.clone(),
            self.decision.clone(),
            self.received.to_string(),
            day(self.accepted),
            day(self.decided),
            day(self.closed),
            recovered,
        ];
        hex(&sm3(parts.join("\n").as_bytes()))
    }
}

impl Day {
    pub(super) fn fact(&self, number: &str) -> String {
        fact_id(&format!("example.{}", self.what), &part(number), numerals::Told::Value)
    }

    pub(super) fn words(&self) -> String {
        let (year, month, day) = (self.day.year(), self.day.month(), self.day.day());
        if self.month_only { format!("{year}年{month}月") } else { format!("{year}年{month}月{day}日") }
    }

    fn name(&self) -> &'static str {
        match self.what.as_str() {
            "received" => "收到",
            "accepted" => "受理",
            "decided" => "决定",
            _ => "办结",
        }
    }
}

fn yuan(fen: i64) -> String {
    format!("{}元", Money::from_fen(fen).grouped().trim_end_matches(".00"))
}

impl Facts {
    /// What consumers got back, as a number of the book.
    pub(super) fn sum(&self, number: &str) -> Option<Own> {
        Some(Own {
            subject: "example.recovered".to_owned(),
            names: vec!["挽回经济损失".to_owned()],
            part: part(number),
            part_name: format!("典型案例 {number}"),
            unit: "元".to_owned(),
            number: self.recovered?,
            whole: None,
        })
    }

    pub(super) fn sum_words(&self) -> Option<String> {
        self.recovered.map(yuan)
    }

    /// The days as the second reader knows them; a month knows no day.
    pub(super) fn dates(&self) -> Vec<[u32; 3]> {
        let told = |one: &Day| {
            let [_, month, day] =
                [0, one.day.month(), one.day.day()].map(|part| u32::from(part.unsigned_abs()));
            [u32::from(one.day.year().unsigned_abs()), month, if one.month_only { 0 } else { day }]
        };
        self.days.iter().map(told).collect()
    }

    pub(super) fn words(&self) -> Vec<String> {
        let days = self.days.iter().map(|one| format!("{} {}", one.name(), one.words()));
        days.chain(self.sum_words().map(|sum| format!("挽回损失 {sum}"))).collect()
    }

    /// What is another now.
    pub(super) fn against(&self, number: &str, case: &Case, rows_digest: &str) -> Vec<Difference> {
        let now = case.facts();
        let mut found = Vec::new();
        let mut told = |what: &str, then: String, now: String, why| {
            found.push(Difference { name: format!("典型案例 {number} {what}"), then, now, why });
        };
        let day = |facts: &Self, what: &str| {
            facts.days.iter().find(|one| one.what == what).map_or_else(|| "—".to_owned(), Day::words)
        };
        for (what, name) in
            [("received", "收到"), ("accepted", "受理"), ("decided", "决定"), ("closed", "办结")]
        {
            let (before, after) = (day(self, what), day(&now, what));
            if before != after {
                told(name, before, after, "数字");
            }
        }
        let sum = |facts: &Self| facts.sum_words().unwrap_or_else(|| "—".to_owned());
        if self.recovered != now.recovered {
            told("挽回损失", sum(self), sum(&now), "数字");
        }
        if found.is_empty() && case.digest() != rows_digest {
            let same = |words: &str| words.to_owned();
            found.push(Difference {
                name: format!("典型案例 {number}"),
                then: same("选用时的记录"),
                now: same("记录已有改动"),
                why: "明细",
            });
        }
        found
    }
}
