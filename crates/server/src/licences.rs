//! What the program is built from (SEC_49): the packages of `Cargo.lock` with version, checksum, licence and the words of the
//! licence, as a page for everybody and as a bill of materials (SBOM, CycloneDX 1.6) by `xiaobao sbom`.
//!
//! The facts lie in `data/third_party.json`, made by the test `the_licences_are_those_of_the_lock_file`, which also holds them
//! against `Cargo.lock` in both directions.

use std::sync::OnceLock;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::Ctx;
use serde::Deserialize;
use serde_json::{Value, json};
use web::{App, Context, Frame, May, Problem, Result, Routes, Sample, page};

/// Packages and the words of their licences.
#[derive(Debug, Deserialize)]
pub struct Book {
    /// Every package of `Cargo.lock` that is not ours, by name and version.
    pub packages: Vec<Package>,
    /// The words of the licences, each once.
    pub texts: Vec<String>,
}

/// A package that others wrote.
#[derive(Debug, Deserialize)]
pub struct Package {
    /// Its name on crates.io.
    pub name: String,
    /// The one version that is built in.
    pub version: String,
    /// SPDX expression.
    pub licence: String,
    /// SHA-256 of its archive, lower-case hexadecimal.
    pub checksum: String,
    /// Whether it is part of the program; otherwise it is a tool of the tests, or of a system we do not build for.
    pub program: bool,
    /// `name version` of the packages it calls.
    pub needs: Vec<String>,
    /// Places in [`Book::texts`]; empty for what is not part of the program.
    pub texts: Vec<usize>,
}

impl Package {
    fn key(&self) -> String {
        format!("{} {}", self.name, self.version)
    }

    fn purl(&self) -> String {
        purl(&self.key())
    }
}

/// The name of a package among all packages of the world (package-url), from `name version`.
fn purl(key: &str) -> String {
    let (name, version) = key.split_once(' ').unwrap_or((key, ""));
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}

/// What the program is built from.
///
/// # Panics
/// When the file that was compiled in is not what its test wrote.
pub fn book() -> &'static Book {
    static BOOK: OnceLock<Book> = OnceLock::new();
    BOOK.get_or_init(|| {
        let read = serde_json::from_str(include_str!("../data/third_party.json"));
        read.expect("data/third_party.json is what the test wrote")
    })
}

/// The bill of materials as CycloneDX 1.6. It holds neither an instant nor a drawn number: the same program has the same bill.
pub fn bill() -> Value {
    let ours = format!("pkg:cargo/xiaobao@{}", env!("CARGO_PKG_VERSION"));
    let packages = &book().packages;
    let components: Vec<Value> = packages.iter().map(component).collect();
    let direct: Vec<String> = packages.iter().filter(|one| one.program).map(Package::purl).collect();
    let own = json!({ "ref": ours, "dependsOn": direct });
    let needs = |package: &Package| {
        let on: Vec<String> = package.needs.iter().map(|key| purl(key)).collect();
        json!({ "ref": package.purl(), "dependsOn": on })
    };
    let dependencies: Vec<Value> = std::iter::once(own).chain(packages.iter().map(needs)).collect();
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": {
            "type": "application", "bom-ref": ours, "purl": ours, "name": "xiaobao", "version": env!("CARGO_PKG_VERSION"),
            "licenses": [{ "expression": env!("CARGO_PKG_LICENSE") }],
        } },
        "components": components,
        "dependencies": dependencies,
    })
}

fn component(package: &Package) -> Value {
    let purl = package.purl();
    json!({
        "type": "library", "bom-ref": purl, "purl": purl, "name": package.name, "version": package.version,
        "scope": if package.program { "required" } else { "excluded" },
        "hashes": [{ "alg": "SHA-256", "content": package.checksum }],
        "licenses": [{ "expression": package.licence }],
    })
}

pub(crate) fn routes() -> Routes {
    Routes::new().get("/licences", May::Public, list).get("/licences/{name}/{version}", May::Public, show)
}

/// The packages of the program.
#[derive(Template)]
#[template(path = "licences.html")]
struct List {
    frame: Frame,
    version: &'static str,
    packages: Vec<&'static Package>,
}

/// The words of one package's licence.
#[derive(Template)]
#[template(path = "licence.html")]
struct Show {
    frame: Frame,
    package: &'static Package,
    texts: Vec<&'static str>,
}

impl List {
    fn new(frame: Frame) -> Self {
        let packages = book().packages.iter().filter(|package| package.program).collect();
        Self { frame, version: env!("CARGO_PKG_VERSION"), packages }
    }
}

impl Show {
    fn new(frame: Frame, package: &'static Package) -> Self {
        let texts = package.texts.iter().filter_map(|at| book().texts.get(*at)).map(String::as_str).collect();
        Self { frame, package, texts }
    }
}

async fn list(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    page(&List::new(frame(&app, &ctx)))
}

async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path((name, version)): Path<(String, String)>,
) -> Result<Response> {
    let mut packages = book().packages.iter().filter(|package| package.program);
    let found = packages.find(|package| package.name == name && package.version == version);
    page(&Show::new(frame(&app, &ctx), found.ok_or(Problem::NotFound)?))
}

fn frame(app: &App, ctx: &Ctx) -> Frame {
    Frame::new(app, ctx, "第三方软件", "/licences")
}

/// The pages of this module on sample data.
pub(crate) fn samples() -> Vec<Sample> {
    let package = &book().packages[0];
    vec![
        Sample::of("licences", &List::new(Frame::bare())),
        Sample::of("licence", &Show::new(Frame::bare(), package)),
    ]
}
