//! Editions of the trees and lists (分类版本): a draft made from the latest, edited in a plain form or as csv, valid from a
//! day. Nothing is ever deleted: what is retired stays readable on old matters and is offered no more. Where a node was
//! split or retired, the mapping keeps which codes follow it, because year-on-year figures cross editions.

pub mod entries;

use std::collections::BTreeSet;

use db::{Row, Tx, params};
use jiff::{Timestamp, civil::Date};
use kernel::{Ctx, Id, Permission, Refusal, kind};
use law::{Law, Node};
use serde_json::json;
use web::{Problem, Result};

use entries::{Entry, Shape};

/// An id of an edition of a tree.
pub type ClassEditionId = Id<kind::Journal>;

/// (stored word, Chinese) of the trees and lists.
pub const TREES: &[(&str, &str)] = &[
    ("goods", "商品和服务（客体）"),
    ("problems", "问题"),
    ("demands", "诉求"),
    ("channels", "接收方式"),
    ("topics", "咨询主题"),
    ("sales_ways", "销售方式"),
    ("return_reasons", "退回原因"),
    ("notice_channels", "告知方式"),
    ("proofs", "送达证明"),
];

/// An edition of a tree or list.
#[derive(Clone, Debug)]
pub struct ClassEdition {
    /// Its id.
    pub id: ClassEditionId,
    /// Word of the tree.
    pub tree: String,
    /// Its number, from 2: the first ships with the program.
    pub number: i64,
    /// `draft`, `active`, `dropped`.
    pub state: String,
    /// First day.
    pub valid_from: Option<Date>,
    /// Why.
    pub reason: String,
    /// Who made it.
    pub made_name: String,
    /// When.
    pub made_at: Timestamp,
    /// Who put it in force.
    pub decided_name: String,
    /// For the check of simultaneous changes.
    pub version: i64,
}

db::sql! {
    LIST = "SELECT id, tree, number, state, valid_from, reason, made_name, made_at, decided_name, version FROM class_edition \
            WHERE tree = $1 AND state <> 'dropped' ORDER BY number DESC LIMIT 50";
    BY_ID = "SELECT id, tree, number, state, valid_from, reason, made_name, made_at, decided_name, version FROM class_edition WHERE id = $1";
    LATEST = "SELECT id, tree, number, state, valid_from, reason, made_name, made_at, decided_name, version FROM class_edition \
              WHERE tree = $1 AND state = $2 ORDER BY number DESC LIMIT 1";
    HIGHEST = "SELECT COALESCE(MAX(number), 1) FROM class_edition WHERE tree = $1";
    INSERT = "INSERT INTO class_edition (id, tree, number, state, made_by, made_name, made_at) VALUES ($1, $2, $3, 'draft', $4, $5, $6)";
    TOUCH = "UPDATE class_edition SET version = version + 1 WHERE id = $1 AND version = $2 AND state = 'draft'";
    ACTIVATE = "UPDATE class_edition SET state = 'active', valid_from = $3, reason = $4, decided_name = $5, decided_at = $6, \
                version = version + 1 WHERE id = $1 AND version = $2 AND state = 'draft'";
    DROP = "UPDATE class_edition SET state = 'dropped' WHERE id = $1 AND state = 'draft'";
    ENTRIES = "SELECT code, name, retired, retired_on FROM class_entry WHERE edition_id = $1 ORDER BY ordinal, code";
    MAPPED = "SELECT old_code, new_code FROM class_mapping WHERE edition_id = $1 ORDER BY old_code, new_code";
    CLEAR = "DELETE FROM class_entry WHERE edition_id = $1";
    UNMAP = "DELETE FROM class_mapping WHERE edition_id = $1";
    PUT = "INSERT INTO class_entry (edition_id, code, name, ordinal, retired, retired_on) VALUES ($1, $2, $3, $4, $5, $6)";
    MAP = "INSERT INTO class_mapping (edition_id, old_code, new_code) VALUES ($1, $2, $3)";
    RETIRE = "UPDATE class_entry SET retired_on = $2 WHERE edition_id = $1 AND retired = TRUE AND retired_on IS NULL";
    EFFECTIVE = "SELECT e.id, e.tree, e.number FROM class_edition e WHERE e.state = 'active' AND e.valid_from <= $1 AND NOT EXISTS ( \
                 SELECT 1 FROM class_edition n WHERE n.tree = e.tree AND n.state = 'active' AND n.valid_from <= $1 AND n.number > e.number) \
                 ORDER BY e.tree";
    FOLLOW = "SELECT DISTINCT p.new_code FROM class_mapping p JOIN class_edition e ON e.id = p.edition_id \
              WHERE e.tree = $1 AND e.state = 'active' AND p.old_code = $2 ORDER BY p.new_code";
    GOODS_USE = "SELECT goods AS code, COUNT(*) AS matters FROM matter WHERE goods IS NOT NULL GROUP BY goods";
    PROBLEM_USE = "SELECT problem AS code, COUNT(*) AS matters FROM matter WHERE problem IS NOT NULL GROUP BY problem";
    CHANNEL_USE = "SELECT channel AS code, COUNT(*) AS matters FROM matter GROUP BY channel";
}

