#![doc = include_str!("../README.md")]

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    Vec::new()
}

/// The routes of this crate.
pub fn routes() -> web::Routes {
    web::Routes::new()
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<web::Sample> {
    Vec::new()
}
