//! People of a matter: sealed fields, blind marks, masked by default, opened with a reason (R33; DESIGN D10). A reporter
//! is more than masked: see [`reporter`].

mod clear;
mod copying;
mod forget;
mod sealing;

use codes::{names, phone};
use db::{Row, Tx, params};
use kernel::{Ctx, Field, Id, MatterId, Permission, Refusal, kind, mask};
use serde_json::json;
use web::{Problem, Result};

use crate::{Matter, matter};

pub use clear::{Clear, for_paper, is_named_in, note_opening, opened_since};
pub use copying::copy;
pub use forget::{Forgotten, forget, forget_reads, put_words, reads_before};
pub use sealing::{Reporter, may_open_reporter, reporter};

/// The statements of the people of a matter.
pub(crate) fn statements() -> Vec<db::Sql> {
    [STATEMENTS, clear::STATEMENTS, forget::STATEMENTS, sealing::STATEMENTS].concat()
}

/// An id of a party.
pub type PartyId = Id<kind::Officer>;

/// (stored word, Chinese) of the roles.
pub const ROLES: &[(&str, &str)] = &[
    ("complainant", "投诉人"),
    ("caller", "来电来访人"),
    ("reporter", "举报人"),
    ("agent", "代理人"),
    ("representative", "代表人"),
];

/// What is known of a person, in the clear; sealed on its way into the database.
#[derive(Clone, Debug, Default)]
pub struct NewParty {
    /// Role word.
    pub role: String,
    /// Name.
    pub name: String,
    /// Telephone as given.
    pub phone: String,
    /// Postal address.
    pub address: String,
    /// Kind of identity paper.
    pub identity_kind: String,
    /// Its number.
    pub identity: String,
    /// Whether the person agrees to publication of the complaint.
    pub publish: bool,
    /// Whether the person agrees to entrusted mediation.
    pub entrust: bool,
}

/// A person of a matter as a page may show one.
#[derive(Clone, Debug)]
pub struct Party {
    /// Its id.
    pub id: PartyId,
    /// Role in Chinese.
    pub role: String,
    /// Whether it is a reporter (举报人): then nothing stands here unless it was opened by somebody with the right.
    pub sealed: bool,
    /// Name, masked or open.
    pub name: String,
    /// Telephone, masked or open.
    pub phone: String,
    /// Address, masked or open.
    pub address: String,
    /// Identity number, masked or open.
    pub identity: String,
    /// Consent to publication.
    pub publish: bool,
    /// Consent to entrusted mediation.
    pub entrust: bool,
}

/// An earlier contact of the same telephone.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// Its number.
    pub number: String,
    /// What it was about.
    pub title: String,
    /// When it was received.
    pub received_on: String,
    /// The caller's masked name.
    pub name: String,
}

const NAME: Field = Field { table: "party", column: "name" };
const PHONE: Field = Field { table: "party", column: "phone" };
const ADDRESS: Field = Field { table: "party", column: "address" };
const IDENTITY: Field = Field { table: "party", column: "identity" };

