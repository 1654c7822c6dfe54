//! Delivery reports of mail servers, taken in from the folder that the bureau's mail goes into.

use std::sync::Arc;

use db::Tx;
use kernel::{AttachmentId, Ctx};
use matters::{
    Kind, Matter,
    attachments::{self, Stored, Vault},
    notices,
};
use web::{App, Problem, Result};

use super::{
    report::{Verdict, conclude, waits},
    sender,
};
use crate::{
    carriers::bounces::{self, Bounce, Fate},
    config::Config,
    record::{self, State},
};

/// Proof code of a mail server's report.
const EMAIL_RECEIPT: &str = "email_receipt";

/// Takes in the reports that came; how many were ours. What is unknown or forged is put aside and changes nothing.
///
/// # Errors
/// A fault of the database, or a folder that cannot be read.
pub(super) async fn take(app: &App, config: &Arc<Config>) -> Result<usize> {
    let Some(email) = &config.email else { return Ok(0) };
    let Some(place) = email.reports.as_ref().map(|folder| app.config.data.join(folder)) else { return Ok(0) };
    let ground = app.ground.clone();
    let read = move || bounces::waiting(&place, &ground.keyring);
    let found = tokio::task::spawn_blocking(read).await;
    let found = found.map_err(|error| Problem::Fault(error.to_string()))??;
    let mut count = 0;
    for one in found {
        let taken = match one.bounce.clone() {
            Some(bounce) => note(app, bounce, email.acceptance_proves).await?,
            None => false,
        };
        one.put_away(taken)?;
        count += usize::from(taken);
    }
    Ok(count)
}

async fn note(app: &App, bounce: Bounce, relayed_proves: bool) -> Result<bool> {
    let (vault, text) = (Vault::of(app), bounce.text.clone());
    let keep = move || attachments::keep(&vault, "投递报告.txt", text.as_bytes());
    let stored = tokio::task::spawn_blocking(keep).await;
    let stored = stored.map_err(|error| Problem::Fault(error.to_string()))??;
    let ctx = sender(app);
    app.db.write(move |tx| bounced(tx, &ctx, &bounce, &stored, relayed_proves)).await
}

/// Writes one report down; `false` when it is about nothing we sent by e-mail.
fn bounced(tx: &mut Tx, ctx: &Ctx, bounce: &Bounce, stored: &Stored, relayed_proves: bool) -> Result<bool> {
    let Some(dispatch) = record::find(tx, bounce.notice)? else { return Ok(false) };
    if dispatch.channel != "email" || dispatch.state == State::ByHand {
        return Ok(false);
    }
    let notice = notices::outgoing(tx, ctx, bounce.notice)?;
    let arrived = match bounce.fate {
        Fate::Delivered => true,
        Fate::Relayed if relayed_proves => true,
        Fate::Failed => false,
        Fate::Relayed | Fate::Pending => return Ok(true),
    };
    if !waits(&notice) {
        return Ok(true);
    }
    let attachment = attach(tx, ctx, &notice.matter, stored)?;
    let status = &bounce.status;
    let words = match bounce.fate {
        Fate::Relayed => format!("投递报告 {status}：已转交对方邮件系统，该系统不再报告"),
        Fate::Failed if attachment.is_some() => format!("投递报告 {status}：{}", bounce.reason),
        Fate::Failed => format!("投递报告 {status}：没有送达"),
        Fate::Delivered | Fate::Pending => format!("投递报告 {status}：已送达对方邮箱"),
    };
    let verdict = Verdict { arrived, at: bounce.at, proof: EMAIL_RECEIPT, words, attachment };
    conclude(tx, ctx, &dispatch, &notice, &verdict)?;
    Ok(true)
}

/// The report with the matter. Not with a report of a breach: the servers it names tell where its reporter has his mail.
fn attach(tx: &mut Tx, ctx: &Ctx, matter: &Matter, stored: &Stored) -> Result<Option<AttachmentId>> {
    if matter.kind == Kind::Report {
        return Ok(None);
    }
    attachments::add(tx, ctx, matter, stored, "proof").map(Some)
}
