//! The acts offered on the matter page, in groups: what moves the matter on first, everything else after it and quieter.

use crate::ActLink;

/// Acts that belong together.
pub(super) struct Group {
    /// Its heading; empty for the acts of the procedure, which need none.
    pub title: &'static str,
    /// The acts, the likeliest first.
    pub acts: Vec<ActLink>,
}

/// (heading, last parts of addresses): where an act is no step of the procedure itself.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "分派和关联",
        &[
            "assignment",
            "return",
            "jurisdiction",
            "dispute",
            "split",
            "urging",
            "report_merge",
            "report_clue",
            "cluster",
        ],
    ),
    ("文书和告知", &["papers/new", "notices", "receipt", "odr_link", "odr_entrustment"]),
    ("更正", &["void", "rule_set"]),
];

/// Steps that end a matter without its purpose: never the first to be offered.
const LAST: &[&str] = &["withdrawal", "odr_withdrawal", "recusal", "recusals"];

/// The last parts of `/matters/{number}/…`.
fn path(act: &ActLink) -> &str {
    act.href.splitn(4, '/').nth(3).unwrap_or_default()
}

/// The acts in groups; groups without acts are left out.
pub(super) fn groups(acts: Vec<ActLink>) -> Vec<Group> {
    let mut found: Vec<Group> = std::iter::once("")
        .chain(GROUPS.iter().map(|(title, _)| *title))
        .map(|title| Group { title, acts: Vec::new() })
        .collect();
    for act in acts {
        let at = GROUPS.iter().position(|(_, paths)| paths.contains(&path(&act)));
        if let Some(group) = found.get_mut(at.map_or(0, |at| at + 1)) {
            group.acts.push(act);
        }
    }
    if let Some(steps) = found.first_mut() {
        steps.acts.sort_by_key(|act| LAST.contains(&path(act)));
    }
    found.retain(|group| !group.acts.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_of_the_procedure_stands_first_and_alone_is_loud() {
        let act = |path: &str| ActLink {
            href: format!("/matters/TS-1/{path}"),
            label: path.to_owned(),
            article: String::new(),
        };
        let all = ["withdrawal", "papers/new", "acceptance", "void", "assignment", "refusal"].map(act);
        let told: Vec<(&str, Vec<String>)> = groups(all.to_vec())
            .into_iter()
            .map(|group| (group.title, group.acts.into_iter().map(|act| act.label).collect()))
            .collect();
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            told,
            [
                ("", words(&["acceptance", "refusal", "withdrawal"])),
                ("分派和关联", words(&["assignment"])),
                ("文书和告知", words(&["papers/new"])),
                ("更正", words(&["void"])),
            ]
        );
        assert!(groups(Vec::new()).is_empty());
    }
}
