//! The reward (举报奖励, 市场监管领域重大违法行为举报奖励暂行办法, 国市监稽规〔2021〕4号): 5, 3 or 1 per cent of fine and
//! confiscation, not under the floor of the grade, not over the cap of a case; approved by the bureau's head, who did not
//! propose it; paid with proof. A table of its own: it begins when the report is decided and may end long after it is closed.

use db::{Row, Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, MatterId, Money, Move, OfficerId, Permission, Refusal, Role, words, workflow};
use law::{Law, Reward as Rule};
use matters::{
    Matter,
    parties::{self, Reporter},
};
use serde_json::json;
use web::Result;

use crate::{acts::Input, file, rules};

words! {
    /// How far a reward came.
    State {
        /// Nobody asked.
        Open = "open", "未申请";
        /// Proposed to the bureau's head.
        Proposed = "proposed", "待审批";
        /// Approved, not paid.
        Approved = "approved", "已批准待发放";
        /// Not approved; may be proposed again.
        Refused = "refused", "未批准";
        /// Paid.
        Paid = "paid", "已发放";
    }
}

words! {
    /// What can be done about a reward. The word is the button, the URL and the journal entry.
    Act {
        /// Propose a grade; the sum follows.
        Propose = "report_reward", "申请举报奖励";
        /// Approve.
        Approve = "report_reward_approval", "批准举报奖励";
        /// Refuse.
        Refuse = "report_reward_refusal", "不批准举报奖励";
        /// Record the payment.
        Pay = "report_reward_payment", "登记奖励发放";
    }
}

const HANDLING: &[Role] = &[Role::Handler, Role::SectionHead];
const HEAD: &[Role] = &[Role::BureauHead];

/// How a reward moves.
pub const MOVES: &[Move<State, Act>] = &[
    Move::new(
        &[State::Open, State::Refused],
        Act::Propose,
        State::Proposed,
        HANDLING,
        "投诉举报处理办法第三十六条",
    ),
    Move::new(&[State::Proposed], Act::Approve, State::Approved, HEAD, "国市监稽规〔2021〕4号"),
    Move::new(&[State::Proposed], Act::Refuse, State::Refused, HEAD, "国市监稽规〔2021〕4号"),
    Move::new(&[State::Approved], Act::Pay, State::Paid, HANDLING, "国市监稽规〔2021〕4号"),
];

impl Act {
    /// The right its route asks for.
    pub(crate) const fn permission(self) -> Permission {
        match self {
            Self::Propose | Self::Pay => Permission::HandleReport,
            Self::Approve | Self::Refuse => Permission::Approve,
        }
    }
}

/// A reward on record.
#[derive(Clone, Debug)]
pub struct Reward {
    /// How far it came.
    pub state: State,
    /// Grade.
    pub grade: i64,
    /// Fine and confiscation.
    pub base: Money,
    /// What the rule gives.
    pub computed: Money,
    /// What is proposed.
    pub amount: Money,
    /// Which grave breach.
    pub breach: String,
    /// Why this grade.
    pub words: String,
    /// The finance department's agreement.
    pub agreement: Option<String>,
    /// Who proposed it.
    pub proposed_by: OfficerId,
    /// When and why it was decided.
    pub decided: Option<(Date, String)>,
    /// When it was paid, and what proves it.
    pub paid: Option<(Date, String)>,
}

db::sql! {
    FIND = "SELECT state, grade, base, computed, amount, breach, words, agreement, proposed_by, decided_on, decision_words, paid_on, \
            payment_proof FROM report_reward WHERE matter_id = $1";
    PROPOSE = "INSERT INTO report_reward (matter_id, state, grade, base, computed, amount, breach, words, agreement, proposed_by, proposed_on) \
               VALUES ($1, 'proposed', $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (matter_id) DO UPDATE SET state = excluded.state, \
               grade = excluded.grade, base = excluded.base, computed = excluded.computed, amount = excluded.amount, \
               breach = excluded.breach, words = excluded.words, agreement = excluded.agreement, proposed_by = excluded.proposed_by, \
               proposed_on = excluded.proposed_on, decided_by = NULL, decided_on = NULL, decision_words = NULL";
    DECIDE = "UPDATE report_reward SET state = $2, decided_by = $3, decided_on = $4, decision_words = $5, \
              agreement = COALESCE($6, agreement) WHERE matter_id = $1 AND state = 'proposed'";
    PAY = "UPDATE report_reward SET state = 'paid', paid_on = $2, payment_proof = $3 WHERE matter_id = $1 AND state = 'approved'";
}

