//! The committed corpora of the fuzz targets, fed through the same functions without a fuzzer: what was found once is not found
//! again, and the targets compile wherever the tests do. `scripts/fuzz` looks for more.

#[path = "../../../fuzz/src/lib.rs"]
mod hostile;

use testkit::house_rules;

/// Every file of a target's corpus, and every one of them cut off in the middle.
fn feed(target: &str, hold: fn(&[u8])) {
    let folder = house_rules::root().join("fuzz/corpus").join(target);
    let listed = std::fs::read_dir(folder).expect("a corpus");
    let mut files: Vec<_> = listed.map(|file| file.expect("a file").path()).collect();
    files.sort();
    assert!(files.len() >= 10, "{target} has only {} files", files.len());
    for file in files {
        let bytes = std::fs::read(&file).expect("a file");
        // Said on standard error, which is shown with a failure.
        eprintln!("{}", file.display());
        hold(&bytes);
        hold(&bytes[..bytes.len() / 2]);
    }
    hold(b"");
}

#[test]
fn codes_hold() {
    feed("codes", hostile::codes::hold);
}

#[test]
fn clocks_hold() {
    feed("clocks", hostile::clocks::hold);
}

#[test]
fn numerals_hold() {
    feed("numerals", hostile::numerals::hold);
}

#[test]
fn files_of_attachments_hold() {
    feed("sniff", hostile::sniff::hold);
}

/// One after another: they share an office, and its folder goes with the last.
#[test]
fn forms_filters_and_imports_hold() {
    hostile::open();
    feed("forms", hostile::forms::hold);
    feed("import", hostile::import::hold);
    hostile::filters::open();
    feed("filters", hostile::filters::hold);
    hostile::close();
}
