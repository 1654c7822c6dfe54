//! The backup of every day, sealed, and the proof that it comes back: it is restored into a scratch folder, every table and
//! file compared, the journal walked. A backup that was never restored is a hope.

use std::{fs, path::Path, sync::Arc};

use db::params;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use web::{App, Problem, Result};

use super::{backup::back_up_sealed, files, manifest::Manifest, restore::bring_back};
use crate::office::system;

/// Backups of days that are kept.
const KEEP: usize = 7;
/// How their names begin.
const BEGIN: &str = "daily-";
/// The verb of a proof in the journal.
const VERB: &str = "backup_prove";
/// How far back a proof is looked for.
const BACK: SignedDuration = SignedDuration::from_hours(30 * 24);

db::sql! {
    PROVED = "SELECT at, detail FROM journal WHERE verb = 'backup_prove' AND at > $1 ORDER BY at DESC, seq DESC LIMIT 1";
}

/// Verbs of the journal and their words.
pub(crate) fn verbs() -> Vec<(&'static str, &'static str)> {
    vec![(VERB, "试恢复每日备份")]
}

/// What the last trial restore found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// When it was tried.
    pub at: Timestamp,
    /// The folder of the backup in `backups/`.
    pub name: String,
    /// Rows that came back.
    pub rows: u64,
    /// SM3 over all of it ([`Manifest::digest`]).
    pub digest: String,
    /// Whether everything came back and the journal is whole.
    pub whole: bool,
}

/// Makes the backup of the day and proves it; the oldest beyond a week go, but only after a good one.
///
/// # Errors
/// Why there is no backup, or why it does not come back: the caller makes that loud.
pub async fn nightly(app: &App) -> Result<Proof> {
    let at = app.ground.clock.now();
    let folder = app.config.data.join("backups");
    let name = format!("{BEGIN}{}", at.as_millisecond());
    fs::create_dir_all(&folder)?;
    let made = back_up_sealed(app, &folder.join(&name)).await?;
    let proof = prove(app, &folder.join(&name), name).await?;
    if proof.digest != made.digest() {
        return Err(Problem::Fault(format!("每日备份 {} 的清单在试恢复前后不同", proof.name)));
    }
    let (ctx, kept) = (system(app, "每日备份"), proof.clone());
    app.db
        .write(move |tx| {
            let detail =
                json!({ "name": kept.name, "rows": kept.rows, "digest": kept.digest, "whole": kept.whole });
            journal::note(tx, &ctx, "每日备份", VERB, &detail)
        })
        .await?;
    if !proof.whole {
        return Err(Problem::Fault(format!("每日备份 {} 试恢复后日志校验不通过", proof.name)));
    }
    if !made.missing.is_empty() {
        let words = format!("每日备份 {}：{} 份附件在备份前已缺失或被改动", proof.name, made.missing.len());
        return Err(Problem::Fault(words));
    }
    files::aside(move || prune(&folder)).await?;
    Ok(proof)
}

/// Restores the backup in `from` into a scratch folder beside it, which is gone afterwards.
async fn prove(app: &App, from: &Path, name: String) -> Result<Proof> {
    let scratch = from.with_added_extension("trial");
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    files::folder(&scratch)?;
    let manifest = Manifest::read(from)?;
    let restored = bring_back(from, &scratch, "", Some(Arc::clone(&app.ground.keyring)), manifest).await;
    fs::remove_dir_all(&scratch)?;
    let restored = restored?;
    Ok(Proof {
        at: app.ground.clock.now(),
        name,
        rows: restored.manifest.rows(),
        digest: restored.manifest.digest(),
        whole: restored.whole && restored.journal.is_some(),
    })
}

/// The last proof of the last thirty days.
///
/// # Errors
/// Whatever the database says.
pub fn last_proof(tx: &mut db::Tx, now: Timestamp) -> Result<Option<Proof>> {
    let after = now.saturating_add(-BACK).unwrap_or(Timestamp::MIN);
    let Some(row) = tx.one(&PROVED, &params![after])? else { return Ok(None) };
    let detail: String = row.get("detail")?;
    let detail: serde_json::Value = serde_json::from_str(&detail).unwrap_or_default();
    let text = |key: &str| detail.get(key).and_then(|it| it.as_str()).unwrap_or_default().to_owned();
    Ok(Some(Proof {
        at: row.get("at")?,
        name: text("name"),
        rows: detail.get("rows").and_then(serde_json::Value::as_u64).unwrap_or_default(),
        digest: text("digest"),
        whole: detail.get("whole").and_then(serde_json::Value::as_bool).unwrap_or_default(),
    }))
}

fn prune(folder: &Path) -> Result<()> {
    let mut copies: Vec<_> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(BEGIN)))
        .collect();
    // What a program that died left half done has an ending; only one program makes the backup of a day.
    let (half, mut whole): (Vec<_>, Vec<_>) = copies
        .drain(..)
        .partition(|path| path.extension().is_some_and(|end| end == "part" || end == "trial"));
    whole.sort();
    for old in whole.iter().rev().skip(KEEP).chain(&half) {
        // Before backups were folders a day's copy was a file.
        if old.is_dir() { fs::remove_dir_all(old)? } else { fs::remove_file(old)? }
    }
    Ok(())
}
