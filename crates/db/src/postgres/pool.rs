//! Connections to whoever leads at present. Between the end of one leader and the next (a restart, a failover by Patroni)
//! commands wait here, before any of them has begun, so that nothing has to be undone.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use deadpool::{Runtime, managed};
use tokio_postgres::{
    config::{Host, TargetSessionAttrs},
    error::SqlState,
};

use super::line::{Lines, NoLine};
use crate::{Config, Error, error::is_lost};

/// Between two looks for a leader.
const LOOK: Duration = Duration::from_millis(200);
/// A leader whose machine vanished is given up after this much silence, not after the two hours of the system.
const SILENCE: Duration = Duration::from_secs(15);

pub(super) type Pool = managed::Pool<Lines>;
/// A connection on loan.
pub(super) type Lent = managed::Object<Lines>;

/// A pool of connections, and since when none could be made.
pub(super) struct Connections {
    pub(super) pool: Pool,
    patience: Duration,
    out_since: Mutex<Option<Instant>>,
}

/// The settings of a session: time zone, limits of patience, life signs.
pub(super) fn settings(place: &str, config: &Config) -> Result<tokio_postgres::Config, Error> {
    let mut server: tokio_postgres::Config = place.parse().map_err(Error::from)?;
    // Statements that take milliseconds are worth neither compiling nor the start of a helper; those of a command go by keys, whatever their
    // values are, and are planned once for a connection.
    let options = format!(
        "{} -c timezone=UTC -c jit=off -c plan_cache_mode=force_generic_plan -c max_parallel_workers_per_gather=0 -c lock_timeout=30s -c idle_in_transaction_session_timeout=60s -c statement_timeout={}",
        server.get_options().unwrap_or_default(),
        config.statement_timeout.as_millis()
    );
    server.application_name("xiaobao").options(options.trim());
    // Of several hosts the one that leads is asked for, whether or not the address says so.
    let hosts = server.get_hosts().len();
    if hosts > 1 && server.get_target_session_attrs() == TargetSessionAttrs::Any {
        server.target_session_attrs(TargetSessionAttrs::ReadWrite);
    }
    server.connect_timeout(Duration::from_secs(if hosts > 1 { 3 } else { 10 }));
    server.keepalives_idle(Duration::from_secs(5)).keepalives_interval(Duration::from_secs(3));
    server.keepalives_retries(3).tcp_user_timeout(SILENCE);
    Ok(server)
}

/// A pool for these settings; connects to nobody yet.
pub(super) fn pool(server: &tokio_postgres::Config, size: usize, wait: Duration) -> Result<Pool, Error> {
    let pool = Pool::builder(Lines { server: Arc::new(server.clone()) })
        .max_size(size.max(1))
        .runtime(Runtime::Tokio1);
    pool.wait_timeout(Some(wait)).build().map_err(Error::fault)
}

/// Why the server could not be opened, for whoever starts the program: which, what is wrong, what to look at. Never its password.
pub(super) fn not_opened(server: &tokio_postgres::Config, error: &Error) -> Error {
    let hosts = server.get_hosts().iter().map(|host| match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(path) => path.display().to_string(),
    });
    let hosts = hosts.collect::<Vec<_>>().join("、");
    let ports = server.get_ports().iter().map(u16::to_string).collect::<Vec<_>>().join("、");
    let port = if ports.is_empty() { "5432" } else { &ports };
    let (name, user) = (server.get_dbname().unwrap_or_default(), server.get_user().unwrap_or_default());
    let cause = error.to_string();
    let look = match () {
        () if cause.contains("(28") => {
            "用户名或者密码不对，或者 pg_hba.conf 不允许从这里登录：请核对 --database"
        }
        () if cause.contains("(3D000)") => "服务器上没有这个库：请先建库（编码 UTF8），或者核对 --database",
        () if cause.contains("57P03") => "服务器正在启动或者恢复：请等它就绪后再启动本程序",
        () if cause.contains("53300") => {
            "服务器的连接已经用完：请调大 max_connections，或者停掉占用连接的程序"
        }
        () => {
            "请检查 PostgreSQL 是否在运行（systemctl status postgresql）、地址和端口是否正确、网络和防火墙是否放行"
        }
    };
    Error::NotOpened(format!(
        "连接不上数据库 PostgreSQL（主机 {hosts}，端口 {port}，库 {name}，用户 {user}）。{look}。程序没有启动，数据没有变动。原因：{cause}"
    ))
}

impl Connections {
    pub(super) fn new(server: &tokio_postgres::Config, config: &Config) -> Result<Self, Error> {
        let pool = pool(server, config.connections, Duration::from_secs(30))?;
        Ok(Self { pool, patience: config.patience, out_since: Mutex::default() })
    }

    /// A connection. Without a leader it waits as long as [`Config::patience`] counted from the first that found none; who
    /// comes later tries once.
    pub(super) async fn get(&self) -> Result<Lent, Error> {
        loop {
            match self.pool.get().await {
                Ok(client) => {
                    self.found();
                    return Ok(client);
                }
                Err(managed::PoolError::Backend(NoLine::Server(error))) if waiting_helps(&error) => {
                    if self.missing(&error) > self.patience {
                        return Err(Error::Away(error.to_string()));
                    }
                    tokio::time::sleep(LOOK).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn found(&self) {
        let since = self.out_since.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(since) = since {
            tracing::warn!(seconds = since.elapsed().as_secs_f32(), "the database answers again");
        }
    }

    fn missing(&self, error: &tokio_postgres::Error) -> Duration {
        let mut since = self.out_since.lock().unwrap_or_else(PoisonError::into_inner);
        since
            .get_or_insert_with(|| {
                tracing::warn!(%error, "the database does not answer; commands wait");
                Instant::now()
            })
            .elapsed()
    }
}

/// Whether a leader may turn up by itself: not where the name, the password or the database is wrong.
fn waiting_helps(error: &tokio_postgres::Error) -> bool {
    let wrong = |code: &str| code.starts_with("28") || code.starts_with("3D");
    is_lost(error) && !error.code().is_some_and(|code| wrong(code.code()))
}

/// Whether a transaction could not begin because its server has become a replica: `READ WRITE` is refused during recovery.
pub(super) fn is_demoted(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| {
        [SqlState::FEATURE_NOT_SUPPORTED, SqlState::READ_ONLY_SQL_TRANSACTION].contains(code)
    })
}
