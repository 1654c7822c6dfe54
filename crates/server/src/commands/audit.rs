//! `xiaobao audit`, `check`, `officer`.

use std::process::ExitCode;

use clap::Subcommand;
use web::{App, Problem};

use crate::office::system;

/// 日志校验
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 逐条重算，指出第一条被改动的日志
    Verify,
}

pub(super) async fn run(app: &App, command: &Command) -> Result<ExitCode, Problem> {
    let Command::Verify = command;
    let keyring = app.ground.keyring.clone();
    let verdict = app.db.read(move |tx| journal::verify(tx, &keyring)).await?;
    println!("{verdict}");
    Ok(if verdict.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(super) async fn check(app: &App) -> Result<ExitCode, Problem> {
    let health = crate::check_health(app).await?;
    for line in &health.lines {
        let mark = match line.colour {
            "ok" => "正常",
            "soon" => "留意",
            _ => "处理",
        };
        println!("[{mark}] {}：{}", line.name, line.words);
    }
    Ok(if health.is_well() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(super) async fn code(app: &App, login: &str) -> Result<ExitCode, Problem> {
    let (ctx, wanted) = (system(app, "命令行"), login.to_owned());
    let code = app
        .db
        .write(move |tx| {
            let people = people::officers(tx, &ctx)?;
            let person = people.iter().find(|person| person.login == wanted).ok_or(Problem::NotFound)?;
            people::issue_code(tx, &ctx, person.id)
        })
        .await?;
    println!("{login} 的一次性登录码：{code}（24 小时内有效）");
    Ok(ExitCode::SUCCESS)
}
