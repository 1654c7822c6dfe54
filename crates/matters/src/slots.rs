//! What a capability shows on the matter page: the server registers one set of slots per kind.

use std::sync::OnceLock;

use db::Tx;
use kernel::Ctx;
use web::{Html, Result};

use crate::{Kind, Matter, merge, number};

/// An act a person may take now: a lawful one, by a person who may.
#[derive(Clone, Debug)]
pub struct ActLink {
    /// Where its form is.
    pub href: String,
    /// Its word.
    pub label: String,
    /// The article that orders or allows it.
    pub article: String,
}

/// What a capability adds to the page of its matters.
#[derive(Clone, Copy)]
pub struct Slots {
    /// Its kind of matter.
    pub kinds: &'static [Kind],
    /// The word of a state.
    pub state: fn(Kind, &str) -> &'static str,
    /// Sections of facts.
    pub facts: fn(&mut Tx, &Ctx, &Matter) -> Result<Html>,
    /// The next acts.
    pub acts: fn(&mut Tx, &Ctx, &Matter) -> Result<Vec<ActLink>>,
}

static SLOTS: OnceLock<Vec<Slots>> = OnceLock::new();

/// Registers the capabilities' slots, once, when the program starts.
pub fn register(slots: Vec<Slots>) {
    // A second call keeps the first: tests open several offices in one process.
    SLOTS.get_or_init(|| slots);
}

/// The slots of a kind of matter.
pub fn of(kind: Kind) -> impl Iterator<Item = &'static Slots> {
    SLOTS.get().map_or(&[][..], Vec::as_slice).iter().filter(move |slots| slots.kinds.contains(&kind))
}

/// The word of a matter's state.
pub fn state_words(kind: Kind, state: &str) -> String {
    match state {
        number::VOID_STATE => return "登记作废".to_owned(),
        merge::MERGED => return "已并案".to_owned(),
        _ => {}
    }
    let told = of(kind).map(|slots| (slots.state)(kind, state)).find(|words| !words.is_empty());
    told.map_or_else(|| state.to_owned(), str::to_owned)
}

/// A section of the matter page; `body` is HTML already.
pub fn section(title: &str, body: &str) -> String {
    format!("<section class=\"card\"><h2>{title}</h2>{body}</section>")
}

/// What the system found, for a decision that stays the officer's: what, how many, which matters; under `note`.
pub fn evidence<N: std::fmt::Display>(note: &str, found: &[(&str, N, String)]) -> String {
    let row = |(what, count, which): &(&str, N, String)| {
        // A line ends between two numbers, never in one.
        let which = web::escape(which).replace('、', "</span>、<span class=\"number\">");
        format!(
            "<tr><td>{what}</td><td class=\"num\">{count}</td><td><span class=\"number\">{which}</span></td></tr>"
        )
    };
    let rows: String = found.iter().map(row).collect();
    format!(
        "<p class=\"meta\">{note}</p><table><thead><tr><th scope=\"col\">情况</th><th scope=\"col\" class=\"num\">件数</th>\
         <th scope=\"col\">编号</th></tr></thead><tbody>{rows}</tbody></table>"
    )
}
