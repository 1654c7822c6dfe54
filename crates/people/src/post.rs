//! Posts (岗位): an officer in a role at a unit for a time; deputies act from them while the holder is on leave.

use db::{Row, Tx, params};
use jiff::{Timestamp, civil::Date};
use kernel::{Ctx, Officer, OfficerId, Permission, PostId, Refusal, Role, UnitId};
use serde_json::json;
use web::Result;

use crate::officer::note;

/// A post that can be acted from.
#[derive(Clone, Debug)]
pub struct Post {
    /// The post.
    pub id: PostId,
    /// Who acts: the holder, or the deputy.
    pub officer: Officer,
}

/// Somebody a matter can be given to.
#[derive(Clone, Debug)]
pub struct Colleague {
    /// The person.
    pub id: OfficerId,
    /// The name.
    pub name: String,
    /// The unit of the post.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// The role of the post.
    pub role: Role,
    /// Whether the person is on leave today.
    pub away: bool,
}

/// The posts from which somebody may act on a day: own ones first, then those of absent colleagues.
macro_rules! acting {
    ($more:literal, $who:literal, $where:literal, $day:literal) => {
        concat!(
            "SELECT ",
            $more,
            "p.id, p.role, p.unit_id, p.officer_id AS holder, u.name AS unit_name, u.path, o.id AS who, o.name FROM ",
            $who,
            " JOIN post p ON p.officer_id = o.id OR (p.deputy_id = o.id AND EXISTS ( \
                  SELECT 1 FROM officer_leave l WHERE l.officer_id = p.officer_id AND l.from_day <= ",
            $day,
            " AND l.to_day >= ",
            $day,
            ")) JOIN unit u ON u.id = p.unit_id WHERE ",
            $where,
            " AND o.enabled = TRUE AND p.from_day <= ",
            $day,
            " AND (p.to_day IS NULL OR p.to_day >= ",
            $day,
            ") ORDER BY CASE WHEN p.officer_id = o.id THEN 0 ELSE 1 END, p.from_day, p.id"
        )
    };
}

db::sql! {
    INSERT = "INSERT INTO post (id, officer_id, unit_id, role, from_day, deputy_id) VALUES ($1, $2, $3, $4, $5, $6)";
    END = "UPDATE post SET to_day = $2, version = version + 1 WHERE id = $1";
    LEAVE = "INSERT INTO officer_leave (id, officer_id, from_day, to_day, reason) VALUES ($1, $2, $3, $4, $5)";
    OF = "SELECT p.id, p.role, p.from_day, p.to_day, u.name AS unit_name, d.name AS deputy FROM post p JOIN unit u ON u.id = p.unit_id \
          LEFT JOIN officer d ON d.id = p.deputy_id WHERE p.officer_id = $1 ORDER BY p.from_day DESC, p.id";
    ACTIVE = acting!("", "officer o", "o.id = $1", "$2");
    OF_SESSION = acting!(
        "s.seen_at, s.post_id AS chosen, ",
        "session s JOIN officer o ON o.id = s.officer_id",
        "s.digest = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND s.seen_at > $3",
        "$4"
    );
    COLLEAGUES = "SELECT o.id, o.name, p.role, p.unit_id, u.name AS unit_name, EXISTS ( \
                  SELECT 1 FROM officer_leave l WHERE l.officer_id = o.id AND l.from_day <= $3 AND l.to_day >= $3) AS away \
                  FROM post p JOIN officer o ON o.id = p.officer_id JOIN unit u ON u.id = p.unit_id \
                  WHERE u.path >= $1 AND u.path < $2 AND o.enabled = TRUE AND p.from_day <= $3 AND (p.to_day IS NULL OR p.to_day >= $3) \
                  ORDER BY u.path, o.name";
}

/// Gives an officer a post from `from` on.
///
/// # Errors
/// A refusal without the right.
pub fn give(
    tx: &mut Tx,
    ctx: &Ctx,
    officer: OfficerId,
    unit: UnitId,
    role: Role,
    from: Date,
    deputy: Option<OfficerId>,
) -> Result<PostId> {
    ctx.may(Permission::KeepPeople)?;
    if deputy == Some(officer) {
        return Err(Refusal::new("deputy_self", "代理人不能是本人").at("deputy").into());
    }
    let id: PostId = ctx.id();
    tx.execute(&INSERT, &params![id, officer, unit, role.code(), from, deputy])?;
    let detail = json!({ "unit": unit.to_string(), "role": role.code(), "from": from });
    note(tx, ctx, &officer.to_string(), "post_given", &detail)?;
    Ok(id)
}

