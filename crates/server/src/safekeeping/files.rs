//! Files copied, held against their digest, and brought to the disk.

use std::{
    fs,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
};

use kernel::{RunningDigest, hex};
use web::{Problem, Result};

use super::manifest::FilePart;

/// Names in a data folder that no backup takes: what it has in another form, and what is made again.
const LEFT: &[&str] = &["backups", "exports", "imports", ".probe", crate::lock::NAME];
/// How the names of files begin that hold secrets: with copies that an editor leaves. No backup takes them, it names them.
const SECRET: &[&str] = &["keys.txt", "delivery.toml", "oidc.toml"];
/// Bytes read at a time.
const PIECE: usize = 256 * 1024;

/// What lies in a data folder, by paths within, sorted.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// What belongs into a backup.
    pub taken: Vec<PathBuf>,
    /// What does not, and must be kept apart from it: secrets, and folders whose messages lie there in the clear.
    pub apart: Vec<PathBuf>,
}

/// Looks through a data folder; `messages` are the folders in it that hold messages in the clear.
pub(super) fn list(data: &Path, messages: &[PathBuf]) -> Result<Listed> {
    let mut found = Listed::default();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(data.join(&folder))? {
            let entry = entry?;
            let name = entry.file_name();
            let (path, words) = (folder.join(&name), name.to_string_lossy().into_owned());
            let top = folder.as_os_str().is_empty();
            let database =
                [".db", ".db-wal", ".db-shm", ".db-journal"].iter().any(|end| words.ends_with(end));
            let left = top && (LEFT.contains(&words.as_str()) || database);
            let kind = entry.file_type()?;
            let secret = top && SECRET.iter().any(|begin| words.starts_with(begin));
            if secret || messages.contains(&path) {
                found.apart.push(path);
                continue;
            }
            if left || words.ends_with(".part") || kind.is_symlink() {
                continue;
            }
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() {
                found.taken.push(path);
            }
        }
    }
    found.taken.sort();
    found.apart.sort();
    Ok(found)
}

/// Copies a file to a place that does not exist yet; its size and digest.
pub(super) fn copy(from: &Path, to: &Path, path: &str) -> Result<FilePart> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut source = fs::File::open(from)
        .map_err(|error| Problem::Malformed(format!("{} 无法读取：{error}", from.display())))?;
    let mut target = create(to)?;
    let (mut digest, mut size, mut piece) = (RunningDigest::default(), 0, vec![0; PIECE]);
    loop {
        let read = source.read(&mut piece)?;
        let Some(bytes) = piece.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        digest.add(bytes);
        size += bytes.len() as u64;
        target.write_all(bytes)?;
    }
    target.sync_all()?;
    Ok(FilePart { path: path.to_owned(), size, digest: hex(&digest.finish()) })
}

/// A new file that only its owner may read.
pub(super) fn create(path: &Path) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Writes a file that only its owner may read.
pub(super) fn write(to: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = create(to)?;
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}

/// A folder that only its owner may open.
pub(super) fn folder(path: &Path) -> Result<()> {
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent)?;
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    Ok(builder.create(path)?)
}

/// Gives a finished folder its name; on the disk when this returns.
pub(super) fn finish(part: &Path, to: &Path) -> Result<()> {
    fs::rename(part, to)?;
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(fs::File::open(parent)?.sync_all()?)
}

/// Work on files, off the async threads.
pub(super) async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Problem::Fault(error.to_string()))?
}
