//! Accounts of the identity service, and which officer each of them is.

use db::{Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, Field, Id, OfficerId, Permission, Refusal, kind};
use serde_json::json;
use web::{Problem, Result};

use crate::provider::Identity;

/// An id of an account.
pub(crate) type AccountId = Id<kind::Officer>;

const NAME: Field = Field { table: "sso_account", column: "name" };
const LOGIN: Field = Field { table: "sso_account", column: "login" };

db::sql! {
    FIND = "SELECT a.id, a.state, a.officer_id, o.enabled FROM sso_account a LEFT JOIN officer o ON o.id = a.officer_id \
            WHERE a.issuer = $1 AND a.subject_mark = $2";
    INSERT = "INSERT INTO sso_account (id, issuer, subject_mark, name, login, officer_id, state, first_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
              ON CONFLICT (issuer, subject_mark) DO NOTHING";
    SEEN = "UPDATE sso_account SET last_at = $2 WHERE id = $1";
    LINK = "UPDATE sso_account SET officer_id = $2, state = 'linked', decided_at = $3, decided_by = $4 WHERE id = $1 AND state <> 'linked'";
    END = "UPDATE sso_account SET officer_id = NULL, state = 'refused', decided_at = $2, decided_by = $3 WHERE id = $1";
    LIST = "SELECT a.id, a.name, a.login, a.state, a.first_at, a.last_at, o.name AS officer FROM sso_account a \
            LEFT JOIN officer o ON o.id = a.officer_id ORDER BY CASE a.state WHEN 'waiting' THEN 0 WHEN 'linked' THEN 1 ELSE 2 END, a.first_at DESC LIMIT 500";
    OF_OFFICER = "SELECT COUNT(*) FROM sso_account WHERE officer_id = $1 AND state = 'linked'";
}

/// What an account may do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is this officer.
    Linked(OfficerId),
    /// An administrator must say who it is.
    Waiting,
    /// An administrator said no, or the officer has left.
    Refused,
}

/// An account as the administrator sees it.
pub struct Line {
    /// Its id.
    pub id: String,
    /// The name there.
    pub name: String,
    /// The login there.
    pub login: String,
    /// How it stands, in words.
    pub state: &'static str,
    /// First seen.
    pub first: String,
    /// Last seen.
    pub last: String,
    /// Who it is here.
    pub officer: String,
    /// Whether the administrator must decide.
    pub waiting: bool,
    /// Whether it may sign in.
    pub linked: bool,
}

/// Who an identity is here; one seen for the first time is put on the list. With `officer` it is linked to that officer, who is
/// signed in and asked for it.
pub(crate) fn recognise(
    tx: &mut Tx,
    ctx: &Ctx,
    who: &Identity,
    officer: Option<OfficerId>,
) -> Result<Standing> {
    let mark = ctx.keyring().blind("sso_subject", &who.subject);
    let found = tx.one(&FIND, &params![who.issuer, mark])?;
    let standing = found.as_ref().map(|row| row.get::<String>("state")).transpose()?;
    if let Some(officer) = officer.filter(|_| standing.as_deref() != Some("linked")) {
        may_link(tx, officer, standing.as_deref())?;
    }
    let Some(row) = found else {
        let id: AccountId = ctx.id();
        let seal = |field, text: &str| {
            (!text.is_empty()).then(|| ctx.keyring().seal(field, id.uuid(), text, ctx.entropy()))
        };
        let state = if officer.is_some() { "linked" } else { "waiting" };
        let row = params![
            id,
            who.issuer,
            mark,
            seal(NAME, &who.name),
            seal(LOGIN, &who.login),
            officer,
            state,
            ctx.now
        ];
        tx.execute(&INSERT, &row)?;
        tell(tx, ctx, if officer.is_some() { "sso_link" } else { "sso_first" }, id)?;
        return Ok(officer.map_or(Standing::Waiting, Standing::Linked));
    };
    let (id, state): (AccountId, String) = (row.get("id")?, row.get("state")?);
    let known: Option<OfficerId> = row.get("officer_id")?;
    if let Some(officer) = officer.filter(|_| state != "linked") {
        link(tx, ctx, id, officer)?;
        return Ok(Standing::Linked(officer));
    }
    if officer.is_some() && officer != known {
        return Err(Refusal::new("sso_other", "这个统一身份认证账号已经关联了其他人员，请联系管理员").into());
    }
    tx.execute(&SEEN, &params![id, ctx.now])?;
    let enabled: Option<bool> = row.get("enabled")?;
    Ok(match (state.as_str(), known, enabled) {
        ("linked", Some(officer), Some(true)) => Standing::Linked(officer),
        ("waiting", ..) => Standing::Waiting,
        _ => Standing::Refused,
    })
}

