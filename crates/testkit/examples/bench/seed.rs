//! A bureau of any size. No row is written beside the office: every matter is registered, assigned, decided and closed by the
//! commands that its pages call, only without the pages.

use std::{path::PathBuf, time::Instant};

use server::demo::{self, Size};

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
    #[arg(long)]
    traders: usize,
}

pub fn run(seed: &Seed) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let began = Instant::now();
        let app = server::open(&seed.data, &seed.database, true).await.expect("an office").app;
        let made = demo::fill_to(&app, Size::of_matters(seed.matters, seed.traders)).await.expect("a bureau");
        assert!(made, "the folder holds an office already");
        app.db.close().await;
        println!("{} matters, {} traders in {:.0} s", seed.matters, seed.traders, began.elapsed().as_secs_f64());
    });
}
