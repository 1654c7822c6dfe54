//! Rules: how a complaint moves (R03; 令第121号 第十五条至第二十六条). The one transition table: buttons, rights, the
//! diagram in `docs/workflows/` and the tests come from it.
//!
//! A decision and the telling of it are two steps: a step closes only when the notice has its proof of delivery, because
//! reconsideration turns on that proof.

use kernel::{Move, Role, words, workflow};
use matters::Phase;

words! {
    /// Where a complaint stands.
    State {
        /// Registered; the acceptance clock runs.
        Received = "received", "待受理";
        /// The complainant was asked for what art. 10 demands (补正).
        AwaitingMaterial = "awaiting_material", "待补正";
        /// The handler proposes to refuse; a head decides.
        RefusalProposed = "refusal_proposed", "不予受理待审批";
        /// Refused; the complainant does not know yet.
        RefusedUntold = "refused_untold", "不予受理待告知";
        /// Accepted; the complainant does not know yet.
        AcceptedUntold = "accepted_untold", "受理待告知";
        /// Accepted and told; mediation not begun.
        Accepted = "accepted", "已受理";
        /// In mediation.
        Mediating = "mediating", "调解中";
        /// Mediation stands still until a recusal is decided (回避).
        RecusalPending = "recusal_pending", "回避审查中止";
        /// Mediation stands still while an expert tests.
        Testing = "testing", "检验鉴定中";
        /// The parties agreed; performance is awaited.
        Agreed = "agreed", "达成协议待履行";
        /// Mediation ended without agreement; the parties do not know yet.
        TerminatedUntold = "terminated_untold", "终止调解待告知";
        /// Done.
        Closed = "closed", "已办结";
    }
}

words! {
    /// What can be done with a complaint. The word is the button, the URL and the journal entry.
    Act {
        /// Ask for missing material or proof of identity (form 4).
        RequestMaterial = "material_request", "要求补正";
        /// Record what came, or that the term ran out.
        CloseRequest = "material", "登记补正结果";
        /// Accept (form 5).
        Accept = "acceptance", "受理";
        /// Propose not to accept.
        ProposeRefusal = "refusal_proposal", "拟不予受理";
        /// Decide not to accept (form 6).
        Refuse = "refusal", "不予受理";
        /// Send the proposal back to the handler.
        SendBack = "refusal_return", "退回承办人";
        /// Prove that the acceptance was told.
        TellAcceptance = "acceptance_notice", "告知受理";
        /// Prove that the refusal was told; ends the matter.
        TellRefusal = "refusal_notice", "告知不予受理";
        /// Invite to mediation (form 7) or note a session held.
        Mediate = "mediation", "组织调解";
        /// Hand mediation to 消协 or another lawful body with both consents.
        Entrust = "entrustment", "委托调解";
        /// A party asks that a mediator step aside.
        AskRecusal = "recusal", "申请回避";
        /// Decide on the recusal.
        DecideRecusal = "recusal_decision", "决定回避";
        /// Send to an expert test; the clock pauses.
        StartTest = "test", "送检鉴定";
        /// The test is back; the clock runs on.
        EndTest = "test_result", "登记检验结果";
        /// The parties agree (form 9, or the compulsory record).
        Agree = "agreement", "达成协议";
        /// The agreement was performed; ends the matter.
        Perform = "performance", "登记履行";
        /// Settled and performed at once: the record is compulsory; ends the matter.
        SettleAtOnce = "settlement", "即时履行办结";
        /// End the mediation on one of the grounds (form 8).
        Terminate = "termination", "终止调解";
        /// Prove that the termination was told; ends the matter.
        TellTermination = "termination_notice", "告知终止";
        /// The complainant takes the complaint back before acceptance; ends the matter.
        Withdraw = "withdrawal", "撤回";
    }
}

const HANDLING: &[Role] = &[Role::Handler, Role::SectionHead];
const HEADS: &[Role] = &[Role::SectionHead];

