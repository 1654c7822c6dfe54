//! The folder: works where there is no network. One JSON file per message; another program fetches it, sends it, and
//! puts a result into `results/`.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::Deserialize;

use super::{Outcome, Parcel, said, sms::Report};

/// Results of one round.
const ROUND: usize = 500;
/// Bytes a result may have.
const LIMIT: u64 = 64 * 1024;

/// A result as the other program writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Result_ {
    key: String,
    /// `delivered` or `failed`.
    status: Status,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    at: Option<Timestamp>,
    #[serde(default)]
    reason: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Delivered,
    Failed,
}

/// Writes the message beside its place and moves it there when it is whole and on the disk. A file of that name that is
/// there already is the same message.
pub(super) fn send(folder: &Path, parcel: &Parcel) -> Outcome {
    let key = parcel.key();
    let place = folder.join(format!("{key}.json"));
    let message = serde_json::json!({
        "key": key,
        "to": parcel.to.trim(),
        "subject": parcel.subject,
        "text": parcel.text,
        "at": parcel.at.to_string(),
    });
    if parcel.to.trim().is_empty() {
        return Outcome::Refused("没有号码或者地址".to_owned());
    }
    if place.exists() {
        return Outcome::Accepted { id: None, proof: None };
    }
    match write(folder, &place, &message.to_string()) {
        Ok(()) => Outcome::Accepted { id: None, proof: None },
        Err(error) => Outcome::Later(format!("文件夹不能写入：{error}")),
    }
}

fn write(folder: &Path, place: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(folder.join("results"))?;
    let draft = place.with_extension("part");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&draft, place)?;
    fs::File::open(folder)?.sync_all()
}

/// A result and its file.
pub(crate) struct Found {
    pub report: Option<Report>,
    place: PathBuf,
}

/// The results that wait in `folder`.
///
/// # Errors
/// When the folder cannot be read; no folder is no results.
pub(crate) fn results(folder: &Path) -> io::Result<Vec<Found>> {
    let entries = match fs::read_dir(folder.join("results")) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut places: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "json") && path.is_file())
        .collect();
    places.sort();
    places.truncate(ROUND);
    Ok(places.into_iter().map(|place| Found { report: read(&place), place }).collect())
}

fn read(place: &Path) -> Option<Report> {
    if fs::metadata(place).ok()?.len() > LIMIT {
        return None;
    }
    let found: Result_ = serde_json::from_str(&fs::read_to_string(place).ok()?).ok()?;
    Some(Report {
        key: Some(found.key),
        id: found.id.map(|id| said(&id)),
        arrived: found.status == Status::Delivered,
        at: found.at,
        reason: said(&found.reason),
    })
}

impl Found {
    /// Puts the file away: into `done` when it was taken, into `refused` when it was not.
    ///
    /// # Errors
    /// When it cannot be moved.
    pub(crate) fn put_away(&self, taken: bool) -> io::Result<()> {
        let folder = self.place.with_file_name(if taken { "done" } else { "refused" });
        fs::create_dir_all(&folder)?;
        fs::rename(&self.place, folder.join(self.place.file_name().unwrap_or_default()))
    }
}

/// How many results were refused: somebody must look at them.
pub(crate) fn refused(folder: &Path) -> usize {
    fs::read_dir(folder.join("results/refused")).map_or(0, Iterator::count)
}
