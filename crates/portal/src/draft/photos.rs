//! Photographs of a draft, and their names: sealed until they are sent with it, as what was typed is.

use db::{Row, Tx, params};
use kernel::{Ctx, Field, Id, Keyring, Refusal, kind};
use web::Result;

use super::{Draft, DraftId, TOUCH};
use crate::limits;

/// An id of a photograph of a draft.
pub(crate) type PhotoId = Id<kind::Attachment>;

const NAME: Field = Field { table: "portal_photo", column: "sealed_name" };

db::sql! {
    PHOTOS = "SELECT id, name, sealed_name, size FROM portal_photo WHERE draft_id = $1 ORDER BY ordinal, id";
    PHOTO_BYTES = "SELECT id, name, sealed_name, bytes FROM portal_photo WHERE draft_id = $1 ORDER BY ordinal, id";
    ADD_PHOTO = "INSERT INTO portal_photo (id, draft_id, ordinal, name, sealed_name, size, bytes) VALUES ($1, $2, $3, '', $4, $5, $6)";
    DROP_PHOTO = "DELETE FROM portal_photo WHERE id = $1 AND draft_id = $2";
    WAITING = "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM portal_photo";
}

/// A photograph of a draft.
#[derive(Clone, Debug)]
pub(crate) struct Photo {
    pub id: PhotoId,
    pub name: String,
    pub size: i64,
}

impl Photo {
    /// Its size in words.
    pub fn size_words(&self) -> String {
        if self.size < 1_048_576 {
            format!("{} KB", (self.size + 1023) / 1024)
        } else {
            format!("{:.1} MB", self.size as f64 / 1_048_576.0)
        }
    }
}

/// A photograph that was looked at and sealed, and may be kept.
#[derive(Clone, Debug)]
pub(crate) struct SealedPhoto {
    id: PhotoId,
    name: Vec<u8>,
    bytes: Vec<u8>,
    size: usize,
}

fn place(id: PhotoId) -> Vec<u8> {
    format!("portal_photo|bytes|{id}").into_bytes()
}

/// Seals photographs; call it before the transaction, off the async threads: megabytes take their time.
pub(crate) fn seal_photos(ctx: &Ctx, photos: &[(String, Vec<u8>)]) -> Vec<SealedPhoto> {
    let (keyring, entropy) = (ctx.keyring(), ctx.entropy());
    let seal = |(name, bytes): &(String, Vec<u8>)| {
        let id: PhotoId = ctx.id();
        let name = keyring.seal(NAME, id.uuid(), name, entropy);
        SealedPhoto { id, name, bytes: keyring.seal_bytes(&place(id), bytes, entropy), size: bytes.len() }
    };
    photos.iter().map(seal).collect()
}

/// The name, and whether the row is sealed: rows of before are not.
fn name_of(keyring: &Keyring, row: &Row) -> Result<(String, bool)> {
    match row.get::<Option<Vec<u8>>>("sealed_name")? {
        Some(sealed) => Ok((keyring.open(NAME, row.get::<PhotoId>("id")?.uuid(), &sealed)?, true)),
        None => Ok((row.get("name")?, false)),
    }
}

/// The photographs of a draft.
pub(crate) fn photos(tx: &mut Tx, ctx: &Ctx, draft: DraftId) -> Result<Vec<Photo>> {
    let read = |row: &Row| {
        let (name, _) = name_of(ctx.keyring(), row)?;
        Ok(Photo { id: row.get("id")?, name, size: row.get("size")? })
    };
    tx.query(&PHOTOS, &params![draft])?.iter().map(read).collect()
}

/// Their names and bytes.
pub(crate) fn photo_bytes(tx: &mut Tx, ctx: &Ctx, draft: DraftId) -> Result<Vec<(String, Vec<u8>)>> {
    let read = |row: &Row| {
        let (name, sealed) = name_of(ctx.keyring(), row)?;
        let bytes: Vec<u8> = row.get("bytes")?;
        let bytes = if sealed { ctx.keyring().open_bytes(&place(row.get("id")?), &bytes)? } else { bytes };
        Ok((name, bytes))
    };
    tx.query(&PHOTO_BYTES, &params![draft])?.iter().map(read).collect()
}

/// Adds photographs that were checked.
///
/// # Errors
/// Refusals for more than five, or when the disk must be protected.
pub(crate) fn add_photos(tx: &mut Tx, ctx: &Ctx, draft: &Draft, new: &[SealedPhoto]) -> Result<()> {
    // Locks the draft: several sent at once are counted one after the other, and none reaches one that was sent (SEC_45).
    if tx.execute(&TOUCH, &params![draft.id, ctx.now])? == 0 {
        let words = "已经提交，照片没有加上；请查询进度后用“补充材料”上传";
        return Err(Refusal::new("photos_late", words).at("files").into());
    }
    let have = tx.query(&PHOTOS, &params![draft.id])?.len();
    if have + new.len() > limits::PHOTOS {
        let words = format!("最多 {} 份，已经有 {have} 份；请少选几份或者先移除", limits::PHOTOS);
        return Err(Refusal::new("photos_many", words).at("files").into());
    }
    if tx.scalar::<i64>(&WAITING, &[])? > limits::WAITING_BYTES {
        return Err(Refusal::new(
            "photos_busy",
            "现在上传的人太多，请稍后再传，或者先不传照片，提交后再补充",
        )
        .at("files")
        .into());
    }
    for (at, photo) in new.iter().enumerate() {
        let (name, bytes) = (photo.name.clone(), photo.bytes.clone());
        tx.execute(&ADD_PHOTO, &params![photo.id, draft.id, have + at, name, photo.size, bytes])?;
    }
    Ok(())
}

/// Takes a photograph off again.
pub(crate) fn drop_photo(tx: &mut Tx, draft: DraftId, photo: PhotoId) -> Result<()> {
    tx.execute(&DROP_PHOTO, &params![photo, draft])?;
    Ok(())
}
