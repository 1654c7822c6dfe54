//! What Excel in China writes: GB18030 beside UTF-8, told apart by the bytes.

use std::io::{self, Cursor, Read};

use encoding_rs::{Decoder, DecoderResult, GB18030, UTF_8};

use crate::{TableError, refuse};

/// Bytes read at a time.
const PIECE: usize = 64 * 1024;
/// So many characters beyond ASCII before the first fault make a text UTF-8 that is damaged: Chinese in GB18030 reads as
/// UTF-8 for two or three characters by chance, not for so many.
const SURELY: usize = 16;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without the mark at its beginning.
    Utf8,
    /// GB 18030-2022, and with it GBK and GB 2312: what a spreadsheet in China calls plain csv.
    Gb18030,
    /// An XLSX, which says itself how it is written.
    Workbook,
}

impl Encoding {
    /// As a person calls it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Gb18030 => "GB18030（GBK）",
            Self::Workbook => "xlsx 工作簿",
        }
    }
}

/// Where a text cannot be read.
#[derive(Clone, Copy)]
struct Broken {
    line: usize,
    /// Characters beyond ASCII before it.
    wide: usize,
}

/// Bytes of an encoding as UTF-8, piece by piece; the first that cannot be read is an error.
pub(crate) struct Decoding<R> {
    inner: R,
    decoder: Decoder,
    piece: Vec<u8>,
    at: usize,
    end: usize,
    last: bool,
    /// The decoder has given its last; it must not be asked again.
    ended: bool,
    /// What was decoded, and how much of it was handed on: whoever reads may ask for a single byte, a decoder never gives a
    /// part of a character.
    ready: Vec<u8>,
    given: usize,
    seen: Broken,
}

impl<R: Read> Decoding<R> {
    pub(crate) fn of(inner: R, encoding: Encoding) -> Self {
        let decoder = match encoding {
            Encoding::Gb18030 => GB18030.new_decoder_without_bom_handling(),
            Encoding::Utf8 | Encoding::Workbook => UTF_8.new_decoder_with_bom_removal(),
        };
        let seen = Broken { line: 1, wide: 0 };
        let (piece, ready) = (vec![0; PIECE], Vec::new());
        Self { inner, decoder, piece, at: 0, end: 0, last: false, ended: false, ready, given: 0, seen }
    }

    /// Decodes the next piece into `ready`; nothing more comes when that stays empty.
    fn decode(&mut self) -> io::Result<()> {
        (self.given, self.ready) = (0, vec![0; PIECE]);
        if self.ended {
            self.ready.clear();
            return Ok(());
        }
        loop {
            if self.at == self.end && !self.last {
                (self.at, self.end) = (0, self.inner.read(&mut self.piece)?);
                self.last = self.end == 0;
            }
            let input = self.piece.get(self.at..self.end).unwrap_or_default();
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(input, &mut self.ready, self.last);
            self.at += read;
            self.ended = self.last && result == DecoderResult::InputEmpty;
            let good = self.ready.get(..written).unwrap_or_default();
            // In GB18030 as in UTF-8 the byte of a line's end is never a part of another character.
            self.seen.line += good.iter().filter(|byte| **byte == b'\n').count();
            self.seen.wide += good.iter().filter(|byte| **byte >= 0xc0).count();
            match result {
                DecoderResult::Malformed(..) => return Err(io::ErrorKind::InvalidData.into()),
                _ if written > 0 || self.last => {
                    self.ready.truncate(written);
                    return Ok(());
                }
                _ => {}
            }
        }
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ready.len() {
            self.decode()?;
        }
        let mut rest = self.ready.get(self.given..).unwrap_or_default();
        let read = rest.read(out)?;
        self.given += read;
        Ok(read)
    }
}

/// Where `reader` cannot be read as `encoding`, if anywhere.
fn broken(reader: impl Read, encoding: Encoding) -> Result<Option<Broken>, TableError> {
    let mut decoding = Decoding::of(reader, encoding);
    match io::copy(&mut decoding, &mut io::sink()) {
        Ok(_) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(Some(decoding.seen)),
        Err(error) => Err(refuse(format!("无法读取文件：{error}"))),
    }
}

