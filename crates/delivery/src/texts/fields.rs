//! What a text may say of a matter: nothing about a person beyond what the addressee's own matter is about.

use db::{Row, Tx, params};
use jiff::{Timestamp, civil::Date};
use kernel::{Ctx, day_words};
use law::Law;
use matters::{Kind, Matter};
use serde_json::Value as Json;
use web::Result;

/// A field that texts may hold.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// As it is written in a text.
    pub name: &'static str,
    /// What it is, for the page.
    pub words: &'static str,
    /// An example.
    pub example: &'static str,
}

impl Field {
    /// As it stands in a text, with its braces.
    pub fn written(&self) -> String {
        format!("{{{{ {} }}}}", self.name)
    }
}

const fn field(name: &'static str, words: &'static str, example: &'static str) -> Field {
    Field { name, words, example }
}

/// Every field, in the order of the page. Names, numbers and addresses of people are not among them.
pub const FIELDS: &[Field] = &[
    field("number", "编号", "TS-2301-2026-00012"),
    field("title", "标题", "乳制品变质"),
    field("kind", "事项类别", "投诉"),
    field("bureau", "本局名称", "南岗分局"),
    field("unit", "承办机构", "中山所"),
    field("phone", "承办机构电话", "0451-88667755"),
    field("today", "今天的日期", "2026年9月28日"),
    field("received", "收到日期", "2026年9月23日"),
    field("trader", "被投诉人、被举报人名称", "好再来超市"),
    field("due", "正在计算的最近期限的到期日", "2026年11月27日"),
    field("grounds", "不予受理或者终止调解的理由和依据", "不属于市场监督管理部门职责（第十六条第一项）"),
    field("ways", "其他解决途径", "依法申请仲裁；向人民法院提起诉讼"),
    field("items", "需要补正的材料", "身份证明材料"),
    field("until", "补正期限", "2026年10月9日"),
    field("session", "调解时间和地点", "2026年10月12日9时30分，在中山所"),
];

