//! Time-based one-time passwords (动态口令, RFC 6238): optional, sealed, no step used twice.

use db::{Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, Field, OfficerId, Refusal};
use serde_json::json;
use totp_rs::{Builder, Secret, Totp};
use web::Result;

use crate::officer::note;

const SECRET: Field = Field { table: "officer", column: "totp" };

db::sql! {
    GET = "SELECT totp, totp_last_step FROM officer WHERE id = $1";
    SET = "UPDATE officer SET totp = $2, totp_last_step = $3, version = version + 1 WHERE id = $1";
    USE = "UPDATE officer SET totp_last_step = $2 WHERE id = $1 AND totp_last_step < $2";
}

fn generator(secret: Vec<u8>) -> Option<Totp> {
    // One step to either side: clocks of telephones differ.
    Builder::new().with_secret(secret).with_skew(1).build().ok()
}

/// A new secret in base32, as authenticators take it.
pub(crate) fn propose(ctx: &Ctx) -> String {
    Secret::from(ctx.entropy().bytes::<20>().as_slice()).to_base32()
}

/// The step whose code `code` is, now.
fn step(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let seconds = u64::try_from(now.as_second()).ok()?;
    let found = generator(secret.to_vec())?.check(&digits, seconds)?;
    i64::try_from(found).ok()
}

/// Turns it on, once the officer has shown that the authenticator works.
///
/// # Errors
/// A refusal when the code does not fit.
pub(crate) fn enrol(tx: &mut Tx, ctx: &Ctx, officer: OfficerId, secret: &str, code: &str) -> Result<()> {
    let wrong = || Refusal::new("totp_code", "动态口令不对，请核对手机时间后重新填写").at("totp_code");
    let bytes = Secret::try_from_base32(secret).map_err(|_| wrong())?.as_ref().to_vec();
    let used = step(&bytes, code, ctx.now).ok_or_else(wrong)?;
    let sealed = ctx.keyring().seal(SECRET, officer.uuid(), secret, ctx.entropy());
    tx.exactly_one(&SET, &params![officer, sealed, used])?;
    note(tx, ctx, &officer.to_string(), "totp_on", &json!({}))
}

/// Turns it off; the caller has checked the password.
pub(crate) fn drop_secret(tx: &mut Tx, ctx: &Ctx, officer: OfficerId) -> Result<()> {
    tx.exactly_one(&SET, &params![officer, None::<Vec<u8>>, 0])?;
    note(tx, ctx, &officer.to_string(), "totp_off", &json!({}))
}

/// Whether it is on.
pub(crate) fn is_on(tx: &mut Tx, officer: OfficerId) -> Result<bool> {
    let row = tx.one(&GET, &params![officer])?.ok_or(web::Problem::NotFound)?;
    Ok(row.get::<Option<Vec<u8>>>("totp")?.is_some())
}

/// Whether sign-in may go on: it is off, or `code` is a code that was not used before.
pub(crate) fn pass(tx: &mut Tx, ctx: &Ctx, officer: OfficerId, code: &str) -> Result<bool> {
    let row = tx.one(&GET, &params![officer])?.ok_or(web::Problem::NotFound)?;
    let Some(sealed) = row.get::<Option<Vec<u8>>>("totp")? else { return Ok(true) };
    let secret = ctx.keyring().open(SECRET, officer.uuid(), &sealed)?;
    let bytes = Secret::try_from_base32(&secret).map_err(|error| web::Problem::Fault(error.to_string()))?;
    let Some(found) = step(bytes.as_ref(), code, ctx.now) else { return Ok(false) };
    Ok(tx.execute(&USE, &params![officer, found])? == 1)
}
