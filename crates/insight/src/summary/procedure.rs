//! Rules: how a report moves from draft to the office it is handed in to. The one transition table: buttons, rights, the
//! diagram and the tests come from it.

use kernel::{Move, Role, words, workflow};

words! {
    /// Where a report stands.
    State {
        /// Being written.
        Draft = "draft", "起草中";
        /// Waits for the head of the section.
        Submitted = "submitted", "待审核";
        /// Waits for the head of the bureau.
        Reviewed = "reviewed", "待批准";
        /// Approved; the text is settled.
        Approved = "approved", "已批准";
        /// Handed in.
        HandedIn = "handed_in", "已报送";
        /// Given up.
        Discarded = "discarded", "已撤销";
    }
}

words! {
    /// What is done with a report. The word is the journal entry, and without `summary_` the URL.
    Act {
        /// A version is saved.
        Save = "summary_edit", "修改总结";
        /// Given to the head of the section.
        Submit = "summary_submission", "总结送审";
        /// Taken back by a writer before it was reviewed.
        Withdraw = "summary_withdrawal", "撤回送审";
        /// The head of the section agrees.
        Review = "summary_review", "审核总结";
        /// Back to the writer, with words.
        SendBack = "summary_return", "退回总结";
        /// The head of the bureau agrees.
        Approve = "summary_approval", "批准总结";
        /// The approval is taken back before it was handed in, with words.
        Reopen = "summary_reopening", "撤销批准";
        /// Handed in, to whom in words.
        HandIn = "summary_handed_in", "报送总结";
        /// Given up.
        Discard = "summary_discard", "撤销总结";
    }
}

/// Who may write.
pub(super) const WRITERS: &[Role] =
    &[Role::Handler, Role::Dispatcher, Role::SectionHead, Role::BureauHead, Role::LegalReviewer];
const HEADS: &[Role] = &[Role::SectionHead, Role::BureauHead];

/// How a report moves.
pub const MOVES: &[Move<State, Act>] = {
    use Act as A;
    use State::{Approved, Discarded, Draft, HandedIn, Reviewed, Submitted};
    &[
        Move::new(&[Draft], A::Save, Draft, WRITERS, ""),
        Move::new(&[Draft], A::Submit, Submitted, WRITERS, ""),
        Move::new(&[Submitted], A::Withdraw, Draft, WRITERS, ""),
        Move::new(&[Submitted], A::Review, Reviewed, HEADS, ""),
        Move::new(&[Submitted, Reviewed], A::SendBack, Draft, HEADS, ""),
        Move::new(&[Reviewed], A::Approve, Approved, &[Role::BureauHead], ""),
        Move::new(&[Approved], A::Reopen, Draft, &[Role::BureauHead], ""),
        Move::new(&[Approved], A::HandIn, HandedIn, HEADS, ""),
        Move::new(&[Draft], A::Discard, Discarded, WRITERS, ""),
    ]
};

impl Act {
    /// The last part of its address.
    pub fn path(self) -> &'static str {
        match self {
            Self::HandIn => "hand-in",
            _ => self.code().trim_start_matches("summary_"),
        }
    }

    /// Whether it is done with a text that must be borne out by its figures.
    pub const fn vouches(self) -> bool {
        matches!(self, Self::Submit | Self::Review | Self::Approve | Self::HandIn)
    }

    /// Whether only heads do it.
    pub const fn is_heads(self) -> bool {
        matches!(self, Self::Review | Self::SendBack | Self::Approve | Self::Reopen | Self::HandIn)
    }

    /// What is asked for in words; empty where nothing is.
    pub const fn asks(self) -> &'static str {
        match self {
            Self::SendBack => "退回理由",
            Self::Reopen => "撤销批准的理由",
            Self::HandIn => "报送给谁、用什么方式",
            _ => "",
        }
    }
}

impl State {
    /// Whether colleagues may still comment.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Submitted | Self::Reviewed)
    }

    /// Whether the text is that of the office, and no draft.
    pub const fn stands(self) -> bool {
        matches!(self, Self::Approved | Self::HandedIn)
    }

    /// The colour of its tag.
    pub const fn phase(self) -> &'static str {
        match self {
            Self::Draft => "new",
            Self::Submitted | Self::Reviewed => "waiting",
            Self::Approved => "running",
            Self::HandedIn | Self::Discarded => "done",
        }
    }

    /// The diagram for `docs/workflows/summary.md`.
    pub fn diagram() -> String {
        workflow::diagram(MOVES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_reached_and_only_handed_in_and_discarded_are_ends() {
        for state in State::ALL {
            let reached = *state == State::Draft || MOVES.iter().any(|row| row.to == *state);
            let left = MOVES.iter().any(|row| row.from.contains(state));
            assert!(reached, "{state:?} is never reached");
            assert_eq!(left, !matches!(state, State::HandedIn | State::Discarded), "{state:?}");
        }
    }

    #[test]
    fn whoever_agrees_is_a_head_and_the_last_word_is_the_bureaus() {
        for row in MOVES.iter().filter(|row| matches!(row.act, Act::Review | Act::Approve | Act::HandIn)) {
            assert!(row.who.iter().all(|role| role.may(kernel::Permission::Approve)), "{:?}", row.act);
        }
        let approve = MOVES.iter().find(|row| row.act == Act::Approve).unwrap();
        assert_eq!((approve.from, approve.who), (&[State::Reviewed][..], &[Role::BureauHead][..]));
    }
}
