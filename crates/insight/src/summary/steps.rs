//! What is done with a report beside writing: submitted, reviewed, returned, approved, handed in. Four eyes are two persons: who reviews
//! has not written, and the approval follows the review, also by the same head or by a head who wrote.

use db::{Row, ToValue as _, Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, Officer, OfficerId, Refusal, Role, workflow};
use serde_json::json;
use web::Result;

use super::{Act, Kept, MOVES, State, SummaryId, find, number, store::mark};
use crate::publicity;

db::sql! {
    HANDS = "SELECT DISTINCT made_by FROM summary_version WHERE summary_id = $1";
    MOVE = "UPDATE summary SET state = $3, reviewed_by = NULL, approved_by = NULL WHERE id = $1 AND version = $2 AND state = $4";
    REVIEW = "UPDATE summary SET state = $3, reviewed_by = $5 WHERE id = $1 AND version = $2 AND state = $4";
    APPROVE = "UPDATE summary SET state = $3, approved_by = $5 WHERE id = $1 AND version = $2 AND state = $4";
    HAND_IN = "UPDATE summary SET state = $3, handed_in_at = $5 WHERE id = $1 AND version = $2 AND state = $4";
    STEP = "INSERT INTO summary_step (id, summary_id, act, version, words, done_by, done_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    HEADS = "SELECT o.id, o.name, u.name AS unit, p.role, EXISTS (SELECT 1 FROM summary_version v WHERE v.summary_id = s.id AND v.made_by = o.id) AS wrote \
             FROM summary s CROSS JOIN post p JOIN officer o ON o.id = p.officer_id JOIN unit u ON u.id = p.unit_id \
             WHERE s.id = $1 AND p.role IN ('section_head', 'bureau_head') AND o.enabled = TRUE AND p.from_day <= $2 AND (p.to_day IS NULL OR p.to_day >= $2) \
             AND (substr(s.unit_path, 1, length(u.path)) = u.path OR s.about_id IS NULL AND substr(u.path, 1, length(s.unit_path)) = s.unit_path) \
             ORDER BY u.path DESC, o.name, o.id";
    STEPS = "SELECT s.act, s.version, s.words, o.name AS who, s.done_at FROM summary_step s JOIN officer o ON o.id = s.done_by \
             WHERE s.summary_id = $1 ORDER BY s.done_at, s.id";
}

/// A step that was taken.
#[derive(Clone, Debug)]
pub struct Step {
    /// What was done.
    pub act: Act,
    /// At which version.
    pub version: i64,
    /// With which words.
    pub words: String,
    /// By whom.
    pub who: String,
    /// When.
    pub at: Timestamp,
}

fn read(row: &Row) -> Result<Option<Step>, db::Error> {
    let Some(act) = Act::from_code(&row.get::<String>("act")?) else { return Ok(None) };
    let (version, words, who) = (row.get("version")?, row.get("words")?, row.get("who")?);
    Ok(Some(Step { act, version, words, who, at: row.get("done_at")? }))
}

