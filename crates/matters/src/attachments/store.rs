//! Files on disk: sealed, addressed by what they hold, complete or not there at all.

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
use kernel::{Ground, hex, sm3};
use web::{App, Problem, Result};

/// Where files lie: sealed with the bureau's keys, so that whoever carries the disk away reads nothing (R33, DESIGN D10).
#[derive(Clone, Debug)]
pub struct Vault {
    folder: PathBuf,
    ground: Ground,
}

impl Vault {
    /// The vault in the data folder `data`.
    pub fn new(data: &Path, ground: &Ground) -> Self {
        Self { folder: data.join("attachments"), ground: ground.clone() }
    }

    /// The vault of the office's own documents (本局文件样式), beside that of attachments: what a demo's end takes off the disk never meets it.
    pub fn documents(data: &Path, ground: &Ground) -> Self {
        Self { folder: data.join("documents"), ground: ground.clone() }
    }

    /// The application's vault.
    pub fn of(app: &App) -> Self {
        Self::new(&app.config.data, &app.ground)
    }

    /// The path of a file: a keyed mark of its digest, so that neither a person's name reaches the file system (SEC_15) nor
    /// the name of a file tells which known document it is.
    fn path(&self, digest: &str) -> PathBuf {
        let mark = self.ground.keyring.blind("file", digest);
        self.folder.join(mark.get(..2).unwrap_or("00")).join(mark)
    }

    /// Stores bytes under their digest: sealed, written apart, flushed to the disk, then given their name.
    ///
    /// # Errors
    /// A fault of the disk.
    pub fn store(&self, bytes: &[u8]) -> Result<String> {
        static HALVES: AtomicU64 = AtomicU64::new(0);
        let digest = hex(&sm3(bytes));
        let path = self.path(&digest);
        if !path.exists() {
            let folder = path.parent().unwrap_or(&self.folder);
            fs::create_dir_all(folder)?;
            // Two who send the same file at once each write their own half; the last name given wins, with the same content.
            let half = HALVES.fetch_add(1, Ordering::Relaxed);
            let half = path.with_extension(format!("{}-{half}.part", std::process::id()));
            let sealed = self.ground.keyring.seal_bytes(digest.as_bytes(), bytes, &self.ground.entropy);
            let written = write(&half, &sealed).and_then(|()| fs::rename(&half, &path));
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

    /// Whether the file of `digest` is there and opens as what it was: its seal is over its digest too.
    pub fn holds(&self, digest: &str) -> bool {
        self.load(digest).is_ok()
    }

    /// Takes the file under `digest` off the disk; one that is gone already is well.
    pub(super) fn drop_file(&self, digest: &str) -> Result<()> {
        match fs::remove_file(self.path(digest)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// The bytes stored under `digest`.
    ///
    /// # Errors
    /// A fault when the file is gone or no longer what it was.
    pub fn load(&self, digest: &str) -> Result<Vec<u8>> {
        let sealed = fs::read(self.path(digest))?;
        let bytes = self.ground.keyring.open_bytes(digest.as_bytes(), &sealed);
        bytes.map_err(|error| Problem::Fault(format!("attachment {digest}: {error}")))
    }
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
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
    fn sec_15_names_come_from_the_keys_and_altered_files_are_not_served() {
        let data =
            std::env::temp_dir().join(format!("xiaobao-{}", hex(&kernel::Entropy::machine().bytes::<8>())));
        let ground = Ground::standing(jiff::Timestamp::UNIX_EPOCH, "vault");
        let vault = Vault::new(&data, &ground);
        let digest = vault.store(b"hello, this is a receipt").unwrap();
        assert_eq!(
            vault.store(b"hello, this is a receipt").unwrap(),
            digest,
            "the same bytes are stored once"
        );
        assert_eq!(vault.load(&digest).unwrap(), b"hello, this is a receipt");
        let path = vault.path(&digest);
        assert!(path.starts_with(data.join("attachments")));
        assert!(!path.to_string_lossy().contains(&digest), "the name does not tell which document it is");
        let beside: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
        assert_eq!(beside.len(), 1, "no halves are left");
        let lying = fs::read(&path).unwrap();
        assert!(!holds(&lying, b"receipt"), "what lies on the disk is sealed");
        let other = vault.store(b"another file").unwrap();
        fs::copy(vault.path(&other), &path).unwrap();
        assert!(matches!(vault.load(&digest), Err(Problem::Fault(_))), "a file put in the place of another");
        let mut altered = lying;
        altered[20] ^= 1;
        fs::write(&path, altered).unwrap();
        assert!(matches!(vault.load(&digest), Err(Problem::Fault(_))));
        fs::remove_dir_all(data).unwrap();
    }
}
