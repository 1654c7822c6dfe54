//! Film and sound of telephones without where and by whom they were taken (SEC_27): the boxes that tell it become empty space
//! of the same length, so that no frame moves.

/// Boxes that hold other boxes and may tell something further down.
const HOLDERS: [&[u8; 4]; 2] = [b"moov", b"trak"];
/// Boxes that tell: the user's data with `\u{a9}xyz` and `loci`, the table of keys with `location.ISO6709`.
const TELLING: [&[u8; 4]; 2] = [b"udta", b"meta"];
/// The box of an XMP packet is a `uuid` with this name.
const XMP: [u8; 16] = *b"\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC";
/// How deep boxes are followed.
const DEPTH: usize = 4;

/// The copy that tells no place; what is no whole row of boxes stays as it is.
pub(super) fn clean(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    empty(&mut out, DEPTH);
    out
}

fn empty(bytes: &mut [u8], depth: usize) {
    let mut at = 0;
    while let Some((head, length)) = measured(bytes, at) {
        let Some(whole) = bytes.get_mut(at..at + length) else { return };
        let kind: [u8; 4] = whole.get(4..8).and_then(|kind| kind.try_into().ok()).unwrap_or_default();
        let inside = whole.get_mut(head..).unwrap_or_default();
        if TELLING.contains(&&kind) || (kind == *b"uuid" && inside.starts_with(&XMP)) {
            inside.fill(0);
            if let Some(name) = whole.get_mut(4..8) {
                name.copy_from_slice(b"free");
            }
        } else if HOLDERS.contains(&&kind) && depth > 0 {
            empty(inside, depth - 1);
        }
        at += length;
    }
}

/// Bytes of the head of the box at `at`, and of the whole box.
fn measured(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let left = bytes.len().checked_sub(at)?;
    let number = |from: usize, to: usize| {
        let part = bytes.get(at + from..at + to)?;
        usize::try_from(part.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte))).ok()
    };
    let (head, length) = match number(0, 4)? {
        // To the end of the file.
        0 => (8, left),
        1 => (16, number(8, 16)?),
        length => (8, length),
    };
    (length >= head && length <= left).then_some((head, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(kind: &[u8; 4], inside: &[u8]) -> Vec<u8> {
        let length = u32::try_from(inside.len() + 8).unwrap();
        [&length.to_be_bytes()[..], kind, inside].concat()
    }

    #[test]
    fn sec_27_the_film_that_is_shown_tells_no_place_and_every_frame_stays_where_it_was() {
        let place = packed(b"\xa9xyz", b"\0\x12\x15\xc7+45.7534+126.6479/");
        let apple = packed(b"meta", b"com.apple.quicktime.location.ISO6709 +45.7534+126.6479/");
        let track = packed(b"trak", &[packed(b"tkhd", b"track"), packed(b"udta", &place)].concat());
        let film = [
            packed(b"ftyp", b"isomisom"),
            packed(b"moov", &[packed(b"mvhd", b"head"), track, packed(b"udta", &place), apple].concat()),
            packed(b"uuid", &[&XMP[..], b"<x:xmpmeta>exif:GPSLatitude 45.7534</x:xmpmeta>"].concat()),
            packed(b"mdat", b"frames with udta and 45.75 in them"),
        ]
        .concat();
        let shown = clean(&film);
        assert_eq!(shown.len(), film.len());
        let has = |bytes: &[u8], words: &[u8]| bytes.windows(words.len()).any(|window| window == words);
        assert!(has(&film, b"45.7534") && !has(&shown, b"45.7534") && !has(&shown, b"ISO6709"));
        for kept in [&b"mvhd"[..], b"tkhd", b"isomisom", b"frames with udta and 45.75 in them"] {
            assert!(has(&shown, kept));
        }
        assert_eq!(clean(&shown), shown);
    }

    #[test]
    fn sec_28_a_row_of_boxes_that_lies_about_its_length_ends_there() {
        let huge = [&[0, 0, 0, 1][..], b"udta", &[0xff; 8]].concat();
        let short = [&[0, 0, 0, 3][..], b"udta"].concat();
        for lie in [huge, short, b"\0\0\0".to_vec(), Vec::new()] {
            assert_eq!(clean(&lie), lie);
        }
        let mut nested = packed(b"udta", b"45.75");
        for _ in 0..200 {
            nested = packed(b"trak", &nested);
        }
        assert_eq!(clean(&nested), nested, "no telephone nests so deep");
    }
}
