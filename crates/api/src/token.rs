//! Tokens: an id and a secret, shown once; of the secret only a keyed digest is kept. A token acts from a post, as far as its
//! scopes allow, until it expires, is revoked, or the post ends.

use db::{Row, Tx, params};
use jiff::{Timestamp, ToSpan as _};
use kernel::{Actor, Ctx, Ground, Id, Officer, OfficerId, PostId, Refusal, hex, unhex};
use serde_json::json;
use subtle::ConstantTimeEq as _;
use web::{Problem, Result};

use crate::scope::{self, Scope};

/// An id of a token.
pub type TokenId = Id<kernel::kind::Job>;

/// No token lives longer, in days.
pub const LONGEST: i64 = 365;
/// Requests a minute, unless the token says otherwise.
pub const PER_MINUTE: i64 = 600;
/// What every token begins with, so that a leaked one is recognised.
const PREFIX: &str = "xbt_";

db::sql! {
    INSERT = "INSERT INTO api_token (id, label, officer_id, post_id, scopes, digest, per_minute, made_at, made_by, expires_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    FIND = "SELECT id, label, officer_id, post_id, scopes, digest, per_minute, expires_at, used_at FROM api_token \
            WHERE id = $1 AND revoked_at IS NULL AND expires_at > $2";
    USED = "UPDATE api_token SET used_at = $2 WHERE id = $1";
    REVOKE = "UPDATE api_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    LIST = "SELECT t.id, t.label, o.login, u.name AS unit, p.role, t.scopes, t.made_at, t.expires_at, t.revoked_at, t.used_at \
            FROM api_token t JOIN officer o ON o.id = t.officer_id JOIN post p ON p.id = t.post_id JOIN unit u ON u.id = p.unit_id \
            ORDER BY t.made_at DESC, t.id";
    BY_LOGIN = "SELECT id FROM officer WHERE login = $1";
}

/// What a token is to be.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Which program it is for.
    pub label: String,
    /// The sign-in name of the officer it acts for.
    pub login: String,
    /// The post it acts from; the first one open today when none is named.
    pub post: Option<PostId>,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// Days until it expires.
    pub days: i64,
    /// Requests a minute.
    pub per_minute: i64,
}

/// A new token, the only time its text is known.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its id.
    pub id: TokenId,
    /// Its text.
    pub text: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A token that was shown, and who acts by it.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// The token.
    pub id: TokenId,
    /// Which program it is for.
    pub label: String,
    /// Who acts: the officer, with the program named beside, so that the journal tells both.
    pub officer: Officer,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// Requests a minute.
    pub per_minute: i64,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Whether the mark of last use is older than a minute.
    pub stale: bool,
}

/// A token as the administrator sees it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its id.
    pub id: TokenId,
    /// Which program it is for.
    pub label: String,
    /// Whose.
    pub login: String,
    /// The post.
    pub post: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// When it was given out.
    pub made_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
}

fn digest(ground: &kernel::Keyring, id: TokenId, secret: &str) -> String {
    ground.blind("api_token", &format!("{id}|{secret}"))
}

/// Gives out a token.
///
/// # Errors
/// Refusals for a missing label, an officer who is not there or has no such post, no scope, too long a life.
pub fn create(tx: &mut Tx, ctx: &Ctx, new: &NewToken) -> Result<Made> {
    ctx.may(kernel::Permission::KeepPeople)?;
    let label = new.label.trim();
    if label.is_empty() || label.chars().count() > 60 {
        return Err(Refusal::new("token_label", "请填写用途，最多 60 字").at("label").into());
    }
    if new.scopes.is_empty() {
        return Err(Refusal::new("token_scope", "请选择令牌的范围").at("scopes").into());
    }
    if !(1..=LONGEST).contains(&new.days) {
        return Err(Refusal::new("token_days", format!("有效期为 1 至 {LONGEST} 天")).at("days").into());
    }
    if !(1..=60_000).contains(&new.per_minute) {
        return Err(Refusal::new("token_pace", "每分钟请求数为 1 至 60000").at("per_minute").into());
    }
    let login = new.login.trim().to_lowercase();
    let unknown = || Refusal::new("token_login", "没有这个登录名").at("login");
    let officer: OfficerId = tx.one(&BY_LOGIN, &params![login])?.ok_or_else(unknown)?.get("id")?;
    let posts = people::active_posts(tx, officer, ctx.today())?;
    // A deputy's post ends with somebody else's leave: tokens act from own posts only.
    let mut own = posts.iter().filter(|post| post.officer.deputy_for.is_none());
    let post = own.find(|post| new.post.is_none_or(|wanted| wanted == post.id));
    let post = post.ok_or_else(|| Refusal::new("token_post", "此人今天没有这个岗位").at("post"))?;
    let (id, secret): (TokenId, String) = (ctx.id(), hex(&ctx.entropy().bytes::<32>()));
    let expires = ctx.now.checked_add((new.days * 24).hours()).map_err(|e| Problem::Fault(e.to_string()))?;
    let by = ctx.officer().ok().map(|officer| officer.id);
    let row = params![
        id,
        label,
        officer,
        post.id,
        scope::join(&new.scopes),
        digest(ctx.keyring(), id, &secret),
        new.per_minute,
        ctx.now,
        by,
        expires
    ];
    tx.execute(&INSERT, &row)?;
    let detail = json!({
        "label": label, "login": login, "post": post.id.to_string(), "scopes": scope::join(&new.scopes), "days": new.days
    });
    note(tx, ctx, &id.to_string(), "token_created", &detail)?;
    Ok(Made { id, text: format!("{PREFIX}{}_{secret}", id.uuid().simple()), expires_at: expires })
}

