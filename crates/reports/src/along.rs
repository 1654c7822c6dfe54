//! Reports that go with another one (并案): what the law of the day of their own receipt orders their reporters to be told is
//! carried by the leader, which does not close before (令第121号 第三十六条; 令第20号 第三十一条). Each reporter is told in the name of
//! the own report alone: nobody learns that somebody else reported the same (第三十七条).

use db::{Tx, params};
use kernel::{Actor, Ctx, Permission};
use law::{FILING_NOTICE, ReportTag};
use matters::{
    Kind, Matter, clocks,
    merge::{self, Follower, Why},
    parties::{self, Reporter},
    relations,
};
use web::Result;

use crate::{
    file::{self, Report, Told},
    rules,
};

db::sql! {
    REACHABLE = "UPDATE report SET unreachable = NULL WHERE matter_id = $1 AND decision IS NULL";
}

/// A report that goes with a leader, and what its reporter must be told.
pub(crate) struct Along {
    /// The report.
    pub matter: Matter,
    /// Its own row with the decision that holds for it: its own if it had one, else the leader's.
    pub report: Report,
    /// The duties, and what of them was fulfilled.
    pub told: Vec<Told>,
}

impl Along {
    /// What is still to be told; nothing where an anonymous reporter cannot be reached.
    pub fn open(&self) -> impl Iterator<Item = &Told> {
        let reached = self.report.unreachable.is_none();
        self.told.iter().filter(move |told| reached && told.on.is_none())
    }
}

/// The reports that go with `leader`, each with what is owed for it. Read for the program: whoever handles the leader has
/// them too, and no person is among what is read.
///
/// # Errors
/// A fault of the database.
pub(crate) fn of(tx: &mut Tx, ctx: &Ctx, leader: &Matter, report: &Report) -> Result<Vec<Along>> {
    let mut found = Vec::new();
    for follower in merge::followers(tx, leader.id)? {
        let went = matters::by_id(tx, &ctx.by(Actor::System("reports")), follower.matter)?;
        if went.kind == Kind::Report {
            found.push(owed(tx, (leader, report), went, follower.why)?);
        }
    }
    Ok(found)
}

/// What is owed for `went` while it goes with another report; `None` when it does not.
///
/// # Errors
/// A fault of the database.
pub(crate) fn of_merged(tx: &mut Tx, ctx: &Ctx, went: &Matter) -> Result<Option<Along>> {
    if went.state != merge::MERGED {
        return Ok(None);
    }
    let Some(number) = merge::leader_of(tx, went.id)? else { return Ok(None) };
    let leader = matters::find(tx, &ctx.by(Actor::System("reports")), &number)?;
    let report = file::load(tx, leader.id)?;
    let of_leader = of(tx, ctx, &leader, &report)?;
    Ok(of_leader.into_iter().find(|along| along.matter.id == went.id))
}

fn owed(tx: &mut Tx, (leader, decided): (&Matter, &Report), went: Matter, why: Why) -> Result<Along> {
    let own = file::load(tx, went.id)?;
    let judged = matches!(own.decision.as_deref(), Some("filed" | "not_filed" | "outside" | "repeated"));
    let report = if judged {
        own
    } else {
        Report { clue_of: own.clue_of, unreachable: own.unreachable, insider: own.insider, ..decided.clone() }
    };
    let tags = tags(tx, leader, &went)?;
    let mut told = file::owed(tx, &went, &report, &tags)?;
    if why == Why::Supplement {
        // New facts of the same reporter (第三十五条): what that one is told for the leader is not told twice.
        let same = file::duties(tx, leader, decided)?;
        told.retain(|one| !same.iter().any(|other| other.duty.article == one.duty.article));
    }
    Ok(Along { matter: went, report, told })
}

