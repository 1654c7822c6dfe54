//! A trader's record.

use codes::{Kind, Level, names};
use db::{Row, Tx, params};
use kernel::{Ctx, Permission, Refusal, TraderId};
use serde_json::json;
use web::{Problem, Result};

/// (stored word, Chinese) of the states.
pub const STATES: &[(&str, &str)] = &[
    ("open", "在业"),
    ("closed", "歇业注销"),
    ("revoked", "吊销"),
    ("unlicensed", "无照"),
    ("unknown", "待核实"),
];
/// (stored word, Chinese) of the forms.
pub const FORMS: &[(&str, &str)] =
    &[("company", "企业"), ("household", "个体工商户"), ("platform", "平台经营者"), ("other", "其他")];

/// A trader as the record shows one.
#[derive(Clone, Debug)]
pub struct Trader {
    /// Its id.
    pub id: TraderId,
    /// Its name.
    pub name: String,
    /// 统一社会信用代码, normalised.
    pub credit_code: Option<String>,
    /// 15-digit 注册号.
    pub old_number: Option<String>,
    /// Its form.
    pub form: String,
    /// Its state.
    pub state: String,
    /// GB/T 4754-2017 code.
    pub industry: Option<String>,
    /// GB/T 2260 code.
    pub region: Option<String>,
    /// Its address.
    pub address: String,
    /// Its telephone.
    pub phone: String,
    /// Whom to speak to.
    pub contact: String,
    /// The record it was merged into.
    pub merged_into: Option<TraderId>,
    /// For the check of simultaneous changes.
    pub version: i64,
}

/// What is recorded of a trader.
#[derive(Clone, Debug, Default)]
pub struct NewTrader {
    /// Its name.
    pub name: String,
    /// 统一社会信用代码 or empty.
    pub credit_code: String,
    /// 15-digit 注册号 or empty.
    pub old_number: String,
    /// Its form; empty for `company`.
    pub form: String,
    /// Its state; empty for `open`.
    pub state: String,
    /// GB/T 4754-2017 code or empty.
    pub industry: String,
    /// GB/T 2260 code or empty.
    pub region: String,
    /// Its address.
    pub address: String,
    /// Its telephone.
    pub phone: String,
    /// Whom to speak to.
    pub contact: String,
    /// Where the record comes from.
    pub source: String,
    /// Whether it is demo data.
    pub demo: bool,
}

db::sql! {
    FIND = "SELECT id, name, credit_code, old_number, form, state, industry, region, address, phone, contact, merged_into, version \
            FROM trader WHERE id = $1";
    BY_CREDIT = "SELECT id FROM trader WHERE credit_code = $1 AND merged_into IS NULL";
    BY_KEY = "SELECT id, region FROM trader WHERE name_key = $1 AND merged_into IS NULL ORDER BY created_at, id";
    INSERT = "INSERT INTO trader (id, name, name_key, initials, credit_code, credit_level, old_number, form, state, industry, region, \
              address, phone, contact, source, demo, created_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    INSERT_ADDRESS = "INSERT INTO trader_address (id, trader_id, kind, region, region_name, line, from_day) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    CLOSE_ADDRESS = "UPDATE trader_address SET to_day = $2 WHERE trader_id = $1 AND to_day IS NULL AND line <> $3";
    UPDATE = "UPDATE trader SET name = $3, name_key = $4, initials = $5, credit_code = $6, credit_level = $7, old_number = $8, form = $9, \
              state = $10, industry = $11, region = $12, address = $13, phone = $14, contact = $15, version = version + 1 \
              WHERE id = $1 AND version = $2";
}

fn read(row: &Row) -> Result<Trader, db::Error> {
    Ok(Trader {
        id: row.get("id")?,
        name: row.get("name")?,
        credit_code: row.get("credit_code")?,
        old_number: row.get("old_number")?,
        form: row.get("form")?,
        state: row.get("state")?,
        industry: row.get("industry")?,
        region: row.get("region")?,
        address: row.get("address")?,
        phone: row.get("phone")?,
        contact: row.get("contact")?,
        merged_into: row.get("merged_into")?,
        version: row.get("version")?,
    })
}

/// The trader with `id`.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn find(tx: &mut Tx, id: TraderId) -> Result<Trader> {
    let row = tx.one(&FIND, &params![id])?.ok_or(Problem::NotFound)?;
    Ok(read(&row)?)
}

/// The checked and normalised form of what was typed.
struct Tidy {
    key: String,
    initials: String,
    credit: Option<String>,
    level: Option<&'static str>,
    old_number: Option<String>,
}

fn tidy(new: &NewTrader) -> Result<Tidy, Refusal> {
    let name = new.name.trim();
    if name.is_empty() {
        return Err(Refusal::new("trader_name", "请填写经营者名称").at("name"));
    }
    if let Some(words) = names::suspicious(name) {
        return Err(Refusal::new("trader_name_suspicious", words).at("name"));
    }
    if !new.industry.is_empty() && codes::industry::name(&new.industry).is_none() {
        return Err(Refusal::new("industry", "没有这个行业代码（GB/T 4754-2017），例如 F5211").at("industry"));
    }
    if !new.region.is_empty() && codes::regions::find(&new.region, None).is_none() {
        return Err(Refusal::new("region", "没有这个行政区划代码，例如 230103").at("region"));
    }
    let credit = (!new.credit_code.is_empty()).then(|| codes::check_as(Kind::CreditCode, &new.credit_code));
    let level = credit.as_ref().map(|checked| match checked.level {
        Level::Ok => "ok",
        Level::Variant => "variant",
        Level::Warning => "warning",
    });
    let old =
        (!new.old_number.is_empty()).then(|| codes::check_as(Kind::BusinessNumber, &new.old_number).code);
    Ok(Tidy {
        key: names::fold(name),
        initials: names::initials(name),
        credit: credit.map(|checked| checked.code),
        level,
        old_number: old,
    })
}

