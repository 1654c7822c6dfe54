//! Editions of the forms' texts: the shipped ones, and those the bureau writes, tries and puts to use from a day. An edition
//! that was used stays; a paper keeps the text it was made by.

use db::{Row, Tx, params};
use jiff::{Timestamp, civil::Date};
use kernel::{Ctx, FormEditionId, Permission, Refusal};
use law::{Law, RuleSet};
use serde_json::json;
use web::{Problem, Result};

use crate::{
    document::Document,
    facts,
    form::{self, Form},
    language::{self, Fault},
    number::journal_note,
    print::{self, Heading},
    values::{self, Values},
};

/// An edition of a form's text.
#[derive(Clone, Debug)]
pub struct Edition {
    /// `None`: shipped.
    pub id: Option<FormEditionId>,
    /// The form's key.
    pub form: String,
    /// The series: the first of the rule sets it serves.
    pub series: String,
    /// The title in print.
    pub title: String,
    /// The text.
    pub text: String,
    /// Where it comes from.
    pub note: String,
    /// First day of use; `None` while it is being written.
    pub valid_from: Option<Date>,
    /// When it was put to use: the later one wins on the same day.
    pub activated_at: Option<Timestamp>,
    /// For the check of simultaneous changes.
    pub version: i64,
}

db::sql! {
    OF = "SELECT id, form, series, title, text, note, valid_from, activated_at, version FROM form_edition WHERE form = $1 ORDER BY made_at, id";
    ONE = "SELECT id, form, series, title, text, note, valid_from, activated_at, version FROM form_edition WHERE id = $1";
    INSERT = "INSERT INTO form_edition (id, form, series, title, text, note, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    UPDATE = "UPDATE form_edition SET title = $3, text = $4, note = $5, version = version + 1 WHERE id = $1 AND version = $2 AND valid_from IS NULL";
    ACTIVATE = "UPDATE form_edition SET valid_from = $3, activated_by = $4, activated_at = $5, version = version + 1 WHERE id = $1 AND version = $2 AND valid_from IS NULL";
}

fn read(row: &Row) -> Result<Edition, db::Error> {
    Ok(Edition {
        id: Some(row.get("id")?),
        form: row.get("form")?,
        series: row.get("series")?,
        title: row.get("title")?,
        text: row.get("text")?,
        note: row.get("note")?,
        valid_from: row.get("valid_from")?,
        activated_at: row.get("activated_at")?,
        version: row.get("version")?,
    })
}

/// The shipped edition of a series.
pub fn shipped(form: &Form, series: &str) -> Option<Edition> {
    form.series(series).map(|edition| Edition {
        id: None,
        form: form.key.clone(),
        series: edition.series().to_owned(),
        title: edition.title.clone(),
        text: form.text_of(edition).to_owned(),
        note: edition.note.clone(),
        valid_from: Some(edition.valid_from),
        activated_at: None,
        version: 0,
    })
}

/// The editions of a form: shipped first, then the bureau's own.
///
/// # Errors
/// A fault of the database.
pub fn of(tx: &mut Tx, form: &Form) -> Result<Vec<Edition>> {
    let own = tx.query(&OF, &params![form.key])?.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let shipped = form.editions.iter().filter_map(|edition| shipped(form, edition.series()));
    Ok(shipped.chain(own).collect())
}

/// The edition with `id`.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn find(tx: &mut Tx, id: FormEditionId) -> Result<Edition> {
    let row = tx.one(&ONE, &params![id])?.ok_or(Problem::NotFound)?;
    Ok(read(&row)?)
}

/// Which of `editions` of one form is in use for `series` on `day`.
pub fn in_use<'a>(editions: &'a [Edition], series: &str, day: Date) -> Option<&'a Edition> {
    let valid = editions.iter().filter(|edition| {
        edition.series == series && edition.valid_from.is_some_and(|from| from <= day || edition.id.is_none())
    });
    // The shipped edition is the ground: any of the bureau's own that is in force stands above it.
    valid.max_by_key(|edition| (edition.id.is_some(), edition.valid_from, edition.activated_at))
}

