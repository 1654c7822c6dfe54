//! A trader's record.

use db::{Row, Tx, params};
use jiff::Timestamp;
use kernel::TraderId;
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
#[derive(Clone, Debug, PartialEq)]
pub struct Trader {
    /// Its id.
    pub id: TraderId,
    /// Its name.
    pub name: String,
    /// 统一社会信用代码, normalised.
    pub credit_code: Option<String>,
    /// 15-digit 注册号.
    pub old_number: Option<String>,
    /// 9-character 组织机构代码.
    pub organisation_code: Option<String>,
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
    /// When the record was made.
    pub created_at: Timestamp,
    /// For the check of simultaneous changes.
    pub version: i64,
}

db::sql! {
    FIND = "SELECT id, name, credit_code, old_number, organisation_code, form, state, industry, region, address, phone, contact, \
            merged_into, created_at, version FROM trader WHERE id = $1";
    KEPT = "WITH RECURSIVE chain (id, merged_into, steps) AS (SELECT t.id, t.merged_into, 0 FROM trader t WHERE t.id = $1 \
            UNION ALL SELECT t.id, t.merged_into, c.steps + 1 FROM chain c JOIN trader t ON t.id = c.merged_into \
            WHERE c.steps < 100) SELECT id FROM chain WHERE merged_into IS NULL";
}

fn read(row: &Row) -> Result<Trader, db::Error> {
    Ok(Trader {
        id: row.get("id")?,
        name: row.get("name")?,
        credit_code: row.get("credit_code")?,
        old_number: row.get("old_number")?,
        organisation_code: row.get("organisation_code")?,
        form: row.get("form")?,
        state: row.get("state")?,
        industry: row.get("industry")?,
        region: row.get("region")?,
        address: row.get("address")?,
        phone: row.get("phone")?,
        contact: row.get("contact")?,
        merged_into: row.get("merged_into")?,
        created_at: row.get("created_at")?,
        version: row.get("version")?,
    })
}

/// The trader with `id`, also when it was merged into another.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn find(tx: &mut Tx, id: TraderId) -> Result<Trader> {
    let row = tx.one(&FIND, &params![id])?.ok_or(Problem::NotFound)?;
    Ok(read(&row)?)
}

/// The record that is kept for `id`: itself, or the one it was merged into, through every later merge. Matters keep the id
/// they were registered with; whoever reads asks here.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn kept_id(tx: &mut Tx, id: TraderId) -> Result<TraderId> {
    let row = tx.one(&KEPT, &params![id])?.ok_or(Problem::NotFound)?;
    Ok(row.get("id")?)
}

impl Trader {
    /// Its codes with their level and reason (regulations §3.2).
    pub fn checks(&self) -> Vec<codes::Checked> {
        use codes::Kind;
        let codes = [
            (Kind::CreditCode, &self.credit_code),
            (Kind::OrganisationCode, &self.organisation_code),
            (Kind::BusinessNumber, &self.old_number),
        ];
        let checked = |(kind, code): (Kind, &Option<String>)| Some(codes::check_as(kind, code.as_deref()?));
        codes.into_iter().filter_map(checked).collect()
    }
}
