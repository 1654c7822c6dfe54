//! SM3 digests and their hexadecimal form (GB/T 32905-2016).

use ::sm3::{Digest, Sm3};

/// The SM3 digest of `bytes`.
///
/// ```
/// assert!(kernel::hex(&kernel::sm3(b"abc")).starts_with("66c7f0f462eeedd9"));
/// ```
pub fn sm3(bytes: &[u8]) -> [u8; 32] {
    Sm3::digest(bytes).into()
}

/// An SM3 digest of what comes piece by piece: files and tables that do not fit into memory.
///
/// ```
/// let mut digest = kernel::RunningDigest::default();
/// digest.add(b"a");
/// digest.add(b"bc");
/// assert_eq!(digest.finish(), kernel::sm3(b"abc"));
/// ```
#[derive(Clone, Default)]
pub struct RunningDigest(Sm3);

impl RunningDigest {
    /// Takes the next piece in.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all pieces.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
        text
    })
}

/// Reads hexadecimal back; `None` when it is not.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = digits.filter(|d| d.len() % 2 == 0)?;
    Some(digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, d| (byte << 4) | d)).collect())
}
