//! Set-up: while nobody has a password, the one-time code of the console opens one page; afterwards it is shut (SEC_35).

use db::{Tx, params};
use kernel::{Ctx, OfficerId, Refusal, Role};
use web::{Problem, Result};

use crate::{code, officer, post, setting, unit, unit::NewUnit};

db::sql! {
    ANYBODY = "SELECT COUNT(*) FROM officer WHERE password IS NOT NULL";
    ADMINISTRATOR = "SELECT id FROM officer WHERE login = 'admin'";
    RENAME_ROOT = "UPDATE unit SET name = $1 WHERE parent_id IS NULL";
}

/// A line of the unit table: code, name, kind, parent code, region, address, telephone.
#[derive(Clone, Debug, Default)]
pub struct UnitRow {
    /// The cells in that order.
    pub cells: [String; 7],
}

/// Whether somebody can sign in with a password.
///
/// # Errors
/// A fault of the database.
pub fn is_set_up(tx: &mut Tx) -> Result<bool> {
    Ok(tx.scalar::<i64>(&ANYBODY, &[])? > 0)
}

/// The administrator's account of an empty bureau, made when missing.
pub(crate) fn administrator(tx: &mut Tx, ctx: &Ctx) -> Result<OfficerId> {
    if let Some(row) = tx.one(&ADMINISTRATOR, &[])? {
        return Ok(row.get("id")?);
    }
    let root = match unit::list(tx)?.into_iter().next() {
        Some(root) => root,
        None => unit::create(
            tx,
            ctx,
            &NewUnit {
                code: "00".into(),
                name: "市场监督管理局".into(),
                kind: "bureau".into(),
                ..NewUnit::default()
            },
        )?,
    };
    let id = officer::create(tx, ctx, "admin", "系统管理员", "", false)?;
    post::give(tx, ctx, id, root.id, Role::Administrator, ctx.today(), None)?;
    Ok(id)
}

/// Makes or refreshes the console code when nobody can sign in; `None` once somebody can.
///
/// # Errors
/// A fault of the database.
pub fn console_code(tx: &mut Tx, ctx: &Ctx) -> Result<Option<String>> {
    if is_set_up(tx)? {
        return Ok(None);
    }
    let id = administrator(tx, ctx)?;
    code::issue(tx, ctx, id).map(Some)
}

/// The stored word of a kind that was written in Chinese; what is neither is left to be refused.
fn kind_code(kind: &str) -> String {
    let known = unit::KINDS.iter().find(|(_, words)| *words == kind);
    known.map_or_else(|| kind.to_owned(), |(code, _)| (*code).to_owned())
}

/// Reads lines `代码,名称,类别,上级代码,区划,地址,电话` and makes the units that are missing. Twice changes nothing.
///
/// # Errors
/// A refusal that names each bad line; then nothing is made.
pub fn import_units(tx: &mut Tx, ctx: &Ctx, rows: &[UnitRow]) -> Result<usize> {
    let (mut made, mut faults) = (0, Vec::new());
    for (line, row) in rows.iter().enumerate() {
        let [code, name, kind, parent, region, address, phone] =
            row.cells.clone().map(|cell| cell.trim().to_owned());
        let kind = kind_code(&kind);
        if unit::by_code(tx, &code)?.is_some() {
            continue;
        }
        match unit::create(tx, ctx, &NewUnit { code, name, kind, parent, region, address, phone }) {
            Ok(_) => made += 1,
            Err(Problem::Refused(refusal)) => faults.push(format!("第 {} 行：{refusal}", line + 1)),
            Err(other) => return Err(other),
        }
    }
    if faults.is_empty() {
        Ok(made)
    } else {
        Err(Refusal::new("unit_rows", faults.join("；")).at("units").into())
    }
}

/// What the set-up page asks.
pub(crate) struct SetUp {
    pub bureau: String,
    pub region: String,
    pub units: Vec<UnitRow>,
}

/// Stores the answers of the set-up page.
pub(crate) fn store(tx: &mut Tx, ctx: &Ctx, answers: &SetUp) -> Result<()> {
    setting::set(tx, ctx, "bureau", &answers.bureau)?;
    setting::set(tx, ctx, "region", &answers.region)?;
    tx.execute(&RENAME_ROOT, &params![answers.bureau])?;
    import_units(tx, ctx, &answers.units)?;
    Ok(())
}
