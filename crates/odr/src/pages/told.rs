//! The bodies and their scoreboard as programs read them: what the pages show, in JSON.

use db::Tx;
use jiff::civil::Date;
use kernel::Ctx;
use serde_json::{Value as Json, json};
use web::Result;

use crate::{
    body::{self, Body, BodyId},
    score::{self, Row, Score},
};

fn one(body: &Body) -> Json {
    json!({
        "id": body.id,
        "kind": body.kind,
        "name": body.name,
        "trader_id": body.trader,
        "field": body.field,
        "phone": body.phone,
        "paper": body.paper,
        "joined_on": body.joined_on,
        "left_on": body.left_on,
        "left_reason": body.left_reason,
    })
}

/// The bodies, and how well each did between two days.
///
/// # Errors
/// A fault of the database.
pub fn board(tx: &mut Tx, ctx: &Ctx, days: (Date, Date)) -> Result<Json> {
    let bodies: Vec<Json> = body::list(tx, ctx)?.iter().map(one).collect();
    let rows = score::rows(tx, &score::list(ctx, Some(days), None))?;
    let score = |score: &Score| {
        json!({
            "body_id": score.id, "name": score.name, "sent": score.sent, "in_time": score.in_time,
            "ended": score.ended, "settled": score.settled, "fallen": score.fallen,
            "recovered": score.recovered().replace(',', ""), "median": score.median(),
        })
    };
    let scores: Vec<Json> = score::board(&rows).iter().map(score).collect();
    Ok(json!({ "from": days.0, "to": days.1, "bodies": bodies, "scores": scores }))
}

/// A body and the matters it had between two days.
///
/// # Errors
/// Not found.
pub fn body(tx: &mut Tx, ctx: &Ctx, id: BodyId, days: (Date, Date)) -> Result<Json> {
    let found = body::find(tx, ctx, id)?;
    let rows = score::rows(tx, &score::list(ctx, Some(days), Some(id)))?;
    let row = |row: &Row| {
        json!({
            "number": row.number, "title": row.title, "way": row.way, "from": row.from, "due": row.due,
            "answered_on": row.answered_on, "ended_on": row.ended_on, "state_words": row.ending(),
            "recovered": row.recovered.map(|sum| sum.to_string()),
        })
    };
    Ok(json!({ "body": one(&found), "cases": rows.iter().map(row).collect::<Vec<_>>() }))
}
