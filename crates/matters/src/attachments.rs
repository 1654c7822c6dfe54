//! Attachments: what the bytes are is told by the bytes; the original is sealed by its digest; the copy shown has no EXIF.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use db::{Row, Tx, params};
use img_parts::{DynImage, ImageEXIF as _};
use kernel::{AttachmentId, Ctx, MatterId, Refusal, hex, sm3};
use serde_json::json;
use web::{Problem, Result};

use crate::{Matter, matter};

/// Bytes a file may have.
const LIMIT: usize = 20 * 1024 * 1024;
/// Pixels an image may have on a side (SEC_27).
const SIDE: u32 = 20_000;

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
    /// SM3 of the copy without EXIF, when there is one.
    pub public_digest: Option<String>,
    /// When it came.
    pub at: jiff::Timestamp,
}

db::sql! {
    INSERT = "INSERT INTO attachment (id, matter_id, name, media, size, digest, public_digest, purpose, by_id, at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    OF = "SELECT id, name, media, size, digest, public_digest, at FROM attachment WHERE matter_id = $1 AND removed_at IS NULL ORDER BY at, id";
    FIND = "SELECT id, name, media, size, digest, public_digest, at FROM attachment WHERE matter_id = $1 AND id = $2 AND removed_at IS NULL";
}

/// What a file is, by its own signature; `None` for what is not taken.
pub fn sniff(bytes: &[u8]) -> Option<&'static str> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let at = |offset: usize, magic: &[u8]| bytes.get(offset..offset + magic.len()) == Some(magic);
    Some(match () {
        () if starts(b"\xff\xd8\xff") => "image/jpeg",
        () if starts(b"\x89PNG\r\n\x1a\n") => "image/png",
        () if starts(b"RIFF") && at(8, b"WEBP") => "image/webp",
        () if starts(b"RIFF") && at(8, b"WAVE") => "audio/wav",
        () if starts(b"%PDF-") => "application/pdf",
        () if starts(b"#!AMR") => "audio/amr",
        () if starts(b"ID3") || starts(b"\xff\xfb") || starts(b"\xff\xf3") => "audio/mpeg",
        () if at(4, b"ftyp") => "video/mp4",
        () if starts(b"PK\x03\x04") && contains(bytes, b"word/") => {
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        }
        () if starts(b"PK\x03\x04") && contains(bytes, b"xl/") => {
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        }
        () if plain_text(bytes) => "text/plain",
        () => return None,
    })
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn plain_text(bytes: &[u8]) -> bool {
    let markup = bytes.trim_ascii_start().first() == Some(&b'<');
    !bytes.is_empty()
        && !markup
        && std::str::from_utf8(bytes)
            .is_ok_and(|text| !text.chars().any(|c| c.is_control() && !c.is_whitespace()))
}

/// Width and height of an image from its header; `None` when it is not told.
fn sides(media: &str, bytes: &[u8]) -> Option<(u32, u32)> {
    let word = |at: usize| bytes.get(at..at + 2).map(|b| u32::from(b[0]) << 8 | u32::from(b[1]));
    match media {
        "image/png" => Some((word(16)? << 16 | word(18)?, word(20)? << 16 | word(22)?)),
        "image/jpeg" => {
            let mut at = 2;
            loop {
                let marker = *bytes.get(at + 1)?;
                if matches!(marker, 0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf) {
                    return Some((word(at + 7)?, word(at + 5)?));
                }
                at += 2 + usize::try_from(word(at + 2)?).ok()?;
            }
        }
        _ => None,
    }
}

/// The path of a stored file: from its digest alone, so that no name of a person reaches the file system (SEC_15).
fn place(data: &Path, digest: &str) -> PathBuf {
    data.join("attachments").join(digest.get(..2).unwrap_or("00")).join(digest)
}

fn store(data: &Path, bytes: &[u8]) -> Result<String> {
    let digest = hex(&sm3(bytes));
    let path = place(data, &digest);
    if !path.exists() {
        let folder = path.parent().unwrap_or(data);
        fs::create_dir_all(folder)?;
        let half = folder.join(format!("{digest}.part"));
        let mut file = fs::File::create(&half)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&half, &path)?;
    }
    Ok(digest)
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

