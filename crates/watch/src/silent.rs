//! Signs of a practice that nobody complains of (零投诉, 潜规则; R10): fees that many ask about in passing, the same small sum at many
//! shops, trades that complain less than their share. Looked for when somebody asks; nothing is kept.

use std::collections::{BTreeMap, BTreeSet};

use db::{Tx, params};
use jiff::{ToSpan as _, civil::Date};
use sentinel::{
    hidden::{self, Contact},
    watch::words::BELOW,
};
use triage::{Day, Said, fields};
use web::Result;

use crate::{
    gather,
    rhythm::{dated, number},
    stream::levels,
};

db::sql! {
    // words of a report could tell who reported (令第121号 第三十七条): it is counted and not read
    CONTACTS = "SELECT m.kind, m.received_on, COALESCE(m.goods, '') AS goods, m.region, m.unit_id, m.trader_id, \
                COALESCE(c.respondent_name, '') AS trader, CASE WHEN m.kind = 'report' THEN '' ELSE COALESCE(c.facts, '') END AS facts \
                FROM matter m LEFT JOIN contact c ON c.matter_id = m.id \
                WHERE m.received_on >= $1 AND m.state <> 'void' ORDER BY m.received_on DESC, m.id DESC LIMIT $2";
}

/// Days back.
const DAYS: i32 = 365;
/// Contacts read at most, the latest first.
const MOST: usize = 20_000;
/// Letters of a text that are read.
const HEAD: usize = 600;
/// Traders at which something must be said before it is shown.
const WIDE: u32 = 5;
/// A small sum, in 分.
const SMALL: i64 = 5_000;
/// Below so many expected, silence says nothing.
const EXPECTED: f64 = 10.0;
/// How sure a silence must be.
const SURE: f64 = 0.95;
/// Lines of each table.
const LINES: usize = 12;

/// Words with these endings that everybody says of anything.
const ORDINARY: [&str; 26] = [
    "消费",
    "收费",
    "免费",
    "缴费",
    "交费",
    "付费",
    "扣费",
    "续费",
    "退费",
    "自费",
    "浪费",
    "经费",
    "计费",
    "花费",
    "充值卡",
    "银行卡",
    "信用卡",
    "储蓄卡",
    "身份证卡",
    "办卡",
    "刷卡",
    "退卡",
    "用卡",
    "会员卡",
    "电话卡",
    "手机卡",
];

/// A contact as it was told.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    kind: String,
    day: i32,
    goods: String,
    area: String,
    trader: String,
    facts: String,
}

/// A sum that many shops take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sum {
    /// In 分.
    pub fen: i64,
    pub traders: usize,
    pub contacts: usize,
    /// The fee that is mostly named with it, and in how many of the contacts.
    pub with: Option<(String, usize)>,
}

/// A trade in an area that complains less than its share.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Silence {
    pub goods: String,
    pub area: String,
    pub observed: u32,
    pub expected: f64,
    /// The chance that it is less than three tenths of its share.
    pub sure: f64,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Signs {
    pub contacts: usize,
    pub from: Option<Date>,
    pub practices: Vec<hidden::Practice>,
    pub sums: Vec<Sum>,
    pub silences: Vec<Silence>,
}

/// The latest contacts of a year, at most [`MOST`].
pub(crate) fn told(tx: &mut Tx, today: Date) -> Result<Vec<Told>> {
    let mut found = Vec::new();
    tx.for_each(&CONTACTS, &params![today.saturating_sub(DAYS.days()), MOST], |row| {
        let facts: String = row.get("facts")?;
        found.push(Told {
            kind: row.get("kind")?,
            day: number(row.get("received_on")?),
            goods: row.get("goods")?,
            area: gather::area(&row)?,
            trader: gather::trader(&row)?,
            facts: facts.chars().take(HEAD).collect(),
        });
        Ok::<_, web::Problem>(())
    })?;
    Ok(found)
}

/// Reads them.
pub(crate) fn read(told: &[Told]) -> Signs {
    let contacts: Vec<Contact> = told.iter().map(contact).collect();
    let mut practices = hidden::practices(&contacts);
    practices.retain(|one| one.traders >= WIDE && one.score > 0.0 && !is_ordinary(&one.term));
    let sums = sums(told, &practices);
    practices.truncate(LINES);
    let first = told.iter().map(|one| one.day).min();
    Signs { contacts: told.len(), from: first.map(dated), practices, sums, silences: silences(told) }
}

fn contact(told: &Told) -> Contact {
    let trader = (!told.trader.is_empty()).then(|| told.trader.clone());
    Contact { complaint: told.kind != "consultation", trader, text: triage::normalise(&told.facts) }
}

fn is_ordinary(term: &str) -> bool {
    ORDINARY.iter().any(|word| term.ends_with(word) || word.ends_with(term))
}

