//! Which lists can be taken out: the server registers those of every capability once.

use std::sync::OnceLock;

use web::Listing;

use crate::feedback;

static LISTINGS: OnceLock<Vec<Listing>> = OnceLock::new();

/// Registers the lists of the capabilities, once, when the program starts; those of this crate are there already.
pub fn register(listings: Vec<Listing>) {
    // A second call keeps the first: tests open several offices in one process.
    LISTINGS.get_or_init(|| listings);
}

/// Every list that can be taken out.
pub fn listings() -> Vec<Listing> {
    LISTINGS.get().into_iter().flatten().copied().chain(feedback::listings()).collect()
}

/// The list of this word.
pub(crate) fn find(key: &str) -> Option<Listing> {
    listings().into_iter().find(|listing| listing.key == key)
}
