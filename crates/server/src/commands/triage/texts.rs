//! What stands in texts, without a model: fields, signs, categories by words; and whether two periods differ.

use std::{
    io::{BufRead as _, IsTerminal as _, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use clap::Args;
use serde_json::{Value, json};
use triage::{Day, Lexicon, Pointed, Said};
use web::Problem;

use crate::commands::table::{self, cell, text};

/// Texts on standard input.
#[derive(Debug, Args)]
pub(in crate::commands) struct Texts {
    /// 标准输入是 csv：文字列，可以几列，逗号分开
    #[arg(long, value_delimiter = ',')]
    text: Vec<String>,
    /// 每行输出一个 JSON
    #[arg(long)]
    json: bool,
}

/// Says something about each line, or each row of a csv, on standard input.
pub(super) fn each(columns: &[String], mut say: impl FnMut(&str) -> String) -> Result<ExitCode, Problem> {
    let (stdin, mut out) = (std::io::stdin(), std::io::stdout().lock());
    if stdin.is_terminal() {
        eprintln!("每行一段文字，Ctrl-D 结束");
    }
    if columns.is_empty() {
        for line in stdin.lock().lines() {
            let line = line.map_err(|error| Problem::Malformed(format!("读不了标准输入：{error}")))?;
            if writeln!(out, "{}", say(&line)).is_err() {
                break;
            }
        }
        return Ok(ExitCode::SUCCESS);
    }
    let sheet = table::read(stdin.lock(), "标准输入")?;
    let places = sheet.columns(columns)?;
    for row in &sheet.rows {
        if writeln!(out, "{}", say(&text(row, &places))).is_err() {
            break;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Fields of texts.
pub(super) fn fields(texts: &Texts, today: Option<&str>) -> Result<ExitCode, Problem> {
    let today = match today {
        Some(words) => table::date(words).ok_or_else(|| Problem::Malformed(format!("看不懂日期 {words}"))),
        None => Ok(kernel::office_date(kernel::Clock::machine().now())),
    }?;
    let month = |number: i8| u32::try_from(number).unwrap_or_default();
    let day = Day::new(i32::from(today.year()), month(today.month()), month(today.day()))
        .ok_or_else(|| Problem::Malformed("看不懂日期".to_owned()))?;
    each(&texts.text, |text| {
        let found = triage::fields(text, day);
        let words = |field: &triage::Field| text[field.span.clone()].to_owned();
        if texts.json {
            let of = |field: &triage::Field| {
                let mut value = said(&field.said);
                value["words"] = words(field).into();
                value["span"] = json!([field.span.start, field.span.end]);
                value
            };
            return Value::Array(found.iter().map(of).collect()).to_string();
        }
        found.iter().map(words).collect::<Vec<_>>().join(" ")
    })
}

fn said(said: &Said) -> Value {
    match said {
        Said::Money(least, most) => json!({ "field": "amount", "fen": [least, most] }),
        Said::Days(first, last) => json!({ "field": "date", "days": [first.to_string(), last.to_string()] }),
        Said::Phone(digits) => json!({ "field": "phone", "value": digits }),
        Said::Order(number) => json!({ "field": "order", "value": number }),
        Said::Brand(brand) => json!({ "field": "brand", "value": brand }),
        Said::Address(address) => json!({ "field": "address", "value": address }),
    }
}

/// Signs, kinds of contact and numbers of persons in texts.
pub(super) fn signals(texts: &Texts) -> Result<ExitCode, Problem> {
    each(&texts.text, |text| {
        let (signs, kinds, found) = (triage::signs(text), triage::contacts(text), triage::personal(text));
        if texts.json {
            let signs: Vec<Value> =
                signs.iter().map(|seen| json!({ "sign": seen.sign.title(), "words": seen.words })).collect();
            let kinds: Vec<Value> =
                kinds.iter().map(|(kind, words)| json!({ "kind": kind.title(), "words": words })).collect();
            let covered = if found.is_empty() { Value::Null } else { triage::cover(text).into() };
            let numbers: Vec<Value> = found
                .iter()
                .map(|one| json!({ "kind": format!("{:?}", one.kind), "span": [one.span.start, one.span.end] }))
                .collect();
            return json!({ "signs": signs, "contacts": kinds, "personal": numbers, "covered": covered })
                .to_string();
        }
        let signs = signs.iter().map(|seen| format!("{}（{}）", seen.sign.title(), seen.words.join("、")));
        let kind = kinds.first().map_or("", |(kind, _)| kind.title());
        format!("{kind}\t{}", signs.collect::<Vec<_>>().join(" "))
    })
}

/// Labels told for each tree of the list that ships.
const TOLD: usize = 3;

/// Categories by the words of the list that ships; no figure stands behind them.
pub(super) fn by_words(columns: &[String], json: bool) -> Result<ExitCode, Problem> {
    let words = Lexicon::shipped();
    each(columns, |text| {
        let tree = |letters: &[&str]| -> Vec<Pointed> {
            let mut found: Vec<Pointed> =
                letters.iter().flat_map(|letter| words.point(text, letter)).collect();
            found.sort_by_key(|one| std::cmp::Reverse(one.weight));
            found.truncate(TOLD);
            found
        };
        let (goods, problems) = (tree(&["G", "S"]), tree(&["P"]));
        if json {
            let of = |found: &[Pointed]| -> Vec<Value> {
                let one = |one: &Pointed| json!({ "code": one.label, "name": one.name, "words": one.words, "weight": one.weight });
                found.iter().map(one).collect()
            };
            return json!({ "by": "word list", "goods": of(&goods), "problems": of(&problems) }).to_string();
        }
        let first = |found: &[Pointed]| {
            found.first().map_or_else(
                || "—".to_owned(),
                |one| format!("{} {}（{}）", one.label, one.name, one.words.join("、")),
            )
        };
        format!("按词表，未经训练\t{}\t{}", first(&goods), first(&problems))
    })
}

/// Two periods of labels.
#[derive(Debug, Args)]
pub(in crate::commands) struct Drift {
    /// csv 文件
    file: PathBuf,
    /// 类别列（模型提示的类别，或者登记的类别）
    #[arg(long)]
    label: String,
    /// 时间列
    #[arg(long)]
    time: String,
    /// 从这一天起算后一段，以前的是前一段
    #[arg(long)]
    from: String,
    /// 输出 JSON
    #[arg(long)]
    json: bool,
}

/// The population stability index between what came before a day and since.
pub(super) fn drift(command: &Drift) -> Result<ExitCode, Problem> {
    let sheet = table::open(&command.file)?;
    let (label, time) = (sheet.column(&command.label)?, sheet.column(&command.time)?);
    let unread = |words: &str| Problem::Malformed(format!("看不懂日期 {words}"));
    let from = table::date(&command.from).ok_or_else(|| unread(&command.from))?;
    let (mut before, mut now) = (Vec::new(), Vec::new());
    for row in &sheet.rows {
        let (label, when) = (cell(row, Some(label)), cell(row, Some(time)));
        let side = if table::date(when).ok_or_else(|| unread(when))? < from { &mut before } else { &mut now };
        side.push(label);
    }
    let (old, new) = (before.len(), now.len());
    let drift = triage::drift(before, now)
        .ok_or_else(|| Problem::Malformed("前后两段中有一段没有事项".to_owned()))?;
    if command.json {
        let shift = |one: &triage::Shift| json!({ "label": one.label, "before": one.before, "now": one.now, "part": one.part });
        let shifts: Vec<Value> = drift.shifts.iter().map(shift).collect();
        let whole = json!({ "psi": drift.psi, "by_chance": drift.chance, "limit_95": drift.limit, "before": old, "now": new,
            "finding": drift.title(), "labels": shifts });
        println!("{whole:#}");
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "PSI {:.4}（偶然 {:.4}，95% 以内不超过 {:.4}）：{}",
        drift.psi,
        drift.chance,
        drift.limit,
        drift.title()
    );
    println!("前一段 {old} 件，后一段 {new} 件");
    for one in drift.shifts.iter().take(10) {
        println!("  {} {:.1}% → {:.1}%", one.label, one.before * 100.0, one.now * 100.0);
    }
    Ok(ExitCode::SUCCESS)
}
