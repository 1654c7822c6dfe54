//! `xiaobao day-log`: the book of a day (申诉举报日记), recomputed from the journal.

use std::process::ExitCode;

use clap::Subcommand;
use jiff::civil::Date;
use web::{App, Problem};

/// 申诉举报日记
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 按日志逐日重算，与封存的摘要核对，并校验整条日志链；有不符时退出码为 1
    Verify {
        /// 从哪一天，默认到的那一天
        #[arg(long)]
        from: Option<Date>,
        /// 到哪一天，默认昨天
        #[arg(long)]
        to: Option<Date>,
    },
}

pub(super) async fn run(app: &App, command: &Command) -> Result<ExitCode, Problem> {
    let Command::Verify { from, to } = command;
    let today = kernel::office_date(app.ground.clock.now());
    let last = to.unwrap_or(today.yesterday().unwrap_or(today));
    let first = from.unwrap_or(last);
    let keyring = app.ground.keyring.clone();
    let mut whole = true;
    for day in duty::roster::days(first, last) {
        let keyring = keyring.clone();
        let finding = app.db.read(move |tx| duty::seal::verify(tx, &keyring, day)).await?;
        println!("{}", finding.words());
        whole &= finding.is_whole();
    }
    let verdict = app.db.read(move |tx| journal::verify(tx, &keyring)).await?;
    println!("{verdict}");
    whole &= verdict.broken.is_empty();
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
