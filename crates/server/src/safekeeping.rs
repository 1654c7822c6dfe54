//! Safekeeping: whole backups made while serving, restored into an empty place, and the move to another engine. Each is
//! proved by comparing what every table holds ([`db::Content`]).

mod backup;
mod files;
mod manifest;
mod restore;
mod transfer;

pub use backup::back_up;
pub use manifest::{FilePart, Manifest, TablePart};
pub use restore::{Restored, restore};
pub use transfer::{Compared, compare, transfer};

/// The statements of this part of the program.
pub(crate) fn statements() -> Vec<db::Sql> {
    backup::STATEMENTS.to_vec()
}
