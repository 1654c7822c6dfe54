//! The art. 17 sheet: what the system found that may bear on "not for living consumption". Evidence with its matters,
//! never a decision (令第121号 第十七条).

use db::{Tx, params};
use jiff::{ToSpan, civil::Date};
use matters::{Finding, Matter, parties};
use serde::Serialize;
use web::Result;

/// What was found in the year before the complaint.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Factors {
    /// From this day on.
    pub since: Option<Date>,
    /// Other matters from the same telephone.
    pub same_phone: Vec<String>,
    /// Other matters with the same address.
    pub same_address: Vec<String>,
    /// Other names that used the same telephone.
    pub other_names: i64,
    /// Matters of the same telephone about the same trader.
    pub same_trader: Vec<String>,
    /// Matters with the same text.
    pub same_text: Vec<String>,
    /// Quantity as written.
    pub quantity: String,
}

db::sql! {
    SAME_TRADER = "SELECT DISTINCT m.number FROM matter m JOIN party p ON p.matter_id = m.id \
                   WHERE m.trader_id = $1 AND m.id <> $2 AND m.kind <> 'report' AND m.received_on >= $3 AND p.phone_mark = ( \
                   SELECT q.phone_mark FROM party q WHERE q.matter_id = $2 ORDER BY q.ordinal LIMIT 1) ORDER BY m.number";
    SAME_TEXT = "SELECT m.number FROM contact c JOIN matter m ON m.id = c.matter_id WHERE c.text_mark = ( \
                 SELECT d.text_mark FROM contact d WHERE d.matter_id = $1) AND m.id <> $1 AND m.kind <> 'report' AND m.received_on >= $2 ORDER BY m.number";
    QUANTITY = "SELECT quantity, quantity_unit, known_on FROM contact WHERE matter_id = $1";
}

/// What was found for `matter`.
///
/// # Errors
/// A fault of the database.
pub fn sheet(tx: &mut Tx, matter: &Matter) -> Result<Factors> {
    let since = matter.received_on.saturating_sub(1.year());
    let company = parties::company(tx, matter.id, since)?;
    let numbers =
        |rows: Vec<db::Row>| rows.iter().map(|row| row.get("number")).collect::<Result<Vec<String>, _>>();
    let same_trader = match matter.trader {
        Some(trader) => numbers(tx.query(&SAME_TRADER, &params![trader, matter.id, since])?)?,
        None => Vec::new(),
    };
    let same_text = numbers(tx.query(&SAME_TEXT, &params![matter.id, since])?)?;
    let row = tx.one(&QUANTITY, &params![matter.id])?;
    let quantity = row.map(|row| {
        Ok::<_, db::Error>(format!(
            "{}{}",
            row.get::<String>("quantity")?,
            row.get::<String>("quantity_unit")?
        ))
    });
    Ok(Factors {
        since: Some(since),
        same_phone: company.same_phone,
        same_address: company.same_address,
        other_names: company.other_names,
        same_trader,
        same_text,
        quantity: quantity.transpose()?.unwrap_or_default(),
    })
}

/// The day the consumer knew of the harm, as recorded.
pub(crate) fn known_on(tx: &mut Tx, matter: &Matter) -> Result<Option<Date>> {
    Ok(tx.one(&QUANTITY, &params![matter.id])?.map(|row| row.get("known_on")).transpose()?.flatten())
}

impl Factors {
    /// The findings as lines: what, how many, which matters.
    pub fn lines(&self) -> Vec<Finding> {
        let names = usize::try_from(self.other_names).unwrap_or(0);
        let lines = [
            ("同一电话的其他事项（第十七条第二、四项）", self.same_phone.len(), self.same_phone.clone()),
            ("同一通讯地址的其他事项（第四项）", self.same_address.len(), self.same_address.clone()),
            ("同一电话使用过的其他姓名（第四项）", names, Vec::new()),
            ("同一电话对同一经营者（第二项）", self.same_trader.len(), self.same_trader.clone()),
            ("内容相同的其他事项（第二项）", self.same_text.len(), self.same_text.clone()),
        ];
        lines.into_iter().filter(|(_, count, _)| *count > 0).collect()
    }
}
