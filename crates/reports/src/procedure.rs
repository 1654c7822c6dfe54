//! Rules: how a report moves (R05; 令第121号 第二十七条至第三十七条, 行政处罚程序规定 第十八条至第二十条). The one transition
//! table: buttons, rights, the diagram in `docs/workflows/` and the tests come from it.
//!
//! Telling the reporter is an act of its own, open only where a law orders it; a report does not close before it is proved.

use kernel::{Move, Permission, Role, words, workflow};
use matters::Phase;

words! {
    /// Where a report stands.
    State {
        /// Registered; the clue check runs.
        Received = "received", "待核查";
        /// Somebody verifies the clue.
        Verifying = "verifying", "核查中";
        /// The handler asks for fifteen more working days.
        ExtensionAsked = "extension_asked", "延长核查待审批";
        /// A test or an identification goes on; the clue check stands still.
        Testing = "testing", "检验鉴定中";
        /// The handler proposed to file or not; a head decides.
        FilingProposed = "filing_proposed", "立案与否待审批";
        /// A case is filed.
        Filed = "filed", "已立案";
        /// No case is filed.
        NotFiled = "not_filed", "不予立案";
        /// Outside the office's power.
        Outside = "outside", "无权处理";
        /// The same report again: not handled once more.
        Repeated = "repeated", "不再处理";
        /// Goes with the earlier report and ends with it; the word is the spine's ([`matters::merge::MERGED`]).
        Merged = "merged", "已并入此前举报";
        /// Done.
        Closed = "closed", "已办结";
    }
}

words! {
    /// What can be done with a report. The word is the button, the URL and the journal entry.
    Act {
        /// Begin to verify, and say which laws it falls under.
        Verify = "report_verification", "开始核查";
        /// Change the laws it falls under; their clocks count from receipt.
        Tag = "report_tags", "标注适用领域";
        /// Record what was found.
        Find = "report_finding", "登记核查情况";
        /// Ask for more time.
        AskExtension = "report_extension", "申请延长核查";
        /// Decide on more time.
        DecideExtension = "report_extension_decision", "审批延长核查";
        /// Send to a test, or ask the holder of a right to identify; the clock pauses.
        StartTest = "report_test", "送检鉴定或者辨认";
        /// The result is back; the clock runs on.
        EndTest = "report_test_result", "登记检验鉴定结果";
        /// Propose to file a case or not.
        Propose = "report_filing_proposal", "提出立案意见";
        /// Send the proposal back.
        SendBack = "report_filing_return", "退回补充核查";
        /// File a case.
        File = "report_filing", "决定立案";
        /// File none.
        DoNotFile = "report_no_filing", "决定不予立案";
        /// Another body has the power.
        Outside = "report_outside", "无权处理";
        /// The same report again.
        NotAgain = "report_repeat", "不再处理";
        /// New facts to an earlier report: handled with it, the period begins anew.
        Merge = "report_merge", "并入此前举报";
        /// Tell the reporter, with proof.
        Tell = "report_notice", "告知举报人";
        /// How the case ended.
        RecordResult = "report_result", "登记查处结果";
        /// Close.
        Close = "report_closure", "办结";
    }
}

const HANDLING: &[Role] = &[Role::Handler, Role::SectionHead];
const HEADS: &[Role] = &[Role::SectionHead, Role::BureauHead];

const CHECK: &str = "行政处罚程序规定第十八条";
const REPEAT: &str = "投诉举报处理办法第三十五条";
const TOLD: &str = "投诉举报处理办法第三十六条";

