//! Attachments: a file is what its bytes say, stored by its digest; the copy that is shown tells no place (SEC_27), the
//! original is opened with a reason, and nothing that was received is ever deleted, but what belonged to a demo bureau.
//! What may show who a reporter is (a signed letter) is sealed whole: neither its name nor its copy is there for whoever
//! only sees the matter.

mod film;
mod media;
mod store;

use db::{Row, Tx, params};
use img_parts::DynImage;
use kernel::{AttachmentId, Ctx, Id, MatterId, Permission, Refusal, kind};
use serde_json::json;
use web::{App, Form, Problem, Result};

use crate::{Kind, Matter, matter};

pub use media::sniff;
pub use store::Vault;

/// Bytes a file may have.
const LIMIT: usize = 20 * 1024 * 1024;
/// Pixels an image may have on a side (SEC_27).
const SIDE: u32 = 20_000;
/// Pixels an image may have in all: what an old machine can still show.
const PIXELS: u64 = 100_000_000;

/// An attachment of a matter.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// The name it came with, for reading only.
    pub name: String,
    /// What the bytes are.
    pub media: String,
    /// Bytes.
    pub size: i64,
    /// SM3 of the original.
    pub digest: String,
    /// SM3 of the copy without EXIF, when it differs from the original.
    pub public_digest: Option<String>,
    /// When it came.
    pub at: jiff::Timestamp,
    /// The number of the matter it belongs to, where this one only shares it (分立).
    pub shared_from: Option<String>,
    /// Whether it may show who the reporter is (可能显示举报人身份): then `name` says nothing, and it is opened by
    /// [`original`] alone.
    pub shows_reporter: bool,
}

/// What stands in the place of the name of a sealed file: a name may say who sent it.
pub const SEALED: &str = "举报材料（可能显示举报人身份）";

db::sql! {
    INSERT = "INSERT INTO attachment (id, matter_id, name, media, size, digest, public_digest, purpose, by_id, at, shows_reporter) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    MARK = "UPDATE attachment SET shows_reporter = $3 WHERE matter_id = $1 AND id = $2 AND removed_at IS NULL";
    NAME = "SELECT name FROM attachment WHERE id = $1";
    OF = "SELECT a.id, a.name, a.media, a.size, a.digest, a.public_digest, a.at, a.shows_reporter, CASE WHEN a.matter_id = $1 THEN NULL ELSE m.number END AS shared_from \
          FROM attachment a JOIN matter m ON m.id = a.matter_id WHERE a.removed_at IS NULL AND (a.matter_id = $1 OR (a.purpose = 'evidence' \
          AND a.matter_id IN (SELECT e.from_id FROM evidence_share e WHERE e.matter_id = $1))) ORDER BY a.at, a.id";
    FIND = "SELECT a.id, a.name, a.media, a.size, a.digest, a.public_digest, a.at, a.shows_reporter, CASE WHEN a.matter_id = $1 THEN NULL ELSE m.number END AS shared_from \
            FROM attachment a JOIN matter m ON m.id = a.matter_id WHERE a.id = $2 AND a.removed_at IS NULL AND (a.matter_id = $1 OR (a.purpose = 'evidence' \
            AND a.matter_id IN (SELECT e.from_id FROM evidence_share e WHERE e.matter_id = $1)))";
    REMOVE = "UPDATE attachment SET removed_at = $3, remove_reason = $4 WHERE matter_id = $1 AND id = $2 AND removed_at IS NULL";
    OWNER = "SELECT m.kind FROM attachment a JOIN matter m ON m.id = a.matter_id WHERE a.id = $1";
    PROVES = "SELECT (SELECT COUNT(*) FROM notice WHERE attachment_id = $1) + (SELECT COUNT(*) FROM clock_pause WHERE attachment_id = $1)";
    USED = "SELECT COUNT(*) FROM attachment WHERE digest = $1 OR public_digest = $1";
    LOG = "INSERT INTO read_log (id, matter_id, officer_id, what, reason, at) VALUES ($1, $2, $3, $4, $5, $6)";
}

/// A file that was stored and may be recorded.
#[derive(Clone, Debug)]
pub struct Stored {
    name: String,
    media: &'static str,
    size: usize,
    digest: String,
    public_digest: Option<String>,
}

