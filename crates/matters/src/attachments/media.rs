//! What a file is: told by its own bytes, never by its name or by what the sender says (SEC_04, SEC_27).

use img_parts::DynImage;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Bytes an office file may have once unpacked: beyond it is a bomb for whoever opens it.
const UNPACKED: u64 = 400 * 1024 * 1024;

/// Brands of the MP4 family that are sound or film. Not HEIC and AVIF: photographs whose place could not be taken out.
const MP4: &[&[u8]] = &[
    b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"3gp4", b"3gp5",
    b"3gp6",
];

/// The media type of `bytes` by their signature; `None` for what is not taken.
///
/// ```
/// use matters::attachments::sniff;
/// assert_eq!(sniff(b"%PDF-1.7 ..."), Some("application/pdf"));
/// assert_eq!(sniff(b"MZ\x90\x00 a program"), None);
/// assert_eq!(sniff(b"<svg onload=alert(1)>"), None);
/// ```
pub fn sniff(bytes: &[u8]) -> Option<&'static str> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let at = |offset: usize, magic: &[u8]| bytes.get(offset..offset + magic.len()) == Some(magic);
    let frames: [&[u8]; 5] = [b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2"];
    Some(match () {
        () if starts(b"\xff\xd8\xff") => "image/jpeg",
        () if starts(b"\x89PNG\r\n\x1a\n") => "image/png",
        () if starts(b"RIFF") && at(8, b"WEBP") => "image/webp",
        () if starts(b"RIFF") && at(8, b"WAVE") => "audio/wav",
        () if starts(b"%PDF-") => "application/pdf",
        () if starts(b"#!AMR") => "audio/amr",
        // A first box says its length in four bytes and is short; four letters there are the beginning of a text.
        () if starts(b"\0\0") && at(4, b"ftypM4A ") => "audio/mp4",
        () if starts(b"\0\0") && at(4, b"ftyp") => {
            return MP4.iter().any(|brand| at(8, brand)).then_some("video/mp4");
        }
        () if starts(b"PK\x03\x04") => return office(bytes),
        () if frames.into_iter().any(starts) => "audio/mpeg",
        () if plain_text(bytes) => "text/plain",
        () => return None,
    })
}

fn plain_text(bytes: &[u8]) -> bool {
    // A mark at the beginning and blanks of every script are passed over, as whoever opens the file does.
    let markup =
        |text: &str| text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace()).starts_with('<');
    !bytes.is_empty()
        && std::str::from_utf8(bytes)
            .is_ok_and(|text| !markup(text) && !text.chars().any(|c| c.is_control() && !c.is_whitespace()))
}

/// Word or Excel by the directory at the end of the package; nothing is unpacked. Packages with macros are not taken.
fn office(bytes: &[u8]) -> Option<&'static str> {
    let names = directory(bytes)?;
    let has = |name: &[u8]| names.contains(&name);
    if !has(b"[Content_Types].xml") || names.iter().any(|name| name.ends_with(b"vbaProject.bin")) {
        return None;
    }
    match (has(b"word/document.xml"), has(b"xl/workbook.xml")) {
        (true, false) => Some(DOCX),
        (false, true) => Some(XLSX),
        _ => None,
    }
}

/// The names in a ZIP's directory; `None` when it is broken or would unpack to too much.
fn directory(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let tail = bytes.get(bytes.len().saturating_sub(65_557)..)?;
    let end = tail.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let end = tail.get(end..)?;
    let count = little(end, 10, 2)?;
    let mut at = usize::try_from(little(end, 16, 4)?).ok()?;
    let (mut names, mut unpacked) = (Vec::new(), 0);
    for _ in 0..count {
        let entry = bytes.get(at..)?;
        if !entry.starts_with(b"PK\x01\x02") {
            return None;
        }
        unpacked += little(entry, 24, 4)?;
        let [name, extra, comment] = [little(entry, 28, 2)?, little(entry, 30, 2)?, little(entry, 32, 2)?];
        let length = usize::try_from(name).ok()?;
        names.push(entry.get(46..46 + length)?);
        at = at.checked_add(46 + usize::try_from(name + extra + comment).ok()?)?;
    }
    (unpacked <= UNPACKED).then_some(names)
}

