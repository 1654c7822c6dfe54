//! Numbers of papers: `__市监__〔年〕第__号`. The series belongs to the unit whose short name stands in front: the matter's own
//! unit or the nearest above it that has one, at last the bureau; without gaps per unit, word (字) and year.

use std::collections::BTreeMap;

use db::{Tx, params};
use kernel::{Ctx, Refusal, UnitId};
use matters::Matter;
use web::Result;

use crate::form::{self, Form};

db::sql! {
    ABOVE = "SELECT id, code, name, path FROM unit ORDER BY path";
    TAKEN = "SELECT COUNT(*) FROM paper WHERE number = $1";
}

/// A unit that may sign papers with a short name of its own.
#[derive(Clone, Debug)]
pub struct Signer {
    /// Its id.
    pub id: UnitId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    path: String,
    /// Its short name, when set.
    pub short: Option<String>,
}

fn key_of_short(code: &str) -> String {
    format!("papers.short.{code}")
}

fn key_of_word(form: &str) -> String {
    format!("papers.word.{form}")
}

const SEAL: &str = "papers.seal";
const SITE: &str = "papers.site";

/// The public address of the office's pages, without a stroke at its end; `None` where nobody set one.
///
/// # Errors
/// A fault of the database.
pub fn site(tx: &mut Tx) -> Result<Option<String>> {
    Ok(people::setting(tx, SITE)?.filter(|site| !site.is_empty()))
}

/// An address as it is kept; `None` for what is none.
fn address(typed: &str) -> Option<String> {
    let site = typed.trim().trim_end_matches('/');
    let rest = site.strip_prefix("https://").or_else(|| site.strip_prefix("http://"))?;
    let known = |sign: char| sign.is_ascii_alphanumeric() || ".-:/_".contains(sign);
    (rest.starts_with(|sign: char| sign.is_ascii_alphanumeric()) && rest.chars().all(known))
        .then(|| site.to_owned())
}

/// Every unit with its short name.
///
/// # Errors
/// A fault of the database.
pub fn signers(tx: &mut Tx) -> Result<Vec<Signer>> {
    let rows = tx.query(&ABOVE, &[])?;
    let mut signers = Vec::new();
    for row in &rows {
        let code: String = row.get("code")?;
        let short = people::setting(tx, &key_of_short(&code))?.filter(|short| !short.is_empty());
        signers.push(Signer {
            id: row.get("id")?,
            code,
            name: row.get("name")?,
            path: row.get("path")?,
            short,
        });
    }
    Ok(signers)
}

/// The short name a bureau has before somebody sets one: its name without what every bureau is called.
pub fn short_of(name: &str) -> &str {
    ["市场监督管理局", "市场监管局", "分局", "局"]
        .into_iter()
        .find_map(|ending| name.strip_suffix(ending))
        .filter(|short| !short.is_empty())
        .unwrap_or(name)
}

/// The unit whose series a matter's papers take, with its short name.
fn signer(tx: &mut Tx, matter: &Matter) -> Result<(UnitId, String)> {
    let all = signers(tx)?;
    let above: Vec<&Signer> = all.iter().filter(|unit| matter.unit_path.starts_with(&unit.path)).collect();
    let own = above.iter().rev().find_map(|unit| unit.short.clone().map(|short| (unit.id, short)));
    let bureau = || above.first().map(|unit| (unit.id, short_of(&unit.name).to_owned()));
    Ok(own.or_else(bureau).unwrap_or_else(|| (matter.unit, String::new())))
}

/// The full name above the seal.
///
/// # Errors
/// A fault of the database.
pub fn seal_name(tx: &mut Tx) -> Result<String> {
    for key in [SEAL, "bureau"] {
        if let Some(name) = people::setting(tx, key)?.filter(|name| !name.is_empty()) {
            return Ok(name);
        }
    }
    Ok(signers(tx)?.into_iter().next().map_or_else(String::new, |unit| unit.name))
}

/// The word (字) of a form's numbers.
///
/// # Errors
/// A fault of the database.
pub fn word(tx: &mut Tx, form: &Form) -> Result<String> {
    let own = people::setting(tx, &key_of_word(&form.key))?.filter(|word| !word.is_empty());
    Ok(own.unwrap_or_else(|| form.word.clone()))
}

