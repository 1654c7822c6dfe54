//! SECURITY 49: what the program is built from is told, and is what was built. `XIAOBAO_WRITE=1` makes the file anew; it asks
//! cargo, which downloads what it has not.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};
use server::licences::{self, Package};
use testkit::TestOffice;

/// The systems we build for (`deny.toml`).
const TARGETS: [&str; 2] = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"];

/// What MIT and others say where a package brings no file of its own.
const MIT: &str = "Permission is hereby granted, free of charge, to any person obtaining a copy of this software and \
associated documentation files (the \"Software\"), to deal in the Software without restriction, including without limitation the \
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to \
whom the Software is furnished to do so, subject to the following conditions:\n\nThe above copyright notice and this permission \
notice shall be included in all copies or substantial portions of the Software.\n\nTHE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT \
WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR \
PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER \
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE \
OR OTHER DEALINGS IN THE SOFTWARE.\n";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn cargo(arguments: &[&str]) -> String {
    let ran = Command::new(env!("CARGO")).current_dir(root()).args(arguments).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap()
}

/// A package of `Cargo.lock`: key `name version`, checksum, keys of what it needs.
#[derive(Debug, PartialEq)]
struct Locked {
    checksum: String,
    needs: BTreeSet<String>,
}

/// The packages of others in `Cargo.lock`.
fn locked() -> BTreeMap<String, Locked> {
    let text = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let blocks: Vec<&str> = text.split("[[package]]").skip(1).collect();
    let quoted = |line: &str| line.split('"').nth(1).unwrap_or_default().to_owned();
    let field = |block: &str, name: &str| {
        block.lines().find(|line| line.starts_with(&format!("{name} = "))).map(quoted).unwrap_or_default()
    };
    let key = |block: &str| format!("{} {}", field(block, "name"), field(block, "version"));
    let mut versions: BTreeMap<String, String> = BTreeMap::new();
    blocks.iter().for_each(|block| drop(versions.insert(field(block, "name"), key(block))));
    let needs = |block: &str| {
        let names = block.lines().filter(|line| line.starts_with(" \"")).map(quoted);
        // A name alone is the only version there is; name and version otherwise.
        names.map(|name| versions.get(&name).cloned().unwrap_or(name)).collect()
    };
    let foreign = blocks.iter().filter(|block| block.contains("\nsource = "));
    foreign
        .map(|block| (key(block), Locked { checksum: field(block, "checksum"), needs: needs(block) }))
        .collect()
}

/// `name version` of what is part of the program, on any system we build for.
fn of_the_program() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for target in TARGETS {
        let tree = [
            "tree", "--locked", "-p", "server", "-e", "normal", "--target", target, "--prefix", "none", "-f",
            "{p}",
        ];
        for line in cargo(&tree).lines() {
            let mut words = line.split(' ');
            let (name, version) = (words.next().unwrap(), words.next().unwrap_or_default());
            found.insert(format!("{name} {}", version.trim_start_matches('v')));
        }
    }
    found
}

/// The words of a package's licence: its own files, or what its licence says.
fn words_of(package: &Value, apache: &str) -> Vec<String> {
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    let mut files: Vec<PathBuf> =
        fs::read_dir(manifest.parent().unwrap()).unwrap().flatten().map(|entry| entry.path()).collect();
    files.sort();
    let is_licence = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        path.is_file()
            && ["LICEN", "COPYING", "NOTICE", "UNLICENSE"].iter().any(|start| name.starts_with(start))
    };
    let read = |path: PathBuf| {
        let text = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        lines.join("\n").trim_matches('\n').to_owned()
    };
    let own: Vec<String> = files.into_iter().filter(is_licence).map(read).collect();
    if !own.is_empty() {
        return own;
    }
    let licence = package["license"].as_str().unwrap();
    let authors: Vec<&str> =
        package["authors"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    match licence {
        _ if licence.contains("MIT") => vec![format!("Copyright (c) {}\n\n{MIT}", authors.join(", "))],
        _ if licence.contains("Apache-2.0") => vec![apache.to_owned()],
        _ => panic!("{}: {licence} has no words", package["name"]),
    }
}

