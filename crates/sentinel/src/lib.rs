#![doc = include_str!("../README.md")]

pub mod classic;
pub mod counts;
pub mod hidden;
pub mod interval;
pub mod linear;
pub mod measure;
pub mod random;
pub mod rivals;
pub mod sampling;
pub mod scan;
pub mod simulate;
pub mod special;
pub mod watch;
