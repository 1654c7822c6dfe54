//! Which trader of a register is meant.

use std::{io::IsTerminal as _, io::Read as _, path::PathBuf, process::ExitCode};

use clap::Args;
use serde_json::{Value, json};
use triage::{Candidate, Known, Mention, Register, Rule};
use web::Problem;

use crate::commands::table::{self, Table, cell};

/// 经营者名称辨认
#[derive(Debug, Args)]
pub(in crate::commands) struct Resolve {
    /// 登记库：csv 文件
    register: PathBuf,
    /// 名称列；标准输入是 csv 时也用这个列名
    #[arg(long)]
    name: String,
    /// 统一社会信用代码列
    #[arg(long)]
    code: Option<String>,
    /// 地址列
    #[arg(long)]
    address: Option<String>,
    /// 别名列，几个别名用 | 分开
    #[arg(long)]
    alias: Option<String>,
    /// 自动对应的最低分
    #[arg(long, default_value_t = Rule::default().threshold)]
    threshold: f32,
    /// 自动对应时与第二名的最小分差
    #[arg(long, default_value_t = Rule::default().margin)]
    margin: f32,
    /// 每条最多列出几户
    #[arg(long, default_value_t = 3)]
    top: usize,
    /// 每行输出一个 JSON
    #[arg(long)]
    json: bool,
}

/// Mentions of the standard input: lines, or the columns of a csv whose head has the column of names.
struct Mentions {
    sheet: Option<Table>,
    lines: String,
}

impl Mentions {
    fn read(command: &Resolve) -> Result<Mentions, Problem> {
        let mut bytes = Vec::new();
        std::io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|error| Problem::Malformed(format!("读不了标准输入：{error}")))?;
        let unreadable =
            |error: &dyn std::fmt::Display| Problem::Malformed(format!("读不了标准输入：{error}"));
        let (lines, _) = sheets::words_of(&bytes).map_err(|error| unreadable(&error))?;
        let sheet = table::read(lines.as_bytes(), "标准输入")?;
        let has = sheet.column(&command.name).is_ok();
        Ok(Mentions { sheet: has.then_some(sheet), lines })
    }

    /// (name, code, address) of each.
    fn rows(&self, command: &Resolve) -> Result<Vec<(&str, &str, &str)>, Problem> {
        let Some(sheet) = &self.sheet else {
            return Ok(self
                .lines
                .lines()
                .filter(|line| !line.trim().is_empty())
                .map(|line| (line, "", ""))
                .collect());
        };
        let name = sheet.column(&command.name)?;
        let optional =
            |column: &Option<String>| column.as_deref().and_then(|column| sheet.column(column).ok());
        let (code, address) = (optional(&command.code), optional(&command.address));
        Ok(sheet
            .rows
            .iter()
            .map(|row| (cell(row, Some(name)), cell(row, code), cell(row, address)))
            .collect())
    }
}

fn register(sheet: &Table, command: &Resolve) -> Result<Register, Problem> {
    let name = sheet.column(&command.name)?;
    let column = |column: &Option<String>| column.as_deref().map(|column| sheet.column(column)).transpose();
    let (code, address, alias) = (column(&command.code)?, column(&command.address)?, column(&command.alias)?);
    let aliases: Vec<Vec<&str>> = sheet
        .rows
        .iter()
        .map(|row| cell(row, alias).split('|').map(str::trim).filter(|alias| !alias.is_empty()).collect())
        .collect();
    let known = sheet.rows.iter().zip(&aliases).map(|(row, aliases)| Known {
        name: cell(row, Some(name)),
        code: cell(row, code),
        address: cell(row, address),
        aliases,
        confirmed: &[],
    });
    Ok(known.collect())
}

pub(super) fn run(command: &Resolve) -> Result<ExitCode, Problem> {
    let sheet = table::open(&command.register)?;
    let name = sheet.column(&command.name)?;
    let register = register(&sheet, command)?;
    if std::io::stdin().is_terminal() {
        eprintln!("每行一个名称，Ctrl-D 结束");
    }
    let mentions = Mentions::read(command)?;
    let rule = Rule { threshold: command.threshold, margin: command.margin };
    let title = |at: usize| cell(&sheet.rows[at], Some(name));
    for (said, code, address) in mentions.rows(command)? {
        let of = register.resolve(&Mention { name: said, code, address }, &rule);
        let shown = || of.candidates.iter().take(command.top);
        if command.json {
            let ranked: Vec<Value> = shown().map(|one| candidate(one, title(one.at))).collect();
            let value = json!({ "mention": said, "link": of.link, "name": of.link.map(title),
                "held": of.held.map(triage::Held::title), "candidates": ranked });
            println!("{value}");
            continue;
        }
        let answer = match (of.link, of.held) {
            (Some(at), _) => format!("对应 {}", title(at)),
            (None, held) => format!("不自动对应（{}）", held.map_or("", |held| held.title())),
        };
        println!("{said}：{answer}");
        shown().for_each(|one| println!("  {:.1} {} {}", one.score, title(one.at), why(one)));
    }
    Ok(ExitCode::SUCCESS)
}

fn why(one: &Candidate) -> String {
    let part = |one: &triage::Evidence| format!("{}{}", one.part.title(), one.agreement.title());
    one.evidence.iter().map(part).collect::<Vec<_>>().join("，")
}

fn candidate(one: &Candidate, name: &str) -> Value {
    let evidence: Vec<Value> = one.evidence.iter().map(|one| json!({ "part": one.part.title(),
        "agreement": one.agreement.title(), "weight": one.weight, "mention": one.mention, "record": one.record })).collect();
    json!({ "row": one.at, "name": name, "score": one.score, "evidence": evidence })
}
