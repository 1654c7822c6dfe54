//! Files on disk: addressed by what they hold, complete or not there at all, and held against their digest when read.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use img_parts::{
    DynImage,
    jpeg::markers,
    riff::RiffContent,
    webp::{CHUNK_EXIF, CHUNK_VP8X, CHUNK_XMP},
};
use kernel::{hex, sm3};
use web::{Problem, Result};

/// The path of a stored file: from its digest alone, so that no name of a person reaches the file system (SEC_15).
fn place(data: &Path, digest: &str) -> PathBuf {
    data.join("attachments").join(digest.get(..2).unwrap_or("00")).join(digest)
}

/// Stores bytes under their digest: written apart, flushed to the disk, then given their name.
pub(super) fn store(data: &Path, bytes: &[u8]) -> Result<String> {
    static HALVES: AtomicU64 = AtomicU64::new(0);
    let digest = hex(&sm3(bytes));
    let path = place(data, &digest);
    if !path.exists() {
        let folder = path.parent().unwrap_or(data);
        fs::create_dir_all(folder)?;
        // Two who send the same file at once each write their own half; the last name given wins, with the same bytes.
        let half = HALVES.fetch_add(1, Ordering::Relaxed);
        let half = folder.join(format!("{digest}.{}-{half}.part", std::process::id()));
        let written = write(&half, bytes).and_then(|()| fs::rename(&half, &path));
        if written.is_err() {
            // Best effort: the error that is told is the first one.
            let _ = fs::remove_file(&half);
        }
        written?;
        #[cfg(unix)]
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(digest)
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The bytes stored under `digest`.
///
/// # Errors
/// A fault when the file is gone or no longer what it was.
pub(super) fn load(data: &Path, digest: &str) -> Result<Vec<u8>> {
    let bytes = fs::read(place(data, digest))?;
    if hex(&sm3(&bytes)) == digest {
        Ok(bytes)
    } else {
        Err(Problem::Fault(format!("attachment {digest} is not what was stored")))
    }
}

/// The image without what tells where and by whom it was made: EXIF, XMP, IPTC, comments, and whatever hangs on behind
/// the picture (SEC_27). Colour profiles stay.
pub(super) fn clean(image: DynImage) -> Vec<u8> {
    match image {
        DynImage::Jpeg(mut jpeg) => {
            jpeg.segments_mut().retain(|segment| match segment.marker() {
                markers::APP2 => segment.contents().starts_with(b"ICC_PROFILE\0"),
                markers::APP0 | markers::APP14 => true,
                markers::APP1..=markers::APP15 | markers::COM => false,
                _ => true,
            });
            let mut bytes = jpeg.encoder().bytes().to_vec();
            bytes.truncate(end_of_jpeg(&bytes).unwrap_or(bytes.len()));
            bytes
        }
        DynImage::Png(mut png) => {
            let told = [*b"eXIf", *b"tEXt", *b"zTXt", *b"iTXt", *b"tIME"];
            png.chunks_mut().retain(|chunk| !told.contains(&chunk.kind()));
            png.encoder().bytes().to_vec()
        }
        DynImage::WebP(mut webp) => {
            webp.chunks_mut().retain(|chunk| ![CHUNK_EXIF, CHUNK_XMP].contains(&chunk.id()));
            for chunk in webp.chunks_mut().iter_mut().filter(|chunk| chunk.id() == CHUNK_VP8X) {
                if let RiffContent::Data(data) = chunk.content_mut() {
                    let mut flags = data.to_vec();
                    flags.iter_mut().take(1).for_each(|flags| *flags &= !0b0000_1100);
                    *data = flags.into();
                }
            }
            webp.encoder().bytes().to_vec()
        }
    }
}

/// Where the picture ends: behind its first end-of-image marker outside a segment.
fn end_of_jpeg(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        let [first, marker] = [*bytes.get(at)?, *bytes.get(at + 1)?];
        at = match (first, marker) {
            (markers::P, markers::EOI) => return Some(at + 2),
            // Picture data, fill bytes, escaped bytes and restart markers.
            (markers::P, markers::Z | markers::RST0..=markers::RST7 | 0x01) => at + 2,
            (markers::P, markers::P) => at + 1,
            (markers::P, _) => {
                let length = [*bytes.get(at + 2)?, *bytes.get(at + 3)?];
                at + 2 + usize::from(u16::from_be_bytes(length))
            }
            _ => at + 1,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, contents: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0xff, marker];
        bytes.extend((contents.len() as u16 + 2).to_be_bytes());
        bytes.extend(contents);
        bytes
    }

    fn holds(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    fn read(bytes: Vec<u8>) -> DynImage {
        DynImage::from_bytes(bytes.into()).unwrap().unwrap()
    }

    #[test]
    fn sec_27_the_jpeg_that_is_shown_tells_no_place() {
        let picture = [
            segment(markers::SOF0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]),
            segment(markers::SOS, &[1, 1, 0, 0, 63, 0]),
            vec![1, 0xff, 0x00, 0xff, 0xd0, 7, 0xff, 0xd9],
        ]
        .concat();
        let mut jpeg = vec![0xff, 0xd8];
        for (marker, told) in [
            (markers::APP0, &b"JFIF\0kept"[..]),
            (markers::APP1, b"Exif\0\0GPS 45.75"),
            (markers::APP1, b"http://ns.adobe.com/xap/1.0/\0GPS 45.75"),
            (markers::APP2, b"ICC_PROFILE\0kept"),
            (markers::APP2, b"MPF\0GPS 45.75"),
            (markers::APP13, b"Photoshop 3.0\0GPS 45.75"),
            (markers::COM, b"GPS 45.75"),
        ] {
            jpeg.extend(segment(marker, told));
        }
        jpeg.extend(&picture);
        jpeg.extend(b"a second picture with GPS 45.75");
        let shown = clean(read(jpeg));
        assert!(!holds(&shown, b"GPS 45.75"));
        assert!(holds(&shown, b"JFIF\0kept") && holds(&shown, b"ICC_PROFILE\0kept"));
        assert!(shown.ends_with(&picture), "the picture itself is untouched");
        assert_eq!(clean(read(shown.clone())), shown, "cleaning again changes nothing");
    }

    #[test]
    fn sec_27_png_and_webp_lose_their_notes_too() {
        let mut png = img_parts::png::Png::from_bytes(b"\x89PNG\r\n\x1a\n"[..].into()).unwrap();
        for (kind, data) in [
            (*b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0][..]),
            (*b"eXIf", b"GPS 45.75"),
            (*b"iTXt", b"XML:com.adobe.xmp GPS 45.75"),
            (*b"IDAT", b"picture"),
            (*b"IEND", b""),
        ] {
            png.chunks_mut().push(img_parts::png::PngChunk::new(kind, data.to_vec().into()));
        }
        let png = png.encoder().bytes().to_vec();
        assert!(holds(&png, b"GPS 45.75"));
        let shown = clean(read(png));
        assert!(!holds(&shown, b"GPS 45.75") && holds(&shown, b"picture"));

        let part = |kind: &[u8], data: &[u8]| [kind, &(data.len() as u32).to_le_bytes(), data].concat();
        let body = [
            b"WEBP".to_vec(),
            part(b"VP8X", &[0b0000_1100, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            part(b"VP8 ", b"picture."),
            part(b"EXIF", b"GPS 45.750"),
            part(b"XMP ", b"GPS 45.750"),
        ]
        .concat();
        let shown = clean(read(part(b"RIFF", &body)));
        assert!(!holds(&shown, b"GPS 45.75") && holds(&shown, b"picture."));
        assert!(holds(&shown, &part(b"VP8X", &[0; 10])), "the flags say that nothing is told");
    }

    #[test]
    fn sec_15_names_come_from_the_digest_and_altered_files_are_not_served() {
        let folder =
            std::env::temp_dir().join(format!("xiaobao-{}", hex(&kernel::Entropy::machine().bytes::<8>())));
        let digest = store(&folder, b"hello").unwrap();
        assert_eq!(store(&folder, b"hello").unwrap(), digest, "the same bytes are stored once");
        assert_eq!(load(&folder, &digest).unwrap(), b"hello");
        let path = place(&folder, &digest);
        assert!(path.starts_with(folder.join("attachments")));
        let beside: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
        assert_eq!(beside.len(), 1, "no halves are left");
        fs::write(&path, b"HELLO").unwrap();
        assert!(matches!(load(&folder, &digest), Err(Problem::Fault(_))));
        fs::remove_dir_all(folder).unwrap();
    }
}
