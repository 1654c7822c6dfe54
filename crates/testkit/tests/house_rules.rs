//! The repository keeps its own rules; and each rule can be broken.

use testkit::house_rules::{self as rules, Source};

fn sources() -> Vec<Source> {
    rules::files("crates", ".rs")
}

fn bad(path: &str, text: &str) -> Vec<Source> {
    vec![Source { path: path.to_owned(), text: text.to_owned() }]
}

fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn files_are_short() {
    none(&rules::long_files(&sources()));
    assert_eq!(rules::long_files(&bad("a.rs", &"x\n".repeat(401))).len(), 1);
}

#[test]
fn functions_are_short() {
    none(&rules::long_functions(&sources()));
    let text = format!("fn long() {{\n{}}}\n", "    x();\n".repeat(60));
    assert_eq!(rules::long_functions(&bad("a.rs", &text)).len(), 1);
}

#[test]
fn nothing_is_left_undone_and_nothing_tells_of_the_workshop() {
    let words = [
        (concat!("todo", "!("), "未完成"),
        (concat!("unimplemented", "!("), "未完成"),
        (concat!("dbg", "!("), "调试残留"),
        (concat!("#[all", "ow("), "请用 #[expect(…, reason)]"),
        (concat!("/wo", "rk/sha"), "本机路径"),
        (concat!("/wo", "rk/main"), "本机路径"),
        (concat!("crates", "-io.proxy"), "内部主机"),
    ];
    none(&rules::forbidden(&sources(), &words));
    assert_eq!(rules::forbidden(&bad("a.rs", &format!("{}x)", words[0].0)), &words).len(), 1);
}

#[test]
fn no_type_is_a_manager_or_helper() {
    let names = ["Manager", "Service", "Helper", "Util", "Dto"];
    let words: Vec<(String, &str)> = names
        .iter()
        .flat_map(|name| [format!("struct {name}"), format!("{name} {{"), format!("{name};")])
        .map(|word| (word, "请用业务名词"))
        .collect();
    let words: Vec<(&str, &str)> = words.iter().map(|(word, why)| (word.as_str(), *why)).collect();
    let ours: Vec<Source> = sources()
        .into_iter()
        .map(|source| Source {
            text: source
                .text
                .lines()
                .filter(|line| {
                    line.trim_start().starts_with("pub struct") || line.trim_start().starts_with("struct")
                })
                .collect::<Vec<_>>()
                .join("\n"),
            path: source.path,
        })
        .collect();
    none(&rules::forbidden(&ours, &words));
}

#[test]
fn statements_speak_both_dialects() {
    let words = [
        ("now()", "时间由 Ctx 给出"),
        ("ILIKE", "两引擎不同"),
        (" ANY(", "两引擎不同"),
        ("GREATEST(", "两引擎不同"),
        ("date_trunc", "两引擎不同"),
        ("strftime(", "两引擎不同"),
        ("to_char(", "两引擎不同"),
        ("DISTINCT ON", "两引擎不同"),
        ("LATERAL", "两引擎不同"),
        ("SELECT *", "列要写名"),
        ("AS UUID)", "SQLite 没有这种转换"),
    ];
    let statements = sources()
        .into_iter()
        .filter(|source| !source.path.starts_with("crates/db/") && !source.path.contains("/tests/"));
    let statements: Vec<Source> = statements
        .map(|source| Source {
            text: source
                .text
                .lines()
                .filter(|line| {
                    ["SELECT", "INSERT", "UPDATE", "DELETE", "FROM", "WHERE"]
                        .iter()
                        .any(|word| line.contains(word))
                })
                .collect::<Vec<_>>()
                .join("\n"),
            path: source.path,
        })
        .collect();
    none(&rules::forbidden(&statements, &words));
}

#[test]
fn each_crate_writes_its_own_tables() {
    let all = sources().into_iter().filter(|source| {
        !source.path.contains("/tests/") && !source.path.ends_with("server/src/demo/remove.rs")
    });
    let all: Vec<Source> = all.collect();
    let migrations = rules::files("migrations", ".sql");
    none(&rules::foreign_writes(&all, &migrations));
    assert_eq!(
        rules::foreign_writes(&bad("crates/insight/src/x.rs", "\"UPDATE matter SET"), &migrations).len(),
        1
    );
}

#[test]
fn rules_know_neither_database_nor_pages() {
    let named = ["procedure.rs", "rules.rs", "figure.rs", "kind.rs"];
    let pure: Vec<Source> = sources()
        .into_iter()
        .filter(|source| {
            !source.path.starts_with("crates/testkit/")
                && named.iter().any(|name| source.path.ends_with(&format!("/{name}")))
        })
        .collect();
    assert!(pure.len() >= 4, "{pure:?}");
    none(&rules::forbidden(
        &pure,
        &[("use db", "规则不碰数据库"), ("db::", "规则不碰数据库"), ("axum", "规则不碰网页")],
    ));
}

#[test]
fn the_map_shows_the_edges() {
    let map = std::fs::read_to_string(rules::root().join("ARCHITECTURE.md")).unwrap();
    let (drawn, found) = (rules::table(&map), rules::edges());
    assert!(found.len() >= 14, "{found:?}");
    for (name, callees) in &found {
        let mut callees = callees.clone();
        callees.sort();
        let mut listed =
            drawn.get(name).cloned().unwrap_or_else(|| panic!("ARCHITECTURE.md does not list {name}"));
        listed.sort();
        assert_eq!(listed, callees, "{name}");
        assert!(rules::root().join("crates").join(name).join("README.md").exists(), "{name} has no README");
    }
}
