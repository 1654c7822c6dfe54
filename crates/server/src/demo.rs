//! A demo bureau: made by the office's own commands from a fixed seed, marked on every page, removed by one command.

mod bureau;
mod contacts;
mod inquiry;
mod life;
mod remove;
mod scenes;
mod words;

use std::sync::Arc;

use jiff::ToSpan as _;
use kernel::{Actor, Clock, Ctx, Entropy, Ground};
use web::{App, Problem, Result};

pub use remove::remove;

/// The statements of the demo data.
pub(crate) fn statements() -> Vec<db::Sql> {
    remove::STATEMENTS.to_vec()
}

/// Everything is drawn from this seed, so that two machines make the same bureau on the same day.
const SEED: &str = "消保 demo 1";
/// Days of history.
const DAYS: i64 = 730;
/// Traders.
const TRADERS: usize = 2_000;

/// The one-time codes printed at the start: one login for each role.
const LOGINS: &[&str] =
    &["admin", "fenpai", "jiedai", "zhangwei", "suozhang", "juzhang", "fazhi", "shenji", "zhandian"];

/// Matters that [`DAYS`] days bring the demo bureau, about: what [`Size::of_matters`] counts by.
const MATTERS: u64 = 4_200;

/// How large a demo bureau is. What is done in it is the same at every size: the office's own commands.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Days of history.
    pub days: i64,
    /// Traders.
    pub traders: usize,
    /// Contacts of a day in thousandths of the demo's.
    pub pace: u64,
    /// 所 beside the eight of the demo.
    pub offices: usize,
    /// Different telephones of those who call, and twice as many names of traders as there are traders.
    pub people: Option<u64>,
    /// Contacts of one transaction.
    pub batch: usize,
}

impl Size {
    /// A bureau as busy as the demo's.
    pub const fn of_days(days: i64, traders: usize) -> Self {
        Self { days, traders, pace: 1_000, offices: 0, people: None, batch: 60 }
    }

    /// Two years of a bureau with about `matters` matters: a 所 for every eight thousand, a caller for every two.
    pub const fn of_matters(matters: u64, traders: usize) -> Self {
        let offices = if matters > 8 * 8_000 { matters / 8_000 - 8 } else { 0 };
        Self {
            pace: matters * 1_000 / MATTERS,
            offices: offices as usize,
            people: Some(matters / 2 + 1),
            batch: 500,
            ..Self::of_days(DAYS, traders)
        }
    }
}

/// Fills an empty database; `false` when it holds something already.
///
/// # Errors
/// A fault of the database.
pub async fn fill(app: &App) -> Result<bool> {
    fill_with(app, DAYS, TRADERS).await
}

/// The same with another length of history and number of traders; tests use a short one.
///
/// # Errors
/// A fault of the database.
pub async fn fill_with(app: &App, days: i64, traders: usize) -> Result<bool> {
    fill_to(app, Size::of_days(days, traders)).await
}

/// The same in another size; `scripts/bench` uses a large one.
///
/// # Errors
/// A fault of the database.
pub async fn fill_to(app: &App, size: Size) -> Result<bool> {
    let empty = app.db.read(|tx| Ok::<_, Problem>(people::units(tx)?.is_empty())).await?;
    if !empty {
        return Ok(false);
    }
    let now = app.ground.clock.now();
    let begin =
        now.checked_sub((size.days * 24).hours()).map_err(|error| Problem::Fault(error.to_string()))?;
    let ground = Ground {
        clock: Clock::standing(begin),
        entropy: Entropy::seeded(SEED),
        keyring: app.ground.keyring.clone(),
    };
    let ctx = ground.ctx(Actor::System("演示数据"));
    crate::office::wire();
    let bureau = bureau::found(app, &ctx, size).await?;
    let stage = Arc::new(contacts::Stage::of(bureau, size, begin, now));
    contacts::live(app, &ctx, &stage).await?;
    scenes::play(app, &ctx, &stage).await?;
    app.config.rename(bureau::NAME);
    Ok(true)
}

/// One-time codes for those of the demo staff who have not signed in yet: login, code, post.
///
/// # Errors
/// A fault of the database.
pub async fn codes(app: &App) -> Result<Vec<(String, String, String)>> {
    let ctx: Ctx = app.ctx(Actor::System("启动"));
    app.db
        .write(move |tx| {
            let people = people::officers(tx, &ctx)?;
            let mut codes = Vec::new();
            for login in LOGINS {
                let Some(person) = people.iter().find(|person| person.login == *login && !person.active)
                else {
                    continue;
                };
                codes.push((
                    (*login).to_owned(),
                    people::issue_code(tx, &ctx, person.id)?,
                    person.posts.clone(),
                ));
            }
            Ok(codes)
        })
        .await
}