/// Checks and stores a file; call it before the transaction that records it.
///
/// # Errors
/// Refusals for files too large, of a kind that is not taken, or images too wide.
pub fn keep(data: &Path, name: &str, bytes: &[u8]) -> Result<Stored> {
    if bytes.len() > LIMIT {
        return Err(Refusal::new("file_large", format!("“{name}”超过 20 MB，请压缩或者分开上传"))
            .at("files")
            .into());
    }
    let media = sniff(bytes).ok_or_else(|| {
        let words = format!("“{name}”不是可接收的文件：请上传图片（jpg、png、webp）、PDF、Word、Excel、文本、录音或者 mp4 视频");
        Refusal::new("file_kind", words).at("files")
    })?;
    if sides(media, bytes).is_some_and(|(width, height)| width > SIDE || height > SIDE) {
        return Err(Refusal::new("image_size", format!("“{name}”的图片边长超过 {SIDE} 像素"))
            .at("files")
            .into());
    }
    let digest = store(data, bytes)?;
    let public_digest = without_exif(bytes).map(|clean| store(data, &clean)).transpose()?;
    let name = name.chars().filter(|c| !c.is_control()).take(120).collect();
    Ok(Stored { name, media, size: bytes.len(), digest, public_digest })
}

fn without_exif(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut image = DynImage::from_bytes(bytes.to_vec().into()).ok().flatten()?;
    image.exif()?;
    image.set_exif(None);
    Some(image.encoder().bytes().to_vec())
}

/// Records a stored file with a matter.
///
/// # Errors
/// A fault of the database.
pub fn add(tx: &mut Tx, ctx: &Ctx, matter: &Matter, file: &Stored, purpose: &str) -> Result<AttachmentId> {
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
            ctx.now
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

/// The bytes to show: the copy without EXIF when there is one.
///
/// # Errors
/// A fault when the file is gone.
pub fn bytes(data: &Path, file: &Attachment) -> Result<Vec<u8>> {
    Ok(fs::read(place(data, file.public_digest.as_ref().unwrap_or(&file.digest)))?)
}

fn read(row: &Row) -> Result<Attachment, db::Error> {
    Ok(Attachment {
        id: row.get("id")?,
        name: row.get("name")?,
        media: row.get("media")?,
        size: row.get("size")?,
        digest: row.get("digest")?,
        public_digest: row.get("public_digest")?,
        at: row.get("at")?,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_bytes() {
        for (bytes, media) in [
            (&b"\xff\xd8\xff\xe0rest"[..], Some("image/jpeg")),
            (b"%PDF-1.7", Some("application/pdf")),
            ("正文\n".as_bytes(), Some("text/plain")),
            (b"<html><script>", None),
            (b"MZ\x90\x00", None),
            (b"", None),
        ] {
            assert_eq!(sniff(bytes), media);
        }
    }

    #[test]
    fn sec_15_names_never_reach_the_file_system() {
        let folder =
            std::env::temp_dir().join(format!("xiaobao-{}", hex(&kernel::Entropy::machine().bytes::<8>())));
        let stored = keep(&folder, "../../etc/passwd", b"hello").unwrap();
        assert!(place(&folder, &stored.digest).starts_with(folder.join("attachments")));
        assert!(keep(&folder, "x.exe", b"MZ\x90\x00").is_err());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn sec_27_the_copy_that_is_shown_has_no_exif() {
        // A smallest JPEG frame with an EXIF segment that holds a place.
        let exif = b"Exif\0\0II*\0\x08\0\0\0\0\0GPS 45.75,126.65";
        let mut jpeg = vec![0xff, 0xd8, 0xff, 0xe1];
        jpeg.extend((u16::try_from(exif.len()).unwrap() + 2).to_be_bytes());
        jpeg.extend(exif);
        jpeg.extend([0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9]);
        let clean = without_exif(&jpeg).unwrap();
        assert!(!contains(&clean, b"GPS 45.75"));
        assert!(contains(&jpeg, b"GPS 45.75"));
    }
}
