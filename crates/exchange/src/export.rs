//! An export (导出): asked for, produced in the background, fetched, gone after a while. Each is journalled.

use db::{Row, Tx, params};
use jiff::{Timestamp, ToSpan as _};
use kernel::{Ctx, Field, Id, OfficerId, Permission, PostId, Refusal, kind};
use serde_json::json;
use web::{Listing, Problem, Result};

use crate::registry;

/// An id of an export.
pub type ExportId = Id<kind::Job>;

const FILTER: Field = Field { table: "export", column: "filter" };
/// Hours for which a finished file is kept.
const KEPT: i64 = 7 * 24;
/// A claim lapses after this many minutes without a page written.
const CLAIM_MINUTES: i64 = 5;

db::sql! {
    SERIES = "INSERT INTO export_series (year, last) VALUES ($1, 1) \
              ON CONFLICT (year) DO UPDATE SET last = export_series.last + 1 RETURNING last";
    ASK = "INSERT INTO export (id, number, list, filter, format, reason, officer_id, post_id, asked_at, state) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting')";
    OF = "SELECT id, number, list, filter, format, reason, officer_id, post_id, asked_at, state, lines, bytes, digest, done_at, \
          expires_at, error FROM export WHERE id = $1";
    MINE = "SELECT id, number, list, filter, format, reason, officer_id, post_id, asked_at, state, lines, bytes, digest, done_at, \
            expires_at, error FROM export WHERE officer_id = $1 ORDER BY asked_at DESC, id DESC LIMIT 50";
    CLAIM = "UPDATE export SET state = 'running', claimed_until = $2, lines = 0 WHERE id = $1 \
             AND (state = 'waiting' OR (state = 'running' AND claimed_until <= $3))";
    WAITING = "SELECT id FROM export WHERE state = 'waiting' OR (state = 'running' AND claimed_until <= $1) ORDER BY asked_at, id LIMIT 20";
    PROGRESS = "UPDATE export SET lines = $2, claimed_until = $3 WHERE id = $1 AND state = 'running'";
    DONE = "UPDATE export SET state = 'done', lines = $2, bytes = $3, digest = $4, done_at = $5, expires_at = $6, claimed_until = NULL \
            WHERE id = $1 AND state = 'running'";
    FAILED = "UPDATE export SET state = 'failed', error = $2, done_at = $3, claimed_until = NULL WHERE id = $1";
    EXPIRED = "SELECT id, format FROM export WHERE state = 'done' AND expires_at <= $1";
    GONE = "UPDATE export SET state = 'gone' WHERE id = $1 AND state = 'done'";
}

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated, UTF-8 with a mark at the front, so that Excel knows.
    Csv,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// Its ending, also its word in the database.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// What a browser calls it.
    pub const fn media(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// The form of a word.
    pub fn from_ending(ending: &str) -> Option<Self> {
        [Self::Csv, Self::Xlsx].into_iter().find(|format| format.ending() == ending)
    }
}

/// An export as it stands.
#[derive(Clone, Debug)]
pub struct Export {
    /// Its id.
    pub id: ExportId,
    /// `DC-2026-00001`: stands on every row of the file.
    pub number: String,
    /// The list.
    pub list: String,
    /// The filter, as the list's address has it.
    pub filter: String,
    /// The form.
    pub format: Format,
    /// Why personal data goes along.
    pub reason: Option<String>,
    /// Who asked.
    pub officer: OfficerId,
    /// From which post.
    pub post: Option<PostId>,
    /// When.
    pub asked_at: Timestamp,
    /// `waiting`, `running`, `done`, `failed`, `gone`.
    pub state: String,
    /// Rows so far.
    pub lines: usize,
    /// Bytes of the finished file.
    pub bytes: u64,
    /// SM3 over the finished file.
    pub digest: String,
    /// Until when the file is kept.
    pub expires_at: Option<Timestamp>,
    /// Why there is none.
    pub error: Option<String>,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The list.
    pub list: String,
    /// Its filter.
    pub filter: String,
    /// The form of the file.
    pub format: Format,
    /// Why personal data is to go along; `None` without it.
    pub reason: Option<String>,
}

