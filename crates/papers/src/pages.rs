//! Pages of papers: drafting, a paper and its acts, the page in print, giving notice; the forms and their editions.

mod draft;
mod editor;
mod file;
mod forms;
mod list;
mod numbering;
mod opening;
mod sheet;
mod show;
mod step;
mod telling;
pub mod told;
mod verifying;

pub use file::file;
pub use list::way;
pub(crate) use list::widest;
#[cfg(test)]
pub(crate) use sheet::pitch as pitch_of;

use kernel::Permission;
use web::{May, Routes, Sample};

use crate::{procedure::Act, verify};

/// The address of each act: below its paper.
fn path(act: Act) -> &'static str {
    macro_rules! paths {
        ($($variant:ident => $path:literal,)*) => { match act { $(Act::$variant => concat!("/matters/{number}/papers/{id}/", $path),)* } };
    }
    paths! {
        Amend => "amendment",
        Submit => "submission",
        SendBack => "return",
        Approve => "approval",
        File => "filing",
        Print => "printing",
        Void => "voiding",
        Discard => "discard",
    }
}

/// The right an act's route asks for; the table and the form's own right stand behind it.
const fn may(act: Act) -> May {
    match act {
        Act::SendBack | Act::Approve | Act::Void => May::Can(Permission::Approve),
        Act::Print => May::Can(Permission::ViewMatters),
        // Whoever drafts holds it: the desk for sheets, the procedure's officers for the others.
        Act::Amend | Act::Submit | Act::File | Act::Discard => May::Can(Permission::Register),
    }
}

/// The routes of this crate.
pub fn routes() -> Routes {
    let (view, keep) = (May::Can(Permission::ViewMatters), May::Can(Permission::KeepSettings));
    let (unmask, approve) = (May::Can(Permission::Unmask), May::Can(Permission::Approve));
    let draft = May::Can(Permission::Register);
    let papers = Routes::new()
        .get("/papers", view, list::show)
        .get("/matters/{number}/papers/new", draft, draft::ask)
        .post("/matters/{number}/papers/new", draft, draft::store)
        .get("/matters/{number}/papers/{id}", view, show::show)
        .get("/matters/{number}/papers/{id}/print", view, show::print)
        .get("/matters/{number}/papers/{id}/docx", view, file::docx)
        .get("/matters/{number}/papers/{id}/amendment", draft, draft::ask_amendment)
        .post(path(Act::Amend), may(Act::Amend), draft::amend)
        .get("/matters/{number}/papers/{id}/opening", unmask, opening::ask)
        .post("/matters/{number}/papers/{id}/opening", unmask, opening::open)
        .get("/matters/{number}/papers/{id}/service", draft, telling::ask)
        .post("/matters/{number}/papers/{id}/service", draft, telling::plan)
        .get("/matters/{number}/forms/{id}", approve, forms::on_matter)
        .get(verify::PATH, May::Public, verifying::ask)
        .post(verify::PATH, May::Public, verifying::answer);
    let acts = Act::ALL.iter().filter(|act| **act != Act::Amend).fold(papers, |routes, act| {
        debug_assert!(path(*act).ends_with(act.path()), "one word for act, address and journal");
        routes.get(path(*act), may(*act), step::ask(*act)).post(path(*act), may(*act), step::store(*act))
    });
    acts.get("/forms", keep, forms::list)
        .get("/forms/numbering", keep, numbering::ask)
        .post("/forms/numbering", keep, numbering::store)
        .get("/forms/{key}", keep, forms::show)
        .get("/forms/{key}/new", keep, editor::ask)
        .post("/forms/{key}/new", keep, editor::store)
        .post("/forms/{key}/preview", keep, editor::preview)
        .get("/form_editions/{id}", keep, editor::show)
        .post("/form_editions/{id}", keep, editor::rewrite)
        .post("/form_editions/{id}/activation", keep, editor::activate)
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<Sample> {
    [
        list::samples(),
        draft::samples(),
        show::samples(),
        step::samples(),
        opening::samples(),
        telling::samples(),
        forms::samples(),
        editor::samples(),
        numbering::samples(),
        verifying::samples(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
