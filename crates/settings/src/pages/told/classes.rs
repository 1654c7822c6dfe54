//! Trees and lists, their editions and drafts.

use db::Tx;
use law::Law;
use serde_json::{Value as Json, json};
use web::Result;

use crate::classification::{
    self, ClassEdition, ClassEditionId, TREES, by_id, entries::Entry, entries_of, label,
};

/// Every tree and list with its size.
///
/// # Errors
/// A fault of the database.
pub fn trees(tx: &mut Tx) -> Result<Json> {
    let mut all = Vec::new();
    for (key, label) in TREES {
        let editions = classification::list(tx, key)?;
        let nodes = Law::in_use().classification.entries(key).unwrap_or_default();
        let retired = nodes.iter().filter(|node| node.retired_on.is_some()).count();
        let draft = editions.iter().find(|edition| edition.state == "draft").map(|edition| edition.id);
        all.push(json!({
            "key": key, "label": label, "offered": nodes.len() - retired, "retired": retired, "draft": draft,
        }));
    }
    Ok(json!({ "trees": all }))
}

fn edition(one: &ClassEdition) -> Json {
    json!({
        "id": one.id,
        "tree": one.tree,
        "number": one.number,
        "state": one.state,
        "valid_from": one.valid_from,
        "reason": one.reason,
        "made_by": one.made_name,
        "made_at": one.made_at,
        "decided_by": one.decided_name,
        "version": one.version,
    })
}

fn entry(one: &Entry, uses: &[(String, i64)]) -> Json {
    let uses = uses.iter().find(|(code, _)| *code == one.code).map_or(0, |(_, count)| *count);
    json!({
        "code": one.code, "name": one.name, "retired": one.retired, "retired_on": one.retired_on,
        "into": one.into, "matters": uses,
    })
}

/// A tree or list as it is in use, with its editions.
///
/// # Errors
/// Not found for no tree of ours.
pub fn tree(tx: &mut Tx, key: &str) -> Result<Json> {
    let label = label(key)?;
    let (uses, editions) = (classification::in_use(tx, key)?, classification::list(tx, key)?);
    let nodes = Law::in_use().classification.entries(key).unwrap_or_default().into_iter().map(Entry::from);
    Ok(json!({
        "key": key,
        "label": label,
        "entries": nodes.map(|node| entry(&node, &uses)).collect::<Vec<_>>(),
        "editions": editions.iter().map(edition).collect::<Vec<_>>(),
    }))
}

/// An edition with its entries.
///
/// # Errors
/// Not found.
pub fn class(tx: &mut Tx, id: ClassEditionId) -> Result<Json> {
    let (found, all) = (by_id(tx, id)?, entries_of(tx, id)?);
    let entries: Vec<Json> = all.iter().map(|one| entry(one, &[])).collect();
    Ok(json!({ "edition": edition(&found), "entries": entries }))
}

/// A draft against what stands: what is wrong, what differs, how many matters have what is retired.
///
/// # Errors
/// Not found for what is no draft.
pub fn class_preview(tx: &mut Tx, id: ClassEditionId) -> Result<Json> {
    let draft = super::super::classes::load_preview(tx, id)?;
    let affected = draft.affected.iter().map(|(name, count)| json!({ "name": name, "matters": count }));
    Ok(json!({
        "version": draft.version,
        "fault": draft.fault,
        "differences": draft.differences,
        "affected": affected.collect::<Vec<_>>(),
    }))
}
