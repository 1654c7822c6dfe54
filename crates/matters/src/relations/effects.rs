//! What a relation does: a supplement goes to who handles the matter and never begins a complaint's clock anew; new facts
//! of a report do (令第121号 第三十五条); a repeat can be answered as one. Parting puts everything back.

use db::{Tx, params};
use kernel::{Ctx, Permission, Refusal};
use serde_json::json;
use web::{Problem, Result};

use super::{BY_HAND, LINKED, LinkId, OF_PROCEDURE, UNLINK, link_as};
use crate::{
    Kind, Matter, Phase, Step, clocks, matter,
    merge::{self, REPEAT, Why},
    reminders,
};

/// The journal's verb of an answer as a repeat.
pub const REPEATED: &str = "repeat_answer";

/// What a relation did beside being written down, for the word to the officer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Nothing.
    Linked,
    /// The supplement goes with the other matter; clocks as they were.
    Supplement,
    /// The supplement goes with the report, whose period begins with this receipt.
    Restarted,
    /// The other matter has ended: the supplement goes its own way.
    Ended,
    /// A repeat that may be answered as one.
    Repeat,
}

impl Told {
    /// For the officer.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Linked => "已关联",
            Self::Supplement => "已作为补充材料转给承办人，原事项的期限照常计算",
            Self::Restarted => {
                "已作为补充材料转给承办人；有新的事实，核查期限自最后一次收到之日重新计算（第三十五条）"
            }
            Self::Ended => "已关联；原事项已经办结，本件照常办理",
            Self::Repeat => "已标明重复；可以按重复件答复，答复前期限照常计算",
        }
    }
}

db::sql! {
    SAME_PEOPLE = "SELECT COUNT(*) FROM party a JOIN party b ON b.matter_id = $2 AND (a.phone_mark = b.phone_mark OR a.name_mark = b.name_mark) \
                   WHERE a.matter_id = $1";
    NAMED = "SELECT COUNT(*) FROM party WHERE matter_id = $1 AND (phone_mark IS NOT NULL OR name_mark IS NOT NULL)";
}

/// Relates `from` to `to`, with what the relation does.
///
/// # Errors
/// Refusals for an unknown kind, the same matter, reports of other people or about other traders (art. 35), and of
/// [`merge::may_go_with`]; stale.
pub fn relate(
    tx: &mut Tx,
    ctx: &Ctx,
    from: &mut Matter,
    to: &Matter,
    kind: &str,
    reason: &str,
) -> Result<Told> {
    if !BY_HAND.iter().any(|(code, _)| *code == kind) {
        return Err(Refusal::new("link_kind", "请选择关联类别").at("kind").into());
    }
    if kind != "related" && from.kind == Kind::Report && to.kind == Kind::Report {
        is_the_same(tx, from, to)?;
    }
    let link = link_as(tx, ctx, from, to, kind, reason)?;
    match kind {
        "repeat" if from.phase != Phase::Done => Ok(Told::Repeat),
        "supplement" => supplement(tx, ctx, from, to, link),
        _ => Ok(Told::Linked),
    }
}

/// Same reporter, same trader: what is unknown on one side is left to the officer.
fn is_the_same(tx: &mut Tx, from: &Matter, to: &Matter) -> Result<()> {
    let refuse =
        |code, words: &str| Err(Refusal::new(code, words).by("令第121号 第三十五条").at("other").into());
    if from.trader.zip(to.trader).is_some_and(|(one, two)| one != two) {
        return refuse("other_trader", "两件举报的经营者不同，不是重复或者补充");
    }
    let (one, two): (i64, i64) = (tx.scalar(&NAMED, &params![from.id])?, tx.scalar(&NAMED, &params![to.id])?);
    let same: i64 = tx.scalar(&SAME_PEOPLE, &params![from.id, to.id])?;
    if one > 0 && two > 0 && same == 0 {
        return refuse("other_reporter", "两件举报的举报人不同，不是重复或者补充；可以关联或者并案");
    }
    Ok(())
}

fn supplement(tx: &mut Tx, ctx: &Ctx, from: &mut Matter, to: &Matter, link: LinkId) -> Result<Told> {
    if to.phase == Phase::Done {
        return Ok(Told::Ended);
    }
    let mut told = Told::Supplement;
    if from.phase != Phase::Done {
        merge::absorb(tx, ctx, to, from, (Why::Supplement, link), "补充材料")?;
    }
    if from.kind == Kind::Report && to.kind == Kind::Report {
        let words = format!("有新的事实（{}），自最后一次收到之日重新计算", from.number);
        if clocks::restart(tx, ctx, to, link, ("clue_check", from.received_on), &words)? {
            told = Told::Restarted;
        }
    }
    let words = format!("收到补充材料 {}：{}", from.number, from.title);
    reminders::tell_officer(tx, ctx, to, "supplement", &words)?;
    Ok(told)
}

