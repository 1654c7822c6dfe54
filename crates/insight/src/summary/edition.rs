//! Editions of templates: the shipped ones, and those the office writes, tries on its own figures, and puts to use from a day by a
//! second pair of eyes. An edition that was used stays.

use std::borrow::Cow;

use db::{Row, Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, Id, OfficerId, Permission, Refusal, kind};
use serde_json::json;
use web::{Problem, Result};

use super::{Asked, Made, Office, Outward, SHIPPED, Template, make, number, offices, shipped};
use crate::compute::Period;

/// Characters of a template.
const LONGEST: usize = 20_000;

/// An id of an edition.
pub type EditionId = Id<kind::Journal>;

db::sql! {
    ALL = "SELECT t.id, t.key, t.name, t.source, t.note, t.series, t.word, t.has_head, t.mark, t.begins, t.proposed_by, p.name AS proposer, t.valid_from, d.name AS decider, t.decided_at \
           FROM summary_template t JOIN officer p ON p.id = t.proposed_by LEFT JOIN officer d ON d.id = t.decided_by ORDER BY t.proposed_at, t.id";
    INSERT = "INSERT INTO summary_template (id, key, name, source, note, proposed_by, proposed_at, series, word, has_head, mark, begins) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    ACTIVATE = "UPDATE summary_template SET valid_from = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND valid_from IS NULL";
}

/// An edition that the office wrote.
#[derive(Clone, Debug)]
pub struct Edition {
    /// Its id.
    pub id: EditionId,
    /// Key of its template.
    pub key: String,
    /// Name.
    pub name: String,
    /// Text.
    pub source: String,
    /// What was changed and why.
    pub note: String,
    /// How its reports go out.
    pub outward: Outward,
    /// The first number that is given, such as 消保通〔2026〕3号; empty to begin with 1.
    pub begins: String,
    proposed_by: OfficerId,
    /// Who proposed it.
    pub proposer: String,
    /// First day of use; none while it is proposed.
    pub valid_from: Option<Date>,
    /// Who put it to use.
    pub decider: Option<String>,
    decided_at: Option<jiff::Timestamp>,
}

fn read(row: &Row) -> Result<Edition, db::Error> {
    Ok(Edition {
        id: row.get("id")?,
        key: row.get("key")?,
        name: row.get("name")?,
        source: row.get("source")?,
        note: row.get("note")?,
        outward: Outward::read(row)?,
        begins: row.get("begins")?,
        proposed_by: row.get("proposed_by")?,
        proposer: row.get("proposer")?,
        valid_from: row.get("valid_from")?,
        decider: row.get("decider")?,
        decided_at: row.get("decided_at")?,
    })
}

/// What the office wrote, in order.
///
/// # Errors
/// A fault of the database.
pub fn editions(tx: &mut Tx) -> Result<Vec<Edition>> {
    Ok(tx.query(&ALL, &[])?.iter().map(read).collect::<Result<_, _>>()?)
}

/// One of them.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn edition(tx: &mut Tx, id: EditionId) -> Result<Edition> {
    editions(tx)?.into_iter().find(|one| one.id == id).ok_or(Problem::NotFound)
}

/// Which of `editions` is in use for `key` on `day`; none where the shipped one is.
pub fn in_use<'a>(editions: &'a [Edition], key: &str, day: Date) -> Option<&'a Edition> {
    let begun = |one: &&Edition| one.key == key && one.valid_from.is_some_and(|from| from <= day);
    editions.iter().filter(begun).max_by_key(|one| (one.valid_from, one.decided_at))
}

/// The templates in use today: shipped ones in their order, then the office's own.
///
/// # Errors
/// A fault of the database.
pub fn templates(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Template>> {
    let all = editions(tx)?;
    let mut keys: Vec<&str> = SHIPPED.iter().map(|one| one.key.as_ref()).collect();
    for one in &all {
        if !keys.contains(&one.key.as_str()) {
            keys.push(&one.key);
        }
    }
    let used = |key: &&str| {
        let own = in_use(&all, key, ctx.today()).map(|one| Template {
            key: Cow::Owned(one.key.clone()),
            name: Cow::Owned(one.name.clone()),
            source: Cow::Owned(one.source.clone()),
            outward: one.outward.clone(),
        });
        own.or_else(|| shipped(key).cloned())
    };
    Ok(keys.iter().filter_map(used).collect())
}

/// The template in use today under `key`.
///
/// # Errors
/// A fault of the database.
pub fn template(tx: &mut Tx, ctx: &Ctx, key: &str) -> Result<Option<Template>> {
    Ok(templates(tx, ctx)?.into_iter().find(|one| one.key == key))
}

/// What is typed of an edition.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Key of the template; empty for one of the office's own that is new.
    pub key: String,
    /// Name.
    pub name: String,
    /// Text.
    pub source: String,
    /// What was changed and why.
    pub note: String,
    /// How its reports go out.
    pub outward: Outward,
}