/// What the rule gives for `grade` on a `base` of fine and confiscation, exact to the 分 (half a 分 is rounded up): the per cent of
/// the grade, at least its floor, at most the cap of a case. A case without fine still has the floor.
///
/// ```
/// use kernel::Money;
/// let rule = &law::Law::shipped().reports.reward;
/// assert_eq!(reports::reward::sum(rule, 2, Money::from_yuan(200_000)), Some(Money::from_yuan(6_000)));
/// assert_eq!(reports::reward::sum(rule, 1, Money::ZERO), Some(Money::from_yuan(5_000)));
/// ```
pub fn sum(rule: &Rule, grade: i64, base: Money) -> Option<Money> {
    let grade = rule.grade(grade)?;
    let share = (i128::from(base.fen()) * i128::from(grade.percent) + 50) / 100;
    let share = Money::from_fen(i64::try_from(share).unwrap_or(i64::MAX));
    Some(share.max(Money::from_yuan(grade.floor)).min(Money::from_yuan(rule.cap)))
}

/// The sum to be proposed: the computed one, or more for an insider; never over the cap. From the sum on that the rule names, and
/// for more than computed, the finance department must have agreed.
///
/// # Errors
/// Refusals that say what is wrong with the sum.
pub fn proposed(
    rule: &Rule,
    computed: Money,
    wanted: Option<Money>,
    insider: bool,
) -> Result<Money, Refusal> {
    let amount = wanted.unwrap_or(computed);
    if amount > Money::from_yuan(rule.cap) {
        let words = format!("每起案件的举报奖励不超过 {} 元", Money::from_yuan(rule.cap).grouped());
        return Err(Refusal::new("reward_cap", words).by(rule.paper.clone()).at("amount"));
    }
    if amount < computed || (amount > computed && !insider) {
        let words = format!("按标准计算为 {} 元；只有内部人员举报可以适当提高，不能降低", computed.grouped());
        return Err(Refusal::new("reward_sum", words).by(rule.paper.clone()).at("amount"));
    }
    Ok(amount)
}

/// Whether the finance department must agree.
pub fn needs_agreement(rule: &Rule, computed: Money, amount: Money) -> bool {
    amount > computed || amount >= Money::from_yuan(rule.agreement_from)
}

/// The reward of a report, if one was proposed.
///
/// # Errors
/// A fault of the database.
pub fn load(tx: &mut Tx, matter: MatterId) -> Result<Option<Reward>> {
    Ok(tx.one(&FIND, &params![matter])?.as_ref().map(read).transpose()?)
}

fn read(row: &Row) -> Result<Reward, db::Error> {
    let text = |name: &'static str| Ok::<_, db::Error>(row.get::<Option<String>>(name)?.unwrap_or_default());
    let day = |name: &'static str| row.get::<Option<Date>>(name);
    let (decision, proof) = (text("decision_words")?, text("payment_proof")?);
    Ok(Reward {
        state: State::from_code(&row.get::<String>("state")?).unwrap_or(State::Open),
        grade: row.get("grade")?,
        base: row.get("base")?,
        computed: row.get("computed")?,
        amount: row.get("amount")?,
        breach: row.get("breach")?,
        words: row.get("words")?,
        agreement: row.get("agreement")?,
        proposed_by: row.get("proposed_by")?,
        decided: day("decided_on")?.map(|on| (on, decision)),
        paid: day("paid_on")?.map(|on| (on, proof)),
    })
}

/// Where the reward of a report stands.
///
/// # Errors
/// A fault of the database.
pub(crate) fn state_of(tx: &mut Tx, matter: MatterId) -> Result<State> {
    Ok(load(tx, matter)?.map_or(State::Open, |reward| reward.state))
}

/// Whether a reward can be asked for: a filed report of a reporter, with the end of its case on record.
///
/// # Errors
/// A fault of the database.
pub(crate) fn is_possible(tx: &mut Tx, matter: &Matter, report: &file::Report) -> Result<bool> {
    let filed = report.decision.as_deref() == Some("filed") && report.result.is_some();
    Ok(filed && report.clue_of.is_none() && parties::reporter(tx, matter.id)? != Reporter::Nobody)
}

