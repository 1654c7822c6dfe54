#![doc = include_str!("../README.md")]

mod database;
mod dialect;
mod error;
mod migrate;
mod postgres;
mod row;
mod select;
mod sql;
mod sqlite;
pub mod testing;
mod tx;
mod value;

pub use database::{Counters, Db};
pub use dialect::{Engine, match_query};
pub use error::Error;
pub use migrate::{Migration, Report, SEARCH, Text};
pub use row::Row;
pub use select::{Select, Statement};
pub use sql::Sql;
pub use tx::Tx;
pub use value::{FromValue, ToValue, Value};
