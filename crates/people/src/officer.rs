//! Officers: people who work here.

use db::{Row, Tx, params};
use kernel::{Ctx, OfficerId, Permission, Refusal};
use serde_json::json;
use web::Result;

/// An officer as the list shows one.
#[derive(Clone, Debug)]
pub struct Person {
    /// The person.
    pub id: OfficerId,
    /// The sign-in name.
    pub login: String,
    /// The name.
    pub name: String,
    /// Whether the person may sign in.
    pub enabled: bool,
    /// Whether a password has been set.
    pub active: bool,
    /// The posts held today: `中山所 承办人`, joined.
    pub posts: String,
}

db::sql! {
    INSERT = "INSERT INTO officer (id, login, name, badge, demo, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    LIST = "SELECT o.id, o.login, o.name, o.enabled, o.password IS NOT NULL AS active, u.name AS unit, p.role \
            FROM officer o LEFT JOIN post p ON p.officer_id = o.id AND p.from_day <= $1 AND (p.to_day IS NULL OR p.to_day >= $1) \
            LEFT JOIN unit u ON u.id = p.unit_id ORDER BY u.path, o.login";
    PASSWORD = "SELECT password FROM officer WHERE id = $1";
    LOGIN_OF = "SELECT login FROM officer WHERE id = $1";
    DISABLE = "UPDATE officer SET enabled = $2, version = version + 1 WHERE id = $1";
    END_SESSIONS = "UPDATE session SET ended_at = $2 WHERE officer_id = $1 AND ended_at IS NULL";
}

/// Makes an officer; a one-time code is issued apart.
///
/// # Errors
/// Refusals for a login that is taken or ill-formed, or a missing name.
pub fn create(tx: &mut Tx, ctx: &Ctx, login: &str, name: &str, badge: &str, demo: bool) -> Result<OfficerId> {
    ctx.may(Permission::KeepPeople)?;
    let shape = (2..=40).contains(&login.chars().count())
        && login.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c));
    if !shape {
        return Err(Refusal::new("login", "登录名请用 2 至 40 位字母、数字、点或者连字符")
            .at("login")
            .into());
    }
    if name.trim().is_empty() {
        return Err(Refusal::new("name", "请填写姓名").at("name").into());
    }
    let id: OfficerId = ctx.id();
    let login = login.to_lowercase();
    tx.execute(&INSERT, &params![id, login, name.trim(), badge, demo, ctx.now]).map_err(|error| {
        if error.is_unique("officer.login") {
            return Refusal::new("login_taken", format!("登录名 {login} 已经使用")).at("login").into();
        }
        web::Problem::from(error)
    })?;
    note(tx, ctx, &login, "officer_created", &json!({ "name": name }))?;
    Ok(id)
}

/// Lets an officer sign in no more (or again); ends every session at once (SEC_37).
///
/// # Errors
/// A refusal without the right.
pub fn disable(tx: &mut Tx, ctx: &Ctx, id: OfficerId, enabled: bool) -> Result<()> {
    ctx.may(Permission::KeepPeople)?;
    if ctx.officer().is_ok_and(|officer| officer.id == id) && !enabled {
        return Err(Refusal::new("self", "不能停用自己的账户").into());
    }
    tx.exactly_one(&DISABLE, &params![id, enabled])?;
    if !enabled {
        tx.execute(&END_SESSIONS, &params![id, ctx.now])?;
    }
    note(tx, ctx, &id.to_string(), if enabled { "officer_enabled" } else { "officer_disabled" }, &json!({}))
}

/// Every officer with today's posts.
///
/// # Errors
/// A fault of the database.
pub fn list(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Person>> {
    let mut people: Vec<Person> = Vec::new();
    for row in tx.query(&LIST, &params![ctx.today()])? {
        let post = post_words(&row)?;
        let id: OfficerId = row.get("id")?;
        match people.iter_mut().find(|person| person.id == id) {
            Some(person) => person.posts = format!("{}；{post}", person.posts),
            None => people.push(Person {
                id,
                login: row.get("login")?,
                name: row.get("name")?,
                enabled: row.get("enabled")?,
                active: row.get("active")?,
                posts: post,
            }),
        }
    }
    Ok(people)
}

fn post_words(row: &Row) -> Result<String, db::Error> {
    let (unit, role): (Option<String>, Option<String>) = (row.get("unit")?, row.get("role")?);
    let role = role.and_then(|role| kernel::Role::from_code(&role)).map(kernel::Role::label);
    Ok(unit.zip(role).map_or_else(String::new, |(unit, role)| format!("{unit} {role}")))
}

/// Writes what was done to people into the journal.
pub(crate) fn note(
    tx: &mut Tx,
    ctx: &Ctx,
    subject: &str,
    verb: &str,
    detail: &serde_json::Value,
) -> Result<()> {
    Ok(journal::note(tx, ctx, subject, verb, detail)?)
}

/// The stored password of `officer`.
pub(crate) fn stored_password(tx: &mut Tx, officer: OfficerId) -> Result<Option<String>> {
    Ok(tx.one(&PASSWORD, &params![officer])?.map(|row| row.get("password")).transpose()?.flatten())
}

/// The sign-in name of `officer`.
pub(crate) fn login_of(tx: &mut Tx, officer: OfficerId) -> Result<String> {
    Ok(tx.one(&LOGIN_OF, &params![officer])?.ok_or(web::Problem::NotFound)?.get("login")?)
}
