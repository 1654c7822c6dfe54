#![doc = include_str!("../README.md")]

mod block;
mod check;
mod docx;
mod fill;
mod number;
mod paper;
#[cfg(feature = "pdf")]
mod pdf;
mod picture;
mod prose;
pub mod standard;
mod title;

pub use block::{Align, Block, Cell, Level, Line, Row, Run, Table};
pub use check::{Fault, check};
pub use docx::docx;
#[cfg(feature = "pdf")]
use docx::split as docx_split;
pub use fill::{Filled, Piece, Places, Unfilled, fill, places};
pub use number::{Day, Number};
pub use paper::{Head, HeadLine, Imprint, Marks, Paper, Proof, Seal, Signature};
#[cfg(feature = "pdf")]
pub use pdf::{Faces, Missing, Unprintable, pdf};
pub use prose::{blocks, paper_of};
pub use standard::Pitch;
