//! The receipt a clock began with, as office hours look at it (regulations §8, 6).

use jiff::{Timestamp, civil::Date};
use kernel::OFFICE_ZONE;
use law::Receipt;

use crate::Matter;

/// Written on a page. The public page stamps the minute it is sent, so its hour is known; what an officer entered under this
/// word has only a day.
const WEB: &str = "web";
/// A letter, also one by electronic mail, is entered when somebody opens it: only its day is known.
const LETTER: &str = "letter";

/// The receipt behind a clock of a matter that began on `from`. Only what comes in writing can come while nobody is there: a
/// call or a visit was answered, and what other bodies pass on was received by them. A clock that began on another day than
/// that of the receipt (new facts, a clue found) began with what the office did, and office hours do not move it.
pub(super) fn of_matter(matter: &Matter, from: Date) -> Receipt {
    let by_hand = matter.registered_by.is_some();
    of((matter.received_on, matter.received_at), (&matter.channel, by_hand), from)
}

/// The same by day and instant of the receipt, and by its channel and whether an officer registered it.
pub(super) fn of((on, at): (Date, Timestamp), (channel, by_hand): (&str, bool), from: Date) -> Receipt {
    let in_writing = [WEB, LETTER].contains(&channel) && on == from;
    let is_stamped = in_writing && channel == WEB && !by_hand;
    Receipt { day: from, at: is_stamped.then(|| OFFICE_ZONE.to_datetime(at).time()), in_writing }
}
