//! A bureau many times as large: what was lived through once by the office's own commands is put down again and again under new
//! ids, numbers, telephones and words. Rows are of the office's own making in every column but those; people are sealed anew
//! under the office's keys, the journal is written by the journal itself, so that its chain holds, and the search index by
//! the index. Left out is whatever touches other matters or tables than those of a plain life.
//!
//! The test beside it (`clone/tests.rs`) holds a copied bureau against one that was lived: same tables, same columns empty
//! and filled, `xiaobao check` and `audit verify` whole.

use std::collections::{BTreeMap, BTreeSet};

use db::{Row, Sql, Tx, Value, params};
use jiff::Timestamp;
use kernel::{Actor, Ctx, Field, MatterId, Officer, OfficerId};
use web::{App, Problem};

db::sql! {
    ALL = "SELECT id, number, unit_id, kind, received_on FROM matter ORDER BY id";
    OFFICERS = "SELECT id FROM officer ORDER BY id";
    SERIES = "UPDATE number_series SET last = last + $4 WHERE unit_id = $1 AND kind = $2 AND year = $3";
    LAST = "SELECT last FROM number_series WHERE unit_id = $1 AND kind = $2 AND year = $3";
    JOURNAL = "SELECT matter_id, subject, verb, actor_id, actor, at, state, detail FROM journal WHERE matter_id IS NOT NULL ORDER BY at, lane, seq";
}

/// Tables of a plain life, in the order of their references, each with the column that leads to the matter.
const TABLES: [(&str, &str); 15] = [
    ("matter", "id"),
    ("contact", "matter_id"),
    ("party", "matter_id"),
    ("clock", "matter_id"),
    ("notice", "matter_id"),
    ("complaint", "matter_id"),
    ("material_request", "matter_id"),
    ("mediation_session", "matter_id"),
    ("expert_test", "matter_id"),
    ("settlement", "matter_id"),
    ("report", "matter_id"),
    ("report_finding", "matter_id"),
    ("report_tag", "matter_id"),
    ("report_test", "matter_id"),
    ("report_reward", "matter_id"),
];
/// Whatever has a row here is no plain life.
const OTHERS: [(&str, &str); 17] = [
    ("clock_effect e JOIN clock c ON c.id = e.clock_id", "c.matter_id"),
    ("clock_level e JOIN clock c ON c.id = e.clock_id", "c.matter_id"),
    ("clock_pause e JOIN clock c ON c.id = e.clock_id", "c.matter_id"),
    ("matter_link", "from_id"),
    ("matter_link", "to_id"),
    ("matter_merge", "leader_id"),
    ("matter_merge", "merged_id"),
    ("evidence_share", "matter_id"),
    ("evidence_share", "from_id"),
    ("handover", "matter_id"),
    ("jurisdiction_dispute", "matter_id"),
    ("odr_case", "matter_id"),
    ("paper", "matter_id"),
    ("portal_rating", "matter_id"),
    ("receipt", "matter_id"),
    ("reminder", "matter_id"),
    ("talk", "matter_id"),
];
const SEALED: [(&str, &str); 5] =
    [("party", "name"), ("party", "phone"), ("party", "address"), ("party", "identity"), ("notice", "address")];

/// A statement that is put together once.
fn made(text: String) -> Sql {
    Sql { name: "bench::clone", text: Box::leak(text.into_boxed_str()) }
}

/// A life as it lies in the database.
#[derive(Default)]
struct Life {
    number: String,
    series: (Vec<u8>, String, i64),
    /// (table, values).
    rows: Vec<(usize, Vec<Value>)>,
    /// What happened: verb, subject, actor, its name, instant, state, detail.
    past: Vec<(String, String, Option<OfficerId>, String, Timestamp, Option<String>, String)>,
    tokens: Vec<String>,
}

struct Plan {
    lives: Vec<Life>,
    columns: Vec<Vec<String>>,
    inserts: Vec<Sql>,
    ids: BTreeSet<[u8; 16]>,
    officers: BTreeMap<OfficerId, Officer>,
    /// Last number of each series, and how many of its lives are copied.
    series: BTreeMap<(Vec<u8>, String, i64), (i64, i64)>,
}

fn bytes_of(value: &Value) -> Option<[u8; 16]> {
    match value {
        Value::Id(id) => Some(*id.as_bytes()),
        Value::Bytes(bytes) => bytes.as_slice().try_into().ok(),
        _ => None,
    }
}

