//! What an officer writes for others to read names nobody (令第121号 第三十七条; R33): no telephone, no identity number, and no
//! name of the people of a matter, as far as the writer may know them. Who may not open them is not told whether a name is
//! right: else the answer would say who reported.

use db::Tx;
use kernel::{Ctx, MatterId, Permission, Refusal};
use matters::{Kind, Matter, parties};
use web::{Problem, Result};

use crate::rules::discreet;

/// Whether the writer may open the people of a matter.
fn may_open(ctx: &Ctx, matter: &Matter) -> bool {
    match matter.kind {
        Kind::Report => parties::may_open_reporter(ctx, matter),
        _ => ctx.may(Permission::Unmask).is_ok(),
    }
}

/// Whether `text` names somebody of `matter`, where the writer may know.
pub(crate) fn names(tx: &mut Tx, ctx: &Ctx, matter: &Matter, text: &str) -> Result<bool> {
    Ok(may_open(ctx, matter) && parties::is_named_in(tx, ctx, matter.id, text)?)
}

/// The refusal of a text that names somebody.
pub(crate) fn refusal(field: &'static str) -> Problem {
    let words = "不要写当事人的姓名、电话和证件号码：写事项编号即可，需要时到事项页面查看";
    Refusal::new("names_somebody", words).at(field).into()
}

/// Refuses a text with a telephone or an identity number, or with a name of the people of the matters it cites; the first of
/// those matters.
pub(crate) fn check(tx: &mut Tx, ctx: &Ctx, field: &'static str, text: &str) -> Result<Option<MatterId>> {
    if discreet::tells_a_number(text) {
        return Err(refusal(field));
    }
    let mut first = None;
    for number in discreet::numbers(text) {
        let matter = match matters::find(tx, ctx, &number) {
            Err(Problem::NotFound) => {
                let words = format!("您的查看范围内没有编号 {number}");
                return Err(Refusal::new("number", words).at(field).into());
            }
            found => found?,
        };
        if names(tx, ctx, &matter, text)? {
            return Err(refusal(field));
        }
        first = first.or(Some(matter.id));
    }
    Ok(first)
}
