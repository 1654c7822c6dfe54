//! The repository keeps its own rules. Each rule is one test; its fault says where and what to mend. That each rule can be
//! broken is shown beside its checker, in `src/house_rules/`.

use testkit::house_rules::{self as rules, Source};

fn rust() -> Vec<Source> {
    let sources = rules::files("crates", ".rs");
    assert!(sources.len() > 100, "only {} files were found: the walk is broken", sources.len());
    sources
}

fn manifests() -> Vec<Source> {
    let mut manifests = rules::files("crates", "/Cargo.toml");
    manifests.retain(|manifest| manifest.path.matches('/').count() == 2);
    assert!(manifests.len() >= 14, "only {} manifests were found", manifests.len());
    manifests
}

fn migrations() -> Vec<Source> {
    let mut migrations = rules::files("migrations", ".sql");
    migrations.extend(rules::files("crates", ".sql"));
    assert!(migrations.len() >= 7, "only {} migrations were found", migrations.len());
    migrations
}

#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{} to mend:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn files_are_short() {
    none(&rules::long_files(&rust()));
}

#[test]
fn functions_are_short() {
    none(&rules::long_functions(&rust()));
}

#[test]
fn every_crate_has_a_readme() {
    none(&rules::missing_readmes(&manifests()));
}

#[test]
fn the_map_shows_the_edges() {
    let map = std::fs::read_to_string(rules::root().join("ARCHITECTURE.md")).unwrap();
    none(&rules::map_faults(&rules::table(&map), &rules::edges(&manifests())));
}

#[test]
fn crates_for_publication_stand_alone() {
    none(&rules::unpublishable(&rules::edges(&manifests())));
}

#[test]
fn no_product_needs_the_test_kit() {
    none(&rules::tools_in_products(&rules::edges(&manifests())));
}

#[test]
fn rules_know_neither_database_nor_pages() {
    let sources = rust();
    assert!(rules::rules_files(&sources).len() >= 4, "files of rules: {:?}", rules::rules_files(&sources));
    none(&rules::impure_rules(&sources));
}

#[test]
fn each_crate_writes_its_own_tables() {
    let exceptions = [
        ("crates/db/src/table.rs", "moves whole databases to the other engine, whatever tables they have"),
        (
            "crates/db/src/take_away.rs",
            "takes rows away with what belongs to them, whatever tables they are in",
        ),
        (
            "crates/server/src/demo/remove.rs",
            "takes the demo bureau away whole; no crate below knows of the demo",
        ),
    ];
    none(&rules::except(&rules::foreign_writes(&rust(), &migrations()), &exceptions));
}

#[test]
fn each_migration_names_its_crate() {
    none(&rules::unowned_migrations(&migrations()));
}

#[test]
fn statements_speak_both_dialects() {
    none(&rules::one_engine_words(&rust()));
}

#[test]
fn folders_have_their_file_beside_them() {
    none(&rules::mod_files(&rust()));
}

#[test]
fn no_type_is_a_manager_or_helper() {
    none(&rules::idle_names(&rust()));
}

#[test]
fn nothing_is_left_undone() {
    none(&rules::unfinished(&rust()));
}

#[test]
fn no_lint_is_silenced_without_a_reason() {
    none(&rules::silenced_lints(&rust()));
}

#[test]
fn nothing_tells_of_the_workshop() {
    let everything = rules::files(".", "");
    assert!(everything.iter().any(|source| source.path == ".ci/run"), "hidden folders were not seen");
    none(&rules::workshop_words(&everything));
}

#[test]
fn packages_come_from_crates_io() {
    let lock = std::fs::read_to_string(rules::root().join("Cargo.lock")).unwrap();
    none(&rules::foreign_packages(&Source::new("Cargo.lock", &lock)));
}

#[test]
fn every_attack_has_its_test_or_its_reason() {
    let page = std::fs::read_to_string(rules::root().join("docs/security.md")).unwrap();
    none(&rules::untold_attacks(&page, &rust()));
}
