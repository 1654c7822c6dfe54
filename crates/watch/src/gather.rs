//! The bureau's own matters as the detector reads them.

use std::num::NonZeroU64;

use db::{Tx, params};
use jiff::{ToSpan as _, civil::Date};
use kernel::MatterId;
use sentinel::watch::{events::Events, words::Words};
use web::Result;

use crate::{
    rhythm::number,
    stream::{COLUMNS, levels},
};

macro_rules! person {
    () => {
        "COALESCE((SELECT MIN(COALESCE(p.phone_mark, p.name_mark)) FROM party p WHERE p.matter_id = m.id \
         AND p.role IN ('complainant', 'caller', 'reporter')), '') AS person "
    };
}

db::sql! {
    ROWS = concat!("SELECT m.id, m.received_on, COALESCE(m.goods, '') AS goods, COALESCE(m.problem, '') AS problem, m.region, m.unit_id, \
            m.trader_id, COALESCE(c.brand, '') AS brand, COALESCE(c.respondent_name, '') AS trader, COALESCE(c.text_mark, '') AS text_mark, i.first_id, ",
            person!(), "FROM matter m LEFT JOIN contact c ON c.matter_id = m.id LEFT JOIN matter_incident i ON i.matter_id = m.id \
            WHERE m.kind IN ('complaint', 'report') AND m.received_on >= $1 AND m.received_on <= $2 ORDER BY m.received_on, m.id");
    TEXTS = concat!("SELECT m.id, m.received_on, m.title, m.trader_id, COALESCE(c.brand, '') AS brand, COALESCE(c.goods_name, '') AS goods_name, \
             COALESCE(c.respondent_name, '') AS trader, COALESCE(c.facts, '') AS facts, ",
             person!(), "FROM matter m LEFT JOIN contact c ON c.matter_id = m.id \
             WHERE m.kind IN ('complaint', 'report') AND m.received_on >= $1 AND m.received_on <= $2 ORDER BY m.received_on, m.id");
}

/// Matters of some days, each with its event, in columns: half a million of a large office take some 40 MB and give them back.
#[derive(Debug)]
pub struct Gathered {
    /// What the detector reads, in the order of the days.
    pub events: Events,
    /// The matter of each.
    pub matters: Vec<MatterId>,
    /// A mark of each text, 0 where there is none: equal texts have equal marks.
    pub texts: Vec<u64>,
}

/// The trader of a matter: the record, else the name that was given; empty where neither is known.
pub(crate) fn trader(row: &db::Row) -> Result<String> {
    let record: Option<kernel::TraderId> = row.get("trader_id")?;
    let name: String = row.get("trader")?;
    let name = name.trim();
    Ok(match record {
        Some(id) => format!("id:{id}"),
        None if name.is_empty() => String::new(),
        None => format!("name:{name}"),
    })
}

/// The area of a matter: its region, else the unit that has it.
pub(crate) fn area(row: &db::Row) -> Result<String> {
    let region: Option<String> = row.get("region")?;
    let unit: kernel::UnitId = row.get("unit_id")?;
    Ok(match region.filter(|code| !code.is_empty()) {
        Some(code) => format!("region:{code}"),
        None => format!("unit:{unit}"),
    })
}

/// Days that are asked for at once: the database puts no more than these in order.
const AT_ONCE: i32 = 28;

/// Complaints and reports received on the days `from..=to`, with or without the incidents they belong to. A person is a keyed mark, never a name.
///
/// # Errors
/// A fault of the database.
pub fn matters(tx: &mut Tx, (from, to): (Date, Date), incidents: bool) -> Result<Gathered> {
    let mut found = Gathered { events: Events::new(COLUMNS.len()), matters: Vec::new(), texts: Vec::new() };
    let (mut brands, mut begin) = (Brands::default(), from);
    while begin <= to {
        let end = begin.saturating_add((AT_ONCE - 1).days()).min(to);
        tx.for_each(&ROWS, &params![begin, end], |row| found.add(&row, &mut brands, incidents))?;
        begin = begin.saturating_add(AT_ONCE.days());
    }
    Ok(found)
}