/// The statements of the trees.
pub(crate) fn statements() -> Vec<db::Sql> {
    STATEMENTS.to_vec()
}

fn read(row: &Row) -> Result<ClassEdition, db::Error> {
    Ok(ClassEdition {
        id: row.get("id")?,
        tree: row.get("tree")?,
        number: row.get("number")?,
        state: row.get("state")?,
        valid_from: row.get("valid_from")?,
        reason: row.get("reason")?,
        made_name: row.get("made_name")?,
        made_at: row.get("made_at")?,
        decided_name: row.get("decided_name")?,
        version: row.get("version")?,
    })
}

/// The Chinese name of a tree.
///
/// # Errors
/// [`Problem::NotFound`] when there is none.
pub fn label(tree: &str) -> Result<&'static str> {
    TREES.iter().find(|(word, _)| *word == tree).map(|(_, label)| *label).ok_or(Problem::NotFound)
}

/// The editions of a tree, latest first.
///
/// # Errors
/// A fault of the database.
pub fn list(tx: &mut Tx, tree: &str) -> Result<Vec<ClassEdition>> {
    Ok(tx.query(&LIST, &params![tree])?.iter().map(read).collect::<Result<_, _>>()?)
}

/// The edition with `id`.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn by_id(tx: &mut Tx, id: ClassEditionId) -> Result<ClassEdition> {
    Ok(read(&tx.one(&BY_ID, &params![id])?.ok_or(Problem::NotFound)?)?)
}

fn latest(tx: &mut Tx, tree: &str, state: &str) -> Result<Option<ClassEdition>> {
    Ok(tx.one(&LATEST, &params![tree, state])?.as_ref().map(read).transpose()?)
}

/// The entries of an edition in reading order, with the codes that follow them.
///
/// # Errors
/// A fault of the database.
pub fn entries_of(tx: &mut Tx, id: ClassEditionId) -> Result<Vec<Entry>> {
    let mapped = tx.query(&MAPPED, &params![id])?;
    let pairs: Vec<(String, String)> = mapped
        .iter()
        .map(|row| Ok((row.get("old_code")?, row.get("new_code")?)))
        .collect::<Result<_, db::Error>>()?;
    let rows = tx.query(&ENTRIES, &params![id])?;
    let entry = |row: &Row| {
        let code: String = row.get("code")?;
        let into = pairs.iter().filter(|(old, _)| *old == code).map(|(_, new)| new.clone()).collect();
        Ok::<_, db::Error>(Entry {
            name: row.get("name")?,
            retired: row.get("retired")?,
            retired_on: row.get("retired_on")?,
            into,
            code,
        })
    };
    Ok(rows.iter().map(entry).collect::<Result<_, _>>()?)
}

/// The entries of the latest edition in force or planned, or of what ships.
///
/// # Errors
/// [`Problem::NotFound`] for a tree that there is not.
pub fn latest_entries(tx: &mut Tx, tree: &str) -> Result<Vec<Entry>> {
    label(tree)?;
    if let Some(edition) = latest(tx, tree, "active")? {
        return entries_of(tx, edition.id);
    }
    let nodes = Law::base().classification.entries(tree).ok_or(Problem::NotFound)?;
    Ok(nodes.into_iter().map(Entry::from).collect())
}

/// Begins a draft from the latest edition, or from an earlier one to go back to (then what came later is retired in it);
/// gives the draft that there is already otherwise.
///
/// # Errors
/// A refusal without the right; [`Problem::NotFound`].
pub fn begin(tx: &mut Tx, ctx: &Ctx, tree: &str, from: Option<ClassEditionId>) -> Result<ClassEditionId> {
    ctx.may(Permission::KeepSettings)?;
    let newest = latest_entries(tx, tree)?;
    if let Some(draft) = latest(tx, tree, "draft")? {
        return Ok(draft.id);
    }
    let mut own = match from {
        Some(id) => entries_of(tx, id)?,
        None => newest.clone(),
    };
    for later in newest {
        if !own.iter().any(|entry| entry.code == later.code) {
            own.push(Entry { retired: true, retired_on: None, ..later });
        }
    }
    // Which codes follow belongs to the edition that retired them.
    own.iter_mut().for_each(|entry| entry.into.clear());
    let number: i64 = tx.scalar(&HIGHEST, &params![tree])?;
    let id: ClassEditionId = ctx.id();
    let by = ctx.officer().ok().map(|officer| officer.id);
    tx.execute(&INSERT, &params![id, tree, number + 1, by, ctx.actor_name(), ctx.now])?;
    write(tx, id, &own)?;
    Ok(id)
}

fn write(tx: &mut Tx, id: ClassEditionId, all: &[Entry]) -> Result<()> {
    tx.execute(&UNMAP, &params![id])?;
    tx.execute(&CLEAR, &params![id])?;
    for (at, entry) in all.iter().enumerate() {
        let values = params![id, entry.code, entry.name, at, entry.retired, entry.retired_on];
        tx.execute(&PUT, &values)?;
        let into: BTreeSet<&String> = entry.into.iter().collect();
        for new in into {
            tx.execute(&MAP, &params![id, entry.code, new])?;
        }
    }
    Ok(())
}

