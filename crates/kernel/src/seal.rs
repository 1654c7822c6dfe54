//! Sealing of personal fields (DESIGN D10, R33): SM4-GCM (GB/T 32907, RFC 8998) with keys outside the database, blind
//! index and journal seal with HMAC-SM3 (GB/T 32905). The crates used are not certified products (商用密码认证); a
//! bureau that needs one puts it behind this interface.

use std::{collections::BTreeMap, fmt, sync::Arc};

use aes_gcm::{
    AesGcm, KeyInit,
    aead::{Aead, Nonce, Payload, consts::U12},
};
use hmac::{Hmac, Mac};
use uuid::Uuid;

use crate::{Entropy, hex, unhex};

type Sm4Gcm = AesGcm<sm4::Sm4, U12>;
/// HMAC-SM3 (GB/T 15852.2), its key taken in.
type Code = Hmac<sm3::Sm3>;

/// Which field of which row a sealed value belongs to; a value moved elsewhere does not open.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
}

/// Why a sealed value cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The key that sealed it is not in the ring.
    #[error("sealed with key {0}, which is not in the key ring")]
    KeyMissing(u8),
    /// Not what was sealed for this field and row: altered, moved, or another key.
    #[error("sealed value does not open: it was altered, moved from another row, or the key is another")]
    Broken,
    /// The key file is not one.
    #[error("key file: expected lines of `number = 64 hexadecimal digits`")]
    KeyFile,
}

/// The keys of one installation: numbered master keys, the highest seals, all open. Lives outside the database.
#[derive(Clone)]
pub struct Keyring(Arc<Keys>);

/// What is derived from the masters is derived once: every row of the journal and every sealed field of a page asks for it.
struct Keys {
    masters: BTreeMap<u8, Master>,
    /// The first master's, for the seals of the journal.
    journal: Code,
}

struct Master {
    key: [u8; 32],
    cipher: Sm4Gcm,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("keys", &self.0.masters.len()).finish_non_exhaustive()
    }
}

impl Keyring {
    /// A ring with one new key.
    pub fn generate(entropy: &Entropy) -> Self {
        Self::of(&BTreeMap::from([(1, entropy.bytes())]))
    }

    fn of(masters: &BTreeMap<u8, [u8; 32]>) -> Self {
        let first = masters.first_key_value().map(|(_, key)| mac(key, b"journal", b""));
        let journal = keyed(&first.unwrap_or_default());
        let masters =
            masters.iter().map(|(number, key)| (*number, Master { key: *key, cipher: cipher(key) }));
        Self(Arc::new(Keys { masters: masters.collect(), journal }))
    }

    /// Reads the key file: one `number = hex` a line, `#` comments.
    ///
    /// # Errors
    /// [`SealError::KeyFile`] when a line is something else or there is no key.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let mut masters = BTreeMap::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (number, key) = line.split_once('=').ok_or(SealError::KeyFile)?;
            let number = number.trim().parse().map_err(|_| SealError::KeyFile)?;
            let key = unhex(key.trim()).and_then(|key| key.try_into().ok()).ok_or(SealError::KeyFile)?;
            masters.insert(number, key);
        }
        if masters.is_empty() { Err(SealError::KeyFile) } else { Ok(Self::of(&masters)) }
    }

    /// The text of the key file.
    pub fn to_text(&self) -> String {
        let head = String::from("# xiaobao keys: keep apart from the database\n");
        self.0.masters.iter().fold(head, |text, (n, master)| format!("{text}{n} = {}\n", hex(&master.key)))
    }

    /// Seals `plain` for `field` of row `row`: key number, nonce, ciphertext and tag.
    pub fn seal(&self, field: Field, row: Uuid, plain: &str, entropy: &Entropy) -> Vec<u8> {
        self.seal_bytes(&associated(field, row), plain.as_bytes(), entropy)
    }

    /// Seals bytes for the place that `place` names; elsewhere they do not open.
    pub fn seal_bytes(&self, place: &[u8], plain: &[u8], entropy: &Entropy) -> Vec<u8> {
        let Some((number, master)) = self.0.masters.last_key_value() else { return Vec::new() };
        let nonce: [u8; 12] = entropy.bytes();
        let sealed = master
            .cipher
            .encrypt(&Nonce::<Sm4Gcm>::from(nonce), Payload { msg: plain, aad: place })
            .unwrap_or_default();
        let mut bytes = vec![*number];
        bytes.extend(nonce);
        bytes.extend(sealed);
        bytes
    }

    /// Opens what [`Keyring::seal`] made.
    ///
    /// # Errors
    /// [`SealError`] when the key is missing or the value is not this field's.
    pub fn open(&self, field: Field, row: Uuid, sealed: &[u8]) -> Result<String, SealError> {
        let plain = self.open_bytes(&associated(field, row), sealed)?;
        String::from_utf8(plain).map_err(|_| SealError::Broken)
    }

    /// Opens what [`Keyring::seal_bytes`] made for the same place.
    ///
    /// # Errors
    /// [`SealError`] when the key is missing or the bytes were not sealed for this place.
    pub fn open_bytes(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (number, rest) = sealed.split_first().ok_or(SealError::Broken)?;
        let master = self.0.masters.get(number).ok_or(SealError::KeyMissing(*number))?;
        let (nonce, body) = rest.split_first_chunk::<12>().ok_or(SealError::Broken)?;
        master
            .cipher
            .decrypt(&Nonce::<Sm4Gcm>::from(*nonce), Payload { msg: body, aad: place })
            .map_err(|_| SealError::Broken)
    }

    /// The blind index of a normalised value: equal values give equal marks, marks tell nothing without the key.
    /// 128 bits in hexadecimal. `purpose` keeps phone and name marks apart.
    pub fn blind(&self, purpose: &str, normalised: &str) -> String {
        self.0.masters.first_key_value().map_or_else(String::new, |(_, master)| {
            let key = mac(&master.key, b"blind", purpose.as_bytes());
            hex(&mac(&key, normalised.as_bytes(), b"")[..16])
        })
    }

    /// The keyed seal of a journal row: who cannot read the key file cannot forge the chain.
    pub fn journal_seal(&self, bytes: &[u8]) -> [u8; 32] {
        code(self.0.journal.clone(), bytes, b"")
    }
}

