//! How a settlement before the complaint moves: the one table for buttons, rights, the diagram and the tests.

use kernel::{Move, Role, words};
use matters::Phase;

words! {
    /// Where a settlement stands.
    State {
        /// Registered, not sent yet.
        Received = "received", "待送经营者";
        /// With the trader; ten working days run.
        Offered = "offered", "待经营者答复";
        /// The trader has answered; the consumer decides.
        Replied = "replied", "待消费者确认";
        /// Agreed, not performed yet.
        Agreed = "agreed", "待履行";
        /// Ended.
        Closed = "closed", "已办结";
    }
}

words! {
    /// What is done to it. The word is the journal's verb and the address below the matter.
    Act {
        /// Sent to the trader with a one-time link.
        Offer = "odr_offer", "送经营者先行和解";
        /// The trader's answer, by the link.
        Answer = "odr_answer", "经营者答复";
        /// A weak answer goes back once.
        SendBack = "odr_return", "退回经营者重新答复";
        /// The consumer takes what is offered.
        Agree = "odr_agreement", "消费者接受";
        /// The trader has done what was agreed.
        Perform = "odr_performance", "和解已履行";
        /// Becomes a complaint: no settlement, or the time is up.
        FallBack = "odr_complaint", "转为投诉";
        /// The consumer gives up the matter.
        Withdraw = "odr_withdrawal", "消费者撤回";
    }
}

/// Who works a settlement.
const HANDLING: &[Role] = &[Role::Handler, Role::SectionHead, Role::Dispatcher, Role::Desk];

/// The table. `Answer` belongs to nobody in the office: it comes by the one-time link.
pub const MOVES: &[Move<State, Act>] = &[
    Move::new(&[State::Received], Act::Offer, State::Offered, HANDLING, ""),
    Move::new(&[State::Offered], Act::Answer, State::Replied, &[], ""),
    Move::new(&[State::Replied], Act::SendBack, State::Offered, HANDLING, ""),
    Move::new(&[State::Offered, State::Replied], Act::Agree, State::Agreed, HANDLING, ""),
    Move::new(&[State::Agreed], Act::Perform, State::Closed, HANDLING, ""),
    Move::new(
        &[State::Received, State::Offered, State::Replied, State::Agreed],
        Act::FallBack,
        State::Closed,
        HANDLING,
        "",
    ),
    Move::new(&[State::Received, State::Offered, State::Replied], Act::Withdraw, State::Closed, HANDLING, ""),
];

impl State {
    /// What the state means to everybody.
    pub const fn phase(self) -> Phase {
        match self {
            Self::Received => Phase::New,
            Self::Offered | Self::Agreed => Phase::Waiting,
            Self::Replied => Phase::Running,
            Self::Closed => Phase::Done,
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::workflow;

    use super::*;

    #[test]
    fn every_state_is_reached_and_only_the_last_has_no_way_on() {
        for state in State::ALL {
            let reached = *state == State::Received || MOVES.iter().any(|row| row.to == *state);
            let left = MOVES.iter().any(|row| row.from.contains(state));
            assert!(reached, "{state:?} is never reached");
            assert_eq!(left, *state != State::Closed, "{state:?}");
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
