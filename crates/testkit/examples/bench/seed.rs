//! A bureau of any size: every matter is registered, assigned, decided and closed by the commands that its pages call, only
//! without the pages. Beyond some ten thousand the same lives are put down again and again ([`crate::clone`]).

use std::{path::PathBuf, time::Instant};

use server::demo::{self, Size};

use crate::clone;

#[derive(clap::Args)]
pub struct Seed {
    /// Data folder, empty.
    #[arg(long)]
    data: PathBuf,
    /// `postgres://…`; otherwise the SQLite file of the folder.
    #[arg(long, default_value = "")]
    database: String,
    /// Matters, about.
    #[arg(long)]
    matters: u64,
    /// Traders.
    #[arg(long, default_value_t = 2_000)]
    traders: usize,
    /// 所 beside the eight; otherwise one for every eight thousand matters that are lived.
    #[arg(long)]
    offices: Option<usize>,
    /// Times each life is put down again under other ids and numbers.
    #[arg(long, default_value_t = 0)]
    again: u64,
    /// Of every copy only what figures read: a bureau of millions in minutes, to measure figures, rates, the operations board and
    /// reports on, and nothing else. Its copies have no journal, no people, no contact, no words in the search index and no file;
    /// their title does not go with their class of goods. Lists, pages of a matter, search, the watch desk, `check` and `audit
    /// verify` say nothing there. If it is stopped half-way, throw the folder away.
    #[arg(long, requires = "again")]
    counted_only: bool,
}

pub fn run(seed: &Seed) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let began = Instant::now();
        let app = server::open(&seed.data, &seed.database, true).await.expect("an office").app;
        let size = Size::of_matters(seed.matters, seed.traders);
        let size = Size { offices: seed.offices.unwrap_or(size.offices), ..size };
        let made = demo::fill_to(&app, size).await.expect("a bureau");
        assert!(made || seed.again > 0, "the folder holds an office already");
        let more = if seed.counted_only {
            clone::multiply_counted(&app, seed.again).await
        } else {
            clone::multiply(&app, seed.again).await
        };
        let more = more.expect("more of the same");
        app.db.close().await;
        println!(
            "{} matters and {more} more, {} traders in {:.0} s",
            seed.matters,
            seed.traders,
            began.elapsed().as_secs_f64()
        );
    });
}