db::sql! {
    INSERT = "INSERT INTO party (id, matter_id, role, name, phone, address, identity_kind, identity, name_mark, phone_mark, address_mark, \
              publish_consent, entrust_consent, ordinal) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
              (SELECT COUNT(*) FROM party WHERE matter_id = $2))";
    OF = "SELECT p.id, p.role, p.name, p.phone, p.address, p.identity, p.publish_consent, p.entrust_consent, m.kind FROM party p \
          JOIN matter m ON m.id = p.matter_id WHERE p.matter_id = $1 ORDER BY p.ordinal, p.id";
    COMPLAINANT = "SELECT id FROM party WHERE matter_id = $1 AND role IN ('complainant', 'agent', 'representative') \
                   ORDER BY CASE role WHEN 'complainant' THEN 0 ELSE 1 END, ordinal, id LIMIT 1";
    CONTACT = "SELECT phone, address FROM party WHERE matter_id = $1 AND id = $2";
    FIRST = "SELECT id, name, phone, address FROM party WHERE matter_id = $1 AND role IN ('complainant', 'caller') ORDER BY ordinal, id LIMIT 1";
    LOG = "INSERT INTO read_log (id, matter_id, officer_id, what, reason, at) VALUES ($1, $2, $3, $4, $5, $6)";
    MARKS = "SELECT name_mark, phone_mark, address_mark FROM party WHERE matter_id = $1 AND role IN ('complainant', 'caller', 'reporter') ORDER BY ordinal LIMIT 1";
    SAME_PHONE = "SELECT DISTINCT m.number FROM party p JOIN matter m ON m.id = p.matter_id WHERE p.phone_mark = $1 AND p.matter_id <> $2 AND m.received_on >= $3 \
     AND m.kind <> 'report' AND p.role <> 'reporter' ORDER BY m.number";
    SAME_NAME = "SELECT DISTINCT m.number FROM party p JOIN matter m ON m.id = p.matter_id WHERE p.name_mark = $1 AND p.matter_id <> $2 AND m.received_on >= $3 \
     AND m.kind <> 'report' AND p.role <> 'reporter' ORDER BY m.number";
    SAME_ADDRESS = "SELECT DISTINCT m.number FROM party p JOIN matter m ON m.id = p.matter_id WHERE p.address_mark = $1 AND p.matter_id <> $2 AND m.received_on >= $3 \
     AND m.kind <> 'report' AND p.role <> 'reporter' ORDER BY m.number";
    OTHER_NAMES = "SELECT COUNT(DISTINCT p.name_mark) FROM party p JOIN matter m ON m.id = p.matter_id WHERE p.phone_mark = $1 AND p.name_mark <> $2 AND m.received_on >= $3 \
     AND m.kind <> 'report' AND p.role <> 'reporter'";
}

fn sealed(ctx: &Ctx, field: Field, id: PartyId, plain: &str) -> Option<Vec<u8>> {
    let plain = plain.trim();
    (!plain.is_empty()).then(|| ctx.keyring().seal(field, id.uuid(), plain, ctx.entropy()))
}

fn mark(ctx: &Ctx, purpose: &str, normalised: Option<String>) -> Option<String> {
    normalised.filter(|text| !text.is_empty()).map(|text| ctx.keyring().blind(purpose, &text))
}

/// The blind mark by which a telephone is found again; `None` when it cannot be a number.
pub fn phone_mark(ctx: &Ctx, telephone: &str) -> Option<String> {
    mark(ctx, "phone", phone::normalise(telephone))
}

/// Adds a person to a matter. Masked values are refused: they must never replace the real ones (SEC_39).
///
/// # Errors
/// A refusal for masked values.
pub fn add(tx: &mut Tx, ctx: &Ctx, matter: MatterId, new: &NewParty) -> Result<PartyId> {
    let fields =
        [("name", &new.name), ("phone", &new.phone), ("address", &new.address), ("identity", &new.identity)];
    if let Some((field, _)) = fields.into_iter().find(|(_, value)| mask::is_masked(value)) {
        return Err(Refusal::new("masked", "这里是遮盖后的内容，请填写完整内容").at(field).into());
    }
    let id: PartyId = ctx.id();
    let digits = phone::normalise(&new.phone);
    tx.put(
        &INSERT,
        &params![
            id,
            matter,
            new.role,
            sealed(ctx, NAME, id, &new.name),
            sealed(ctx, PHONE, id, &new.phone),
            sealed(ctx, ADDRESS, id, &new.address),
            new.identity_kind,
            sealed(ctx, IDENTITY, id, &new.identity),
            mark(ctx, "name", Some(names::fold(&new.name))),
            mark(ctx, "phone", digits),
            mark(ctx, "address", Some(names::fold(&new.address))),
            new.publish,
            new.entrust
        ],
    )?;
    Ok(id)
}

/// Enters the first complainant or caller of `from` with `to` too, in the role `role`, sealed anew: only where that person
/// asked for it. Nothing of it is shown on the way. `false` when there is nobody to enter.
///
/// # Errors
/// A fault when a sealed value does not open.
pub fn enter_also(tx: &mut Tx, ctx: &Ctx, from: MatterId, to: MatterId, role: &str) -> Result<bool> {
    let Some(row) = tx.one(&FIRST, &params![from])? else { return Ok(false) };
    let id: PartyId = row.get("id")?;
    let new = NewParty {
        role: role.to_owned(),
        name: open(ctx, &row, NAME, id)?,
        phone: open(ctx, &row, PHONE, id)?,
        address: open(ctx, &row, ADDRESS, id)?,
        ..NewParty::default()
    };
    add(tx, ctx, to, &new)?;
    Ok(true)
}