/// Ends a post after `last`; sessions that act from it fall back to another post at once.
///
/// # Errors
/// A refusal without the right.
pub fn end(tx: &mut Tx, ctx: &Ctx, post: PostId, last: Date) -> Result<()> {
    ctx.may(Permission::KeepPeople)?;
    tx.exactly_one(&END, &params![post, last])?;
    note(tx, ctx, &post.to_string(), "post_ended", &json!({ "last": last }))
}

/// Notes that an officer is away; deputies may act from the officer's posts on these days.
///
/// # Errors
/// A refusal when the days are out of order.
pub fn leave(tx: &mut Tx, ctx: &Ctx, officer: OfficerId, from: Date, to: Date, reason: &str) -> Result<()> {
    ctx.may(Permission::KeepPeople)?;
    if to < from {
        return Err(Refusal::new("leave_order", "请假的结束日不能早于开始日").at("to").into());
    }
    let id: kernel::Id<kernel::kind::Post> = ctx.id();
    tx.execute(&LEAVE, &params![id, officer, from, to, reason])?;
    note(tx, ctx, &officer.to_string(), "leave_noted", &json!({ "from": from, "to": to }))
}

/// A post as the administrator sees it.
#[derive(Clone, Debug)]
pub struct Held {
    /// The post.
    pub id: PostId,
    /// Unit and role.
    pub words: String,
    /// First day.
    pub from: Date,
    /// Last day, if it has one.
    pub to: Option<Date>,
    /// Who stands in.
    pub deputy: Option<String>,
}

/// Every post of an officer, past ones too.
///
/// # Errors
/// A fault of the database.
pub fn of(tx: &mut Tx, officer: OfficerId) -> Result<Vec<Held>> {
    let rows = tx.query(&OF, &params![officer])?;
    let read = |row: &Row| {
        let (unit, role): (String, String) = (row.get("unit_name")?, row.get("role")?);
        Ok::<_, db::Error>(Held {
            id: row.get("id")?,
            words: format!("{unit} {}", Role::from_code(&role).map_or("", Role::label)),
            from: row.get("from_day")?,
            to: row.get("to_day")?,
            deputy: row.get("deputy")?,
        })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// The posts `officer` may act from on `day`: own ones first, then those of absent colleagues.
///
/// # Errors
/// A fault of the database.
pub fn active(tx: &mut Tx, officer: OfficerId, day: Date) -> Result<Vec<Post>> {
    let rows = tx.query(&ACTIVE, &params![officer, day])?;
    Ok(rows.iter().filter_map(|row| read(row).transpose()).collect::<Result<_, _>>()?)
}

/// Who holds a session, from which post, and when it was last used.
pub(crate) struct Signed {
    pub officer: Officer,
    pub seen_at: Timestamp,
}

/// Who holds a session, by the rows of [`OF_SESSION`] (digest, now, unused since, day): acting from the post chosen, or from
/// the first open that day. One statement, for every request asks it.
pub(crate) fn signed(rows: &[Row]) -> Result<Option<Signed>> {
    let chosen: Option<PostId> = rows.first().map(|row| row.get("chosen")).transpose()?.flatten();
    let mut posts = rows.iter().filter_map(|row| read(row).transpose()).collect::<Result<Vec<_>, _>>()?;
    let place = posts.iter().position(|post| Some(post.id) == chosen).unwrap_or(0);
    let Some(row) = rows.first().filter(|_| !posts.is_empty()) else { return Ok(None) };
    let post = posts.swap_remove(place);
    Ok(Some(Signed { officer: post.officer, seen_at: row.get("seen_at")? }))
}

fn read(row: &Row) -> Result<Option<Post>, db::Error> {
    let Some(role) = Role::from_code(&row.get::<String>("role")?) else { return Ok(None) };
    let (id, who, holder): (PostId, OfficerId, OfficerId) =
        (row.get("id")?, row.get("who")?, row.get("holder")?);
    let officer = Officer {
        id: who,
        name: row.get("name")?,
        post: id,
        role,
        unit: row.get("unit_id")?,
        unit_name: row.get("unit_name")?,
        unit_path: row.get("path")?,
        deputy_for: (holder != who).then_some(holder),
    };
    Ok(Some(Post { id, officer }))
}

/// Everybody with a post in the subtree of `path` whose role holds `permission`.
///
/// # Errors
/// A fault of the database.
pub fn colleagues(tx: &mut Tx, path: &str, day: Date, permission: Permission) -> Result<Vec<Colleague>> {
    let mut found = Vec::new();
    for row in tx.query(&COLLEAGUES, &params![path, format!("{path}~"), day])? {
        let Some(role) = Role::from_code(&row.get::<String>("role")?).filter(|role| role.may(permission))
        else {
            continue;
        };
        found.push(Colleague {
            id: row.get("id")?,
            name: row.get("name")?,
            unit: row.get("unit_id")?,
            unit_name: row.get("unit_name")?,
            role,
            away: row.get("away")?,
        });
    }
    Ok(found)
}
