//! The unit tree (机构): bureau, branches, sections, 所, stations.

use db::{Row, Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, Permission, Refusal, UnitId};
use serde_json::json;
use web::Result;

/// A unit.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// Its parent; `None` for the bureau.
    pub parent: Option<UnitId>,
    /// Its short code, part of matter numbers.
    pub code: String,
    /// Its name.
    pub name: String,
    /// `bureau`, `branch`, `section`, `office`, `station`.
    pub kind: String,
    /// Its place in the tree, a prefix of every descendant's.
    pub path: String,
}

/// (stored word, Chinese) of the kinds.
pub const KINDS: &[(&str, &str)] =
    &[("bureau", "局"), ("branch", "分局"), ("section", "科室"), ("office", "所"), ("station", "站点")];

db::sql! {
    LIST = "SELECT id, parent_id, code, name, kind, path FROM unit WHERE closed_on IS NULL ORDER BY path";
    BY_ID = "SELECT id, parent_id, code, name, kind, path FROM unit WHERE id = $1";
    BY_CODE = "SELECT id, parent_id, code, name, kind, path FROM unit WHERE code = $1";
    SIBLINGS = "SELECT COUNT(*) FROM unit WHERE parent_id = $1 OR (parent_id IS NULL AND $1 IS NULL)";
    INSERT = "INSERT INTO unit (id, parent_id, code, name, kind, path, region, address, phone, opened_on) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
}

/// A unit to be made.
#[derive(Clone, Debug, Default)]
pub struct NewUnit {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// The code of the parent; empty for the bureau.
    pub parent: String,
    /// GB/T 2260 code.
    pub region: String,
    /// Its address.
    pub address: String,
    /// Its telephone.
    pub phone: String,
}

fn read(row: &Row) -> Result<Unit, db::Error> {
    Ok(Unit {
        id: row.get("id")?,
        parent: row.get("parent_id")?,
        code: row.get("code")?,
        name: row.get("name")?,
        kind: row.get("kind")?,
        path: row.get("path")?,
    })
}

/// Every open unit, parents before children.
///
/// # Errors
/// A fault of the database.
pub fn list(tx: &mut Tx) -> Result<Vec<Unit>> {
    Ok(tx.query(&LIST, &[])?.iter().map(read).collect::<Result<_, _>>()?)
}

/// The unit with `id`.
///
/// # Errors
/// [`web::Problem::NotFound`].
pub fn by_id(tx: &mut Tx, id: UnitId) -> Result<Unit> {
    let row = tx.one(&BY_ID, &params![id])?.ok_or(web::Problem::NotFound)?;
    Ok(read(&row)?)
}

/// The unit with `code`, if there is one.
///
/// # Errors
/// A fault of the database.
pub fn by_code(tx: &mut Tx, code: &str) -> Result<Option<Unit>> {
    Ok(tx.one(&BY_CODE, &params![code])?.as_ref().map(read).transpose()?)
}

/// Makes a unit below its parent.
///
/// # Errors
/// Refusals for a code that is taken or ill-formed, an unknown kind or parent.
pub fn create(tx: &mut Tx, ctx: &Ctx, new: &NewUnit) -> Result<Unit> {
    ctx.may(Permission::KeepPeople)?;
    well_formed(new)?;
    if by_code(tx, &new.code)?.is_some() {
        return Err(Refusal::new("unit_code_taken", format!("机构代码 {} 已经使用", new.code))
            .at("code")
            .into());
    }
    let parent = match new.parent.as_str() {
        "" => None,
        code => Some(by_code(tx, code)?.ok_or_else(|| {
            Refusal::new("unit_parent_unknown", format!("没有代码为 {code} 的上级机构")).at("parent")
        })?),
    };
    let siblings: i64 = tx.scalar(&SIBLINGS, &params![parent.as_ref().map(|unit| unit.id)])?;
    let path = format!("{}{:03}/", parent.as_ref().map_or("/", |unit| &unit.path), siblings + 1);
    let id: UnitId = ctx.id();
    let opened: Date = ctx.today();
    let region = (!new.region.is_empty()).then_some(&new.region);
    let parent_id = parent.as_ref().map(|unit| unit.id);
    tx.execute(
        &INSERT,
        &params![id, parent_id, new.code, new.name, new.kind, path, region, new.address, new.phone, opened],
    )?;
    let detail = json!({ "code": new.code, "kind": new.kind });
    journal::note(tx, ctx, &new.name, "unit_created", &detail)?;
    by_id(tx, id)
}

fn well_formed(new: &NewUnit) -> Result<(), Refusal> {
    let code = !new.code.is_empty()
        && new.code.len() <= 12
        && new.code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    if !code {
        return Err(Refusal::new("unit_code", "机构代码请用 1 至 12 位数字或者大写字母").at("code"));
    }
    if new.name.is_empty() {
        return Err(Refusal::new("unit_name", "请填写机构名称").at("name"));
    }
    if !KINDS.iter().any(|(kind, _)| *kind == new.kind) {
        return Err(Refusal::new("unit_kind", "机构类别应为局、分局、科室、所、站点之一").at("kind"));
    }
    Ok(())
}
