//! Query strings: whatever an address asks, the list is made into a statement that SQLite prepares and answers, the page is a page,
//! and what was asked comes back as text.

use std::sync::{Mutex, OnceLock};

use db::Cursor;
use testkit::Visitor;
use web::Problem;

use super::{feed::Feed, office::desk};

/// Pages with a filter, with somebody who may see them.
const PAGES: [(&str, &str); 24] = [
    ("bureau", "/matters"),
    ("zhang", "/matters"),
    ("bureau", "/work"),
    ("zhang", "/work"),
    ("dispatcher", "/traders"),
    ("zhang", "/traders/lookup"),
    ("zhang", "/traders/new"),
    ("auditor", "/audit"),
    ("auditor", "/audit/reads"),
    ("bureau", "/figures"),
    ("bureau", "/figures/received"),
    ("bureau", "/figures/received/rows"),
    ("zhang", "/operations"),
    ("zhang", "/views"),
    ("bureau", "/disputes"),
    ("bureau", "/approvals"),
    ("admin", "/settings/calendar"),
    ("admin", "/settings/rules/clock"),
    ("zhang", "/desk"),
    ("zhang", "/desk/earlier"),
    ("bureau", "/exports/new"),
    ("zhang", "/callbacks"),
    ("", "/sign-in"),
    ("", "/"),
];

/// Names that filters know.
const NAMES: [&str; 32] = [
    "q",
    "kind",
    "phase",
    "channel",
    "goods",
    "problem",
    "outcome",
    "unit",
    "trader",
    "returned",
    "on_time",
    "from",
    "to",
    "closed_from",
    "closed_to",
    "after",
    "tab",
    "number",
    "who",
    "what",
    "verb",
    "by",
    "cut",
    "period",
    "list",
    "phone",
    "name",
    "year",
    "key",
    "next",
    "tag",
    "view",
];

fn visitors() -> &'static Mutex<Vec<(&'static str, Visitor)>> {
    static VISITORS: OnceLock<Mutex<Vec<(&'static str, Visitor)>>> = OnceLock::new();
    VISITORS.get_or_init(|| {
        super::import::some_matters();
        let mut all: Vec<(&str, Visitor)> = Vec::new();
        for (login, _) in PAGES {
            if !all.iter().any(|(known, _)| *known == login) {
                let visitor = if login.is_empty() { desk().office.stranger() } else { desk().visitor(login) };
                all.push((login, visitor));
            }
        }
        Mutex::new(all)
    })
}

/// Opens the office with matters to look for, and signs everybody in.
pub fn open() {
    visitors();
}

/// The first bytes say which page or list is asked, the others what.
pub fn hold(data: &[u8]) {
    let mut feed = Feed::new(data);
    match feed.below(3) {
        0 => page(&mut feed),
        1 => listing(&mut feed),
        _ => cursor(&feed.text()),
    }
}

/// Percent-coded where an address cannot hold it; what is coded already stays.
fn address(bytes: &[u8]) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"&=%+-_.~".contains(&byte);
    bytes
        .iter()
        .map(|byte| if plain(*byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// A query as somebody types it, or one of names that are known.
fn query(feed: &mut Feed) -> String {
    if feed.flag() {
        return address(feed.rest());
    }
    let mut names: Vec<&str> = (0..=feed.below(6)).map(|_| NAMES[feed.below(NAMES.len())]).collect();
    names.dedup();
    let text = feed.text();
    let values = text.split('\u{1f}');
    let pairs = names
        .iter()
        .zip(values)
        .map(|(name, value)| format!("{name}={}", address(value.as_bytes()).replace('&', "%26")));
    pairs.collect::<Vec<_>>().join("&")
}

fn page(feed: &mut Feed) {
    let (login, path) = PAGES[feed.below(PAGES.len())];
    let query = query(feed);
    let mut visitors = visitors().lock().expect("one at a time");
    let visitor = &mut visitors.iter_mut().find(|(known, _)| *known == login).expect("somebody").1;
    let answer = desk().runtime.block_on(visitor.get(&format!("{path}?{query}")));
    assert!(answer.status < 500, "{path}?{query}: {} {}", answer.status, answer.text());
    assert!(answer.status != 401 && answer.status != 403, "{login} may see {path}: {}", answer.status);
    let html =
        answer.headers.get("content-type").is_some_and(|media| media.as_bytes().starts_with(b"text/html"));
    if html {
        let body = answer.body.to_ascii_lowercase();
        assert!(!body.contains("<marquee") && !body.contains("=\"\"marquee"), "{path}?{query} became markup");
    }
}

fn listing(feed: &mut Feed) {
    let _ = visitors();
    let listings = exchange::listings();
    let listing = listings[feed.below(listings.len())];
    let after = feed.flag().then(|| feed.word());
    let query = query(feed);
    let ctx = desk().office.ctx("bureau");
    (listing.words)(&query);
    let asked = query.clone();
    let after = after.map(|after| match after % 4 {
        0 => String::new(),
        1 => "zz".to_owned(),
        2 => Cursor::of(db::params![i64::from(after), "甲"]).to_string(),
        _ => Cursor::of(db::params!["2026-09-23", i64::from(after)]).to_string(),
    });
    let batch = desk()
        .runtime
        .block_on(desk().office.app.db.read(move |tx| (listing.read)(tx, &ctx, &asked, after.as_deref())));
    match batch {
        Ok(batch) => {
            assert!(batch.rows.iter().all(|row| row.len() == listing.columns.len()), "{}", listing.key);
        }
        Err(Problem::Fault(words)) => panic!("{}?{query}: {words}", listing.key),
        Err(_) => {}
    }
}

/// A place in a list that can be read is written again as it was.
fn cursor(text: &str) {
    if let Ok(cursor) = text.parse::<Cursor>() {
        assert_eq!(cursor.to_string(), text.to_ascii_lowercase());
    }
}
