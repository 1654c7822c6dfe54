//! Rows of a table of traders: by header name in any order, idempotent, each row with its own fate.

mod words;

use std::collections::BTreeMap;

use db::{Tx, params};
use kernel::{Ctx, Permission, TraderId};
use web::{Problem, Result};

use crate::{
    NewAddress, NewTrader, Trader, address, amend, as_typed,
    entry::{some, tidy},
    find, letters,
    record::{create, resolve},
};

/// What an import did, row by row: the reconciliation sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Rows read.
    pub read: usize,
    /// Rows that became records.
    pub new: usize,
    /// Rows whose record was there and says the same.
    pub same: usize,
    /// Rows that filled what the record did not have yet.
    pub filled: usize,
    /// Rows that say something else than the record, which stays as it is: line and what differs.
    pub differing: Vec<(usize, String)>,
    /// Rows that were refused: line and reason.
    pub bad: Vec<(usize, String)>,
    /// Rows that were taken with a doubt, beside the counts above: line and what to check.
    pub doubtful: Vec<(usize, String)>,
}

impl Sheet {
    /// Whether every row is accounted for.
    pub const fn balances(&self) -> bool {
        self.read == self.new + self.same + self.filled + self.differing.len() + self.bad.len()
    }

    /// The sheet of this and a further batch.
    #[must_use]
    pub fn plus(mut self, other: Self) -> Self {
        self.read += other.read;
        self.new += other.new;
        self.same += other.same;
        self.filled += other.filled;
        self.differing.extend(other.differing);
        self.bad.extend(other.bad);
        self.doubtful.extend(other.doubtful);
        self
    }
}

enum Fate {
    New,
    Same,
    Filled,
    Differing(String),
}

db::sql! {
    HAS_ADDRESS = "SELECT COUNT(*) FROM trader_address WHERE trader_id = $1 AND kind = 'domicile' AND line = $2";
}

/// Imports rows of a table (header → cell, with the line number in the file): 名称, 统一社会信用代码, 注册号, 组织机构代码, 住所,
/// 经营场所, 行业, 区划, 电话, 联系人, 状态, in any order; other columns are left alone. A row finds its record as
/// [`resolve_or_create`](crate::resolve_or_create) does, so the same file again changes nothing. It fills what the record does
/// not have and overwrites nothing; a row that is refused leaves nothing behind and stops no other.
///
/// ```
/// # fn f(tx: &mut db::Tx, ctx: &kernel::Ctx) -> web::Result<()> {
/// let row = [("名称", "好再来超市"), ("经营场所", "中山路1号")].map(|(k, v)| (k.to_owned(), v.to_owned()));
/// let sheet = traders::import_rows(tx, ctx, "登记注册系统", &[(2, row.into())])?;
/// assert!(sheet.balances());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// A refusal when the actor may not keep traders; a fault of the database: then nothing of these rows is stored.
pub fn import_rows(
    tx: &mut Tx,
    ctx: &Ctx,
    source: &str,
    rows: &[(usize, BTreeMap<String, String>)],
) -> Result<Sheet> {
    ctx.may(Permission::KeepTraders)?;
    let mut sheet = Sheet { read: rows.len(), ..Sheet::default() };
    for (line, row) in rows {
        let (new, domicile, doubts) = match read(row, source) {
            Ok(read) => read,
            Err(why) => {
                sheet.bad.push((*line, why));
                continue;
            }
        };
        match tx.attempt(|tx| store(tx, ctx, &new, &domicile)) {
            Ok(Fate::New) => sheet.new += 1,
            Ok(Fate::Same) => sheet.same += 1,
            Ok(Fate::Filled) => sheet.filled += 1,
            Ok(Fate::Differing(what)) => sheet.differing.push((*line, what)),
            Err(Problem::Refused(refusal)) => {
                sheet.bad.push((*line, refusal.to_string()));
                continue;
            }
            Err(other) => return Err(other),
        }
        sheet.doubtful.extend(doubts.into_iter().map(|doubt| (*line, doubt)));
    }
    Ok(sheet)
}

