//! Files of other systems (R01): header names in any order, a mapping file for strangers, idempotent, reconciled.

mod line;
mod map;

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use db::{Db, Tx, params};
use jiff::ToSpan as _;
use kernel::{Ctx, Id, MatterId, RunningDigest, UnitId, hex, kind, office_date};
use matters::parties;
use web::Problem;

use crate::{NewContact, complete::complete, contact::register};

pub use map::Map;
pub use sheets::{Encoding, TableError};

/// What an import did, row by row: the reconciliation sheet.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// How the file was written.
    pub encoding: Option<Encoding>,
    /// Header names that no field is read from, with the known name nearest to each.
    pub unread: Vec<(String, Option<String>)>,
    /// Rows read.
    pub read: usize,
    /// Rows that became matters.
    pub new: usize,
    /// Rows that were there already, unchanged.
    pub same: usize,
    /// Rows whose matter came by another system or the desk already: its number was added to that matter.
    pub linked: Vec<(usize, String)>,
    /// Rows that were there with other content; the matter stays as it is.
    pub changed: Vec<(usize, String)>,
    /// Rows that were refused, with line number and reason.
    pub bad: Vec<(usize, String)>,
    /// Of the new ones, those that may be the same as a matter of another source: line, new number, the other's number.
    pub alike: Vec<(usize, String, String)>,
}

impl Sheet {
    /// Whether every row is accounted for.
    pub fn balances(&self) -> bool {
        self.read == self.done()
    }

    /// The sheet in one sentence, as on screen, in the journal and on the command line.
    pub fn words(&self) -> String {
        format!(
            "读取 {} 行 = 新增 {} + 已有 {} + 并入 {} + 有变化 {} + 有错误 {}",
            self.read,
            self.new,
            self.same,
            self.linked.len(),
            self.changed.len(),
            self.bad.len()
        )
    }

    /// Rows accounted for so far.
    pub fn done(&self) -> usize {
        self.new + self.same + self.linked.len() + self.changed.len() + self.bad.len()
    }
}

db::sql! {
    KNOWN = "SELECT r.digest, m.number FROM import_row r JOIN matter m ON m.id = r.matter_id WHERE r.source = $1 AND r.key = $2";
    OTHER = "SELECT m.id, m.number FROM import_row r JOIN matter m ON m.id = r.matter_id WHERE r.source = $1 AND r.key = $2";
    AT_DESK = "SELECT id, number FROM matter WHERE source = 'desk' AND outside_number = $1";
    NUMBER = "SELECT number FROM matter WHERE id = $1";
    ALIKE = "SELECT m.number FROM party p JOIN matter m ON m.id = p.matter_id JOIN contact c ON c.matter_id = m.id \
             WHERE p.phone_mark = $1 AND m.kind = $2 AND m.source <> $3 AND m.received_on >= $4 AND m.received_on <= $5 \
             AND c.respondent_name = $6 AND m.kind <> 'report' AND p.role <> 'reporter' ORDER BY m.received_at DESC LIMIT 1";
    ROW = "INSERT INTO import_row (source, key, matter_id, digest, run_id) VALUES ($1, $2, $3, $4, $5) \
           ON CONFLICT (source, key) DO NOTHING";
    ARRIVED = "UPDATE import_row SET digest = $3, run_id = $4 WHERE source = $1 AND key = $2";
    RUN = "INSERT INTO import_run (id, file, digest, source, at, by_name, rows_read, rows_new, rows_same, rows_changed, rows_bad) \
           VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 0, 0)";
    END = "UPDATE import_run SET rows_read = $2, rows_new = $3, rows_same = $4, rows_changed = $5, rows_bad = $6 WHERE id = $1";
}

