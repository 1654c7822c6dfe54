//! A file of another system on its way in (R01): uploaded, checked, brought in, each step told on the screen.

use db::{Row, Tx, params};
use intake::import::{Encoding, Map, Order, Sheet};
use jiff::{Timestamp, ToSpan as _};
use kernel::{Ctx, Id, OfficerId, Permission, PostId, Refusal, UnitId, kind};
use matters::relations;
use serde_json::json;
use web::{Problem, Result};

/// An id of a file that came in.
pub type InboxId = Id<kind::Job>;

/// A claim lapses after this many minutes without a row taken.
const CLAIM_MINUTES: i64 = 5;
/// Hours for which an uploaded file is kept: it holds personal data.
const KEPT: i64 = 30 * 24;

db::sql! {
    RECEIVE = "INSERT INTO import_file (id, name, digest, map, map_text, unit_id, officer_id, post_id, uploaded_at, state) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'checking')";
    OF = "SELECT id, name, map, map_text, unit_id, officer_id, post_id, uploaded_at, state, rows_read, rows_new, rows_same, rows_linked, \
          rows_changed, rows_bad, error, encoding, unread FROM import_file WHERE id = $1";
    MINE = "SELECT id, name, map, map_text, unit_id, officer_id, post_id, uploaded_at, state, rows_read, rows_new, rows_same, rows_linked, \
            rows_changed, rows_bad, error, encoding, unread FROM import_file WHERE officer_id = $1 ORDER BY uploaded_at DESC, id DESC LIMIT 50";
    RUN = "UPDATE import_file SET state = 'waiting', claimed_until = NULL, error = NULL WHERE id = $1 AND state IN ('checked', 'failed')";
    CLAIM = "UPDATE import_file SET claimed_until = $2, state = CASE WHEN state = 'waiting' THEN 'running' ELSE state END \
             WHERE id = $1 AND state IN ('checking', 'waiting', 'running') AND (claimed_until IS NULL OR claimed_until <= $3)";
    WAITING = "SELECT id FROM import_file WHERE state IN ('checking', 'waiting', 'running') \
               AND (claimed_until IS NULL OR claimed_until <= $1) ORDER BY uploaded_at, id LIMIT 20";
    PROGRESS = "UPDATE import_file SET claimed_until = $2, rows_read = $3, rows_new = $4, rows_same = $5, rows_linked = $6, \
                rows_changed = $7, rows_bad = $8, encoding = $9, unread = $10 WHERE id = $1";
    END = "UPDATE import_file SET state = $2, done_at = $3, claimed_until = NULL, error = $4 WHERE id = $1";
    CLEAR = "DELETE FROM import_line WHERE file_id = $1";
    LINE = "INSERT INTO import_line (file_id, line, kind, words, matter) VALUES ($1, $2, $3, $4, $5)";
    LINES = "SELECT line, kind, words, matter FROM import_line WHERE file_id = $1 ORDER BY line";
    SOME_LINES = "SELECT line, kind, words, matter FROM import_line WHERE file_id = $1 ORDER BY line LIMIT 200";
    LINE_OF = "SELECT line, kind, words, matter FROM import_line WHERE file_id = $1 AND line = $2";
    SETTLED = "UPDATE import_line SET kind = 'joined' WHERE file_id = $1 AND line = $2";
    OLD = "SELECT id, name FROM import_file WHERE state <> 'gone' AND uploaded_at <= $1 AND claimed_until IS NULL";
    GONE = "UPDATE import_file SET state = 'gone', name = '' WHERE id = $1";
}

/// (word, name) of the mappings to choose from.
pub const MAPS: &[(&str, &str)] = &[
    ("national", "全国12315平台导出文件"),
    ("hotline", "12345 工单（工单编号、诉求内容等常用表头）"),
    ("own", "自备映射文件（TOML）"),
];

