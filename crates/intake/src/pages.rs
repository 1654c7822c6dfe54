//! The desk (接待台): one page by keyboard.

mod advise;
mod answer;
mod desk;
mod split;
mod undo;
mod whom;

use kernel::Permission;
use web::{May, Routes, Sample};

pub(crate) use split::STATEMENTS;

/// The routes of this crate.
pub fn routes() -> Routes {
    let register = May::Can(Permission::Register);
    Routes::new()
        .get("/desk", register, desk::show)
        .post("/desk", register, desk::store)
        .post("/desk/draft", register, desk::draft)
        .post("/desk/draft/end", register, desk::drop_draft)
        .post("/desk/advice", register, advise::suggest)
        .get("/desk/earlier", register, desk::earlier)
        .get("/matters/{number}/split", register, split::ask)
        .post("/matters/{number}/split", register, split::store)
        .get("/matters/{number}/split/end", register, undo::ask)
        .post("/matters/{number}/split/end", register, undo::store)
        .get("/matters/{number}/trader", register, whom::show)
        .post("/matters/{number}/trader", register, whom::store)
        .post("/matters/{number}/trader/end", register, whom::end)
        .get("/matters/{number}/answer", register, answer::answering)
        .post("/matters/{number}/answer", register, answer::answer)
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<Sample> {
    desk::samples()
        .into_iter()
        .chain(answer::samples())
        .chain(split::samples())
        .chain(undo::samples())
        .chain(whom::samples())
        .collect()
}
