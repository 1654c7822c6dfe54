//! Attachments: a file is taken for a picture only when it is one, never when a browser would run it, and the copy that is shown
//! tells neither where nor by whom it was made.

use matters::attachments::{check, shown, sniff};

/// What a browser takes for a page when nobody says what it is (WHATWG MIME sniffing, 7.1).
const PAGES: [&[u8]; 17] = [
    b"<!DOCTYPE HTML",
    b"<HTML",
    b"<HEAD",
    b"<SCRIPT",
    b"<IFRAME",
    b"<H1",
    b"<DIV",
    b"<FONT",
    b"<TABLE",
    b"<A",
    b"<STYLE",
    b"<TITLE",
    b"<BODY",
    b"<BR",
    b"<P",
    b"<!--",
    b"<SVG",
];

/// The bytes are the file.
pub fn hold(data: &[u8]) {
    let media = sniff(data);
    assert_eq!(sniff(data), media);
    if let Some(media) = media {
        taken(data, media);
    }
    let examined = check("文件\u{7}名.jpg", data);
    match (media, &examined) {
        (None, Ok(found)) => panic!("{found} was taken, and no kind was told"),
        (Some(media), Ok(found)) => assert_eq!(media, *found),
        (_, Err(problem)) => assert!(problem.refusal().is_some(), "a person is told why: {problem}"),
    }
    if examined.is_err() {
        return;
    }
    let media = media.expect("a file that was taken has a kind");
    let copy = shown("a", data).expect("what was taken can be shown");
    assert_eq!(sniff(&copy), Some(media), "the copy is what the file was");
    assert_eq!(shown("a", &copy).ok().as_ref(), Some(&copy), "nothing is left to be taken out");
    match media {
        "image/jpeg" => jpeg(&copy),
        "image/png" => png(&copy),
        "image/webp" => webp(&copy),
        _ => {}
    }
}

fn taken(data: &[u8], media: &str) {
    // As a browser reads: past what it takes for blanks, in letters of either size.
    let text = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
    let blank = |byte: &u8| b"\t\n\x0c\r ".contains(byte);
    let start = text.iter().position(|byte| !blank(byte)).unwrap_or(text.len());
    let head = &text[start..];
    let is = |page: &&[u8]| head.get(..page.len()).is_some_and(|head| head.eq_ignore_ascii_case(page));
    assert!(!PAGES.iter().any(is), "a page was taken for {media}");
    assert!(!head.starts_with(b"<?xml"), "XML was taken for {media}");
    if let Ok(text) = std::str::from_utf8(data) {
        let first = text.chars().find(|c| !c.is_whitespace() && *c != '\u{feff}');
        assert_ne!(first, Some('<'), "markup was taken for {media}");
    }
    for (kind, magic) in [
        ("image/jpeg", &b"\xff\xd8\xff"[..]),
        ("image/png", b"\x89PNG\r\n\x1a\n"),
        ("image/webp", b"RIFF"),
        ("application/pdf", b"%PDF-"),
    ] {
        assert!(media != kind || data.starts_with(magic), "{media}");
    }
}

/// Only what belongs to the picture, and nothing behind it.
fn jpeg(copy: &[u8]) {
    let mut at = 2;
    while let Some([0xff, marker]) = copy.get(at..at + 2) {
        if *marker == 0xff {
            at += 1;
            continue;
        }
        if *marker == 0xda || *marker == 0xd9 {
            return;
        }
        if *marker == 0x01 || (0xd0..=0xd8).contains(marker) {
            at += 2;
            continue;
        }
        let Some([high, low]) = copy.get(at + 2..at + 4) else { return };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let contents = copy.get(at + 4..at + 2 + length).unwrap_or_default();
        assert!(!matches!(marker, 0xe1 | 0xe3..=0xed | 0xef | 0xfe), "segment {marker:x} tells something");
        assert!(*marker != 0xe2 || contents.starts_with(b"ICC_PROFILE\0"), "APP2 that is no colour profile");
        at += 2 + length;
    }
}

fn png(copy: &[u8]) {
    let mut at = 8;
    while let Some(head) = copy.get(at..at + 8) {
        let length = u32::from_be_bytes(head[..4].try_into().expect("four bytes")) as usize;
        let kind = &head[4..];
        assert!(
            ![&b"eXIf"[..], b"tEXt", b"zTXt", b"iTXt", b"tIME"].contains(&kind),
            "{kind:?} tells something"
        );
        at = at.saturating_add(length).saturating_add(12);
        assert!(kind != b"IEND" || at >= copy.len(), "something hangs on behind the picture");
    }
}

fn webp(copy: &[u8]) {
    let size = u32::from_le_bytes(copy[4..8].try_into().expect("four bytes")) as usize;
    assert!(copy.len() <= 8 + size + size % 2, "something hangs on behind the picture");
    let mut at = 12;
    while let Some(head) = copy.get(at..at + 8) {
        assert!(![&b"EXIF"[..], b"XMP "].contains(&&head[..4]), "{:?} tells something", &head[..4]);
        let length = u32::from_le_bytes(head[4..].try_into().expect("four bytes")) as usize;
        at = at.saturating_add(8 + length + length % 2);
    }
}