/// A file that came in, as it stands.
#[derive(Clone, Debug)]
pub struct InboxFile {
    /// Its id.
    pub id: InboxId,
    /// The name the browser gave.
    pub name: String,
    /// Which mapping.
    pub map: String,
    map_text: Option<String>,
    unit: UnitId,
    officer: OfficerId,
    post: Option<PostId>,
    /// When it came.
    pub uploaded_at: Timestamp,
    /// `checking`, `checked`, `waiting`, `running`, `done`, `failed`, `gone`.
    pub state: String,
    /// Rows read, new, same, linked, changed, bad.
    pub counts: [i64; 6],
    /// Why it went no further.
    pub error: Option<String>,
    /// How it is written; empty before it was read.
    pub encoding: String,
    /// The columns that no field is read from, in words; empty when there are none.
    pub unread: String,
}

/// A row that somebody should look at.
#[derive(Clone, Debug)]
pub struct InboxLine {
    /// Its line in the file.
    pub line: i64,
    /// `bad`, `changed`, `linked`, `alike`, `joined`.
    pub kind: String,
    /// Why.
    pub words: String,
    /// The matter it speaks of; of a pair the new one and the other, parted by `|`.
    pub matter: String,
}

/// What is uploaded, besides the bytes.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// The name the browser gave.
    pub name: String,
    /// SM3 over the bytes.
    pub digest: String,
    /// Which mapping.
    pub map: String,
    /// The text of one's own mapping.
    pub map_text: Option<String>,
    /// The unit that receives the matters.
    pub unit: UnitId,
}

impl InboxFile {
    fn read(row: &Row) -> Result<Self, db::Error> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            map: row.get("map")?,
            map_text: row.get("map_text")?,
            unit: row.get("unit_id")?,
            officer: row.get("officer_id")?,
            post: row.get("post_id")?,
            uploaded_at: row.get("uploaded_at")?,
            state: row.get("state")?,
            counts: [
                row.get("rows_read")?,
                row.get("rows_new")?,
                row.get("rows_same")?,
                row.get("rows_linked")?,
                row.get("rows_changed")?,
                row.get("rows_bad")?,
            ],
            error: row.get("error")?,
            encoding: row.get("encoding")?,
            unread: row.get("unread")?,
        })
    }

    /// Where its bytes are, within the data folder.
    pub fn file(&self) -> String {
        path(self.id, &self.name)
    }

    /// Who uploaded it, from which post.
    pub(crate) const fn sender(&self) -> (OfficerId, Option<PostId>) {
        (self.officer, self.post)
    }

    /// What the import is given.
    ///
    /// # Errors
    /// A sentence when the mapping cannot be read.
    pub(crate) fn order(&self, dry_run: bool) -> Result<Order> {
        let map = map(&self.map, self.map_text.as_deref())?;
        Ok(Order { map, unit: self.unit, dry_run })
    }
}

/// Where a file is kept: by its id, so that no name of a person reaches the file system.
pub(crate) fn path(id: InboxId, name: &str) -> String {
    let workbook = name.to_lowercase().ends_with(".xlsx");
    format!("imports/{id}.{}", if workbook { "xlsx" } else { "csv" })
}

/// The mapping of a word.
///
/// # Errors
/// A sentence when the text is no mapping.
pub(crate) fn map(word: &str, text: Option<&str>) -> Result<Map> {
    match (word, text) {
        ("hotline", _) => Ok(Map::hotline()),
        ("own", Some(text)) => {
            Map::parse(text).map_err(|error| Refusal::new("map", error.to_string()).at("map_file").into())
        }
        _ => Ok(Map::national()),
    }
}

/// Takes a file in; it is checked next.
///
/// # Errors
/// A refusal without the right.
pub fn receive(tx: &mut Tx, ctx: &Ctx, id: InboxId, parcel: &Parcel) -> Result<()> {
    ctx.may(Permission::Dispatch)?;
    let officer = ctx.officer()?;
    let Parcel { name, digest, map, map_text, unit } = parcel;
    tx.execute(&RECEIVE, &params![id, name, digest, map, map_text, unit, officer.id, officer.post, ctx.now])?;
    Ok(())
}

