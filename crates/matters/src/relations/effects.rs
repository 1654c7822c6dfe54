//! What a relation does: a supplement goes to who handles the matter and never begins a complaint's clock anew; new facts
//! of a report do, and a report that says the same again is not handled once more (令第121号 第三十五条). The procedure of
//! reports decides, this puts it into effect, and parting puts everything back.

use db::{Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, Permission, Refusal};
use serde_json::json;
use web::{Problem, Result};

use super::{BY_HAND, LINKED, LinkId, OF_PROCEDURE, UNLINK, link_as};
use crate::{
    Kind, Matter, Phase, clocks, matter,
    merge::{self, Why},
    parties, reminders,
};

/// What a relation did beside being written down, for the word to the officer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Nothing.
    Linked,
    /// The supplement goes with the other matter; clocks as they were.
    Supplement,
    /// The other matter has ended: the supplement goes its own way.
    Ended,
    /// A repeat; of a report a head decides that it is not handled again.
    Repeat,
}

impl Told {
    /// For the officer.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Linked => "已关联",
            Self::Supplement => "已作为补充材料转给承办人，原事项的期限照常计算",
            Self::Ended => "已关联；原事项已经办结，本件照常办理",
            Self::Repeat => "已标明重复；作出决定以前，期限照常计算",
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
/// Refusals for an unknown kind, the same matter, reports of other people or about other traders, new facts of a report,
/// which have their act (art. 35), and of [`merge::may_go_with`]; stale.
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
        if kind == "supplement" {
            let words = "举报补充新的事实的，请在本件办理“并入此前举报”，核查期限随之重新计算";
            return Err(Refusal::new("report_supplement", words)
                .by("令第121号 第三十五条")
                .at("kind")
                .into());
        }
        is_the_same(tx, ctx, from, to)?;
    }
    match kind {
        "supplement" => Ok(supplement(tx, ctx, from, to, reason)?.1),
        _ => {
            link_as(tx, ctx, from, to, kind, reason)?;
            let repeats = kind == "repeat" && from.phase != Phase::Done;
            Ok(if repeats { Told::Repeat } else { Told::Linked })
        }
    }
}

/// Same reporter, same trader: what is unknown on one side is left to the officer. Whether two reports are of one reporter
/// is told only to who may open both (令第121号 第三十七条): else whoever registers a report under a name could ask so who
/// made another one. For everybody else the mark stands until a head decides on it (第三十五条).
fn is_the_same(tx: &mut Tx, ctx: &Ctx, from: &Matter, to: &Matter) -> Result<()> {
    let refuse =
        |code, words: &str| Err(Refusal::new(code, words).by("令第121号 第三十五条").at("other").into());
    if from.trader.zip(to.trader).is_some_and(|(one, two)| one != two) {
        return refuse("other_trader", "两件举报的经营者不同，不是重复或者补充");
    }
    if !parties::may_open_reporter(ctx, from) || !parties::may_open_reporter(ctx, to) {
        return Ok(());
    }
    let (one, two): (i64, i64) = (tx.scalar(&NAMED, &params![from.id])?, tx.scalar(&NAMED, &params![to.id])?);
    let same: i64 = tx.scalar(&SAME_PEOPLE, &params![from.id, to.id])?;
    if one > 0 && two > 0 && same == 0 {
        return refuse("other_reporter", "两件举报的举报人不同，不是重复或者补充；可以关联或者并案");
    }
    Ok(())
}

/// Takes `from` into `to` as new material: linked, going with it, its officer told. No clock of `to` begins anew by it;
/// that is for [`restart`].
///
/// # Errors
/// Refusals of [`merge::may_go_with`], of a link that is there already; stale.
pub fn supplement(
    tx: &mut Tx,
    ctx: &Ctx,
    from: &mut Matter,
    to: &Matter,
    reason: &str,
) -> Result<(LinkId, Told)> {
    let link = link_as(tx, ctx, from, to, "supplement", reason)?;
    if to.phase == Phase::Done {
        return Ok((link, Told::Ended));
    }
    if from.phase != Phase::Done {
        merge::absorb(tx, ctx, to, from, (Why::Supplement, link), "补充材料")?;
    }
    let words = format!("收到补充材料 {}：{}", from.number, from.title);
    reminders::tell_officer(tx, ctx, to, "supplement", &words)?;
    Ok((link, Told::Supplement))
}