fn text_of(row: &Row, name: &str) -> String {
    let at = row.columns().iter().position(|column| column == name);
    match at.and_then(|at| row.values().get(at)) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

impl Plan {
    fn read(tx: &mut Tx, ctx: &Ctx) -> Result<Self, Problem> {
        let mut other = BTreeSet::new();
        for (table, column) in OTHERS {
            for row in tx.query(&made(format!("SELECT {column} FROM {table}")), &[])? {
                other.extend(row.values().first().and_then(bytes_of));
            }
        }
        let mut lives: BTreeMap<[u8; 16], Life> = BTreeMap::new();
        let mut series: BTreeMap<_, (i64, i64)> = BTreeMap::new();
        for row in tx.query(&ALL, &[])? {
            let (id, number): (MatterId, String) = (row.get("id")?, row.get("number")?);
            if other.contains(id.uuid().as_bytes()) {
                continue;
            }
            let unit: kernel::UnitId = row.get("unit_id")?;
            let code = number.split('-').nth(2).and_then(|year| year.parse().ok()).unwrap_or(0);
            // The unit of the number is that of the registration; the matter may have moved since.
            let of = (number.rsplit_once('-').map_or("", |(head, _)| head).as_bytes().to_vec(), row.get("kind")?, code);
            let _moved = unit;
            series.entry(of.clone()).or_default().1 += 1;
            lives.insert(*id.uuid().as_bytes(), Life { number, series: of, ..Life::default() });
        }
        let mut plan = Self {
            lives: Vec::new(),
            columns: Vec::new(),
            inserts: Vec::new(),
            ids: lives.keys().copied().collect(),
            officers: BTreeMap::new(),
            series,
        };
        plan.rows(tx, &mut lives)?;
        plan.past(tx, &mut lives)?;
        for row in tx.query(&OFFICERS, &[])? {
            let id: OfficerId = row.get("id")?;
            if let Some(post) = people::active_posts(tx, id, ctx.today())?.into_iter().next() {
                plan.officers.insert(id, post.officer);
            }
        }
        plan.lives = lives.into_values().collect();
        Ok(plan)
    }

    fn rows(&mut self, tx: &mut Tx, lives: &mut BTreeMap<[u8; 16], Life>) -> Result<(), Problem> {
        for (at, (table, column)) in TABLES.into_iter().enumerate() {
            let rows = tx.query(&made(format!("SELECT * FROM {table} ORDER BY {column}")), &[])?;
            let columns = rows.first().map(|row| row.columns().to_vec()).unwrap_or_default();
            let places = (1..=columns.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
            self.inserts.push(made(format!("INSERT INTO {table} ({}) VALUES ({places})", columns.join(", "))));
            let key = columns.iter().position(|name| name == column).unwrap_or(0);
            let own = columns.iter().position(|name| name == "id");
            for row in rows {
                let of = bytes_of(&row.values()[key]);
                let Some(life) = of.and_then(|of| lives.get_mut(&of)) else { continue };
                self.ids.extend(own.and_then(|own| bytes_of(&row.values()[own])));
                if table == "matter" {
                    life.tokens.push(text_of(&row, "title"));
                    life.tokens.push(text_of(&row, "place"));
                } else if table == "contact" {
                    let part = |name| text_of(&row, name);
                    let text = [part("goods_name"), part("facts"), part("respondent_name"), part("demand_words")].join(" ");
                    life.tokens.push(text);
                }
                life.rows.push((at, row.values().to_vec()));
            }
            self.columns.push(columns);
        }
        for life in lives.values_mut() {
            life.tokens = matters::search::tokens(&format!("{} {}", life.number, life.tokens.join(" ")));
        }
        Ok(())
    }

    fn past(&self, tx: &mut Tx, lives: &mut BTreeMap<[u8; 16], Life>) -> Result<(), Problem> {
        tx.for_each::<db::Error>(&JOURNAL, &[], |row| {
            let of: MatterId = row.get("matter_id")?;
            if let Some(life) = lives.get_mut(of.uuid().as_bytes()) {
                life.past.push((
                    row.get("verb")?,
                    row.get("subject")?,
                    row.get("actor_id")?,
                    row.get("actor")?,
                    row.get("at")?,
                    row.get("state")?,
                    row.get("detail")?,
                ));
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// The id of the copy `time` of what has `id`: the end tells copies apart, the beginning keeps them in time.
fn moved(id: [u8; 16], time: u64) -> [u8; 16] {
    let mut id = id;
    for (at, byte) in time.to_be_bytes()[5..].iter().enumerate() {
        id[12 + at] ^= byte;
    }
    id
}

fn again(value: &Value, bytes: [u8; 16]) -> Value {
    match value {
        Value::Id(_) => Value::Id(MatterId::from_bytes(bytes).uuid()),
        _ => Value::Bytes(bytes.to_vec()),
    }
}
