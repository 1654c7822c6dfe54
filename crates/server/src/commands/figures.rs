//! `xiaobao figures`.

use std::{process::ExitCode, sync::Arc};

use clap::Subcommand;
use insight::{ABSENT, Absent, Answer, Cut, Dimension, FIGURES, Figure, Period, RowLine, Standing, kept};
use jiff::civil::Date;
use kernel::Ctx;
use serde_json::json;
use web::{App, Problem};

use crate::office::system;

/// 数字
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 列出全部指标：代号、口径版本、类别、单位、可以按什么分
    List {
        /// 输出 JSON
        #[arg(long)]
        json: bool,
    },
    /// 显示一个指标；没有记录的说“未记录”“未开展”，不写 0
    Show(Show),
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
            json!({ "from": period.from, "to": period.to, "whole": made, "due": standing.due, "differences": words })
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

/// `xiaobao figures list`.
fn list(json: bool) {
    let dimensions = |figure: &Figure| figure.dimensions().map(Dimension::code).collect::<Vec<_>>();
    if json {
        let told = |figure: &Figure| {
            json!({
                "id": figure.id, "name": figure.name, "definition": figure.definition, "version": figure.version(),
                "digest": figure.digest(), "unit": figure.unit, "kind": figure.kind().code(), "dimensions": dimensions(figure),
                "standing": Standing::Recorded.code(),
            })
        };
        let absent = |one: &Absent| json!({ "id": one.id, "name": one.name, "unit": one.unit, "standing": Standing::NotRecorded.code() });
        let all: Vec<_> = FIGURES.iter().map(told).chain(ABSENT.iter().map(absent)).collect();
        println!("{}", json!({ "figures": all }));
        return;
    }
    for figure in FIGURES {
        let (kind, by) = (figure.kind().label(), dimensions(figure).join("、"));
        println!(
            "{:<22} v{} {kind} {}（{}）：{}；可按 {by} 分",
            figure.id,
            figure.version(),
            figure.name,
            figure.unit,
            figure.definition
        );
    }
    for one in ABSENT {
        println!("{:<22} {}（{}）：{}", one.id, one.name, one.unit, Standing::NotRecorded.label());
    }
}

/// Of which days and of whom: what every command about figures asks.
#[derive(Debug, clap::Args)]
pub(super) struct Span {
    /// 从
    #[arg(long)]
    from: Date,
    /// 到（含）
    #[arg(long)]
    to: Date,
    /// 单位代码或者名称，含其下级；不填为全局
    #[arg(long)]
    pub(super) unit: Option<String>,
}

impl Span {
    pub(super) const fn period(&self) -> Period {
        Period { from: self.from, to: self.to }
    }
}

/// What was asked of `xiaobao figures show`.
#[derive(Debug, clap::Args)]
pub struct Show {
    /// 指标代号
    id: String,
    #[command(flatten)]
    span: Span,
    /// 按什么分：kind、channel、unit、goods、problem、outcome、month、hour、phase、due、detail
    #[arg(long)]
    by: Option<String>,
    /// 界线（元），只用于有界线的指标；不填按口径
    #[arg(long)]
    least: Option<kernel::Money>,
    /// 列出明细编号
    #[arg(long)]
    rows: bool,
    /// 输出 JSON
    #[arg(long)]
    json: bool,
}

/// The context that reaches `unit` and those below it; the whole office when none is named.
pub(super) fn reaching(tx: &mut db::Tx, ctx: &Ctx, unit: Option<&str>) -> Result<(Ctx, String), Problem> {
    let Some(named) = unit else { return Ok((ctx.clone(), "全局".to_owned())) };
    let units = people::units(tx)?;
    let unit = units.iter().find(|unit| unit.code == named || unit.name == named);
    let unit = unit.ok_or_else(|| Problem::Malformed(format!("没有代码或者名称为 {named} 的单位")))?;
    Ok((insight::of_unit(ctx, unit.id, &unit.name, &unit.path), unit.name.clone()))
}

/// A figure as it was asked for.
struct Shown {
    unit: String,
    standing: Standing,
    answer: Answer,
    cuts: Vec<Cut>,
    lines: Vec<RowLine>,
}

