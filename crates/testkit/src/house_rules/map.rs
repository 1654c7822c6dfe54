//! Who may call whom: the map, the manifests, and the direction between them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Source, root};

/// Crate → the crates of ours that it calls.
pub type Edges = BTreeMap<String, BTreeSet<String>>;

/// Crates that stand alone and may be published: they call `kernel` at most.
const PUBLISHABLE: &[&str] = &["codes", "gongwen", "law", "numerals", "sentinel", "triage"];
/// The tool of the tests: others name it under `[dev-dependencies]` only.
const TOOL: &str = "testkit";
/// Where the map is.
const MAP: &str = "ARCHITECTURE.md";

/// What the manifests list under `[dependencies]` and its like for builds and targets, not for tests.
///
/// # Panics
/// When a manifest cannot be read.
pub fn edges(manifests: &[Source]) -> Edges {
    let names: BTreeSet<&str> = manifests.iter().filter_map(Source::owner).collect();
    let called = |manifest: &Source| {
        let table: toml::Table =
            toml::from_str(&manifest.text).unwrap_or_else(|error| panic!("{}: {error}", manifest.path));
        let targets = table.get("target").and_then(toml::Value::as_table);
        let targets = targets.into_iter().flat_map(toml::Table::values).filter_map(toml::Value::as_table);
        let mut called = BTreeSet::new();
        for place in targets.chain([&table]) {
            for section in ["dependencies", "build-dependencies"] {
                let entries = place.get(section).and_then(toml::Value::as_table).into_iter().flatten();
                called.extend(entries.map(|(key, value)| {
                    value.get("package").and_then(toml::Value::as_str).unwrap_or(key).to_owned()
                }));
            }
        }
        called.retain(|name| names.contains(name.as_str()));
        called
    };
    manifests.iter().filter_map(|manifest| Some((manifest.owner()?.to_owned(), called(manifest)))).collect()
}

/// The table headed `| crate | may call |` of a document; further columns are for people.
pub fn table(document: &str) -> Edges {
    let mut lines = document.lines().skip_while(|line| !line.starts_with("| crate | may call |"));
    lines.nth(1);
    let rows = lines.take_while(|line| line.starts_with('|')).filter_map(|line| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let clean = |cell: &str| cell.trim().trim_matches('`').to_owned();
        let name = clean(cells.next()?);
        let called = cells.next()?.split(',').map(clean);
        Some((name, called.filter(|cell| !["", "—", "-"].contains(&cell.as_str())).collect()))
    });
    rows.collect()
}

/// Where the map and the manifests disagree.
pub fn map_faults(drawn: &Edges, found: &Edges) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, called) in found {
        let Some(listed) = drawn.get(name) else {
            faults.push(format!("{MAP}: the table `| crate | may call |` has no row for `{name}`: add it"));
            continue;
        };
        faults.extend(called.difference(listed).map(|callee| {
            format!(
                "crates/{name}/Cargo.toml: calls `{callee}`, which {MAP} does not allow: cut it, \
                 or draw it if the direction is right"
            )
        }));
        faults.extend(listed.difference(called).map(|callee| {
            format!("{MAP}: `{name}` may call `{callee}`, but its manifest does not list it: strike it out")
        }));
    }
    let gone = drawn.keys().filter(|name| !found.contains_key(*name));
    faults.extend(gone.map(|name| format!("{MAP}: there is no crate `{name}`: strike out its row")));
    faults
}

/// Crates for publication that call more of ours than `kernel`.
pub fn unpublishable(found: &Edges) -> Vec<String> {
    let called = PUBLISHABLE.iter().filter_map(|name| Some((name, found.get(*name)?)));
    called
        .flat_map(|(name, called)| {
            called.iter().filter(|callee| *callee != "kernel").map(move |callee| {
                format!("crates/{name}/Cargo.toml: calls `{callee}`: a crate for publication calls `kernel` at most")
            })
        })
        .collect()
}

/// Products that call the tool of the tests.
pub fn tools_in_products(found: &Edges) -> Vec<String> {
    let callers = found.iter().filter(|(name, called)| *name != TOOL && called.contains(TOOL));
    callers
        .map(|(name, _)| format!("crates/{name}/Cargo.toml: `{TOOL}` belongs under [dev-dependencies]"))
        .collect()
}

/// Crates without README.md.
pub fn missing_readmes(manifests: &[Source]) -> Vec<String> {
    let names = manifests.iter().filter_map(Source::owner);
    names
        .filter(|name| !root().join("crates").join(name).join("README.md").is_file())
        .map(|name| {
            format!("crates/{name}: has no README.md: what it owns, its tables, whom it calls, its words")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(name: &str, text: &str) -> Source {
        Source::new(&format!("crates/{name}/Cargo.toml"), text)
    }

    #[test]
    fn the_edges_come_from_every_kind_of_dependency_but_those_of_tests() {
        let found = edges(&[
            manifest(
                "a",
                "[dependencies]\nb.workspace = true\nserde = \"1\"\n[dev-dependencies]\nd.workspace = true",
            ),
            manifest(
                "b",
                "[dependencies.c]\nworkspace = true\n[build-dependencies]\nx = { package = \"d\", path = \"../d\" }",
            ),
            manifest("c", "[target.'cfg(unix)'.dependencies]\nd = { workspace = true }"),
            manifest("d", ""),
        ]);
        let shown: Vec<String> = found.iter().map(|(name, called)| format!("{name}{called:?}")).collect();
        assert_eq!(shown, ["a{\"b\"}", "b{\"c\", \"d\"}", "c{\"d\"}", "d{}"]);
    }

    #[test]
    fn a_map_that_differs_from_the_manifests_is_found() {
        let map = "| crate | may call | owns |\n|---|---|---|\n| `a` | `b`, `c` | x |\n| `b` | — | y |\n\n| other |\n";
        let drawn = table(map);
        assert_eq!(drawn.len(), 2);
        let found = |text: &str| edges(&[manifest("a", text), manifest("b", ""), manifest("c", "")]);
        let faults = map_faults(&drawn, &found("[dependencies]\nb.path = \"\"\nc.path = \"\""));
        assert_eq!(faults.len(), 1, "{faults:?}"); // c has no row
        assert!(map_faults(&drawn, &found("[dependencies]\nb.path = \"\""))[0].contains("may call `c`"));
        assert!(
            map_faults(&drawn, &edges(&[manifest("a", ""), manifest("b", "[dependencies]\na.path = \"\"")]))
                .iter()
                .any(|fault| fault.starts_with("crates/b/Cargo.toml: calls `a`"))
        );
        assert!(
            map_faults(&drawn, &edges(&[manifest("a", "")]))
                .iter()
                .any(|fault| fault.contains("no crate `b`"))
        );
    }

    #[test]
    fn directions_that_must_not_be_are_found() {
        let found = edges(&[
            manifest("codes", "[dependencies]\nkernel.path = \"\"\ndb.path = \"\""),
            manifest("kernel", ""),
            manifest("db", "[dependencies]\ntestkit.path = \"\""),
            manifest("testkit", ""),
        ]);
        assert_eq!(unpublishable(&found).len(), 1);
        assert_eq!(tools_in_products(&found).len(), 1);
        assert_eq!(missing_readmes(&[manifest("no-such-crate", "")]).len(), 1);
    }
}
