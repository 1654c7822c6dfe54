//! Sessions: a random cookie, its digest in the database, an actor for the request.

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::{self, Next},
    response::Response,
};
use db::{Tx, params};
use jiff::{Timestamp, ToSpan};
use kernel::{Actor, Ctx, OfficerId, PostId, hex, office_date, sm3};
use serde_json::json;
use web::{App, Context, Result};

use crate::{officer::note, post};

/// A session without use ends after this many hours…
const IDLE_HOURS: i64 = 8;
/// …and every session after this many.
const LIFE_HOURS: i64 = 16;
/// Wrong passwords before the account waits.
const PATIENCE: i64 = 5;

db::sql! {
    LOGIN = "SELECT id, password, failures, locked_until FROM officer WHERE login = $1 AND enabled = TRUE";
    FAILED = "UPDATE officer SET failures = failures + 1, locked_until = $2 WHERE id = $1";
    SUCCEEDED = "UPDATE officer SET failures = 0, locked_until = NULL WHERE id = $1";
    INSERT = "INSERT INTO session (digest, officer_id, post_id, made_at, seen_at, expires_at, address, agent) \
              VALUES ($1, $2, $3, $4, $4, $5, $6, $7)";
    SEEN = "UPDATE session SET seen_at = $2 WHERE digest = $1";
    SWITCH = "UPDATE session SET post_id = $2 WHERE digest = $1";
    END = "UPDATE session SET ended_at = $2 WHERE digest = $1 AND ended_at IS NULL";
    END_ONE = "UPDATE session SET ended_at = $3 WHERE digest = $1 AND officer_id = $2 AND ended_at IS NULL";
    BEFORE = "SELECT COUNT(*) FROM session WHERE expires_at < $1";
    FORGET = "DELETE FROM session WHERE expires_at < $1";
    MINE = "SELECT digest, made_at, seen_at, agent FROM session \
            WHERE officer_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY seen_at DESC";
}

/// How many sessions ran out before `before`.
///
/// # Errors
/// A fault of the database.
pub fn expired_before(tx: &mut Tx, before: Timestamp) -> Result<i64> {
    Ok(tx.scalar(&BEFORE, &params![before])?)
}

/// Deletes the sessions that ran out before `before`: with them the addresses they came from.
///
/// # Errors
/// A fault of the database.
pub fn forget_expired(tx: &mut Tx, before: Timestamp) -> Result<i64> {
    Ok(i64::try_from(tx.execute(&FORGET, &params![before])?).unwrap_or(i64::MAX))
}

/// What sign-in found.
pub(crate) struct Known {
    pub id: Option<OfficerId>,
    pub password: Option<String>,
    pub waits: bool,
}

pub(crate) fn known(tx: &mut Tx, login: &str, now: Timestamp) -> Result<Known> {
    let Some(row) = tx.one(&LOGIN, &params![login.trim().to_lowercase()])? else {
        return Ok(Known { id: None, password: None, waits: false });
    };
    let until: Option<Timestamp> = row.get("locked_until")?;
    Ok(Known {
        id: Some(row.get("id")?),
        password: row.get("password")?,
        waits: until.is_some_and(|until| until > now),
    })
}

/// Counts a wrong password; from the fifth on the account waits 30 s, doubling to 15 minutes (SEC_21).
pub(crate) fn failed(tx: &mut Tx, ctx: &Ctx, officer: OfficerId, login: &str) -> Result<()> {
    let row = tx.one(&LOGIN, &params![login.trim().to_lowercase()])?.ok_or(web::Problem::NotFound)?;
    let failures: i64 = row.get::<i64>("failures")? + 1;
    let doublings = u32::try_from(failures - PATIENCE).ok();
    let seconds = doublings.map(|n| (30_i64 << n.min(5)).min(900));
    let until = seconds.and_then(|seconds| ctx.now.checked_add(seconds.seconds()).ok());
    tx.execute(&FAILED, &params![officer, until])?;
    note(tx, ctx, login, "sign_in_failed", &json!({ "failures": failures }))
}

