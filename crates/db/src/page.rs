//! Pages of a long list, by the key of the last row instead of a count of rows to skip.

use std::{fmt, str::FromStr};

use kernel::{hex, sm3, unhex};
use uuid::Uuid;

use crate::{Error, Value};

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<Cursor>,
}

/// A place in a list: the key values of the last row shown. Travels in addresses as letters and digits.
///
/// It is checked against mistakes, not against forgery: what it holds only ever becomes parameters of a statement that
/// carries its own visibility, so a forged one shows nothing more.
///
/// ```
/// let cursor = db::Cursor::of(db::params![1_760_000_000_000_i64, "甲"]);
/// let text = cursor.to_string();
/// assert_eq!(text.parse::<db::Cursor>().unwrap(), cursor);
/// assert!(text[1..].parse::<db::Cursor>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Cursor(Vec<Value>);

/// Bytes of the check at the end.
const CHECK: usize = 4;
/// No cursor of ours is longer than this.
const LONGEST: usize = 8_000;

impl Cursor {
    /// A place by the values of its key.
    pub fn of(values: impl IntoIterator<Item = Value>) -> Self {
        Self(values.into_iter().collect())
    }

    /// The values of the key.
    pub fn values(&self) -> &[Value] {
        &self.0
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::new();
        for value in &self.0 {
            let (kind, body) = match value {
                Value::Null => (b'n', Vec::new()),
                Value::Bool(it) => (b'b', vec![u8::from(*it)]),
                Value::Int(it) => (b'i', it.to_be_bytes().to_vec()),
                Value::Real(it) => (b'r', it.to_be_bytes().to_vec()),
                Value::Text(it) => (b't', it.as_bytes().to_vec()),
                Value::Bytes(it) => (b'y', it.clone()),
                Value::Id(it) => (b'u', it.as_bytes().to_vec()),
            };
            bytes.push(kind);
            bytes.extend(u16::try_from(body.len()).unwrap_or(u16::MAX).to_be_bytes());
            bytes.extend(body);
        }
        bytes.extend(check(&bytes));
        f.write_str(&hex(&bytes))
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if text.len() > LONGEST {
            return Err(Error::Cursor);
        }
        let bytes = unhex(text).ok_or(Error::Cursor)?;
        let (mut rest, last) = bytes.split_last_chunk::<CHECK>().ok_or(Error::Cursor)?;
        if *last != check(rest) {
            return Err(Error::Cursor);
        }
        let mut values = Vec::new();
        while !rest.is_empty() {
            let (value, after) = value(rest).ok_or(Error::Cursor)?;
            values.push(value);
            rest = after;
        }
        Ok(Self(values))
    }
}

fn check(bytes: &[u8]) -> [u8; CHECK] {
    let [a, b, c, d, ..] = sm3(bytes);
    [a, b, c, d]
}

fn value(bytes: &[u8]) -> Option<(Value, &[u8])> {
    let (kind, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let (body, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    let value = match kind {
        b'n' => Value::Null,
        b'b' => Value::Bool(body == [1]),
        b'i' => Value::Int(i64::from_be_bytes(body.try_into().ok()?)),
        b'r' => Value::Real(f64::from_be_bytes(body.try_into().ok()?)),
        b't' => Value::Text(String::from_utf8(body.to_vec()).ok()?),
        b'y' => Value::Bytes(body.to_vec()),
        b'u' => Value::Id(Uuid::from_slice(body).ok()?),
        _ => return None,
    };
    Some((value, rest))
}
