//! Pages of files in and out.

mod exports;
mod imports;

pub use exports::way;
use kernel::Permission;
use web::{May, Routes, Sample};

/// The routes of this crate.
pub fn routes() -> Routes {
    let (export, bring) = (May::Can(Permission::Export), May::Can(Permission::Dispatch));
    Routes::new()
        .get("/exports", export, exports::list)
        .get("/exports/new", export, exports::new)
        .post("/exports", export, exports::store)
        .get("/exports/{id}", export, exports::show)
        .get("/exports/{id}/file", export, exports::file)
        .get("/imports", bring, imports::list)
        .post("/imports", bring, imports::upload)
        .get("/imports/{id}", bring, imports::show)
        .post("/imports/{id}/run", bring, imports::run)
        .get("/imports/{id}/faults", bring, imports::faults)
        .post("/imports/{id}/lines/{line}/link", bring, imports::link)
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<Sample> {
    exports::samples().into_iter().chain(imports::samples()).collect()
}
