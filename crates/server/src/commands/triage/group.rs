//! Groups of messages about the same thing, from a file.

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use clap::Args;
use serde_json::{Value, json};
use triage::{Again, Filed, Gate, Index, Message, Ties, again, cluster, distinct_people};
use web::Problem;

use crate::commands::table::{self, Table, cell, text};

/// 聚类
#[derive(Debug, Args)]
pub(in crate::commands) struct Cluster {
    /// csv 文件
    file: PathBuf,
    /// 编号列
    #[arg(long)]
    id: String,
    /// 文字列，可以几列，逗号分开，标题在前
    #[arg(long, value_delimiter = ',', required = true)]
    text: Vec<String>,
    /// 时间列：2026-01-31 开头
    #[arg(long)]
    time: String,
    /// 人员列：按不同的人计数
    #[arg(long)]
    person: Option<String>,
    /// 地点或对象列，可以几列：相同而且前一件还没办结的，提示可能重复
    #[arg(long, value_delimiter = ',')]
    place: Vec<String>,
    /// 办结时间列，与 --place 一起用
    #[arg(long)]
    closed: Option<String>,
    /// 人工判断：csv，列 a、b（编号）、same（1 是同一件事，0 不是）
    #[arg(long)]
    ties: Option<PathBuf>,
    /// 两件相隔最多几天
    #[arg(long, default_value_t = 365)]
    window: i64,
    /// 输出 JSON
    #[arg(long)]
    json: bool,
}

/// A message of the file, in the order of time.
struct Row<'a> {
    id: &'a str,
    person: &'a str,
    title: &'a str,
    text: String,
    day: i64,
    when: &'a str,
    place: String,
    closed: Option<i64>,
}

fn rows<'a>(sheet: &'a Table, cluster: &Cluster) -> Result<Vec<Row<'a>>, Problem> {
    let (id, time, texts) =
        (sheet.column(&cluster.id)?, sheet.column(&cluster.time)?, sheet.columns(&cluster.text)?);
    let person = cluster.person.as_deref().map(|name| sheet.column(name)).transpose()?;
    let (title, rest) = if texts.len() > 1 { (Some(texts[0]), &texts[1..]) } else { (None, &texts[..]) };
    let (places, closed) = (
        sheet.columns(&cluster.place)?,
        cluster.closed.as_deref().map(|name| sheet.column(name)).transpose()?,
    );
    let mut rows = Vec::new();
    for row in &sheet.rows {
        let when = cell(row, Some(time));
        let day = day(when).ok_or_else(|| {
            Problem::Malformed(format!("编号 {} 的时间看不懂：{when}", cell(row, Some(id))))
        })?;
        let (id, person, title) = (cell(row, Some(id)), cell(row, person), cell(row, title));
        let place = places
            .iter()
            .map(|column| cell(row, Some(*column)))
            .collect::<Vec<_>>()
            .join(" ")
            .trim()
            .to_lowercase();
        rows.push(Row {
            id,
            person,
            title,
            text: text(row, rest),
            day,
            when,
            place,
            closed: self::day(cell(row, closed)),
        });
    }
    rows.sort_by_key(|row| (row.day, row.when, row.id));
    let (before, mut seen) = (rows.len(), std::collections::HashSet::new());
    rows.retain(|row| seen.insert(row.id));
    if rows.len() < before {
        eprintln!("编号重复的 {} 行没有再算", before - rows.len());
    }
    Ok(rows)
}

/// Days since 1970.
fn day(when: &str) -> Option<i64> {
    let span = table::date(when)?.since((jiff::Unit::Day, jiff::civil::date(1970, 1, 1))).ok()?;
    Some(i64::from(span.get_days()))
}

