//! `xiaobao token` and `xiaobao webhooks`: what other programs may do here, and where they may be told.

use std::process::ExitCode;

use api::{LONGEST_DAYS, NewToken, PER_MINUTE, TokenId};
use clap::Subcommand;
use kernel::office_minute;
use web::{App, Problem};

use crate::office::system;

/// 接口令牌
#[derive(Debug, Subcommand)]
pub enum Token {
    /// 发放令牌，只显示这一次
    Create {
        /// 代表谁：登录名
        #[arg(long)]
        officer: String,
        /// 范围：read、write、personal、figures、admin、open311，可以多次
        #[arg(long, required = true)]
        scope: Vec<String>,
        /// 有效天数
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(i64).range(1..=LONGEST_DAYS))]
        days: i64,
        /// 用途：哪个系统
        #[arg(long, default_value = "命令行发放")]
        label: String,
        /// 每分钟最多请求数
        #[arg(long, default_value_t = PER_MINUTE)]
        per_minute: i64,
    },
    /// 列出令牌
    List,
    /// 作废令牌，立即生效
    Revoke {
        /// 令牌标识
        id: TokenId,
    },
}

/// 推送
#[derive(Debug, Subcommand)]
pub enum Webhooks {
    /// 允许推送到这些内网网段，例如 10.1.0.0/16；不填为一个也不允许
    Allow {
        /// 网段，可以多个
        nets: Vec<String>,
    },
}

pub(super) async fn token(app: &App, command: Token) -> Result<ExitCode, Problem> {
    let ctx = system(app, "命令行");
    match command {
        Token::Create { officer, scope, days, label, per_minute } => {
            let unknown = || {
                Problem::Malformed(
                    "没有这个范围；可用 read、write、personal、figures、admin、open311".to_owned(),
                )
            };
            let scopes = api::parse_scopes(&scope.join(",")).ok_or_else(unknown)?;
            let new = NewToken { label, login: officer, post: None, scopes, days, per_minute };
            let made = app.db.write(move |tx| api::create_token(tx, &ctx, &new)).await?;
            println!("{}", made.text);
            eprintln!("标识 {}，有效至 {}；令牌只显示这一次", made.id, office_minute(made.expires_at));
        }
        Token::List => {
            for token in app.db.read(move |tx| api::tokens(tx, &ctx)).await? {
                let state = match (token.revoked_at, token.used_at) {
                    (Some(at), _) => format!("{} 作废", office_minute(at)),
                    (None, Some(at)) => format!("最近使用 {}", office_minute(at)),
                    (None, None) => "未使用过".to_owned(),
                };
                println!(
                    "{}  {}  {} {}  {}  有效至 {}  {state}",
                    token.id,
                    token.label,
                    token.login,
                    token.post,
                    api::join_scopes(&token.scopes),
                    office_minute(token.expires_at)
                );
            }
        }
        Token::Revoke { id } => {
            app.db.write(move |tx| api::revoke_token(tx, &ctx, id)).await?;
            println!("已作废");
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn webhooks(app: &App, command: Webhooks) -> Result<ExitCode, Problem> {
    let Webhooks::Allow { nets } = command;
    let (ctx, nets) = (system(app, "命令行"), nets.join(","));
    let words = if nets.is_empty() { "一个也没有".to_owned() } else { nets.clone() };
    app.db.write(move |tx| api::allow_nets(tx, &ctx, &nets)).await?;
    println!("允许推送的内网网段：{words}");
    Ok(ExitCode::SUCCESS)
}
