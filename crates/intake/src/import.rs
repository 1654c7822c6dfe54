//! Files of other systems (R01): header names in any order, a mapping file for strangers, idempotent, reconciled.

use std::{collections::BTreeMap, path::Path};

use db::{Db, Tx, params};
use jiff::{Timestamp, civil::DateTime};
use kernel::{Ctx, Id, MatterId, OFFICE_ZONE, UnitId, hex, kind, sm3};
use law::Law;
use matters::{Kind, parties};
use serde::Deserialize;
use web::Problem;

use crate::{NewContact, Respondent, contact::register, table};

pub use crate::table::TableError;

/// Which column of the file is which field, and how its words are ours. TOML.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    /// Name of the system the file comes from; numbers are unique within it.
    pub source: String,
    /// field → header name. Fields: number, kind, channel, name, phone, trader, trader_address, title, facts, goods,
    /// problem, place, received, closed, answer.
    pub columns: BTreeMap<String, String>,
    /// field → value for fields the file does not have.
    #[serde(default)]
    pub defaults: BTreeMap<String, String>,
    /// field → (their word → our code).
    #[serde(default)]
    pub words: BTreeMap<String, BTreeMap<String, String>>,
}

/// The mapping for exports of the national platform (regulations §5.1).
const NATIONAL: &str = include_str!("national.toml");

impl Map {
    /// The header names of the national platform's exports.
    ///
    /// # Panics
    /// Never: the text is compiled in and read by a test.
    pub fn national() -> Self {
        toml::from_str(NATIONAL).unwrap_or_default()
    }

    /// Reads a mapping file.
    ///
    /// # Errors
    /// A sentence that says where it is wrong.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        toml::from_str(text).map_err(|error| TableError::File(format!("映射文件有误：{error}")))
    }

    fn get<'a>(&'a self, row: &'a BTreeMap<String, String>, field: &str) -> &'a str {
        let cell = self
            .columns
            .get(field)
            .and_then(|header| row.get(header))
            .map(String::as_str)
            .filter(|cell| !cell.is_empty());
        let word = cell.or_else(|| self.defaults.get(field).map(String::as_str)).unwrap_or_default();
        self.words.get(field).and_then(|words| words.get(word)).map_or(word, String::as_str)
    }
}

/// What an import did, row by row: the reconciliation sheet.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Rows read.
    pub read: usize,
    /// Rows that became matters.
    pub new: usize,
    /// Rows that were there already, unchanged.
    pub same: usize,
    /// Rows that were there with other content; the matter stays as it is.
    pub changed: Vec<(usize, String)>,
    /// Rows that were refused, with line number and reason.
    pub bad: Vec<(usize, String)>,
}

impl Sheet {
    /// Whether every row is accounted for.
    pub fn balances(&self) -> bool {
        self.read == self.new + self.same + self.changed.len() + self.bad.len()
    }
}

db::sql! {
    KNOWN = "SELECT digest FROM import_row WHERE source = $1 AND key = $2";
    ROW = "INSERT INTO import_row (source, key, matter_id, digest, run_id) VALUES ($1, $2, $3, $4, $5)";
    RUN = "INSERT INTO import_run (id, file, digest, source, at, by_name, rows_read, rows_new, rows_same, rows_changed, rows_bad) \
           VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 0, 0)";
    END = "UPDATE import_run SET rows_read = $2, rows_new = $3, rows_same = $4, rows_changed = $5, rows_bad = $6 WHERE id = $1";
}

/// Rows of one transaction: an interrupted import loses at most this many, and starts again where it stopped.
const BATCH: usize = 500;

/// What an import is given.
#[derive(Clone, Debug)]
pub struct Order {
    /// The mapping.
    pub map: Map,
    /// The unit that receives the matters.
    pub unit: UnitId,
    /// Whether to check only.
    pub dry_run: bool,
}

enum Fate {
    New,
    Same,
    Changed,
    Bad(String),
}

