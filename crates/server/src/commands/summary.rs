//! `xiaobao summary`: a report whose every number has its figure.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, ValueEnum};
use insight::summary::{self, Asked, Made, Office, SHIPPED, Stage, make_telling, template};
use serde_json::json;
use web::{App, Problem};

use super::figures::Span;
use crate::office::system;

/// 输出什么
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Markdown，附数字出处
    Md,
    /// JSON
    Json,
    /// Word 文档，须用 --out 指明文件
    Docx,
    /// PDF，须用 --out 指明文件；需要中文字体
    Pdf,
}

/// 生成总结
#[derive(Debug, Args)]
pub struct Summary {
    #[command(flatten)]
    span: Span,
    /// 模板：work 工作总结（年、月），quarter 季度，half 半年，brief 简报，circular 通报，special 信息专报，analysis 数据分析，publicity 投诉公示，plan 下期计划
    #[arg(long, default_value = "work")]
    template: String,
    /// 格式
    #[arg(long, value_enum, default_value = "md")]
    format: Format,
    /// Word 文档或者 PDF 写到哪个文件
    #[arg(long, required_if_eq_any([("format", "docx"), ("format", "pdf")]))]
    out: Option<PathBuf>,
    /// 套用本单位自己的 Word 文档，其中的占位 {{标题}} {{正文}} {{单位}} {{日期}} {{编号}} {{时期}} 换成内容
    #[arg(long, requires = "out")]
    into: Option<PathBuf>,
}

/// The unit that is named, or the bureau itself.
fn office(tx: &mut db::Tx, named: Option<&str>) -> Result<Office, Problem> {
    let units = people::units(tx)?;
    let unit = match named {
        Some(named) => units.iter().find(|unit| unit.code == named || unit.name == named),
        None => units.first(),
    };
    let words = named.unwrap_or("局");
    let unit = unit.ok_or_else(|| Problem::Malformed(format!("没有代码或者名称为 {words} 的单位")))?;
    Ok(Office { id: unit.id, name: unit.name.clone(), path: unit.path.clone() })
}

fn as_json(made: &Made, as_of: jiff::Timestamp) -> serde_json::Value {
    let numbers = made.claims.iter().map(|claim| {
        let before = &made.text[..claim.span.start];
        let begin = before.rfind('\n').map_or(0, |at| at + 1);
        let fact = &made.ledger.facts[claim.fact];
        json!({
            "text": &made.text[claim.span.clone()], "line": before.matches('\n').count() + 1,
            "column": before[begin..].chars().count() + 1, "fact": fact.id, "figure": fact.subject,
        })
    });
    let figures = made.figures.iter().map(|one| {
        json!({
            "fact": one.fact, "name": one.name, "figure": one.figure, "version": one.version, "words": one.words,
            "numbers": one.numbers, "query": one.query_digest, "rows": one.rows_digest,
        })
    });
    json!({
        "title": made.title, "template": made.template.key, "unit": made.office.name, "from": made.period.from, "to": made.period.to,
        "as_of": as_of, "text": made.text, "numbers": numbers.collect::<Vec<_>>(), "figures": figures.collect::<Vec<_>>(),
    })
}

/// How far it is, on standard error: of a million matters somebody waits.
fn progress(stage: Stage) {
    match stage {
        Stage::Reading => eprint!("读取指标……"),
        Stage::Writing => eprint!("\r写成并核对……"),
        Stage::Freezing(at, all) => eprint!("\r冻结数字 {at} / {all}"),
    }
    if matches!(stage, Stage::Freezing(at, all) if at == all) {
        eprintln!();
    }
}

/// Writes a report as a Word file: in our own layout, or into the places of the bureau's document.
fn written(made: &Made, day: jiff::civil::Date, path: &Path, into: Option<&Path>) -> Result<(), Problem> {
    let said = |path: &Path, error: String| Problem::Malformed(format!("{}：{error}", path.display()));
    let sheet = summary::sheet_of(made, day);
    let bytes = match into {
        None => gongwen::docx(&summary::paper(&sheet)?).map_err(|error| said(path, error.to_string()))?,
        Some(own) => {
            let document = std::fs::read(own).map_err(|error| said(own, error.to_string()))?;
            let filled = summary::into_house(&document, &sheet, made.vouched())?;
            for name in &filled.unused {
                println!("文档中没有占位 {{{{{name}}}}}");
            }
            filled.bytes
        }
    };
    std::fs::write(path, bytes).map_err(|error| said(path, error.to_string()))
}

#[cfg(feature = "pdf")]
fn printed(app: &App, made: &Made, day: jiff::civil::Date) -> Result<Vec<u8>, Problem> {
    crate::printing::faces::pdf(&app.config.data, &summary::paper(&summary::sheet_of(made, day))?)
}

#[cfg(not(feature = "pdf"))]
fn printed(_: &App, _: &Made, _: jiff::civil::Date) -> Result<Vec<u8>, Problem> {
    Err(Problem::Malformed("本程序没有带生成 PDF 的部分，请用 --format docx".to_owned()))
}

fn unknown(named: &str) -> Problem {
    let known: Vec<&str> = SHIPPED.iter().map(|one| one.key.as_ref()).collect();
    Problem::Malformed(format!("没有模板 {named}，可用 {}", known.join("、")))
}

/// Makes the report from one snapshot, has it read by the second reader, prints it. Keeps nothing.
pub(super) async fn run(app: &App, asked: Summary) -> Result<ExitCode, Problem> {
    let (ctx, period, unit) = (system(app, "总结"), asked.span.period(), asked.span.unit.clone());
    let named = asked.template.clone();
    let as_of = ctx.now;
    let write = move |tx: &mut db::Tx| {
        let office = &office(tx, unit.as_deref())?;
        let template = &template(tx, &ctx, &named)?.ok_or_else(|| unknown(&named))?;
        make_telling(tx, &ctx, &Asked { office, period, template, about: None }, &progress)
    };
    let (made, day) = (app.db.read(write).await?, kernel::office_date(as_of));
    match asked.format {
        Format::Docx => {
            let path = asked.out.unwrap_or_default();
            written(&made, day, &path, asked.into.as_deref())?;
            println!("{}：已写入 {}", made.title, path.display());
        }
        Format::Pdf => {
            let path = asked.out.unwrap_or_default();
            let said = |error: std::io::Error| Problem::Malformed(format!("{}：{error}", path.display()));
            std::fs::write(&path, printed(app, &made, day)?).map_err(said)?;
            println!("{}：已写入 {}", made.title, path.display());
        }
        Format::Json => println!("{}", as_json(&made, as_of)),
        Format::Md => {
            println!(
                "{}\n附：数字出处（截至 {as_of}）\n\n| 数字 | 指标 | 代号 | 口径 |\n|---|---|---|---|",
                made.text
            );
            for one in &made.figures {
                println!("| {} | {} | {} | v{} |", one.words, one.name, one.fact, one.version);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
