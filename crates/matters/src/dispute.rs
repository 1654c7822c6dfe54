//! Disputes over jurisdiction (管辖争议; 令第121号 第三十三条): the unit's head opens one, the other unit answers, and where
//! they do not agree within seven working days the common superior names the unit. The matter's other clocks run on.

use db::{Row, Select, Tx, params};
use jiff::civil::Date;
use kernel::{Actor, Ctx, Id, MatterId, Permission, Refusal, UnitId, kind, words};
use serde_json::json;
use web::{Problem, Result};

use crate::{Matter, Phase, assignment, clocks, matter};

/// An id of a dispute.
pub type DisputeId = Id<kind::Journal>;

words! {
    /// How a dispute stands.
    Stand {
        /// The other unit has not answered.
        Open = "open", "待对方答复";
        /// The other unit does not take it.
        Refused = "refused", "协商不成，待共同上级指定";
        /// The other unit takes it.
        Agreed = "agreed", "协商一致";
        /// The common superior has decided.
        Ruled = "ruled", "已指定";
        /// Taken back.
        Withdrawn = "withdrawn", "已撤回";
    }
}

/// What the actor can do in a dispute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Heads the unit that has the matter.
    pub own: bool,
    /// Heads the other unit.
    pub other: bool,
    /// Stands above both.
    pub above: bool,
}

/// A dispute.
#[derive(Clone, Debug)]
pub struct Dispute {
    /// Its id.
    pub id: DisputeId,
    /// The matter.
    pub matter: MatterId,
    /// Its number.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// Where it happened.
    pub place: String,
    /// The trader's name and address.
    pub trader: String,
    /// The unit that has it: id, name, path.
    pub unit: (UnitId, String, String),
    /// The unit that shall have it.
    pub other: (UnitId, String, String),
    /// Why.
    pub reason: String,
    /// Since when.
    pub opened_on: Date,
    /// How it stands.
    pub stand: Stand,
    /// What the other unit says.
    pub answer: String,
    /// What the superior said, and which unit.
    pub ruling: String,
}

db::sql! {
    INSERT = "INSERT INTO jurisdiction_dispute (id, matter_id, unit_id, other_id, reason, opened_by, opened_on, state) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, 'open')";
    OPEN_OF = "SELECT id, state FROM jurisdiction_dispute WHERE matter_id = $1 AND state IN ('open', 'refused')";
    ANSWER = "UPDATE jurisdiction_dispute SET state = $2, answer = $3, answered_by = $4, answered_at = $5 WHERE id = $1 AND state = 'open'";
    RULE = "UPDATE jurisdiction_dispute SET state = 'ruled', ruled_unit_id = $2, ruling = $3, ruled_by = $4, ruled_at = $5 \
            WHERE id = $1 AND state IN ('open', 'refused')";
    WITHDRAW = "UPDATE jurisdiction_dispute SET state = 'withdrawn' WHERE id = $1 AND state IN ('open', 'refused')";
    UNIT = "SELECT id, name, path FROM unit WHERE id = $1 AND closed_on IS NULL";
}

const HEAD: &str = "SELECT d.id, d.matter_id, m.number, m.title, m.place, t.name AS trader, t.address AS trader_address, d.unit_id, u.name AS unit_name, \
     u.path AS unit_path, d.other_id, o.name AS other_name, o.path AS other_path, d.reason, d.opened_on, d.state, d.answer, d.ruling, r.name AS ruled_unit \
     FROM jurisdiction_dispute d JOIN matter m ON m.id = d.matter_id JOIN unit u ON u.id = d.unit_id JOIN unit o ON o.id = d.other_id \
     LEFT JOIN unit r ON r.id = d.ruled_unit_id LEFT JOIN trader t ON t.id = m.trader_id";

impl Dispute {
    /// The actor's part in it: by the post's unit and the right to approve.
    pub fn part(&self, ctx: &Ctx) -> Part {
        let Ok(officer) = ctx.officer() else { return Part::default() };
        if !officer.role.may(Permission::Approve) {
            return Part::default();
        }
        part(&officer.unit_path, &self.unit.2, &self.other.2)
    }

