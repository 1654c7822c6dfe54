//! Limits of the public pages, with the reason of each. None looks at an address: a village, a school or a carrier's whole
//! network stands behind one, and headers that name another are anybody's to write (SEC_24).

/// Minutes a half-filled petition lives after the last answer. Old people write slowly; a library's computer is shared.
pub const DRAFT_MINUTES: i64 = 120;
/// Minutes the receipt can be shown again in the browser that sent the petition.
pub const RECEIPT_MINUTES: i64 = 30;
/// Minutes without a click after which a visit to a matter ends.
pub const VISIT_MINUTES: i64 = 15;
/// Seconds between the first page and sending. Nobody answers ten questions faster; a script does.
pub const LEAST_SECONDS: i64 = 15;
/// Petitions from one telephone in 24 hours. A family on one telephone does not reach it; a fifth shop in a day is told to call.
pub const PHONE_A_DAY: i64 = 5;
/// Petitions of everybody in [`QUEUE_MINUTES`]. A province's busiest day has fewer; beyond it the queue of the dispatcher is
/// protected, what was filled in stays, and the person is told to try again soon.
pub const QUEUE: i64 = 600;
/// The window of [`QUEUE`].
pub const QUEUE_MINUTES: i64 = 10;
/// Half-filled petitions at one time; their rows are a few kilobytes each.
pub const DRAFTS: i64 = 50_000;
/// Minutes without an answer after which a draft makes room when there are too many.
pub const IDLE_MINUTES: i64 = 10;
/// Bytes of all answers of a draft: three times what the longest answers allowed together need.
pub const DRAFT_BYTES: usize = 120_000;
/// Photographs of one petition.
pub const PHOTOS: usize = 5;
/// Bytes of one photograph: what telephones make, with room to spare.
pub const PHOTO_BYTES: usize = 8 * 1024 * 1024;
/// Bytes of all photographs that wait in drafts: protects the disk.
pub const WAITING_BYTES: i64 = 4 * 1024 * 1024 * 1024;