/// Ends a relation; what it did is put back, and both journals keep that it was there.
///
/// # Errors
/// Refusals for what a procedure linked (分立、重办、并案), for a supplement that has ended with its matter, for an answered
/// repeat without the right to approve; not found; stale.
pub fn part(tx: &mut Tx, ctx: &Ctx, matter: &Matter, id: LinkId) -> Result<()> {
    let mut rows = tx.query(&LINKED, &params![matter.id])?.into_iter();
    let row =
        rows.find(|row| row.get::<LinkId>("id").is_ok_and(|link| link == id)).ok_or(Problem::NotFound)?;
    let kind: String = row.get("kind")?;
    if OF_PROCEDURE.contains(&kind.as_str()) {
        return Err(Refusal::new(
            "link_of_procedure",
            "分立、诉转案、重办、先行和解、并案形成的关联不能这样解除",
        )
        .into());
    }
    // Whoever may not know of the other matter may not touch the link to it either.
    let other = matter::by_id(tx, ctx, row.get("other")?)?;
    tx.exactly_one(&UNLINK, &params![id, matter.id, ctx.now])?;
    let (from, to) = if row.get::<i64>("from_here")? == 1 { (matter, &other) } else { (&other, matter) };
    put_back(tx, ctx, from, to, id, &kind)?;
    for (one, two) in [(from, to), (to, from)] {
        matter::note(tx, ctx, one.id, "unlink", None, &json!({ "words": two.number, "kind": kind }))?;
    }
    Ok(())
}

fn put_back(tx: &mut Tx, ctx: &Ctx, from: &Matter, to: &Matter, link: LinkId, kind: &str) -> Result<()> {
    if from.state == REPEAT && kind == "repeat" {
        ctx.may(Permission::Approve)?;
    }
    let mut went = from.clone();
    if !merge::release_link(tx, ctx, to, &mut went, link, "解除关联")? {
        clocks::take_back(tx, ctx, to, link, "解除关联")?;
    }
    Ok(())
}

/// Answers a report as a repeat of one that is handled (令第121号 第三十五条): not handled again; ends it. Undone by ending
/// the relation.
///
/// # Errors
/// Refusals without the right, for a matter that is no repeat of another report or has ended, without words; stale.
pub fn answer_repeat(tx: &mut Tx, ctx: &Ctx, matter: &mut Matter, words: &str) -> Result<()> {
    ctx.may(Permission::HandleReport)?;
    let (link, to) =
        repeats(tx, ctx, matter)?.ok_or_else(|| Refusal::new("no_repeat", "这件举报没有标明与另一件重复"))?;
    if words.trim().chars().count() < 4 {
        return Err(Refusal::new("repeat_words", "请写明给举报人的答复").at("words").into());
    }
    merge::remember(tx, ctx, &to, matter, (Why::Repeat, link), words.trim())?;
    clocks::give_up(tx, ctx, matter, link, "", &format!("按重复举报答复，见 {}", to.number))?;
    let step = Step { state: REPEAT, phase: Phase::Done, outcome: Some(REPEAT) };
    let detail = json!({ "words": to.number, "reason": words.trim(), "on": ctx.today() });
    matter::step(tx, ctx, matter, step, REPEATED, &detail)
}

/// The report that an open report repeats, with the link: what may be answered as a repeat.
///
/// # Errors
/// A fault of the database.
pub(crate) fn repeats(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Option<(LinkId, Matter)>> {
    if matter.kind != Kind::Report || matter.phase == Phase::Done || matter.state == merge::MERGED {
        return Ok(None);
    }
    for row in tx.query(&LINKED, &params![matter.id])? {
        if row.get::<String>("kind")? == "repeat" && row.get::<i64>("from_here")? == 1 {
            match matter::by_id(tx, ctx, row.get("other")?) {
                Ok(other) if other.kind == Kind::Report => return Ok(Some((row.get("id")?, other))),
                Ok(_) | Err(Problem::NotFound) => {}
                Err(problem) => return Err(problem),
            }
        }
    }
    Ok(None)
}
