//! What the delivery of notices lends to the spine, and what a procedure does when somebody was told.

use std::{path::Path, sync::OnceLock};

use db::Tx;
use jiff::Timestamp;
use kernel::Ctx;
use web::Result;

use crate::{Matter, parties::PartyId};

/// A notice that was proved to have arrived.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// Kind word.
    pub kind: &'a str,
    /// Who was told, when it is one of the matter's people; `None` for the trader.
    pub party: Option<PartyId>,
    /// When it arrived.
    pub at: Timestamp,
}

/// What a procedure does when a notice of its matter has arrived, in the transaction that records the proof.
pub type OnTold = fn(&mut Tx, &Ctx, &Matter, &Told<'_>) -> Result<()>;

/// What text is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// Kind word, one of [`super::KINDS`].
    pub kind: &'a str,
    /// Channel code.
    pub channel: &'a str,
}

/// What the crate that delivers notices lends to the spine; the server registers it once.
#[derive(Clone, Copy)]
pub struct Courier {
    /// The text for a matter, from the edition in use; `None` when there is none for this kind and channel.
    pub draft: fn(&mut Tx, &Ctx, &Matter, &Draft<'_>) -> Result<Option<String>>,
    /// How long a text is by this channel, in words for the officer; empty where it does not matter.
    pub measure: fn(&str, &str) -> String,
    /// The channels by which the program sends, by the configuration in the data folder.
    pub sends: fn(&Path) -> Vec<&'static str>,
}

static COURIER: OnceLock<Courier> = OnceLock::new();
static TOLD: OnceLock<Vec<OnTold>> = OnceLock::new();

/// Registers who writes and sends, once, when the program starts.
pub fn set_courier(courier: Courier) {
    // A second call keeps the first: tests open several offices in one process.
    COURIER.get_or_init(|| courier);
}

/// Registers what procedures do when somebody was told, once, when the program starts.
pub fn on_told(procedures: Vec<OnTold>) {
    TOLD.get_or_init(|| procedures);
}

/// The text for a notice from the edition in use, if there is one.
///
/// # Errors
/// A refusal when the edition in use cannot be filled for this matter; it says what is missing.
pub fn draft(tx: &mut Tx, ctx: &Ctx, matter: &Matter, wanted: &Draft<'_>) -> Result<Option<String>> {
    COURIER.get().map_or(Ok(None), |courier| (courier.draft)(tx, ctx, matter, wanted))
}

/// How long a text is by `channel`, in words; empty where it does not matter.
pub fn measure(channel: &str, text: &str) -> String {
    COURIER.get().map_or_else(String::new, |courier| (courier.measure)(channel, text))
}

/// The channels by which the program sends, by the configuration in `data`.
pub fn sends(data: &Path) -> Vec<&'static str> {
    COURIER.get().map_or_else(Vec::new, |courier| (courier.sends)(data))
}

pub(super) fn tell(tx: &mut Tx, ctx: &Ctx, matter: &Matter, told: &Told<'_>) -> Result<()> {
    TOLD.get().map_or(&[][..], Vec::as_slice).iter().try_for_each(|act| act(tx, ctx, matter, told))
}