/// Rows of one transaction: an interrupted import loses at most this many, and starts again where it stopped. Others who
/// write wait for one of them.
const BATCH: usize = 200;
/// Days around a matter in which one of another source with the same telephone and trader may be the same.
const NEAR: i32 = 30;

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
    /// With the number of the matter and that of one that may be the same.
    New(Option<(String, String)>),
    Same,
    /// With the number of the matter that is there.
    Linked(String),
    Changed,
    Bad(String),
}

type RunId = Id<kind::Job>;

/// An import at work: [`Import::next`] takes rows until none is left.
pub struct Import {
    /// Away while rows are taken from it.
    rows: Option<sheets::Rows>,
    order: Order,
    run: RunId,
    seen: Seen,
    sheet: Sheet,
}

/// Imports a table file.
///
/// # Errors
/// When the file cannot be read or the database fails; what was committed before stays and is skipped next time.
pub async fn run(db: &Db, ctx: &Ctx, path: &Path, order: &Order) -> Result<Sheet, Problem> {
    let mut import = Import::begin(db, ctx, path, order).await?;
    while import.next(db, ctx).await? {}
    Ok(import.sheet)
}

impl Import {
    /// Reads the file through, so that a row that cannot be read is known before the first is stored, and opens the run.
    ///
    /// # Errors
    /// A sentence when the file cannot be read; a fault of the database.
    pub async fn begin(db: &Db, ctx: &Ctx, path: &Path, order: &Order) -> Result<Self, Problem> {
        let place = path.to_owned();
        let (survey, digest, rows) =
            aside(move || Ok((sheets::survey(&place)?, sheets::digest(&place)?, sheets::rows(&place)?)))
                .await?;
        order.map.fits(&survey.headers).map_err(Problem::Malformed)?;
        let run: RunId = ctx.id();
        if !order.dry_run {
            let file = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            let values = params![run, file, digest, order.map.source, ctx.now, ctx.actor_name()];
            db.write(move |tx| tx.execute(&RUN, &values)).await?;
        }
        let (encoding, unread) = (Some(survey.encoding), order.map.unread(&survey.headers));
        let sheet = Sheet { read: survey.rows, encoding, unread, ..Sheet::default() };
        Ok(Self { rows: Some(rows), order: order.clone(), run, seen: Seen::default(), sheet })
    }

    /// What was done so far.
    pub const fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    /// Takes the next rows; `false` when there are no more and the run is closed.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn next(&mut self, db: &Db, ctx: &Ctx) -> Result<bool, Problem> {
        let batch = std::sync::Arc::new(self.take().await?);
        if batch.is_empty() {
            self.end(db).await?;
            return Ok(false);
        }
        let (by, order, run, lines) =
            (ctx.clone(), self.order.clone(), self.run, std::sync::Arc::clone(&batch));
        let fates = if order.dry_run {
            db.read(move |tx| fates(tx, &by, &order, run, &lines)).await?
        } else {
            db.write(move |tx| fates(tx, &by, &order, run, &lines)).await?
        };
        for ((line, row), fate) in batch.iter().zip(fates) {
            self.note(*line, row, fate);
        }
        Ok(true)
    }

    /// The next rows of the file.
    async fn take(&mut self) -> Result<Vec<sheets::Line>, Problem> {
        let Some(mut rows) = self.rows.take() else { return Ok(Vec::new()) };
        let (rows, batch) = aside(move || {
            let batch = rows.by_ref().take(BATCH).collect::<Result<Vec<_>, _>>()?;
            Ok((rows, batch))
        })
        .await?;
        self.rows = Some(rows);
        Ok(batch)
    }

    fn note(&mut self, line: usize, row: &BTreeMap<String, String>, fate: Fate) {
        // A check stores nothing, so that a number that stands twice in the file must be remembered here.
        let fate = if self.order.dry_run { self.seen.judge(&self.order.map, row, fate) } else { fate };
        let sheet = &mut self.sheet;
        match fate {
            Fate::New(alike) => {
                sheet.new += 1;
                sheet.alike.extend(alike.map(|(new, other)| (line, new, other)));
            }
            Fate::Same => sheet.same += 1,
            Fate::Linked(number) => sheet.linked.push((line, number)),
            Fate::Changed => {
                sheet.changed.push((line, "内容与上次导入不同，已办理的事项不覆盖".to_owned()));
            }
            Fate::Bad(why) => sheet.bad.push((line, why)),
        }
    }

    async fn end(&mut self, db: &Db) -> Result<(), Problem> {
        if self.order.dry_run {
            return Ok(());
        }
        let sheet = &self.sheet;
        let same = sheet.same + sheet.linked.len();
        let counts = params![self.run, sheet.read, sheet.new, same, sheet.changed.len(), sheet.bad.len()];
        db.write(move |tx| tx.execute(&END, &counts)).await?;
        Ok(())
    }
}

