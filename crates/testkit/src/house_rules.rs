//! The house's own conventions, held against the repository (exemplars: "house rules are tests").

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// A file with its path from the root.
#[derive(Clone, Debug)]
pub struct Source {
    /// From the root, with slashes.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file below `folder` with `ending`.
pub fn files(folder: &str, ending: &str) -> Vec<Source> {
    let mut found = Vec::new();
    walk(&root(), &root().join(folder), ending, &mut found);
    found.sort_by(|one, two| one.path.cmp(&two.path));
    found
}

fn walk(root: &Path, folder: &Path, ending: &str, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("target") {
            walk(root, &path, ending, found);
        } else if path.to_string_lossy().ends_with(ending)
            && let Ok(text) = fs::read_to_string(&path)
        {
            let path = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            found.push(Source { path, text });
        }
    }
}

/// Files longer than 400 lines.
pub fn long_files(sources: &[Source]) -> Vec<String> {
    let long = sources.iter().filter(|source| source.text.lines().count() > 400);
    long.map(|source| format!("{}: {} 行，超过 400", source.path, source.text.lines().count())).collect()
}

/// Functions longer than 60 lines, as rustfmt lays them out: from `fn` to the brace of the same indent.
pub fn long_functions(sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources {
        let mut open: Option<(usize, usize, String)> = None;
        for (at, line) in source.text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let words = line.trim_start();
            let begins = ["fn ", "pub fn ", "async fn ", "pub async fn ", "const fn ", "pub const fn "]
                .iter()
                .any(|word| words.starts_with(word))
                || (words.starts_with("pub(") && words.contains(" fn "));
            if begins && !words.ends_with(';') && !words.ends_with('}') {
                open = Some((indent, at, words.to_owned()));
            }
            if let Some((depth, from, name)) = &open
                && *depth == indent
                && words == "}"
            {
                if at - from + 1 > 60 {
                    faults.push(format!("{}:{} {} 行：{name}", source.path, from + 1, at - from + 1));
                }
                open = None;
            }
        }
    }
    faults
}

/// Words that no source may hold, with the reason.
pub fn forbidden(sources: &[Source], words: &[(&str, &str)]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources {
        for (at, line) in source.text.lines().enumerate() {
            for (word, why) in words.iter().filter(|(word, _)| line.contains(*word)) {
                faults.push(format!("{}:{} “{word}”：{why}", source.path, at + 1));
            }
        }
    }
    faults
}

/// Which of our crates each crate's manifest lists under `[dependencies]`.
pub fn edges() -> BTreeMap<String, Vec<String>> {
    let manifests = files("crates", "Cargo.toml");
    let names: Vec<String> = manifests.iter().filter_map(|manifest| crate_of(&manifest.path)).collect();
    let mut edges = BTreeMap::new();
    for manifest in &manifests {
        let (Some(name), Some((_, rest))) =
            (crate_of(&manifest.path), manifest.text.split_once("\n[dependencies]\n"))
        else {
            continue;
        };
        let section = rest.split("\n[").next().unwrap_or_default();
        let listed = section.lines().filter_map(|line| line.split(['.', ' ', '=']).next()).map(str::to_owned);
        edges.insert(name, listed.filter(|dependency| names.contains(dependency)).collect());
    }
    edges
}

fn crate_of(path: &str) -> Option<String> {
    path.strip_prefix("crates/")?.split('/').next().map(str::to_owned)
}

/// The table `| crate | may call |` of a document: crate → list.
pub fn table(document: &str) -> BTreeMap<String, Vec<String>> {
    let mut lines = document.lines().skip_while(|line| !line.starts_with("| crate | may call"));
    lines.nth(1);
    let rows = lines.take_while(|line| line.starts_with('|')).filter_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let clean = |cell: &str| cell.trim_matches('`').to_owned();
        let callees = cells
            .get(1)?
            .split(',')
            .map(|cell| clean(cell.trim()))
            .filter(|cell| !cell.is_empty() && cell != "—" && cell != "-");
        Some((clean(cells.first()?), callees.collect()))
    });
    rows.collect()
}

/// Tables each crate writes to that stand in no migration of its own.
pub fn foreign_writes(sources: &[Source], migrations: &[Source]) -> Vec<String> {
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    for migration in migrations {
        let owner = migration
            .text
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("-- crate: "))
            .unwrap_or_default();
        let tables = migration.text.lines().filter_map(|line| line.strip_prefix("CREATE TABLE "));
        owners.extend(
            tables.filter_map(|rest| Some((rest.split([' ', '(']).next()?.to_owned(), owner.to_owned()))),
        );
    }
    let mut faults = Vec::new();
    for source in sources {
        let Some(name) = crate_of(&source.path) else { continue };
        for verb in ["INSERT INTO ", "UPDATE ", "DELETE FROM "] {
            for rest in source.text.split(&format!("\"{verb}")).skip(1) {
                let table = rest.split([' ', '(', '"']).next().unwrap_or_default();
                if let Some(owner) = owners.get(table).filter(|owner| **owner != name) {
                    faults.push(format!("{} 写了 {owner} 的表 {table}", source.path));
                }
            }
        }
    }
    faults
}