/// What a file is, once it was looked at and found fit to be taken.
struct Examined {
    name: String,
    media: &'static str,
    /// The copy without what tells a place, when it differs from the original.
    shown: Option<Vec<u8>>,
}

fn examine(name: &str, bytes: &[u8]) -> Result<Examined> {
    let name: String = name.chars().filter(|c| !c.is_control()).take(120).collect();
    let refuse =
        |code, words: String| Problem::from(Refusal::new(code, format!("“{name}”{words}")).at("files"));
    if bytes.len() > LIMIT {
        return Err(refuse("file_large", "超过 20 MB，请压缩或者分开上传".to_owned()));
    }
    let media = sniff(bytes).ok_or_else(|| {
        let words =
            "不是可接收的文件：请上传图片（jpg、png、webp）、PDF、Word、Excel、文本、录音或者 mp4 视频";
        refuse("file_kind", words.to_owned())
    })?;
    let mut shown = None;
    if media.starts_with("image/") {
        let image = DynImage::from_bytes(bytes.to_vec().into()).ok().flatten();
        let broken = || refuse("image_broken", "不是完整的图片，请重新拍照或者另存后上传".to_owned());
        let image = image.ok_or_else(broken)?;
        let (width, height) = media::sides(&image).ok_or_else(broken)?;
        if width > SIDE || height > SIDE || u64::from(width) * u64::from(height) > PIXELS {
            return Err(refuse("image_size", format!("的图片过大（{width}×{height}），请缩小后上传")));
        }
        shown = Some(store::clean(image)).filter(|clean| clean != bytes);
    }
    if media.ends_with("/mp4") {
        shown = Some(film::clean(bytes)).filter(|clean| clean != bytes);
    }
    Ok(Examined { name, media, shown })
}

/// What a file is by its bytes, without storing it: for forms that are filled in over several pages.
///
/// # Errors
/// As [`keep`].
pub fn check(name: &str, bytes: &[u8]) -> Result<&'static str> {
    Ok(examine(name, bytes)?.media)
}

/// What would be shown of a file, without storing it: the copy that tells no place, or the file itself where it tells none.
///
/// # Errors
/// As [`keep`].
pub fn shown(name: &str, bytes: &[u8]) -> Result<Vec<u8>> {
    Ok(examine(name, bytes)?.shown.unwrap_or_else(|| bytes.to_vec()))
}

/// Checks and stores a file; call it before the transaction that records it, off the async threads.
///
/// # Errors
/// Refusals for files too large, of a kind that is not taken, or images that are broken or too large.
pub fn keep(vault: &Vault, name: &str, bytes: &[u8]) -> Result<Stored> {
    let Examined { name, media, shown } = examine(name, bytes)?;
    let public_digest = shown.map(|shown| vault.store(&shown)).transpose()?;
    let digest = vault.store(bytes)?;
    Ok(Stored { name, media, size: bytes.len(), digest, public_digest })
}

/// Checks and stores the files that came with a form, off the async threads. Refusals are noted at the form's field `files`;
/// whoever calls asks `has_errors` afterwards.
///
/// # Errors
/// Faults of the disk.
pub async fn keep_all(app: &App, form: &mut Form) -> Result<Vec<Stored>> {
    let (vault, files) = (Vault::of(app), std::mem::take(&mut form.files));
    let work = move || files.iter().map(|file| keep(&vault, &file.name, &file.bytes)).collect();
    match tokio::task::spawn_blocking(work).await.map_err(|error| Problem::Fault(error.to_string()))? {
        Ok(kept) => Ok(kept),
        Err(problem) => form.absorb(problem).map(|()| Vec::new()),
    }
}

/// Records a stored file with a matter. What comes from a reporter, by the public pages or over the desk, is taken for one
/// that may show who that is.
///
/// # Errors
/// A fault of the database.
pub fn add(tx: &mut Tx, ctx: &Ctx, matter: &Matter, file: &Stored, purpose: &str) -> Result<AttachmentId> {
    let from_person = purpose == EVIDENCE || (purpose == "talk" && ctx.officer().is_err());
    record(tx, ctx, matter, file, purpose, matter.kind == Kind::Report && from_person)
}

