//! One-time sign-in codes: the only way to a first or a forgotten password. Only a digest is kept.

use db::{Tx, params};
use jiff::{Timestamp, ToSpan};
use kernel::{Ctx, OfficerId, Permission, Refusal, hex, sm3};
use serde_json::json;
use web::Result;

use crate::officer::note;

/// Wrong tries before a code is void.
const TRIES: i64 = 5;

db::sql! {
    INSERT = "INSERT INTO sign_in_code (id, officer_id, digest, made_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    VOID = "UPDATE sign_in_code SET used_at = $2 WHERE officer_id = $1 AND used_at IS NULL";
    OPEN = "SELECT c.id, c.digest, c.tries, c.officer_id FROM sign_in_code c JOIN officer o ON o.id = c.officer_id \
            WHERE o.login = $1 AND o.enabled = TRUE AND c.used_at IS NULL AND c.expires_at > $2 ORDER BY c.made_at DESC";
    TRY = "UPDATE sign_in_code SET tries = tries + 1 WHERE id = $1";
    SET_PASSWORD = "UPDATE officer SET password = $2, failures = 0, locked_until = NULL, version = version + 1 WHERE id = $1";
    END_SESSIONS = "UPDATE session SET ended_at = $2 WHERE officer_id = $1 AND ended_at IS NULL";
}

/// Issues a code for `officer`; earlier ones are void. The answer is shown once and never stored.
///
/// # Errors
/// A refusal without the right.
pub fn issue(tx: &mut Tx, ctx: &Ctx, officer: OfficerId) -> Result<String> {
    ctx.may(Permission::KeepPeople)?;
    // 12 signs of 31 that cannot be confused: 59 bits.
    const SIGNS: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    let sign = |_| char::from(SIGNS[usize::try_from(ctx.entropy().below(31)).unwrap_or(0) % SIGNS.len()]);
    let code: String = (0..12).map(sign).collect();
    let id: kernel::Id<kernel::kind::Officer> = ctx.id();
    let expires: Timestamp =
        ctx.now.checked_add(24.hours()).map_err(|error| web::Problem::Fault(error.to_string()))?;
    tx.execute(&VOID, &params![officer, ctx.now])?;
    tx.execute(&INSERT, &params![id, officer, digest(&code), ctx.now, expires])?;
    note(tx, ctx, &officer.to_string(), "code_issued", &json!({ "expires": expires.as_millisecond() }))?;
    Ok(format!("{}-{}-{}", &code[..4], &code[4..8], &code[8..]))
}

fn digest(code: &str) -> String {
    let plain: String =
        code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    hex(&sm3(format!("sign-in|{plain}").as_bytes()))
}

/// The officer whose open code this is; `None` counts a try. The caller answers alike for every `None` (SEC_23).
pub(crate) fn redeem(tx: &mut Tx, ctx: &Ctx, login: &str, code: &str) -> Result<Option<OfficerId>> {
    let given = digest(code);
    for row in tx.query(&OPEN, &params![login.to_lowercase(), ctx.now])? {
        let id: kernel::Id<kernel::kind::Officer> = row.get("id")?;
        let fits = row.get::<String>("digest")? == given && row.get::<i64>("tries")? < TRIES;
        if fits {
            return Ok(Some(row.get("officer_id")?));
        }
        tx.execute(&TRY, &params![id])?;
    }
    Ok(None)
}

/// Sets the password, uses up the code, ends every session (SEC_20).
pub(crate) fn set_password(tx: &mut Tx, ctx: &Ctx, officer: OfficerId, hash: &str) -> Result<()> {
    tx.exactly_one(&SET_PASSWORD, &params![officer, hash])
        .map_err(|_| Refusal::new("officer_gone", "账户不存在"))?;
    tx.execute(&VOID, &params![officer, ctx.now])?;
    tx.execute(&END_SESSIONS, &params![officer, ctx.now])?;
    note(tx, ctx, &officer.to_string(), "password_set", &json!({}))
}
