//! `xiaobao law` and `xiaobao codes`: answers without a database.

use std::process::ExitCode;

use clap::Subcommand;
use jiff::civil::{Date, Time};
use law::{Explanation, Hours, Law, OfficeHours, Pause, Receipt, RuleSet};
use web::Problem;

/// 期限
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 解释一个日期
    Due {
        /// 期限的代号：accept、mediate、term_notice、clue_check……
        #[arg(long)]
        clock: String,
        /// 起算的那一天（不计入）
        #[arg(long)]
        from: Date,
        /// 收到日期，决定适用哪一部规定；不填按起算日
        #[arg(long)]
        received: Option<Date>,
        /// 不计入的区间 2026-05-06..2026-05-15，可以多次
        #[arg(long, value_parser = pause)]
        pause: Vec<(Date, Date)>,
        /// 经批准延长
        #[arg(long)]
        extended: bool,
        /// 本单位的下班时间 17:30：此后或者休息日收到的网页、来函视为下一工作日收到
        #[arg(long)]
        closes: Option<Time>,
        /// 收到的时刻 18:05，与 --closes 一起用
        #[arg(long, requires = "closes")]
        at: Option<Time>,
        /// 输出 JSON
        #[arg(long)]
        json: bool,
    },
    /// 列出某日有效的期限
    Clocks {
        /// 日期
        #[arg(long)]
        on: Date,
        /// 输出 JSON
        #[arg(long)]
        json: bool,
    },
}

fn pause(text: &str) -> Result<(Date, Date), String> {
    let wrong = || "区间请写成 2026-05-06..2026-05-15".to_owned();
    let (from, to) = text.split_once("..").ok_or_else(wrong)?;
    Ok((from.parse().map_err(|_| wrong())?, to.parse().map_err(|_| wrong())?))
}

pub(super) fn run(command: &Command) -> Result<ExitCode, Problem> {
    match command {
        Command::Due { clock, from, received, pause, extended, closes, at, json } => {
            let told = explain(clock, *from, received.unwrap_or(*from), pause, (*extended, *closes, *at))?;
            if *json {
                println!(
                    "{}",
                    serde_json::to_string(&told).map_err(|error| Problem::Fault(error.to_string()))?
                );
            } else {
                println!("{} 到期（稳妥日期 {}）", told.due, told.alarm);
                told.sentences.iter().chain(&told.warnings).for_each(|sentence| println!("  {sentence}"));
            }
        }
        Command::Clocks { on, json } => clocks(*on, *json),
    }
    Ok(ExitCode::SUCCESS)
}

fn explain(
    key: &str,
    from: Date,
    received: Date,
    pauses: &[(Date, Date)],
    (extended, closes, at): (bool, Option<Time>, Option<Time>),
) -> Result<Explanation, Problem> {
    let law = Law::in_use();
    let unknown =
        || Problem::Malformed(format!("没有代号为 {key} 的期限；用 xiaobao law clocks --on {received} 查看"));
    let set = law
        .rule_set_on(received)
        .ok_or_else(|| Problem::Malformed(format!("{received} 早于收录的最早规定")))?;
    let (set, clock) = match set.clock(key) {
        Some(clock) => (set, clock),
        None => {
            let set = law.statute_on(key, received).ok_or_else(unknown)?;
            (set, set.clock(key).ok_or_else(unknown)?)
        }
    };
    // On the command line the caller vouches for the pause: it is taken for one that the rule allows, when it allows any.
    let reason = clock.pauses.iter().find(|known| known.certain).or_else(|| clock.pauses.first());
    let reason = reason.map_or("unknown", |known| &known.code);
    let own = |&(from, to): &(Date, Date)| Pause {
        from,
        to,
        reason: reason.to_owned(),
        paper: "命令行给出的区间".to_owned(),
    };
    let pauses: Vec<Pause> = pauses.iter().map(own).collect();
    let mut calendar = law.calendar.clone();
    if let Some(closes) = closes {
        let hours = Some(Hours { opens: Time::midnight(), closes });
        let source = "（命令行给出）".to_owned();
        calendar.put_hours(OfficeHours { valid_from: Date::MIN, hours, season: None, source });
    }
    let receipt = Receipt::written(from, at);
    Explanation::received(set, clock, &calendar, receipt, extended, &pauses)
        .map_err(|error| Problem::Malformed(error.to_string()))
}

fn clocks(on: Date, json: bool) {
    for (set, clock) in Law::in_use().clocks_on(on) {
        let order = set.map_or_else(String::new, RuleSet::citation);
        if json {
            let line = serde_json::json!({
                "clock": clock.key, "rule_set": set.map(|set| &set.id), "title": clock.title, "length": clock.length,
                "unit": clock.unit.code(), "trigger": clock.trigger, "article": format!("{order}{}", clock.article),
            });
            println!("{line}");
        } else {
            println!(
                "{:<14} {}{} 自{}起 {}{}",
                clock.key,
                clock.length,
                clock.unit.label(),
                clock.trigger,
                order,
                clock.article
            );
        }
    }
}

/// 编号校验
#[derive(Debug, Subcommand)]
pub enum Codes {
    /// 校验信用代码、组织机构代码、注册号、身份证号、SP / JY / YB 编号
    Check {
        /// 编号，可以多个
        #[arg(required = true)]
        codes: Vec<String>,
        /// 每行输出一个 JSON
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn check(command: &Codes) -> ExitCode {
    let Codes::Check { codes, json } = command;
    for code in codes {
        let checked = codes::check(code);
        match serde_json::to_string(&checked) {
            Ok(line) if *json => println!("{line}"),
            _ => {
                let mark = if checked.ok { "可以登记" } else { "请核对" };
                println!("{} {} {mark}：{}", checked.code, checked.kind.label(), checked.reason);
            }
        }
    }
    ExitCode::SUCCESS
}
