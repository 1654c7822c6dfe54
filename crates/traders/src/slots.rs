//! What others show on a trader's page: the server registers it.

use std::sync::OnceLock;

use db::Tx;
use kernel::{Ctx, TraderId};
use web::{Html, Result};

/// What a capability adds to the page of a trader.
#[derive(Clone, Copy)]
pub struct Slots {
    /// The matters of the trader within the actor's reach, in place of the list this crate reads itself.
    pub history: fn(&mut Tx, &Ctx, TraderId) -> Result<Option<Html>>,
}

static SLOTS: OnceLock<Slots> = OnceLock::new();

/// Registers the slots, once, when the program starts.
pub fn register(slots: Slots) {
    // A second call keeps the first: tests open several offices in one process.
    SLOTS.get_or_init(|| slots);
}

pub(crate) fn history(tx: &mut Tx, ctx: &Ctx, id: TraderId) -> Result<Option<Html>> {
    SLOTS.get().map_or(Ok(None), |slots| (slots.history)(tx, ctx, id))
}