/// The next number for a paper of `form`, in the transaction that approves it.
///
/// # Errors
/// A refusal when the number was given before under another unit's series.
pub fn take(tx: &mut Tx, ctx: &Ctx, matter: &Matter, form: &Form) -> Result<String> {
    let (unit, short) = signer(tx, matter)?;
    let word = word(tx, form)?;
    let year = ctx.today().year();
    let ordinal = matters::next_paper(tx, unit, &format!("paper:{word}"), year)?;
    let number = format!("{short}市监{word}〔{year}〕第{ordinal}号");
    if tx.scalar::<i64>(&TAKEN, &params![number])? > 0 {
        let words =
            format!("文号 {number} 已经用过：有两个单位用了同一个机关简称，请管理员在“文书式样—文号”中改正");
        return Err(Refusal::new("number_taken", words).into());
    }
    Ok(number)
}

/// What the administrator sets: the name above the seal, the short name per unit, the word per form.
#[derive(Clone, Debug, Default)]
pub struct Numbering {
    /// Full name of the office above the seal.
    pub seal: String,
    /// Public address of the office's pages, printed where a paper can be checked; empty where there is none.
    pub site: String,
    /// Short name by unit code.
    pub shorts: BTreeMap<String, String>,
    /// 字 by form key.
    pub words: BTreeMap<String, String>,
}

/// What is set now.
///
/// # Errors
/// A fault of the database.
pub fn numbering(tx: &mut Tx) -> Result<Numbering> {
    let site = site(tx)?.unwrap_or_default();
    let mut now = Numbering { seal: seal_name(tx)?, site, ..Numbering::default() };
    for unit in signers(tx)? {
        now.shorts.insert(unit.code, unit.short.unwrap_or_default());
    }
    for form in form::all().iter().filter(|form| form.is_numbered()) {
        now.words.insert(form.key.clone(), word(tx, form)?);
    }
    Ok(now)
}

/// Stores what the administrator set; new numbers follow it, numbers that were given stay.
///
/// # Errors
/// Refusals for a missing seal name or word, or two units with the same short name.
pub fn set_numbering(tx: &mut Tx, ctx: &Ctx, new: &Numbering) -> Result<()> {
    ctx.may(kernel::Permission::KeepSettings)?;
    if new.seal.trim().is_empty() {
        return Err(Refusal::new("seal", "请填写落款的机关全称").at("seal").into());
    }
    let mut seen: Vec<String> = Vec::new();
    for (at, unit) in signers(tx)?.iter().enumerate() {
        let typed = new.shorts.get(&unit.code).map_or("", |short| short.trim());
        let short = if typed.is_empty() && at == 0 { short_of(&unit.name) } else { typed };
        if !short.is_empty() && seen.iter().any(|other| other == short) {
            let words = format!("{}的简称“{short}”与另一个单位相同，文号会重复", unit.name);
            return Err(Refusal::new("short_twice", words).into());
        }
        seen.push(short.to_owned());
        people::set_setting(tx, ctx, &key_of_short(&unit.code), typed)?;
    }
    for (key, word) in &new.words {
        let known = form::find(key).is_some_and(Form::is_numbered);
        if !known || word.trim().is_empty() || word.chars().count() > 10 {
            return Err(Refusal::new("word", "每种文书都要有“字”，最多 10 个字").into());
        }
        people::set_setting(tx, ctx, &key_of_word(key), word.trim())?;
    }
    people::set_setting(tx, ctx, SEAL, new.seal.trim())?;
    let site = if new.site.trim().is_empty() { Some(String::new()) } else { address(&new.site) };
    let words = "公开网址请写成 https://12315.example.gov.cn 的样子";
    let site = site.ok_or_else(|| Refusal::new("site", words).at("site"))?;
    people::set_setting(tx, ctx, SITE, &site)?;
    let detail = serde_json::json!({ "words": "文号设置" });
    Ok(journal_note(tx, ctx, "paper_numbering", &detail)?)
}

/// A journal row about the forms themselves, which belong to no matter.
pub(crate) fn journal_note(
    tx: &mut Tx,
    ctx: &Ctx,
    verb: &str,
    detail: &serde_json::Value,
) -> Result<(), db::Error> {
    journal::note(tx, ctx, "forms", verb, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_one_and_nothing_else() {
        assert_eq!(
            address(" https://12315.example.gov.cn/ ").as_deref(),
            Some("https://12315.example.gov.cn")
        );
        for wrong in
            ["12315.example.gov.cn", "javascript:alert(1)", "https://", "https://a b", "https://a?x=1"]
        {
            assert_eq!(address(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_bureau_has_a_short_name_before_one_is_set() {
        assert_eq!(short_of("哈尔滨市南岗区市场监督管理局"), "哈尔滨市南岗区");
        assert_eq!(short_of("南岗分局"), "南岗");
        assert_eq!(short_of("市场监督管理局"), "市场监督管理局");
    }
}
