//! What is copied: every plain life as it lies in the database.

use std::collections::{BTreeMap, BTreeSet};

use db::{Row, Sql, Tx, Value};
use jiff::Timestamp;
use kernel::{Ctx, MatterId, Officer, OfficerId};
use web::Problem;

db::sql! {
    ALL = "SELECT id, number, kind FROM matter ORDER BY number";
    OFFICERS = "SELECT id FROM officer ORDER BY id";
    SERIES = "UPDATE number_series SET last = $4 WHERE unit_id = (SELECT id FROM unit WHERE code = $1) AND kind = $2 AND year = $3";
    JOURNAL = "SELECT matter_id, subject, verb, actor_id, actor, at, state, detail FROM journal WHERE matter_id IS NOT NULL ORDER BY at, lane, seq";
}

/// Tables of a plain life, in the order of their references, each with the column that leads to the matter.
pub(super) const TABLES: [(&str, &str); 15] = [
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
pub(super) const OTHERS: [(&str, &str); 21] = [
    ("clock_effect e JOIN clock c ON c.id = e.clock_id", "c.matter_id"),
    ("clock_level e JOIN clock c ON c.id = e.clock_id", "c.matter_id"),
    ("clock_pause e JOIN clock c ON c.id = e.clock_id", "c.matter_id"),
    ("matter_link", "from_id"),
    ("matter_link", "to_id"),
    ("matter_merge", "leader_id"),
    ("matter_merge", "merged_id"),
    ("matter_return", "matter_id"),
    ("evidence_share", "matter_id"),
    ("evidence_share", "from_id"),
    ("callback", "matter_id"),
    ("handover", "matter_id"),
    ("jurisdiction_dispute", "matter_id"),
    ("odr_case", "matter_id"),
    ("paper", "matter_id"),
    ("portal_rating", "matter_id"),
    ("publicity", "matter_id"),
    ("receipt", "matter_id"),
    ("recusal", "matter_id"),
    ("reminder", "matter_id"),
    ("talk", "matter_id"),
];
pub(super) const SEALED: [(&str, &str); 5] = [
    ("party", "name"),
    ("party", "phone"),
    ("party", "address"),
    ("party", "identity"),
    ("notice", "address"),
];

/// A statement that is put together once.
pub(super) fn made(text: String) -> Sql {
    Sql { name: "bench::clone", text: Box::leak(text.into_boxed_str()) }
}

/// A life as it lies in the database.
#[derive(Default)]
pub(super) struct Life {
    pub(super) number: String,
    /// What stands before the ordinal: kind, unit and year of the registration.
    pub(super) series: String,
    /// Its place among those that are copied.
    pub(super) rank: i64,
    /// (table, values).
    pub(super) rows: Vec<(usize, Vec<Value>)>,
    /// What happened.
    pub(super) past: Vec<Past>,
}

/// A row of the journal.
pub(super) struct Past {
    pub(super) verb: String,
    pub(super) subject: String,
    pub(super) actor: Option<OfficerId>,
    pub(super) name: String,
    pub(super) at: Timestamp,
    pub(super) state: Option<String>,
    pub(super) detail: String,
}

pub(super) struct Plan {
    pub(super) lives: Vec<Life>,
    pub(super) columns: Vec<Vec<String>>,
    pub(super) inserts: Vec<Sql>,
    pub(super) ids: BTreeSet<[u8; 16]>,
    pub(super) officers: BTreeMap<OfficerId, Officer>,
    pub(super) series: BTreeMap<String, Series>,
}

/// The numbers of a unit, kind and year.
#[derive(Default)]
pub(super) struct Series {
    pub(super) kind: String,
    pub(super) last: i64,
    /// How many of its lives are copied each time.
    pub(super) copied: i64,
}

pub(super) fn bytes_of(value: &Value) -> Option<[u8; 16]> {
    match value {
        Value::Id(id) => Some(*id.as_bytes()),
        Value::Bytes(bytes) => bytes.as_slice().try_into().ok(),
        _ => None,
    }
}

pub(super) fn text_of(row: &Row, name: &str) -> String {
    let at = row.columns().iter().position(|column| column == name);
    match at.and_then(|at| row.values().get(at)) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

impl Plan {
    pub(super) fn read(tx: &mut Tx, ctx: &Ctx) -> Result<Self, Problem> {
        let mut other = BTreeSet::new();
        for (table, column) in OTHERS {
            for row in tx.query(&made(format!("SELECT {column} FROM {table}")), &[])? {
                other.extend(row.values().first().and_then(bytes_of));
            }
        }
        let mut lives: BTreeMap<[u8; 16], Life> = BTreeMap::new();
        let mut series: BTreeMap<String, Series> = BTreeMap::new();
        for row in tx.query(&ALL, &[])? {
            let (id, number): (MatterId, String) = (row.get("id")?, row.get("number")?);
            let (head, ordinal) = number.rsplit_once('-').expect("a number has an ordinal");
            let of = series.entry(head.to_owned()).or_default();
            of.kind = row.get("kind")?;
            of.last = of.last.max(ordinal.parse().expect("an ordinal"));
            if !other.contains(id.uuid().as_bytes()) {
                of.copied += 1;
                let life = Life {
                    number: number.clone(),
                    series: head.to_owned(),
                    rank: of.copied,
                    ..Life::default()
                };
                lives.insert(*id.uuid().as_bytes(), life);
            }
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
            self.inserts
                .push(made(format!("INSERT INTO {table} ({}) VALUES ({places})", columns.join(", "))));
            let key = columns.iter().position(|name| name == column).unwrap_or(0);
            let own = columns.iter().position(|name| name == "id");
            for row in rows {
                let of = bytes_of(&row.values()[key]);
                let Some(life) = of.and_then(|of| lives.get_mut(&of)) else { continue };
                self.ids.extend(own.and_then(|own| bytes_of(&row.values()[own])));
                life.rows.push((at, row.values().to_vec()));
            }
            self.columns.push(columns);
        }
        Ok(())
    }

    fn past(&self, tx: &mut Tx, lives: &mut BTreeMap<[u8; 16], Life>) -> Result<(), Problem> {
        tx.for_each::<db::Error>(&JOURNAL, &[], |row| {
            let of: MatterId = row.get("matter_id")?;
            if let Some(life) = lives.get_mut(of.uuid().as_bytes()) {
                life.past.push(Past {
                    verb: row.get("verb")?,
                    subject: row.get("subject")?,
                    actor: row.get("actor_id")?,
                    name: row.get("actor")?,
                    at: row.get("at")?,
                    state: row.get("state")?,
                    detail: row.get("detail")?,
                });
            }
            Ok(())
        })?;
        Ok(())
    }
}
