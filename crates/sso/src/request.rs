//! A sign-in under way: one state, one browser, one use, ten minutes.

use db::{Tx, params};
use jiff::ToSpan as _;
use kernel::{Ctx, OfficerId, Refusal, hex, sm3};
use web::Result;

/// Minutes a sign-in may take at the service.
const MINUTES: i64 = 10;

db::sql! {
    INSERT = "INSERT INTO sso_request (digest, officer_id, next, made_at) VALUES ($1, $2, $3, $4)";
    USE = "UPDATE sso_request SET used_at = $2 WHERE digest = $1 AND used_at IS NULL AND made_at >= $3";
    FIND = "SELECT officer_id, next FROM sso_request WHERE digest = $1";
    SWEEP = "DELETE FROM sso_request WHERE made_at < $1";
}

/// What the browser carries, and what follows from it: nonce and verifier are derived under the bureau's keys, so that the
/// database holds nothing that could finish somebody's sign-in.
pub(crate) struct Secrets {
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}

impl Secrets {
    /// A new state.
    pub fn new(ctx: &Ctx) -> Self {
        Self::of(ctx, hex(&ctx.entropy().bytes::<16>()))
    }

    /// What belongs to a state.
    pub fn of(ctx: &Ctx, state: String) -> Self {
        let keys = ctx.keyring();
        // RFC 7636 wants 43 to 128 characters; two marks have 64.
        let verifier = [keys.blind("sso_verifier", &state), keys.blind("sso_verifier_more", &state)].concat();
        Self { nonce: keys.blind("sso_nonce", &state), verifier, state }
    }
}

fn digest(state: &str) -> String {
    hex(&sm3(format!("sso|{state}").as_bytes()))
}

/// Notes that a sign-in begins; old ones go.
pub(crate) fn begin(
    tx: &mut Tx,
    ctx: &Ctx,
    secrets: &Secrets,
    officer: Option<OfficerId>,
    next: &str,
) -> Result<()> {
    let old = ctx.now.checked_sub((24 * 60).minutes()).unwrap_or(ctx.now);
    tx.execute(&SWEEP, &params![old])?;
    tx.execute(&INSERT, &params![digest(&secrets.state), officer, next, ctx.now])?;
    Ok(())
}

/// Uses a state up; who asked to link, and where to go on.
///
/// # Errors
/// A refusal for a state that is unknown, too old or used (SEC_20).
pub(crate) fn take(tx: &mut Tx, ctx: &Ctx, state: &str) -> Result<(Option<OfficerId>, String)> {
    let (digest, since) = (digest(state), ctx.now.checked_sub(MINUTES.minutes()).unwrap_or(ctx.now));
    let over = || Refusal::new("sso_over", "这次登录已经过期或者已经用过，请重新登录");
    if tx.execute(&USE, &params![digest, ctx.now, since])? == 0 {
        return Err(over().into());
    }
    let row = tx.one(&FIND, &params![digest])?.ok_or_else(over)?;
    Ok((row.get("officer_id")?, row.get("next")?))
}
