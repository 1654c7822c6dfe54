//! Whose matter it is (管辖): what was asked and answered, the article, the unit that follows from the place. Advice, kept
//! with the evidence; nothing is assigned by it.

use std::collections::BTreeMap;

use db::{Row, Tx, params};
use kernel::{Ctx, Id, Permission, Refusal, TraderId, UnitId, kind};
use law::{Advice, Law, Question, Whereabouts, nearest_unit};
use serde_json::json;
use web::Result;

use crate::{Matter, matter};

/// Question → answer.
pub type Answers = BTreeMap<String, String>;

/// What was advised.
#[derive(Clone, Debug, Default)]
pub struct Advised {
    /// Question and answer, in Chinese.
    pub answers: Vec<(String, String)>,
    /// Whose matter it is.
    pub whose: String,
    /// The article.
    pub article: String,
    /// The region, by name.
    pub region: String,
    /// The unit it belongs to: id and name; `None` outside the bureau, or where no region is known.
    pub unit: Option<(UnitId, String)>,
    /// What proves it.
    pub evidence: String,
    /// Who asked, and when.
    pub by: String,
}

db::sql! {
    UNITS = "SELECT id, name, region FROM unit WHERE region IS NOT NULL AND closed_on IS NULL ORDER BY path";
    ADDRESSES = "SELECT a.kind, a.region FROM trader_address a WHERE a.trader_id = $1 AND a.to_day IS NULL AND a.region IS NOT NULL ORDER BY a.from_day DESC";
    TRADER_REGION = "SELECT region FROM trader WHERE id = $1";
    MATTER_REGION = "SELECT region FROM matter WHERE id = $1";
    INSERT = "INSERT INTO jurisdiction_advice (id, matter_id, answers, rule, whose, article, region, unit_id, evidence, by_id, at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    LATEST = "SELECT a.answers, a.whose, a.article, a.region, a.unit_id, u.name AS unit_name, a.evidence, o.name AS by_name, a.at \
              FROM jurisdiction_advice a LEFT JOIN unit u ON u.id = a.unit_id LEFT JOIN officer o ON o.id = a.by_id \
              WHERE a.matter_id = $1 ORDER BY a.at DESC, a.id DESC LIMIT 1";
}

/// The questions that can matter for a matter.
pub fn questions(matter: &Matter) -> Vec<&'static Question> {
    Law::in_use().jurisdiction.questions_for(&matter.rule_set, matter.kind.code())
}

/// The region the rule points to, as far as the records know it.
fn region_of(tx: &mut Tx, matter: &Matter, place: Whereabouts) -> Result<Option<String>> {
    let wanted: &[&str] = match place {
        Whereabouts::Trader => &["premises", "domicile"],
        Whereabouts::Shown => &["platform"],
        Whereabouts::Act => {
            let row = tx.one(&MATTER_REGION, &params![matter.id])?;
            return match row.map(|row| row.get::<Option<String>>("region")).transpose()?.flatten() {
                Some(region) => Ok(Some(region)),
                None => region_of(tx, matter, Whereabouts::Trader),
            };
        }
        // The officer names them: no record of ours holds a platform's or a publisher's domicile for sure.
        Whereabouts::Platform | Whereabouts::Named => return Ok(None),
    };
    let Some(trader) = matter.trader else { return Ok(None) };
    let rows = tx.query(&ADDRESSES, &params![trader])?;
    for kind in wanted {
        let row = rows.iter().find(|row| row.get::<String>("kind").is_ok_and(|known| known == *kind));
        if let Some(row) = row {
            return Ok(row.get("region")?);
        }
    }
    if place == Whereabouts::Shown { Ok(None) } else { trader_region(tx, trader) }
}

fn trader_region(tx: &mut Tx, trader: TraderId) -> Result<Option<String>> {
    let row = tx.one(&TRADER_REGION, &params![trader])?;
    Ok(row.map(|row| row.get::<Option<String>>("region")).transpose()?.flatten())
}

/// The unit whose region covers `region`.
///
/// # Errors
/// A fault of the database.
pub fn unit_for(tx: &mut Tx, region: &str) -> Result<Option<(UnitId, String)>> {
    let rows = tx.query(&UNITS, &[])?;
    let read = |row: &Row| {
        Ok::<_, db::Error>((
            row.get::<UnitId>("id")?,
            row.get::<String>("name")?,
            row.get::<String>("region")?,
        ))
    };
    let units: Vec<_> = rows.iter().map(read).collect::<Result<_, _>>()?;
    Ok(nearest_unit(units.iter().map(|(id, name, region)| ((*id, name.clone()), region.as_str())), region))
}