/// A file of the actor's own; anybody else's is not found.
///
/// # Errors
/// Not found.
pub fn find(tx: &mut Tx, ctx: &Ctx, id: InboxId) -> Result<InboxFile> {
    let row = tx.one(&OF, &params![id])?.ok_or(Problem::NotFound)?;
    let file = InboxFile::read(&row)?;
    if file.officer == ctx.officer()?.id { Ok(file) } else { Err(Problem::NotFound) }
}

/// The actor's own files, newest first.
///
/// # Errors
/// A fault of the database.
pub fn mine(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<InboxFile>> {
    let officer = ctx.officer()?.id;
    Ok(tx.query(&MINE, &params![officer])?.iter().map(InboxFile::read).collect::<Result<_, _>>()?)
}

fn line(row: &Row) -> Result<InboxLine, db::Error> {
    Ok(InboxLine {
        line: row.get("line")?,
        kind: row.get("kind")?,
        words: row.get("words")?,
        matter: row.get::<Option<String>>("matter")?.unwrap_or_default(),
    })
}

/// The rows of a file that somebody should look at; the first 200 for a page, or all.
///
/// # Errors
/// A fault of the database.
pub fn lines(tx: &mut Tx, id: InboxId, all: bool) -> Result<Vec<InboxLine>> {
    let statement = if all { &LINES } else { &SOME_LINES };
    Ok(tx.query(statement, &params![id])?.iter().map(line).collect::<Result<_, _>>()?)
}

/// Lets a checked file be brought in.
///
/// # Errors
/// A refusal when it is not checked.
pub fn run(tx: &mut Tx, ctx: &Ctx, id: InboxId) -> Result<()> {
    ctx.may(Permission::Dispatch)?;
    find(tx, ctx, id)?;
    if tx.execute(&RUN, &params![id])? == 0 {
        return Err(Refusal::new("not_checked", "这个文件还没有检查完，或者已经导入").into());
    }
    Ok(())
}

/// Links the two matters of a row that may be the same (关联，不合并、不删除).
///
/// # Errors
/// Not found for a row without a proposal or matters out of reach; refusals of the link.
pub fn link(tx: &mut Tx, ctx: &Ctx, id: InboxId, line_number: i64) -> Result<()> {
    find(tx, ctx, id)?;
    let row = tx.one(&LINE_OF, &params![id, line_number])?.ok_or(Problem::NotFound)?;
    let found = line(&row)?;
    let (new, other) =
        found.matter.split_once('|').filter(|_| found.kind == "alike").ok_or(Problem::NotFound)?;
    let (new, other) = (matters::find(tx, ctx, new)?, matters::find(tx, ctx, other)?);
    relations::link(tx, ctx, &new, &other, "repeat", "导入时发现电话、对象相同，核实为同一件")?;
    tx.execute(&SETTLED, &params![id, line_number])?;
    Ok(())
}

fn claimed_until(now: Timestamp) -> Timestamp {
    now.checked_add(CLAIM_MINUTES.minutes()).unwrap_or(now)
}

/// Takes a file that waits, or whose worker died.
pub(crate) fn claim(tx: &mut Tx, now: Timestamp, id: InboxId) -> Result<Option<InboxFile>> {
    if tx.execute(&CLAIM, &params![id, claimed_until(now), now])? == 0 {
        return Ok(None);
    }
    Ok(tx.one(&OF, &params![id])?.map(|row| InboxFile::read(&row)).transpose()?)
}

/// Those that wait for a worker.
pub(crate) fn waiting(tx: &mut Tx, now: Timestamp) -> Result<Vec<InboxId>> {
    Ok(tx.query(&WAITING, &params![now])?.iter().map(|row| row.get("id")).collect::<Result<_, _>>()?)
}

/// How far a file is, for [`progress`]: numbers, not the sheet with its lines.
pub(crate) fn standing(now: Timestamp, id: InboxId, sheet: &Sheet) -> Vec<db::Value> {
    let (linked, changed, bad) = (sheet.linked.len(), sheet.changed.len(), sheet.bad.len());
    let (read, until) = (sheet.read, claimed_until(now));
    let encoding = sheet.encoding.map_or("", Encoding::words);
    params![id, until, read, sheet.new, sheet.same, linked, changed, bad, encoding, unread(sheet)].to_vec()
}

/// Says how far it is.
pub(crate) fn progress(tx: &mut Tx, standing: &[db::Value]) -> Result<()> {
    tx.execute(&PROGRESS, standing)?;
    Ok(())
}

/// `备注、诉求人姓名（最接近“诉求人”）`; a file of three hundred strange columns is told by the first thirty.
fn unread(sheet: &Sheet) -> String {
    let words = sheet.unread.iter().take(30).map(|(header, near)| match near {
        Some(near) => format!("{header}（最接近“{near}”）"),
        None => header.clone(),
    });
    words.collect::<Vec<_>>().join("、")
}

/// The rows to look at, in the order of the file.
pub(crate) fn told(sheet: &Sheet) -> Vec<InboxLine> {
    let line = |kind: &str, line: usize, words: String, matter: String| InboxLine {
        line: i64::try_from(line).unwrap_or(i64::MAX),
        kind: kind.to_owned(),
        words,
        matter,
    };
    let bad = sheet.bad.iter().map(|(at, why)| line("bad", *at, why.clone(), String::new()));
    let changed = sheet.changed.iter().map(|(at, why)| line("changed", *at, why.clone(), String::new()));
    let linked = sheet.linked.iter().map(|(at, number)| {
        line("linked", *at, "同一件已由另一渠道登记，只补记编号，不重复登记".to_owned(), number.clone())
    });
    let alike = sheet.alike.iter().map(|(at, new, other)| {
        let pair = if new.is_empty() { other.clone() } else { format!("{new}|{other}") };
        line("alike", *at, "电话、对象与另一渠道的事项相同，可能是同一件".to_owned(), pair)
    });
    let mut lines: Vec<_> = bad.chain(changed).chain(linked).chain(alike).collect();
    lines.sort_by_key(|line| line.line);
    lines
}

/// Writes down rows to look at; `first` clears those of an earlier run.
pub(crate) fn keep(tx: &mut Tx, id: InboxId, first: bool, lines: &[InboxLine]) -> Result<()> {
    if first {
        tx.execute(&CLEAR, &params![id])?;
    }
    for line in lines {
        let matter = Some(&line.matter).filter(|matter| !matter.is_empty());
        tx.execute(&LINE, &params![id, line.line, line.kind, line.words, matter])?;
    }
    Ok(())
}

/// Says that a check or an import ended.
pub(crate) fn end(tx: &mut Tx, ctx: &Ctx, file: &InboxFile, sheet: &Sheet, dry_run: bool) -> Result<()> {
    let state = if dry_run { "checked" } else { "done" };
    tx.execute(&END, &params![file.id, state, ctx.now, None::<String>])?;
    if dry_run {
        return Ok(());
    }
    let words = sheet.words();
    let subject = MAPS.iter().find(|(word, _)| *word == file.map).map_or("", |(_, name)| name);
    let detail = json!({ "words": words, "file": file.id.to_string() });
    Ok(journal::note(tx, ctx, subject, "import", &detail)?)
}

/// Says why it went no further.
pub(crate) fn failed(tx: &mut Tx, now: Timestamp, id: InboxId, error: &str) -> Result<()> {
    tx.execute(&END, &params![id, "failed", now, error])?;
    Ok(())
}

/// Forgets old uploads: which files to take away.
pub(crate) fn expire(tx: &mut Tx, now: Timestamp) -> Result<Vec<String>> {
    let before = now.checked_sub(KEPT.hours()).unwrap_or(now);
    let mut files = Vec::new();
    for row in tx.query(&OLD, &params![before])? {
        let (id, name): (InboxId, String) = (row.get("id")?, row.get("name")?);
        tx.execute(&GONE, &params![id])?;
        files.push(path(id, &name));
    }
    Ok(files)
}
