//! Reads that may be some seconds old, from a replica, so that long looks do not load the leader.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio_postgres::config::{LoadBalanceHosts, TargetSessionAttrs};

use super::{
    line::{Line, waiting},
    pool::{self, Lent, Pool},
};
use crate::{Age, Config, Error, database::REPLICA_LIMIT};

/// A replica that did not answer, or lagged too far, is left alone this long.
const REST: Duration = Duration::from_secs(5);
/// Connections to replicas.
const CONNECTIONS: usize = 8;

/// Whether this is a replica, and the milliseconds since the leader committed what was last repeated here. That is a bound,
/// not a guess: it also grows when the leader is silent or the line is cut.
const LOOK: &str = "SELECT pg_is_in_recovery(), COALESCE(CAST(EXTRACT(EPOCH FROM \
    clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000 AS BIGINT), -1)";

/// The replicas, whichever of the hosts they are at present.
pub(super) struct Replica {
    pool: Pool,
    resting: Mutex<Option<Instant>>,
}

impl Replica {
    /// Connects to nobody yet: an office opens also while its replicas are away.
    pub(super) fn new(config: &Config) -> Result<Self, Error> {
        let mut server = pool::settings(&config.replica, config)?;
        server
            .target_session_attrs(TargetSessionAttrs::ReadOnly)
            .load_balance_hosts(LoadBalanceHosts::Random);
        server.connect_timeout(Duration::from_secs(1));
        let pool = pool::pool(&server, CONNECTIONS, Duration::from_secs(1))?;
        Ok(Self { pool, resting: Mutex::default() })
    }

    /// A connection with a snapshot begun, and how old that may be; `None` where the leader must be asked.
    pub(super) async fn begin(&self, words: &'static str) -> Option<(Lent, Age)> {
        let resting = *self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        if resting.is_some_and(|since| since.elapsed() < REST) {
            return None;
        }
        // Connections that died meanwhile, or whose replica has become the leader, are thrown away on the way.
        for _ in 0..=CONNECTIONS {
            let line = match self.pool.get().await {
                Ok(line) => line,
                Err(error) => return self.rest(&error.to_string()),
            };
            let asked = waiting(move || {
                let looked = line.wait(look(&line, words));
                (line, looked)
            });
            let (line, looked) = asked.await;
            match looked {
                Ok(Some(age)) if age <= REPLICA_LIMIT => return Some((line, Age::Behind(age))),
                Ok(Some(age)) => {
                    drop(Lent::take(line));
                    return self.rest(&format!("{} s behind", age.as_secs()));
                }
                Ok(None) | Err(_) => drop(Lent::take(line)),
            }
        }
        self.rest("no connection held")
    }

    fn rest(&self, cause: &str) -> Option<(Lent, Age)> {
        tracing::warn!(cause, "the replica is left alone for a while; the leader answers");
        *self.resting.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        None
    }

    pub(super) fn close(&self) {
        self.pool.close();
    }
}

/// The age before the snapshot is taken, so that it is never younger than said; `None` from a leader.
async fn look(line: &Line, words: &str) -> Result<Option<Duration>, tokio_postgres::Error> {
    let statement = line.client.prepare_cached(LOOK).await?;
    let row = line.client.query_one(&statement, &[]).await?;
    if !row.try_get::<_, bool>(0)? {
        return Ok(None);
    }
    // Nothing repeated since it started: nothing is known of its age. Clocks a little apart count as none.
    let age = match row.try_get::<_, i64>(1)? {
        -1 => Duration::MAX,
        milliseconds => Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0)),
    };
    line.client.batch_execute(words).await?;
    Ok(Some(age))
}
