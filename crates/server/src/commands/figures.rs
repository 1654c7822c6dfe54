//! `xiaobao figures`.

use std::process::ExitCode;

use clap::Subcommand;
use insight::{Dimension, FIGURES, Period, kept};
use jiff::civil::Date;
use web::{App, Problem};

use crate::office::system;

/// 数字
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 列出全部指标
    List,
    /// 显示一个指标
    Show {
        /// 指标代号
        id: String,
        /// 从
        #[arg(long)]
        from: Date,
        /// 到（含）
        #[arg(long)]
        to: Date,
        /// 按什么分：kind、channel、unit、goods、problem、outcome、month
        #[arg(long)]
        by: Option<String>,
        /// 列出明细编号
        #[arg(long)]
        rows: bool,
        /// 输出 JSON
        #[arg(long)]
        json: bool,
    },
    /// 逐件重算，与汇总的数字对照；有出入时退出码为 1
    Recount {
        /// 从；不填为本年初
        #[arg(long)]
        from: Option<Date>,
        /// 到（含）；不填为今天
        #[arg(long)]
        to: Option<Date>,
        /// 有出入时重新汇总
        #[arg(long)]
        mend: bool,
        /// 输出 JSON
        #[arg(long)]
        json: bool,
    },
}

/// `xiaobao figures recount`.
async fn recount(
    app: &App,
    (from, to): (Option<Date>, Option<Date>),
    mend: bool,
    json: bool,
) -> Result<ExitCode, Problem> {
    let ctx = system(app, "统计");
    let today = ctx.today();
    let period = Period { from: from.unwrap_or_else(|| today.first_of_year()), to: to.unwrap_or(today) };
    let look =
        move |tx: &mut db::Tx| Ok::<_, Problem>((kept::recount(tx, &ctx, period)?, kept::standing(tx)?));
    let (differences, standing) = app.db.read(look).await?;
    let words: Vec<String> = differences.iter().map(ToString::to_string).collect();
    if json {
        let made = standing.made.is_none();
        println!(
            "{}",
            serde_json::json!({ "from": period.from, "to": period.to, "whole": made, "due": standing.due, "differences": words })
        );
    } else {
        words.iter().for_each(|words| println!("{words}"));
        if let Some((done, all)) = standing.made {
            println!("汇总尚未完成（{done} / {all} 件），统计逐件计算");
        }
        println!("{} 至 {}：{} 处出入，{} 处变动等待汇总", period.from, period.to, words.len(), standing.due);
    }
    if words.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    if mend {
        app.db.write(kept::begin_anew).await?;
        kept::fold_all(&app.db).await?;
        println!("已经重新汇总，请再运行一次核对");
    }
    Ok(ExitCode::FAILURE)
}

pub(super) async fn run(app: &App, command: &Command) -> Result<ExitCode, Problem> {
    if let Command::Recount { from, to, mend, json } = command {
        return recount(app, (*from, *to), *mend, *json).await;
    }
    let Command::Show { id, from, to, by, rows, json } = command else {
        for figure in FIGURES {
            println!("{:<22} {}（{}）：{}", figure.id, figure.name, figure.unit, figure.definition);
        }
        return Ok(ExitCode::SUCCESS);
    };
    let figure = insight::find(id)
        .ok_or_else(|| Problem::Malformed(format!("没有代号为 {id} 的指标，用 xiaobao figures list 查看")))?;
    let dimension = by
        .as_deref()
        .map(|code| Dimension::from_code(code).ok_or_else(|| Problem::Malformed(format!("不能按 {code} 分"))))
        .transpose()?;
    let (ctx, period, wanted) = (system(app, "统计"), Period { from: *from, to: *to }, *rows);
    let (answer, cuts, lines) = app
        .db
        .read(move |tx| {
            let answer = insight::value(tx, &ctx, figure, period)?;
            let cuts =
                dimension.map(|dimension| insight::by(tx, &ctx, figure, period, dimension)).transpose()?;
            let lines =
                if wanted { insight::rows(tx, &ctx, figure, period, None, "", 100_000)? } else { Vec::new() };
            Ok::<_, Problem>((answer, cuts.unwrap_or_default(), lines))
        })
        .await?;
    if *json {
        let parts: Vec<_> =
            cuts.iter().map(|cut| serde_json::json!({ "key": cut.key, "value": cut.value })).collect();
        let numbers: Vec<_> = lines.iter().map(|line| &line.number).collect();
        println!(
            "{}",
            serde_json::json!({
                "figure": figure.id, "name": figure.name, "definition": figure.definition, "unit": figure.unit, "from": from, "to": to,
                "value": answer.part, "whole": answer.whole, "words": answer.words(figure), "by": by, "parts": parts, "rows": numbers,
            })
        );
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} {} {}", figure.name, answer.words(figure), figure.unit);
    cuts.iter().for_each(|cut| println!("  {} {}", cut.key, cut.value));
    lines.iter().for_each(|line| println!("  {} {} {}", line.number, line.received, line.title));
    Ok(ExitCode::SUCCESS)
}
