//! Publicity of complaints (投诉信息公示): that one was published, where and when; that it was withdrawn; that it is not to be published, and
//! why. What happened stands in the journal of the matter; the state here is what figures count.

use db::{Row, Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, MatterId, Move, Refusal, Role, words, workflow};
use law::Law;
use matters::{Kind, Matter};
use serde_json::json;
use web::Result;

use crate::summary::SummaryId;

/// The clock that says by when a complaint is to be published.
const CLOCK: &str = "complaint_publicity";

words! {
    /// Where a complaint stands with publicity.
    State {
        /// Nothing was done.
        Open = "open", "未公示";
        /// It is published.
        Published = "published", "已公示";
        /// It was, and is no more.
        Withdrawn = "withdrawn", "已撤回公示";
        /// It is not to be published.
        Withheld = "withheld", "不予公示";
    }
}

words! {
    /// What is done about it; the word is the journal entry.
    Act {
        /// It was published.
        Publish = "publicity_published", "登记公示";
        /// It was taken back.
        Withdraw = "publicity_withdrawn", "撤回公示";
        /// It is not to be published.
        Withhold = "publicity_withheld", "决定不予公示";
        /// It may be published after all.
        Lift = "publicity_lifted", "解除不予公示";
    }
}

words! {
    /// Why a complaint is not published (regulations §1.7).
    Ground {
        /// A secret of the state or of a trader.
        Secret = "secret", "涉及国家秘密、商业秘密";
        /// It would show a person.
        Privacy = "privacy", "涉及个人隐私，去除个人信息后仍能认出";
        /// Made up, or for improper gain (第四十二条).
        Malicious = "malicious", "虚假、恶意投诉";
        /// The consumer took the consent back.
        Consent = "consent", "投诉人不同意公示";
        /// Something else, in words.
        Other = "other", "其他依法不予公示的";
    }
}

const HEADS: &[Role] = &[Role::SectionHead, Role::BureauHead];

/// How a complaint moves between being published and not.
pub const MOVES: &[Move<State, Act>] = {
    use State::{Open, Published, Withdrawn, Withheld};
    &[
        Move::new(&[Open, Withdrawn], Act::Publish, Published, HEADS, ""),
        Move::new(&[Published], Act::Withdraw, Withdrawn, HEADS, ""),
        Move::new(&[Open, Withdrawn], Act::Withhold, Withheld, HEADS, ""),
        Move::new(&[Withheld], Act::Lift, Open, HEADS, ""),
    ]
};

db::sql! {
    OF = "SELECT w.state, w.published_on, w.ground FROM publicity w WHERE w.matter_id = $1";
    CONSENT = "SELECT COUNT(*) FROM party p WHERE p.matter_id = $1 AND p.publish_consent = TRUE";
    PUT = "INSERT INTO publicity (matter_id, state, published_on, due, in_time, ground, summary_id, decided_by, decided_at) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
           ON CONFLICT (matter_id) DO UPDATE SET state = $2, published_on = $3, due = $4, in_time = $5, ground = $6, summary_id = $7, decided_by = $8, decided_at = $9";
    HOLD = "SELECT m.closed_on FROM matter m WHERE m.id = $1 AND m.state <> 'void' FOR_UPDATE";
}

/// The words of what happens, for the journal.
pub fn verbs() -> Vec<(&'static str, &'static str)> {
    Act::ALL.iter().map(|act| (act.code(), act.label())).collect()
}

/// Where a complaint stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Where.
    pub state: State,
    /// The day it was published last.
    pub published: Option<Date>,
    /// Why it is withheld.
    pub ground: Option<Ground>,
}

/// Where a complaint stands; open where nothing was done.
///
/// # Errors
/// A fault of the database.
pub fn standing(tx: &mut Tx, matter: MatterId) -> Result<Standing> {
    let read = |row: &Row| {
        let (state, ground): (String, String) = (row.get("state")?, row.get("ground")?);
        Ok::<_, db::Error>(Standing {
            state: State::from_code(&state).unwrap_or(State::Open),
            published: row.get("published_on")?,
            ground: Ground::from_code(&ground),
        })
    };
    let row = tx.one(&OF, &params![matter])?;
    let found = row.as_ref().map(read).transpose()?;
    Ok(found.unwrap_or(Standing { state: State::Open, published: None, ground: None }))
}

/// By when a complaint that ended on `closed` is to be published; none before there was a rule.
pub fn due(closed: Date) -> Option<Date> {
    let law = Law::in_use();
    let clock = law.statute_on(CLOCK, closed)?.clock_on(CLOCK, closed)?;
    Some(clock.due(&law.calendar, closed, false, &[]).ok()?.due)
}

/// What is typed about it.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The day it was published.
    pub on: Option<Date>,
    /// Where it was published, or why it is not.
    pub words: String,
    /// Why it is withheld.
    pub ground: Option<Ground>,
    /// The article that says so.
    pub article: String,
}

/// A publication: when, where, by which report.
struct Publication<'a> {
    on: Date,
    words: &'a str,
    report: Option<SummaryId>,
}

