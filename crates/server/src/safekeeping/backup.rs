//! A whole backup while serving: the database in one snapshot, then the files its rows speak of.

use std::{collections::BTreeSet, fs, path::Path};

use db::{Content, Db, Engine};
use kernel::Ground;
use matters::attachments::Vault;
use web::{App, Problem, Result};

use super::{
    files,
    manifest::{DATABASE, KEYS, Manifest, NAME, mark},
    sealed,
};
use crate::migrations::MIGRATIONS;

db::sql! {
    ATTACHED = "SELECT digest, public_digest FROM attachment WHERE removed_at IS NULL";
    HOUSES = "SELECT digest FROM summary_house";
}

/// Backs everything up into the folder `to`, which must not exist; it gets its name when everything in it is on the disk.
/// The database goes first and the files after it, so that every row finds its file: files are added and never changed.
/// From either engine the database becomes an SQLite file. The keys go along only `with_keys`: whoever has both reads
/// everything.
///
/// # Errors
/// A sentence when the place is taken; whatever the database or the disk says; then no backup of that name is there.
pub async fn back_up(app: &App, to: &Path, with_keys: bool) -> Result<Manifest> {
    lay(app, to, if with_keys { Form::WithKeys } else { Form::Open }).await
}

/// [`back_up`], sealed with the office's keys (SM4-GCM): without `keys.txt`, which is not in it, nobody reads a row or a file.
///
/// # Errors
/// As [`back_up`].
pub async fn back_up_sealed(app: &App, to: &Path) -> Result<Manifest> {
    lay(app, to, Form::Sealed).await
}

/// What a backup is protected by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Sealed,
    Open,
    WithKeys,
}

async fn lay(app: &App, to: &Path, form: Form) -> Result<Manifest> {
    if to.exists() {
        return Err(Problem::Malformed(format!("{} 已经存在，备份不会覆盖它", to.display())));
    }
    let part = to.with_added_extension("part");
    let made = gather(app, &part, form).await;
    let manifest = match made {
        Ok(manifest) => manifest,
        Err(problem) => {
            // Best effort: the problem that is told is the first one.
            let _ = fs::remove_dir_all(&part);
            return Err(problem);
        }
    };
    files::finish(&part, to)?;
    Ok(manifest)
}

