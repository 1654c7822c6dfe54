//! Safekeeping: whole backups made while serving, restored into an empty place, and the move to another engine. Each is
//! proved by comparing what every table holds ([`db::Content`]).

mod backup;
mod files;
mod manifest;
mod nightly;
mod restore;
mod rollback;
mod sealed;
mod transfer;

pub use backup::{back_up, back_up_sealed};
pub use manifest::{FilePart, Manifest, TablePart};
pub(crate) use nightly::verbs;
pub use nightly::{Proof, last_proof, nightly};
pub use restore::{Restored, restore};
pub use rollback::{RolledBack, roll_back};
pub use transfer::{Compared, compare, transfer};

/// The statements of this part of the program.
pub(crate) fn statements() -> Vec<db::Sql> {
    [backup::STATEMENTS, nightly::STATEMENTS, rollback::STATEMENTS].concat()
}
