//! The program under siege: killed in mid-write, on a full and on a read-only disk, cut off from its database, started twice,
//! upgraded from every earlier schema and rolled back. The short form runs with the tests; `scripts/siege` runs it at length.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod clients;
mod cut_off;
mod disk;
mod house;
mod killed;
mod power;
mod server_in_need;
mod twice;
mod upgrade;

/// How often something is done: `short` with the tests, what the variable says in `scripts/siege`.
pub(crate) fn times(variable: &str, short: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(short)
}
