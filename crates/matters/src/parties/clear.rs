//! People in the clear for an official paper: read by the program, sealed into the paper at once; whoever then opens the paper
//! says why, and that is kept as for any other look at personal data (R33).

use codes::names;
use db::{Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, Id, MatterId, Permission, kind};
use serde_json::json;
use web::Result;

use super::{ADDRESS, IDENTITY, LOG, NAME, PHONE, PartyId, good_reason, open};
use crate::{Matter, matter};

/// A person as a paper prints one.
#[derive(Clone, Debug, Default)]
pub struct Clear {
    /// Role word.
    pub role: String,
    /// Name.
    pub name: String,
    /// Telephone.
    pub phone: String,
    /// Postal address.
    pub address: String,
    /// Kind of identity paper.
    pub identity_kind: String,
    /// Its number.
    pub identity: String,
    /// Consent to publication.
    pub publish: bool,
    /// Consent to entrusted mediation.
    pub entrust: bool,
}

db::sql! {
    FOR_PAPER = "SELECT id, role, name, phone, address, identity_kind, identity, publish_consent, entrust_consent FROM party \
                 WHERE matter_id = $1 ORDER BY ordinal, id";
    OPENED = "SELECT COUNT(*) FROM read_log WHERE matter_id = $1 AND officer_id = $2 AND what = $3 AND at >= $4";
}

/// The people of a matter in the clear. For the program alone: what it returns goes sealed into a paper, never on a page.
///
/// # Errors
/// A fault when a sealed value does not open.
pub fn for_paper(tx: &mut Tx, ctx: &Ctx, matter: MatterId) -> Result<Vec<Clear>> {
    let rows = tx.query(&FOR_PAPER, &params![matter])?;
    let people = rows.iter().map(|row| {
        let id: PartyId = row.get("id")?;
        let identity_kind: Option<String> = row.get("identity_kind")?;
        Ok(Clear {
            role: row.get("role")?,
            name: open(ctx, row, NAME, id)?,
            phone: open(ctx, row, PHONE, id)?,
            address: open(ctx, row, ADDRESS, id)?,
            identity_kind: identity_kind.unwrap_or_default(),
            identity: open(ctx, row, IDENTITY, id)?,
            publish: row.get("publish_consent")?,
            entrust: row.get("entrust_consent")?,
        })
    });
    people.collect()
}

/// Whether `text` names somebody of a matter: a name of two characters or more, or a telephone. For what is about to leave the
/// office, and only for an actor who may open those people: else it would tell who they are by trying.
///
/// # Errors
/// A fault when a sealed value does not open.
pub fn is_named_in(tx: &mut Tx, ctx: &Ctx, matter: MatterId, text: &str) -> Result<bool> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (typed, numbers) = (names::fold(text), digits(text));
    let named = for_paper(tx, ctx, matter)?.into_iter().any(|person| {
        let (name, phone) = (names::fold(&person.name), digits(&person.phone));
        (name.chars().count() >= 2 && typed.contains(&name)) || (phone.len() >= 7 && numbers.contains(&phone))
    });
    Ok(named)
}

/// Keeps in journal and read log that the acting officer opens `what` (`paper:…`) with personal data, and why; `name` is how
/// the timeline calls it.
///
/// # Errors
/// Refusals without the right or a reason.
pub fn note_opening(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    what: &str,
    name: &str,
    reason: &str,
) -> Result<()> {
    ctx.may(Permission::Unmask)?;
    let reason = good_reason(reason)?;
    let id: Id<kind::Journal> = ctx.id();
    tx.execute(&LOG, &params![id, matter.id, ctx.officer()?.id, what, reason, ctx.now])?;
    matter::note(tx, ctx, matter.id, "unmask", None, &json!({ "who": name, "reason": reason }))
}

/// Whether the acting officer opened `what` since `since` with a reason.
///
/// # Errors
/// A fault of the database.
pub fn opened_since(tx: &mut Tx, ctx: &Ctx, matter: MatterId, what: &str, since: Timestamp) -> Result<bool> {
    let Ok(officer) = ctx.officer() else { return Ok(false) };
    Ok(tx.scalar::<i64>(&OPENED, &params![matter, officer.id, what, since])? > 0)
}
