//! What a program that died left behind goes on; what is over goes.

use std::path::Path;

use web::{App, Problem, Result};

use crate::{bring, export, inbox, produce};

/// Produces and brings in what waits or was left half done, and takes away files whose time is over: exports after seven
/// days, uploads after thirty.
///
/// # Errors
/// A fault of the database or the disk.
pub async fn sweep(app: &App) -> Result<()> {
    let now = app.ground.clock.now();
    let look = move |tx: &mut db::Tx| Ok::<_, Problem>((export::waiting(tx, now)?, inbox::waiting(tx, now)?));
    let (exports, files) = app.db.read(look).await?;
    for id in exports {
        produce(app, id).await?;
    }
    for id in files {
        bring(app, id).await?;
    }
    let forget = move |tx: &mut db::Tx| {
        let (exports, files) = (export::expire(tx, now)?, inbox::expire(tx, now)?);
        Ok::<_, Problem>([exports, files].concat())
    };
    for file in app.db.write(forget).await? {
        remove(&app.config.data.join(file))?;
    }
    Ok(())
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