fn look(tx: &mut db::Tx, ctx: &Ctx, show: &Show, figure: &Figure) -> Result<Shown, Problem> {
    let dimension = show.by.as_deref().map(|code| {
        let known = Dimension::from_code(code).filter(|known| figure.dimensions().any(|one| one == *known));
        known.ok_or_else(|| Problem::Malformed(format!("{} 不能按 {code} 分", figure.id)))
    });
    let (dimension, period) = (dimension.transpose()?, show.span.period());
    let (ctx, unit) = reaching(tx, ctx, show.span.unit.as_deref())?;
    if let Some(least) = show.least {
        return at_least(tx, &ctx, (show, figure, unit), least.fen(), dimension);
    }
    let reading = kept::Reading::open(tx, &ctx)?;
    let answer = reading.value(tx, figure, period)?;
    let nothing = answer.part == 0 && answer.whole.unwrap_or(0) == 0;
    let standing = if nothing { figure.standing(tx, &reading, period)? } else { Standing::Recorded };
    let cuts = dimension.map(|one| reading.by(tx, figure, period, one)).transpose()?.unwrap_or_default();
    let lines =
        if show.rows { insight::rows(tx, &ctx, figure, period, None, "", 100_000)? } else { Vec::new() };
    Ok(Shown { unit, standing, answer, cuts, lines })
}

/// A figure with a sum that was named.
fn at_least(
    tx: &mut db::Tx,
    ctx: &Ctx,
    (show, figure, unit): (&Show, &Figure, String),
    least: i64,
    by: Option<Dimension>,
) -> Result<Shown, Problem> {
    let period = show.span.period();
    let found = insight::at_least(tx, ctx, figure, period, least, by)?;
    let (answer, cuts) = found.ok_or_else(|| Problem::Malformed(format!("{} 没有界线", figure.id)))?;
    let lines = if show.rows {
        insight::rows_of(tx, ctx, (figure, Some(least)), period, None, ("", 100_000))?
    } else {
        Vec::new()
    };
    Ok(Shown { unit, standing: Standing::Recorded, answer, cuts, lines })
}

/// `xiaobao figures show` of what nobody records: no number, and no zero.
fn show_absent(absent: &Absent, show: &Show) {
    let words = Standing::NotRecorded.label();
    if show.json {
        let told = json!({
            "figure": absent.id, "name": absent.name, "unit": absent.unit, "from": show.span.from, "to": show.span.to,
            "value": null, "words": words, "standing": Standing::NotRecorded.code(),
        });
        println!("{told}");
    } else {
        println!("{} {words}", absent.name);
    }
}

async fn show(app: &App, show: &Arc<Show>) -> Result<ExitCode, Problem> {
    if let Some(absent) = insight::absent(&show.id) {
        show_absent(absent, show);
        return Ok(ExitCode::SUCCESS);
    }
    let figure = insight::find(&show.id).ok_or_else(|| {
        Problem::Malformed(format!("没有代号为 {} 的指标，用 xiaobao figures list 查看", show.id))
    })?;
    let (ctx, asked) = (system(app, "统计"), Arc::clone(show));
    let shown = app.db.read(move |tx| look(tx, &ctx, &asked, figure)).await?;
    let begun = shown.standing == Standing::Recorded;
    let words = if begun { shown.answer.words(figure) } else { shown.standing.label().to_owned() };
    if show.json {
        let parts: Vec<_> =
            shown.cuts.iter().map(|cut| json!({ "key": cut.key, "value": cut.value })).collect();
        let numbers: Vec<_> = shown.lines.iter().map(|line| &line.number).collect();
        let told = json!({
            "figure": figure.id, "name": figure.name, "definition": figure.definition, "version": figure.version(),
            "digest": figure.digest(), "kind": figure.kind().code(), "unit": figure.unit, "from": show.span.from, "to": show.span.to,
            "of": shown.unit, "standing": shown.standing.code(), "value": begun.then_some(shown.answer.part),
            "whole": shown.answer.whole, "interval": shown.answer.interval().map(|one| json!({ "method": "wilson", "level": 0.95, "low": one.low, "high": one.high })),
            "under": shown.answer.under(figure), "words": words, "by": show.by, "parts": parts, "rows": numbers,
        });
        println!("{told}");
        return Ok(ExitCode::SUCCESS);
    }
    let unit = if begun && figure.unit != "%" { figure.unit } else { "" };
    println!("{} {words} {unit}（{}，口径第 {} 版）", figure.name, shown.unit, figure.version());
    let under = shown.answer.under(figure);
    if begun && !under.is_empty() {
        println!("  {under}");
    }
    shown.cuts.iter().for_each(|cut| println!("  {} {}", cut.key, cut.value));
    shown.lines.iter().for_each(|line| println!("  {} {} {}", line.number, line.received, line.title));
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn run(app: &App, command: Command) -> Result<ExitCode, Problem> {
    match command {
        Command::Recount { from, to, mend, json } => recount(app, (from, to), mend, json).await,
        Command::List { json } => {
            list(json);
            Ok(ExitCode::SUCCESS)
        }
        Command::Show(asked) => show(app, &Arc::new(asked)).await,
    }
}
