//! The reporter's identity (令第121号 第三十七条): not masked but absent, for everybody who neither has the matter nor the
//! right to open it; opened with a reason that is journalled.

use db::{Tx, params};
use kernel::{Ctx, MatterId, Permission};
use web::Result;

use crate::{Kind, Matter};

/// How far the office knows who reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reporter {
    /// Nobody is on record: a letter without sender, or a clue the office found itself.
    Nobody,
    /// Somebody who left a way to be reached but no name.
    Anonymous,
    /// Somebody who gave a name (实名举报).
    RealName,
}

db::sql! {
    KNOWN = "SELECT COUNT(*) AS people, COUNT(name) AS named FROM party WHERE matter_id = $1";
}

/// How far the reporter of a report is known; never who it is.
///
/// # Errors
/// A fault of the database.
pub fn reporter(tx: &mut Tx, matter: MatterId) -> Result<Reporter> {
    let Some(row) = tx.one(&KNOWN, &params![matter])? else { return Ok(Reporter::Nobody) };
    let (people, named): (i64, i64) = (row.get("people")?, row.get("named")?);
    Ok(match (people, named) {
        (0, _) => Reporter::Nobody,
        (_, 0) => Reporter::Anonymous,
        _ => Reporter::RealName,
    })
}

/// Whether the actor may open the reporter of `matter`: the officer who has it, and who holds the right.
pub fn may_open_reporter(ctx: &Ctx, matter: &Matter) -> bool {
    let own = ctx.officer().is_ok_and(|officer| matter.officer == Some(officer.id));
    ctx.may(Permission::OpenReporter).is_ok() || (own && ctx.may(Permission::HandleReport).is_ok())
}

/// Whether a person is a reporter: everybody on a report is (an agent's name leads to the reporter's), and who is recorded
/// as one elsewhere.
pub(super) fn is_sealed(kind: &str, role: &str) -> bool {
    kind == Kind::Report.code() || role == "reporter"
}

/// What stands in the place of a reporter's name.
pub(super) const fn known_as(named: bool) -> &'static str {
    if named { "实名举报人" } else { "匿名举报人" }
}
