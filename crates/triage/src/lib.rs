#![doc = include_str!("../README.md")]

mod calibrate;
mod cluster;
mod drift;
mod fields;
mod follow;
mod grams;
mod lexicon;
mod measure;
mod model;
mod names;
mod normal;
mod personal;
mod repeats;
mod role;
mod signals;
mod spoken;
mod structured;
mod svm;
mod thin;
mod train;
mod tree;
mod words;

pub use calibrate::{Calibration, Isotonic};
pub use cluster::{Ties, cluster, distinct_people, keep_names};
pub use drift::{Drift, Shift, drift};
pub use fields::{Day, Field, Said, fields};
pub use follow::Incidents;
pub use grams::{Counter, Features, Idf};
pub use lexicon::{Lexicon, Pointed, path_of};
pub use measure::{Covered, Figures, Judged, OfLabel, measure};
pub use model::{Model, Reason, Verdict};
pub use names::{
    index::{Known, Mention, Register},
    judge::{Agreement, Candidate, Evidence, Held, Part, Resolution, Rule},
    split::{Body, Name},
};
pub use normal::{is_chinese, normalise, simplified};
pub use personal::{Found, Personal, cover, personal};
pub use repeats::{Common, Gate, Index, Match, Message};
pub use signals::{Contact, Seen, Sign, contacts, signs};
pub use spoken::{Spoken, decide, speak};
pub use structured::{Again, Filed, again};
pub use svm::Penalty;
pub use train::{Sample, Settings, Trained, Untrainable, train, train_with};