/// The typed template on the figures of the actor's own unit in the month before; keeps nothing.
///
/// # Errors
/// A refusal with the place and what to mend.
pub fn preview(tx: &mut Tx, ctx: &Ctx, draft: &Draft) -> Result<Made> {
    let officer = ctx.officer()?.clone();
    if draft.name.trim().is_empty() {
        return Err(Refusal::new("name", "请填写模板名称").at("name").into());
    }
    if draft.source.trim().is_empty() || draft.source.chars().count() > LONGEST {
        return Err(Refusal::new("source", format!("请填写模板，最多 {LONGEST} 字")).at("source").into());
    }
    let template = Template {
        key: Cow::Borrowed("preview"),
        name: Cow::Owned(draft.name.trim().to_owned()),
        source: Cow::Owned(draft.source.clone()),
        outward: draft.outward.clone().typed()?,
    };
    let own: Vec<Office> = offices(tx, ctx)?;
    let office = own.iter().find(|office| office.id == officer.unit).ok_or(Problem::NotFound)?;
    let last = ctx.today().first_of_month().yesterday().unwrap_or(ctx.today());
    let period = Period { from: last.first_of_month(), to: last };
    let about = Some((officer.id, officer.name));
    make(tx, ctx, &Asked { office, period, template: &template, about })
}

/// Proposes an edition; it is tried on the office's own figures first and is not in use yet.
///
/// # Errors
/// As [`preview`]; a refusal without the right.
pub fn propose(tx: &mut Tx, ctx: &Ctx, draft: &Draft) -> Result<EditionId> {
    ctx.may(Permission::Approve)?;
    let id: EditionId = ctx.id();
    let known = draft.key.is_empty()
        || shipped(&draft.key).is_some()
        || editions(tx)?.iter().any(|one| one.key == draft.key);
    if !known {
        return Err(Problem::NotFound);
    }
    preview(tx, ctx, draft)?;
    let key = if draft.key.is_empty() { format!("own-{}", id.uuid().simple()) } else { draft.key.clone() };
    let (name, note) = (draft.name.trim(), draft.note.trim());
    let outward = draft.outward.clone().typed()?;
    let row = params![id, key, name, draft.source, note, ctx.officer()?.id, ctx.now];
    let begins = draft.outward.begins();
    tx.execute(&INSERT, &[row.as_slice(), &outward.columns(), &params![begins]].concat())?;
    let detail = json!({ "template": name, "key": key, "digest": super::digest(&draft.source), "number": outward.told() });
    journal::note(tx, ctx, &id.to_string(), "summary_template_proposed", &detail)?;
    Ok(id)
}

/// Puts an edition to use from a day on. Reports that were made keep theirs.
///
/// # Errors
/// Refusals without the right, for one's own proposal, for a day that has passed; stale when it is in use.
pub fn activate(tx: &mut Tx, ctx: &Ctx, id: EditionId, from: Option<Date>) -> Result<()> {
    ctx.may(Permission::ConfirmSettings)?;
    let one = edition(tx, id)?;
    if one.proposed_by == ctx.officer()?.id {
        return Err(Refusal::new(
            "four_eyes",
            "模板不能由提出的人自己启用，请由另一位局领导核准；只有一位局领导的，请由科室负责人提出",
        )
        .into());
    }
    let from = from
        .filter(|from| *from >= ctx.today())
        .ok_or_else(|| Refusal::new("valid_from", "请填写启用日期，不能早于今天").at("valid_from"))?;
    number::begin(tx, ctx, &one.begins)?;
    tx.exactly_one(&ACTIVATE, &params![id, from, ctx.officer()?.id, ctx.now])?;
    let detail = json!({ "template": one.name, "key": one.key, "from": from });
    Ok(journal::note(tx, ctx, &id.to_string(), "summary_template_active", &detail)?)
}