/// Reads files off the async threads.
async fn aside<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, TableError> + Send + 'static,
) -> Result<T, Problem> {
    let read = tokio::task::spawn_blocking(read).await.map_err(|error| Problem::Fault(error.to_string()))?;
    read.map_err(|error| Problem::Malformed(error.to_string()))
}

/// Numbers met in a file that is only checked, and what their rows said: the first halves of their digests, since there may be
/// a million.
#[derive(Default)]
struct Seen(HashMap<[u8; 16], [u8; 16]>);

impl Seen {
    fn judge(&mut self, map: &Map, row: &BTreeMap<String, String>, fate: Fate) -> Fate {
        let half = |text: &str| {
            let mut half = [0; 16];
            half.iter_mut().zip(kernel::sm3(text.as_bytes())).for_each(|(to, from)| *to = from);
            half
        };
        let (number, content) = (half(map.get(row, "number")), half(&digest(row)));
        match (self.0.get(&number), &fate) {
            // In earnest its number is known by now, whatever else is wrong with the row.
            (Some(known), Fate::New(_) | Fate::Bad(_)) if *known == content => Fate::Same,
            (Some(_), Fate::New(_) | Fate::Bad(_)) => Fate::Changed,
            (None, Fate::New(_)) => {
                self.0.insert(number, content);
                fate
            }
            _ => fate,
        }
    }
}

fn fates(
    tx: &mut Tx,
    ctx: &Ctx,
    order: &Order,
    run: RunId,
    lines: &[sheets::Line],
) -> Result<Vec<Fate>, Problem> {
    lines.iter().map(|(_, row)| fate(tx, ctx, order, run, row)).collect()
}

fn fate(
    tx: &mut Tx,
    ctx: &Ctx,
    order: &Order,
    run: RunId,
    row: &BTreeMap<String, String>,
) -> Result<Fate, Problem> {
    let map = &order.map;
    let key = map.get(row, "number").to_owned();
    if key.is_empty() {
        return Ok(Fate::Bad("缺少登记编号".to_owned()));
    }
    let digest = digest(row);
    if let Some(known) = tx.one(&KNOWN, &params![map.source, key])? {
        let (found, number): (String, String) = (known.get("digest")?, known.get("number")?);
        if found.is_empty() {
            // The other system named this number; now the row itself arrives.
            if !order.dry_run {
                tx.execute(&ARRIVED, &params![map.source, key, digest, run])?;
            }
            return Ok(Fate::Linked(number));
        }
        return Ok(if found == digest { Fate::Same } else { Fate::Changed });
    }
    let other = map.get(row, "other_number").to_owned();
    if let Some((matter, number)) = elsewhere(tx, map, &key, &other)? {
        if !order.dry_run {
            tx.execute(&ROW, &params![map.source, key, matter, digest, run])?;
        }
        return Ok(Fate::Linked(number));
    }
    let new = match line::contact(map, order.unit, row) {
        Ok(new) => new,
        Err(why) => return Ok(Fate::Bad(why)),
    };
    let alike = alike(tx, ctx, &new)?;
    if order.dry_run {
        return match may_be_stored(tx, ctx, &new) {
            Ok(()) => Ok(Fate::New(alike.map(|other| (String::new(), other)))),
            Err(Problem::Refused(refusal)) => Ok(Fate::Bad(refusal.to_string())),
            Err(other) => Err(other),
        };
    }
    match store(tx, ctx, &new) {
        Ok(matter) => {
            tx.execute(&ROW, &params![map.source, key, matter, digest, run])?;
            if !other.is_empty() && !map.other_source.is_empty() {
                tx.execute(&ROW, &params![map.other_source, other, matter, "", run])?;
            }
            let number: String = tx.scalar(&NUMBER, &params![matter])?;
            Ok(Fate::New(alike.map(|other| (number, other))))
        }
        Err(Problem::Refused(refusal)) => Ok(Fate::Bad(refusal.to_string())),
        Err(other) => Err(other),
    }
}