/// Answers whose matter it is and keeps question, answer and evidence with the matter. `region` is a code the officer
/// names; empty: what the records know.
///
/// # Errors
/// Refusals without the right, for a kind the orders do not speak of, a question left open, an unknown region, or missing
/// evidence where the article turns on it.
pub fn advise(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    answers: &Answers,
    region: &str,
    evidence: &str,
) -> Result<()> {
    ctx.may(Permission::Dispatch)?;
    let rules = &Law::in_use().jurisdiction;
    let rule = match rules.advise(&matter.rule_set, matter.kind.code(), answers) {
        Advice::Rule(rule) => rule,
        Advice::Ask(question) => {
            let words = format!("请回答：{}", question.title);
            return Err(Refusal::new("jurisdiction_open", words).at(field(&question.code)).into());
        }
        Advice::Silent => {
            let words = "规定没有写明这种情形由谁处理，请按事项性质判断";
            return Err(Refusal::new("jurisdiction_silent", words).at("respondent").into());
        }
    };
    if rule.evidence && evidence.trim().chars().count() < 6 {
        let words = "请写明联系不上的证据：何时、用什么方式、联系了谁、结果如何，附件名称";
        return Err(Refusal::new("jurisdiction_evidence", words)
            .by(rule.article.clone())
            .at("evidence")
            .into());
    }
    let region = match region.trim() {
        "" => region_of(tx, matter, rule.place)?,
        named if codes::regions::find(named.get(..6).unwrap_or(named), None).is_some() => {
            Some(named.to_owned())
        }
        _ => return Err(Refusal::new("region", "没有这个行政区划代码，请填写六位代码").at("region").into()),
    };
    let unit = region.as_deref().map(|region| unit_for(tx, region)).transpose()?.flatten();
    let id: Id<kind::Journal> = ctx.id();
    let by = ctx.officer().ok().map(|officer| officer.id);
    tx.execute(
        &INSERT,
        &params![
            id,
            matter.id,
            json!(answers).to_string(),
            rule.code,
            rule.whose,
            rule.article,
            region,
            unit.as_ref().map(|(id, _)| *id),
            evidence.trim(),
            by,
            ctx.now
        ],
    )?;
    let to = unit.map(|(_, name)| name);
    let detail =
        json!({ "rule": rule.code, "words": rule.whose, "reason": rule.article, "to": to, "region": region });
    matter::note(tx, ctx, matter.id, "jurisdiction", None, &detail)
}

/// The field of a question; refusals name fields by constant words.
fn field(code: &str) -> &'static str {
    ["shown", "first", "publisher"].into_iter().find(|known| *known == code).unwrap_or("respondent")
}

/// What was advised last.
///
/// # Errors
/// A fault of the database.
pub fn latest(tx: &mut Tx, matter: &Matter) -> Result<Option<Advised>> {
    Ok(tx.one(&LATEST, &params![matter.id])?.as_ref().map(read).transpose()?)
}

fn read(row: &Row) -> Result<Advised, db::Error> {
    let answers: Answers = serde_json::from_str(&row.get::<String>("answers")?).unwrap_or_default();
    let rules = &Law::in_use().jurisdiction;
    let told = rules.questions.iter().filter_map(|question| {
        let answer = answers.get(&question.code).filter(|answer| !answer.is_empty())?;
        Some((question.title.clone(), law::Listed::name(&question.answers, answer).to_owned()))
    });
    let region: Option<String> = row.get("region")?;
    let (unit, name): (Option<UnitId>, Option<String>) = (row.get("unit_id")?, row.get("unit_name")?);
    let by: Option<String> = row.get("by_name")?;
    Ok(Advised {
        answers: told.collect(),
        whose: row.get("whose")?,
        article: row.get("article")?,
        region: region
            .map(|code| format!("{} {code}", codes::regions::path(code.get(..6).unwrap_or(&code), None)))
            .unwrap_or_default(),
        unit: unit.zip(name),
        evidence: row.get("evidence")?,
        by: format!("{} {}", by.unwrap_or_default(), kernel::office_minute(row.get("at")?)),
    })
}
