//! A notice as whoever carries it sees it.

use db::{Tx, params};
use jiff::Timestamp;
use kernel::{Actor, Ctx, NoticeId, Permission};
use serde_json::json;
use web::{Problem, Result};

use super::{ADDRESS, NoticeState};
use crate::{
    Matter, matter,
    parties::{self, PartyId},
};

db::sql! {
    OUTGOING = "SELECT matter_id, kind, party_id, channel, address, text, form_number, state, sent_at FROM notice WHERE id = $1";
}

/// A notice with all that its carrier needs.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Its id.
    pub id: NoticeId,
    /// Its matter.
    pub matter: Matter,
    /// Kind word.
    pub kind: String,
    /// To whom, when it is one of the matter's people.
    pub party: Option<PartyId>,
    /// Channel code.
    pub channel: String,
    /// Number or address, in the clear for the program itself only; empty for officers.
    pub address: String,
    /// Its text.
    pub text: String,
    /// Number of the official form.
    pub form_number: Option<String>,
    /// How far it came.
    pub state: NoticeState,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
}

/// The notice `id`, within the actor's reach.
///
/// # Errors
/// [`Problem::NotFound`], also when it is not the actor's to know; a fault when the address does not open.
pub fn outgoing(tx: &mut Tx, ctx: &Ctx, id: NoticeId) -> Result<Outgoing> {
    let row = tx.one(&OUTGOING, &params![id])?.ok_or(Problem::NotFound)?;
    let matter = matter::by_id(tx, ctx, row.get("matter_id")?)?;
    let sealed: Option<Vec<u8>> = row.get("address")?;
    let address = match (&ctx.actor, sealed) {
        (Actor::System(_), Some(sealed)) => ctx.keyring().open(ADDRESS, id.uuid(), &sealed)?,
        _ => String::new(),
    };
    Ok(Outgoing {
        id,
        matter,
        kind: row.get("kind")?,
        party: row.get("party_id")?,
        channel: row.get("channel")?,
        address,
        text: row.get("text")?,
        form_number: row.get("form_number")?,
        state: NoticeState::from_code(&row.get::<String>("state")?).unwrap_or(NoticeState::Failed),
        sent_at: row.get("sent_at")?,
    })
}

/// Name and address of a notice in the clear, for the officer who prints the label or makes the call; journalled and kept
/// in the read log with `reason` (R33).
///
/// # Errors
/// Refusals without the right or a reason; not found for a notice of another matter.
pub fn open_address(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    id: NoticeId,
    reason: &str,
) -> Result<(String, String)> {
    ctx.may(Permission::Unmask)?;
    let reason = parties::good_reason(reason)?;
    let row = tx.one(&OUTGOING, &params![id])?.ok_or(Problem::NotFound)?;
    if row.get::<kernel::MatterId>("matter_id")? != matter.id {
        return Err(Problem::NotFound);
    }
    let sealed: Option<Vec<u8>> = row.get("address")?;
    let address = sealed.map(|sealed| ctx.keyring().open(ADDRESS, id.uuid(), &sealed)).transpose()?;
    let party: Option<PartyId> = row.get("party_id")?;
    let name = party.map(|party| parties::addressee(tx, ctx, matter.id, party)).transpose()?;
    parties::log_read(tx, ctx, matter.id, &format!("notice:{id}"), reason)?;
    matter::note(tx, ctx, matter.id, "unmask", None, &json!({ "who": "告知对象", "reason": reason }))?;
    Ok((name.unwrap_or_default(), address.unwrap_or_default()))
}
