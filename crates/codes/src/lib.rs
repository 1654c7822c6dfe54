#![doc = include_str!("../README.md")]

mod check;
mod digits;
pub mod industry;
pub mod names;
pub mod phone;
pub mod regions;
mod settled;

pub use check::{Checked, Kind, Level, check, check_as};
