//! How an exchange of turns moves: the one table for buttons, rights and the tests. That it is the asker who takes it back and
//! the other who agrees is looked at by [`crate::swap`]; the table says which posts may at all.

use kernel::{Move, Role, words};

words! {
    /// Where an exchange stands.
    State {
        /// Asked, the other has not answered.
        Asked = "asked", "待对方答复";
        /// The other has agreed; a head's word is wanted.
        Agreed = "agreed", "待领导同意";
        /// In force.
        Done = "done", "已换班";
        /// The other did not agree.
        Refused = "refused", "对方未同意";
        /// Taken back by who asked.
        Withdrawn = "withdrawn", "已撤回";
        /// The head did not agree.
        Rejected = "rejected", "领导未同意";
    }
}

words! {
    /// What is done to it. The word is the journal's verb and the end of the address.
    Act {
        /// The other agrees.
        Agree = "swap_agreement", "同意换班";
        /// The other does not.
        Refuse = "swap_refusal", "不同意";
        /// Who asked takes it back.
        Withdraw = "swap_withdrawal", "撤回";
        /// A head agrees.
        Approve = "swap_approval", "批准换班";
        /// A head does not.
        Reject = "swap_rejection", "不批准";
        /// Comes into force by itself where no head's word is wanted.
        Carry = "swap_carried", "换班生效";
    }
}

/// Who stands duty.
const STANDING: &[Role] =
    &[Role::Dispatcher, Role::Desk, Role::Handler, Role::SectionHead, Role::BureauHead, Role::LegalReviewer];
/// Who keeps the roster.
const KEEPING: &[Role] = &[Role::Dispatcher, Role::SectionHead, Role::BureauHead];

/// The table. `Carry` belongs to nobody: it follows from the agreement.
pub const MOVES: &[Move<State, Act>] = &[
    Move::new(&[State::Asked], Act::Agree, State::Agreed, STANDING, ""),
    Move::new(&[State::Asked], Act::Refuse, State::Refused, STANDING, ""),
    Move::new(&[State::Asked, State::Agreed], Act::Withdraw, State::Withdrawn, STANDING, ""),
    Move::new(&[State::Agreed], Act::Approve, State::Done, KEEPING, ""),
    Move::new(&[State::Agreed], Act::Reject, State::Rejected, KEEPING, ""),
    Move::new(&[State::Agreed], Act::Carry, State::Done, &[], ""),
];

impl State {
    /// Whether something is still to be done.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Asked | Self::Agreed)
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Permission, workflow};

    use super::*;

    #[test]
    fn every_state_is_reached_and_only_open_ones_have_a_way_on() {
        for state in State::ALL {
            let reached = *state == State::Asked || MOVES.iter().any(|row| row.to == *state);
            let left = MOVES.iter().any(|row| row.from.contains(state));
            assert!(reached, "{state:?} is never reached");
            assert_eq!(left, state.is_open(), "{state:?}");
        }
    }

    #[test]
    fn the_table_agrees_with_the_rights_and_refuses_the_rest() {
        for role in Role::ALL {
            assert_eq!(STANDING.contains(role), role.may(Permission::StandDuty), "{role:?}");
            assert_eq!(KEEPING.contains(role), role.may(Permission::KeepRoster), "{role:?}");
        }
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
