//! `xiaobao import`.

use std::{fs, path::PathBuf, process::ExitCode};

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
}

pub(super) async fn run(app: &App, command: &Command) -> Result<ExitCode, Problem> {
    let Command::Contacts { file, map, unit, dry_run } = command;
    let map = match map {
        Some(path) => {
            Map::parse(&fs::read_to_string(path)?).map_err(|error| Problem::Malformed(error.to_string()))?
        }
        None => Map::national(),
    };
    let ctx = system(app, "导入");
    let wanted = unit.clone();
    let unit = app
        .db
        .read(move |tx| {
            let units = people::units(tx)?;
            let found = units.into_iter().find(|unit| wanted.as_ref().is_none_or(|code| *code == unit.code));
            found.ok_or_else(|| Problem::Malformed("没有这个机构代码；空库请先启动服务完成初始化".to_owned()))
        })
        .await?;
    let order = Order { map, unit: unit.id, dry_run: *dry_run };
    let sheet = intake::import::run(&app.db, &ctx, file, &order).await?;
    print(&sheet, *dry_run);
    Ok(if sheet.balances() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print(sheet: &Sheet, dry_run: bool) {
    println!("{}", if dry_run { "只检查，没有写入" } else { "导入完成" });
    println!(
        "读取 {} 行 = 新增 {} + 已有 {} + 有变化 {} + 有错误 {}",
        sheet.read,
        sheet.new,
        sheet.same,
        sheet.changed.len(),
        sheet.bad.len()
    );
    println!("核对{}", if sheet.balances() { "平衡" } else { "不平衡，请联系开发者" });
    for (line, why) in sheet.changed.iter().chain(&sheet.bad).take(50) {
        println!("  第 {line} 行：{why}");
    }
    let more = (sheet.changed.len() + sheet.bad.len()).saturating_sub(50);
    if more > 0 {
        println!("  另有 {more} 行未列出");
    }
}