    /// Whether nothing is decided yet.
    pub const fn is_open(&self) -> bool {
        matches!(self.stand, Stand::Open | Stand::Refused)
    }
}

/// Where a head at `path` stands to the two units: only a post above both is a common superior.
fn part(path: &str, unit: &str, other: &str) -> Part {
    let (covers, covers_other) = (unit.starts_with(path), other.starts_with(path));
    let above = covers && covers_other && path != unit && path != other;
    Part { own: covers && !above, other: covers_other && !above && !covers, above }
}

/// The disputes that touch the actor's units, or lie below them; the open ones first.
pub(crate) fn list(ctx: &Ctx, path: &str) -> Select {
    let beyond = format!("{path}~");
    // A head of a unit is concerned, and so is everybody below the same head: lines go upwards only for heads.
    let near = "(u.path >= ? AND u.path < ?) OR (o.path >= ? AND o.path < ?)";
    let kept = "NOT EXISTS (SELECT 1 FROM recusal x WHERE x.matter_id = m.id AND x.officer_id = ? AND x.granted = TRUE)";
    let me = ctx.officer().map(|officer| officer.id).ok();
    Select::from(HEAD)
        .and(near, params![path, beyond, path, beyond].to_vec())
        .and(kept, params![me].to_vec())
        .order("CASE WHEN d.state IN ('open', 'refused') THEN 0 ELSE 1 END, d.opened_on DESC, d.id")
        .limit(100)
}