/// Begins a session and answers the cookie's value. The old one, if any, is ended: the id always changes (SEC_19).
pub(crate) fn begin(
    tx: &mut Tx,
    ctx: &Ctx,
    officer: OfficerId,
    old: Option<&str>,
    agent: &str,
) -> Result<String> {
    let token = hex(&ctx.entropy().bytes::<32>());
    let post = post::active(tx, officer, ctx.today())?.first().map(|post| post.id);
    let expires =
        ctx.now.checked_add(LIFE_HOURS.hours()).map_err(|error| web::Problem::Fault(error.to_string()))?;
    if let Some(old) = old {
        tx.execute(&END, &params![digest(old), ctx.now])?;
    }
    let agent: String = agent.chars().take(120).collect();
    tx.execute(&INSERT, &params![digest(&token), officer, post, ctx.now, expires, "", agent])?;
    tx.execute(&SUCCEEDED, &params![officer])?;
    note(tx, ctx, &officer.to_string(), "signed_in", &json!({}))?;
    Ok(token)
}

pub(crate) fn end(tx: &mut Tx, ctx: &Ctx, token: &str) -> Result<()> {
    tx.execute(&END, &params![digest(token), ctx.now])?;
    Ok(())
}

pub(crate) fn end_one(tx: &mut Tx, ctx: &Ctx, digest: &str, officer: OfficerId) -> Result<()> {
    tx.exactly_one(&END_ONE, &params![digest, officer, ctx.now])?;
    Ok(())
}

pub(crate) fn switch(tx: &mut Tx, token: &str, post: PostId) -> Result<()> {
    tx.exactly_one(&SWITCH, &params![digest(token), post])?;
    Ok(())
}

/// An open session as its owner sees it.
pub(crate) struct Open {
    pub digest: String,
    pub made_at: Timestamp,
    pub seen_at: Timestamp,
    pub agent: String,
}

pub(crate) fn mine(tx: &mut Tx, officer: OfficerId, now: Timestamp) -> Result<Vec<Open>> {
    let rows = tx.query(&MINE, &params![officer, now])?;
    let read = |row: &db::Row| {
        Ok::<_, db::Error>(Open {
            digest: row.get("digest")?,
            made_at: row.get("made_at")?,
            seen_at: row.get("seen_at")?,
            agent: row.get("agent")?,
        })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

pub(crate) fn digest(token: &str) -> String {
    hex(&sm3(format!("session|{token}").as_bytes()))
}

/// The cookie of the request.
pub(crate) fn token(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == "xb_session").map(|(_, value)| value.to_owned())
}

/// The cookie to set; an empty token takes it away.
pub(crate) fn cookie(app: &App, token: &str) -> String {
    let secure = if app.config.secure_cookies { "; Secure" } else { "" };
    let age = if token.is_empty() { 0 } else { LIFE_HOURS * 3600 };
    format!("xb_session={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")
}

/// Puts the layer around the routes that finds out who asks.
pub fn layer(app: &App) -> impl FnOnce(Router<App>) -> Router<App> + use<> {
    let app = app.clone();
    move |routes| routes.layer(middleware::from_fn_with_state(app, identify))
}

async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let actor = match token(request.headers()) {
        None => Actor::Public,
        Some(token) => {
            let (actor, stale) = find(&app, &token).await.unwrap_or_else(|problem| {
                tracing::error!(%problem, "session");
                (Actor::Public, None)
            });
            if let Some((digest, now)) = stale {
                let seen = app.db.write(move |tx| tx.execute(&SEEN, &params![digest, now])).await;
                if let Err(error) = seen {
                    tracing::warn!(%error, "session mark");
                }
            }
            actor
        }
    };
    let context = Context(app.ctx(actor));
    request.extensions_mut().insert(context);
    next.run(request).await
}

type Stale = Option<(String, Timestamp)>;

/// Who holds the cookie, and whether the mark of last use is older than a minute.
async fn find(app: &App, token: &str) -> Result<(Actor, Stale)> {
    let now = app.ground.clock.now();
    let idle = now.checked_sub(IDLE_HOURS.hours()).unwrap_or(now);
    let digest = digest(token);
    let asked = params![digest.clone(), now, idle, office_date(now)].to_vec();
    let Some(signed) = post::signed(&app.db.ask(&post::OF_SESSION, asked).await?)? else {
        return Ok((Actor::Public, None));
    };
    let stale = signed.seen_at.as_second() + 60 < now.as_second();
    Ok((Actor::Officer(signed.officer), stale.then_some((digest, now))))
}

/// The actor an officer is when acting from `post`, or from the first post open today.
///
/// # Errors
/// A fault of the database.
pub fn actor_of(tx: &mut Tx, officer: OfficerId, post: Option<PostId>, now: Timestamp) -> Result<Actor> {
    let posts = post::active(tx, officer, office_date(now))?;
    let chosen = posts.iter().find(|found| Some(found.id) == post).or_else(|| posts.first());
    Ok(chosen.map_or(Actor::Public, |found| Actor::Officer(found.officer.clone())))
}
