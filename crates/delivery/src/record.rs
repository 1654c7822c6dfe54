//! The record of what the program sends: one row per notice.

use db::{Row, Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, JobId, MatterId, NoticeId, words};
use web::Result;

words! {
    /// How far the sending of a notice came.
    State {
        /// A try is on its way; found like this by the next try, the program died with it.
        Sending = "sending", "正在发送";
        /// It was not sent; tried again later.
        Waiting = "waiting", "稍后重试";
        /// It was taken over; its arrival is not proved yet.
        Sent = "sent", "已发出，等待回执";
        /// It arrived.
        Delivered = "delivered", "已送达";
        /// It was refused for good.
        Refused = "refused", "被拒收";
        /// It may have been sent or not.
        Unknown = "unknown", "发送结果未知";
        /// Every try failed.
        Dead = "dead", "多次发送失败";
        /// The channel is not configured.
        ByHand = "by_hand", "人工办理";
        /// Somebody dealt with it otherwise.
        Closed = "closed", "已另行处理";
    }
}

/// The record of one notice.
#[derive(Clone, Debug)]
pub struct Dispatch {
    /// The notice.
    pub notice: NoticeId,
    /// Channel code.
    pub channel: String,
    /// How far it came.
    pub state: State,
    /// Its job.
    pub job: JobId,
    /// The carrier's number.
    pub outside: Option<String>,
    /// Tries so far.
    pub tries: i64,
    /// The last try.
    pub last_at: Timestamp,
    /// What the last try said.
    pub error: Option<String>,
}

db::sql! {
    BEGIN = "INSERT INTO dispatch (notice_id, matter_id, channel, carrier, state, job_id, tries, first_at, last_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT (notice_id) DO UPDATE SET carrier = excluded.carrier, \
             state = excluded.state, job_id = excluded.job_id, tries = dispatch.tries + excluded.tries, last_at = excluded.last_at";
    MOVE = "UPDATE dispatch SET state = $2, error = $3, last_at = $4 WHERE notice_id = $1";
    TAKEN = "UPDATE dispatch SET state = CASE WHEN state = 'sending' THEN 'sent' ELSE state END, outside_id = COALESCE($2, outside_id), \
             sent_at = COALESCE(sent_at, $3), error = NULL, last_at = $3 WHERE notice_id = $1";
    FIND = "SELECT notice_id, channel, state, job_id, outside_id, tries, last_at, error FROM dispatch WHERE notice_id = $1";
    OUTSIDE = "SELECT notice_id, channel, state, job_id, outside_id, tries, last_at, error FROM dispatch \
               WHERE outside_id = $1 AND channel = $2 ORDER BY last_at DESC LIMIT 1";
    OF = "SELECT notice_id, channel, state, job_id, outside_id, tries, last_at, error FROM dispatch \
          WHERE matter_id = $1 AND state <> 'by_hand' ORDER BY first_at, notice_id";
    AWAITING = "SELECT notice_id, channel, state, job_id, outside_id, tries, last_at, error FROM dispatch \
                WHERE channel = $1 AND state IN ('sent', 'unknown') AND last_at > $2 ORDER BY last_at LIMIT 200";
    LOST = "SELECT d.notice_id, d.channel, d.state, d.job_id, d.outside_id, d.tries, d.last_at, d.error \
            FROM dispatch d JOIN job j ON j.id = d.job_id \
            WHERE d.state = 'sending' AND j.failed_at IS NOT NULL AND j.done_at IS NULL ORDER BY d.last_at LIMIT 200";
    SETTLED = "SELECT d.notice_id, d.channel, d.state, d.job_id, d.outside_id, d.tries, d.last_at, d.error \
               FROM dispatch d JOIN notice n ON n.id = d.notice_id \
               WHERE d.state IN ('sent', 'unknown', 'dead') AND n.state IN ('delivered', 'failed') ORDER BY d.last_at LIMIT 200";
}

/// Begins a try, or notes that the notice is for people to give.
pub(crate) fn begin(
    tx: &mut Tx,
    ctx: &Ctx,
    notice: &matters::notices::Outgoing,
    job: JobId,
    carrier: Option<&'static str>,
) -> Result<()> {
    let (state, tries) = if carrier.is_some() { (State::Sending, 1) } else { (State::ByHand, 0) };
    let row = params![
        notice.id,
        notice.matter.id,
        notice.channel,
        carrier.unwrap_or_default(),
        state.code(),
        job,
        tries,
        ctx.now
    ];
    tx.execute(&BEGIN, &row)?;
    Ok(())
}

/// Moves a record on, with what was said.
pub(crate) fn set(
    tx: &mut Tx,
    now: Timestamp,
    notice: NoticeId,
    state: State,
    error: Option<&str>,
) -> Result<()> {
    tx.execute(&MOVE, &params![notice, state.code(), error, now])?;
    Ok(())
}

/// Notes that the carrier took it over; a report that was faster keeps its state.
pub(crate) fn taken(tx: &mut Tx, now: Timestamp, notice: NoticeId, outside: Option<&str>) -> Result<()> {
    tx.execute(&TAKEN, &params![notice, outside, now])?;
    Ok(())
}

/// The record of a notice.
pub(crate) fn find(tx: &mut Tx, notice: NoticeId) -> Result<Option<Dispatch>> {
    tx.one(&FIND, &params![notice])?.map(|row| read(&row)).transpose()
}

/// The record that the carrier of `channel` knows as `outside`.
pub(crate) fn by_outside(tx: &mut Tx, outside: &str, channel: &str) -> Result<Option<Dispatch>> {
    tx.one(&OUTSIDE, &params![outside, channel])?.map(|row| read(&row)).transpose()
}

/// What the program sends or sent for a matter.
pub(crate) fn of(tx: &mut Tx, matter: MatterId) -> Result<Vec<Dispatch>> {
    tx.query(&OF, &params![matter])?.iter().map(read).collect()
}

/// What waits for a report of `channel`, sent after `since`.
pub(crate) fn awaiting(tx: &mut Tx, channel: &str, since: Timestamp) -> Result<Vec<Dispatch>> {
    tx.query(&AWAITING, &params![channel, since])?.iter().map(read).collect()
}

/// Tries with which the program died so often that the queue gave their job up.
pub(crate) fn lost(tx: &mut Tx) -> Result<Vec<Dispatch>> {
    tx.query(&LOST, &[])?.iter().map(read).collect()
}

/// What got its result by somebody's hand meanwhile.
pub(crate) fn settled_by_hand(tx: &mut Tx) -> Result<Vec<Dispatch>> {
    tx.query(&SETTLED, &[])?.iter().map(read).collect()
}

pub(crate) fn read(row: &Row) -> Result<Dispatch> {
    Ok(Dispatch {
        notice: row.get("notice_id")?,
        channel: row.get("channel")?,
        state: State::from_code(&row.get::<String>("state")?).unwrap_or(State::Unknown),
        job: row.get("job_id")?,
        outside: row.get("outside_id")?,
        tries: row.get("tries")?,
        last_at: row.get("last_at")?,
        error: row.get("error")?,
    })
}
