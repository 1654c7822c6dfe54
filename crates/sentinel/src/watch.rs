//! Our own detector: every stream, every day, 1 to 28 days back, against its share of everything.
//!
//! * **Expectation** ([`score`]): the stream's share of its group over half a year that ended a fortnight ago, times the group's
//!   activity in the window. What raises everybody (3·15, 618, 双十一, a Monday, the day after a holiday) cancels.
//! * **Score**: the expectation-based Poisson scan (Neill 2009) over windows of 1 to 28 days, divided by the stream's own restlessness.
//! * **Threshold** ([`replay`]): not an alpha but alarms a week, from replaying the office's own history.
//! * **Roll-up** ([`rollup`], and by rows [`joined`]): one excess, one alarm, at the most specific stream that explains it.
//! * **Slow burners** ([`slow`]): a negative binomial CUSUM over months.
//! * **Rules that bypass statistics** ([`rules`]): two injured at one trader in a week is an alarm whatever the figures say.

mod build;
pub mod desk;
pub mod events;
pub mod joined;
pub mod once;
pub mod panel;
pub mod replay;
pub mod rhythm;
pub mod rollup;
pub mod rules;
pub mod score;
pub mod slow;
pub mod words;
