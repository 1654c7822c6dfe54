//! One transition table per procedure (DESIGN §1.3). Buttons, rights, the SQL check, the diagram and the tests come
//! from the table; nothing else may list states.

use std::fmt::Write as _;

use crate::{Refusal, Role, Word};

/// One row of a transition table: from any of `from`, `act` leads to `to`, done by any of `who`, under `article`.
#[derive(Debug)]
pub struct Move<S: 'static, A> {
    /// States the act is lawful in.
    pub from: &'static [S],
    /// What is done.
    pub act: A,
    /// The state after.
    pub to: S,
    /// The roles that may do it.
    pub who: &'static [Role],
    /// The article that orders or allows it; empty for office practice.
    pub article: &'static str,
}

impl<S, A: Copy> Move<S, A> {
    /// A row: from any of `from`, `act` leads to `to`, done by `who`, under `article` (empty for office practice).
    pub const fn new(from: &'static [S], act: A, to: S, who: &'static [Role], article: &'static str) -> Self {
        Self { from, act, to, who, article }
    }
}

/// The row that lets `role` do `act` in `state`.
///
/// # Errors
/// A refusal that names the act and the state, or the roles that may do it.
pub fn find<S: Word, A: Word>(
    table: &'static [Move<S, A>],
    state: S,
    act: A,
    role: Option<Role>,
) -> Result<&'static Move<S, A>, Refusal> {
    let row = table.iter().find(|row| row.act == act && row.from.contains(&state)).ok_or_else(|| {
        Refusal::new("not_lawful_now", format!("当前状态为“{}”，不能“{}”", state.label(), act.label()))
    })?;
    match role {
        Some(role) if !row.who.contains(&role) => {
            let who: Vec<_> = row.who.iter().map(|role| role.label()).collect();
            Err(Refusal::new("not_permitted", format!("“{}”须由{}办理", act.label(), who.join("、"))))
        }
        _ => Ok(row),
    }
}

/// The rows open to `role` in `state`: the buttons of the page.
pub fn lawful<S: Word, A: Word>(
    table: &'static [Move<S, A>],
    state: S,
    role: Role,
) -> impl Iterator<Item = &'static Move<S, A>> {
    table.iter().filter(move |row| row.from.contains(&state) && row.who.contains(&role))
}

/// The table as a Mermaid state diagram, for `docs/workflows/`.
pub fn diagram<S: Word, A: Word>(table: &'static [Move<S, A>]) -> String {
    let mut text = String::from("stateDiagram-v2\n");
    let mut named: Vec<S> = Vec::new();
    for row in table {
        for state in row.from.iter().chain([&row.to]) {
            if !named.contains(state) {
                named.push(*state);
                let _ = writeln!(text, "    {}: {}", state.code(), state.label());
            }
        }
    }
    for row in table {
        for from in row.from {
            let article =
                if row.article.is_empty() { String::new() } else { format!("（{}）", row.article) };
            let _ = writeln!(text, "    {} --> {}: {}{article}", from.code(), row.to.code(), row.act.label());
        }
    }
    text
}
