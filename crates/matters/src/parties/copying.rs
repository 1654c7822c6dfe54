//! The same people on another matter: opened and sealed again, for a sealed value opens only in its own row (DESIGN D10).

use db::Tx;
use kernel::{Ctx, MatterId};
use web::Result;

use super::{NewParty, add, for_paper};

/// Puts the people of `from` on `to` as well, with what they agreed to. Never for reports: a reporter stays where he is.
///
/// # Errors
/// A fault when a sealed value does not open.
pub fn copy(tx: &mut Tx, ctx: &Ctx, from: MatterId, to: MatterId) -> Result<()> {
    for person in for_paper(tx, ctx, from)?.into_iter().filter(|person| person.role != "reporter") {
        let person = NewParty {
            role: person.role,
            name: person.name,
            phone: person.phone,
            address: person.address,
            identity_kind: person.identity_kind,
            identity: person.identity,
            publish: person.publish,
            entrust: person.entrust,
        };
        add(tx, ctx, to, &person)?;
    }
    Ok(())
}
