//! The only place that asks the machine for the time.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::{Timestamp, civil::Date};

/// The zone in which legal dates are reckoned (DESIGN D8). China has one zone without daylight saving time.
pub const OFFICE_ZONE: jiff::tz::Offset = jiff::tz::offset(8);

/// The legal date at an instant.
///
/// ```
/// let at: jiff::Timestamp = "2026-04-14T16:00:00Z".parse().unwrap();
/// assert_eq!(kernel::office_date(at).to_string(), "2026-04-15");
/// ```
pub fn office_date(at: Timestamp) -> Date {
    OFFICE_ZONE.to_datetime(at).date()
}

/// An instant as officers read it: `2026-04-15 09:30`.
pub fn office_minute(at: Timestamp) -> String {
    OFFICE_ZONE.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string()
}

/// A day as papers and people write it (GB/T 9704, 7.3.5.4: no zeros before): `2026年9月23日`.
///
/// ```
/// assert_eq!(kernel::day_words(jiff::civil::date(2026, 9, 3)), "2026年9月3日");
/// ```
pub fn day_words(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// A source of the present instant, truncated to milliseconds as the database stores it.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Machine,
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub const fn machine() -> Self {
        Self(Source::Machine)
    }

    /// A clock that stands still until `set`; for tests and demo data.
    pub fn standing(at: Timestamp) -> Self {
        Self(Source::Set(Arc::new(AtomicI64::new(at.as_millisecond()))))
    }

    /// Moves a standing clock; does nothing to the machine's.
    pub fn set(&self, at: Timestamp) {
        if let Source::Set(millis) = &self.0 {
            millis.store(at.as_millisecond(), Ordering::SeqCst);
        }
    }

    /// The present instant, whole milliseconds.
    #[expect(clippy::disallowed_methods, reason = "the one door to the machine's clock")]
    pub fn now(&self) -> Timestamp {
        let millis = match &self.0 {
            Source::Machine => Timestamp::now().as_millisecond(),
            Source::Set(millis) => millis.load(Ordering::SeqCst),
        };
        Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}
