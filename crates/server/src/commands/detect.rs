//! `xiaobao detect`: early warning on a file, without a database.

use std::{collections::BTreeMap, io::Write as _, path::PathBuf, process::ExitCode};

use jiff::civil::Date;
use sentinel::watch::{
    desk::{Alarm, Desk, Kind},
    panel::{Event, Panel, Stream},
};
use serde::Serialize;
use web::Problem;

use super::table::{self, cell};

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
    /// Rows of the file behind it; the first row of data is 1.
    rows: Vec<usize>,
    /// Other streams that rang for the same excess.
    also: Vec<BTreeMap<String, String>>,
}

pub(super) fn run(detect: &Detect) -> Result<ExitCode, Problem> {
    let read = read(detect)?;
    let panel = Panel::of_events(&read.events);
    let alarms = Desk::new(detect.budget).watch(&panel, 0, panel.days);
    let told: Vec<Told> = alarms.iter().map(|alarm| tell(detect, &read, &panel, alarm)).collect();
    if read.left_out > 0 {
        eprintln!("{} 行没有可以读的时间，没有计入", read.left_out);
    }
    print(detect, &told).or_else(|error| {
        let gone = error.kind() == std::io::ErrorKind::BrokenPipe;
        if gone { Ok(()) } else { Err(Problem::Fault(error.to_string())) }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The file as events, with the row of each.
struct Read {
    events: Vec<Event>,
    rows: Vec<usize>,
    left_out: usize,
}

fn invalid(text: String) -> Problem {
    Problem::Malformed(text)
}

fn read(detect: &Detect) -> Result<Read, Problem> {
    let sheet = table::open(&detect.file)?;
    let (time, streams) = (sheet.column(&detect.time)?, sheet.columns(&detect.stream)?);
    if streams.len() > 4 {
        return Err(invalid("分组列最多四列".into()));
    }
    let person = detect.person.as_deref().map(|name| sheet.column(name)).transpose()?;
    let mut read = Read { events: Vec::new(), rows: Vec::new(), left_out: 0 };
    for (i, row) in sheet.rows.iter().enumerate() {
        let Some(date) = table::date(cell(row, Some(time))) else {
            read.left_out += 1;
            continue;
        };
        let person = Some(cell(row, person)).filter(|who| !who.is_empty()).map(str::to_owned);
        let values = streams.iter().map(|at| cell(row, Some(*at)).to_owned()).collect();
        read.events.push(Event { day: number(date), values, person });
        read.rows.push(i + 1);
    }
    check_span(&read)?;
    Ok(read)
}

/// A slip of the pen (year 0206) must not make a panel of two thousand years.
fn check_span(read: &Read) -> Result<(), Problem> {
    let days = read.events.iter().map(|event| event.day);
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else {
        return Err(invalid("文件里没有一行有可以读的时间".into()));
    };
    if last - first > 366 * 30 {
        return Err(invalid(format!("时间从 {} 到 {}，超过三十年，请核对", dated(first), dated(last))));
    }
    Ok(())
}

/// Days since 1970-01-05, a Monday.
fn number(date: Date) -> i32 {
    (date - jiff::civil::date(1970, 1, 5)).get_days()
}

fn dated(day: i32) -> Date {
    jiff::civil::date(1970, 1, 5).saturating_add(jiff::Span::new().days(day))
}

fn named(detect: &Detect, stream: &Stream) -> BTreeMap<String, String> {
    let parts = detect.stream.iter().zip(&stream.key);
    parts.filter_map(|(column, value)| Some((column.clone(), value.clone()?))).collect()
}

fn tell(detect: &Detect, read: &Read, panel: &Panel, alarm: &Alarm) -> Told {
    let hit = &alarm.hit;
    let stream = &panel.streams[hit.stream];
    let last = panel.first + hit.day as i32;
    let behind = |event: &Event| {
        event.day <= last
            && event.day > last - hit.window as i32
            && stream
                .key
                .iter()
                .zip(&event.values)
                .all(|(key, value)| key.as_ref().is_none_or(|key| key == value))
    };
    let rows = read.events.iter().zip(&read.rows).filter(|(event, _)| behind(event)).map(|(_, row)| *row);
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
        rows: rows.collect(),
        also: alarm.also.iter().map(|other| named(detect, &panel.streams[*other])).collect(),
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
        writeln!(
            out,
            "{} {}：{} 日内 {} 件，预期 {:.1} 件（得分 {:.1}，门槛 {:.1}）",
            alarm.date,
            stream.join(" "),
            alarm.window,
            alarm.observed,
            alarm.expected,
            alarm.score,
            alarm.threshold
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_a_monday() {
        let day = jiff::civil::date(2018, 4, 12);
        assert_eq!(dated(number(day)), day);
        assert_eq!(number(jiff::civil::date(2026, 11, 23)).rem_euclid(7), 0, "a Monday");
    }

    #[test]
    fn the_budget_is_a_count_and_a_unit() {
        assert_eq!(budget("1/week"), Ok(1.0));
        assert_eq!(budget("2/day"), Ok(14.0));
        assert!((budget("3/month").expect("months") - 0.7).abs() < 1e-9);
        for wrong in ["1", "0/week", "-1/week", "x/week", "1/year", "inf/day"] {
            assert!(budget(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_file_gives_alarms_with_their_rows() {
        let path = std::env::temp_dir().join(format!("detect-{}.csv", std::process::id()));
        let mut text = String::from("\u{feff}时间,类别,地区,反映人\n");
        for day in 0..300 {
            for i in 0..6 {
                let (c, a) = ((day * 5 + i) % 3, (day + i * 7) % 4);
                text += &format!("{},类{c},区{a},p{day}-{i}\n", dated(19_000 + day));
            }
            if (280..284).contains(&day) {
                (0..6).for_each(|i| text += &format!("{} 09:30,类1,区2,q{day}-{i}\n", dated(19_000 + day)));
            }
        }
        text += "不知道,类1,区2,z\n";
        std::fs::write(&path, text).expect("a file");
        let columns = ["类别".to_owned(), "地区".to_owned()];
        let detect = Detect {
            file: path.clone(),
            time: "时间".into(),
            stream: columns.to_vec(),
            person: Some("反映人".into()),
            budget: 1.0,
            json: true,
        };
        let read = read(&detect).expect("read");
        assert_eq!(read.left_out, 1);
        let panel = Panel::of_events(&read.events);
        let alarms = Desk::new(1.0).watch(&panel, 0, panel.days);
        let told: Vec<Told> = alarms.iter().map(|alarm| tell(&detect, &read, &panel, alarm)).collect();
        let planted = told
            .iter()
            .find(|told| told.stream.get("类别").is_some_and(|c| c == "类1") && told.stream.len() == 2);
        let planted = planted.unwrap_or_else(|| panic!("{told:?}"));
        assert_eq!(planted.stream["地区"], "区2");
        assert!((dated(19_280)..dated(19_284)).contains(&planted.date), "{planted:?}");
        assert_eq!(planted.rows.len() as u32, planted.observed);
        let missing = super::read(&Detect { time: "日期".into(), ..detect });
        assert!(matches!(missing, Err(Problem::Malformed(text)) if text.contains("没有“日期”这一列")));
        std::fs::remove_file(path).expect("removed");
    }
}