impl Export {
    fn read(ctx: &Ctx, row: &Row) -> Result<Self> {
        let id: ExportId = row.get("id")?;
        let format: String = row.get("format")?;
        let bytes: i64 = row.get("bytes")?;
        Ok(Self {
            id,
            number: row.get("number")?,
            list: row.get("list")?,
            filter: ctx.keyring().open(FILTER, id.uuid(), &row.get::<Vec<u8>>("filter")?)?,
            format: Format::from_ending(&format).unwrap_or(Format::Csv),
            reason: row.get("reason")?,
            officer: row.get("officer_id")?,
            post: row.get("post_id")?,
            asked_at: row.get("asked_at")?,
            state: row.get("state")?,
            lines: row.get("lines")?,
            bytes: bytes.unsigned_abs(),
            digest: row.get::<Option<String>>("digest")?.unwrap_or_default(),
            expires_at: row.get("expires_at")?,
            error: row.get("error")?,
        })
    }

    /// Where its file is, within the data folder.
    pub fn file(&self) -> String {
        format!("exports/{}.{}", self.id, self.format.ending())
    }
}

/// The list of a wish, when the actor may take it out.
///
/// # Errors
/// Not found for no list of ours, a refusal without one of the rights.
pub fn allowed(ctx: &Ctx, list: &str) -> Result<Listing> {
    let listing = registry::find(list).ok_or(Problem::NotFound)?;
    ctx.may(Permission::Export)?;
    ctx.may(listing.right)?;
    Ok(listing)
}

/// Asks for an export; it is produced by [`crate::produce`].
///
/// # Errors
/// Refusals without the rights, and for personal data without a reason or from a list that opens none.
pub fn ask(tx: &mut Tx, ctx: &Ctx, wish: &Wish) -> Result<ExportId> {
    let listing = allowed(ctx, &wish.list)?;
    if let Some(reason) = &wish.reason {
        ctx.may(Permission::Unmask)?;
        if listing.open.is_none() {
            return Err(Refusal::new("nothing_personal", "这个清单不能带个人信息").at("personal").into());
        }
        if reason.trim().chars().count() < 4 {
            let words = "请写明带出个人信息的理由（至少 4 个字）";
            return Err(Refusal::new("unmask_reason", words).at("reason").into());
        }
    }
    let officer = ctx.officer()?;
    let id: ExportId = ctx.id();
    let year = ctx.today().year();
    let last: i64 = tx.scalar(&SERIES, &params![i64::from(year)])?;
    let number = format!("DC-{year}-{last:05}");
    let filter = ctx.keyring().seal(FILTER, id.uuid(), &wish.filter, ctx.entropy());
    let format = wish.format.ending();
    tx.execute(
        &ASK,
        &params![id, number, wish.list, filter, format, wish.reason, officer.id, officer.post, ctx.now],
    )?;
    let words = format!("{}（{}），{}", listing.title, format, discreet(&listing, &wish.filter));
    let detail = json!({ "words": words, "reason": wish.reason, "personal": wish.reason.is_some() });
    note(tx, ctx, &number, "export", &detail)?;
    Ok(id)
}

/// The filter in words, `类型：投诉；收到 从：2026-01-01`.
pub fn words(listing: &Listing, filter: &str) -> String {
    said((listing.words)(filter))
}

/// The same without what was looked for: that may be a person's name, and the journal holds none.
fn discreet(listing: &Listing, filter: &str) -> String {
    let mut pairs = (listing.words)(filter);
    for (_, value) in pairs.iter_mut().filter(|(name, _)| name == "查找") {
        *value = format!("{} 个字", value.chars().count());
    }
    said(pairs)
}

fn said(pairs: Vec<(String, String)>) -> String {
    let pairs: Vec<_> = pairs.into_iter().map(|(name, value)| format!("{name}：{value}")).collect();
    if pairs.is_empty() { "全部".to_owned() } else { pairs.join("；") }
}

fn note(tx: &mut Tx, ctx: &Ctx, number: &str, verb: &str, detail: &serde_json::Value) -> Result<()> {
    Ok(journal::note(tx, ctx, number, verb, detail)?)
}

