//! The one-time link: 128 random bits, shown once, kept only as a blind mark under the bureau's keys (SEC_20, SEC_23).

use db::Tx;
use kernel::{Ctx, MatterId, hex};
use web::Result;

use crate::file;

/// A new link's secret and its mark.
pub(crate) fn issue(ctx: &Ctx) -> (String, String) {
    let secret = hex(&ctx.entropy().bytes::<16>());
    let mark = mark(ctx, &secret);
    (secret, mark)
}

fn mark(ctx: &Ctx, secret: &str) -> String {
    ctx.keyring().blind("odr_link", secret)
}

/// The matter behind a link that is still open.
///
/// # Errors
/// [`web::Problem::NotFound`] for what never was a link and for one that is over alike.
pub(crate) fn open(tx: &mut Tx, ctx: &Ctx, secret: &str) -> Result<MatterId> {
    file::by_mark(tx, &mark(ctx, secret), ctx.today())
}