/// Brands in the names of traders, each name read once.
#[derive(Default)]
struct Brands {
    names: Words,
    brands: Words,
    /// For each name its brand.
    of: Vec<Option<u32>>,
}

impl Brands {
    /// The brand that was given, else the one in the trader's name (字号): shops of one brand are often complained of one by one.
    fn of(&mut self, row: &db::Row) -> Result<String> {
        let given = folded(&row.get::<String>("brand")?);
        if !given.is_empty() {
            return Ok(given);
        }
        let name: String = row.get("trader")?;
        let number = self.names.number(name.trim());
        self.of.resize(self.names.len(), None);
        let brands = &mut self.brands;
        let brand = *self.of[number as usize].get_or_insert_with(|| {
            let brand = triage::Name::of(name.trim()).brand;
            brands.number(if brand.chars().count() < SHORT { "" } else { &brand })
        });
        Ok(brands.get(brand).to_owned())
    }
}

/// A brand as people write it, in one writing: `OPPO`, `ｏｐｐｏ` and `oppo`, 海尔 and 海尔牌 are the same.
fn folded(given: &str) -> String {
    let given: String = triage::normalise(given).chars().filter(|c| !c.is_whitespace()).collect();
    let bare = given.strip_suffix('牌').filter(|bare| bare.chars().count() >= SHORT);
    bare.map(str::to_owned).unwrap_or(given)
}

/// Letters that a brand has at least.
const SHORT: usize = 2;

/// The first 64 bits of a mark of ours, which is written in sixteens; nothing where there is none.
fn mark(written: &str) -> Option<NonZeroU64> {
    u64::from_str_radix(written.get(..16)?, 16).ok().and_then(NonZeroU64::new)
}

impl Gathered {
    fn add(&mut self, row: &db::Row, brands: &mut Brands, incidents: bool) -> Result<()> {
        let coded = |column: &'static str| Ok::<_, db::Error>(levels(&row.get::<String>(column)?));
        let incident: Option<MatterId> = row.get("first_id")?;
        let incident = incident.filter(|_| incidents).map(|first| first.to_string()).unwrap_or_default();
        let values =
            [coded("goods")?, coded("problem")?, area(row)?, trader(row)?, brands.of(row)?, incident];
        let person = mark(&row.get::<String>("person")?);
        self.events.push(number(row.get("received_on")?), &values, person);
        self.matters.push(row.get("id")?);
        self.texts.push(mark(&row.get::<String>("text_mark")?).map_or(0, NonZeroU64::get));
        Ok(())
    }
}

/// A matter with its words, for the rules that read them.
#[derive(Clone, Debug)]
pub struct Read {
    /// The matter.
    pub matter: MatterId,
    /// Day number.
    pub day: i32,
    /// The trader's key; empty where none is known.
    pub trader: String,
    /// A keyed mark; empty where nobody is known.
    pub person: String,
    /// Title, goods, brand, trader's name.
    pub names: String,
    /// What was told.
    pub facts: String,
}

/// The words of what was received on a day.
///
/// # Errors
/// A fault of the database.
pub fn texts(tx: &mut Tx, day: Date) -> Result<Vec<Read>> {
    let mut found = Vec::new();
    tx.for_each(&TEXTS, &params![day, day], |row| {
        let words: [String; 4] =
            [row.get("title")?, row.get("brand")?, row.get("goods_name")?, row.get("trader")?];
        found.push(Read {
            matter: row.get("id")?,
            day: number(row.get("received_on")?),
            trader: trader(&row)?,
            person: row.get("person")?,
            names: words.join("\n"),
            facts: row.get("facts")?,
        });
        Ok::<_, web::Problem>(())
    })?;
    Ok(found)
}