/// Begins the running clock `key` of `to` anew on the receipt of `from`, whose new facts `link` brought (令第121号
/// 第三十五条); what [`part`] takes back. `false` when no such clock runs, or it began no earlier anyway.
///
/// # Errors
/// A fault of the database.
pub fn restart(tx: &mut Tx, ctx: &Ctx, from: &Matter, to: &Matter, link: LinkId, key: &str) -> Result<bool> {
    let words = format!("有新的事实（{}），自最后一次收到之日重新计算", from.number);
    clocks::restart(tx, ctx, to, link, (key, from.received_on), &words)
}

/// Starts clock `key` of `to` on `day` because of what `link` brought; [`part`] takes it back.
///
/// # Errors
/// As [`clocks::start`].
pub fn start(tx: &mut Tx, ctx: &Ctx, to: &Matter, link: LinkId, key: &str, day: Date) -> Result<()> {
    clocks::start_by(tx, ctx, to, link, key, day)
}

/// Notes that `from` says the same as `to` and is not handled again (令第121号 第三十五条): linked, unless it was marked
/// before, and its clock `key` ends today. Its state is the procedure's; what it was is kept for [`part`].
///
/// # Errors
/// A fault of the database.
pub fn not_again(tx: &mut Tx, ctx: &Ctx, from: &Matter, to: &Matter, key: &str, reason: &str) -> Result<()> {
    let link = match marked(tx, from, to)? {
        Some(link) => link,
        None => link_as(tx, ctx, from, to, "repeat", reason)?,
    };
    merge::remember(tx, ctx, to, from, (Why::Repeat, link), reason)?;
    clocks::give_up(
        tx,
        ctx,
        from,
        link,
        (clocks::Stops::Only(key), ""),
        &format!("不再处理，见 {}", to.number),
    )
}

/// The link by which `from` was marked as a repeat of `to`.
fn marked(tx: &mut Tx, from: &Matter, to: &Matter) -> Result<Option<LinkId>> {
    for row in tx.query(&LINKED, &params![from.id])? {
        let repeats = row.get::<String>("kind")? == "repeat" && row.get::<i64>("from_here")? == 1;
        if repeats && row.get::<kernel::MatterId>("other")? == to.id {
            return Ok(Some(row.get("id")?));
        }
    }
    Ok(None)
}

/// Ends a relation; what it did is put back, and both journals keep that it was there.
///
/// # Errors
/// Refusals for what a procedure linked (分立、重办、并案), for a supplement that has ended with its matter, for what a head
/// decided about a report without the right to approve; not found; stale.
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
    put_back(tx, ctx, from, to, id)?;
    for (one, two) in [(from, to), (to, from)] {
        matter::note(tx, ctx, one.id, "unlink", None, &json!({ "words": two.number, "kind": kind }))?;
    }
    Ok(())
}

/// What a head decided about a report is a head's to take back.
fn put_back(tx: &mut Tx, ctx: &Ctx, from: &Matter, to: &Matter, link: LinkId) -> Result<()> {
    if from.kind == Kind::Report && merge::is_made_by(tx, from.id, link)? {
        ctx.may(Permission::Approve)?;
    }
    let mut went = from.clone();
    if !merge::release_link(tx, ctx, to, &mut went, link, "解除关联")? {
        clocks::take_back(tx, ctx, to, link, "解除关联")?;
    }
    Ok(())
}

/// The report that an open report was marked to repeat, while nobody has decided on that.
///
/// # Errors
/// A fault of the database.
pub(crate) fn repeats(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Option<Matter>> {
    if matter.kind != Kind::Report
        || matter.phase == Phase::Done
        || merge::leader_of(tx, matter.id)?.is_some()
    {
        return Ok(None);
    }
    for row in tx.query(&LINKED, &params![matter.id])? {
        if row.get::<String>("kind")? == "repeat" && row.get::<i64>("from_here")? == 1 {
            match matter::by_id(tx, ctx, row.get("other")?) {
                Ok(other) if other.kind == Kind::Report => return Ok(Some(other)),
                Ok(_) | Err(Problem::NotFound) => {}
                Err(problem) => return Err(problem),
            }
        }
    }
    Ok(None)
}
