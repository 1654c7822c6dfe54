//! Who may see how much of a paper (R33; 令第121号 第三十七条): personal fields are masked until the officer says why, a
//! reporter's are not shown at all without the right to open a reporter's identity.

use db::Tx;
use jiff::Timestamp;
use kernel::{Ctx, OFFICE_ZONE, Permission};
use matters::{Kind, Matter, parties};
use web::Result;

use crate::{paper::Paper, values::Sight};

/// The right that opens a paper's personal fields in the clear.
pub const fn right(kind: Kind) -> Permission {
    match kind {
        Kind::Report => Permission::OpenReporter,
        _ => Permission::Unmask,
    }
}

/// Whether the actor may open personal fields on papers of `kind`.
pub fn may_open(ctx: &Ctx, kind: Kind) -> bool {
    ctx.may(Permission::Unmask).is_ok() && ctx.may(right(kind)).is_ok()
}

/// How the actor sees personal fields without having said why.
pub fn closed(ctx: &Ctx, kind: Kind) -> Sight {
    if kind == Kind::Report && ctx.may(Permission::OpenReporter).is_err() {
        Sight::Hidden
    } else {
        Sight::Masked
    }
}

fn what(paper: &Paper) -> String {
    format!("paper:{}", paper.id)
}

fn since(ctx: &Ctx) -> Timestamp {
    OFFICE_ZONE.to_timestamp(ctx.today().at(0, 0, 0, 0)).unwrap_or(ctx.now)
}

/// How the actor sees a paper now: in the clear when it holds nobody's data, or when a reason was given today.
///
/// # Errors
/// A fault of the database.
pub fn sight(tx: &mut Tx, ctx: &Ctx, matter: &Matter, paper: &Paper) -> Result<Sight> {
    if !paper.form()?.is_personal() {
        return Ok(Sight::Clear);
    }
    if may_open(ctx, matter.kind) && parties::opened_since(tx, ctx, matter.id, &what(paper), since(ctx))? {
        return Ok(Sight::Clear);
    }
    Ok(closed(ctx, matter.kind))
}

/// Opens a paper in the clear for today; the reason goes into journal and read log.
///
/// # Errors
/// Refusals without the rights or a reason.
pub fn open(tx: &mut Tx, ctx: &Ctx, matter: &Matter, paper: &Paper, reason: &str) -> Result<()> {
    ctx.may(right(matter.kind))?;
    parties::note_opening(tx, ctx, matter, &what(paper), &paper.name(), reason)
}
