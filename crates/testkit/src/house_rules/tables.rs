//! A crate writes to its own tables only; for the others it asks their owner.

use std::collections::BTreeMap;

use super::{Source, scan, scan::literals, shipped};

/// What the first line of a migration begins with; the crate follows.
const OWNER: &str = "-- crate: ";

fn owner(migration: &Source) -> Option<&str> {
    migration.text.lines().next()?.strip_prefix(OWNER).map(str::trim).filter(|name| !name.is_empty())
}

/// Migrations whose first line names no crate.
pub fn unowned_migrations(migrations: &[Source]) -> Vec<String> {
    let unowned = migrations.iter().filter(|migration| owner(migration).is_none());
    unowned
        .map(|migration| format!("{}:1: the first line must say `{OWNER}` and the crate", migration.path))
        .collect()
}

/// Statements that write to a table which no migration of their own crate makes.
pub fn foreign_writes(sources: &[Source], migrations: &[Source]) -> Vec<String> {
    let sources = shipped(sources);
    let owners = owners(&sources, migrations);
    let mut faults = Vec::new();
    for source in &sources {
        let name = source.owner().unwrap_or_default();
        for literal in literals(&source.text) {
            for table in written(&literal.text) {
                let whose = match owners.get(&table) {
                    Some(owner) if owner == name => continue,
                    Some(owner) => format!("it belongs to `{owner}`: call a command of that crate"),
                    None => format!("no migration with the first line `{OWNER}{name}` makes it"),
                };
                let line = scan::line(&source.text, literal.at);
                faults.push(format!("{}:{line}: writes to the table `{table}`; {whose}", source.path));
            }
        }
    }
    faults
}

/// Table → crate: from the migrations, and from tables a crate makes in its own code.
fn owners(sources: &[Source], migrations: &[Source]) -> BTreeMap<String, String> {
    let mut owners = BTreeMap::new();
    for migration in migrations {
        let lines = migration.text.lines().map(|line| line.split("--").next().unwrap_or_default());
        let text = lines.collect::<Vec<_>>().join("\n");
        let name = owner(migration).unwrap_or_default();
        owners.extend(created(&text).into_iter().map(|table| (table, name.to_owned())));
    }
    for source in sources {
        let name = source.owner().unwrap_or_default();
        for literal in literals(&source.text) {
            for table in created(&literal.text) {
                owners.entry(table).or_insert_with(|| name.to_owned());
            }
        }
    }
    owners
}

/// The words of a statement, in small letters; brackets, commas and the ends of statements part words.
fn tokens(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| letter.is_whitespace() || "(),;\"'".contains(letter));
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

fn created(text: &str) -> Vec<String> {
    let tokens = tokens(text);
    let tables = (0..tokens.len()).filter_map(|at| {
        let before = tokens[..at].iter().rev().take(2);
        let (table, rest) = tokens[at..].split_first()?;
        let made = table == "table" && before.into_iter().any(|word| word == "create");
        made.then(|| rest.iter().find(|word| !["if", "not", "exists"].contains(&word.as_str())).cloned())?
    });
    tables.collect()
}

fn written(text: &str) -> Vec<String> {
    let tokens = tokens(text);
    let word = |at: usize| tokens.get(at).map_or("", String::as_str);
    let is_set = |at: usize| (at..at + 3).any(|at| word(at) == "set");
    let tables = (0..tokens.len()).filter_map(|at| match (word(at), word(at + 1)) {
        ("insert" | "replace", "into") | ("delete", "from") => tokens.get(at + 2),
        ("insert" | "update", "or") if word(at + 3) == "into" => tokens.get(at + 4),
        ("truncate", "table") => tokens.get(at + 2),
        ("update", "set" | "or" | "") => None,
        ("update", _) if is_set(at + 2) => tokens.get(at + 1),
        _ => None,
    });
    tables.cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migrations() -> Vec<Source> {
        vec![
            Source::new(
                "migrations/0001_a.sql",
                "-- crate: a\n-- CREATE TABLE nothing (\nCREATE TABLE one (\n id UUID\n);",
            ),
            Source::new(
                "migrations/0002_b.sql",
                "-- crate: b\nCREATE TABLE IF NOT EXISTS two (id UUID);\nCREATE VIRTUAL TABLE three USING x;",
            ),
        ]
    }

    fn faults(statement: &str) -> Vec<String> {
        let text = format!("sql! {{ A = \"{statement}\"; }}");
        foreign_writes(&[Source::new("crates/a/src/x.rs", &text)], &migrations())
    }

    #[test]
    fn every_way_to_write_to_the_table_of_another_is_found() {
        for statement in [
            "INSERT INTO two (id) VALUES ($1)",
            "INSERT \\\n        INTO two(id) VALUES ($1)",
            "INSERT OR IGNORE INTO two (id) VALUES ($1)",
            "UPDATE two SET id = $1",
            "UPDATE two AS t SET id = $1",
            "WITH gone AS (DELETE FROM two RETURNING id) SELECT id FROM gone",
            "DELETE FROM three",
            "delete from three",
            "TRUNCATE TABLE two",
            "DELETE FROM nothing",
        ] {
            assert_eq!(faults(statement).len(), 1, "{statement}");
        }
        assert!(
            faults("UPDATE two SET id = $1")[0]
                .starts_with("crates/a/src/x.rs:1: writes to the table `two`; it belongs to `b`")
        );
    }

    #[test]
    fn own_tables_and_reading_are_free() {
        for statement in [
            "INSERT INTO one (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET id = $1",
            "SELECT id FROM two FOR UPDATE",
            "the update of a row, to be set later",
            "UPDATE one SET id = (SELECT id FROM two)",
        ] {
            assert!(faults(statement).is_empty(), "{statement}: {:?}", faults(statement));
        }
        let own = "const A: &str = \"CREATE TABLE four (id UUID)\"; const B: &str = \"DELETE FROM four\";";
        assert!(foreign_writes(&[Source::new("crates/c/src/x.rs", own)], &[]).is_empty());
    }

    #[test]
    fn a_migration_without_owner_is_found() {
        assert!(unowned_migrations(&migrations()).is_empty());
        assert_eq!(
            unowned_migrations(&[Source::new("migrations/0003.sql", "CREATE TABLE x (id UUID);")]).len(),
            1
        );
    }
}
