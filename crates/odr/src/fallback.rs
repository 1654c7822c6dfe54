//! What is not settled becomes a complaint, by hand or by itself when the time is up, with the clocks of a complaint from that day.

use std::sync::OnceLock;

use db::{Tx, params};
use kernel::{Ctx, MatterId};
use matters::{Matter, clocks};
use web::{Problem, Result};

use crate::{
    acts::{CLOCK, Input, perform},
    file,
    procedure::Act,
};

db::sql! {
    OVERDUE = "SELECT m.id, m.number FROM matter m JOIN clock c ON c.matter_id = m.id JOIN odr_case k ON k.matter_id = m.id \
               WHERE m.kind = 'settlement' AND m.phase <> 'done' AND c.key = 'odr' AND c.stopped_on IS NULL AND c.due < $1 \
               AND k.fallback = TRUE ORDER BY c.due, m.id LIMIT 200";
}

/// Opens a complaint with the facts and people of another matter.
pub type Complain = fn(&mut Tx, &Ctx, &Matter, &str) -> Result<Matter>;

static COMPLAIN: OnceLock<Complain> = OnceLock::new();

/// Names what opens the complaint; once, when the program starts.
pub fn wire(complain: Complain) {
    // A second call keeps the first: tests open several offices in one process.
    COMPLAIN.get_or_init(|| complain);
}

pub(crate) fn become_complaint(tx: &mut Tx, ctx: &Ctx, matter: &Matter, words: &str) -> Result<Matter> {
    let complain =
        COMPLAIN.get().ok_or_else(|| Problem::Fault("nobody opens complaints: odr::wire".to_owned()))?;
    clocks::stop(tx, ctx, matter, CLOCK, ctx.today())?;
    let new = complain(tx, ctx, matter, words)?;
    file::ended(tx, ctx, matter.id, "fallen_back", None, Some(new.id))?;
    Ok(new)
}

/// Turns what is overdue into complaints, where the consumer asked for that; how many. By the program itself, a few at a time.
///
/// # Errors
/// A fault of the database.
pub fn fall_back_due(tx: &mut Tx, ctx: &Ctx) -> Result<usize> {
    let rows = tx.query(&OVERDUE, &params![ctx.today()])?;
    let numbers: Vec<(MatterId, String)> =
        rows.iter().map(|row| Ok((row.get("id")?, row.get("number")?))).collect::<Result<_, db::Error>>()?;
    let words = "经营者在先行和解期限内没有和解，按消费者登记时的意愿自动转为投诉";
    for (_, number) in &numbers {
        perform(
            tx,
            ctx,
            number,
            None,
            Act::FallBack,
            &Input { words: words.to_owned(), ..Input::default() },
        )?;
    }
    Ok(numbers.len())
}
