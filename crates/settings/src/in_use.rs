//! The law this program computes by: what ships, then the files of the data folder, then the editions of the database.
//!
//! Every server looks once a minute, and after an edit at once, whether the editions in force are those it has read; a
//! comparison of marks, so that looking costs one small query. An office without editions is never touched.

use std::{fs, io, path::Path};

use db::{Tx, params};
use jiff::civil::Date;
use kernel::{Refusal, hex, sm3};
use law::{Law, LawError};
use web::{Problem, Result};

use crate::{Edition, classification, edition};

db::sql! {
    IDS = "SELECT id FROM law_edition WHERE state = 'active' ORDER BY decided_at, id";
    CLASSES = "SELECT e.id FROM class_edition e WHERE e.state = 'active' AND e.valid_from <= $1 AND NOT EXISTS (SELECT 1 FROM class_edition n \
               WHERE n.tree = e.tree AND n.state = 'active' AND n.valid_from <= $1 AND n.number > e.number) ORDER BY e.tree";
}

/// The shipped law with the files of `folder` (`DATA/law`); `None` when there are none.
///
/// # Errors
/// [`LawError::File`] with file and line; then no file is taken.
pub fn files(folder: &Path) -> Result<Option<Law>, LawError> {
    let mut found = Vec::new();
    let unreadable = |path: &Path, error: &io::Error| LawError::File {
        file: path.display().to_string(),
        error: Box::new(LawError::Line { line: 1, words: format!("不能读取（{error}）") }),
    };
    for part in ["", "calendar", "rulesets"] {
        let Ok(entries) = fs::read_dir(folder.join(part)) else { continue };
        for path in entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()) {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            // Notes beside the data, and what editors leave behind.
            if name.starts_with('.') || name.ends_with(".md") || name.ends_with('~') {
                continue;
            }
            let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
            found.push((if part.is_empty() { name } else { format!("{part}/{name}") }, text));
        }
    }
    if found.is_empty() {
        return Ok(None);
    }
    found.sort();
    let mut law = Law::shipped().clone();
    found.iter().try_for_each(|(name, text)| law.put_file(name, text))?;
    Ok(Some(law))
}

/// A mark of the editions in force on `today`; empty when there are none.
fn mark(tx: &mut Tx, today: Date) -> Result<String> {
    let mut ids = String::new();
    for row in tx.query(&IDS, &[])?.iter().chain(&tx.query(&CLASSES, &params![today])?) {
        ids.push_str(&row.get::<edition::EditionId>("id")?.to_string());
    }
    Ok(if ids.is_empty() { ids } else { hex(&sm3(ids.as_bytes())) })
}

/// The law with every edition in force on `today`.
///
/// # Errors
/// A fault when an edition cannot be read any more.
pub fn put_together(tx: &mut Tx, today: Date) -> Result<Law> {
    let mut law = Law::base().clone();
    for edition in edition::active(tx)? {
        edition
            .put_into(&mut law)
            .map_err(|error| Problem::Fault(format!("{}：{error}", edition.title())))?;
    }
    classification::put_into(tx, today, &mut law)?;
    law.edition = mark(tx, today)?;
    Ok(law)
}

/// The law as it would be with one edition more.
///
/// # Errors
/// A refusal with the line when the edition cannot be read.
pub fn with(tx: &mut Tx, today: Date, edition: &Edition) -> Result<Law> {
    let mut law = put_together(tx, today)?;
    edition.put_into(&mut law).map_err(|error| Refusal::new("edition_text", error.to_string()).at("text"))?;
    Ok(law)
}

/// Computes by the editions of this database from now on, when it does not already; `true` when something changed.
///
/// # Errors
/// A fault when an edition cannot be read; then the law in use stays.
pub fn follow(tx: &mut Tx, today: Date) -> Result<bool> {
    if mark(tx, today)? == Law::in_use().edition {
        return Ok(false);
    }
    let law = put_together(tx, today)?;
    if law.edition.is_empty() {
        Law::restore();
    } else {
        Law::replace(law);
    }
    Ok(true)
}

/// Whether this program computes by the editions of the database.
///
/// # Errors
/// A fault of the database.
pub fn is_current(tx: &mut Tx, today: Date) -> Result<bool> {
    Ok(mark(tx, today)? == Law::in_use().edition)
}
