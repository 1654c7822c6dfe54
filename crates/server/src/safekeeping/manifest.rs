//! What a backup says of itself.

use std::{fs, path::Path};

use db::Content;
use kernel::Keyring;
use serde::{Deserialize, Serialize};
use web::{Problem, Result};

/// The file in a backup's folder.
pub(super) const NAME: &str = "manifest.json";
/// The database in a backup's folder, an SQLite file whatever engine it came from.
pub(super) const DATABASE: &str = "xiaobao.db";
/// The keys, in a data folder and in a backup that holds them.
pub(super) const KEYS: &str = "keys.txt";
/// The form of open backups, and of sealed ones, which an older program must not take for open.
const FORMAT: u32 = 1;
const SEALED_FORMAT: u32 = 2;

/// A backup's list of what it holds; `restore` compares everything with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the backup.
    pub format: u32,
    /// The program that made it.
    pub program: String,
    /// The engine it came from: `sqlite`, `postgres`.
    pub engine: String,
    /// When it was begun, UTC.
    pub made_at: String,
    /// Whether the keys are inside.
    pub keys: bool,
    /// Whether the database and the files are sealed with the office's keys, which then are not inside.
    #[serde(default)]
    pub sealed: bool,
    /// A mark of the keys that belong to it, computed with them and telling nothing of them.
    pub keys_mark: String,
    /// What each table holds.
    pub tables: Vec<TablePart>,
    /// The files of the data folder.
    pub files: Vec<FilePart>,
    /// What is not in the backup and must be kept apart from it (不在备份中，请分开保管): files with secrets, folders with
    /// messages in the clear.
    #[serde(default)]
    pub apart: Vec<String>,
    /// Attachments whose file was gone or altered when the backup was made.
    pub missing: Vec<String>,
}

/// A table of a backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TablePart {
    /// The table.
    pub table: String,
    /// Its rows.
    pub rows: u64,
    /// SM3 over its rows.
    pub digest: String,
}

/// A file of a backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FilePart {
    /// Its path within the folder, with `/`.
    pub path: String,
    /// Its bytes.
    pub size: u64,
    /// SM3 over them.
    pub digest: String,
}

impl Manifest {
    pub(super) const fn format(sealed: bool) -> u32 {
        if sealed { SEALED_FORMAT } else { FORMAT }
    }

    pub(super) fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(NAME);
        let text = fs::read_to_string(&path)
            .map_err(|error| Problem::Malformed(format!("{} 不是完整的备份（{error}）", folder.display())))?;
        let manifest: Self = serde_json::from_str(&text)
            .map_err(|error| Problem::Malformed(format!("{} 无法识别：{error}", path.display())))?;
        if manifest.format != Self::format(manifest.sealed) {
            let words = format!(
                "备份格式 {} 与本程序的 {SEALED_FORMAT} 不同，请用相应版本的程序恢复",
                manifest.format
            );
            return Err(Problem::Malformed(words));
        }
        Ok(manifest)
    }

    /// What each table held.
    pub fn contents(&self) -> Vec<Content> {
        let content = |part: &TablePart| Content {
            table: part.table.clone(),
            rows: part.rows,
            digest: part.digest.clone(),
        };
        self.tables.iter().map(content).collect()
    }

    /// SM3 over everything it holds: equal for equal tables and files, lower-case hexadecimal.
    pub fn digest(&self) -> String {
        let tables = self.tables.iter().map(|part| format!("{} {} {}\n", part.table, part.rows, part.digest));
        let files = self.files.iter().map(|part| format!("{} {} {}\n", part.path, part.size, part.digest));
        kernel::hex(&kernel::sm3(tables.chain(files).collect::<String>().as_bytes()))
    }

    /// Rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

impl From<Content> for TablePart {
    fn from(content: Content) -> Self {
        Self { table: content.table, rows: content.rows, digest: content.digest }
    }
}

/// The mark that tells one set of keys from another.
pub(super) fn mark(keyring: &Keyring) -> String {
    keyring.blind("backup", "keys")
}