fn little(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let bytes = bytes.get(at..at + length)?;
    Some(bytes.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte)))
}

/// Width and height of an image from its header; `None` when it does not tell.
pub(super) fn sides(image: &DynImage) -> Option<(u32, u32)> {
    match image {
        DynImage::Jpeg(jpeg) => jpeg.dimensions().map(|(width, height)| (width.into(), height.into())),
        DynImage::Png(png) => png.dimensions(),
        DynImage::WebP(webp) => webp.dimensions(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A package with these empty entries: enough for whoever reads the directory.
    pub(crate) fn package(names: &[&str], unpacked: u32) -> Vec<u8> {
        let (mut bytes, mut listed) = (b"PK\x03\x04 the entries ".to_vec(), Vec::new());
        for name in names {
            let mut entry = vec![0; 46];
            entry[..4].copy_from_slice(b"PK\x01\x02");
            entry[24..28].copy_from_slice(&unpacked.to_le_bytes());
            entry[28..30].copy_from_slice(&(name.len() as u16).to_le_bytes());
            entry.extend(name.as_bytes());
            listed.extend(entry);
        }
        let from = bytes.len() as u32;
        bytes.extend(&listed);
        let mut end = vec![0; 22];
        end[..4].copy_from_slice(b"PK\x05\x06");
        end[10..12].copy_from_slice(&(names.len() as u16).to_le_bytes());
        end[16..20].copy_from_slice(&from.to_le_bytes());
        bytes.extend(end);
        bytes
    }

    #[test]
    fn files_are_told_by_their_bytes() {
        for (bytes, media) in [
            (&b"\xff\xd8\xff\xe0rest"[..], Some("image/jpeg")),
            (b"%PDF-1.7", Some("application/pdf")),
            ("正文\n".as_bytes(), Some("text/plain")),
            (b"\0\0\0\x18ftypM4A rest", Some("audio/mp4")),
            (b"\0\0\0\x18ftypisomrest", Some("video/mp4")),
            (b"\0\0\0\x18ftypheicrest", None),
            (b"#!AMR\n", Some("audio/amr")),
            (b"<html><script>", None),
            (b"  <svg/>", None),
            // Found by fuzzing: a mark or a blank that is not of ASCII before it.
            ("\u{feff}<html>".as_bytes(), None),
            ("\u{3000}\u{a0}\n<svg/>".as_bytes(), None),
            (b"\x0b<script>", None),
            // Found by fuzzing: a comment of a page as long as the length of a film's first box.
            (b"<!--ftypM4A --><script>alert(1)</script>", None),
            (b"\x0b<b>ftypisom<script>", None),
            ("\u{feff}正文 <甲>".as_bytes(), Some("text/plain")),
            (b"MZ\x90\x00", None),
            (b"\x7fELF", None),
            (b"PK\x03\x04 a plain archive", None),
            (b"", None),
        ] {
            assert_eq!(sniff(bytes), media, "{bytes:?}");
        }
    }

    #[test]
    fn sec_04_office_files_are_told_by_their_directory() {
        let types = "[Content_Types].xml";
        assert_eq!(sniff(&package(&[types, "word/document.xml"], 9)), Some(DOCX));
        assert_eq!(sniff(&package(&[types, "xl/workbook.xml"], 9)), Some(XLSX));
        assert_eq!(sniff(&package(&["word/document.xml"], 9)), None, "no list of contents");
        assert_eq!(sniff(&package(&[types, "word/document.xml", "word/vbaProject.bin"], 9)), None, "macros");
        assert_eq!(sniff(&package(&[types, "word/document.xml"], 300 << 20)), None, "a bomb");
        let mut broken = package(&[types, "word/document.xml"], 9);
        broken.truncate(broken.len() - 40);
        assert_eq!(sniff(&broken), None);
    }
}