/// Changes a draft: `change` gets its entries and says what is wrong with what was asked.
///
/// # Errors
/// Refusals without the right or of `change`; [`Problem::Stale`] when somebody was faster or it is no draft.
pub fn edit(
    tx: &mut Tx,
    ctx: &Ctx,
    id: ClassEditionId,
    version: i64,
    change: impl FnOnce(&mut Vec<Entry>, Shape) -> Result<(), Refusal>,
) -> Result<()> {
    ctx.may(Permission::KeepSettings)?;
    let edition = by_id(tx, id)?;
    tx.exactly_one(&TOUCH, &params![id, version])?;
    let mut all = entries_of(tx, id)?;
    change(&mut all, Shape::of(&edition.tree))?;
    write(tx, id, &all)
}

/// Puts a draft in force from a day on.
///
/// # Errors
/// Refusals without the right, for a day that has passed, for a tree that does not hold together; [`Problem::Stale`].
pub fn activate(
    tx: &mut Tx,
    ctx: &Ctx,
    id: ClassEditionId,
    version: i64,
    from: Date,
    reason: &str,
) -> Result<ClassEdition> {
    ctx.may(Permission::KeepSettings)?;
    let edition = by_id(tx, id)?;
    if from < ctx.today() {
        return Err(Refusal::new("class_from", "启用日期不能早于今天").at("valid_from").into());
    }
    if reason.trim().chars().count() < 4 {
        return Err(Refusal::new("class_reason", "请写明调整的理由（至少 4 个字）").at("reason").into());
    }
    let before = latest_entries(tx, &edition.tree)?;
    let after = entries_of(tx, id)?;
    entries::check(&edition.tree, &before, &after)?;
    let values = params![id, version, from, reason.trim(), ctx.actor_name(), ctx.now];
    tx.exactly_one(&ACTIVATE, &values)?;
    tx.execute(&RETIRE, &params![id, from])?;
    let differences = entries::differences(&before, &after);
    let detail = json!({
        "edition": edition.number, "on": from, "reason": reason.trim(), "changes": differences.len(),
    });
    let subject = format!("{}第 {} 版", label(&edition.tree)?, edition.number);
    let entry = journal::Entry {
        matter: None,
        subject: &subject,
        verb: "class_edition",
        state: None,
        detail: &detail,
    };
    journal::write(tx, ctx, entry)?;
    by_id(tx, id)
}

/// Gives a draft up.
///
/// # Errors
/// A refusal without the right; [`Problem::Stale`] when it is no draft any more.
pub fn drop_draft(tx: &mut Tx, ctx: &Ctx, id: ClassEditionId) -> Result<()> {
    ctx.may(Permission::KeepSettings)?;
    Ok(tx.exactly_one(&DROP, &params![id])?)
}

/// Puts the editions in force on `today` into `law`.
///
/// # Errors
/// A fault of the database.
pub(crate) fn put_into(tx: &mut Tx, today: Date, law: &mut Law) -> Result<()> {
    for row in tx.query(&EFFECTIVE, &params![today])? {
        let (id, tree): (ClassEditionId, String) = (row.get("id")?, row.get("tree")?);
        let nodes = entries_of(tx, id)?.into_iter();
        let node = |entry: Entry| Node { code: entry.code, name: entry.name, retired_on: entry.retired_on };
        law.classification.put_entries(&tree, row.get("number")?, nodes.map(node).collect());
    }
    Ok(())
}

/// How many matters carry each code of a tree; empty for lists that matters do not carry.
///
/// # Errors
/// A fault of the database.
pub fn in_use(tx: &mut Tx, tree: &str) -> Result<Vec<(String, i64)>> {
    let statement = match tree {
        "goods" => &GOODS_USE,
        "problems" => &PROBLEM_USE,
        "channels" => &CHANNEL_USE,
        _ => return Ok(Vec::new()),
    };
    let pair = |row: &Row| Ok::<_, db::Error>((row.get("code")?, row.get("matters")?));
    Ok(tx.query(statement, &[])?.iter().map(pair).collect::<Result<_, _>>()?)
}

/// The codes that follow an old one, over all editions in force: for figures that compare years across editions. The code
/// itself when nothing follows it.
///
/// # Errors
/// A fault of the database.
pub fn successors(tx: &mut Tx, tree: &str, code: &str) -> Result<Vec<String>> {
    let (mut open, mut seen, mut ends) = (vec![code.to_owned()], BTreeSet::new(), BTreeSet::new());
    while let Some(code) = open.pop() {
        // A mapping may lead back to itself over several editions.
        if !seen.insert(code.clone()) {
            continue;
        }
        let rows = tx.query(&FOLLOW, &params![tree, code])?;
        let next: Vec<String> =
            rows.iter().map(|row| row.get("new_code")).collect::<Result<_, db::Error>>()?;
        if next.is_empty() {
            ends.insert(code);
        }
        open.extend(next);
    }
    if ends.is_empty() {
        ends.insert(code.to_owned());
    }
    Ok(ends.into_iter().collect())
}