async fn gather(app: &App, part: &Path, form: Form) -> Result<Manifest> {
    if part.exists() {
        fs::remove_dir_all(part)?;
    }
    files::folder(part)?;
    let made_at = app.ground.clock.now().to_string();
    let contents = database(app, &part.join(DATABASE)).await?;
    let wanted = attached(&part.join(DATABASE)).await?;
    beside(&part.join(DATABASE));
    let (data, folder, ground) = (app.config.data.clone(), part.to_owned(), app.ground.clone());
    let mut copied = files::aside(move || copy_files(&data, &folder, wanted, &ground)).await?;
    if form == Form::WithKeys {
        copied.apart.retain(|path| path != KEYS);
        files::copy(&app.config.data.join(KEYS), &part.join(KEYS), KEYS)?;
    }
    let engine = match app.db.engine() {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    let manifest = Manifest {
        format: Manifest::format(form == Form::Sealed),
        program: app.config.version.to_owned(),
        engine: engine.to_owned(),
        made_at,
        keys: form == Form::WithKeys,
        sealed: form == Form::Sealed,
        keys_mark: mark(&app.ground.keyring),
        tables: contents.into_iter().map(Into::into).collect(),
        files: copied.files,
        apart: copied.apart,
        missing: copied.missing,
    };
    if manifest.sealed {
        let (folder, listed, ground) = (part.to_owned(), manifest.clone(), app.ground.clone());
        files::aside(move || sealed::seal_all(&folder, &listed, &ground)).await?;
    }
    let text = serde_json::to_string_pretty(&manifest).map_err(|error| Problem::Fault(error.to_string()))?;
    files::write(&part.join(NAME), text.as_bytes())?;
    Ok(manifest)
}

/// The database as an SQLite file, checked; what its tables hold.
async fn database(app: &App, to: &Path) -> Result<Vec<Content>> {
    match app.db.engine() {
        Engine::Sqlite => app.db.backup_to(to).await?,
        Engine::Postgres => drop(into_file(app, to).await?),
    }
    let copy = Db::open(&to.to_string_lossy()).await?;
    let contents = copy.contents().await;
    copy.close().await;
    beside(to);
    Ok(contents?)
}

/// Moves the database into an SQLite file that does not exist yet. It is filled under another name and copied from there: a
/// file in use has a part of its rows in a second one (`-wal`), the copy has all of them in itself.
async fn into_file(app: &App, to: &Path) -> Result<db::Moved, db::Error> {
    let filling = to.with_added_extension("filling");
    clear(&filling);
    let copy = Db::open(&filling.to_string_lossy()).await?;
    let outcome = fill(app, &copy, to).await;
    copy.close().await;
    clear(&filling);
    outcome
}

async fn fill(app: &App, copy: &Db, to: &Path) -> Result<db::Moved, db::Error> {
    copy.migrate(MIGRATIONS, None, app.ground.clock.now()).await?;
    let moved = app.db.move_to(copy, true).await?;
    copy.backup_to(to).await?;
    Ok(moved)
}

/// Takes a database file away that was only a step on the way, with what belongs to it.
pub(super) fn clear(file: &Path) {
    // Best effort: it may not be there.
    let _ = fs::remove_file(file);
    beside(file);
}

/// Takes away what stood beside a database file while it was looked at. Nothing was written to it: it is whole without.
pub(super) fn beside(file: &Path) {
    for end in ["-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        // Best effort: they may not be there.
        let _ = fs::remove_file(name);
    }
}

/// The digests of the files that the copy speaks of: attachments, and the office's own documents.
struct Wanted {
    attachments: BTreeSet<String>,
    houses: BTreeSet<String>,
}

async fn attached(copy: &Path) -> Result<Wanted> {
    let copy = Db::open(&copy.to_string_lossy()).await?;
    let digests = copy
        .read(|tx| {
            let (mut digests, mut houses) = (BTreeSet::new(), BTreeSet::new());
            tx.for_each::<db::Error>(&ATTACHED, &[], |row| {
                digests.insert(row.get("digest")?);
                digests.extend(row.get::<Option<String>>("public_digest")?);
                Ok(())
            })?;
            tx.for_each::<db::Error>(&HOUSES, &[], |row| {
                houses.insert(row.get("digest")?);
                Ok(())
            })?;
            Ok::<_, Problem>(Wanted { attachments: digests, houses })
        })
        .await;
    copy.close().await;
    digests
}

/// What became of the files of the data folder.
struct Copied {
    files: Vec<super::FilePart>,
    apart: Vec<String>,
    missing: Vec<String>,
}

fn in_words(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Copies the files of the data folder; also the attachments that are not in the copy as what they were. Secrets and
/// messages in the clear are left where they are (record 28).
fn copy_files(data: &Path, part: &Path, wanted: Wanted, ground: &Ground) -> Result<Copied> {
    // A configuration that cannot be read sends nothing, so it has no folders either.
    let config = delivery::Config::read(data).unwrap_or_default();
    let listed = files::list(data, &config.folders())?;
    let (folder, mut copied) = (part.join("files"), Vec::new());
    for path in listed.taken {
        copied.push(files::copy(&data.join(&path), &folder.join(&path), &in_words(&path))?);
    }
    let vault = Vault::new(&folder, ground);
    let apart = listed.apart.iter().map(|path| in_words(path)).collect();
    let houses = Vault::documents(&folder, ground);
    let attachments = wanted.attachments.into_iter().filter(|digest| !vault.holds(digest));
    let missing =
        attachments.chain(wanted.houses.into_iter().filter(|digest| !houses.holds(digest))).collect();
    Ok(Copied { files: copied, apart, missing })
}