/// Whether an officer may link an account by himself: one only, and none that an administrator has refused or taken away.
fn may_link(tx: &mut Tx, officer: OfficerId, standing: Option<&str>) -> Result<(), Problem> {
    if standing == Some("refused") {
        let words = "这个统一身份认证账号已被管理员解除或者不予关联，请联系管理员";
        return Err(Refusal::new("sso_refused", words).into());
    }
    if is_linked(tx, officer)? {
        return Err(Refusal::new("sso_linked", "您已经关联了统一身份认证账号").into());
    }
    Ok(())
}

fn link(tx: &mut Tx, ctx: &Ctx, id: AccountId, officer: OfficerId) -> Result<()> {
    let by = ctx.officer().ok().map(|officer| officer.id);
    tx.exactly_one(&LINK, &params![id, officer, ctx.now, by]).map_err(|_| Problem::NotFound)?;
    tell(tx, ctx, "sso_link", id)
}

fn tell(tx: &mut Tx, ctx: &Ctx, verb: &str, id: AccountId) -> Result<()> {
    let subject = id.to_string();
    Ok(journal::note(tx, ctx, &subject, verb, &json!({}))?)
}

/// Says which officer an account is (首次登录核准).
///
/// # Errors
/// Refusals without the right or without an officer; not found.
pub(crate) fn approve(tx: &mut Tx, ctx: &Ctx, id: AccountId, officer: Option<OfficerId>) -> Result<()> {
    ctx.may(Permission::KeepPeople)?;
    let officer = officer.ok_or_else(|| Refusal::new("officer", "请选择对应的人员").at("officer"))?;
    link(tx, ctx, id, officer)
}

/// Ends a link, or says no.
///
/// # Errors
/// A refusal without the right; not found.
pub(crate) fn end(tx: &mut Tx, ctx: &Ctx, id: AccountId) -> Result<()> {
    ctx.may(Permission::KeepPeople)?;
    tx.exactly_one(&END, &params![id, ctx.now, ctx.officer()?.id]).map_err(|_| Problem::NotFound)?;
    tell(tx, ctx, "sso_end", id)
}

/// Whether an officer has linked an account.
pub(crate) fn is_linked(tx: &mut Tx, officer: OfficerId) -> Result<bool> {
    Ok(tx.scalar::<i64>(&OF_OFFICER, &params![officer])? > 0)
}

/// Every account, those that wait first.
///
/// # Errors
/// A fault when a name does not open.
pub fn list(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for row in tx.query(&LIST, &[])? {
        let id: AccountId = row.get("id")?;
        let open = |field: Field| {
            let sealed: Option<Vec<u8>> = row.get(field.column)?;
            let opened = sealed.map(|bytes| ctx.keyring().open(field, id.uuid(), &bytes)).transpose()?;
            Ok::<_, Problem>(opened.unwrap_or_default())
        };
        let (state, last): (String, Option<Timestamp>) = (row.get("state")?, row.get("last_at")?);
        lines.push(Line {
            id: id.to_string(),
            name: open(NAME)?,
            login: open(LOGIN)?,
            first: kernel::office_minute(row.get("first_at")?),
            last: last.map_or_else(String::new, kernel::office_minute),
            officer: row.get::<Option<String>>("officer")?.unwrap_or_default(),
            waiting: state == "waiting",
            linked: state == "linked",
            state: match state.as_str() {
                "waiting" => "待核准",
                "linked" => "已关联",
                _ => "不予关联",
            },
        });
    }
    Ok(lines)
}