/// Ends a token at once.
///
/// # Errors
/// Not found, also when it was revoked before.
pub fn revoke(tx: &mut Tx, ctx: &Ctx, id: TokenId) -> Result<()> {
    ctx.may(kernel::Permission::KeepPeople)?;
    if tx.execute(&REVOKE, &params![id, ctx.now])? == 0 {
        return Err(Problem::NotFound);
    }
    note(tx, ctx, &id.to_string(), "token_revoked", &json!({}))
}

/// Every token, newest first.
///
/// # Errors
/// A fault of the database.
pub fn list(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Listed>> {
    ctx.may(kernel::Permission::KeepPeople)?;
    let read = |row: &Row| {
        let (unit, role): (String, String) = (row.get("unit")?, row.get("role")?);
        Ok::<_, db::Error>(Listed {
            id: row.get("id")?,
            label: row.get("label")?,
            login: row.get("login")?,
            post: format!("{unit} {}", kernel::Role::from_code(&role).map_or("", kernel::Role::label)),
            scopes: scope::parse(&row.get::<String>("scopes")?).unwrap_or_default(),
            made_at: row.get("made_at")?,
            expires_at: row.get("expires_at")?,
            revoked_at: row.get("revoked_at")?,
            used_at: row.get("used_at")?,
        })
    };
    Ok(tx.query(&LIST, &[])?.iter().map(read).collect::<Result<_, _>>()?)
}

/// Id and secret of a token's text.
fn parts(text: &str) -> Option<(TokenId, &str)> {
    let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
    let whole = id.len() == 32 && secret.len() == 64 && unhex(id).is_some() && unhex(secret).is_some();
    Some((id.parse().ok()?, secret)).filter(|_| whole)
}

/// Who shows `text`; `None` for every token that does not hold, whatever the reason (SEC_22, SEC_50).
///
/// # Errors
/// A fault of the database.
pub fn find(tx: &mut Tx, ground: &Ground, text: &str) -> Result<Option<Bearer>> {
    let now = ground.clock.now();
    let Some((id, secret)) = parts(text) else { return Ok(None) };
    let given = digest(&ground.keyring, id, secret);
    let Some(row) = tx.one(&FIND, &params![id, now])? else { return Ok(None) };
    let kept: String = row.get("digest")?;
    if !bool::from(kept.as_bytes().ct_eq(given.as_bytes())) {
        return Ok(None);
    }
    let post: PostId = row.get("post_id")?;
    let Actor::Officer(mut officer) = people::actor_of(tx, row.get("officer_id")?, Some(post), now)? else {
        return Ok(None);
    };
    // The post ended: another one of the same officer was never meant.
    if officer.post != post {
        return Ok(None);
    }
    let label: String = row.get("label")?;
    officer.name = format!("{}（接口：{label}）", officer.name);
    let used: Option<Timestamp> = row.get("used_at")?;
    Ok(Some(Bearer {
        id,
        label,
        officer,
        scopes: scope::parse(&row.get::<String>("scopes")?).unwrap_or_default(),
        per_minute: row.get("per_minute")?,
        expires_at: row.get("expires_at")?,
        stale: used.is_none_or(|used| used.as_second() + 60 < now.as_second()),
    }))
}

/// Marks the last use.
pub(crate) fn mark(tx: &mut Tx, id: TokenId, now: Timestamp) -> Result<()> {
    tx.execute(&USED, &params![id, now])?;
    Ok(())
}

/// Writes what was done to the interface into the journal.
pub(crate) fn note(
    tx: &mut Tx,
    ctx: &Ctx,
    subject: &str,
    verb: &str,
    detail: &serde_json::Value,
) -> Result<()> {
    Ok(journal::note(tx, ctx, subject, verb, detail)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_tokens_are_looked_up() {
        let good = format!("xbt_{}_{}", "0".repeat(32), "a".repeat(64));
        assert!(parts(&good).is_some());
        for bad in ["", "xbt_", &good[4..], &good[..90], &good.replace('a', "g"), &good.replacen('0', "", 1)]
        {
            assert!(parts(bad).is_none(), "{bad}");
        }
    }
}
