//! The acts offered on the matter page, in groups: what moves the matter on first, everything else after it and quieter.

use crate::ActLink;

/// Acts that belong together.
pub(super) struct Group {
    /// Its heading.
    pub title: &'static str,
    /// The acts in the order offered.
    pub acts: Vec<ActLink>,
}

/// (heading, last parts of addresses): where an act is no step of the procedure itself.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "分派和关联",
        &[
            ASSIGN,
            "return",
            "jurisdiction",
            "dispute",
            "split",
            "split/end",
            "urging",
            "report_merge",
            "report_clue",
            "cluster",
        ],
    ),
    ("文书和告知", &["papers/new", "notices", "receipt", "odr_link", "odr_entrustment"]),
    ("更正", &["void", "rule_set"]),
];

/// To give a matter to an officer.
const ASSIGN: &str = "assignment";

/// Steps that end a matter without its purpose: never the first to be offered.
const LAST: &[&str] = &["withdrawal", "odr_withdrawal", "recusal", "recusals"];

/// The last parts of `/matters/{number}/…`.
fn path(act: &ActLink) -> &str {
    act.href.splitn(4, '/').nth(3).unwrap_or_default()
}

/// The steps of the procedure, the likeliest first, and the other acts in groups; groups without acts are left out. As long as
/// nobody handles the matter (`unassigned`), to give it to somebody is the first step.
pub(super) fn groups(acts: Vec<ActLink>, unassigned: bool) -> (Vec<ActLink>, Vec<Group>) {
    let mut steps = Vec::new();
    let mut found: Vec<Group> = GROUPS.iter().map(|(title, _)| Group { title, acts: Vec::new() }).collect();
    for act in acts {
        let gives = unassigned && path(&act) == ASSIGN;
        let at = GROUPS.iter().position(|(_, paths)| !gives && paths.contains(&path(&act)));
        match at.and_then(|at| found.get_mut(at)) {
            Some(group) => group.acts.push(act),
            None => steps.push(act),
        }
    }
    steps.sort_by_key(|act| (path(act) != ASSIGN, LAST.contains(&path(act))));
    found.retain(|group| !group.acts.is_empty());
    (steps, found)
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
        let (steps, groups) = groups(all.to_vec(), false);
        let words = |acts: &[ActLink]| acts.iter().map(|act| act.label.clone()).collect::<Vec<_>>().join(" ");
        assert_eq!(words(&steps), "acceptance refusal withdrawal");
        assert_eq!(words(&super::groups(all.to_vec(), true).0), "assignment acceptance refusal withdrawal");
        let told: Vec<_> = groups.iter().map(|group| (group.title, words(&group.acts))).collect();
        let of = |title, acts: &str| (title, acts.to_owned());
        assert_eq!(
            told,
            [of("分派和关联", "assignment"), of("文书和告知", "papers/new"), of("更正", "void")]
        );
    }
}
