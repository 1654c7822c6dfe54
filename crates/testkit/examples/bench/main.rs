//! The program behind `scripts/bench`: makes a large bureau, drives the office over HTTP and prints what it took.

mod bare;
mod clone;
mod http;
mod life;
mod load;
mod measure;
mod office;
mod reads;
mod rows;
mod seed;
mod took;
mod typing;

use clap::Parser;

/// The program's own, so that bare rows are put in with it too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
enum Command {
    /// Makes a bureau of two years with about so many matters, by the office's own commands.
    Seed(seed::Seed),
    /// Measures an office on such a bureau.
    Measure(measure::Measure),
}

fn main() {
    match Command::parse() {
        Command::Seed(seed) => seed::run(&seed),
        Command::Measure(measure) => measure::run(&measure).expect("the measuring came to its end"),
    }
}