/// The edition for a matter's rule set today.
///
/// # Errors
/// A refusal when no edition serves the rule set.
pub fn for_rule_set(tx: &mut Tx, ctx: &Ctx, form: &Form, rule_set: &str) -> Result<Edition> {
    let series = form.shipped(rule_set).map(|edition| edition.series().to_owned());
    let series = series.ok_or_else(|| Refusal::new("no_edition", "这种文书没有适用于本件规定的式样"))?;
    let editions = of(tx, form)?;
    in_use(&editions, &series, ctx.today()).cloned().ok_or(Problem::NotFound)
}

/// What is typed of an edition.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The title in print.
    pub title: String,
    /// The text.
    pub text: String,
    /// Where it comes from, why it was changed.
    pub note: String,
}

fn refuse(fault: &Fault) -> Refusal {
    Refusal::new("form_text", fault.sentence()).at("text")
}

/// Tries a draft: the closed grammar, then the sample matter and an empty one under every rule set of its series.
///
/// # Errors
/// A refusal with the line and what to mend.
pub fn check(form: &Form, series: &str, draft: &Draft) -> Result<(), Refusal> {
    if draft.title.trim().is_empty() {
        return Err(Refusal::new("title", "请填写文书标题").at("title"));
    }
    language::check(&draft.text, &form.names(), form.is_numbered()).map_err(|fault| refuse(&fault))?;
    for set in sets(form, series) {
        for values in [sample_values(form, set), Values::new()] {
            let kind = kind_of(form);
            language::render(&draft.text, &values::context(form, &values, set, kind))
                .map_err(|fault| refuse(&fault))?;
        }
    }
    Ok(())
}

fn kind_of(form: &Form) -> matters::Kind {
    let kind = matters::Kind::ALL.iter().copied().find(|kind| form.is_for(*kind));
    kind.unwrap_or(matters::Kind::Complaint)
}

fn sets<'a>(form: &'a Form, series: &str) -> impl Iterator<Item = &'static RuleSet> + 'a {
    let ids = form.series(series).map_or(&[][..], |edition| &edition.rule_sets[..]);
    ids.iter().filter_map(|id| Law::in_use().rule_set(id))
}

/// The values of the sample matter.
pub fn sample_values(form: &Form, set: &RuleSet) -> Values {
    let mut facts = facts::sample();
    if set.refusal_grounds.is_empty() {
        facts.remove("refusal_ground");
    }
    let mut values = values::fill(form, &facts, "哈尔滨市南岗区市场监督管理局");
    for field in &form.fields {
        let words = facts::sample_words(&field.key);
        if field.source.is_empty() && !words.is_empty() {
            values.insert(field.key.clone(), words.to_owned());
        }
    }
    values
}

/// A text on the sample matter, as blocks.
///
/// # Errors
/// A refusal with the line and what to mend.
pub fn on_sample(form: &Form, series: &str, draft: &Draft) -> Result<(Document, Heading), Refusal> {
    let set = sets(form, series).next().ok_or_else(|| Refusal::new("series", "没有这个系列的式样"))?;
    let values = sample_values(form, set);
    let marked = language::render(&draft.text, &values::context(form, &values, set, kind_of(form)))
        .map_err(|fault| refuse(&fault))?;
    let number = form.is_numbered().then(|| format!("哈南市监{}〔2026〕第1号", form.word));
    let day = form.is_numbered().then(|| Date::constant(2026, 10, 8));
    Ok((Document::parse(&marked), Heading { title: draft.title.clone(), number, day, check: None }))
}

/// A shipped edition on the sample matter as plain text: what the golden files hold.
///
/// # Errors
/// As [`on_sample`].
pub fn sample_text(form: &Form, series: &str) -> Result<String, Refusal> {
    let edition = shipped(form, series).ok_or_else(|| Refusal::new("series", "没有这个系列的式样"))?;
    let draft = Draft { title: edition.title, text: edition.text, note: edition.note };
    let (document, heading) = on_sample(form, series, &draft)?;
    Ok(print::text(&document, &heading))
}