/// Does `act` about the reward of the report `number`, prepared on `version`.
///
/// # Errors
/// Refusals of the table, of the rule, of the right; stale when somebody was faster.
pub fn perform(
    tx: &mut Tx,
    ctx: &Ctx,
    number: &str,
    version: Option<i64>,
    act: Act,
    input: &Input,
) -> Result<Matter> {
    ctx.may(act.permission())?;
    let matter = matters::lock(tx, ctx, number, version)?;
    crate::acts::state_of(&matter)?;
    let (state, role) = (state_of(tx, matter.id)?, ctx.officer().ok().map(|officer| officer.role));
    workflow::find(MOVES, state, act, role)?;
    for file in &input.files {
        matters::attachments::add(tx, ctx, &matter, file, act.code())?;
    }
    let words = match act {
        Act::Propose => propose(tx, ctx, &matter, input)?,
        Act::Approve | Act::Refuse => decide(tx, ctx, &matter, act, input)?,
        Act::Pay => pay(tx, ctx, &matter, input)?,
    };
    matters::note(tx, ctx, matter.id, act.code(), None, &json!({ "words": words }))?;
    Ok(matter)
}

fn propose(tx: &mut Tx, ctx: &Ctx, matter: &Matter, input: &Input) -> Result<String> {
    let rule = &Law::in_use().reports.reward;
    let report = file::load(tx, matter.id)?;
    if !is_possible(tx, matter, &report)? {
        let words = "登记查处结果以后才能申请奖励；没有举报人的线索不奖励";
        return Err(Refusal::new("no_reward", words).by(rule.paper.clone()).into());
    }
    if !input.yes {
        let words = "请确认举报人是自然人，且不是负有特定义务的人员";
        return Err(Refusal::new("natural_person", words).by(rule.paper.clone()).at("yes").into());
    }
    let missing = |field: &'static str, words: &'static str| Refusal::new(field, words).at(field);
    if input.who.trim().is_empty() {
        return Err(missing("who", "请写明属于哪一类重大违法行为").into());
    }
    rules::says_enough(&input.words, "举报提供了哪些证据？与查明的事实是否相符？")?;
    let base = report.result.as_ref().map_or(Money::ZERO, file::CaseResult::penalty);
    let computed = sum(rule, input.grade, base).ok_or_else(|| missing("grade", "请选择奖励等级"))?;
    let amount = proposed(rule, computed, input.amount, report.insider)?;
    let agreement = Some(input.paper.trim()).filter(|paper| !paper.is_empty());
    let (officer, today) = (ctx.officer()?.id, ctx.today());
    let row = params![
        matter.id,
        input.grade,
        base,
        computed,
        amount,
        input.who.trim(),
        input.words.trim(),
        agreement,
        officer,
        today
    ];
    tx.execute(&PROPOSE, &row)?;
    Ok(format!("{}，{} 元", rule.grade(input.grade).map_or("", |grade| &grade.name), amount.grouped()))
}

/// By the bureau's head, not by who proposed it; a large or raised sum has the finance department's agreement.
fn decide(tx: &mut Tx, ctx: &Ctx, matter: &Matter, act: Act, input: &Input) -> Result<String> {
    let rule = &Law::in_use().reports.reward;
    let reward = load(tx, matter.id)?.ok_or(web::Problem::NotFound)?;
    rules::four_eyes(&ctx.officer()?.id, Some(&reward.proposed_by))?;
    let agreement = Some(input.paper.trim()).filter(|paper| !paper.is_empty());
    let agreed = agreement.is_some() || reward.agreement.is_some();
    if act == Act::Approve && !agreed && needs_agreement(rule, reward.computed, reward.amount) {
        let words = "这笔奖励须征得本级财政部门同意，请填写财政部门同意的文号";
        return Err(Refusal::new("agreement", words).by(rule.paper.clone()).at("paper").into());
    }
    if act == Act::Refuse {
        rules::says_enough(&input.words, "为什么不批准？")?;
    }
    let state = if act == Act::Approve { State::Approved } else { State::Refused };
    let (officer, today) = (ctx.officer()?.id, ctx.today());
    tx.exactly_one(
        &DECIDE,
        &params![matter.id, state.code(), officer, today, input.words.trim(), agreement],
    )?;
    Ok(format!("{} 元", reward.amount.grouped()))
}

