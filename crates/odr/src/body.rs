//! Who settles first: traders that have undertaken it, and centres that mediate for the bureau (R08).

use db::{Row, Select, Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, Id, Permission, Refusal, TraderId, kind};
use serde_json::json;
use web::{Problem, Result};

/// An id of a body.
pub type BodyId = Id<kind::Unit>;

/// (stored word, Chinese) of the kinds of bodies.
pub const KINDS: &[(&str, &str)] = &[("trader", "经营者"), ("centre", "行业维权中心、消费者协会等受托组织")];

/// A body that settles first.
#[derive(Clone, Debug)]
pub struct Body {
    /// Its id.
    pub id: BodyId,
    /// `trader` or `centre`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The trader's record.
    pub trader: Option<TraderId>,
    /// The trade a centre serves.
    pub field: String,
    /// Where it is reached.
    pub phone: String,
    /// Number of the undertaking or commission.
    pub paper: String,
    /// Since when.
    pub joined_on: Date,
    /// Until when.
    pub left_on: Option<Date>,
    /// Why it left.
    pub left_reason: String,
}

/// What a new body is made of.
#[derive(Clone, Debug, Default)]
pub struct NewBody {
    /// `trader` or `centre`.
    pub kind: String,
    /// Name of a centre; a trader has its record's name.
    pub name: String,
    /// The trader: credit code, or the name as its record has it.
    pub trader: String,
    /// The trade a centre serves.
    pub field: String,
    /// Where it is reached.
    pub phone: String,
    /// Number of the undertaking or commission.
    pub paper: String,
}

db::sql! {
    INSERT = "INSERT INTO odr_body (id, kind, name, trader_id, field, phone, paper, unit_id, unit_path, joined_on) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    LEAVE = "UPDATE odr_body SET left_on = $2, left_reason = $3 WHERE id = $1 AND left_on IS NULL";
    // Two records of one name: none is meant, the credit code tells them apart.
    TRADER = "SELECT id, name FROM trader WHERE merged_into IS NULL AND (credit_code = $1 OR name = $1) LIMIT 2";
    OF_TRADER = "SELECT id, kind, name, trader_id, field, phone, paper, joined_on, left_on, left_reason FROM odr_body \
                 WHERE trader_id = $1 AND left_on IS NULL";
}

const HEAD: &str = "SELECT b.id, b.kind, b.name, b.trader_id, b.field, b.phone, b.paper, b.joined_on, b.left_on, b.left_reason FROM odr_body b";

fn read(row: &Row) -> Result<Body, db::Error> {
    Ok(Body {
        id: row.get("id")?,
        kind: row.get("kind")?,
        name: row.get("name")?,
        trader: row.get("trader_id")?,
        field: row.get("field")?,
        phone: row.get("phone")?,
        paper: row.get("paper")?,
        joined_on: row.get("joined_on")?,
        left_on: row.get("left_on")?,
        left_reason: row.get("left_reason")?,
    })
}

/// Registers a body.
///
/// # Errors
/// Refusals without the right, without undertaking, for a trader that has joined already.
pub fn join(tx: &mut Tx, ctx: &Ctx, new: &NewBody) -> Result<BodyId> {
    ctx.may(Permission::Approve)?;
    let refuse = |field, words| Problem::from(Refusal::new(field, words).at(field));
    if !KINDS.iter().any(|(code, _)| *code == new.kind) {
        return Err(refuse("kind", "请选择类别"));
    }
    if new.paper.trim().is_empty() {
        return Err(refuse("paper", "请填写承诺书或者委托书编号"));
    }
    let (name, trader) = match new.kind.as_str() {
        "trader" => {
            let found = tx.query(&TRADER, &params![new.trader.trim()])?;
            let [row] = found.as_slice() else {
                let words = if found.is_empty() {
                    "没有找到这个经营者：请核对信用代码或者名称，没有档案的先建档案"
                } else {
                    "有几个同名的经营者，请填写统一社会信用代码"
                };
                return Err(refuse("trader", words));
            };
            let trader: TraderId = row.get("id")?;
            if of_trader(tx, trader)?.is_some() {
                return Err(refuse("trader", "这个经营者已经加入"));
            }
            (row.get("name")?, Some(trader))
        }
        _ if new.name.trim().is_empty() => return Err(refuse("name", "请填写组织名称")),
        _ => (new.name.trim().to_owned(), None),
    };
    let (id, officer): (BodyId, _) = (ctx.id(), ctx.officer()?);
    let (field, phone, paper) = (new.field.trim(), new.phone.trim(), new.paper.trim());
    tx.execute(
        &INSERT,
        &params![
            id,
            new.kind,
            name,
            trader,
            field,
            phone,
            paper,
            officer.unit,
            officer.unit_path,
            ctx.today()
        ],
    )?;
    tell(tx, ctx, id, "odr_join", &name, paper)?;
    Ok(id)
}

/// Ends a body's part; what it has at hand is still settled.
///
/// # Errors
/// Refusals without the right or a reason; not found.
pub fn leave(tx: &mut Tx, ctx: &Ctx, id: BodyId, reason: &str) -> Result<()> {
    ctx.may(Permission::Approve)?;
    let body = find(tx, ctx, id)?;
    if reason.trim().is_empty() {
        return Err(Refusal::new("reason", "请写明退出的理由").at("reason").into());
    }
    tx.exactly_one(&LEAVE, &params![id, ctx.today(), reason.trim()])?;
    tell(tx, ctx, id, "odr_leave", &body.name, reason.trim())
}

fn tell(tx: &mut Tx, ctx: &Ctx, id: BodyId, verb: &str, name: &str, words: &str) -> Result<()> {
    let (subject, detail) = (id.to_string(), json!({ "name": name, "words": words }));
    Ok(journal::note(tx, ctx, &subject, verb, &detail)?)
}

/// The bodies of the actor's unit, of those below and of those above it: a trader joins at its own bureau or at the city's.
pub(crate) fn selects(ctx: &Ctx) -> Select {
    let path = ctx.officer().map_or_else(|_| String::from("/"), |officer| officer.unit_path.clone());
    let beyond = format!("{path}~");
    Select::from(HEAD).and(
        "(b.unit_path >= ? AND b.unit_path < ?) OR ? LIKE b.unit_path || '%'",
        params![path, beyond, path],
    )
}

/// The bodies the actor may know of, those that have left last.
///
/// # Errors
/// A fault of the database.
pub fn list(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Body>> {
    let rows = tx.select(&selects(ctx).order("COALESCE(b.left_on, ''), b.name, b.id"))?;
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// One body.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn find(tx: &mut Tx, ctx: &Ctx, id: BodyId) -> Result<Body> {
    let rows = tx.select(&selects(ctx).and("b.id = ?", params![id]))?;
    Ok(read(rows.first().ok_or(Problem::NotFound)?)?)
}

/// The body a trader is, while it takes part.
///
/// # Errors
/// A fault of the database.
pub fn of_trader(tx: &mut Tx, trader: TraderId) -> Result<Option<Body>> {
    Ok(tx.one(&OF_TRADER, &params![trader])?.as_ref().map(read).transpose()?)
}
