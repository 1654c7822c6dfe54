//! Files of a backup that nobody opens without the office's keys: piece by piece SM4-GCM ([`Keyring::seal_bytes`]), each
//! bound to its backup, its path, its place in the file and to whether it is the last, so that none can be altered, moved
//! or cut off.

use std::{
    fs,
    io::{Read as _, Write as _},
    path::Path,
};

use kernel::{Ground, Keyring, RunningDigest, hex};
use web::{Problem, Result};

use super::{
    files::create,
    manifest::{DATABASE, FilePart, Manifest},
};

/// How the name of a sealed file ends.
pub(super) const END: &str = "sealed";
/// Bytes sealed at a time.
const PIECE: usize = 256 * 1024;
/// A sealed piece is longer by key number, nonce and tag.
const MORE: usize = 64;

fn place(made_at: &str, path: &str, piece: u64, last: bool) -> Vec<u8> {
    format!("backup|{made_at}|{path}|{piece}|{last}").into_bytes()
}

/// Seals the database and every listed file of the backup in `folder`; the open ones go.
pub(super) fn seal_all(folder: &Path, manifest: &Manifest, ground: &Ground) -> Result<()> {
    let files = manifest.files.iter().map(|file| (folder.join("files").join(&file.path), file.path.as_str()));
    for (file, path) in files.chain([(folder.join(DATABASE), DATABASE)]) {
        seal(ground, &manifest.made_at, &file, path)?;
        fs::remove_file(&file)?;
    }
    Ok(())
}

fn seal(ground: &Ground, made_at: &str, from: &Path, path: &str) -> Result<()> {
    let mut source = fs::File::open(from)?;
    let mut target = create(&from.with_added_extension(END))?;
    let (mut next, mut at) = (piece(&mut source, PIECE)?, 0);
    loop {
        let plain = next;
        next = piece(&mut source, PIECE)?;
        let place = place(made_at, path, at, next.is_empty());
        let sealed = ground.keyring.seal_bytes(&place, &plain, &ground.entropy);
        target.write_all(&u32::try_from(sealed.len()).unwrap_or_default().to_be_bytes())?;
        target.write_all(&sealed)?;
        if next.is_empty() {
            return Ok(target.sync_all()?);
        }
        at += 1;
    }
}

/// Up to `length` bytes; fewer only at the end.
fn piece(source: &mut fs::File, length: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length);
    source.take(length as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a sealed file into a place that does not exist yet; size and digest of what was sealed.
pub(super) fn open(keyring: &Keyring, made_at: &str, from: &Path, to: &Path, path: &str) -> Result<FilePart> {
    let broken = || Problem::Malformed(format!("备份中的 {path} 打不开：被改动或者不完整，没有恢复任何内容"));
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut source = fs::File::open(from)
        .map_err(|error| Problem::Malformed(format!("{} 无法读取：{error}", from.display())))?;
    let mut target = create(to)?;
    let (mut digest, mut size, mut at) = (RunningDigest::default(), 0, 0);
    let mut left = source.metadata()?.len();
    while left > 0 {
        let mut length = [0; 4];
        source.read_exact(&mut length).map_err(|_| broken())?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        left = left.checked_sub(4 + length as u64).ok_or_else(broken)?;
        if length > PIECE + MORE {
            return Err(broken());
        }
        let sealed = piece(&mut source, length)?;
        let plain =
            keyring.open_bytes(&place(made_at, path, at, left == 0), &sealed).map_err(|_| broken())?;
        digest.add(&plain);
        size += plain.len() as u64;
        target.write_all(&plain)?;
        at += 1;
    }
    if at == 0 {
        return Err(broken());
    }
    target.sync_all()?;
    Ok(FilePart { path: path.to_owned(), size, digest: hex(&digest.finish()) })
}