/// What is handed in as evidence, by the person or by the officer who uploads it.
pub const EVIDENCE: &str = "evidence";

/// Records a stored file as evidence of which the officer says whether it may show who the reporter is.
///
/// # Errors
/// A fault of the database.
pub fn add_evidence(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    file: &Stored,
    shows_reporter: bool,
) -> Result<AttachmentId> {
    record(tx, ctx, matter, file, EVIDENCE, matter.kind == Kind::Report && shows_reporter)
}

fn record(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    file: &Stored,
    purpose: &str,
    shows_reporter: bool,
) -> Result<AttachmentId> {
    let id: AttachmentId = ctx.id();
    let officer = ctx.officer().ok().map(|officer| officer.id);
    tx.execute(
        &INSERT,
        &params![
            id,
            matter.id,
            file.name,
            file.media,
            file.size,
            file.digest,
            file.public_digest,
            purpose,
            officer,
            ctx.now,
            shows_reporter
        ],
    )?;
    let detail = json!({ "digest": file.digest, "media": file.media, "size": file.size });
    matter::note(tx, ctx, matter.id, "attachment", None, &detail)?;
    Ok(id)
}

/// The attachments of a matter.
///
/// # Errors
/// A fault of the database.
pub fn of(tx: &mut Tx, matter: MatterId) -> Result<Vec<Attachment>> {
    Ok(tx.query(&OF, &params![matter])?.iter().map(read).collect::<Result<_, _>>()?)
}

/// One attachment of a matter.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn find(tx: &mut Tx, matter: MatterId, id: AttachmentId) -> Result<Attachment> {
    let row = tx.one(&FIND, &params![matter, id])?.ok_or(Problem::NotFound)?;
    Ok(read(&row)?)
}

/// An attachment of which everybody who sees the matter may have the shown copy.
///
/// # Errors
/// [`Problem::NotFound`], also for one that may show who the reporter is: that is opened by [`original`].
pub fn find_shown(tx: &mut Tx, matter: MatterId, id: AttachmentId) -> Result<Attachment> {
    find(tx, matter, id).and_then(|file| if file.shows_reporter { Err(Problem::NotFound) } else { Ok(file) })
}

/// Says whether an attachment of a report may show who the reporter is. Whoever has it at hand may seal it; only who may
/// open the reporter takes the seal off, having looked.
///
/// # Errors
/// Refusals without a reason; not found without the right, or for files of other matters.
pub fn mark(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    id: AttachmentId,
    shows_reporter: bool,
    reason: &str,
) -> Result<()> {
    let file = find(tx, matter.id, id)?;
    let may = shows_reporter || crate::parties::may_open_reporter(ctx, matter);
    if matter.kind != Kind::Report || file.shared_from.is_some() || !may {
        return Err(Problem::NotFound);
    }
    let reason = crate::parties::good_reason(reason)?;
    tx.exactly_one(&MARK, &params![matter.id, id, shows_reporter])?;
    let words = if shows_reporter { "可能显示举报人身份" } else { "不显示举报人身份" };
    let detail = json!({ "digest": file.digest, "words": words, "reason": reason });
    matter::note(tx, ctx, matter.id, "attachment_mark", None, &detail)
}

/// The bytes to show: the copy without EXIF when there is one, held against their digest.
///
/// # Errors
/// A fault when the file is gone or was altered on the disk.
pub fn bytes(vault: &Vault, file: &Attachment) -> Result<Vec<u8>> {
    vault.load(file.public_digest.as_ref().unwrap_or(&file.digest))
}