fn pay(tx: &mut Tx, ctx: &Ctx, matter: &Matter, input: &Input) -> Result<String> {
    let reward = load(tx, matter.id)?.ok_or(web::Problem::NotFound)?;
    if input.paper.trim().is_empty() {
        return Err(Refusal::new("paper", "请填写支付凭证编号，没有凭证不算已经发放").at("paper").into());
    }
    let today = ctx.today();
    let on = input.day.unwrap_or(today);
    let decided = reward.decided.as_ref().map_or(matter.received_on, |(on, _)| *on);
    rules::within(on, decided, today)?;
    tx.exactly_one(&PAY, &params![matter.id, on, input.paper.trim()])?;
    Ok(format!("{} 元，凭证 {}", reward.amount.grouped(), input.paper.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> &'static Rule {
        &Law::in_use().reports.reward
    }

    fn fen(grade: i64, base: i64) -> i64 {
        sum(rule(), grade, Money::from_fen(base)).unwrap().fen()
    }

    #[test]
    fn per_cent_floor_and_cap_of_each_grade() {
        for (grade, base, reward) in [
            (1, 0, 500_000),
            (2, 0, 300_000),
            (3, 0, 100_000),
            // The floor ends where the share begins: 100,000 yuan for each grade.
            (1, 10_000_000, 500_000),
            (1, 10_000_100, 500_005),
            (1, 9_999_999, 500_000),
            (2, 10_000_000, 300_000),
            (2, 10_000_100, 300_003),
            (3, 10_000_000, 100_000),
            (3, 10_000_100, 100_001),
            (1, 20_000_000, 1_000_000),
            // The cap of one million: twenty million, then nothing more.
            (1, 2_000_000_000, 100_000_000),
            (1, 2_000_000_001, 100_000_000),
            (1, 1_999_999_999, 100_000_000),
            (1, 1_999_999_980, 99_999_999),
            (3, 1_000_000_000_000, 100_000_000),
        ] {
            assert_eq!(fen(grade, base), reward, "grade {grade} of {base}");
        }
        assert_eq!(sum(rule(), 4, Money::ZERO), None);
        assert_eq!(sum(rule(), 0, Money::ZERO), None);
    }

    #[test]
    fn half_a_fen_is_rounded_up_and_less_is_dropped() {
        // 5 % of 10 fen is half a fen; 1 % of 49 fen is less than half.
        assert_eq!(fen(1, 20_000_009), 1_000_000);
        assert_eq!(fen(1, 20_000_010), 1_000_001);
        assert_eq!(fen(3, 20_000_049), 200_000);
        assert_eq!(fen(3, 20_000_050), 200_001);
        assert_eq!(fen(1, i64::MAX), 100_000_000, "never overflows");
    }

    #[test]
    fn only_an_insider_gets_more_and_nobody_less() {
        let yuan = Money::from_yuan;
        let (computed, cap) = (yuan(6_000), yuan(1_000_000));
        assert_eq!(proposed(rule(), computed, None, false), Ok(computed));
        assert_eq!(proposed(rule(), computed, Some(computed), false), Ok(computed));
        assert!(proposed(rule(), computed, Some(yuan(6_001)), false).is_err());
        assert!(proposed(rule(), computed, Some(yuan(5_999)), true).is_err());
        assert_eq!(proposed(rule(), computed, Some(yuan(9_000)), true), Ok(yuan(9_000)));
        assert_eq!(proposed(rule(), computed, Some(cap), true), Ok(cap));
        assert!(proposed(rule(), computed, Some(Money::from_fen(cap.fen() + 1)), true).is_err());
    }

    #[test]
    fn large_and_raised_sums_want_the_finance_department() {
        let yuan = Money::from_yuan;
        assert!(!needs_agreement(rule(), yuan(499_999), yuan(499_999)));
        assert!(needs_agreement(rule(), yuan(500_000), yuan(500_000)));
        assert!(needs_agreement(rule(), yuan(6_000), yuan(6_001)));
        assert!(!needs_agreement(rule(), Money::from_fen(49_999_999), Money::from_fen(49_999_999)));
    }

    #[test]
    fn the_head_of_the_bureau_approves_and_every_state_is_reached() {
        for row in MOVES {
            for role in row.who {
                assert!(role.may(row.act.permission()), "{:?} {role:?}", row.act);
            }
        }
        for state in State::ALL {
            assert!(*state == State::Open || MOVES.iter().any(|row| row.to == *state), "{state:?}");
        }
        assert!(workflow::find(MOVES, State::Proposed, Act::Approve, Some(Role::SectionHead)).is_err());
    }
}
