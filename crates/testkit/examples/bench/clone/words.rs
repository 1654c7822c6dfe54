//! The search index of a bureau of copies: documents have their numbers in the order in which matters came, as in an office. Put
//! down copy by copy they would lie as nowhere else, and a search of the newest would be measured that no office has.

use db::{Row, Tx, params};
use kernel::MatterId;
use uuid::Uuid;
use web::{App, Problem};

use super::plan::text_of;

db::sql! {
    IDS = "SELECT id FROM matter";
    NEXT = "SELECT m.id, m.number, m.title, m.place, c.goods_name, c.facts, c.respondent_name, c.demand_words \
            FROM matter m LEFT JOIN contact c ON c.matter_id = m.id WHERE m.id > $1 ORDER BY m.id LIMIT $2";
}

/// Matters of one transaction.
const BATCH: i64 = 2_000;

/// Takes the matters out of the index that are there.
pub(super) async fn take_out(app: &App) -> Result<(), Problem> {
    app.db
        .write(|tx| {
            for row in tx.query(&IDS, &[])? {
                tx.search_remove(row.get::<MatterId>("id")?.uuid())?;
            }
            Ok(())
        })
        .await
}

/// Puts every matter into the index, the oldest first.
pub(super) async fn put_in_order(app: &App) -> Result<(), Problem> {
    let mut last = Some(MatterId::from_uuid(Uuid::nil()));
    while let Some(after) = last {
        last = app.db.write(move |tx| put_next(tx, after)).await?;
    }
    Ok(())
}

fn put_next(tx: &mut Tx, after: MatterId) -> Result<Option<MatterId>, Problem> {
    let mut last = None;
    for row in tx.query(&NEXT, &params![after, BATCH])? {
        let id: MatterId = row.get("id")?;
        tx.search_put(id.uuid(), &matters::search::tokens(&words(&row)))?;
        last = Some(id);
    }
    Ok(last)
}

/// What an office finds a matter by.
fn words(row: &Row) -> String {
    ["number", "title", "place", "goods_name", "facts", "respondent_name", "demand_words"]
        .map(|name| text_of(row, name))
        .join(" ")
}
