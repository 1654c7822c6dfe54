//! `xiaobao import`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Subcommand;
use intake::import::{Map, Order, Sheet};
use web::{App, Problem};

use crate::office::system;

/// 导入文件
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 导入咨询、投诉、举报（csv 或者 xlsx），按表头识别，重复导入不会重复登记
    Contacts {
        /// 文件
        file: PathBuf,
        /// 映射文件（TOML）；不填按全国12315平台导出表头
        #[arg(long)]
        map: Option<PathBuf>,
        /// 接收单位的机构代码；不填为本局
        #[arg(long)]
        unit: Option<String>,
        /// 只检查，不写入
        #[arg(long)]
        dry_run: bool,
    },
    /// 导入经营者名录（csv 或者 xlsx），按表头识别，只补缺、不覆盖，重复导入不会重复登记
    Traders {
        /// 文件
        file: PathBuf,
        /// 数据来自哪里，记入日志
        #[arg(long, default_value = "文件导入")]
        source: String,
    },
}

/// Rows of traders in one transaction: a reader waits for none of them longer than this takes.
const BATCH: usize = 500;

pub(super) async fn run(app: &App, command: &Command) -> Result<ExitCode, Problem> {
    match command {
        Command::Contacts { file, map, unit, dry_run } => {
            contacts(app, file, map.as_ref(), unit.as_ref(), *dry_run).await
        }
        Command::Traders { file, source } => traders(app, file, source).await,
    }
}

async fn contacts(
    app: &App,
    file: &Path,
    map: Option<&PathBuf>,
    unit: Option<&String>,
    dry_run: bool,
) -> Result<ExitCode, Problem> {
    let map = match map {
        Some(path) => {
            Map::parse(&fs::read_to_string(path)?).map_err(|error| Problem::Malformed(error.to_string()))?
        }
        None => Map::national(),
    };
    let ctx = system(app, "导入");
    let wanted = unit.cloned();
    let unit = app
        .db
        .read(move |tx| {
            let units = people::units(tx)?;
            let found = units.into_iter().find(|unit| wanted.as_ref().is_none_or(|code| *code == unit.code));
            found.ok_or_else(|| Problem::Malformed("没有这个机构代码；空库请先启动服务完成初始化".to_owned()))
        })
        .await?;
    let order = Order { map, unit: unit.id, dry_run };
    let sheet = intake::import::run(&app.db, &ctx, file, &order).await?;
    print(&sheet, dry_run);
    Ok(if sheet.balances() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print(sheet: &Sheet, dry_run: bool) {
    println!("{}", if dry_run { "只检查，没有写入" } else { "导入完成" });
    if let Some(encoding) = sheet.encoding {
        println!("文件编码：{}", encoding.words());
    }
    for (header, near) in &sheet.unread {
        let near = near.as_ref().map_or_else(String::new, |near| format!("，最接近的列名是“{near}”"));
        println!("  没有读取的列“{header}”{near}");
    }
    println!("{}", sheet.words());
    println!("核对{}", if sheet.balances() { "平衡" } else { "不平衡，请联系开发者" });
    list(&[&sheet.changed, &sheet.bad]);
    for (line, new, other) in sheet.alike.iter().take(50) {
        println!("  第 {line} 行：{new} 与 {other} 电话、对象相同，可能是同一件，请核实后关联");
    }
}

async fn traders(app: &App, file: &Path, source: &str) -> Result<ExitCode, Problem> {
    let wrong = |error: sheets::TableError| Problem::Malformed(error.to_string());
    let survey = sheets::survey(file).map_err(wrong)?;
    if survey.rows > 0 && !survey.headers.iter().any(|header| header == "名称") {
        return Err(Problem::Malformed("表头里没有“名称”一列，请改好表头后再导入".to_owned()));
    }
    let mut sheet = traders::Sheet::default();
    let mut rows = sheets::rows(file).map_err(wrong)?;
    loop {
        let batch = rows.by_ref().take(BATCH).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
        if batch.is_empty() {
            break;
        }
        let (ctx, source) = (system(app, "导入"), source.to_owned());
        let done = app.db.write(move |tx| traders::import_rows(tx, &ctx, &source, &batch)).await?;
        sheet = sheet.plus(done);
    }
    println!(
        "读取 {} 行 = 新增 {} + 已有 {} + 补全 {} + 有出入 {} + 有错误 {}",
        sheet.read,
        sheet.new,
        sheet.same,
        sheet.filled,
        sheet.differing.len(),
        sheet.bad.len()
    );
    println!(
        "核对{}；另有 {} 行请核实",
        if sheet.balances() { "平衡" } else { "不平衡，请联系开发者" },
        sheet.doubtful.len()
    );
    list(&[&sheet.differing, &sheet.bad, &sheet.doubtful]);
    Ok(if sheet.balances() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn list(parts: &[&Vec<(usize, String)>]) {
    for (line, why) in parts.iter().copied().flatten().take(50) {
        println!("  第 {line} 行：{why}");
    }
    let more = parts.iter().map(|part| part.len()).sum::<usize>().saturating_sub(50);
    if more > 0 {
        println!("  另有 {more} 行未列出");
    }
}
