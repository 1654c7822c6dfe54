//! A complaint with the facts and people of another matter: what a trader did not settle by itself (先行和解).

use db::{Tx, params};
use kernel::Ctx;
use matters::{Kind, Matter, NewMatter, Phase, parties, relations};
use web::Result;

db::sql! {
    // The mark of the text stays with the first matter: the same text twice is no second consumer (令第121号 第十七条).
    COPY = "INSERT INTO contact (matter_id, facts, demands, demand_words, happened_on, known_on, goods_name, brand, quantity, quantity_unit, amount, \
            sales_way, respondent_name, respondent_address, respondent_phone) SELECT $2, facts, demands, demand_words, happened_on, known_on, \
            goods_name, brand, quantity, quantity_unit, amount, sales_way, respondent_name, respondent_address, respondent_phone FROM contact \
            WHERE matter_id = $1";
    IS_DEMO = "SELECT demo FROM matter WHERE id = $1";
    TEXT = "SELECT facts, goods_name, brand, respondent_name, demand_words FROM contact WHERE matter_id = $1";
}

/// Opens a complaint with the facts and people of `from`, received today: its clocks are those of a complaint from now on.
///
/// # Errors
/// Refusals of [`matters::open`].
pub fn complain_from(tx: &mut Tx, ctx: &Ctx, from: &Matter, reason: &str) -> Result<Matter> {
    let text = match tx.one(&TEXT, &params![from.id])? {
        Some(row) => ["facts", "goods_name", "brand", "respondent_name", "demand_words"]
            .into_iter()
            .map(|column| row.get::<String>(column))
            .collect::<Result<Vec<_>, _>>()?
            .join(" "),
        None => String::new(),
    };
    // What comes of a demo matter goes with it when the demo data is removed.
    let demo: bool = tx.scalar(&IS_DEMO, &params![from.id])?;
    let new = matters::open(
        tx,
        ctx,
        &NewMatter {
            kind: Kind::Complaint,
            title: from.title.clone(),
            state: "received",
            phase: Phase::New,
            unit: from.unit,
            officer: from.officer,
            trader: from.trader,
            channel: from.channel.clone(),
            goods: from.goods.clone(),
            problem: from.problem.clone(),
            place: from.place.clone(),
            received_at: ctx.now,
            amount: from.amount,
            outcome: None,
            closed_at: None,
            clock: Some("accept"),
            outside_number: None,
            source: "settlement".to_owned(),
            text,
            demo,
        },
    )?;
    tx.execute(&COPY, &params![from.id, new.id])?;
    parties::copy(tx, ctx, from.id, new.id)?;
    relations::link(tx, ctx, from, &new, "settlement", reason)?;
    Ok(new)
}
