#![doc = include_str!("../README.md")]

mod answer;
pub mod book;
mod chart;
mod compute;
mod definition;
mod figure;
mod fingerprint;
pub mod forget;
pub mod kept;
pub mod kpi;
mod naming;
mod pages;
pub mod publicity;
pub mod summary;
mod together;

pub use answer::FEW;
pub use compute::{Answer, Cut, Period, RowLine, at_least, rows, rows_of, widest};
pub use definition::{ABSENT, Absent, Kind, Standing, absent, of_unit};
pub use figure::{Dimension, FIGURES, Figure, Measure, Things, When, find};
pub use kept::{by, value, values};
pub use pages::{
    kpi_told, listings, operations_told, publicity_slots, routes, samples, save_view, views_told, way,
};

/// The statements of this crate beside the lists put together, see [`widest`].
pub fn statements() -> Vec<db::Sql> {
    [
        pages::statements(),
        forget::STATEMENTS.to_vec(),
        kept::statements(),
        kpi::statements(),
        publicity::STATEMENTS.to_vec(),
        summary::statements(),
    ]
    .concat()
}
