//! A backup comes back into an empty place, compared with what it says of itself, or nothing is there.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use db::{Db, difference};
use kernel::Keyring;
use web::{Problem, Result};

use super::{
    backup::{beside, clear},
    files,
    manifest::{DATABASE, FilePart, KEYS, Manifest, mark},
    sealed,
};
use crate::migrations::MIGRATIONS;

/// What a restore brought back.
#[derive(Clone, Debug)]
pub struct Restored {
    /// What the backup says of itself; everything was compared with it.
    pub manifest: Manifest,
    /// The verdict on the journal, where the keys were at hand.
    pub journal: Option<String>,
    /// Whether the journal is whole, as far as it could be looked at.
    pub whole: bool,
}

/// Restores the backup in the folder `from` into `data`, which must not exist or be empty, and into `database` when that
/// is a `postgres://` address of an empty database. Everything happens under another name; `data` appears at the end.
/// The keys come from the backup when it holds them, else from `keys`; without either they must be put there by hand.
///
/// # Errors
/// A sentence when the place is taken, a file or a table is not what the backup says, or the keys belong to another
/// database; then `data` is not there and the database is empty.
pub async fn restore(from: &Path, data: &Path, database: &str, keys: Option<&Path>) -> Result<Restored> {
    let manifest = Manifest::read(from)?;
    if data.exists() && fs::read_dir(data)?.next().is_some() {
        return Err(Problem::Malformed(format!("{} 不是空目录，恢复不会覆盖它", data.display())));
    }
    let part = data.with_added_extension("restoring");
    if part.exists() {
        fs::remove_dir_all(&part)?;
    }
    files::folder(&part)?;
    let outcome = fill(from, &part, database, keys, manifest).await;
    let finished = outcome.and_then(|restored| {
        if data.exists() {
            fs::remove_dir(data)?;
        }
        files::finish(&part, data)?;
        Ok(restored)
    });
    if finished.is_err() {
        // Best effort: the problem that is told is the first one.
        let _ = fs::remove_dir_all(&part);
    }
    finished
}

async fn fill(
    from: &Path,
    part: &Path,
    database: &str,
    keys: Option<&Path>,
    manifest: Manifest,
) -> Result<Restored> {
    let keyring = take_keys(from, part, keys, &manifest)?.map(Arc::new);
    bring_back(from, part, database, keyring, manifest).await
}

/// Everything but the keys comes back into `part`.
pub(super) async fn bring_back(
    from: &Path,
    part: &Path,
    database: &str,
    keyring: Option<Arc<Keyring>>,
    manifest: Manifest,
) -> Result<Restored> {
    if manifest.sealed && keyring.is_none() {
        let words = format!("{} 已加密，请用 --keys 指出原来的密钥文件 keys.txt", from.display());
        return Err(Problem::Malformed(words));
    }
    let (source, target, wanted, keys) =
        (from.to_owned(), part.to_owned(), manifest.clone(), keyring.clone());
    files::aside(move || {
        let source = Source { folder: &source, manifest: &wanted, keyring: keys.as_deref() };
        source.copy_files(&target)?;
        source.copy(Path::new(DATABASE), &target.join(DATABASE), DATABASE).map(drop)
    })
    .await?;
    let file = part.join(DATABASE);
    let copy = Db::open(&file.to_string_lossy()).await?;
    let checked = check(&copy, &manifest, keyring).await;
    let done = match checked {
        Ok(verdict) if !database.is_empty() => bring_over(&copy, database).await.map(|()| verdict),
        other => other,
    };
    copy.close().await;
    let verdict = done?;
    if database.is_empty() {
        beside(&file);
    } else {
        clear(&file);
    }
    let whole = verdict.as_ref().is_none_or(|verdict| verdict.broken.is_empty());
    Ok(Restored { manifest, journal: verdict.map(|verdict| verdict.to_string()), whole })
}

/// The keys, put into their place; refused when they are not those of the backup.
fn take_keys(from: &Path, part: &Path, keys: Option<&Path>, manifest: &Manifest) -> Result<Option<Keyring>> {
    let path: PathBuf = match keys {
        Some(path) => path.to_owned(),
        None if manifest.keys => from.join(KEYS),
        None => return Ok(None),
    };
    let text = fs::read_to_string(&path)
        .map_err(|error| Problem::Malformed(format!("密钥文件 {} 无法读取：{error}", path.display())))?;
    let keyring = Keyring::parse(&text)?;
    if mark(&keyring) != manifest.keys_mark {
        let words = format!("{} 不是这份备份的密钥：用它打不开其中的个人信息", path.display());
        return Err(Problem::Malformed(words));
    }
    files::write(&part.join(KEYS), text.as_bytes())?;
    Ok(Some(keyring))
}

/// A backup that is read.
struct Source<'a> {
    folder: &'a Path,
    manifest: &'a Manifest,
    keyring: Option<&'a Keyring>,
}

impl Source<'_> {
    fn copy(&self, within: &Path, to: &Path, path: &str) -> Result<FilePart> {
        match self.keyring.filter(|_| self.manifest.sealed) {
            None => files::copy(&self.folder.join(within), to, path),
            Some(keyring) => {
                let from = self.folder.join(within).with_added_extension(sealed::END);
                sealed::open(keyring, &self.manifest.made_at, &from, to, path)
            }
        }
    }

    fn copy_files(&self, part: &Path) -> Result<()> {
        for file in &self.manifest.files {
            let path = Path::new(&file.path);
            if !path.components().all(|part| matches!(part, std::path::Component::Normal(_))) {
                return Err(Problem::Malformed(format!("备份清单中的路径不可接受：{}", file.path)));
            }
            let copied = self.copy(&Path::new("files").join(path), &part.join(path), &file.path)?;
            if (copied.size, &copied.digest) != (file.size, &file.digest) {
                let words = format!("备份中的文件 {} 与清单不符，没有恢复任何内容", file.path);
                return Err(Problem::Malformed(words));
            }
        }
        Ok(())
    }
}

/// Opens the copy, compares every table, walks the journal.
async fn check(
    copy: &Db,
    manifest: &Manifest,
    keyring: Option<Arc<Keyring>>,
) -> Result<Option<journal::Verdict>> {
    if let Some(table) = difference(&manifest.contents(), &copy.contents().await?) {
        return Err(Problem::Malformed(format!("备份中的表 {table} 与清单不符，没有恢复任何内容")));
    }
    match keyring {
        None => Ok(None),
        Some(keyring) => Ok(Some(copy.read(move |tx| journal::verify(tx, &keyring)).await?)),
    }
}

/// Into a server: the copy is brought up to date and moved, in one transaction there. A server that holds the same already
/// was filled by a restore that broke off at its last step; that is as good.
async fn bring_over(copy: &Db, database: &str) -> Result<()> {
    let now = kernel::Clock::machine().now();
    copy.migrate(MIGRATIONS, None, now).await?;
    let target = Db::open(database).await?;
    let fresh = target.is_fresh().await?;
    target.migrate(MIGRATIONS, None, now).await?;
    let same = !fresh && difference(&copy.contents().await?, &target.contents().await?).is_none();
    let moved = if same { Ok(()) } else { copy.move_to(&target, fresh).await.map(drop) };
    target.close().await;
    Ok(moved?)
}
