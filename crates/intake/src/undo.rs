//! A split taken back (分立撤回; 令第121号 第九条): what was one contact is one matter again, as long as nobody decided on the part
//! split off and nobody outside was told of it.

use db::{Tx, params};
use kernel::{Ctx, MatterId, Permission, Refusal};
use matters::{Kind, Matter, Phase, merge, parties, relations};
use web::{Problem, Result};

db::sql! {
    SPLIT_FROM = "SELECT from_id FROM matter_link WHERE to_id = $1 AND kind = 'split' AND ended_at IS NULL";
    TOLD = "SELECT COUNT(*) FROM notice WHERE matter_id = $1 AND state IN ('sent', 'delivered')";
    PLANNED = "SELECT COUNT(*) FROM notice WHERE matter_id = $1 AND state = 'planned'";
    HOLDS_NUMBER = "SELECT COUNT(*) FROM receipt WHERE matter_id = $1";
    PAPERS = "SELECT COUNT(*) FROM paper WHERE matter_id = $1 AND state NOT IN ('void', 'discarded')";
    LENGTHENED = "SELECT COUNT(*) FROM clock WHERE matter_id = $1 AND extended = TRUE";
    LED_ON = "SELECT COUNT(*) FROM matter_link WHERE (from_id = $1 OR to_id = $1) AND ended_at IS NULL \
              AND kind IN ('clue', 'reopened', 'settlement', 'merge', 'supplement', 'repeat')";
}

/// What stands in the way of taking a split back: counted by a statement, (code, what to do).
const IN_THE_WAY: &[(db::Sql, &str, &str)] = &[
    (TOLD, "unsplit_told", "已经就分立出的这一件告知过当事人，不能撤回分立，请按程序办理"),
    (HOLDS_NUMBER, "unsplit_receipt", "当事人已经拿到这一件的编号和查询码，不能撤回分立，请按程序办理"),
    (LENGTHENED, "unsplit_lengthened", "这一件已经批准延长期限，不能撤回分立，请按程序办理"),
    (PLANNED, "unsplit_planned", "这一件还有待发出的告知，请先登记送达结果，再撤回分立"),
    (PAPERS, "unsplit_papers", "这一件已有文书，请先作废或者删除，再撤回分立"),
    (LED_ON, "unsplit_links", "这一件另与其他事项并案、重复、补充或者已由它转出事项，请先解除，再撤回分立"),
];

/// The matter that `part` was split from, when the split can be taken back now.
///
/// # Errors
/// A refusal that says what stands in the way; not found when the first matter is not the actor's to know.
pub fn may_undo_split(tx: &mut Tx, ctx: &Ctx, part: &Matter) -> Result<Matter> {
    ctx.may(Permission::Register)?;
    let row = tx.one(&SPLIT_FROM, &params![part.id])?;
    let row = row.ok_or_else(|| Refusal::new("not_split", "这件事项不是分立出来的，没有分立可以撤回"))?;
    let from = matters::by_id(tx, ctx, row.get::<MatterId>("from_id")?)?;
    let no = |code, words: &str| Err(Problem::from(Refusal::new(code, words).by("令第121号 第九条")));
    if part.phase == Phase::Done {
        return no("unsplit_done", "分立出的这一件已经办结，不能撤回分立");
    }
    if from.phase == Phase::Done {
        return no("unsplit_first_done", "原来的一件已经办结，撤回后没有事项承接，请按程序办理这一件");
    }
    if part.state == merge::MERGED || !merge::followers(tx, part.id)?.is_empty() {
        return no("unsplit_merged", "这一件正与其他事项并案办理，请先撤销并案，再撤回分立");
    }
    let undecided = match part.kind {
        Kind::Report => part.state == "received" || part.state == "verifying",
        _ => part.state == "received",
    };
    if !undecided {
        let words = "这一件已经作出决定，或者正在审批、补正、检验，不能撤回分立，请按程序办理";
        return no("unsplit_decided", words);
    }
    for (statement, code, words) in IN_THE_WAY {
        if tx.scalar::<i64>(statement, &params![part.id])? > 0 {
            return no(code, words);
        }
    }
    Ok(from)
}

/// Takes back the split that made `number`, prepared on `version`; the matter it goes back to. The whole history stays: both
/// journals, the void number with its reason, the link with the day it ended. People who stood with the part stay there.
///
/// # Errors
/// Refusals of [`may_undo_split`], without a reason, or for a reason that names a person of a report; not found; stale.
pub fn undo_split(
    tx: &mut Tx,
    ctx: &Ctx,
    number: &str,
    version: Option<i64>,
    reason: &str,
) -> Result<Matter> {
    let seen = matters::find(tx, ctx, number)?;
    let from = may_undo_split(tx, ctx, &seen)?;
    if reason.trim().chars().count() < 4 {
        let words = "请写明撤回分立的理由，例如：来件只要求退款，没有举报违法行为";
        return Err(Refusal::new("unsplit_reason", words).at("reason").into());
    }
    // In the order of the numbers, so that two who hold both never wait for each other.
    let (from, mut part) = if from.number < seen.number {
        let from = matters::lock(tx, ctx, &from.number, None)?;
        (from, matters::lock(tx, ctx, number, version)?)
    } else {
        let part = matters::lock(tx, ctx, number, version)?;
        (matters::lock(tx, ctx, &from.number, None)?, part)
    };
    may_undo_split(tx, ctx, &part)?;
    for report in [&from, &part].into_iter().filter(|one| one.kind == Kind::Report) {
        if parties::may_open_reporter(ctx, report) && parties::is_named_in(tx, ctx, report.id, reason)? {
            let words = "理由里不要写举报人的姓名、电话";
            return Err(Refusal::new("unsplit_names", words).by("令第121号 第三十七条").at("reason").into());
        }
    }
    relations::unsplit(tx, ctx, &from, &mut part, reason)?;
    Ok(from)
}
