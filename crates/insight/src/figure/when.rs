//! What puts something into a period.

/// What puts something into a period: the day or the instant itself, and a condition with the first and the last of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Legal days, both included.
    Day {
        /// The day as text; NULL puts into no period.
        of: &'static str,
        /// The condition.
        within: &'static str,
    },
    /// Instants: the first included, the last not.
    Instant {
        /// The instant, in milliseconds.
        of: &'static str,
        /// The condition.
        within: &'static str,
    },
}

/// A day of its own column.
macro_rules! day {
    ($column:literal) => {
        $crate::figure::When::Day { of: $column, within: concat!($column, " >= ? AND ", $column, " <= ?") }
    };
}
/// An instant of its own column.
macro_rules! instant {
    ($column:literal) => {
        $crate::figure::When::Instant { of: $column, within: concat!($column, " >= ? AND ", $column, " < ?") }
    };
}
pub(crate) use {day, instant};

impl When {
    /// The condition with the first and the last of a period.
    pub(crate) const fn within(self) -> &'static str {
        let (Self::Day { within, .. } | Self::Instant { within, .. }) = self;
        within
    }
}
