//! Rules: how a paper moves from draft to print. The one transition table: buttons, rights, the diagram and the tests come
//! from it. Number and day are taken by the approval, never before; a void paper keeps its number.

use kernel::{Move, Role, words, workflow};

words! {
    /// Where a paper stands.
    State {
        /// Filled from the matter; the officer may change the open fields.
        Drafted = "drafted", "起草中";
        /// Waits for a head.
        Submitted = "submitted", "待审批";
        /// Approved, numbered.
        Approved = "approved", "已批准";
        /// A registration sheet that is settled; it has no number of its own.
        Filed = "filed", "已定稿";
        /// Printed.
        Printed = "printed", "已印制";
        /// Void: the number stays taken.
        Void = "void", "已作废";
        /// A draft that was given up; no number was taken.
        Discarded = "discarded", "已撤销";
    }
}

words! {
    /// What is done with a paper. The word is the journal entry, and without `paper_` the URL.
    Act {
        /// Change the open fields.
        Amend = "paper_amendment", "修改文书";
        /// Give it to a head.
        Submit = "paper_submission", "文书送审";
        /// Back to the drafter, with words.
        SendBack = "paper_return", "退回文书";
        /// Approve; takes the number.
        Approve = "paper_approval", "批准文书";
        /// Settle a registration sheet.
        File = "paper_filing", "登记表定稿";
        /// Note that it was printed.
        Print = "paper_printing", "印制文书";
        /// Declare it void.
        Void = "paper_voiding", "文书作废";
        /// Give a draft up.
        Discard = "paper_discard", "撤销文书草稿";
    }
}

const DRAFTING: &[Role] = &[Role::Handler, Role::SectionHead, Role::Desk, Role::Dispatcher];
const HEADS: &[Role] = &[Role::SectionHead, Role::BureauHead];
const PRINTING: &[Role] = &[Role::Handler, Role::SectionHead, Role::BureauHead, Role::Desk, Role::Dispatcher];

/// How a paper moves.
pub const MOVES: &[Move<State, Act>] = {
    use Act as A;
    use State::{Approved, Discarded, Drafted, Filed, Printed, Submitted, Void};
    &[
        Move::new(&[Drafted], A::Amend, Drafted, DRAFTING, ""),
        Move::new(&[Drafted], A::Submit, Submitted, DRAFTING, ""),
        Move::new(&[Drafted], A::File, Filed, DRAFTING, ""),
        Move::new(&[Submitted], A::Approve, Approved, HEADS, ""),
        Move::new(&[Submitted], A::SendBack, Drafted, HEADS, ""),
        Move::new(&[Approved, Filed, Printed], A::Print, Printed, PRINTING, ""),
        Move::new(&[Approved, Filed, Printed], A::Void, Void, HEADS, ""),
        Move::new(&[Drafted], A::Discard, Discarded, DRAFTING, ""),
    ]
};

impl Act {
    /// The last part of its address.
    pub fn path(self) -> &'static str {
        self.code().trim_start_matches("paper_")
    }

    /// Whether the act belongs to papers with a number (`true`) or to sheets (`false`); `None`: to both.
    pub const fn numbered(self) -> Option<bool> {
        match self {
            Self::Submit | Self::SendBack | Self::Approve => Some(true),
            Self::File => Some(false),
            Self::Amend | Self::Print | Self::Void | Self::Discard => None,
        }
    }
}

impl State {
    /// Whether the paper counts: approved or settled, and not void.
    pub const fn stands(self) -> bool {
        matches!(self, Self::Approved | Self::Filed | Self::Printed)
    }

    /// The words across the page; empty when it is the paper itself.
    pub const fn watermark(self) -> &'static str {
        match self {
            Self::Drafted | Self::Submitted | Self::Discarded => "草稿",
            Self::Void => "作废",
            Self::Approved | Self::Filed | Self::Printed => "",
        }
    }

    /// The colour of its tag.
    pub const fn phase(self) -> &'static str {
        match self {
            Self::Drafted => "new",
            Self::Submitted => "waiting",
            Self::Approved | Self::Filed | Self::Printed => "running",
            Self::Void | Self::Discarded => "done",
        }
    }

    /// The diagram for `docs/workflows/paper.md`.
    pub fn diagram() -> String {
        workflow::diagram(MOVES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_reached_and_only_void_and_discarded_are_ends() {
        for state in State::ALL {
            let reached = *state == State::Drafted || MOVES.iter().any(|row| row.to == *state);
            let left = MOVES.iter().any(|row| row.from.contains(state));
            assert!(reached, "{state:?} is never reached");
            assert_eq!(left, !matches!(state, State::Void | State::Discarded), "{state:?}");
        }
    }

    #[test]
    fn whoever_approves_is_a_head() {
        let row = MOVES.iter().find(|row| row.act == Act::Approve).unwrap();
        assert!(row.who.iter().all(|role| role.may(kernel::Permission::Approve)));
    }
}