/// The fields with their values.
pub type Fields = Vec<(&'static str, String)>;

/// The fields on an example.
pub fn sample() -> Fields {
    FIELDS.iter().map(|field| (field.name, field.example.to_owned())).collect()
}

db::sql! {
    UNIT = "SELECT name, phone FROM unit WHERE id = $1";
    BUREAU = "SELECT value AS name FROM setting WHERE key = 'bureau'";
    TOP = "SELECT name FROM unit WHERE parent_id IS NULL ORDER BY path LIMIT 1";
    TRADER = "SELECT name FROM trader WHERE id = $1";
    DUE = "SELECT due FROM clock WHERE matter_id = $1 AND stopped_on IS NULL ORDER BY CASE key WHEN $2 THEN 0 ELSE 1 END, due LIMIT 1";
    COMPLAINT = "SELECT refusal_ground, refusal_words, termination_ground, termination_words FROM complaint WHERE matter_id = $1";
    MATERIAL = "SELECT items, until_day FROM material_request WHERE matter_id = $1 ORDER BY asked_on DESC, id DESC LIMIT 1";
    SESSION = "SELECT planned_at, place FROM mediation_session WHERE matter_id = $1 ORDER BY planned_at DESC, id DESC LIMIT 1";
}

fn moment(at: Timestamp) -> String {
    let local = kernel::OFFICE_ZONE.to_datetime(at);
    let minutes = if local.minute() == 0 { String::new() } else { format!("{}分", local.minute()) };
    format!("{}{}时{minutes}", day_words(local.date()), local.hour())
}

fn name(row: Option<Row>) -> Result<String> {
    Ok(row.map(|row| row.get("name")).transpose()?.unwrap_or_default())
}

/// The fields of `matter` for a notice of `kind`.
///
/// # Errors
/// A fault of the database.
pub fn of(tx: &mut Tx, ctx: &Ctx, matter: &Matter, kind: &str) -> Result<Fields> {
    let unit = tx.one(&UNIT, &params![matter.unit])?;
    let phone = unit.as_ref().map(|row| row.get::<String>("phone")).transpose()?.unwrap_or_default();
    let bureau = match name(tx.one(&BUREAU, &[])?)? {
        none if none.is_empty() => name(tx.one(&TOP, &[])?)?,
        found => found,
    };
    let trader = match matter.trader {
        Some(id) => name(tx.one(&TRADER, &params![id])?)?,
        None => String::new(),
    };
    // Who is told of an acceptance wants to know the end of the mediation, not of the acceptance.
    let first = if kind == "accepted" { "mediate" } else { "" };
    let due = tx.one(&DUE, &params![matter.id, first])?.map(|row| row.get::<Date>("due")).transpose()?;
    let (items, until, session) = procedure(tx, matter)?;
    let kind_words = if matter.kind == Kind::Complaint { "投诉" } else { matter.kind.label() };
    Ok(vec![
        ("number", matter.number.clone()),
        ("title", matter.title.clone()),
        ("kind", kind_words.to_owned()),
        ("bureau", bureau),
        ("unit", name(unit)?),
        ("phone", phone),
        ("today", day_words(ctx.today())),
        ("received", day_words(matter.received_on)),
        ("trader", trader),
        ("due", due.map_or_else(String::new, day_words)),
        ("grounds", grounds(tx, matter, kind)?),
        ("ways", ways(matter)),
        ("items", items),
        ("until", until),
        ("session", session),
    ])
}

fn ways(matter: &Matter) -> String {
    let set = Law::in_use().rule_set(&matter.rule_set);
    set.map_or_else(String::new, |set| set.remedies().collect::<Vec<_>>().join("；"))
}

/// The ground of the refusal or termination, with its article, in the officer's words.
fn grounds(tx: &mut Tx, matter: &Matter, kind: &str) -> Result<String> {
    let (Some(row), Some(set)) =
        (tx.one(&COMPLAINT, &params![matter.id])?, Law::in_use().rule_set(&matter.rule_set))
    else {
        return Ok(String::new());
    };
    let (list, ground, words) = if kind == "terminated" {
        (&set.termination_grounds, row.get("termination_ground")?, row.get("termination_words")?)
    } else {
        (&set.refusal_grounds, row.get("refusal_ground")?, row.get("refusal_words")?)
    };
    let (ground, words): (Option<String>, Option<String>) = (ground, words);
    let article = ground.and_then(|code| list.iter().find(|ground| ground.code == code));
    Ok(match (words, article) {
        (Some(words), Some(ground)) => {
            format!("{}（{}{}）", words.trim_end_matches('。'), set.citation(), ground.article)
        }
        (Some(words), None) => words,
        _ => String::new(),
    })
}

fn procedure(tx: &mut Tx, matter: &Matter) -> Result<(String, String, String)> {
    let (mut items, mut until, mut session) = Default::default();
    if let Some(row) = tx.one(&MATERIAL, &params![matter.id])? {
        let list: Json = serde_json::from_str(&row.get::<String>("items")?).unwrap_or_default();
        let words: Vec<&str> = list.as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        items = words.join("、");
        until = day_words(row.get("until_day")?);
    }
    if let Some(row) = tx.one(&SESSION, &params![matter.id])? {
        let (at, place): (Timestamp, String) = (row.get("planned_at")?, row.get("place")?);
        session = moment(at);
        if !place.is_empty() {
            session = format!("{session}，在{place}");
        }
    }
    Ok((items, until, session))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_written_out() {
        assert_eq!(day_words(jiff::civil::date(2026, 9, 8)), "2026年9月8日");
        assert_eq!(moment("2026-10-12T01:30:00Z".parse().unwrap()), "2026年10月12日9时30分");
        assert_eq!(moment("2026-10-12T01:00:00Z".parse().unwrap()), "2026年10月12日9时");
    }
}