fn open(ctx: &Ctx, row: &Row, field: Field, id: PartyId) -> Result<String> {
    let sealed: Option<Vec<u8>> = row.get(field.column)?;
    Ok(sealed.map(|bytes| ctx.keyring().open(field, id.uuid(), &bytes)).transpose()?.unwrap_or_default())
}

fn read(ctx: &Ctx, row: &Row, masked: bool) -> Result<Party> {
    let id: PartyId = row.get("id")?;
    let role: String = row.get("role")?;
    let sealed = sealing::is_sealed(&row.get::<String>("kind")?, &role);
    let show = |text: String, mask: fn(&str) -> String| match (masked, sealed) {
        (true, true) => String::new(),
        (true, false) if !text.is_empty() => mask(&text),
        _ => text,
    };
    let plain = open(ctx, row, NAME, id)?;
    let known_as = sealing::known_as(!plain.is_empty());
    let mut name = show(plain, mask::name);
    if name.is_empty() && sealed {
        known_as.clone_into(&mut name);
    }
    Ok(Party {
        id,
        sealed,
        role: ROLES
            .iter()
            .find(|(code, _)| *code == role)
            .map_or(role.as_str(), |(_, words)| words)
            .to_owned(),
        name,
        phone: show(open(ctx, row, PHONE, id)?, mask::phone),
        address: show(open(ctx, row, ADDRESS, id)?, mask::address),
        identity: show(open(ctx, row, IDENTITY, id)?, mask::identity),
        publish: row.get("publish_consent")?,
        entrust: row.get("entrust_consent")?,
    })
}

/// The people of a matter, masked.
///
/// # Errors
/// A fault when a sealed value does not open.
pub fn of(tx: &mut Tx, ctx: &Ctx, matter: MatterId) -> Result<Vec<Party>> {
    tx.query(&OF, &params![matter])?.iter().map(|row| read(ctx, row, true)).collect()
}

/// Whom a notice to the complainant goes to: the complainant, or else who acts for one.
///
/// # Errors
/// A fault of the database.
pub fn complainant(tx: &mut Tx, matter: MatterId) -> Result<Option<PartyId>> {
    Ok(tx.one(&COMPLAINANT, &params![matter])?.map(|row| row.get("id")).transpose()?)
}

/// The number or address a notice by `channel` goes to; empty when none was given. Sealed again with the notice, not shown.
pub(crate) fn contact(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: MatterId,
    id: PartyId,
    channel: &str,
) -> Result<String> {
    let field = match channel {
        "sms" | "phone" => PHONE,
        "letter" => ADDRESS,
        _ => return Ok(String::new()),
    };
    let row = tx.one(&CONTACT, &params![matter, id])?.ok_or(Problem::NotFound)?;
    open(ctx, &row, field, id)
}

/// The name a letter to this person bears; opened together with the letter's address.
pub(crate) fn addressee(tx: &mut Tx, ctx: &Ctx, matter: MatterId, id: PartyId) -> Result<String> {
    let rows = tx.query(&OF, &params![matter])?;
    for row in &rows {
        if row.get::<PartyId>("id")? == id {
            return open(ctx, row, NAME, id);
        }
    }
    Err(Problem::NotFound)
}

/// Notes in the read log that the acting officer saw `what` of a matter, and why.
pub(crate) fn log_read(tx: &mut Tx, ctx: &Ctx, matter: MatterId, what: &str, reason: &str) -> Result<()> {
    let id: Id<kind::Journal> = ctx.id();
    tx.put(&LOG, &params![id, matter, ctx.officer()?.id, what, reason, ctx.now])?;
    Ok(())
}

/// A reason that says something; trimmed.
pub(crate) fn good_reason(reason: &str) -> Result<&str, Refusal> {
    let reason = reason.trim();
    if reason.chars().count() < 4 {
        return Err(Refusal::new("unmask_reason", "请写明查看个人信息的理由（至少 4 个字）").at("reason"));
    }
    Ok(reason)
}