fn published(
    tx: &mut Tx,
    ctx: &Ctx,
    (matter, closed): (MatterId, Option<Date>),
    what: &Publication<'_>,
) -> Result<()> {
    let due = closed.and_then(due);
    let in_time = if due.is_none_or(|due| what.on <= due) { "yes" } else { "no" };
    let state = State::Published;
    let values =
        params![matter, state.code(), what.on, due, in_time, "", what.report, ctx.officer()?.id, ctx.now];
    tx.execute(&PUT, &values)?;
    let detail = json!({ "on": what.on, "words": what.words });
    note(tx, ctx, matter, Act::Publish, &detail)
}

fn note(tx: &mut Tx, ctx: &Ctx, matter: MatterId, act: Act, detail: &serde_json::Value) -> Result<()> {
    let entry = journal::Entry { matter: Some(matter), subject: "", verb: act.code(), state: None, detail };
    Ok(journal::write(tx, ctx, entry)?)
}

/// Publishes what a report handed in tells of ([`crate::book::Book::matters`]): what is withheld stays so, what is published too.
///
/// # Errors
/// A fault of the database.
pub(crate) fn publish_all(
    tx: &mut Tx,
    ctx: &Ctx,
    report: SummaryId,
    matters: &[MatterId],
    words: &str,
) -> Result<()> {
    let what = Publication { on: ctx.today(), words, report: Some(report) };
    // Always in the same order, so that two reports never wait for each other's locks.
    let mut matters = matters.to_vec();
    matters.sort();
    for matter in matters {
        let Some(row) = tx.one(&HOLD, &params![matter])? else { continue };
        if matches!(standing(tx, matter)?.state, State::Open | State::Withdrawn) {
            published(tx, ctx, (matter, row.get("closed_on")?), &what)?;
        }
    }
    Ok(())
}

fn refused(field: &'static str, words: &str) -> Refusal {
    Refusal::new("publicity", words.to_owned()).at(field)
}

/// What may be published: an ended complaint about which the parties were mediated, whose consumer agrees.
fn publishable(tx: &mut Tx, ctx: &Ctx, matter: &Matter, asked: &Asked) -> Result<Date> {
    if !matches!(matter.outcome.as_deref(), Some("settled" | "terminated")) {
        return Err(refused("act", "只公示已经办结、调解成功或者终止调解的投诉").into());
    }
    if tx.scalar::<i64>(&CONSENT, &params![matter.id])? == 0 {
        return Err(refused("act", "投诉人没有同意公示，不能公示").into());
    }
    let on = asked.on.ok_or_else(|| refused("on", "请填写公示日期"))?;
    if on > ctx.today() || on < matter.received_on {
        return Err(refused("on", "公示日期不能早于收到之日，也不能晚于今天").into());
    }
    Ok(on)
}

/// Does one thing about one complaint, by the table.
///
/// # Errors
/// Refusals of the table and of what is missing; [`web::Problem::NotFound`] for other kinds of matters and beyond reach.
pub fn perform(tx: &mut Tx, ctx: &Ctx, number: &str, act: Act, asked: &Asked) -> Result<()> {
    let matter = matters::lock(tx, ctx, number, None)?;
    if matter.kind != Kind::Complaint {
        return Err(web::Problem::NotFound);
    }
    let officer = ctx.officer()?.clone();
    let now = standing(tx, matter.id)?;
    let row = workflow::find(MOVES, now.state, act, Some(officer.role))?;
    let words = asked.words.trim();
    if words.is_empty() {
        let sentence = if act == Act::Publish { "请写明在哪里公示" } else { "请写明理由" };
        return Err(refused("words", sentence).into());
    }
    if act == Act::Publish {
        let on = publishable(tx, ctx, &matter, asked)?;
        return published(tx, ctx, (matter.id, matter.closed_on), &Publication { on, words, report: None });
    }
    let mut detail = json!({ "words": words });
    let mut ground = "";
    if act == Act::Withhold {
        let known = asked.ground.ok_or_else(|| refused("ground", "请选择不予公示的情形"))?;
        if asked.article.trim().is_empty() {
            return Err(refused("article", "请写明依据的条款").into());
        }
        ground = known.code();
        detail = json!({ "words": words, "ground": known.label(), "paper": asked.article.trim() });
    }
    let on = now.published.filter(|_| act == Act::Withdraw);
    let (state, none) = (row.to.code(), None::<String>);
    let values =
        params![matter.id, state, on, none.clone(), none, ground, None::<SummaryId>, officer.id, ctx.now];
    tx.execute(&PUT, &values)?;
    note(tx, ctx, matter.id, act, &detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_reached_and_left_and_only_heads_decide() {
        for state in State::ALL {
            assert!(MOVES.iter().any(|row| row.from.contains(state)), "{state:?} is never left");
            assert!(MOVES.iter().any(|row| row.to == *state), "{state:?} is never reached");
        }
        assert!(MOVES.iter().all(|row| row.who.iter().all(|role| role.may(kernel::Permission::Approve))));
    }
}
