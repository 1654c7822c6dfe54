#![doc = include_str!("../README.md")]

mod backup;
mod content;
mod database;
mod dialect;
mod documents;
mod error;
mod migrate;
mod page;
mod postgres;
mod row;
mod select;
mod sql;
mod sqlite;
mod table;
mod take_away;
pub mod testing;
mod transfer;
mod tx;
mod value;

pub use backup::address;
pub use content::Content;
pub use database::{Config, Db};
pub use dialect::{Engine, match_query};
pub use error::Error;
pub use migrate::{Migration, Report, SEARCH, Text};
pub use page::{Cursor, Page};
pub use row::Row;
pub use select::{Select, Statement, Way};
pub use sql::Sql;
pub use sqlite::Counters;
pub use table::Table;
pub use take_away::Root;
pub use transfer::{Moved, difference};
pub use tx::Tx;
pub use value::{FromValue, ToValue, Value};