/// How a complaint moves.
pub const MOVES: &[Move<State, Act>] = {
    use Act as A;
    use State::{
        Accepted, AcceptedUntold, Agreed, AwaitingMaterial, Closed, Mediating, Received, RecusalPending,
        RefusalProposed, RefusedUntold, TerminatedUntold, Testing,
    };
    &[
        Move::new(&[Received], A::RequestMaterial, AwaitingMaterial, HANDLING, "第十条、第十一条"),
        Move::new(&[AwaitingMaterial], A::CloseRequest, Received, HANDLING, "第十条"),
        Move::new(&[Received], A::Accept, AcceptedUntold, HANDLING, "第十五条"),
        Move::new(&[Received], A::ProposeRefusal, RefusalProposed, &[Role::Handler], "第十六条"),
        Move::new(&[Received, RefusalProposed], A::Refuse, RefusedUntold, HEADS, "第十六条"),
        Move::new(&[RefusalProposed], A::SendBack, Received, HEADS, ""),
        Move::new(&[AcceptedUntold], A::TellAcceptance, Accepted, HANDLING, "第十五条"),
        Move::new(&[RefusedUntold], A::TellRefusal, Closed, HANDLING, "第十五条"),
        Move::new(&[Accepted, Mediating], A::Mediate, Mediating, HANDLING, "第二十条"),
        Move::new(&[Accepted, Mediating], A::Entrust, Mediating, HANDLING, "第十九条"),
        Move::new(&[Accepted, Mediating], A::AskRecusal, RecusalPending, HANDLING, "第二十一条"),
        Move::new(&[RecusalPending], A::DecideRecusal, Mediating, HEADS, "第二十一条"),
        Move::new(&[Accepted, Mediating], A::StartTest, Testing, HANDLING, "第二十二条"),
        Move::new(&[Testing], A::EndTest, Mediating, HANDLING, "第二十二条"),
        Move::new(&[Accepted, Mediating], A::Agree, Agreed, HANDLING, "第二十四条"),
        Move::new(&[Agreed], A::Perform, Closed, HANDLING, "第二十四条"),
        Move::new(&[Accepted, Mediating], A::SettleAtOnce, Closed, HANDLING, "第二十四条"),
        Move::new(
            &[Accepted, Mediating, RecusalPending, Testing, Agreed],
            A::Terminate,
            TerminatedUntold,
            HANDLING,
            "第二十三条",
        ),
        Move::new(&[TerminatedUntold], A::TellTermination, Closed, HANDLING, "第二十三条"),
        Move::new(&[Received, AwaitingMaterial, RefusalProposed], A::Withdraw, Closed, HANDLING, ""),
    ]
};

impl State {
    /// What the state means to everybody.
    pub const fn phase(self) -> Phase {
        match self {
            Self::Received => Phase::New,
            Self::AwaitingMaterial | Self::RecusalPending | Self::Testing | Self::RefusalProposed => {
                Phase::Waiting
            }
            Self::RefusedUntold
            | Self::AcceptedUntold
            | Self::Accepted
            | Self::Mediating
            | Self::Agreed
            | Self::TerminatedUntold => Phase::Running,
            Self::Closed => Phase::Done,
        }
    }

    /// The diagram for `docs/workflows/complaint.md`.
    pub fn diagram() -> String {
        workflow::diagram(MOVES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_reached_and_only_the_end_is_an_end() {
        for state in State::ALL {
            let reached = *state == State::Received || MOVES.iter().any(|row| row.to == *state);
            let left = MOVES.iter().any(|row| row.from.contains(state));
            assert!(reached, "{state:?} is never reached");
            assert_eq!(left, *state != State::Closed, "{state:?}");
        }
    }

    #[test]
    fn every_act_stands_once_in_the_table() {
        for act in Act::ALL {
            assert_eq!(MOVES.iter().filter(|row| row.act == *act).count(), 1, "{act:?}");
        }
    }

    #[test]
    fn what_is_not_in_the_table_is_refused() {
        for state in State::ALL {
            for act in Act::ALL {
                for role in Role::ALL {
                    let listed = MOVES
                        .iter()
                        .any(|row| row.act == *act && row.from.contains(state) && row.who.contains(role));
                    assert_eq!(workflow::find(MOVES, *state, *act, Some(*role)).is_ok(), listed);
                }
            }
        }
    }
}
