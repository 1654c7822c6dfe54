//! `xiaobao triage`: advice on texts, learned, measured and tried on files. Only `learn` opens the database.

mod group;
mod learn;
mod resolve;
mod texts;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use jiff::civil::Date;
use web::{App, Problem};

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
    /// 用本局已办结的事项训练（举报和演示数据除外），最近五分之一用来检验；比原模型差就不替换
    Learn(Learn),
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
        #[arg(required_unless_present = "lexicon")]
        model: Option<PathBuf>,
        /// 没有模型时按随程序的词表提示商品服务和问题类别；词表未经检验
        #[arg(long, conflicts_with = "model")]
        lexicon: bool,
        /// 词表文件：每行一个类别、名称和词，空格分开；样本少而没有训练的下级类别按词提示
        #[arg(long, conflicts_with = "lexicon")]
        words: Option<PathBuf>,
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
    /// 摘出文字中的金额、日期、电话、单号、品牌、地址
    Fields {
        #[command(flatten)]
        texts: texts::Texts,
        /// 说话的那一天，用来推算昨天、上周三；不填是今天
        #[arg(long)]
        today: Option<String>,
    },
    /// 标出需要先看的迹象：伤害、起火、中毒、老幼、群体、媒体、时限、保密，以及个人号码
    Signals(texts::Texts),
    /// 比较两段时间的类别构成（PSI），提示模型是不是该重新训练
    Drift(texts::Drift),
    /// 按名称、代码、地址辨认登记库中的经营者，说明理由；不能确定的不对应
    Resolve(resolve::Resolve),
}

/// 从本局事项训练
#[derive(Debug, Args)]
pub struct Learn {
    /// 学什么：goods 客体（商品和服务），problem 问题性质
    #[arg(long, value_parser = ["goods", "problem"])]
    of: String,
    /// 只用这一天以来收到的
    #[arg(long, default_value = "1990-01-01")]
    since: Date,
    /// 最多用最近多少件
    #[arg(long, default_value_t = 200_000)]
    most: i64,
    /// 模型文件；原有的一份留作 .before，可用 rollback 换回
    #[arg(long)]
    out: PathBuf,
    /// 比原模型差也替换
    #[arg(long)]
    force: bool,
    /// 输出 JSON
    #[arg(long)]
    json: bool,
}

/// `xiaobao triage learn`: the only one of these commands that opens the office, to read.
pub(super) async fn learn(app: &App, command: &Learn) -> Result<ExitCode, Problem> {
    let of = if command.of == "goods" { intake::Of::Goods } else { intake::Of::Problem };
    let (since, most) = (command.since.to_string(), command.most);
    let lessons = app.db.read(move |tx| intake::lessons(tx, of, &since, most)).await?;
    let into = learn::Into { out: &command.out, force: command.force, json: command.json };
    learn::train_on_matters(lessons, &command.of, &into)
}

pub(super) fn run(command: &Command) -> Result<ExitCode, Problem> {
    match command {
        Command::Train { file, columns, time, out, force, json } => {
            let sheet = table::open(file)?;
            let lesson = learn::Lesson { sheet: &sheet, columns, time: time.as_deref() };
            learn::train(&lesson, &learn::Into { out, force: *force, json: *json })
        }
        Command::Learn(_) => Err(Problem::Malformed("需要打开数据目录".to_owned())),
        Command::Evaluate { model, file, columns, json } => learn::evaluate(model, file, columns, *json),
        Command::Classify { model: Some(model), text, json, words, .. } => {
            learn::classify(model, text, words.as_deref(), *json)
        }
        Command::Classify { model: None, text, json, .. } => texts::by_words(text, *json),
        Command::Fields { texts, today } => texts::fields(texts, today.as_deref()),
        Command::Signals(texts) => texts::signals(texts),
        Command::Drift(command) => texts::drift(command),
        Command::Rollback { model } => learn::rollback(model),
        Command::Cluster(cluster) => group::run(cluster),
        Command::Resolve(command) => resolve::run(command),
    }
}
