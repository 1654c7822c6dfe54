#![doc = include_str!("../README.md")]

mod brand;
mod drift;
mod fate;
mod guess;
mod models;
mod months;
mod pages;
mod repeats;
mod rules;
mod suggest;
mod whom;

pub use brand::brand;
pub use drift::psi;
pub use fate::{Chosen, keep};
pub use guess::{Guess, Part};
pub use models::{Learned, Models, Standing, look as models};
pub use pages::{Aside, routes, samples, way};
pub use repeats::{text_mark, warm, widest};

pub use suggest::{Advice, Typed, advise, classes};

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [fate::STATEMENTS, months::STATEMENTS, repeats::STATEMENTS, whom::STATEMENTS].concat()
}
