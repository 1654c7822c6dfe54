//! What is not settled becomes a complaint, by hand or by itself when the time is up, with the clocks of a complaint from that day.

use std::sync::OnceLock;

use db::{Tx, params};
use jiff::ToSpan as _;
use kernel::Ctx;
use matters::{Matter, clocks};
use web::{Problem, Result};

use crate::{
    acts::{CLOCK, Input, perform},
    file,
    procedure::Act,
};

/// Where settlements of the public pages say they come from: their people agreed that what is not settled becomes a
/// complaint by itself.
pub(crate) const PUBLIC: &str = "portal";
/// Days after which a settlement of the public pages that was sent to nobody becomes a complaint.
const UNSENT_DAYS: i32 = 5;

db::sql! {
    SOURCE = "SELECT source FROM matter WHERE id = $1";
    UNSENT = "SELECT id, number FROM matter WHERE kind = 'settlement' AND state = 'received' AND phase <> 'done' AND source = $1 \
              AND received_on < $2 ORDER BY received_on, id LIMIT 200";
    OVERDUE = "SELECT m.id, m.number FROM matter m JOIN clock c ON c.matter_id = m.id JOIN odr_case k ON k.matter_id = m.id \
               WHERE m.kind = 'settlement' AND m.phase <> 'done' AND c.key = 'odr' AND c.stopped_on IS NULL AND c.due < $1 \
               AND k.fallback = TRUE ORDER BY c.due, m.id LIMIT 200";
}

/// Whether the person agreed, on the public pages, that it becomes a complaint by itself.
pub(crate) fn is_agreed(tx: &mut Tx, matter: &Matter) -> Result<bool> {
    let row = tx.one(&SOURCE, &params![matter.id])?;
    Ok(row.is_some_and(|row| row.get::<String>("source").is_ok_and(|source| source == PUBLIC)))
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

/// Turns what is overdue, or was sent to nobody, into complaints, where the consumer asked for that; how many. By the program itself, a few at a time.
///
/// # Errors
/// A fault of the database.
pub fn fall_back_due(tx: &mut Tx, ctx: &Ctx) -> Result<usize> {
    let overdue = tx.query(&OVERDUE, &params![ctx.today()])?;
    let since = ctx.today().saturating_sub(UNSENT_DAYS.days());
    let unsent = tx.query(&UNSENT, &params![PUBLIC, since])?;
    let late = "经营者在先行和解期限内没有和解，按消费者登记时的意愿自动转为投诉";
    let idle = "登记后没有及时送经营者先行和解，按消费者登记时的意愿自动转为投诉";
    let all = overdue.iter().map(|row| (row, late)).chain(unsent.iter().map(|row| (row, idle)));
    let all: Vec<(String, &str)> =
        all.map(|(row, words)| Ok((row.get("number")?, words))).collect::<Result<_, db::Error>>()?;
    for (number, words) in &all {
        perform(
            tx,
            ctx,
            number,
            None,
            Act::FallBack,
            &Input { words: (*words).to_owned(), ..Input::default() },
        )?;
    }
    Ok(all.len())
}
