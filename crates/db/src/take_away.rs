//! Rows that go with everything that refers to them, by the schema as it is: a table made tomorrow is not forgotten.

use crate::{
    Error, Sql, Tx, dialect,
    table::{Made, tables},
};

/// Rows that go: those of `table` that meet `condition`.
#[derive(Clone, Copy, Debug)]
pub struct Root {
    /// The table.
    pub table: &'static str,
    /// The condition as it stands behind `WHERE`. It must hold the same before and after the other roots' rows went.
    pub condition: Sql,
}

/// A column that refers to the `id` of another table, declared or by its name alone (`matter_id`).
struct Reference {
    child: String,
    column: String,
    parent: String,
    key: String,
    /// The row cannot be without it, or is named as belonging to it.
    belongs: bool,
    /// The engine watches over it.
    declared: bool,
}

impl Tx<'_> {
    /// Deletes the rows of `roots`, and before them every row that belongs to one, whichever table it stands in; columns that
    /// only mention one become `NULL`. Tables in `kept` are left as they are unless a declared reference would break. How many
    /// rows went, by table, parents last.
    ///
    /// A row belongs to another when its reference must not be empty, is part of its key, or is called after the other table
    /// (`matter_id`). A root's own rows go by its condition alone.
    ///
    /// # Errors
    /// Whatever the engine says; then the transaction must not be committed.
    pub fn take_away(&mut self, roots: &[Root], kept: &[&str]) -> Result<Vec<(String, u64)>, Error> {
        let declared: Vec<String> = tables(self)?.into_iter().map(|table| table.name().to_owned()).collect();
        let references = self.references(&declared, kept)?;
        let order = ordered(declared, roots, &references)?;
        let mut going: Vec<(String, String)> = Vec::new();
        for table in &order {
            if let Some(condition) = condition(table, roots, &references, &going) {
                going.push((table.clone(), condition));
            }
        }
        let of = |table: &str| going.iter().find(|(name, _)| name == table).map(|(_, condition)| condition);
        for link in references.iter().filter(|link| !link.belongs || is_root(&link.child, roots)) {
            if let (Some(parent), false) = (of(&link.parent), link.belongs && link.parent == link.child) {
                let Reference { child, column, parent: name, key, .. } = link;
                let lost = format!("\"{column}\" IN (SELECT \"{key}\" FROM \"{name}\" WHERE {parent})");
                let stays = of(child).map_or_else(String::new, |own| format!(" AND NOT ({own})"));
                self.execute(
                    &Made(format!("UPDATE \"{child}\" SET \"{column}\" = NULL WHERE {lost}{stays}")),
                    &[],
                )?;
            }
        }
        let mut gone = Vec::new();
        for (table, condition) in going.iter().rev() {
            let count = self.execute(&Made(format!("DELETE FROM \"{table}\" WHERE {condition}")), &[])?;
            gone.push((table.clone(), count));
        }
        Ok(gone)
    }

    fn references(&mut self, order: &[String], kept: &[&str]) -> Result<Vec<Reference>, Error> {
        let mut all = Vec::new();
        for row in self.query(&dialect::reference_columns(self.engine()), &[])? {
            let (child, column): (String, String) = (row.get("child")?, row.get("name")?);
            let (parent, key): (String, String) = (row.get("parent")?, row.get("parent_key")?);
            let needed: i64 = row.get("needed")?;
            let belongs = needed > 0 || column == format!("{parent}_id");
            all.push(Reference { child, column, parent, key, belongs, declared: true });
        }
        for row in self.query(&dialect::columns(self.engine()), &[])? {
            let (child, column): (String, String) = (row.get("table_name")?, row.get("column_name")?);
            let Some(parent) = column.strip_suffix("_id").filter(|name| order.iter().any(|it| it == name))
            else {
                continue;
            };
            let declared = all.iter().any(|link| link.child == child && link.column == column);
            if !declared && order.contains(&child) && !kept.contains(&child.as_str()) {
                let parent = parent.to_owned();
                all.push(Reference {
                    child,
                    column,
                    parent,
                    key: "id".to_owned(),
                    belongs: true,
                    declared: false,
                });
            }
        }
        Ok(all)
    }
}

/// Tables before those that belong to them, so that a condition still finds what it speaks of when its rows go.
fn ordered(mut waiting: Vec<String>, roots: &[Root], references: &[Reference]) -> Result<Vec<String>, Error> {
    let mut order = Vec::new();
    while !waiting.is_empty() {
        let is_ready = |table: &String| {
            let own = references.iter().filter(|link| link.child == *table && link.parent != *table);
            let binding = own.filter(|link| link.declared || link.belongs && !is_root(table, roots));
            binding.into_iter().all(|link| !waiting.contains(&link.parent))
        };
        let at = waiting.iter().position(is_ready);
        let at = at.ok_or_else(|| Error::Other("the tables belong to each other in a circle".to_owned()))?;
        order.push(waiting.remove(at));
    }
    Ok(order)
}

fn is_root(table: &str, roots: &[Root]) -> bool {
    roots.iter().any(|root| root.table == table)
}

/// Which rows of `table` go: a root's by its condition, others with what they belong to.
fn condition(
    table: &str,
    roots: &[Root],
    references: &[Reference],
    going: &[(String, String)],
) -> Option<String> {
    if let Some(root) = roots.iter().find(|root| root.table == table) {
        return Some(root.condition.text.to_owned());
    }
    let parts: Vec<String> = references
        .iter()
        .filter(|link| link.child == table && link.belongs && link.parent != table)
        .filter_map(|link| {
            let (name, parent) = going.iter().find(|(name, _)| *name == link.parent)?;
            let Reference { column, key, .. } = link;
            Some(format!("\"{column}\" IN (SELECT \"{key}\" FROM \"{name}\" WHERE {parent})"))
        })
        .collect();
    (!parts.is_empty()).then(|| parts.join(" OR "))
}
