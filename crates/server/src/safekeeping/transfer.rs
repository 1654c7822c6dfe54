//! The move of a database to the other engine, and the comparison of two.

use std::path::Path;

use db::{Content, Db, Moved, Step, difference};
use web::{App, Problem, Result};

use super::backup::clear;
use crate::migrations::MIGRATIONS;

fn is_server(place: &str) -> bool {
    place.starts_with("postgres://") || place.starts_with("postgresql://")
}

/// Moves every table to `to`: a `postgres://` address of an empty database, or the path of an SQLite file that does not
/// exist. A move that was broken off goes on when it is asked for again ([`Db::move_on`]); a file is filled under the name
/// `….moving` and gets its own when all of it was compared. `told` hears how far it is and may stop it.
///
/// # Errors
/// A sentence when the target is taken, differs, or this database was written to meanwhile; whatever `told` and the engines
/// say.
pub async fn transfer(
    app: &App,
    to: &str,
    told: impl FnMut(&Step) -> Result<(), db::Error>,
) -> Result<Moved> {
    let now = app.ground.clock.now();
    if is_server(to) {
        let target = Db::open_target(to).await?;
        let moved = app.db.move_on(&target, MIGRATIONS, now, told).await;
        target.close().await;
        return moved.map_err(words);
    }
    let path = Path::new(to);
    if path.exists() {
        return Err(Problem::Malformed(format!("{to} 已经存在，搬迁不会覆盖它")));
    }
    let filling = path.with_added_extension("moving");
    let target = Db::open_target(&filling.to_string_lossy()).await?;
    let filled = fill(app, &target, told).await;
    let moved = match filled {
        Ok(moved) => target.backup_to(path).await.map(|()| moved),
        Err(error) => Err(error),
    };
    target.close().await;
    if moved.is_ok() {
        clear(&filling);
    }
    moved.map_err(words)
}

/// Fills a file of ours. One that is full already but did not get its name is as good.
async fn fill(
    app: &App,
    target: &Db,
    told: impl FnMut(&Step) -> Result<(), db::Error>,
) -> Result<Moved, db::Error> {
    if !target.is_fresh().await? && !target.is_half_moved().await? {
        let (here, there) = (app.db.contents().await?, target.contents().await?);
        if difference(&here, &there).is_none() {
            return Ok(Moved { contents: there, documents: target.count_documents().await? });
        }
    }
    app.db.move_on(target, MIGRATIONS, app.ground.clock.now(), told).await
}

/// Sentences of the move are for the administrator; everything else stays a fault.
fn words(error: db::Error) -> Problem {
    match error {
        db::Error::Other(words) => Problem::Malformed(words),
        other => other.into(),
    }
}

/// A table on both sides.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Here; `None` when the table is not.
    pub here: Option<Content>,
    /// There.
    pub there: Option<Content>,
}

impl Compared {
    /// Whether both sides hold the same.
    pub fn same(&self) -> bool {
        self.here == self.there
    }
}

/// Compares every table of this database with that at `to`, without changing either.
///
/// # Errors
/// A sentence when there is none; whatever the engines say.
pub async fn compare(app: &App, to: &str) -> Result<Vec<Compared>> {
    if !is_server(to) && !Path::new(to).exists() {
        return Err(Problem::Malformed(format!("没有数据库文件 {to}")));
    }
    let target = Db::open(to).await?;
    let there = target.contents().await;
    target.close().await;
    let (here, mut there) = (app.db.contents().await?, there?);
    let mut all = Vec::new();
    for content in here {
        let at = there.iter().position(|other| other.table == content.table);
        all.push(Compared { here: Some(content), there: at.map(|at| there.remove(at)) });
    }
    all.extend(there.into_iter().map(|content| Compared { here: None, there: Some(content) }));
    Ok(all)
}