/// Imports a table file.
///
/// # Errors
/// When the file cannot be read or the database fails; what was committed before stays and is skipped next time.
pub async fn run(db: &Db, ctx: &Ctx, path: &Path, order: &Order) -> Result<Sheet, Problem> {
    let lines = table::read(path).map_err(|error| Problem::Malformed(error.to_string()))?;
    let run: Id<kind::Job> = ctx.id();
    let file = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    if !order.dry_run {
        let (by, source) = (ctx.clone(), order.map.source.clone());
        let digest = hex(&sm3(file.as_bytes()));
        db.write(move |tx| tx.execute(&RUN, &params![run, file, digest, source, by.now, by.actor_name()]))
            .await?;
    }
    let mut sheet = Sheet { read: lines.len(), ..Sheet::default() };
    let mut seen = Seen::default();
    for batch in lines.chunks(BATCH) {
        let (by, given, batch) = (ctx.clone(), order.clone(), batch.to_vec());
        let fates = if order.dry_run {
            db.read(move |tx| fates(tx, &by, &given, run, &batch)).await?
        } else {
            db.write(move |tx| fates(tx, &by, &given, run, &batch)).await?
        };
        for (line, fate) in fates {
            // A check stores nothing, so that a number that stands twice in the file must be remembered here.
            let fate = if order.dry_run { seen.judge(&order.map, &lines, line, fate) } else { fate };
            match fate {
                Fate::New => sheet.new += 1,
                Fate::Same => sheet.same += 1,
                Fate::Changed => {
                    sheet.changed.push((line, "内容与上次导入不同，已办理的事项不覆盖".to_owned()));
                }
                Fate::Bad(why) => sheet.bad.push((line, why)),
            }
        }
    }
    if !order.dry_run {
        let counts = params![run, sheet.read, sheet.new, sheet.same, sheet.changed.len(), sheet.bad.len()];
        db.write(move |tx| tx.execute(&END, &counts)).await?;
    }
    Ok(sheet)
}

/// Numbers met in a file that is only checked.
#[derive(Default)]
struct Seen(BTreeMap<String, String>);

impl Seen {
    fn judge(&mut self, map: &Map, lines: &[table::Line], line: usize, fate: Fate) -> Fate {
        // Lines are numbered from 2: the header is line 1.
        let Some((_, row)) = lines.get(line - 2).filter(|_| matches!(fate, Fate::New)) else { return fate };
        let (key, digest) = (map.get(row, "number").to_owned(), digest(row));
        match self.0.get(&key) {
            Some(known) if *known == digest => Fate::Same,
            Some(_) => Fate::Changed,
            None => {
                self.0.insert(key, digest);
                Fate::New
            }
        }
    }
}

fn fates(
    tx: &mut Tx,
    ctx: &Ctx,
    order: &Order,
    run: Id<kind::Job>,
    lines: &[table::Line],
) -> Result<Vec<(usize, Fate)>, Problem> {
    let mut fates = Vec::with_capacity(lines.len());
    for (line, row) in lines {
        fates.push((*line, fate(tx, ctx, order, run, row)?));
    }
    Ok(fates)
}

fn fate(
    tx: &mut Tx,
    ctx: &Ctx,
    order: &Order,
    run: Id<kind::Job>,
    row: &BTreeMap<String, String>,
) -> Result<Fate, Problem> {
    let map = &order.map;
    let key = map.get(row, "number").to_owned();
    if key.is_empty() {
        return Ok(Fate::Bad("缺少登记编号".to_owned()));
    }
    let digest = digest(row);
    if let Some(known) = tx.one(&KNOWN, &params![map.source, key])? {
        return Ok(if known.get::<String>("digest")? == digest { Fate::Same } else { Fate::Changed });
    }
    let new = match contact(map, order.unit, row) {
        Ok(new) => new,
        Err(why) => return Ok(Fate::Bad(why)),
    };
    if order.dry_run {
        return Ok(Fate::New);
    }
    match store(tx, ctx, &new) {
        Ok(matter) => {
            tx.execute(&ROW, &params![map.source, key, matter, digest, run])?;
            Ok(Fate::New)
        }
        Err(Problem::Refused(refusal)) => Ok(Fate::Bad(refusal.to_string())),
        Err(other) => Err(other),
    }
}

/// What a row says, whatever the order of its columns.
fn digest(row: &BTreeMap<String, String>) -> String {
    let text = row.iter().map(|(header, cell)| format!("{header}\u{1f}{cell}\u{1e}")).collect::<String>();
    hex(&sm3(text.as_bytes()))
}