/// UTF-8 when all of it is; else GB18030 when all of it is.
///
/// # Errors
/// A sentence with the line at which neither fits.
pub(crate) fn detect<R: Read>(open: impl Fn() -> Result<R, TableError>) -> Result<Encoding, TableError> {
    let mut head = Vec::new();
    open()?.take(3).read_to_end(&mut head).map_err(|error| refuse(format!("无法读取文件：{error}")))?;
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Err(refuse(
            "文件是 UTF-16 编码（“Unicode 文本”），请在表格软件里另存为“CSV UTF-8”或者 xlsx 再导入",
        ));
    }
    let Some(utf8) = broken(open()?, Encoding::Utf8)? else { return Ok(Encoding::Utf8) };
    if head == [0xef, 0xbb, 0xbf] || utf8.wide >= SURELY {
        let line = utf8.line;
        return Err(refuse(format!(
            "第 {line} 行有 UTF-8 编码读不出来的字节，文件可能已损坏，请重新导出再导入"
        )));
    }
    match broken(open()?, Encoding::Gb18030)? {
        None => Ok(Encoding::Gb18030),
        Some(gb) => Err(refuse(format!(
            "第 {} 行既不是 UTF-8 也不是 GB18030（GBK）编码，请在表格软件里另存为“CSV UTF-8”或者 xlsx 再导入",
            gb.line.max(utf8.line)
        ))),
    }
}

/// A text as somebody's program wrote it, without the mark at its beginning, and how it was written.
///
/// # Errors
/// A sentence with the line at which neither encoding fits.
pub fn words_of(bytes: &[u8]) -> Result<(String, Encoding), TableError> {
    let encoding = detect(|| Ok(Cursor::new(bytes)))?;
    let mut text = String::new();
    let read = Decoding::of(bytes, encoding).read_to_string(&mut text);
    read.map_err(|error| refuse(format!("无法读取文件：{error}")))?;
    Ok((text.trim_start_matches('\u{feff}').to_owned(), encoding))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `名称,备注` and `𠮷野家,堃` in GB18030: 𠮷 (U+20BB7) takes four bytes, 堃 is in GBK and not in GB 2312.
    const GB: &[u8] = &[
        0xc3, 0xfb, 0xb3, 0xc6, b',', 0xb1, 0xb8, 0xd7, 0xa2, b'\r', b'\n', 0x95, 0x34, 0xb2, 0x35, 0xd2,
        0xb0, 0xbc, 0xd2, b',', 0x88, 0xd2, b'\r', b'\n',
    ];

    #[test]
    fn gb18030_is_read_with_characters_of_four_bytes() {
        let (text, encoding) = words_of(GB).unwrap();
        assert_eq!((text.as_str(), encoding), ("名称,备注\r\n𠮷野家,堃\r\n", Encoding::Gb18030));
        let bytes = Decoding::of(GB, Encoding::Gb18030).bytes().collect::<Result<Vec<_>, _>>().unwrap();
        assert_eq!(bytes, text.as_bytes(), "read byte by byte");
        let mut ended = Decoding::of(GB, Encoding::Gb18030);
        io::copy(&mut ended, &mut io::sink()).unwrap();
        assert_eq!(ended.read(&mut [0; 8]).unwrap(), 0, "asked again after the end");
        // A character may lie across two pieces.
        for before in PIECE - 16..PIECE {
            let long = ["a".repeat(before).as_bytes(), b"\n", GB].concat();
            let (text, encoding) = words_of(&long).unwrap();
            assert!(encoding == Encoding::Gb18030 && text.ends_with("𠮷野家,堃\r\n"), "{before}");
        }
    }

    #[test]
    fn utf_8_comes_first_with_and_without_its_mark() {
        for text in ["名称\n𠮷野家\n", "\u{feff}名称\n𠮷野家\n", "a\n", ""] {
            let (read, encoding) = words_of(text.as_bytes()).unwrap();
            assert_eq!((read.as_str(), encoding), (text.trim_start_matches('\u{feff}'), Encoding::Utf8));
        }
    }

    #[test]
    fn the_line_at_which_neither_fits_is_named() {
        let said = |bytes: &[u8]| words_of(bytes).unwrap_err().to_string();
        let mixed = [GB, b"a\n", &[0xff, b'\n']].concat();
        assert!(said(&mixed).starts_with("第 4 行既不是 UTF-8 也不是 GB18030"), "{}", said(&mixed));
        // A text in UTF-8 with one byte lost is damaged, not another encoding, though its bytes would make one.
        let mut damaged = "名称,备注,地址,电话,诉求内容与请求事项\n".repeat(3).into_bytes();
        damaged.remove(60);
        assert!(said(&damaged).starts_with("第 2 行有 UTF-8 编码读不出来的字节"), "{}", said(&damaged));
        let marked = [&[0xef, 0xbb, 0xbf], GB].concat();
        assert!(said(&marked).starts_with("第 1 行有 UTF-8"), "{}", said(&marked));
        assert!(said(&[0xff, 0xfe, b'a', 0]).contains("UTF-16"));
    }
}