/// A row as a trader, its domicile, and what is doubtful about it; or why it cannot be read.
fn read(row: &BTreeMap<String, String>, source: &str) -> Result<(NewTrader, String, Vec<String>), String> {
    let get = |field: &str| words::cell(row, field);
    let (premises, domicile) = (get("经营场所"), get("住所"));
    let mut doubts = Vec::new();
    let industry = words::industry(&get("行业"));
    let region = words::region(&get("区划"));
    for (field, found) in [("行业", industry.is_none()), ("区划", region.is_none())] {
        if found {
            doubts.push(format!("{field}“{}”无法识别，没有登记", get(field)));
        }
    }
    let state = words::state(&get("状态")).unwrap_or_else(|| {
        doubts.push(format!("状态“{}”无法识别，登记为待核实", get("状态")));
        "unknown"
    });
    let new = NewTrader {
        name: letters::visible(&get("名称")),
        credit_code: get("统一社会信用代码"),
        old_number: get("注册号"),
        organisation_code: get("组织机构代码"),
        state: state.to_owned(),
        form: words::form(&get("类型"), &get("名称")).to_owned(),
        industry: industry.unwrap_or_default(),
        region: region.unwrap_or_default(),
        address: if premises.is_empty() { domicile.clone() } else { premises },
        phone: get("电话"),
        contact: get("联系人"),
        source: source.to_owned(),
        letters_checked: true,
        demo: false,
    };
    let tidy = tidy(&new).map_err(|refusal| refusal.to_string())?;
    doubts.extend(letters::foreign(&tidy.name));
    if tidy.level == Some("warning") {
        let checked = codes::check_as(codes::Kind::CreditCode, &new.credit_code);
        doubts.push(format!("统一社会信用代码 {}：{}", checked.code, checked.reason));
    }
    Ok((new, domicile, doubts))
}

fn store(tx: &mut Tx, ctx: &Ctx, new: &NewTrader, domicile: &str) -> Result<Fate> {
    let fate = match resolve(tx, new)? {
        None => {
            let id = create(tx, ctx, new)?;
            live_at(tx, ctx, id, new, domicile)?;
            return Ok(Fate::New);
        }
        Some(id) => {
            let known = find(tx, id)?;
            let (filled, differing) = fill(&known, new);
            let moved = live_at(tx, ctx, id, new, domicile)?;
            match filled {
                Some(filled) => amend(tx, ctx, id, known.version, &filled)?,
                None if !moved && differing.is_empty() => return Ok(Fate::Same),
                None => {}
            }
            if differing.is_empty() { Fate::Filled } else { Fate::Differing(differing.join("；")) }
        }
    };
    Ok(fate)
}

/// Records the domicile when it is not the place of business and not known: whether it was new.
fn live_at(tx: &mut Tx, ctx: &Ctx, id: TraderId, new: &NewTrader, domicile: &str) -> Result<bool> {
    let line = letters::visible(domicile);
    if line.is_empty()
        || line == letters::visible(&new.address)
        || tx.scalar::<i64>(&HAS_ADDRESS, &params![id, line])? > 0
    {
        return Ok(false);
    }
    let place = NewAddress { kind: "domicile".to_owned(), region: new.region.clone(), line, from_day: None };
    address::add(tx, ctx, id, &place)?;
    Ok(true)
}

/// The record with what only the row has, when there is anything, and what the row says otherwise.
fn fill(known: &Trader, new: &NewTrader) -> (Option<NewTrader>, Vec<String>) {
    let mut filled = as_typed(known);
    let (mut any, mut differing) = (false, Vec::new());
    let code = |kind, typed: &str| codes::check_as(kind, typed).code;
    let organisation = some(&code(codes::Kind::OrganisationCode, &new.organisation_code));
    let organisation = organisation.filter(|_| known.organisation_code.is_none()).unwrap_or_default();
    let fields = [
        ("统一社会信用代码", &mut filled.credit_code, code(codes::Kind::CreditCode, &new.credit_code)),
        ("注册号", &mut filled.old_number, code(codes::Kind::BusinessNumber, &new.old_number)),
        ("组织机构代码", &mut filled.organisation_code, organisation),
        ("行业", &mut filled.industry, new.industry.clone()),
        ("区划", &mut filled.region, new.region.clone()),
        ("地址", &mut filled.address, letters::visible(&new.address)),
        ("电话", &mut filled.phone, letters::visible(&new.phone)),
        ("联系人", &mut filled.contact, letters::visible(&new.contact)),
    ];
    for (label, old, given) in fields {
        match (old.is_empty(), some(&given)) {
            (_, None) => {}
            (true, Some(given)) => {
                *old = given;
                any = true;
            }
            (false, Some(given)) if given == *old => {}
            // Personal data stays out of the sheet.
            (false, Some(_)) if label == "电话" || label == "联系人" => {
                differing.push(format!("{label}与档案不同"));
            }
            (false, Some(given)) => differing.push(format!("{label}：档案为“{old}”，文件为“{given}”")),
        }
    }
    if known.state == "unknown" && new.state != "unknown" {
        filled.state.clone_from(&new.state);
        any = true;
    } else if new.state != "unknown" && new.state != known.state {
        differing.push("状态与档案不同".to_owned());
    }
    (any.then_some(filled), differing)
}
