//! `xiaobao triage`: advice on texts, learned, measured and tried on files. Nothing here opens the database.

mod group;
mod learn;
mod resolve;

use std::{path::PathBuf, process::ExitCode};

use clap::Subcommand;
use web::Problem;

use super::table;

/// 分类与重复提示
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 用已办结事项训练分类模型，打印分组交叉验证的结果；比原模型差就不替换
    Train {
        /// csv 文件（UTF-8 或者 GB18030，有表头）
        file: PathBuf,
        #[command(flatten)]
        columns: learn::Columns,
        /// 时间列：另外用最早的五分之四训练、最近的五分之一检验
        #[arg(long)]
        time: Option<String>,
        /// 模型文件；原有的一份留作 .before，可用 rollback 换回
        #[arg(long)]
        out: PathBuf,
        /// 比原模型差也替换
        #[arg(long)]
        force: bool,
        /// 输出 JSON
        #[arg(long)]
        json: bool,
    },
    /// 用有类别的文件检验模型
    Evaluate {
        /// 模型文件
        model: PathBuf,
        /// csv 文件
        file: PathBuf,
        #[command(flatten)]
        columns: learn::Given,
        /// 输出 JSON
        #[arg(long)]
        json: bool,
    },
    /// 给标准输入的每一行（或 csv 的每一行，用 --text）提示类别和理由
    Classify {
        /// 模型文件
        model: PathBuf,
        /// 标准输入是 csv：文字列，可以几列，逗号分开
        #[arg(long, value_delimiter = ',')]
        text: Vec<String>,
        /// 每行输出一个 JSON
        #[arg(long)]
        json: bool,
    },
    /// 换回训练前的模型
    Rollback {
        /// 模型文件
        model: PathBuf,
    },
    /// 找出同一件事：重复提交，以及不同的人说同一件事
    Cluster(group::Cluster),
    /// 按名称、代码、地址辨认登记库中的经营者，说明理由；不能确定的不对应
    Resolve(resolve::Resolve),
}

pub(super) fn run(command: &Command) -> Result<ExitCode, Problem> {
    match command {
        Command::Train { file, columns, time, out, force, json } => {
            let sheet = table::open(file)?;
            let lesson = learn::Lesson { sheet: &sheet, columns, time: time.as_deref() };
            learn::train(&lesson, out, *force, *json)
        }
        Command::Evaluate { model, file, columns, json } => learn::evaluate(model, file, columns, *json),
        Command::Classify { model, text, json } => learn::classify(model, text, *json),
        Command::Rollback { model } => learn::rollback(model),
        Command::Cluster(cluster) => group::run(cluster),
        Command::Resolve(command) => resolve::run(command),
    }
}
