//! `xiaobao detect`: early warning on a file, without a database.

use std::{collections::BTreeMap, io::Write as _, path::PathBuf, process::ExitCode};

use jiff::civil::Date;
use sentinel::watch::{
    desk::{Alarm, Desk, Kind},
    events::Events,
    once::Once,
    panel::{Panel, Stream},
};
use serde::Serialize;
use watch::rhythm::{self, dated, number};
use web::Problem;

use super::table::{self, cell};

mod rules;
#[cfg(test)]
mod tests;

/// 预警
#[derive(Debug, clap::Args)]
pub struct Detect {
    /// 文件（CSV，第一行是列名）
    file: PathBuf,
    /// 时间列：2026-03-15、2026-03-15 08:30、03/15/2026
    #[arg(long)]
    time: String,
    /// 分组列，可以几列，逗号分开，范围大的在前：类别,地区
    #[arg(long, value_delimiter = ',', required = true)]
    stream: Vec<String>,
    /// 反映人列：同一人28天内重复反映只计一次
    #[arg(long)]
    person: Option<String>,
    /// 预警预算：每周（week）、每日（day）或者每月（month，30日）几次
    #[arg(long, value_parser = budget, default_value = "1/week")]
    budget: f64,
    /// 日历：cn（法定节假日、调休、3·15、618、双十一等）或者 none（只按星期）
    #[arg(long, value_parser = ["cn", "none"], default_value = "cn")]
    calendar: String,
    /// 经营者列：同一经营者7日内两人反映人身伤害、起火、食物中毒的，不论统计结果都预警
    #[arg(long)]
    trader: Option<String>,
    /// 伤害列：有内容且不是“否、无、0”的，算人身伤害
    #[arg(long)]
    injury: Option<String>,
    /// 内容列，可以几列：从文字中识别伤害，查找关注名单
    #[arg(long, value_delimiter = ',')]
    text: Vec<String>,
    /// 关注名单文件，每行一个品牌或者经营者：出现第一件就预警
    #[arg(long)]
    watch: Option<PathBuf>,
    /// 输出 JSON
    #[arg(long)]
    json: bool,
}

fn budget(text: &str) -> Result<f64, String> {
    let wrong = || "预算请写成 1/week、2/day 或者 3/month，次数大于 0".to_owned();
    let (count, unit) = text.split_once('/').ok_or_else(wrong)?;
    let count: f64 = count.trim().parse().map_err(|_| wrong())?;
    let weekly = match unit.trim() {
        "day" => count * 7.0,
        "week" => count,
        "month" => count * 7.0 / 30.0,
        _ => return Err(wrong()),
    };
    if weekly > 0.0 && weekly.is_finite() { Ok(weekly) } else { Err(wrong()) }
}

/// What is printed of an alarm.
#[derive(Debug, Serialize)]
struct Told {
    date: Date,
    stream: BTreeMap<String, String>,
    kind: &'static str,
    window: usize,
    observed: u32,
    expected: f64,
    score: f64,
    threshold: f64,
    /// Whether there was less than half a year of past to set the threshold by.
    warming_up: bool,
    /// Known seasons and festivals that the window touches.
    seasons: Vec<String>,
    /// Rows of the file behind it; the first row of data is 1.
    rows: Vec<usize>,
    /// Other streams that rang for the same incident that day; an incident is told once, at the most specific of them.
    also: Vec<BTreeMap<String, String>>,
}

