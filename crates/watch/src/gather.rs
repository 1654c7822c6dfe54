//! The bureau's own matters as the detector reads them.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use db::{Tx, params};
use jiff::civil::Date;
use kernel::MatterId;
use sentinel::watch::panel::Event;
use web::Result;

use crate::{rhythm::number, stream::levels};

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

/// Matters of some days, each with its event.
#[derive(Debug, Default)]
pub struct Gathered {
    /// What the detector reads.
    pub events: Vec<Event>,
    /// The matter of each.
    pub matters: Vec<MatterId>,
    /// A mark of each text, 0 where there is none: equal texts have equal marks.
    pub texts: Vec<u128>,
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

/// Complaints and reports received on the days `from..=to`, with or without the incidents they belong to. A person is a keyed mark, never a name.
///
/// # Errors
/// A fault of the database.
pub fn matters(tx: &mut Tx, (from, to): (Date, Date), incidents: bool) -> Result<Gathered> {
    let (mut found, mut words) = (Gathered::default(), Words::default());
    tx.for_each(&ROWS, &params![from, to], |row| found.add(&row, &mut words, incidents))?;
    Ok(found)
}

/// The brand that was given, else the one in the trader's name (字号): shops of one brand are often complained of one by one.
fn brand(row: &db::Row, brands: &mut HashMap<String, String>) -> Result<String> {
    let given = folded(&row.get::<String>("brand")?);
    if !given.is_empty() {
        return Ok(given);
    }
    let name: String = row.get("trader")?;
    let parse = |name: &str| {
        let brand = triage::Name::of(name).brand;
        if brand.chars().count() < SHORT { String::new() } else { brand }
    };
    if let Some(known) = brands.get(name.trim()) {
        return Ok(known.clone());
    }
    let brand = parse(name.trim());
    brands.insert(name.trim().to_owned(), brand.clone());
    Ok(brand)
}

/// A brand as people write it, in one writing: `OPPO`, `ｏｐｐｏ` and `oppo`, 海尔 and 海尔牌 are the same.
fn folded(given: &str) -> String {
    let given: String = triage::normalise(given).chars().filter(|c| !c.is_whitespace()).collect();
    let bare = given.strip_suffix('牌').filter(|bare| bare.chars().count() >= SHORT);
    bare.map(str::to_owned).unwrap_or(given)
}

/// Letters that a brand has at least.
const SHORT: usize = 2;

/// Words and people of the rows, each kept once: a year of a large office has half a million rows, and a thousand categories and areas.
#[derive(Default)]
struct Words {
    brands: HashMap<String, String>,
    known: HashSet<Arc<str>>,
    people: HashMap<u128, Arc<str>>,
}

impl Words {
    fn once(&mut self, word: String) -> Arc<str> {
        if let Some(known) = self.known.get(word.as_str()) {
            return Arc::clone(known);
        }
        let word: Arc<str> = word.into();
        self.known.insert(Arc::clone(&word));
        word
    }

    /// Somebody by a number instead of the mark; nobody where there is none.
    fn person(&mut self, mark: u128) -> Option<Arc<str>> {
        let number = self.people.len();
        (mark != 0).then(|| Arc::clone(self.people.entry(mark).or_insert_with(|| number.to_string().into())))
    }
}

/// The first 128 bits of a mark of ours, which is written in sixteens; 0 for none.
fn mark(written: &str) -> u128 {
    written.get(..32).and_then(|head| u128::from_str_radix(head, 16).ok()).unwrap_or(0)
}

impl Gathered {
    fn add(&mut self, row: &db::Row, words: &mut Words, incidents: bool) -> Result<()> {
        let area = area(row)?;
        let coded = |column: &'static str| Ok::<_, db::Error>(levels(&row.get::<String>(column)?));
        let incident: Option<MatterId> = row.get("first_id")?;
        let incident = incident.filter(|_| incidents).map(|first| first.to_string()).unwrap_or_default();
        let brand = brand(row, &mut words.brands)?;
        let values = [coded("goods")?, coded("problem")?, area, trader(row)?, brand, incident];
        let values = values.into_iter().map(|value| words.once(value)).collect();
        let person = words.person(mark(&row.get::<String>("person")?));
        let day = number(row.get("received_on")?);
        self.events.push(Event { day, values, person });
        self.matters.push(row.get("id")?);
        self.texts.push(mark(&row.get::<String>("text_mark")?));
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

/// The words of what was received on the days `from..=to`.
///
/// # Errors
/// A fault of the database.
pub fn texts(tx: &mut Tx, from: Date, to: Date) -> Result<Vec<Read>> {
    let read = |row: &db::Row| {
        let words: [String; 4] =
            [row.get("title")?, row.get("brand")?, row.get("goods_name")?, row.get("trader")?];
        Ok(Read {
            matter: row.get("id")?,
            day: number(row.get("received_on")?),
            trader: trader(row)?,
            person: row.get("person")?,
            names: words.join("\n"),
            facts: row.get("facts")?,
        })
    };
    tx.query(&TEXTS, &params![from, to])?.iter().map(read).collect()
}
