//! `xiaobao serve`.

use std::{net::SocketAddr, process::ExitCode};

use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};
use web::Problem;

use crate::{
    Opened, demo,
    listen::{Limits, serve},
    office::system,
    router,
};

/// 启动服务
#[derive(Debug, clap::Args)]
pub struct Serve {
    /// 装入演示数据（只在空库中）
    #[arg(long)]
    pub(super) demo: bool,
    /// 监听地址
    #[arg(long, default_value = "127.0.0.1:12315")]
    listen: SocketAddr,
    /// 不做每日备份（另有备份制度时用，例如 PostgreSQL 的基础备份）
    #[arg(long)]
    no_daily_backup: bool,
}

pub(super) async fn run(opened: Opened, options: &Serve) -> Result<ExitCode, Problem> {
    let app = opened.app;
    // A configuration with a mistake is told before anybody relies on it.
    delivery::Config::read(&app.config.data)?;
    sso::Config::load(&app.config.data).map_err(|error| Problem::Malformed(error.to_string()))?;
    for warning in &opened.report.warnings {
        eprintln!("注意：{warning}");
    }
    // The dictionary is read before somebody types.
    tokio::task::spawn_blocking(advice::warm);
    let told_to_stop = told_to_stop()?;
    let listener = TcpListener::bind(options.listen).await.map_err(|error| {
        Problem::Malformed(format!("无法监听 {}：{error}。可用 --listen 换一个端口", options.listen))
    })?;
    if options.demo {
        let made = demo::fill(&app).await?;
        if made {
            println!("已生成演示数据。");
        }
        for (login, code, post) in demo::codes(&app).await? {
            println!("  登录名 {login:<10} 登录码 {code}  {post}");
        }
        println!("首次登录：打开 /sign-in/code，填登录名、登录码并自设密码。");
    } else {
        let ctx = system(&app, "启动");
        let code = app.db.write(move |tx| people::console_code(tx, &ctx)).await?;
        if let Some(code) = code {
            println!("首次启动：请打开 /sign-in/code，登录名 admin，一次性登录码 {code}，24 小时内有效。");
        }
    }
    println!("请在浏览器打开 http://{}", options.listen);
    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(crate::worker::work(app.clone(), stopped, !options.no_daily_backup));
    serve(listener, router(&app), Limits::default(), told_to_stop).await;
    stop.send_replace(true);
    worker.await.map_err(|error| Problem::Fault(error.to_string()))?;
    app.db.close().await;
    println!("已停止，正在办理的请求都已完成。");
    Ok(ExitCode::SUCCESS)
}

/// SIGTERM or Ctrl-C: requests in flight are finished, then the database is closed. Heard from the call on, not from the
/// first poll: a stop that comes before the first request is a stop like any other.
fn told_to_stop() -> Result<impl Future<Output = ()>, Problem> {
    let heard = |kind| signal(kind).map_err(|error| Problem::Fault(format!("停止信号无法接收：{error}")));
    let (mut interrupt, mut terminate) = (heard(SignalKind::interrupt())?, heard(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