pub(super) fn run(detect: &Detect) -> Result<ExitCode, Problem> {
    let sheet = table::open(&detect.file)?;
    let read = read(detect, &sheet)?;
    let panel = panel(detect, &read);
    let alarms = heard(detect, &read, &panel);
    let mut told: Vec<Told> = alarms.iter().map(|alarm| tell(detect, &read, &panel, alarm)).collect();
    told.extend(rules::alarms(detect, &sheet)?);
    told.sort_by_key(|told| told.date);
    if read.left_out > 0 {
        eprintln!("{} 行没有可以读的时间，没有计入", read.left_out);
    }
    if let Some(last) = told.iter().filter(|told| told.warming_up).map(|told| told.date).max() {
        eprintln!("起步期：可以重放的历史不足半年，门槛按公式估计，次数不受预算约束（最后一次 {last}）");
    }
    print(detect, &told).or_else(|error| {
        let gone = error.kind() == std::io::ErrorKind::BrokenPipe;
        if gone { Ok(()) } else { Err(Problem::Fault(error.to_string())) }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The streams, with the office's calendar where it is wanted.
fn panel(detect: &Detect, read: &Read) -> Panel {
    let panel = Panel::of_events(&read.events);
    if detect.calendar == "none" {
        return panel;
    }
    let rhythm = rhythm::of(law::Law::in_use(), panel.first, panel.days);
    panel.with(rhythm)
}

/// Every incident once, as the watch desk tells it: at the trader rather than at what it sells, and not again within four weeks.
fn heard(detect: &Detect, read: &Read, panel: &Panel) -> Vec<Alarm> {
    let once = Once::new(panel, &read.events, |stream| rank(detect, stream));
    Desk::new(detect.budget).hear(panel, 0..panel.days, &once)
}

/// How little a stream says: the more columns the better, and best where one of them names the trader.
fn rank(detect: &Detect, stream: Stream<'_>) -> usize {
    let named =
        |(column, value): (&String, &Option<&str>)| value.is_some() && Some(column) == detect.trader.as_ref();
    let key = stream.key();
    let trader = detect.stream.iter().zip(&key).any(named);
    detect.stream.len() - key.iter().flatten().count() + if trader { 0 } else { detect.stream.len() }
}

/// The file as events, with the row of each, ascending by day.
struct Read {
    events: Events,
    rows: Vec<usize>,
    left_out: usize,
}

fn invalid(text: String) -> Problem {
    Problem::Malformed(text)
}

fn read(detect: &Detect, sheet: &table::Table) -> Result<Read, Problem> {
    let (time, streams) = (sheet.column(&detect.time)?, sheet.columns(&detect.stream)?);
    if streams.len() > 4 {
        return Err(invalid("分组列最多四列".into()));
    }
    let person = detect.person.as_deref().map(|name| sheet.column(name)).transpose()?;
    let mut read = Read { events: Events::new(streams.len()), rows: Vec::new(), left_out: 0 };
    for (i, row) in sheet.rows.iter().enumerate() {
        let Some(date) = table::date(cell(row, Some(time))) else {
            read.left_out += 1;
            continue;
        };
        let person = read.events.person(cell(row, person));
        let values: Vec<&str> = streams.iter().map(|at| cell(row, Some(*at))).collect();
        read.events.push(number(date), &values, person);
        read.rows.push(i + 1);
    }
    check_span(&read)?;
    let rows = read.events.by_day().into_iter().map(|at| read.rows[at as usize]).collect();
    Ok(Read { events: read.events.sorted(), rows, ..read })
}

/// A slip of the pen (year 0206) must not make a panel of two thousand years.
fn check_span(read: &Read) -> Result<(), Problem> {
    let days = read.events.days().iter();
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else {
        return Err(invalid("文件里没有一行有可以读的时间".into()));
    };
    if last - first > 366 * 30 {
        return Err(invalid(format!("时间从 {} 到 {}，超过三十年，请核对", dated(*first), dated(*last))));
    }
    Ok(())
}

fn named(detect: &Detect, stream: Stream<'_>) -> BTreeMap<String, String> {
    let parts = detect.stream.iter().zip(stream.key());
    parts.filter_map(|(column, value)| Some((column.clone(), value?.to_owned()))).collect()
}

fn tell(detect: &Detect, read: &Read, panel: &Panel, alarm: &Alarm) -> Told {
    let hit = &alarm.hit;
    let stream = panel.stream(hit.stream);
    let last = panel.first + hit.day as i32;
    let behind = read.events.rows(&stream.key(), last - hit.window as i32 + 1..=last);
    let mut rows: Vec<usize> = behind.into_iter().map(|at| read.rows[at]).collect();
    rows.sort_unstable();
    let round = |x: f64| (x * 1e4).round() / 1e4;
    Told {
        date: dated(last),
        stream: named(detect, stream),
        kind: if alarm.kind == Kind::Scan { "scan" } else { "slow" },
        window: hit.window,
        observed: hit.observed,
        expected: round(hit.expected),
        score: round(hit.score),
        threshold: round(alarm.threshold),
        warming_up: alarm.warming,
        seasons: panel
            .rhythm
            .within((hit.day + 1).saturating_sub(hit.window)..hit.day + 1)
            .map(|s| s.name.clone())
            .collect(),
        rows,
        also: alarm.also.iter().map(|other| named(detect, panel.stream(*other))).collect(),
    }
}

fn print(detect: &Detect, told: &[Told]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if detect.json {
        serde_json::to_writer_pretty(&mut out, told)?;
        return writeln!(out);
    }
    for alarm in told {
        let stream: Vec<String> =
            alarm.stream.iter().map(|(column, value)| format!("{column}={value}")).collect();
        let name = stream.join(" ");
        match alarm.kind {
            "harm" => writeln!(out, "{} {name}：7 日内 {} 人反映人身伤害", alarm.date, alarm.observed)?,
            "watched" => writeln!(out, "{} {name}：关注名单，第一件", alarm.date)?,
            _ => writeln!(
                out,
                "{} {name}：{} 日内 {} 件，预期 {:.1} 件（得分 {:.1}，门槛 {:.1}{}）",
                alarm.date,
                alarm.window,
                alarm.observed,
                alarm.expected,
                alarm.score,
                alarm.threshold,
                if alarm.warming_up { "，起步期" } else { "" }
            )?,
        }
    }
    Ok(())
}
