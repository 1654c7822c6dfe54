//! Short files, short functions.

use super::{
    Source,
    scan::{self, code},
};

/// The most lines of a file.
const FILE: usize = 400;
/// The most lines of a function, from the line of its `fn` to its closing brace.
const FUNCTION: usize = 60;

/// Files of more than 400 lines.
pub fn long_files(sources: &[Source]) -> Vec<String> {
    let counted = sources.iter().map(|source| (source, source.text.lines().count()));
    counted
        .filter(|(_, lines)| *lines > FILE)
        .map(|(source, lines)| {
            format!(
                "{}: {lines} lines, at most {FILE}: give a noun of its own a file of its own",
                source.path
            )
        })
        .collect()
}

/// Functions of more than 60 lines.
pub fn long_functions(sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources {
        let code = code(&source.text);
        for at in scan::words(&code, "fn") {
            let name = scan::name_after(&code, at + 2);
            let Some(body) = scan::block(&code, at).filter(|_| !name.is_empty()) else { continue };
            let from = scan::line(&code, at);
            let lines = scan::line(&code, body.end) - from + 1;
            if lines > FUNCTION {
                faults.push(format!(
                    "{}:{from}: `{name}` has {lines} lines, at most {FUNCTION}: take out a part that has a name",
                    source.path
                ));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(head: &str, lines: usize) -> Vec<String> {
        let text = format!("/// Doc.\n{head} {{\n{}}}\n", "    x(\"}\");\n".repeat(lines));
        long_functions(&[Source::new("a.rs", &text)])
    }

    #[test]
    fn a_file_may_have_400_lines_and_no_more() {
        assert!(long_files(&[Source::new("a.rs", &"x\n".repeat(400))]).is_empty());
        assert_eq!(long_files(&[Source::new("a.rs", &"x\n".repeat(401))]).len(), 1);
    }

    #[test]
    fn a_function_may_have_60_lines_and_no_more() {
        assert!(function("fn a()", 58).is_empty());
        let faults = function("fn a()", 59);
        assert!(faults[0].starts_with("a.rs:2: `a` has 61 lines"), "{faults:?}");
    }

    #[test]
    fn every_kind_of_function_is_counted() {
        for head in [
            "pub(crate) async fn a<'x>(b: &'x [u8; 3]) -> char",
            "const fn a()",
            "extern \"C\" fn a(b: fn(u8) -> u8)",
            "fn a<T>()\nwhere\n    T: Fn(),\n",
        ] {
            assert_eq!(function(head, 70).len(), 1, "{head}");
        }
        assert!(function("struct A", 70).is_empty());
        assert!(function("type A = fn(u8); struct B", 70).is_empty());
        assert!(function("trait A { fn a(&self); fn b(&self); } struct B", 70).is_empty());
    }
}