fn store(tx: &mut Tx, ctx: &Ctx, new: &NewContact) -> Result<MatterId, Problem> {
    let mut new = new.clone();
    if !new.respondent.name.is_empty() {
        let trader = traders::NewTrader {
            name: new.respondent.name.clone(),
            address: new.respondent.address.clone(),
            state: "unknown".to_owned(),
            source: new.source.clone(),
            ..traders::NewTrader::default()
        };
        new.respondent.trader = Some(traders::resolve_or_create(tx, ctx, &trader)?);
    }
    Ok(register(tx, ctx, &new)?.id)
}

/// A row as a contact, or what is wrong with it.
fn contact(map: &Map, unit: UnitId, row: &BTreeMap<String, String>) -> Result<NewContact, String> {
    let get = |field: &str| map.get(row, field).to_owned();
    let kind = get("kind");
    let kind = Kind::ALL
        .iter()
        .copied()
        .find(|known| known.code() == kind || known.label() == kind)
        .ok_or_else(|| format!("类型“{kind}”无法识别"))?;
    let received = get("received");
    let received_at = instant(&received).ok_or_else(|| format!("登记时间“{received}”无法识别"))?;
    let closed = get("closed");
    let closed_at = if closed.is_empty() {
        None
    } else {
        Some(instant(&closed).ok_or_else(|| format!("办结时间“{closed}”无法识别"))?)
    };
    let facts = get("facts");
    if facts.is_empty() {
        return Err("缺少诉求内容".to_owned());
    }
    let lists = &Law::in_use().classification;
    let coded = |tree: &law::Tree, word: String| {
        tree.nodes.iter().find(|node| node.code == word || node.name == word).map(|node| node.code.clone())
    };
    let channel = get("channel");
    let channel = lists
        .channels
        .iter()
        .find(|listed| listed.code == channel || listed.name == channel)
        .map_or("import", |listed| &listed.code);
    let answer = get("answer");
    let (name, phone) = (get("name"), get("phone"));
    Ok(NewContact {
        channel: channel.to_owned(),
        person: parties::NewParty { role: "caller".to_owned(), name, phone, ..parties::NewParty::default() },
        respondent: Respondent {
            name: get("trader"),
            address: get("trader_address"),
            ..Respondent::default()
        },
        goods: coded(&lists.goods, get("goods")),
        problem: coded(&lists.problems, get("problem")),
        place: get("place"),
        answer: (!answer.is_empty()).then(|| ("other".to_owned(), answer)),
        outside_number: Some(get("number")),
        source: map.source.clone(),
        closed_at: closed_at.map(|at| at.max(received_at)),
        title: get("title"),
        ..NewContact::new(kind, unit, received_at, facts)
    })
}

/// `2019-02-28 11:25:05`, `2019/2/28 11:25`, `2011-03-28`: office time.
fn instant(text: &str) -> Option<Timestamp> {
    let text = text.replace(['/', '.'], "-").replace('T', " ");
    let (day, time) = text.split_once(' ').unwrap_or((&text, "12:00:00"));
    let day: Vec<i16> = day.split('-').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let time: Vec<i8> =
        time.trim().split(':').map(|part| part.split('.').next()?.parse().ok()).collect::<Option<_>>()?;
    let [year, month, day] = day[..] else { return None };
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let part = |at: usize| time.get(at).copied().unwrap_or(0);
    let at = DateTime::new(year, month, day, part(0), part(1), part(2), 0).ok()?;
    OFFICE_ZONE.to_timestamp(at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_many_spellings_are_read() {
        for (text, wanted) in [
            ("2019-02-28 11:25:05", "2019-02-28 11:25"),
            ("2019/2/28 1:05", "2019-02-28 01:05"),
            ("2011-03-28", "2011-03-28 12:00"),
        ] {
            assert_eq!(kernel::office_minute(instant(text).unwrap()), wanted);
        }
        for bad in ["", "昨天", "2019-13-01", "2019-02-30 1:1"] {
            assert!(instant(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_national_headers_are_known() {
        let map = Map::national();
        let row =
            [("登记编号", "1"), ("类型", "投诉"), ("诉求内容", "退货"), ("登记时间", "2026-11-24 09:00:00")];
        let row = row.into_iter().map(|(header, cell)| (header.to_owned(), cell.to_owned())).collect();
        let new = contact(&map, UnitId::from_uuid(Default::default()), &row).unwrap();
        assert_eq!((new.kind, new.facts.as_str()), (Kind::Complaint, "退货"));
        assert!(Map::parse("colunms = 1").is_err());
    }
}