/// An export of the actor's own; anybody else's is not found.
///
/// # Errors
/// Not found.
pub fn find(tx: &mut Tx, ctx: &Ctx, id: ExportId) -> Result<Export> {
    let row = tx.one(&OF, &params![id])?.ok_or(Problem::NotFound)?;
    let export = Export::read(ctx, &row)?;
    if export.officer == ctx.officer()?.id { Ok(export) } else { Err(Problem::NotFound) }
}

/// An export of the actor's own whose file may still be had: the post that asked goes on, and the rights of today cover it. Who
/// has left a unit does not carry its lists along (SEC_37, SEC_38).
///
/// # Errors
/// Not found.
pub fn fetchable(tx: &mut Tx, ctx: &Ctx, id: ExportId) -> Result<Export> {
    let export = find(tx, ctx, id)?;
    let posts = people::active_posts(tx, export.officer, ctx.today())?;
    let there = export.post.is_none_or(|asked| posts.iter().any(|post| post.id == asked));
    let may = allowed(ctx, &export.list).is_ok()
        && (export.reason.is_none() || ctx.may(Permission::Unmask).is_ok());
    if there && may { Ok(export) } else { Err(Problem::NotFound) }
}

/// The actor's own exports, newest first.
///
/// # Errors
/// A fault of the database.
pub fn mine(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Export>> {
    let officer = ctx.officer()?.id;
    tx.query(&MINE, &params![officer])?.iter().map(|row| Export::read(ctx, row)).collect()
}

fn claimed_until(now: Timestamp) -> Timestamp {
    now.checked_add(CLAIM_MINUTES.minutes()).unwrap_or(now)
}

/// Takes an export that waits, or whose producer died; `None` when somebody else has it.
pub(crate) fn claim(tx: &mut Tx, ctx: &Ctx, id: ExportId) -> Result<Option<Export>> {
    if tx.execute(&CLAIM, &params![id, claimed_until(ctx.now), ctx.now])? == 0 {
        return Ok(None);
    }
    tx.one(&OF, &params![id])?.map(|row| Export::read(ctx, &row)).transpose()
}

/// Those that wait for a producer.
pub(crate) fn waiting(tx: &mut Tx, now: Timestamp) -> Result<Vec<ExportId>> {
    Ok(tx.query(&WAITING, &params![now])?.iter().map(|row| row.get("id")).collect::<Result<_, _>>()?)
}

/// Says how far it is; `false` when the export was taken away.
pub(crate) fn progress(tx: &mut Tx, now: Timestamp, id: ExportId, lines: usize) -> Result<bool> {
    Ok(tx.execute(&PROGRESS, &params![id, lines, claimed_until(now)])? == 1)
}

/// Says that the file is whole.
pub(crate) fn done(tx: &mut Tx, ctx: &Ctx, export: &Export, lines: usize, file: (u64, &str)) -> Result<()> {
    let (bytes, digest) = file;
    let expires = ctx.now.checked_add(KEPT.hours()).unwrap_or(ctx.now);
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    if tx.execute(&DONE, &params![export.id, lines, bytes, digest, ctx.now, expires])? == 0 {
        return Err(Problem::Stale("这次导出已由别处接手".to_owned()));
    }
    let detail = json!({ "words": format!("共 {lines} 行"), "lines": lines, "digest": digest });
    note(tx, ctx, &export.number, "export_done", &detail)
}

/// Says why there is no file.
pub(crate) fn failed(tx: &mut Tx, ctx: &Ctx, export: &Export, error: &str) -> Result<()> {
    tx.execute(&FAILED, &params![export.id, error, ctx.now])?;
    note(tx, ctx, &export.number, "export_failed", &json!({ "words": error }))
}

/// Forgets the files whose time is over: which to take away.
pub(crate) fn expire(tx: &mut Tx, now: Timestamp) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for row in tx.query(&EXPIRED, &params![now])? {
        let (id, ending): (ExportId, String) = (row.get("id")?, row.get("format")?);
        tx.execute(&GONE, &params![id])?;
        files.push(format!("exports/{id}.{ending}"));
    }
    Ok(files)
}