/// Small sums that many shops take, the widest first.
fn sums(told: &[Told], practices: &[hidden::Practice]) -> Vec<Sum> {
    let mut said: Vec<(i64, usize)> = Vec::new();
    for (row, one) in told.iter().enumerate() {
        if one.trader.is_empty() || !one.facts.contains(['元', '块']) {
            continue;
        }
        let day = dated(one.day);
        let Some(day) = Day::new(
            i32::from(day.year()),
            day.month().unsigned_abs().into(),
            day.day().unsigned_abs().into(),
        ) else {
            continue;
        };
        let money = fields(&one.facts, day).into_iter().filter_map(|field| match field.said {
            Said::Money(from, to) if from == to => Some(from),
            _ => None,
        });
        said.extend(money.collect::<BTreeSet<i64>>().into_iter().map(|fen| (fen, row)));
    }
    let by_trader: Vec<(i64, &str)> =
        said.iter().map(|(fen, row)| (*fen, told[*row].trader.as_str())).collect();
    let wide =
        hidden::amounts(&by_trader, SMALL).into_iter().filter(|one| one.1 >= WIDE as usize).take(LINES);
    let named = |fen: i64| {
        let rows: BTreeSet<usize> = said.iter().filter(|one| one.0 == fen).map(|one| one.1).collect();
        let both = |one: &hidden::Practice| one.rows.iter().filter(|row| rows.contains(row)).count();
        let most = practices.iter().map(|one| (one.term.clone(), both(one))).max_by_key(|one| one.1);
        most.filter(|(_, count)| *count * 2 >= rows.len())
    };
    wide.map(|(fen, traders, contacts)| Sum { fen, traders, contacts, with: named(fen) }).collect()
}

/// Trades that complain less in an area than their share of the office and the area's share of it let expect.
fn silences(told: &[Told]) -> Vec<Silence> {
    let trade = |code: &str| levels(code).split(BELOW).next().unwrap_or_default().to_owned();
    let (mut cells, mut trades, mut areas) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut all = 0_u32;
    for one in told.iter().filter(|one| one.kind != "consultation" && !one.goods.is_empty()) {
        let goods = trade(&one.goods);
        *cells.entry((goods.clone(), one.area.clone())).or_insert(0_u32) += 1;
        *trades.entry(goods).or_insert(0_u32) += 1;
        *areas.entry(one.area.clone()).or_insert(0_u32) += 1;
        all += 1;
    }
    let mut found = Vec::new();
    for (goods, of_goods) in &trades {
        for (area, of_area) in &areas {
            let observed = cells.get(&(goods.clone(), area.clone())).copied().unwrap_or(0);
            let expected = f64::from(*of_goods) * f64::from(*of_area) / f64::from(all.max(1));
            let sure = hidden::silence(observed, expected);
            if expected >= EXPECTED && sure >= SURE {
                found.push(Silence { goods: goods.clone(), area: area.clone(), observed, expected, sure });
            }
        }
    }
    let missing = |one: &Silence| one.expected - f64::from(one.observed);
    found.sort_by(|one, other| missing(other).total_cmp(&missing(one)));
    found.truncate(LINES);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: &str, goods: &str, area: &str, trader: usize, facts: &str) -> Told {
        let (kind, goods, area) = (kind.to_owned(), goods.to_owned(), area.to_owned());
        Told { kind, day: 20_000, goods, area, trader: format!("name:店{trader}"), facts: facts.to_owned() }
    }

    #[test]
    fn what_everybody_says_of_anything_is_no_practice_and_a_fee_in_passing_is() {
        const FACTS: [&str; 6] = [
            "问消毒餐具费1元合理吗",
            "吃饭另收消毒餐具费1元",
            "都有消毒餐具费，一套1元",
            "这里消毒餐具费1元该给吗",
            "要了1元消毒餐具费",
            "消费了两百",
        ];
        let mut all: Vec<Told> =
            (0..48).map(|at| told("consultation", "", "unit:1", at, FACTS[at % 6])).collect();
        all.extend((0..40).map(|at| told("complaint", "", "unit:1", at, "不退费，刷卡消费以后不给退会员卡")));
        let signs = read(&all);
        let terms: Vec<&str> = signs.practices.iter().map(|one| one.term.as_str()).collect();
        assert_eq!(terms, ["消毒餐具费"]);
        assert_eq!(signs.sums[0].with, Some(("消毒餐具费".to_owned(), 40)));
        assert_eq!((signs.sums[0].fen, signs.sums[0].traders), (100, 40));
    }

    #[test]
    fn a_trade_that_is_silent_in_one_area_is_named_and_a_small_one_is_not() {
        let mut all = Vec::new();
        for area in ["unit:1", "unit:2", "unit:3"] {
            all.extend((0..60).map(|at| told("complaint", "G01.03", area, at, "")));
            let meals = if area == "unit:3" { 0 } else { 60 };
            all.extend((0..meals).map(|at| told("complaint", "S01.01", area, at, "")));
            all.extend(
                (0..2)
                    .map(|at| told("complaint", if area == "unit:3" { "G05" } else { "G06" }, area, at, "")),
            );
        }
        let found = silences(&all);
        let [one] = &found[..] else { panic!("{found:?}") };
        assert_eq!((one.goods.as_str(), one.area.as_str(), one.observed), ("S01", "unit:3", 0));
    }
}