/// Makes the file anew.
fn write(path: &Path) {
    let (lock, program) = (locked(), of_the_program());
    let apache = fs::read_to_string(root().join("LICENSE")).unwrap();
    let told: Value =
        serde_json::from_str(&cargo(&["metadata", "--locked", "--format-version", "1"])).unwrap();
    let (mut texts, mut packages): (Vec<String>, Vec<Value>) = (Vec::new(), Vec::new());
    for package in told["packages"].as_array().unwrap() {
        let (name, version) = (package["name"].as_str().unwrap(), package["version"].as_str().unwrap());
        let Some(row) = lock.get(&format!("{name} {version}")) else { continue };
        let is_part = program.contains(&format!("{name} {version}"));
        let mut at = BTreeSet::new();
        for text in if is_part { words_of(package, &apache) } else { Vec::new() } {
            let known = texts.iter().position(|known| *known == text);
            at.insert(known.unwrap_or_else(|| {
                texts.push(text);
                texts.len() - 1
            }));
        }
        packages.push(json!({
            "name": name, "version": version, "checksum": row.checksum, "program": is_part, "needs": row.needs, "texts": at,
            "licence": package["license"].as_str().unwrap().replace('/', " OR "),
        }));
    }
    packages.sort_by_key(|package| format!("{} {}", package["name"], package["version"]));
    let lines = |of: &[Value]| of.iter().map(ToString::to_string).collect::<Vec<_>>().join(",\n");
    let texts: Vec<Value> = texts.into_iter().map(Value::from).collect();
    let book = format!("{{\"packages\": [\n{}\n],\n\"texts\": [\n{}\n]}}\n", lines(&packages), lines(&texts));
    fs::write(path, book).unwrap();
}

fn key(package: &Package) -> String {
    format!("{} {}", package.name, package.version)
}

#[test]
fn sec_49_the_licences_are_those_of_the_lock_file() {
    if std::env::var_os("XIAOBAO_WRITE").is_some() {
        return write(&root().join("crates/server/data/third_party.json"));
    }
    let lock = locked();
    assert!(lock.len() > 300 && lock.values().all(|row| row.checksum.len() == 64), "{}", lock.len());
    let told: BTreeMap<String, Locked> = licences::book()
        .packages
        .iter()
        .map(|one| {
            let needs = one.needs.iter().cloned().collect();
            (key(one), Locked { checksum: one.checksum.clone(), needs })
        })
        .collect();
    for (key, row) in &lock {
        assert_eq!(
            told.get(key),
            Some(row),
            "{key}: XIAOBAO_WRITE=1 cargo test -p server --test office -- sec_49"
        );
    }
    assert_eq!(told.len(), lock.len(), "nothing is told that is not built");
    for package in licences::book().packages.iter().filter(|package| package.program) {
        let words: Vec<&String> = package.texts.iter().map(|at| &licences::book().texts[*at]).collect();
        assert!(words.iter().any(|text| text.len() > 200), "{}", package.name);
    }
    // What the program stands on is part of it; what drives the browser of the tests is not.
    let part = |name: &str| licences::book().packages.iter().any(|one| one.name == name && one.program);
    assert!(["axum", "rusqlite", "rustls", "tokio-postgres"].into_iter().all(part));
    assert!(!part("fantoccini") && !part("proptest"));
}

#[test]
fn sec_49_the_bill_of_materials_is_whole_and_the_same_every_time() {
    let bill = licences::bill();
    assert_eq!(bill, licences::bill());
    assert_eq!((&bill["bomFormat"], &bill["specVersion"]), (&json!("CycloneDX"), &json!("1.6")));
    let components = bill["components"].as_array().unwrap();
    assert_eq!(components.len(), licences::book().packages.len());
    let mut names: BTreeSet<&str> = components.iter().map(|one| one["bom-ref"].as_str().unwrap()).collect();
    assert_eq!(names.len(), components.len(), "a name is one package");
    names.insert(bill["metadata"]["component"]["bom-ref"].as_str().unwrap());
    for row in bill["dependencies"].as_array().unwrap() {
        let on = row["dependsOn"].as_array().unwrap();
        for name in on.iter().chain([&row["ref"]]) {
            assert!(names.contains(name.as_str().unwrap()), "{name} is no component");
        }
    }
    for component in components {
        assert_eq!(component["hashes"][0]["content"].as_str().unwrap().len(), 64, "{component}");
        assert!(!component["licenses"][0]["expression"].as_str().unwrap().contains('/'), "{component}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_read_which_software_of_others_is_in_the_program() {
    TestOffice::each(async |office| {
        let mut stranger = office.stranger();
        let list = stranger.get("/licences").await;
        assert_eq!(list.status, 200);
        for package in licences::book().packages.iter().filter(|package| package.program) {
            let path = format!("/licences/{}/{}", package.name, package.version);
            assert!(list.body.contains(&path), "{path}");
        }
        let axum = licences::book().packages.iter().find(|package| package.name == "axum").unwrap();
        let page = stranger.get(&format!("/licences/axum/{}", axum.version)).await;
        assert!(page.text().contains("Permission is hereby granted"), "{}", page.text());
        assert_eq!(stranger.get("/licences/axum/0.0.0").await.status, 404);
        assert_eq!(stranger.get("/licences/%2e%2e/keys.txt").await.status, 404);
    })
    .await;
}
