//! A bureau many times as large: what was lived through once by the office's own commands is put down again and again under new
//! ids, numbers, telephones and words. Rows are of the office's own making in every column but those; people are sealed anew
//! under the office's keys, the journal is written by the journal itself, so that its chain holds, and the search index by
//! the index. Left out is whatever touches other matters or tables than those of a plain life.
//!
//! The test beside it (`clone/tests.rs`) holds a copied bureau against one that was lived: same tables, same columns empty
//! and filled, `xiaobao check` and `audit verify` whole.

mod counted;
mod plan;
mod words;

use std::sync::Arc;

use db::{Tx, Value, params};
use kernel::{Actor, Ctx, Field, MatterId};
use web::{App, Problem};

pub use counted::multiply_counted;
use plan::{Life, Plan, SEALED, SERIES, TABLES, bytes_of};

/// The id of the copy `time` of what has `id`: the end tells copies apart, the beginning keeps them in time.
fn moved(id: [u8; 16], time: u64) -> [u8; 16] {
    let mut id = id;
    for (at, byte) in time.to_be_bytes()[5..].iter().enumerate() {
        id[12 + at] ^= byte;
    }
    id
}

fn again(value: &Value, bytes: [u8; 16]) -> Value {
    match value {
        Value::Id(_) => Value::Id(uuid::Uuid::from_bytes(bytes)),
        _ => Value::Bytes(bytes.to_vec()),
    }
}

/// Copies of one transaction.
const BATCH: usize = 400;

/// Puts every plain life down `times` more times; how many there are now more.
///
/// # Errors
/// A fault of the database.
pub async fn multiply(app: &App, times: u64) -> Result<usize, Problem> {
    let ctx = app.ctx(Actor::System("演示数据"));
    let by = ctx.clone();
    let plan = Arc::new(app.db.read(move |tx| Plan::read(tx, &by)).await?);
    words::take_out(app).await?;
    for time in 1..=times {
        for begin in (0..plan.lives.len()).step_by(BATCH) {
            let (plan, ctx) = (Arc::clone(&plan), ctx.clone());
            app.db
                .write(move |tx| {
                    let end = (begin + BATCH).min(plan.lives.len());
                    plan.lives[begin..end].iter().try_for_each(|life| plan.put(tx, &ctx, life, time))
                })
                .await?;
        }
        if time % 10 == 0 {
            println!("{time} of {times}");
        }
    }
    let all = Arc::clone(&plan);
    app.db.write(move |tx| all.number_on(tx, times)).await?;
    words::put_in_order(app).await?;
    Ok(plan.lives.len() * usize::try_from(times).unwrap_or(0))
}

impl Plan {
    fn number(&self, life: &Life, time: u64) -> String {
        let of = &self.series[&life.series];
        let ordinal = of.last + i64::try_from(time - 1).unwrap_or(0) * of.copied + life.rank;
        format!("{}-{ordinal:05}", life.series)
    }

    /// Series stay without gap: their last number is the last that was given.
    fn number_on(&self, tx: &mut Tx, times: u64) -> Result<(), Problem> {
        for (head, of) in self.series.iter().filter(|(_, of)| of.copied > 0) {
            let mut parts = head.split('-').skip(1);
            let (unit, year) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let year: i64 = year.parse().expect("a year");
            let last = of.last + i64::try_from(times).unwrap_or(0) * of.copied;
            tx.exactly_one(&SERIES, &params![unit, of.kind, year, last])?;
        }
        Ok(())
    }