/// Stores a new edition, not in use yet.
///
/// # Errors
/// As [`check`]; without the right.
pub fn write(tx: &mut Tx, ctx: &Ctx, form: &Form, series: &str, draft: &Draft) -> Result<FormEditionId> {
    ctx.may(Permission::KeepSettings)?;
    check(form, series, draft)?;
    let id: FormEditionId = ctx.id();
    let (title, note) = (draft.title.trim(), draft.note.trim());
    let row = params![id, form.key, series, title, draft.text, note, ctx.officer()?.id, ctx.now];
    tx.execute(&INSERT, &row)?;
    let detail = json!({ "paper": title, "form": form.key, "series": series });
    journal_note(tx, ctx, "form_written", &detail)?;
    Ok(id)
}

/// Changes an edition that is not in use yet.
///
/// # Errors
/// As [`check`]; stale; a refusal once it is in use.
pub fn rewrite(tx: &mut Tx, ctx: &Ctx, id: FormEditionId, version: i64, draft: &Draft) -> Result<()> {
    ctx.may(Permission::KeepSettings)?;
    let edition = find(tx, id)?;
    let form = form::find(&edition.form).ok_or(Problem::NotFound)?;
    unused(&edition)?;
    check(form, &edition.series, draft)?;
    let row = params![id, version, draft.title.trim(), draft.text, draft.note.trim()];
    tx.exactly_one(&UPDATE, &row)?;
    let detail = json!({ "paper": draft.title.trim(), "form": edition.form, "series": edition.series });
    Ok(journal_note(tx, ctx, "form_written", &detail)?)
}

fn unused(edition: &Edition) -> Result<(), Refusal> {
    if edition.valid_from.is_some() {
        let words = "这一版已经启用，不能再改；请以它为底稿另存新版";
        return Err(Refusal::new("edition_in_use", words));
    }
    Ok(())
}

/// Puts an edition to use from a day on; earlier papers keep theirs.
///
/// # Errors
/// Refusals for a day that has passed, or an edition in use; stale.
pub fn activate(tx: &mut Tx, ctx: &Ctx, id: FormEditionId, version: i64, from: Option<Date>) -> Result<()> {
    ctx.may(Permission::KeepSettings)?;
    let edition = find(tx, id)?;
    unused(&edition)?;
    let from = from
        .filter(|from| *from >= ctx.today())
        .ok_or_else(|| Refusal::new("valid_from", "请填写启用日期，不能早于今天").at("valid_from"))?;
    tx.exactly_one(&ACTIVATE, &params![id, version, from, ctx.officer()?.id, ctx.now])?;
    let detail =
        json!({ "paper": edition.title, "form": edition.form, "series": edition.series, "from": from });
    Ok(journal_note(tx, ctx, "form_activated", &detail)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edition(id: Option<u128>, from: Option<&str>) -> Edition {
        let form = form::find("acceptance").unwrap();
        Edition {
            id: id.map(|id: u128| format!("{id:032x}").parse().unwrap()),
            valid_from: from.map(|from| from.parse().unwrap()),
            ..shipped(form, "R121").unwrap()
        }
    }

    #[test]
    fn the_newest_edition_that_has_begun_is_in_use() {
        let all = [
            edition(None, Some("2026-04-15")),
            edition(Some(1), Some("2026-10-01")),
            edition(Some(2), None),
            edition(Some(3), Some("2027-01-01")),
        ];
        let used = |day: &str| in_use(&all, "R121", day.parse().unwrap()).and_then(|edition| edition.id);
        assert_eq!(used("2026-09-30"), None);
        assert_eq!(used("2026-10-01"), all[1].id);
        assert_eq!(used("2027-01-01"), all[3].id);
    }
}
