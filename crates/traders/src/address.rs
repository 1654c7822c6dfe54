//! Where a trader is and was. A row keeps the region's name of its day: codes change, old records do not.

use db::{Row, Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, Id, Permission, Refusal, TraderId, kind, mask, office_date};
use serde_json::json;
use web::{Problem, Result};

use crate::{
    Trader,
    entry::{Tidy, some},
    find, letters, note,
};

/// (stored word, Chinese) of the kinds.
pub(crate) const KINDS: &[(&str, &str)] =
    &[("domicile", "住所"), ("premises", "经营场所"), ("platform", "平台公示地址")];

/// An address in its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Its id among the trader's rows.
    pub id: Id<kind::Trader>,
    /// Its kind, in Chinese.
    pub kind: String,
    /// GB/T 2260 code.
    pub region: Option<String>,
    /// The region's name on the day of writing.
    pub region_name: String,
    /// Street and number.
    pub line: String,
    /// First day.
    pub from_day: Date,
    /// The day it ended; `None` while in use.
    pub to_day: Option<Date>,
}

/// What is recorded of an address.
#[derive(Clone, Debug, Default)]
pub struct NewAddress {
    /// `domicile`, `premises` or `platform`.
    pub kind: String,
    /// GB/T 2260 code or empty.
    pub region: String,
    /// Street and number.
    pub line: String,
    /// First day; today when not said.
    pub from_day: Option<Date>,
}

db::sql! {
    INSERT = "INSERT INTO trader_address (id, trader_id, kind, region, region_name, line, from_day, to_day) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    OPEN = "SELECT COUNT(*) FROM trader_address WHERE trader_id = $1 AND kind = $2 AND line = $3 AND to_day IS NULL";
    CLOSE_LINE = "UPDATE trader_address SET to_day = $3 WHERE trader_id = $1 AND line = $2 AND kind = 'premises' AND to_day IS NULL";
    CLOSE_KIND = "UPDATE trader_address SET to_day = $3 WHERE trader_id = $1 AND kind = $2 AND to_day IS NULL";
    FIND = "SELECT from_day, to_day FROM trader_address WHERE id = $1 AND trader_id = $2";
    CLOSE = "UPDATE trader_address SET to_day = $3 WHERE id = $1 AND trader_id = $2 AND to_day IS NULL";
    OF = "SELECT id, kind, region, region_name, line, from_day, to_day FROM trader_address WHERE trader_id = $1 \
          ORDER BY CASE WHEN to_day IS NULL THEN 0 ELSE 1 END, from_day DESC, id";
}

struct Span<'a> {
    kind: &'a str,
    region: Option<&'a str>,
    line: &'a str,
    from: Date,
    to: Option<Date>,
}

fn insert(tx: &mut Tx, ctx: &Ctx, trader: TraderId, span: &Span<'_>) -> Result<()> {
    let id: Id<kind::Trader> = ctx.id();
    let name = span.region.map_or_else(String::new, |code| codes::regions::path(code, Some(span.from)));
    let values = params![id, trader, span.kind, span.region, name, span.line, span.from, span.to];
    tx.execute(&INSERT, &values)?;
    Ok(())
}

/// The first address of a new record. One the program records itself (imports, demo data) begins its history with its
/// first change: a million rows need no second line.
pub(crate) fn begin(tx: &mut Tx, ctx: &Ctx, trader: TraderId, tidy: &Tidy) -> Result<()> {
    if tidy.address.is_empty() || ctx.reach() == kernel::Reach::Everything {
        return Ok(());
    }
    let (region, from) = (tidy.region.as_deref(), ctx.today());
    insert(tx, ctx, trader, &Span { kind: "premises", region, line: &tidy.address, from, to: None })
}

