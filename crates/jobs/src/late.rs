//! What the health page and `xiaobao check` say of background work.

use std::fmt;

use db::{Error, Tx, params};
use jiff::{SignedDuration, Timestamp};

use crate::HEARTBEAT;

/// A job may be this late before anybody is told.
const GRACE: SignedDuration = SignedDuration::from_mins(10);

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(at)
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// So many jobs of the kind were due more than ten minutes ago and have not been done.
    Waiting(i64),
    /// So many jobs of the kind were given up; the latest said this.
    Dead(i64, String),
    /// Repeating work has not been started for two of its turns.
    Silent,
    /// The last turn of repeating work failed; it said this.
    Failing(String),
}

/// Background work that somebody must look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Late {
    /// The kind of job, the name of the repeating work, or [`HEARTBEAT`].
    pub name: String,
    /// What is wrong.
    pub fault: Fault,
    /// Since when.
    pub since: Timestamp,
}

impl fmt::Display for Late {
    /// A sentence for the administrator.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, since) = (&self.name, kernel::office_minute(self.since));
        match &self.fault {
            Fault::Waiting(count) => write!(f, "{count} 个“{name}”任务应在 {since} 起执行，至今没有完成"),
            Fault::Dead(count, error) => {
                write!(f, "{count} 个“{name}”任务多次失败已停办（最近 {since}）：{error}")
            }
            Fault::Silent if name == HEARTBEAT => {
                write!(f, "后台任务自 {since} 起没有运行，请检查服务是否启动")
            }
            Fault::Silent => write!(f, "定期任务“{name}”上次开始于 {since}，之后没有按时执行"),
            Fault::Failing(error) => write!(f, "定期任务“{name}”上次（{since}）没有成功：{error}"),
        }
    }
}

db::sql! {
    WAITING = "SELECT kind, COUNT(*) AS jobs, MIN(run_at) AS since FROM job \
               WHERE done_at IS NULL AND failed_at IS NULL AND run_at < $1 \
               AND (locked_until IS NULL OR locked_until <= $2) GROUP BY kind ORDER BY kind";
    DEAD = "SELECT j.kind, j.failed_at, j.error, (SELECT COUNT(*) FROM job o WHERE o.kind = j.kind \
            AND o.failed_at IS NOT NULL AND o.done_at IS NULL) AS jobs FROM job j \
            WHERE j.failed_at IS NOT NULL AND j.done_at IS NULL AND NOT EXISTS (SELECT 1 FROM job n WHERE n.kind = j.kind \
            AND n.failed_at IS NOT NULL AND n.done_at IS NULL \
            AND (n.failed_at > j.failed_at OR (n.failed_at = j.failed_at AND n.id > j.id))) ORDER BY j.kind";
    SCHEDULES = "SELECT name, every_seconds, last_start, last_error FROM schedule WHERE last_start IS NOT NULL ORDER BY name";
}

/// Everything that is late at `now`; nothing when background work is well.
///
/// # Errors
/// Whatever the database says.
pub fn late(tx: &mut Tx, now: Timestamp) -> Result<Vec<Late>, Error> {
    let mut late = Vec::new();
    for row in tx.query(&WAITING, &params![later(now, -GRACE), now])? {
        let fault = Fault::Waiting(row.get("jobs")?);
        late.push(Late { name: row.get("kind")?, fault, since: row.get("since")? });
    }
    for row in tx.query(&DEAD, &[])? {
        let error: Option<String> = row.get("error")?;
        let fault = Fault::Dead(row.get("jobs")?, error.unwrap_or_default());
        late.push(Late { name: row.get("kind")?, fault, since: row.get("failed_at")? });
    }
    for row in tx.query(&SCHEDULES, &[])? {
        let (name, since): (String, Timestamp) = (row.get("name")?, row.get("last_start")?);
        let two_turns = SignedDuration::from_secs(row.get::<i64>("every_seconds")?.saturating_mul(2));
        if later(since, two_turns + GRACE) < now {
            late.push(Late { name: name.clone(), fault: Fault::Silent, since });
        }
        if let Some(error) = row.get::<Option<String>>("last_error")? {
            late.push(Late { name, fault: Fault::Failing(error), since });
        }
    }
    Ok(late)
}