/// One person of a matter in the clear, or all of them; the reason is journalled and kept in the read log.
///
/// A reporter is opened only for those who may ([`may_open_reporter`]); for others the reporter is not there.
///
/// # Errors
/// Refusals without the right or a reason; not found for a person of another matter.
pub fn unmask(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    only: Option<PartyId>,
    reason: &str,
) -> Result<Vec<Party>> {
    ctx.may(Permission::Unmask)?;
    let reason = good_reason(reason)?;
    let mut opened = Vec::new();
    for row in tx.query(&OF, &params![matter.id])? {
        let party = read(ctx, &row, false)?;
        let may = !party.sealed || may_open_reporter(ctx, matter);
        if may && only.is_none_or(|only| only == party.id) {
            opened.push(party);
        }
    }
    if opened.is_empty() {
        return Err(Problem::NotFound);
    }
    for party in &opened {
        log_read(tx, ctx, matter.id, &format!("party:{}", party.id), reason)?;
    }
    let who: Vec<&str> = opened.iter().map(|party| party.role.as_str()).collect();
    let detail = json!({ "who": who.join("、"), "reason": reason });
    let verb = if opened.iter().any(|party| party.sealed) { "open_reporter" } else { "unmask" };
    matter::note(tx, ctx, matter.id, verb, None, &detail)?;
    Ok(opened)
}

/// Earlier contacts from the same telephone, within the actor's reach, names masked. Reports are left out: that a telephone
/// belongs to a reporter is the reporter's identity.
///
/// # Errors
/// A fault of the database.
pub fn earlier(tx: &mut Tx, ctx: &Ctx, telephone: &str) -> Result<Vec<Earlier>> {
    let Some(mark) = mark(ctx, "phone", phone::normalise(telephone)) else { return Ok(Vec::new()) };
    let (condition, values) = crate::visible(ctx);
    let list = db::Select::from(
        "SELECT m.number, m.title, m.received_on, p.id, p.role, p.name, p.phone, p.address, p.identity, p.publish_consent, \
         p.entrust_consent, m.kind FROM party p JOIN matter m ON m.id = p.matter_id",
    )
    .and("p.phone_mark = ?", params![mark])
    .and("m.kind <> 'report' AND p.role <> 'reporter'", [])
    .and(condition, values)
    .order("m.received_at DESC")
    .limit(8);
    let rows = tx.select(&list)?;
    let earlier = rows.iter().map(|row| {
        Ok(Earlier {
            number: row.get("number")?,
            title: row.get("title")?,
            received_on: row.get("received_on")?,
            name: read(ctx, row, true)?.name,
        })
    });
    earlier.collect()
}

/// What the system found about the complainant since `since`, for the art. 17 sheet: evidence, never a decision.
#[derive(Clone, Debug, Default)]
pub struct Company {
    /// Other matters from the same telephone.
    pub same_phone: Vec<String>,
    /// Other matters with the same address.
    pub same_address: Vec<String>,
    /// Other matters of a person of the same name: weak, names are shared.
    pub same_name: Vec<String>,
    /// How many other names used the same telephone.
    pub other_names: i64,
}

/// Looks for the complainant of `matter` elsewhere, over the whole bureau and not only within the actor's reach: people who
/// spread complaints over districts would stay unseen otherwise. Only the numbers are told; whoever opens one still has to
/// be within reach of it. Reports are never among them: the complainant's name is known, so the number would name the reporter.
///
/// # Errors
/// A fault of the database.
pub fn company(tx: &mut Tx, matter: MatterId, since: jiff::civil::Date) -> Result<Company> {
    let Some(row) = tx.one(&MARKS, &params![matter])? else { return Ok(Company::default()) };
    let (name, phone, address): (Option<String>, Option<String>, Option<String>) =
        (row.get("name_mark")?, row.get("phone_mark")?, row.get("address_mark")?);
    let mut numbers = |statement: &db::Sql, mark: &Option<String>| -> Result<Vec<String>> {
        let Some(mark) = mark else { return Ok(Vec::new()) };
        let rows = tx.query(statement, &params![mark, matter, since])?;
        Ok(rows.iter().map(|row| row.get("number")).collect::<Result<_, _>>()?)
    };
    let (same_phone, same_address) = (numbers(&SAME_PHONE, &phone)?, numbers(&SAME_ADDRESS, &address)?);
    let same_name = numbers(&SAME_NAME, &name)?;
    let other_names = match (phone, name) {
        (Some(phone), Some(name)) => tx.scalar(&OTHER_NAMES, &params![phone, name, since])?,
        _ => 0,
    };
    Ok(Company { same_phone, same_address, same_name, other_names })
}