/// The history when the record's address changes: the old line ends today, the new one begins.
pub(crate) fn change(tx: &mut Tx, ctx: &Ctx, before: &Trader, tidy: &Tidy) -> Result<()> {
    if before.address == tidy.address && before.region == tidy.region {
        return Ok(());
    }
    let today = ctx.today();
    let ended = tx.execute(&CLOSE_LINE, &params![before.id, before.address, today])?;
    if ended == 0 && !before.address.is_empty() {
        let (region, from) = (before.region.as_deref(), office_date(before.created_at));
        let old = Span { kind: "premises", region, line: &before.address, from, to: Some(today) };
        insert(tx, ctx, before.id, &old)?;
    }
    if tidy.address.is_empty() {
        return Ok(());
    }
    let region = tidy.region.as_deref();
    let new = Span { kind: "premises", region, line: &tidy.address, from: today, to: None };
    insert(tx, ctx, before.id, &new)
}

/// Records an address. A trader has one domicile (住所): a new one ends the old on its first day.
///
/// # Errors
/// Refusals for an empty or masked line, an unknown kind or region, a day to come, or an address that is there already.
pub fn add(tx: &mut Tx, ctx: &Ctx, trader: TraderId, new: &NewAddress) -> Result<()> {
    ctx.may(Permission::KeepTraders)?;
    let no = |code, words: &str, field| Err(Refusal::new(code, words).at(field).into());
    let (line, region) = (letters::visible(&new.line), some(&new.region));
    if line.is_empty() || mask::is_masked(&line) {
        return no("address_line", "请填写完整的地址", "line");
    }
    if !KINDS.iter().any(|(code, _)| *code == new.kind) {
        return no("address_kind", "请选择地址类别", "kind");
    }
    let from = new.from_day.unwrap_or_else(|| ctx.today());
    if from > ctx.today() {
        return no("address_day", "启用日期不能晚于今天", "from_day");
    }
    if region.as_deref().is_some_and(|code| codes::regions::find(code, Some(from)).is_none()) {
        return no("region", "没有这个行政区划代码，例如 230103", "region");
    }
    let trader = find(tx, trader)?;
    if tx.scalar::<i64>(&OPEN, &params![trader.id, new.kind, line])? > 0 {
        return no("address_known", "这个地址已经登记", "line");
    }
    if new.kind == "domicile" {
        tx.execute(&CLOSE_KIND, &params![trader.id, new.kind, from])?;
    }
    let span = Span { kind: &new.kind, region: region.as_deref(), line: &line, from, to: None };
    insert(tx, ctx, trader.id, &span)?;
    note(tx, ctx, &trader.name, "address_added", &json!({ "kind": new.kind, "from": from.to_string() }))
}

/// Ends an address on `day`.
///
/// # Errors
/// Not found; refusals when it has ended already, or the day is before its first or to come.
pub fn end(tx: &mut Tx, ctx: &Ctx, trader: TraderId, id: Id<kind::Trader>, day: Date) -> Result<()> {
    ctx.may(Permission::KeepTraders)?;
    let row = tx.one(&FIND, &params![id, trader])?.ok_or(Problem::NotFound)?;
    let (from, to): (Date, Option<Date>) = (row.get("from_day")?, row.get("to_day")?);
    if to.is_some() {
        return Err(Refusal::new("address_ended", "这个地址已经停用").into());
    }
    if day < from || day > ctx.today() {
        let words = format!("停用日期应在 {from} 与今天之间");
        return Err(Refusal::new("address_day", words).at("to_day").into());
    }
    tx.exactly_one(&CLOSE, &params![id, trader, day])?;
    let name = find(tx, trader)?.name;
    note(tx, ctx, &name, "address_ended", &json!({ "on": day.to_string() }))
}

/// The addresses of a trader: those in use first, then the latest.
///
/// # Errors
/// A fault of the database.
pub fn of(tx: &mut Tx, trader: TraderId) -> Result<Vec<Address>> {
    let rows = tx.query(&OF, &params![trader])?;
    let read = |row: &Row| {
        let kind: String = row.get("kind")?;
        let words = KINDS.iter().find(|(code, _)| *code == kind).map_or(kind.as_str(), |(_, words)| words);
        Ok::<_, db::Error>(Address {
            id: row.get("id")?,
            kind: words.to_owned(),
            region: row.get("region")?,
            region_name: row.get("region_name")?,
            line: row.get("line")?,
            from_day: row.get("from_day")?,
            to_day: row.get("to_day")?,
        })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}