/// The laws `went` falls under: its own, and what its leader was found to fall under, as in force on its own day of receipt.
fn tags(tx: &mut Tx, leader: &Matter, went: &Matter) -> Result<Vec<&'static ReportTag>> {
    let mut tags = file::tags(tx, went.id)?;
    for tag in file::tags(tx, leader.id)? {
        if tag.in_force(went.received_on) && !tags.iter().any(|own| own.key == tag.key) {
            tags.push(tag);
        }
    }
    Ok(tags)
}

/// Starts, for every report merged into `leader`, the clocks by which its reporter must be told: of the laws, from its own
/// receipt; of the decision, once there is one. A clock that ran before does not run twice.
///
/// # Errors
/// As [`clocks::start`].
pub(crate) fn start_clocks(tx: &mut Tx, ctx: &Ctx, leader: &Matter) -> Result<()> {
    let decided = file::load(tx, leader.id)?;
    for follower in merge::followers(tx, leader.id)? {
        let went = matters::by_id(tx, &ctx.by(Actor::System("reports")), follower.matter)?;
        if follower.why == Why::Merge && went.kind == Kind::Report {
            start_for(tx, ctx, (leader, &decided), &went, &follower)?;
        }
    }
    Ok(())
}

fn start_for(
    tx: &mut Tx,
    ctx: &Ctx,
    (leader, decided): (&Matter, &Report),
    went: &Matter,
    follower: &Follower,
) -> Result<()> {
    let own = file::load(tx, went.id)?;
    let (reporter, own_clue) = (parties::reporter(tx, went.id)?, own.clue_of.is_some());
    let mut keys = Vec::new();
    for tag in tags(tx, leader, went)?.into_iter().filter(|tag| rules::owes(tag, reporter, own_clue)) {
        keys.extend(tag.clock.as_deref().map(|key| (key, went.received_on)));
    }
    let is_decided = matches!(decided.decision.as_deref(), Some("filed" | "not_filed"));
    let named = reporter == Reporter::RealName && !own_clue && own.decision.is_none();
    if is_decided && named && file::rule_set(went)?.report_decision_notice {
        keys.push((FILING_NOTICE, ctx.today()));
    }
    for (key, day) in keys {
        let known = clocks::of(tx, went, ctx.today())?;
        if !known.iter().any(|clock| clock.key == key && clock.result.as_deref() != Some("void")) {
            relations::start(tx, ctx, went, follower.link, key, day)?;
        }
    }
    Ok(())
}

/// Takes back, for every report merged into `leader`, the clock of a law that the leader no longer falls under.
///
/// # Errors
/// Refusals of [`clocks::void`].
pub(crate) fn void_clock(tx: &mut Tx, ctx: &Ctx, leader: &Matter, tag: &ReportTag) -> Result<()> {
    let Some(key) = tag.clock.as_deref() else { return Ok(()) };
    for follower in merge::followers(tx, leader.id)? {
        let went = matters::by_id(tx, &ctx.by(Actor::System("reports")), follower.matter)?;
        let own = file::tags(tx, went.id)?.iter().any(|own| own.clock.as_deref() == Some(key));
        let runs = clocks::of(tx, &went, ctx.today())?.iter().any(|clock| clock.key == key && clock.runs());
        if !own && runs {
            ctx.may(Permission::Approve)?;
            clocks::void(tx, ctx, &went, key, "主办事项不再适用该领域规定")?;
        }
    }
    Ok(())
}

/// The report `went` was merged into `leader`: the laws of the leader are its own from now on.
///
/// # Errors
/// As [`clocks::start`].
pub fn joined(tx: &mut Tx, ctx: &Ctx, leader: &Matter, went: &Matter) -> Result<()> {
    if went.kind == Kind::Report { start_clocks(tx, ctx, leader) } else { Ok(()) }
}

/// The report `went` no longer goes with its leader: that its reporter could not be told was said about the leader's decision.
pub(crate) fn parted(tx: &mut Tx, went: &Matter) -> Result<()> {
    tx.execute(&REACHABLE, &params![went.id])?;
    Ok(())
}
