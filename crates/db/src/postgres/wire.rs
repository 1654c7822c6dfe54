//! Values in PostgreSQL's binary form.

use std::error::Error as StdError;

use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use uuid::Uuid;

use crate::{Value, error::Mismatch};

type Outcome<T> = Result<T, Box<dyn StdError + Sync + Send>>;

impl ToSql for Value {
    fn to_sql(&self, wanted: &Type, out: &mut BytesMut) -> Outcome<IsNull> {
        match (self, wanted) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Int(it), &Type::INT8) => it.to_sql(wanted, out),
            (Self::Int(it), &Type::INT4) => i32::try_from(*it)?.to_sql(wanted, out),
            (Self::Int(it), &Type::INT2) => i16::try_from(*it)?.to_sql(wanted, out),
            (Self::Int(it), &Type::NUMERIC) => {
                out.extend_from_slice(&numeric(*it));
                Ok(IsNull::No)
            }
            #[expect(clippy::cast_precision_loss, reason = "a measured number, asked for as such")]
            (Self::Int(it), &Type::FLOAT8) => (*it as f64).to_sql(wanted, out),
            (Self::Int(it @ (0 | 1)), &Type::BOOL) => (*it == 1).to_sql(wanted, out),
            (Self::Bool(it), &Type::BOOL) => it.to_sql(wanted, out),
            (Self::Real(it), &Type::FLOAT8) => it.to_sql(wanted, out),
            (Self::Text(it), &(Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME)) => {
                it.to_sql(wanted, out)
            }
            (Self::Bytes(it), &Type::BYTEA) => it.to_sql(wanted, out),
            // What SQLite gave as 16 bytes: a row on its way from one engine to the other.
            (Self::Bytes(it), &Type::UUID) => Uuid::from_slice(it)?.to_sql(wanted, out),
            (Self::Id(it), &Type::UUID) => it.to_sql(wanted, out),
            _ => Err(Box::new(Mismatch { given: self.kind(), wanted: wanted.to_string() })),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

pub(super) struct Column(pub(super) Value);

impl<'a> FromSql<'a> for Column {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Outcome<Self> {
        Ok(Self(match *kind {
            Type::BOOL => Value::Bool(bool::from_sql(kind, raw)?),
            Type::INT2 => Value::Int(i16::from_sql(kind, raw)?.into()),
            Type::INT4 => Value::Int(i32::from_sql(kind, raw)?.into()),
            Type::INT8 => Value::Int(i64::from_sql(kind, raw)?),
            Type::NUMERIC => number(raw).ok_or("a numeric that no column of ours can hold")?,
            Type::FLOAT4 => Value::Real(f32::from_sql(kind, raw)?.into()),
            Type::FLOAT8 => Value::Real(f64::from_sql(kind, raw)?),
            Type::BYTEA => Value::Bytes(raw.to_vec()),
            Type::UUID => Value::Id(Uuid::from_sql(kind, raw)?),
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
                Value::Text(String::from_sql(kind, raw)?)
            }
            _ => return Err(format!("a column of type {kind}; cast it to a portable type").into()),
        }))
    }

    fn from_sql_null(_: &Type) -> Outcome<Self> {
        Ok(Self(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A whole number as `numeric`: count, weight, sign and scale, then digits to the base 10 000.
fn numeric(whole: i64) -> Vec<u8> {
    let mut digits = Vec::new();
    let mut rest = whole.unsigned_abs();
    while rest > 0 {
        digits.push((rest % 10_000) as u16);
        rest /= 10_000;
    }
    let count = digits.len() as u16;
    let sign = if whole < 0 { 0x4000 } else { 0 };
    let head = [count, count.saturating_sub(1), sign, 0];
    head.into_iter().chain(digits.into_iter().rev()).flat_map(u16::to_be_bytes).collect()
}

/// A `numeric` (a sum of bigints, an average): whole when it is, else the nearest real.
fn number(raw: &[u8]) -> Option<Value> {
    let words: Vec<i16> = raw.as_chunks::<2>().0.iter().map(|pair| i16::from_be_bytes(*pair)).collect();
    let [count, weight, sign, _scale, digits @ ..] = words.as_slice() else { return None };
    let negative = match sign {
        0 => false,
        0x4000 => true,
        _ => return None,
    };
    if digits.len() != usize::try_from(*count).ok()? {
        return None;
    }
    let (mut whole, mut real, mut fraction) = (Some(0_i128), 0.0, false);
    for (at, digit) in (0_i32..).zip(digits) {
        let power = i32::from(*weight) - at;
        real += f64::from(*digit) * 10_000_f64.powi(power);
        match u32::try_from(power) {
            Ok(power) => {
                let part = 10_000_i128.checked_pow(power).and_then(|unit| unit.checked_mul((*digit).into()));
                whole = whole.zip(part).and_then(|(sum, part)| sum.checked_add(part));
            }
            Err(_) => fraction |= *digit != 0,
        }
    }
    let whole = whole.filter(|_| !fraction).map(|sum| if negative { -sum } else { sum });
    Some(match whole.and_then(|sum| i64::try_from(sum).ok()) {
        Some(sum) => Value::Int(sum),
        None => Value::Real(if negative { -real } else { real }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_survive_numeric() {
        for whole in [0, 1, -1, 9_999, 10_000, 100_000_000, -123_456_789_012, i64::MAX, i64::MIN] {
            assert_eq!(number(&numeric(whole)), Some(Value::Int(whole)));
        }
    }

    #[test]
    fn a_fraction_is_a_real_and_rubbish_is_refused() {
        // 12345.5: digits 1, 2345, 5000; weight 1, scale 1.
        let raw: Vec<u8> = [3, 1, 0, 1, 1, 2345, 5000_u16].into_iter().flat_map(u16::to_be_bytes).collect();
        assert_eq!(number(&raw), Some(Value::Real(12_345.5)));
        assert_eq!(number(&[0, 3, 0, 0, 0, 0, 0, 0]), None);
        assert_eq!(number(&[0, 0]), None);
    }
}
