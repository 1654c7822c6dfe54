//! A QR code as a picture of one bit a point (PNG, ISO/IEC 15948), written plainly: the archive packs it.

use qrcode::{Color, EcLevel, QrCode};

/// Empty modules around it, as ISO/IEC 18004 asks.
pub(crate) const QUIET: usize = 4;
/// Points of a module in the picture.
const SCALE: usize = 8;

/// The modules of a QR code with its quiet zone: width, dark or not row by row. `None` where the text is too long for one.
pub(crate) fn modules(text: &str) -> Option<(usize, Vec<bool>)> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (inner, colors) = (code.width(), code.to_colors());
    let side = inner + 2 * QUIET;
    let dark = |at: usize| {
        let (x, y) = ((at % side).checked_sub(QUIET)?, (at / side).checked_sub(QUIET)?);
        (x < inner && y < inner).then(|| colors[y * inner + x] == Color::Dark)
    };
    Some((side, (0..side * side).map(|at| dark(at).unwrap_or(false)).collect()))
}

fn crc(bytes: impl Iterator<Item = u8>) -> u32 {
    let step = |sum: u32, byte: u8| {
        (0..8).fold(
            sum ^ u32::from(byte),
            |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 },
        )
    };
    !bytes.fold(u32::MAX, step)
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    png.extend(u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
    png.extend(kind);
    png.extend(data);
    png.extend(crc(kind.iter().chain(data).copied()).to_be_bytes());
}

/// zlib without packing (RFC 1950, RFC 1951 3.2.4).
fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let pieces: Vec<&[u8]> = data.chunks(0xffff).collect();
    for (at, piece) in pieces.iter().enumerate() {
        let length = u16::try_from(piece.len()).unwrap_or(0);
        out.push(u8::from(at + 1 == pieces.len()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(*piece);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend((b << 16 | a).to_be_bytes());
    out
}

/// The QR code of `text` as PNG; `None` where it is too long for one.
pub(crate) fn png(text: &str) -> Option<Vec<u8>> {
    let (side, dark) = modules(text)?;
    let width = side * SCALE;
    let mut data = Vec::new();
    for y in 0..width {
        data.push(0);
        let row = &dark[y / SCALE * side..][..side];
        // A module is a byte wide: 1 is white.
        data.extend(row.iter().map(|dark| if *dark { 0x00 } else { 0xff }));
    }
    let mut head = Vec::new();
    let size = u32::try_from(width).ok()?.to_be_bytes();
    head.extend(size);
    head.extend(size);
    head.extend([1, 0, 0, 0, 0]);
    let mut png = vec![0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];
    chunk(&mut png, b"IHDR", &head);
    chunk(&mut png, b"IDAT", &stored(&data));
    chunk(&mut png, b"IEND", &[]);
    Some(png)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sums_are_those_of_the_standards() {
        assert_eq!(crc(b"123456789".iter().copied()), 0xcbf4_3926);
        assert_eq!(stored(b"Wikipedia")[2 + 5 + 9..], 0x11e6_0398_u32.to_be_bytes());
    }

    #[test]
    fn a_code_has_its_finder_and_its_quiet_zone() {
        let (side, dark) = modules("https://12315.example.gov.cn/public/paper").unwrap();
        assert_eq!(dark.len(), side * side);
        assert!(dark[..side * QUIET].iter().all(|dark| !dark));
        assert!(dark[side * QUIET + QUIET..][..7].iter().all(|dark| *dark));
        assert!(png("a").unwrap().starts_with(b"\x89PNG"));
        assert_eq!(png(&"长".repeat(4_000)), None);
    }
}
