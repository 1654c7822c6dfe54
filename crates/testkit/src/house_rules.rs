//! The house's own conventions, held against the repository. A checker takes sources and gives faults, each a line that says
//! where it is and what to mend; the rules themselves stand in `tests/house_rules.rs`, one test each.

use std::{
    fs,
    path::{Path, PathBuf},
};

mod attacks;
mod layers;
mod map;
mod names;
mod scan;
mod size;
mod sql;
mod tables;
mod words;

pub use attacks::untold_attacks;
pub use layers::{impure_rules, rules_files};
pub use map::{Edges, edges, map_faults, missing_readmes, table, tools_in_products, unpublishable};
pub use names::{idle_names, mod_files};
use scan::code;
pub use scan::shipped;
pub use size::{long_files, long_functions};
pub use sql::one_engine_words;
pub use tables::{foreign_writes, unowned_migrations};
pub use words::{foreign_packages, silenced_lints, unfinished, workshop_words};

/// A file with its path from the root.
#[derive(Clone, Debug)]
pub struct Source {
    /// From the root, with slashes.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Source {
    /// Something to try a rule on.
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// The crate whose folder holds it.
    pub fn owner(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split('/').next()
    }

    /// Whether it is only for tests: the test kit, or below `tests`, `benches` or `examples`.
    pub fn is_for_tests(&self) -> bool {
        self.owner() == Some("testkit")
            || self.path.split('/').any(|part| ["tests", "benches", "examples"].contains(&part))
    }
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every text file below `folder` (`"."` is the whole repository) with `ending`, in the order of their paths. Leaves out what
/// `.gitignore` names: builds, local data, database files.
pub fn files(folder: &str, ending: &str) -> Vec<Source> {
    let mut found = Vec::new();
    walk(&root(), Path::new(folder), ending, &mut found);
    found.sort_by(|one, two| one.path.cmp(&two.path));
    found
}

fn walk(root: &Path, folder: &Path, ending: &str, found: &mut Vec<Source>) {
    for entry in fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
        let path = folder.join(entry.file_name());
        let shown = path.strip_prefix(".").unwrap_or(&path).to_string_lossy().replace('\\', "/");
        // In a second work tree `.git` is a file. Of `fuzz` what a fuzzer builds and finds.
        let passed = [".git", "target", "data", "fuzz/target", "fuzz/run", "fuzz/artifacts", "fuzz/coverage"];
        if passed.contains(&shown.as_str()) {
            continue;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            walk(root, &path, ending, found);
        } else if shown.ends_with(ending)
            && let Ok(text) = fs::read_to_string(root.join(&path))
        {
            found.push(Source { path: shown, text });
        }
    }
}

/// The faults that no exception (path, reason) covers. An exception that covers nothing is a fault itself.
pub fn except(faults: &[String], exceptions: &[(&str, &str)]) -> Vec<String> {
    let covers =
        |fault: &String, path: &str| fault.strip_prefix(path).is_some_and(|rest| rest.starts_with(':'));
    let idle = exceptions.iter().filter(|(path, _)| !faults.iter().any(|fault| covers(fault, path)));
    let idle: Vec<String> = idle
        .map(|(path, why)| format!("{path}: the exception ({why}) is not needed any more; strike it out"))
        .collect();
    let left = faults.iter().filter(|fault| !exceptions.iter().any(|(path, _)| covers(fault, path)));
    left.cloned().chain(idle).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_covers_its_file_only_and_must_be_needed() {
        let faults = vec!["a.rs:3: long".to_owned(), "b.rs:4: long".to_owned()];
        assert_eq!(except(&faults, &[("a.rs", "old")]), ["b.rs:4: long"]);
        assert_eq!(except(&faults, &[("a.r", "old")]).len(), 3);
        assert_eq!(except(&[], &[("a.rs", "old")]).len(), 1);
    }

    #[test]
    fn the_walk_sees_hidden_folders_and_data_of_crates_but_no_build() {
        let found = files(".", "");
        let has = |path: &str| found.iter().any(|source| source.path.starts_with(path));
        assert!(has(".ci/run") && has("Cargo.toml") && has("crates/codes/data/"));
        assert!(!has("target/") && !has(".git/"));
    }
}
