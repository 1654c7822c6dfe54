//! What crosses the border between program and database: seven kinds of value, the same on both engines.

use std::borrow::Cow;

use jiff::{Timestamp, civil::Date};
use kernel::{Id, Money};
use uuid::Uuid;

use crate::Error;

/// A value of a parameter or a column. Instants cross as `Int` (epoch milliseconds), legal dates as `Text`
/// (`YYYY-MM-DD`), money as `Int` (分), truth on SQLite as `Int`.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// Truth.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A measured number; never money.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// An id.
    Id(Uuid),
}

impl Value {
    /// The kind of value, for error messages; the value itself may be personal.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "truth",
            Self::Int(_) => "whole number",
            Self::Real(_) => "number",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Id(_) => "id",
        }
    }

    /// Refuses what one of the engines cannot hold: PostgreSQL takes no NUL in text, SQLite no NaN.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self {
            Self::Text(text) if text.contains('\0') => {
                Err(Error::Parameter("text with a NUL character".to_owned()))
            }
            Self::Real(number) if number.is_nan() => Err(Error::Parameter("not a number".to_owned())),
            _ => Ok(()),
        }
    }
}

/// What can be a parameter. Implement it for an enum that is stored by its word:
///
/// ```
/// enum Channel { Phone, Visit }
/// impl db::ToValue for Channel {
///     fn to_value(&self) -> db::Value {
///         db::Value::Text(match self { Self::Phone => "phone", Self::Visit => "visit" }.to_owned())
///     }
/// }
/// assert_eq!(db::params![Channel::Visit], [db::Value::Text("visit".to_owned())]);
/// ```
pub trait ToValue {
    /// The value that crosses the border.
    fn to_value(&self) -> Value;
}

/// What can be read from a column.
pub trait FromValue: Sized {
    /// What the column must hold, for the error message.
    const WANTED: &'static str;
    /// Reads it; `None` when the value is of another kind.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! to_value {
    ($($type:ty => |$it:ident| $value:expr;)*) => {
        $(impl ToValue for $type { fn to_value(&self) -> Value { let $it = self; $value } })*
    };
}

to_value! {
    Value => |it| it.clone();
    bool => |it| Value::Bool(*it);
    i64 => |it| Value::Int(*it);
    i32 => |it| Value::Int(i64::from(*it));
    u32 => |it| Value::Int(i64::from(*it));
    usize => |it| Value::Int(i64::try_from(*it).unwrap_or(i64::MAX));
    f64 => |it| Value::Real(*it);
    str => |it| Value::Text(it.to_owned());
    String => |it| Value::Text(it.clone());
    Vec<u8> => |it| Value::Bytes(it.clone());
    [u8] => |it| Value::Bytes(it.to_vec());
    Uuid => |it| Value::Id(*it);
    Timestamp => |it| Value::Int(it.as_millisecond());
    Date => |it| Value::Text(it.to_string());
    Money => |it| Value::Int(it.fen());
}

impl<K> ToValue for Id<K> {
    fn to_value(&self) -> Value {
        Value::Id(self.uuid())
    }
}

impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> Value {
        Value::Bytes(self.to_vec())
    }
}

impl ToValue for Cow<'_, str> {
    fn to_value(&self) -> Value {
        Value::Text(self.to_string())
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}

macro_rules! from_value {
    ($($type:ty, $wanted:literal => $pattern:pat => $value:expr;)*) => {
        $(impl FromValue for $type {
            const WANTED: &'static str = $wanted;
            fn from_value(value: &Value) -> Option<Self> {
                match value { $pattern => $value, _ => None }
            }
        })*
    };
}

from_value! {
    i32, "small whole number" => Value::Int(it) => i32::try_from(*it).ok();
    i64, "whole number" => Value::Int(it) => Some(*it);
    u32, "small whole number" => Value::Int(it) => u32::try_from(*it).ok();
    usize, "count" => Value::Int(it) => usize::try_from(*it).ok();
    String, "text" => Value::Text(it) => Some(it.clone());
    Vec<u8>, "bytes" => Value::Bytes(it) => Some(it.clone());
    Timestamp, "instant" => Value::Int(it) => Timestamp::from_millisecond(*it).ok();
    Date, "date" => Value::Text(it) => it.parse().ok();
    Money, "money" => Value::Int(it) => Some(Money::from_fen(*it));
}

impl FromValue for Value {
    const WANTED: &'static str = "anything";
    fn from_value(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

impl FromValue for bool {
    const WANTED: &'static str = "truth";
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(it) => Some(*it),
            Value::Int(0) => Some(false),
            Value::Int(1) => Some(true),
            _ => None,
        }
    }
}

impl FromValue for f64 {
    const WANTED: &'static str = "number";
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Real(it) => Some(*it),
            #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
            Value::Int(it) => Some(*it as Self),
            _ => None,
        }
    }
}

impl FromValue for Uuid {
    const WANTED: &'static str = "id";
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Id(it) => Some(*it),
            Value::Bytes(it) => Self::from_slice(it).ok(),
            _ => None,
        }
    }
}

impl<K> FromValue for Id<K> {
    const WANTED: &'static str = "id";
    fn from_value(value: &Value) -> Option<Self> {
        Uuid::from_value(value).map(Self::from_uuid)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    const WANTED: &'static str = T::WANTED;
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}

/// The parameters of a statement, in the order of `$1`, `$2`, …
///
/// ```
/// let params = db::params![7, "甲", Option::<i64>::None];
/// assert_eq!(params[1], db::Value::Text("甲".to_owned()));
/// ```
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { [$($crate::ToValue::to_value(&$value)),*] };
}