fn associated(field: Field, row: Uuid) -> Vec<u8> {
    [field.table.as_bytes(), b"|", field.column.as_bytes(), b"|", row.as_bytes()].concat()
}

fn cipher(master: &[u8; 32]) -> Sm4Gcm {
    let derived = mac(master, b"field", b"");
    let mut key = [0; 16];
    key.copy_from_slice(&derived[..16]);
    Sm4Gcm::new(&key.into())
}

fn mac(key: &[u8; 32], first: &[u8], second: &[u8]) -> [u8; 32] {
    code(keyed(key), first, second)
}

fn keyed(key: &[u8; 32]) -> Code {
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    <Code as hmac::KeyInit>::new(&block.into())
}

fn code(mut code: Code, first: &[u8], second: &[u8]) -> [u8; 32] {
    code.update(first);
    code.update(b"|");
    code.update(second);
    code.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHONE: Field = Field { table: "party", column: "phone" };

    fn ring() -> (Keyring, Entropy) {
        let entropy = Entropy::seeded("seal");
        (Keyring::generate(&entropy), entropy)
    }

    #[test]
    fn opens_only_where_it_was_sealed() {
        let (ring, entropy) = ring();
        let (row, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = ring.seal(PHONE, row, "13812345678", &entropy);
        assert_eq!(ring.open(PHONE, row, &sealed).as_deref(), Ok("13812345678"));
        assert_eq!(ring.open(PHONE, other, &sealed), Err(SealError::Broken));
        let name = Field { column: "name", ..PHONE };
        assert_eq!(ring.open(name, row, &sealed), Err(SealError::Broken));
        assert_eq!(Keyring::generate(&entropy).open(PHONE, row, &sealed), Err(SealError::Broken));
        assert_eq!(ring.open(PHONE, row, &[]), Err(SealError::Broken));
        assert_eq!(ring.open(PHONE, row, &[9, 1, 2]), Err(SealError::KeyMissing(9)));
    }

    #[test]
    fn key_file_reads_back() {
        let (ring, entropy) = ring();
        let again = Keyring::parse(&ring.to_text()).unwrap();
        let sealed = ring.seal(PHONE, Uuid::nil(), "甲", &entropy);
        assert_eq!(again.open(PHONE, Uuid::nil(), &sealed).as_deref(), Ok("甲"));
        assert_eq!(again.blind("phone", "1"), ring.blind("phone", "1"));
        assert_ne!(again.blind("phone", "1"), ring.blind("name", "1"));
        assert_eq!(Keyring::parse("nonsense").unwrap_err(), SealError::KeyFile);
    }

    /// HMAC-SM3 by another hand (Python's hmac over OpenSSL's SM3): what stands in databases must stay what it is.
    #[test]
    fn seals_and_marks_are_those_of_any_hmac_sm3() {
        let ring = Keyring::parse(&format!("1 = {}", hex(&std::array::from_fn::<u8, 32, _>(|at| at as u8))))
            .unwrap();
        let seal = "c91088a16a6815f3bcfa5ca9187a5bce6827e2635e0b50f3941811a7361bfcd9";
        assert_eq!(hex(&ring.journal_seal("第一行".as_bytes())), seal);
        assert_eq!(ring.blind("phone", "13812345678"), "a90cc8a3e730d59bb810e69c89886c3b");
    }
}