fn none_if_empty(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn or<'a>(text: &'a str, default: &'a str) -> &'a str {
    none_if_empty(text).unwrap_or(default)
}

/// Records a trader. A code that does not pass its check is stored with its level: it warns, never blocks (SEC_52).
///
/// # Errors
/// Refusals for a missing or deceptive name, unknown codes, or a credit code that another record has.
pub fn create(tx: &mut Tx, ctx: &Ctx, new: &NewTrader) -> Result<TraderId> {
    ctx.may(Permission::KeepTraders)?;
    let tidy = tidy(new)?;
    let id: TraderId = ctx.id();
    let stored = tx.execute(
        &INSERT,
        &params![
            id,
            new.name.trim(),
            tidy.key,
            tidy.initials,
            tidy.credit,
            tidy.level,
            tidy.old_number,
            or(&new.form, "company"),
            or(&new.state, "open"),
            none_if_empty(&new.industry),
            none_if_empty(&new.region),
            new.address.trim(),
            new.phone.trim(),
            new.contact.trim(),
            new.source,
            new.demo,
            ctx.now
        ],
    );
    stored.map_err(taken)?;
    keep_address(tx, ctx, id, new)?;
    let detail = json!({ "credit_level": tidy.level });
    journal::write(
        tx,
        ctx,
        journal::Entry {
            matter: None,
            subject: new.name.trim(),
            verb: "trader_created",
            state: None,
            detail: &detail,
        },
    )?;
    Ok(id)
}

fn taken(error: db::Error) -> Problem {
    if matches!(&error, db::Error::Unique(key) if key.contains("credit")) {
        let words = "这个统一社会信用代码已有档案，请直接使用，或者先核对代码";
        return Refusal::new("credit_code_taken", words).at("credit_code").into();
    }
    error.into()
}

fn keep_address(tx: &mut Tx, ctx: &Ctx, id: TraderId, new: &NewTrader) -> Result<()> {
    let Some(line) = none_if_empty(&new.address) else { return Ok(()) };
    if tx.execute(&CLOSE_ADDRESS, &params![id, ctx.today(), line])? == 0
        && ctx.reach() == kernel::Reach::Everything
    {
        // Imports and demo data: the current line stands in `trader`; the history begins with the first change.
        return Ok(());
    }
    let name = codes::regions::path(&new.region, Some(ctx.today()));
    let row: kernel::Id<kernel::kind::Trader> = ctx.id();
    tx.execute(
        &INSERT_ADDRESS,
        &params![row, id, "premises", none_if_empty(&new.region), name, line, ctx.today()],
    )?;
    Ok(())
}

/// Changes a record.
///
/// # Errors
/// As [`create`]; stale when somebody else changed it since `version`.
pub fn amend(tx: &mut Tx, ctx: &Ctx, id: TraderId, version: i64, new: &NewTrader) -> Result<()> {
    ctx.may(Permission::KeepTraders)?;
    let tidy = tidy(new)?;
    let before = find(tx, id)?;
    let stored = tx.exactly_one(
        &UPDATE,
        &params![
            id,
            version,
            new.name.trim(),
            tidy.key,
            tidy.initials,
            tidy.credit,
            tidy.level,
            tidy.old_number,
            or(&new.form, "company"),
            or(&new.state, "open"),
            none_if_empty(&new.industry),
            none_if_empty(&new.region),
            new.address.trim(),
            new.phone.trim(),
            new.contact.trim()
        ],
    );
    stored.map_err(taken)?;
    if before.address != new.address.trim() {
        keep_address(tx, ctx, id, new)?;
    }
    let detail =
        json!({ "name_before": before.name, "address_before": before.address, "state_before": before.state });
    journal::write(
        tx,
        ctx,
        journal::Entry {
            matter: None,
            subject: new.name.trim(),
            verb: "trader_amended",
            state: None,
            detail: &detail,
        },
    )?;
    Ok(())
}

/// The record for an imported row: by credit code, else by the same folded name in the same region, else a new one.
/// Never by a brand alone.
///
/// # Errors
/// As [`create`].
pub fn resolve_or_create(tx: &mut Tx, ctx: &Ctx, new: &NewTrader) -> Result<TraderId> {
    if !new.credit_code.is_empty() {
        let code = codes::check_as(Kind::CreditCode, &new.credit_code).code;
        if let Some(row) = tx.one(&BY_CREDIT, &params![code])? {
            return Ok(row.get("id")?);
        }
    }
    for row in tx.query(&BY_KEY, &params![names::fold(&new.name)])? {
        let region: Option<String> = row.get("region")?;
        if new.region.is_empty() || region.is_none_or(|region| region == new.region) {
            return Ok(row.get("id")?);
        }
    }
    create(tx, ctx, new)
}
