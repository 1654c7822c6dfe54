//! The move of a database to the other engine, and the comparison of two.

use std::path::Path;

use db::{Content, Db, Moved};
use web::{App, Problem, Result};

use super::backup::into_file;
use crate::office::MIGRATIONS;

fn is_server(place: &str) -> bool {
    place.starts_with("postgres://") || place.starts_with("postgresql://")
}

/// Moves every table to `to`: a `postgres://` address of an empty database, or the path of an SQLite file that does not
/// exist. Everything is there afterwards and was compared, or nothing is.
///
/// # Errors
/// A sentence when the target is taken; whatever the engines say.
pub async fn transfer(app: &App, to: &str) -> Result<Moved> {
    let now = app.ground.clock.now();
    if is_server(to) {
        let target = Db::open(to).await?;
        let fresh = target.is_fresh().await?;
        target.migrate(MIGRATIONS, None, now).await?;
        let moved = app.db.move_to(&target, fresh).await;
        target.close().await;
        return moved.map_err(words);
    }
    let path = Path::new(to);
    if path.exists() {
        return Err(Problem::Malformed(format!("{to} 已经存在，搬迁不会覆盖它")));
    }
    into_file(app, path).await.map_err(words)
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
