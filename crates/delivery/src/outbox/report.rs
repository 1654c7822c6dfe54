//! Results that come later: posted by a gateway, fetched from it, or put into the folder.

use std::sync::Arc;

use db::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{AttachmentId, Ctx, NoticeId};
use matters::notices::{self, NoticeState, Outgoing, Proof};
use web::{App, Result};

use super::{bounced, close, sender};
use crate::{
    carriers::{files, folder, key, sms, sms::Report},
    config::Config,
    record::{self, Dispatch, State},
};

/// Hours for which a gateway is asked about a message.
const ASKED: SignedDuration = SignedDuration::from_hours(72);
/// Proof code of a delivery report.
const RECEIPT: &str = "sms_receipt";
/// Proof code of what another program reported about other messages.
const SYSTEM_RECORD: &str = "system_record";

/// Takes in what results there are, and `asks` the gateway for them; how many.
///
/// # Errors
/// A fault of the database, or a folder that cannot be read.
pub async fn collect(app: &App, config: &Arc<Config>, asks: bool) -> Result<usize> {
    let untidy = |tx: &mut Tx| {
        Ok::<_, web::Problem>(!record::settled_by_hand(tx)?.is_empty() || !record::lost(tx)?.is_empty())
    };
    if app.db.read(untidy).await? {
        let ctx = sender(app);
        app.db.write(move |tx| tidy(tx, &ctx)).await?;
    }
    let polled = if asks { poll(app, config).await? } else { 0 };
    Ok(polled + fetch(app, config).await? + bounced::take(app, config).await?)
}

/// Ends the records of notices that got their result otherwise: read by the citizen, or entered by an officer. Shows what
/// the queue gave up.
fn tidy(tx: &mut Tx, ctx: &Ctx) -> Result<()> {
    for dispatch in record::lost(tx)? {
        record::set(tx, ctx.now, dispatch.notice, State::Unknown, Some("程序多次在发送途中中断"))?;
    }
    for dispatch in record::settled_by_hand(tx)? {
        let state = notices::outgoing(tx, ctx, dispatch.notice)?.state;
        close(tx, ctx, &dispatch)?;
        if state == NoticeState::Delivered {
            record::set(tx, ctx.now, dispatch.notice, State::Delivered, None)?;
        }
    }
    Ok(())
}

/// Asks the gateway about what waits for a report.
async fn poll(app: &App, config: &Arc<Config>) -> Result<usize> {
    let Some(gateway) = config.sms.clone().filter(|sms| sms.poll_url.is_some()) else { return Ok(0) };
    let ctx = sender(app);
    let since = ctx.now.saturating_sub(ASKED).unwrap_or(ctx.now);
    let waiting = app.db.read(move |tx| record::awaiting(tx, "sms", since)).await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let ids: Vec<(String, String)> =
        waiting.iter().map(|one| (key(one.notice), one.outside.clone().unwrap_or_default())).collect();
    let (config, data, now) = (Arc::clone(config), app.config.data.clone(), ctx.now);
    let ask = move || sms::poll(&config, &data, &gateway, now, &ids);
    let reports = tokio::task::spawn_blocking(ask).await.unwrap_or_default();
    let mut taken = 0;
    for report in reports {
        let ctx = ctx.clone();
        taken += usize::from(app.db.write(move |tx| arrived(tx, &ctx, "sms", &report)).await?);
    }
    Ok(taken)
}

/// Takes in the results in the folder.
async fn fetch(app: &App, config: &Arc<Config>) -> Result<usize> {
    let Some(place) = config.files.as_ref().map(|files| folder(&app.config.data, files)) else {
        return Ok(0);
    };
    let found = tokio::task::spawn_blocking(move || files::results(&place)).await;
    let found = found.map_err(|error| web::Problem::Fault(error.to_string()))??;
    let mut count = 0;
    for result in found {
        let (ctx, report) = (sender(app), result.report.clone());
        let taken = match report {
            Some(report) => app.db.write(move |tx| arrived(tx, &ctx, "", &report)).await?,
            None => false,
        };
        result.put_away(taken)?;
        count += usize::from(taken);
    }
    Ok(count)
}

/// The record a report is about: by our key, or else by the carrier's number.
fn about(tx: &mut Tx, channel: &str, report: &Report) -> Result<Option<Dispatch>> {
    if let Some(notice) = report.key.as_deref().and_then(|key| key.parse::<NoticeId>().ok()) {
        return record::find(tx, notice);
    }
    match &report.id {
        Some(outside) => record::by_outside(tx, outside, channel),
        None => Ok(None),
    }
}

/// Takes in one report; `false` when it is about nothing we sent. A report about a notice that has its result changes
/// nothing, so one that comes twice does no harm (SEC_50).
///
/// # Errors
/// A fault of the database.
pub fn arrived(tx: &mut Tx, ctx: &Ctx, channel: &str, report: &Report) -> Result<bool> {
    let Some(dispatch) = about(tx, channel, report)? else { return Ok(false) };
    if !channel.is_empty() && dispatch.channel != channel || dispatch.state == State::ByHand {
        return Ok(false);
    }
    let number = report.id.clone().or_else(|| dispatch.outside.clone());
    let number = number.unwrap_or_else(|| key(dispatch.notice));
    let verdict = Verdict {
        arrived: report.arrived,
        at: report.at,
        proof: if dispatch.channel == "sms" { RECEIPT } else { SYSTEM_RECORD },
        words: if report.arrived { format!("回执 {number}") } else { report.reason.clone() },
        attachment: None,
    };
    let notice = notices::outgoing(tx, ctx, dispatch.notice)?;
    conclude(tx, ctx, &dispatch, &notice, &verdict)?;
    Ok(true)
}

/// What a report says of a notice.
pub(super) struct Verdict {
    /// Whether it arrived.
    pub arrived: bool,
    /// When.
    pub at: Option<Timestamp>,
    /// Proof code.
    pub proof: &'static str,
    /// What proves it, or why it did not arrive.
    pub words: String,
    /// The report itself.
    pub attachment: Option<AttachmentId>,
}

/// Whether a notice still waits for its result.
pub(super) fn waits(notice: &Outgoing) -> bool {
    matches!(notice.state, NoticeState::Planned | NoticeState::Sent)
}

/// Writes the verdict down; nothing happens to a notice that has its result.
pub(super) fn conclude(
    tx: &mut Tx,
    ctx: &Ctx,
    dispatch: &Dispatch,
    notice: &Outgoing,
    verdict: &Verdict,
) -> Result<()> {
    if !waits(notice) {
        return Ok(());
    }
    if verdict.arrived {
        let at = verdict.at.unwrap_or(ctx.now).min(ctx.now);
        let at = notice.sent_at.map_or(at, |sent| at.max(sent));
        let words = format!("{}，{}", verdict.words, kernel::office_minute(at));
        let kind = verdict.proof.to_owned();
        let proof = Proof { at: Some(at), kind, words, attachment: verdict.attachment };
        notices::delivered(tx, ctx, &notice.matter, notice.id, &proof)?;
        close(tx, ctx, dispatch)?;
        record::set(tx, ctx.now, notice.id, State::Delivered, None)
    } else {
        let words = if verdict.words.is_empty() { "对方没有收到" } else { &verdict.words };
        notices::failed(tx, ctx, &notice.matter, notice.id, words)?;
        close(tx, ctx, dispatch)?;
        record::set(tx, ctx.now, notice.id, State::Refused, Some(words))
    }
}
