//! `xiaobao check-text`: the second reader on a draft that somebody wrote.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use insight::book::Book;
use numerals::{Finding, Verdict};
use serde_json::json;
use web::{App, Problem};

use super::figures::{Span, reaching};
use crate::office::system;

/// 核对文稿里的数字
#[derive(Debug, Args)]
pub struct CheckText {
    /// 文稿，UTF-8 纯文本或者 Markdown；- 为标准输入
    file: PathBuf,
    #[command(flatten)]
    span: Span,
    /// 输出 JSON
    #[arg(long)]
    json: bool,
}

const fn word(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Verified => ("verified", "相符"),
        Verdict::Contradicted => ("contradicted", "不符"),
        Verdict::Unknown => ("unknown", "无法核对"),
        Verdict::Passed => ("passed", "不是统计数字"),
    }
}

/// Reads the draft and says of each number whether the figures bear it out; ends with 1 where one is contradicted.
pub(super) async fn run(app: &App, asked: CheckText) -> Result<ExitCode, Problem> {
    let text = if asked.file.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())?
    } else {
        std::fs::read_to_string(&asked.file)?
    };
    let (ctx, period) = (system(app, "核对文稿"), asked.span.period());
    let unit = asked.span.unit.clone();
    let look = move |tx: &mut db::Tx| {
        let (ctx, _) = reaching(tx, &ctx, unit.as_deref())?;
        Book::read(tx, &ctx, period)
    };
    let ledger = app.db.read(look).await?.ledger();
    let findings = numerals::check(&text, &ledger, &[]);
    let count = |verdict| findings.iter().filter(|one| one.verdict == verdict).count();
    if asked.json {
        let told = |one: &Finding| {
            let fact = one.fact.map(|at| &ledger.facts[at]);
            json!({
                "line": one.numeral.line, "column": one.numeral.column, "text": one.numeral.text, "verdict": word(one.verdict).0,
                "figure": fact.map(|fact| &fact.id), "value": fact.map(numerals::Fact::words), "why": one.why,
            })
        };
        println!(
            "{}",
            json!({ "from": period.from, "to": period.to, "findings": findings.iter().map(told).collect::<Vec<_>>() })
        );
    } else {
        for one in findings.iter().filter(|one| one.verdict != Verdict::Passed) {
            let figure = one.fact.map_or("", |at| ledger.facts[at].id.as_str());
            let (line, column, text) = (one.numeral.line, one.numeral.column, &one.numeral.text);
            println!("{line}:{column}\t{}\t{text}\t{figure}\t{}", word(one.verdict).1, one.why);
        }
        let [verified, contradicted, unknown] =
            [Verdict::Verified, Verdict::Contradicted, Verdict::Unknown].map(count);
        println!("相符 {verified} 处，不符 {contradicted} 处，无法核对 {unknown} 处");
    }
    Ok(if count(Verdict::Contradicted) == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