/// The disputes the actor may know of.
///
/// # Errors
/// A fault of the database.
pub fn all(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Dispute>> {
    let path = ctx.officer()?.unit_path.clone();
    Ok(tx.select(&list(ctx, &path))?.iter().map(read).collect::<Result<_, _>>()?)
}

/// One of them.
///
/// # Errors
/// [`Problem::NotFound`], also when it is not the actor's to know.
pub fn find(tx: &mut Tx, ctx: &Ctx, id: DisputeId) -> Result<Dispute> {
    let path = ctx.officer()?.unit_path.clone();
    let rows = tx.select(&list(ctx, &path).and("d.id = ?", params![id].to_vec()))?;
    Ok(read(rows.first().ok_or(Problem::NotFound)?)?)
}

fn read(row: &Row) -> Result<Dispute, db::Error> {
    let text = |name: &'static str| Ok::<_, db::Error>(row.get::<Option<String>>(name)?.unwrap_or_default());
    let ruled = text("ruled_unit")?;
    let ruling = text("ruling")?;
    Ok(Dispute {
        id: row.get("id")?,
        matter: row.get("matter_id")?,
        number: row.get("number")?,
        title: row.get("title")?,
        place: row.get("place")?,
        trader: [text("trader")?, text("trader_address")?].join(" ").trim().to_owned(),
        unit: (row.get("unit_id")?, row.get("unit_name")?, row.get("unit_path")?),
        other: (row.get("other_id")?, row.get("other_name")?, row.get("other_path")?),
        reason: row.get("reason")?,
        opened_on: row.get("opened_on")?,
        stand: Stand::from_code(&row.get::<String>("state")?).unwrap_or(Stand::Open),
        answer: text("answer")?,
        ruling: if ruled.is_empty() { ruling } else { format!("由{ruled}处理。{ruling}") },
    })
}

fn needs(words: &str, sentence: &'static str) -> Result<(), Refusal> {
    if words.trim().chars().count() < 4 {
        Err(Refusal::new("dispute_words", sentence).at("words"))
    } else {
        Ok(())
    }
}

/// Opens a dispute: `other` shall have the matter.
///
/// # Errors
/// Refusals without the right, for a post above both units (who may simply assign), for a unit that cannot be the other
/// one, without a reason, while one is open, for a matter that has ended.
pub fn open(tx: &mut Tx, ctx: &Ctx, matter: &Matter, other: UnitId, reason: &str) -> Result<()> {
    ctx.may(Permission::Approve)?;
    if matter.phase == Phase::Done || matter.state == crate::merge::MERGED {
        return Err(Refusal::new("done", "这件事项已经办结或者并入其他事项，不能提出管辖争议").into());
    }
    needs(reason, "请写明认为由对方处理的理由和依据")?;
    let row = tx.one(&UNIT, &params![other])?;
    let row = row.ok_or_else(|| Refusal::new("dispute_unit", "请选择认为有权处理的单位").at("other"))?;
    let (name, path): (String, String) = (row.get("name")?, row.get("path")?);
    if path.starts_with(&matter.unit_path) || matter.unit_path.starts_with(&path) {
        return Err(Refusal::new("dispute_line", format!("{name}与现办单位是上下级，请直接分派或者退回"))
            .at("other")
            .into());
    }
    let part = part(&ctx.officer()?.unit_path, &matter.unit_path, &path);
    if !part.own {
        let words = "您的岗位在双方之上，请直接分派，不需要提出争议";
        return Err(Refusal::new("dispute_above", words).into());
    }
    if tx.one(&OPEN_OF, &params![matter.id])?.is_some() {
        return Err(Refusal::new("dispute_open", "这件事项已有未了结的管辖争议").into());
    }
    let id: DisputeId = ctx.id();
    tx.execute(
        &INSERT,
        &params![id, matter.id, matter.unit, other, reason.trim(), ctx.officer()?.id, ctx.today()],
    )?;
    matter::note(tx, ctx, matter.id, "dispute", None, &json!({ "to": name, "reason": reason.trim() }))?;
    clocks::start(tx, ctx, matter, clocks::DISPUTE, ctx.today())
}

/// The matter of a dispute, locked: the other unit cannot reach it yet, so the program looks it up.
fn locked(tx: &mut Tx, ctx: &Ctx, dispute: &Dispute) -> Result<Matter> {
    matter::lock(tx, &ctx.by(Actor::System("spine")), &dispute.number, None)
}

/// A matter that was assigned elsewhere since is nobody's to take by the old dispute.
fn still_there(of: &Matter, dispute: &Dispute) -> Result<(), Refusal> {
    if of.unit_path.starts_with(&dispute.unit.2) {
        return Ok(());
    }
    let words = format!("这件事项已不在{}，争议不能再据以移交，请由提出单位撤回", dispute.unit.1);
    Err(Refusal::new("dispute_moved", words))
}

/// The other unit takes the matter, or says why not.
///
/// # Errors
/// Refusals for anybody but the other unit's head, without words, for a dispute that was answered.
pub fn answer(tx: &mut Tx, ctx: &Ctx, id: DisputeId, takes: bool, words: &str) -> Result<()> {
    let dispute = find(tx, ctx, id)?;
    if !dispute.part(ctx).other {
        return Err(Refusal::new("dispute_part", format!("须由{}的负责人答复", dispute.other.1)).into());
    }
    needs(words, "请写明答复意见")?;
    let mut of = locked(tx, ctx, &dispute)?;
    let stand = if takes { Stand::Agreed } else { Stand::Refused };
    let me = ctx.officer()?.id;
    if tx.execute(&ANSWER, &params![id, stand.code(), words.trim(), me, ctx.now])? == 0 {
        return Err(Refusal::new("dispute_answered", "这个争议已经答复或者了结").into());
    }
    if takes {
        still_there(&of, &dispute)?;
    }
    let detail = json!({ "who": dispute.other.1, "words": if takes { "同意处理" } else { "不同意处理" }, "reason": words.trim() });
    matter::note(tx, ctx, of.id, "dispute_answer", None, &detail)?;
    if takes {
        clocks::stop(tx, ctx, &of, clocks::DISPUTE, ctx.today())?;
        assignment::assign(tx, ctx, &mut of, dispute.other.0, None, "管辖争议协商一致")?;
    }
    Ok(())
}

/// The common superior names the unit, which gets the matter.
///
/// # Errors
/// Refusals for every post that does not stand above both units, for a third unit, without words, for one that is settled.
pub fn rule(tx: &mut Tx, ctx: &Ctx, id: DisputeId, unit: UnitId, words: &str) -> Result<()> {
    let dispute = find(tx, ctx, id)?;
    if !dispute.part(ctx).above {
        return Err(Refusal::new("dispute_superior", "须由双方的共同上级指定")
            .by("令第121号 第三十三条")
            .into());
    }
    if unit != dispute.unit.0 && unit != dispute.other.0 {
        return Err(Refusal::new("dispute_unit", "请选择争议双方之一").at("unit").into());
    }
    needs(words, "请写明指定的理由")?;
    let mut of = locked(tx, ctx, &dispute)?;
    if tx.execute(&RULE, &params![id, unit, words.trim(), ctx.officer()?.id, ctx.now])? == 0 {
        return Err(Refusal::new("dispute_answered", "这个争议已经了结").into());
    }
    still_there(&of, &dispute)?;
    let name = if unit == dispute.unit.0 { &dispute.unit.1 } else { &dispute.other.1 };
    matter::note(tx, ctx, of.id, "dispute_ruling", None, &json!({ "to": name, "reason": words.trim() }))?;
    clocks::stop(tx, ctx, &of, clocks::DISPUTE, ctx.today())?;
    if unit == of.unit {
        return Ok(());
    }
    assignment::assign(tx, ctx, &mut of, unit, None, "管辖争议指定")
}

/// Takes a dispute back.
///
/// # Errors
/// Refusals for anybody but the head of the unit that opened it, for one that is settled.
pub fn withdraw(tx: &mut Tx, ctx: &Ctx, id: DisputeId) -> Result<()> {
    let dispute = find(tx, ctx, id)?;
    if !dispute.part(ctx).own {
        return Err(Refusal::new("dispute_part", "须由提出争议的单位撤回").into());
    }
    let of = locked(tx, ctx, &dispute)?;
    if tx.execute(&WITHDRAW, &params![id])? == 0 {
        return Err(Refusal::new("dispute_answered", "这个争议已经了结").into());
    }
    matter::note(tx, ctx, of.id, "dispute_withdrawn", None, &json!({ "to": dispute.other.1 }))?;
    clocks::stop(tx, ctx, &of, clocks::DISPUTE, ctx.today()).map(drop)
}

/// The open dispute about a matter, and how it stands.
///
/// # Errors
/// A fault of the database.
pub fn open_of(tx: &mut Tx, matter: MatterId) -> Result<Option<(DisputeId, Stand)>> {
    let row = tx.one(&OPEN_OF, &params![matter])?;
    let read = |row: Row| {
        let stand = Stand::from_code(&row.get::<String>("state")?).unwrap_or(Stand::Open);
        Ok::<_, db::Error>((row.get("id")?, stand))
    };
    Ok(row.map(read).transpose()?)
}

/// Says that a command will ask whether the matter is disputed: see [`Tx::ahead`].
pub(crate) fn ahead(tx: &mut Tx, of: &Matter) -> Result<()> {
    Ok(tx.ahead(&OPEN_OF, &params![of.id])?)
}

/// A matter that ends takes its open dispute with it.
pub(crate) fn end_with(tx: &mut Tx, ctx: &Ctx, of: &Matter) -> Result<()> {
    if let Some(row) = tx.one(&OPEN_OF, &params![of.id])? {
        let id: DisputeId = row.get("id")?;
        tx.execute(&WITHDRAW, &params![id])?;
        clocks::stop(tx, ctx, of, clocks::DISPUTE, ctx.today())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_post_above_both_is_the_common_superior() {
        let (unit, other) = ("/001/001/001/", "/001/002/");
        for (path, own, far, above) in [
            ("/001/", false, false, true),
            ("/001/001/", true, false, false),
            ("/001/001/001/", true, false, false),
            ("/001/002/", false, true, false),
            ("/001/003/", false, false, false),
        ] {
            assert_eq!(part(path, unit, other), Part { own, other: far, above }, "{path}");
        }
    }
}
