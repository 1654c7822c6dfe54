//! Names say what a thing is in the office.

use super::{Source, code, scan};

/// Words that say nothing about the office.
const IDLE: &[&str] = &["Manager", "Service", "Helper", "Util", "Utility", "Dto"];

/// Types and files called manager, service, helper, util or DTO.
pub fn idle_names(sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources {
        let stem = source.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        if stem.split('_').any(is_idle) {
            faults.push(format!("{}: name the file after the one noun it is about", source.path));
        }
        let code = code(&source.text);
        for keyword in ["struct", "enum", "trait", "type", "union"] {
            for at in scan::words(&code, keyword) {
                let name = scan::name_after(&code, at + keyword.len());
                if camel_words(name).any(is_idle) || name.ends_with("DTO") {
                    let line = scan::line(&code, at);
                    faults.push(format!(
                        "{}:{line}: `{name}` says nothing of the office: take its noun",
                        source.path
                    ));
                }
            }
        }
    }
    faults
}

/// Also in the plural and in small letters.
fn is_idle(word: &str) -> bool {
    let word = word.strip_suffix('s').unwrap_or(word);
    IDLE.iter().any(|idle| idle.eq_ignore_ascii_case(word))
}

fn camel_words(name: &str) -> impl Iterator<Item = &str> {
    let starts = name.char_indices().filter(|(_, letter)| letter.is_uppercase()).map(|(at, _)| at);
    let starts: Vec<usize> = starts.chain([name.len()]).collect();
    starts.windows(2).map(|edge| &name[edge[0]..edge[1]]).collect::<Vec<_>>().into_iter()
}

/// Files called `mod.rs`.
pub fn mod_files(sources: &[Source]) -> Vec<String> {
    let found = sources.iter().filter(|source| source.path.ends_with("/mod.rs"));
    found.map(|source| format!("{}: write `foo.rs` beside the folder `foo/`", source.path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idle_names_are_found_where_a_type_is_made() {
        for text in [
            "pub struct MatterManager;",
            "enum HelperKind { A }",
            "pub(crate) trait Services {}",
            "type NoticeUtils = u8;",
            "struct MatterDTO;",
        ] {
            assert_eq!(idle_names(&[Source::new("crates/x/src/a.rs", text)]).len(), 1, "{text}");
        }
        assert_eq!(idle_names(&[Source::new("crates/x/src/date_helpers.rs", "")]).len(), 1);
    }

    #[test]
    fn names_that_only_sound_alike_are_left_alone() {
        let text = "use tower::Service; // struct Helper\nstruct Management; struct Utilisation; impl Service for A {}";
        assert!(idle_names(&[Source::new("crates/x/src/utilisation.rs", text)]).is_empty());
    }

    #[test]
    fn a_mod_file_is_found() {
        assert_eq!(mod_files(&[Source::new("crates/x/src/a/mod.rs", "")]).len(), 1);
        assert!(mod_files(&[Source::new("crates/x/src/mode.rs", "")]).is_empty());
    }
}