fn ties(cluster: &Cluster, rows: &[Row]) -> Result<Ties, Problem> {
    let Some(path) = &cluster.ties else { return Ok(Ties::default()) };
    let sheet = table::open(path)?;
    let (a, b, same) = (sheet.column("a")?, sheet.column("b")?, sheet.column("same")?);
    let places: BTreeMap<&str, usize> = rows.iter().enumerate().map(|(at, row)| (row.id, at)).collect();
    let mut ties = Ties::default();
    for row in &sheet.rows {
        let place = |column| places.get(cell(row, Some(column))).copied();
        if let (Some(a), Some(b)) = (place(a), place(b)) {
            let to = if cell(row, Some(same)) == "1" { &mut ties.must } else { &mut ties.cannot };
            to.push((a.min(b), a.max(b)));
        }
    }
    Ok(ties)
}

/// Words that stand for a group.
const TERMS: usize = 8;

pub(super) fn run(command: &Cluster) -> Result<ExitCode, Problem> {
    let sheet = table::open(&command.file)?;
    let rows = rows(&sheet, command)?;
    let mut index = Index::new();
    for row in &rows {
        index.add(&Message { title: row.title, text: &row.text, day: row.day });
    }
    index.refresh();
    let gate = Gate { window: command.window, ..Gate::default() };
    let filed: Vec<Filed> =
        rows.iter().map(|row| Filed { place: &row.place, day: row.day, closed: row.closed }).collect();
    let repeats = again(&filed);
    let mut groups = cluster(&index, &gate, &ties(command, &rows)?);
    let people =
        |group: &[usize]| distinct_people(&group.iter().map(|at| rows[*at].person).collect::<Vec<_>>());
    let named = command.person.is_some();
    let size = |group: &[usize]| if named { people(group) } else { group.len() };
    groups.sort_by_cached_key(|group| std::cmp::Reverse((size(group), group.len())));
    let counts: Vec<Option<usize>> = groups.iter().map(|group| named.then(|| people(group))).collect();
    if command.json {
        let mut whole = as_json(&rows, &groups, &counts, &index);
        if !command.place.is_empty() {
            whole["repeats"] = repeats_json(&rows, &repeats);
        }
        println!("{whole:#}");
        return Ok(ExitCode::SUCCESS);
    }
    for (group, count) in groups.iter().zip(&counts) {
        let terms: Vec<String> = index.common(group, TERMS).into_iter().map(|common| common.word).collect();
        let heads = count.map(|count| format!("{count} 人 ")).unwrap_or_default();
        println!("{} {heads}{} 件 {}", rows[group[0]].id, group.len(), terms.join(" "));
    }
    Ok(ExitCode::SUCCESS)
}

/// Every message with its group (alone: its own number), and the groups, most people first. The number of a group is that of its
/// first message, so that it stays when messages come to it.
fn as_json(rows: &[Row], groups: &[Vec<usize>], counts: &[Option<usize>], index: &Index) -> Value {
    let mut messages = serde_json::Map::new();
    rows.iter().for_each(|row| drop(messages.insert(row.id.to_owned(), row.id.into())));
    let mut clusters = Vec::new();
    for (group, people) in groups.iter().zip(counts) {
        let (first, last) = (&rows[group[0]], &rows[group[group.len() - 1]]);
        group.iter().for_each(|at| drop(messages.insert(rows[*at].id.to_owned(), first.id.into())));
        let terms: Vec<Value> = index
            .common(group, TERMS)
            .into_iter()
            .map(
                |common| json!({ "term": common.word, "messages": common.messages, "region": common.region }),
            )
            .collect();
        clusters.push(json!({
            "cluster": first.id, "messages": group.len(), "people": people,
            "first": first.when, "last": last.when, "terms": terms,
        }));
    }
    json!({ "messages": messages, "clusters": clusters })
}

/// Each message that may repeat an earlier one at its place, with the score and what it rests on.
fn repeats_json(rows: &[Row], repeats: &[Option<Again>]) -> Value {
    let of = |(row, again): (&Row, &Option<Again>)| {
        let again = again.as_ref()?;
        let value =
            json!({ "of": rows[again.of].id, "score": again.score, "open": again.open, "days": again.days });
        Some((row.id.to_owned(), value))
    };
    Value::Object(rows.iter().zip(repeats).filter_map(of).collect())
}