    /// One life once more.
    fn put(&self, tx: &mut Tx, ctx: &Ctx, life: &Life, time: u64) -> Result<(), Problem> {
        let number = self.number(life, time);
        let mut matter = None;
        for (table, values) in &life.rows {
            let (name, columns) = (TABLES[*table].0, &self.columns[*table]);
            let own = columns.iter().position(|column| column == "id").and_then(|at| bytes_of(&values[at]));
            let mut row: Vec<Value> =
                values.iter().map(|value| self.again(value, life, &number, time)).collect();
            for (at, column) in columns.iter().enumerate() {
                let sealed = SEALED.iter().find(|sealed| **sealed == (name, column.as_str()));
                if let (Some((table, column)), Some(own)) = (sealed, own) {
                    row[at] = sealed_again(ctx, (table, column), own, &values[at], time)?;
                }
            }
            match name {
                "matter" => {
                    matter = own.map(|own| MatterId::from_uuid(uuid::Uuid::from_bytes(moved(own, time))));
                    change(columns, &mut row, "outside_number", |text| format!("{text}{time:03}"));
                }
                "contact" => {
                    change(columns, &mut row, "facts", |text| format!("{text}（第{time}单）"));
                    let mut facts = String::new();
                    change(columns, &mut row, "facts", |text| {
                        text.clone_into(&mut facts);
                        text.to_owned()
                    });
                    let mark = kernel::hex(&kernel::sm3(codes::names::fold(&facts).as_bytes()));
                    change(columns, &mut row, "text_mark", |_| mark.clone());
                }
                "party" => mark_again(ctx, columns, &mut row, own, values, time)?,
                _ => {}
            }
            tx.execute(&self.inserts[*table], &row)?;
        }
        let matter = matter.ok_or(Problem::NotFound)?;
        self.tell(tx, ctx, life, matter, &number)
    }

    /// A value with ids and number of the copy.
    fn again(&self, value: &Value, life: &Life, number: &str, time: u64) -> Value {
        if let Some(bytes) = bytes_of(value) {
            return if self.ids.contains(&bytes) { again(value, moved(bytes, time)) } else { value.clone() };
        }
        match value {
            Value::Text(text) if text.contains(&life.number) => {
                Value::Text(text.replace(&life.number, number))
            }
            other => other.clone(),
        }
    }

    /// What happened, written by the journal.
    fn tell(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        life: &Life,
        matter: MatterId,
        number: &str,
    ) -> Result<(), Problem> {
        for past in &life.past {
            let actor = match past.actor.and_then(|id| self.officers.get(&id)) {
                Some(officer) => Actor::Officer(officer.clone()),
                None if past.name == "公众" => Actor::Public,
                None => Actor::System("演示数据"),
            };
            let detail = past.detail.replace(&life.number, number);
            let detail = serde_json::from_str(&detail).unwrap_or_default();
            let entry = journal::Entry {
                matter: Some(matter),
                subject: &past.subject,
                verb: &past.verb,
                state: past.state.as_deref(),
                detail: &detail,
            };
            journal::write(tx, &ctx.by(actor).at(past.at), entry)?;
        }
        Ok(())
    }
}

/// Changes a text that is not empty.
fn change(columns: &[String], row: &mut [Value], name: &str, change: impl FnOnce(&str) -> String) {
    if let Some(Value::Text(text)) = columns.iter().position(|column| column == name).map(|at| &mut row[at]) {
        *text = change(text);
    }
}

/// Opens what is sealed under the old id; a telephone becomes another one.
fn opened(
    ctx: &Ctx,
    (table, column): (&'static str, &'static str),
    own: [u8; 16],
    value: &Value,
    time: u64,
) -> Result<Option<String>, Problem> {
    let Value::Bytes(sealed) = value else { return Ok(None) };
    let plain = ctx.keyring().open(Field { table, column }, uuid::Uuid::from_bytes(own), sealed)?;
    let phone =
        plain.strip_prefix("199").and_then(|rest| rest.parse::<u64>().ok()).filter(|_| plain.len() == 11);
    Ok(Some(phone.map_or(plain, |digits| format!("199{:08}", (digits + time * 100_003) % 100_000_000))))
}

fn sealed_again(
    ctx: &Ctx,
    field: (&'static str, &'static str),
    own: [u8; 16],
    value: &Value,
    time: u64,
) -> Result<Value, Problem> {
    let (table, column) = field;
    let Some(plain) = opened(ctx, field, own, value, time)? else { return Ok(value.clone()) };
    let id = uuid::Uuid::from_bytes(moved(own, time));
    Ok(Value::Bytes(ctx.keyring().seal(Field { table, column }, id, &plain, ctx.entropy())))
}

/// The mark of the other telephone.
fn mark_again(
    ctx: &Ctx,
    columns: &[String],
    row: &mut [Value],
    own: Option<[u8; 16]>,
    values: &[Value],
    time: u64,
) -> Result<(), Problem> {
    let at = columns.iter().position(|column| column == "phone");
    if let (Some(at), Some(own)) = (at, own)
        && let Some(phone) = opened(ctx, ("party", "phone"), own, &values[at], time)?
        && let Some(mark) = matters::parties::phone_mark(ctx, &phone)
    {
        change(columns, row, "phone_mark", |_| mark);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
