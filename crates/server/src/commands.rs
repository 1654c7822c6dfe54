//! The commands of DESIGN §6.

mod audit;
mod check_text;
mod day_log;
mod detect;
mod figures;
mod import;
mod law;
mod programs;
mod safekeeping;
mod serve;
mod summary;
mod table;
mod triage;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use web::Problem;

/// 消保 xiaobao: the working system of a market-supervision bureau.
#[derive(Debug, Parser)]
#[command(name = "xiaobao", version, about = "消保：市场监督管理局消费者权益保护工作系统")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// 数据目录
    #[arg(long, global = true, default_value = "./data", env = "XIAOBAO_DATA")]
    data: PathBuf,
    /// PostgreSQL 地址 postgres://…；不填用数据目录里的 SQLite
    #[arg(long, global = true, default_value = "", env = "XIAOBAO_DATABASE", hide_env_values = true)]
    database: String,
    /// PostgreSQL 从库地址 postgres://…，可写几台；统计、看板、导出从这里读，读不到时读主库
    #[arg(long, global = true, default_value = "", env = "XIAOBAO_REPLICA", hide_env_values = true)]
    replica: String,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 启动服务
    Serve(serve::Serve),
    /// 自检：数据库、磁盘、字体、时钟、放假安排、任务、期限复核
    Check,
    /// 期限：解释一个日期，或者列出某日有效的期限
    #[command(subcommand)]
    Law(law::Command),
    /// 编号校验
    #[command(subcommand)]
    Codes(law::Codes),
    /// 导入文件
    #[command(subcommand)]
    Import(import::Command),
    /// 日志校验
    #[command(subcommand)]
    Audit(audit::Command),
    /// 申诉举报日记：与封存的摘要核对
    #[command(subcommand)]
    DayLog(day_log::Command),
    /// 数字：列出指标，或者显示一个指标
    #[command(subcommand)]
    Figures(figures::Command),
    /// 核对文稿里的每一个数字：相符、不符、无法核对，注明行和列；有不符时退出码为 1
    CheckText(check_text::CheckText),
    /// 总结、简报：每个数字带指标代号，经第二读者核对
    Summary(summary::Summary),
    /// 预警：在文件里找异常集中，按预警预算（参考，由人判断）
    Detect(detect::Detect),
    /// 整体备份：数据库、附件和其他文件（服务运行中也可以）
    Backup {
        /// 备份目录，不能已经存在
        to: PathBuf,
        /// 不加密；可以用其他工具打开，其中的个人信息仍然要密钥
        #[arg(long)]
        open: bool,
        /// 不加密并连同密钥；拿到这份备份的人可以读出全部个人信息
        #[arg(long)]
        with_keys: bool,
    },
    /// 从备份恢复到空目录（--data），以及空的 PostgreSQL（--database）
    Restore {
        /// 备份目录
        from: PathBuf,
        /// 密钥文件；备份里没有密钥时用
        #[arg(long)]
        keys: Option<PathBuf>,
    },
    /// 立即做每日备份并试恢复核对（平时由服务每天自动进行）
    Nightly,
    /// 升级后退回：换回升级前自动备份的数据库（先停止服务；之后用旧版程序启动）
    Rollback {
        /// 用这一份，不用最近一份
        #[arg(long)]
        to: Option<PathBuf>,
        /// 确认；不加只说明将发生什么
        #[arg(long)]
        yes: bool,
    },
    /// 把数据库搬到另一个引擎，逐表核对
    Move {
        /// postgres://…，或者新的 SQLite 文件
        #[arg(long, env = "XIAOBAO_MOVE_TO", hide_env_values = true)]
        to: String,
        /// 只核对两边是否一致，不搬迁
        #[arg(long)]
        verify: bool,
    },
    /// 给人员发一次性登录码
    Officer {
        /// 登录名
        login: String,
    },
    /// 接口令牌
    #[command(subcommand)]
    Token(programs::Token),
    /// 推送
    #[command(subcommand)]
    Webhooks(programs::Webhooks),
    /// 分类与重复提示（仅供参考，由人决定）：训练、评估、分类、聚类
    #[command(subcommand)]
    Triage(triage::Command),
    /// 软件物料清单（SBOM，CycloneDX 1.6）：本程序用到的全部第三方软件，输出到标准输出
    Sbom,
    /// 删除演示数据
    RemoveDemo,
}

/// Runs a command; prints what went wrong in a sentence.
pub async fn run(arguments: Arguments) -> ExitCode {
    match dispatch(arguments).await {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(arguments: Arguments) -> Result<ExitCode, Problem> {
    let Arguments { data, database, replica, command } = arguments;
    let office = async |demo| crate::open_with(&data, &database, &replica, demo).await;
    Ok(match command {
        Command::Serve(serve) => {
            let _lock = crate::lock::take(&data, !database.is_empty())?;
            serve::run(office(serve.demo).await?, &serve).await?
        }
        Command::Law(command) => {
            crate::office::law_of(&data, &database).await?;
            law::run(&command)?
        }
        Command::Detect(detect) => detect::run(&detect)?,
        Command::Codes(command) => law::check(&command),
        Command::Check => audit::check(&office(false).await?.app).await?,
        Command::Import(command) => import::run(&office(false).await?.app, &command).await?,
        Command::Audit(command) => audit::run(&office(false).await?.app, &command).await?,
        Command::DayLog(command) => day_log::run(&office(false).await?.app, &command).await?,
        Command::Figures(command) => figures::run(&office(false).await?.app, command).await?,
        Command::CheckText(asked) => check_text::run(&office(false).await?.app, asked).await?,
        Command::Summary(asked) => summary::run(&office(false).await?.app, asked).await?,
        Command::Backup { to, open, with_keys } => {
            safekeeping::backup(&office(false).await?.app, &to, (open, with_keys)).await?
        }
        Command::Nightly => safekeeping::nightly(&office(false).await?.app).await?,
        Command::Rollback { to, yes } => safekeeping::rollback(&data, &database, to.as_deref(), yes).await?,
        Command::Restore { from, keys } => {
            safekeeping::restore(&from, &data, &database, keys.as_deref()).await?
        }
        Command::Move { to, verify } => safekeeping::bring(&office(false).await?.app, &to, verify).await?,
        Command::Officer { login } => audit::code(&office(false).await?.app, &login).await?,
        Command::Token(command) => programs::token(&office(false).await?.app, command).await?,
        Command::Webhooks(command) => programs::webhooks(&office(false).await?.app, command).await?,
        Command::Triage(triage::Command::Learn(command)) => {
            triage::learn(&office(false).await?.app, &command).await?
        }
        Command::Triage(command) => triage::run(&command)?,
        Command::Sbom => {
            println!("{:#}", crate::licences::bill());
            ExitCode::SUCCESS
        }
        Command::RemoveDemo => {
            let count = crate::demo::remove(&office(false).await?.app).await?;
            println!("已删除演示数据：事项 {count} 件");
            ExitCode::SUCCESS
        }
    })
}
