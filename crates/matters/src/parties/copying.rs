//! The same people on another matter: opened and sealed again, for a sealed value opens only in its own row (DESIGN D10).

use db::{Tx, params};
use kernel::{Ctx, MatterId};
use web::Result;

use super::{ADDRESS, IDENTITY, NAME, NewParty, PHONE, add, open};

db::sql! {
    ALL = "SELECT id, role, name, phone, address, identity_kind, identity, publish_consent, entrust_consent FROM party \
           WHERE matter_id = $1 ORDER BY ordinal, id";
}

/// Puts the people of `from` on `to` as well, with what they agreed to. Never for reports: a reporter stays where he is.
///
/// # Errors
/// A fault when a sealed value does not open.
pub fn copy(tx: &mut Tx, ctx: &Ctx, from: MatterId, to: MatterId) -> Result<()> {
    for row in tx.query(&ALL, &params![from])? {
        let (id, role): (_, String) = (row.get("id")?, row.get("role")?);
        if role == "reporter" {
            continue;
        }
        let kind: Option<String> = row.get("identity_kind")?;
        let person = NewParty {
            role,
            name: open(ctx, &row, NAME, id)?,
            phone: open(ctx, &row, PHONE, id)?,
            address: open(ctx, &row, ADDRESS, id)?,
            identity_kind: kind.unwrap_or_default(),
            identity: open(ctx, &row, IDENTITY, id)?,
            publish: row.get("publish_consent")?,
            entrust: row.get("entrust_consent")?,
        };
        add(tx, ctx, to, &person)?;
    }
    Ok(())
}