/// The matter that is this row's already, known by the number of the other system or written down at the desk.
fn elsewhere(tx: &mut Tx, map: &Map, key: &str, other: &str) -> Result<Option<(MatterId, String)>, Problem> {
    let by_other = if other.is_empty() || map.other_source.is_empty() {
        None
    } else {
        tx.one(&OTHER, &params![map.other_source, other])?
    };
    let found = match by_other {
        None => tx.one(&AT_DESK, &params![key])?,
        found => found,
    };
    Ok(found.map(|row| Ok::<_, db::Error>((row.get("id")?, row.get("number")?))).transpose()?)
}

/// A matter of another source from the same telephone about the same trader in the same weeks: proposed, never decided. Never a
/// report: whoever may write a file could ask which reports a telephone made (令第121号 第三十七条).
fn alike(tx: &mut Tx, ctx: &Ctx, new: &NewContact) -> Result<Option<String>, Problem> {
    let Some(mark) = parties::phone_mark(ctx, &new.person.phone) else { return Ok(None) };
    if new.respondent.name.is_empty() {
        return Ok(None);
    }
    let day = office_date(new.received_at);
    let (from, to) = (day.saturating_sub(NEAR.days()), day.saturating_add(NEAR.days()));
    let values = params![mark, new.kind.code(), new.source, from, to, new.respondent.name];
    Ok(tx.one(&ALIKE, &values)?.map(|row| row.get("number")).transpose()?)
}

/// What a row says, whatever the order of its columns.
fn digest(row: &BTreeMap<String, String>) -> String {
    let mut digest = RunningDigest::default();
    row.iter().for_each(|(header, cell)| digest.add(format!("{header}\u{1f}{cell}\u{1e}").as_bytes()));
    hex(&digest.finish())
}

/// What [`store`] would refuse; stores nothing.
fn may_be_stored(tx: &mut Tx, ctx: &Ctx, new: &NewContact) -> Result<(), Problem> {
    complete(new, ctx.today())?;
    trader(new).map_or(Ok(()), |trader| traders::may_be_resolved_or_created(tx, &trader))
}

fn store(tx: &mut Tx, ctx: &Ctx, new: &NewContact) -> Result<MatterId, Problem> {
    let mut new = new.clone();
    // Before a trader is made whom nobody wants then.
    complete(&new, ctx.today())?;
    if let Some(trader) = trader(&new) {
        new.respondent.trader = Some(traders::resolve_or_create(tx, ctx, &trader)?);
    }
    Ok(register(tx, ctx, &new)?.id)
}

/// The trader that a row names.
fn trader(new: &NewContact) -> Option<traders::NewTrader> {
    let named = |name: &String| traders::NewTrader {
        name: name.clone(),
        address: new.respondent.address.clone(),
        state: "unknown".to_owned(),
        source: new.source.clone(),
        ..traders::NewTrader::default()
    };
    Some(&new.respondent.name).filter(|name| !name.is_empty()).map(named)
}
