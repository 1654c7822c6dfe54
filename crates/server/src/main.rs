//! The program.

use std::process::ExitCode;

use clap::Parser as _;

/// For the program and for SQLite, which spends a tenth of a registration in it (record 57).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = server::commands::Arguments::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("XIAOBAO_LOG").unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(server::commands::run(arguments)),
        Err(error) => {
            eprintln!("无法启动：{error}");
            ExitCode::FAILURE
        }
    }
}