impl Kept {
    /// The steps taken, in order.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn steps(&self, tx: &mut Tx) -> Result<Vec<Step>> {
        let rows = tx.query(&STEPS, &params![self.id])?;
        Ok(rows.iter().filter_map(|row| read(row).transpose()).collect::<Result<_, _>>()?)
    }

    /// Who wrote on it.
    fn hands(&self, tx: &mut Tx) -> Result<Vec<OfficerId>> {
        let rows = tx.query(&HANDS, &params![self.id])?;
        Ok(rows.iter().map(|row| row.get("made_by")).collect::<Result<_, _>>()?)
    }

    /// The acts the actor may take now.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn lawful(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Act>> {
        let officer = ctx.officer()?;
        let hands = self.hands(tx)?;
        let open = workflow::lawful(MOVES, self.state, officer.role).map(|row| row.act);
        Ok(open.filter(|act| self.other_eyes(*act, officer, &hands).is_ok()).collect())
    }

    /// Four eyes, whose a submission is, and what heads of units below do with it.
    fn other_eyes(&self, act: Act, officer: &Officer, hands: &[OfficerId]) -> Result<(), Refusal> {
        let wrote = hands.contains(&officer.id);
        let own = self.office.path.starts_with(&officer.unit_path);
        let refused = match act {
            Act::Review if wrote => "起草、修改过这份总结的人不能自己审核",
            Act::Approve if self.reviewed_by.is_none_or(|by| hands.contains(&by)) => {
                "还没有起草、修改以外的人审核过，不能批准"
            }
            Act::Withdraw if !wrote => "只有起草、修改过的人可以撤回；负责人请用退回",
            Act::Review | Act::SendBack => return Ok(()),
            _ if !own => "上级单位的总结在这里只能审核或者退回，其他由上级单位办理",
            _ => return Ok(()),
        };
        Err(Refusal::new("four_eyes", refused))
    }

    /// For whom it waits, in words; empty where it waits for nobody.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn waits(&self, tx: &mut Tx, ctx: &Ctx) -> Result<String> {
        let (act, bureau) = match self.state {
            State::Submitted => ("审核", false),
            State::Reviewed => ("批准", true),
            _ => return Ok(String::new()),
        };
        let mut who: Vec<String> = Vec::new();
        for row in tx.query(&HEADS, &params![self.id, ctx.today()])? {
            let is_bureau = row.get::<String>("role")? == Role::BureauHead.code();
            if (bureau && !is_bureau) || (!bureau && row.get("wrote")?) {
                continue;
            }
            let told = format!("{}（{}）", row.get::<String>("name")?, row.get::<String>("unit")?);
            if !who.contains(&told) {
                who.push(told);
            }
        }
        if who.is_empty() {
            return Ok(format!("没有可以{act}的负责人：请登记岗位，或者为负责人登记代理人，由其{act}"));
        }
        let more = if who.len() > MOST_NAMED { "等" } else { "" };
        who.truncate(MOST_NAMED);
        Ok(format!("等待{}{more}{act}", who.join("、")))
    }
}

/// Heads that are named.
const MOST_NAMED: usize = 4;

/// Takes a step by the table, at the version the actor has read.
///
/// # Errors
/// Refusals of the table, for the writer's own review, for an approval without another's review, without words where they are asked for, and where the second reader
/// does not find the numbers borne out; stale when somebody was faster.
pub fn perform(tx: &mut Tx, ctx: &Ctx, id: SummaryId, version: i64, act: Act, words: &str) -> Result<()> {
    let kept = find(tx, ctx, id)?;
    let officer = ctx.officer()?;
    let row = workflow::find(MOVES, kept.state, act, Some(officer.role))?;
    kept.fresh(tx, version)?;
    let hands = kept.hands(tx)?;
    if let Err(mut refused) = kept.other_eyes(act, officer, &hands) {
        if act == Act::Review {
            refused.sentence = format!("{}；{}", refused.sentence, kept.waits(tx, ctx)?);
        }
        return Err(refused.into());
    }
    let words = words.trim();
    if !act.asks().is_empty() && words.is_empty() {
        return Err(Refusal::new("words", format!("请写明{}", act.asks())).at("words").into());
    }
    if act.vouches() {
        kept.borne_out()?;
        kept.is_filled()?;
    }
    let base = params![id, kept.version, row.to.code(), kept.state.code()];
    let with = |more: db::Value| [base.as_slice(), &[more]].concat();
    match act {
        Act::Review => tx.exactly_one(&REVIEW, &with(officer.id.to_value()))?,
        Act::Approve => {
            tx.exactly_one(&APPROVE, &with(officer.id.to_value()))?;
            number::take(tx, ctx, &kept)?;
        }
        Act::HandIn => {
            tx.exactly_one(&HAND_IN, &with(ctx.now.to_value()))?;
            publicity::publish_all(tx, ctx, id, &kept.publishes(), words)?;
        }
        _ => tx.exactly_one(&MOVE, &base)?,
    }
    let step: super::SummaryId = ctx.id();
    tx.execute(&STEP, &params![step, id, act.code(), kept.version, words, officer.id, ctx.now])?;
    let detail = json!({ "title": kept.title, "version": kept.version, "text": mark(&kept.text) });
    Ok(journal::note(tx, ctx, &id.to_string(), act.code(), &detail)?)
}