/// How a report moves.
pub const MOVES: &[Move<State, Act>] = {
    use Act as A;
    use State::{
        Closed, ExtensionAsked, Filed, FilingProposed, Merged, NotFiled, Outside, Received, Repeated,
        Testing, Verifying,
    };
    &[
        Move::new(&[Received], A::Verify, Verifying, HANDLING, CHECK),
        Move::new(&[Verifying], A::Find, Verifying, HANDLING, CHECK),
        Move::new(&[Verifying], A::Propose, FilingProposed, HANDLING, "行政处罚程序规定第十九条、第二十条"),
        Move::new(&[Verifying], A::StartTest, Testing, HANDLING, "行政处罚程序规定第十八条第二款"),
        Move::new(&[Testing], A::EndTest, Verifying, HANDLING, "行政处罚程序规定第十八条第二款"),
        Move::new(&[Verifying], A::AskExtension, ExtensionAsked, HANDLING, CHECK),
        Move::new(&[ExtensionAsked], A::DecideExtension, Verifying, HEADS, CHECK),
        Move::new(&[FilingProposed], A::File, Filed, HEADS, "行政处罚程序规定第十九条"),
        Move::new(&[FilingProposed], A::DoNotFile, NotFiled, HEADS, "行政处罚程序规定第二十条"),
        Move::new(&[FilingProposed], A::SendBack, Verifying, HEADS, ""),
        Move::new(&[Verifying], A::Tag, Verifying, HANDLING, TOLD),
        Move::new(&[Received, Verifying], A::Outside, Outside, HANDLING, "投诉举报处理办法第三十四条"),
        Move::new(&[Received, Verifying], A::NotAgain, Repeated, HEADS, REPEAT),
        Move::new(&[Received, Verifying], A::Merge, Merged, HEADS, REPEAT),
        Move::new(&[Filed], A::Tell, Filed, HANDLING, TOLD),
        Move::new(&[NotFiled], A::Tell, NotFiled, HANDLING, TOLD),
        Move::new(&[Outside], A::Tell, Outside, HANDLING, TOLD),
        Move::new(&[Repeated], A::Tell, Repeated, HANDLING, TOLD),
        Move::new(&[Filed, NotFiled, Outside, Repeated], A::Close, Closed, HANDLING, ""),
        Move::new(&[Filed], A::RecordResult, Filed, HANDLING, ""),
        Move::new(&[Closed], A::RecordResult, Closed, HANDLING, ""),
    ]
};

impl Act {
    /// The right its route asks for.
    pub(crate) const fn permission(self) -> Permission {
        match self {
            Self::DecideExtension
            | Self::SendBack
            | Self::File
            | Self::DoNotFile
            | Self::NotAgain
            | Self::Merge => Permission::Approve,
            _ => Permission::HandleReport,
        }
    }
}

impl State {
    /// What the state means to everybody.
    pub const fn phase(self) -> Phase {
        match self {
            Self::Received => Phase::New,
            Self::ExtensionAsked | Self::Testing | Self::FilingProposed | Self::Merged => Phase::Waiting,
            Self::Verifying | Self::Filed | Self::NotFiled | Self::Outside | Self::Repeated => Phase::Running,
            Self::Closed => Phase::Done,
        }
    }

    /// The diagram for `docs/workflows/report.md`.
    pub fn diagram() -> String {
        workflow::diagram(MOVES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_reached_and_left_but_the_end() {
        for state in State::ALL {
            let reached = *state == State::Received || MOVES.iter().any(|row| row.to == *state);
            let left = MOVES.iter().any(|row| row.from.contains(state) && row.to != *state);
            assert!(reached, "{state:?} is never reached");
            // What goes with another report ends with it, or comes back when the link is ended.
            assert_eq!(left, ![State::Closed, State::Merged].contains(state), "{state:?}");
        }
    }

    #[test]
    fn every_act_leads_from_a_state_to_one_state_only() {
        for act in Act::ALL {
            assert!(MOVES.iter().any(|row| row.act == *act), "{act:?}");
            for state in State::ALL {
                let rows = MOVES.iter().filter(|row| row.act == *act && row.from.contains(state)).count();
                assert!(rows <= 1, "{act:?} {state:?}");
            }
        }
    }

    #[test]
    fn who_may_do_an_act_holds_the_right_of_its_route() {
        for row in MOVES {
            for role in row.who {
                assert!(role.may(row.act.permission()), "{:?} {role:?}", row.act);
            }
        }
    }

    #[test]
    fn a_report_is_never_withdrawn_and_never_mediated() {
        // 令第121号 knows withdrawal for complaints only: the office checks a clue once it has it.
        assert!(Act::ALL.iter().all(|act| !act.label().contains("撤回") && !act.label().contains("调解")));
    }
}