/// Opens the original, which may tell where a photograph was taken: with a reason, kept in the read log and the journal
/// (R33). The bytes come from [`original_bytes`] once this is committed. Of a report it may tell who the reporter is.
///
/// # Errors
/// Refusals without the right or a reason; not found, also for whoever may not open the reporter.
pub fn original(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    id: AttachmentId,
    reason: &str,
) -> Result<Attachment> {
    ctx.may(Permission::Unmask)?;
    let mut file = find(tx, matter.id, id)?;
    // What a report shares with a complaint (分立) stays the report's: it is opened there, by who may.
    let of_report = tx.scalar::<String>(&OWNER, &params![id])? == Kind::Report.code();
    let sealed = of_report || file.shows_reporter || matter.kind == Kind::Report;
    if of_report && file.shared_from.is_some() || sealed && !crate::parties::may_open_reporter(ctx, matter) {
        return Err(Problem::NotFound);
    }
    let reason = crate::parties::good_reason(reason)?;
    if let Some(row) = tx.one(&NAME, &params![id])? {
        file.name = row.get("name")?;
    }
    let log: Id<kind::Journal> = ctx.id();
    let what = format!("attachment:{id}");
    tx.execute(&LOG, &params![log, matter.id, ctx.officer()?.id, what, reason, ctx.now])?;
    let detail = json!({ "digest": file.digest, "reason": reason });
    let verb = if file.shows_reporter { "open_reporter" } else { "original" };
    matter::note(tx, ctx, matter.id, verb, None, &detail)?;
    Ok(file)
}

/// The bytes as they were received.
///
/// # Errors
/// A fault when the file is gone or was altered on the disk.
pub fn original_bytes(vault: &Vault, file: &Attachment) -> Result<Vec<u8>> {
    vault.load(&file.digest)
}

/// Takes an attachment off the matter, with a reason; the file and its row stay for the audit.
///
/// # Errors
/// Refusals without a reason, or for a file that proves a notice or a pause; not found.
pub fn remove(tx: &mut Tx, ctx: &Ctx, matter: &Matter, id: AttachmentId, reason: &str) -> Result<()> {
    ctx.officer()?;
    let file = find(tx, matter.id, id)?;
    if let Some(number) = &file.shared_from {
        return Err(Refusal::new("remove_shared", format!("这个附件属于 {number}，请在那里移除")).into());
    }
    if reason.trim().chars().count() < 4 {
        return Err(Refusal::new("remove_reason", "请写明移除附件的理由（至少 4 个字）").at("reason").into());
    }
    let proves: i64 = tx.scalar(&PROVES, &params![id])?;
    if proves > 0 {
        return Err(Refusal::new("remove_proof", "这个附件是送达或者暂停计算的证明，不能移除").into());
    }
    tx.exactly_one(&REMOVE, &params![matter.id, id, ctx.now, reason.trim()])?;
    let detail = json!({ "digest": file.digest, "reason": reason.trim() });
    matter::note(tx, ctx, matter.id, "attachment_removed", None, &detail)
}

fn read(row: &Row) -> Result<Attachment, db::Error> {
    let shows_reporter: bool = row.get("shows_reporter")?;
    Ok(Attachment {
        id: row.get("id")?,
        name: if shows_reporter { SEALED.to_owned() } else { row.get("name")? },
        media: row.get("media")?,
        size: row.get("size")?,
        digest: row.get("digest")?,
        public_digest: row.get("public_digest")?,
        at: row.get("at")?,
        shared_from: row.get("shared_from")?,
        shows_reporter,
    })
}

impl Attachment {
    /// When it came, as officers read it.
    pub fn when(&self) -> String {
        kernel::office_minute(self.at)
    }

    /// Its size in words.
    pub fn size_words(&self) -> String {
        if self.size < 1_048_576 {
            format!("{} KB", (self.size + 1023) / 1024)
        } else {
            format!("{} MB", (self.size + 1_048_575) / 1_048_576)
        }
    }
}

/// Takes the files of `digests` off the disk, save those that an attachment on record still has: for the end of a demo, whose
/// attachments are no longer on record.
///
/// # Errors
/// A fault of the database or the disk.
pub async fn drop_unused(app: &App, digests: Vec<String>) -> Result<()> {
    let vault = Vault::of(app);
    let look = move |tx: &mut Tx| {
        let mut unused = Vec::new();
        for digest in &digests {
            if tx.scalar::<i64>(&USED, &params![digest])? == 0 {
                unused.push(digest.clone());
            }
        }
        Ok::<_, Problem>(unused)
    };
    app.db.read(look).await?.iter().try_for_each(|digest| vault.drop_file(digest))
}
