#![doc = include_str!("../README.md")]

mod chart;
mod compute;
mod figure;
mod pages;

pub use compute::{Answer, Cut, Period, by, rows, value, widest};
pub use figure::{Dimension, FIGURES, Figure, Measure, find};
pub use pages::{listings, routes, samples, save_view};

/// The statements of this crate beside the lists put together, see [`widest`].
pub fn statements() -> Vec<db::Sql> {
    pages::statements()
}
