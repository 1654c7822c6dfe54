//! A connection that is served by the thread which asks, and by nobody else.
//!
//! A command asks the server some fifty times, one question after the other, on a thread of its own. Were its connection
//! served by the program's common runtime, each question would wake another thread and each answer wake this one; that costs
//! more than the question. So each connection has a runtime of one thread that turns only while somebody asks.

use std::{io, panic::resume_unwind, sync::Arc};

use deadpool::managed::{self, Metrics, PoolError, RecycleError, RecycleResult};
use deadpool_postgres::ClientWrapper;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::NoTls;

use crate::Error;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoLine {
    #[error(transparent)]
    Server(#[from] tokio_postgres::Error),
    /// This machine has no more files or threads to give.
    #[error("no event loop for a connection: {0}")]
    Machine(#[from] io::Error),
}

impl From<PoolError<NoLine>> for Error {
    fn from(error: PoolError<NoLine>) -> Self {
        match error {
            PoolError::Closed => Self::Closed,
            PoolError::Timeout(_) => Self::Busy("所有数据库连接都在使用".to_owned()),
            PoolError::Backend(NoLine::Server(source)) => Self::from(source).at("connecting to PostgreSQL"),
            other => Self::fault(other),
        }
    }
}

/// A connection with what serves it. Its client may be asked within [`Line::wait`] only: elsewhere nobody answers.
pub(super) struct Line {
    pub(super) client: ClientWrapper,
    runtime: Option<Runtime>,
}

impl Line {
    fn connect(server: &tokio_postgres::Config) -> Result<Self, NoLine> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let client = runtime.block_on(async {
            let (client, connection) = server.connect(NoTls).await?;
            let served = tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::warn!(%error, "a connection to the database broke");
                }
            });
            Ok::<_, NoLine>(ClientWrapper::new(client, served))
        })?;
        Ok(Self { client, runtime: Some(runtime) })
    }

    /// Serves the connection until `asked` is answered. Only from a thread that may wait.
    pub(super) fn wait<T>(&self, asked: impl Future<Output = T>) -> T {
        match &self.runtime {
            Some(runtime) => runtime.block_on(asked),
            // Only in `drop`, which asks nothing.
            None => unreachable!("a line that is being dropped is asked"),
        }
    }

    /// Sends words on their way and does not wait: the answer is read, and thrown away, when the next question is asked.
    pub(super) fn send(&self, words: &str) {
        self.wait(async {
            let asked = self.client.batch_execute(words);
            tokio::select! {
                biased;
                _ = asked => {}
                // Once for the words to reach the loop, once for the loop to write them.
                () = async { tokio::task::yield_now().await; tokio::task::yield_now().await } => {}
            }
        });
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Not waited for: also dropped where nobody may wait.
            runtime.shutdown_background();
        }
    }
}

/// Makes lines for the pool.
pub(super) struct Lines {
    pub(super) server: Arc<tokio_postgres::Config>,
}

impl managed::Manager for Lines {
    type Type = Line;
    type Error = NoLine;

    async fn create(&self) -> Result<Line, NoLine> {
        let server = Arc::clone(&self.server);
        waiting(move || Line::connect(&server)).await
    }

    async fn recycle(&self, line: &mut Line, _: &Metrics) -> RecycleResult<NoLine> {
        // What died while nobody served it is found out by the first question.
        if line.client.is_closed() { Err(RecycleError::message("closed")) } else { Ok(()) }
    }
}

/// Runs what waits on a thread that may; a panic goes on here.
pub(super) async fn waiting<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await.map_err(tokio::task::JoinError::try_into_panic) {
        Ok(value) => value,
        Err(Ok(cause)) => resume_unwind(cause),
        // The runtime is being shut down; this future will not be looked at again.
        Err(Err(_)) => std::future::pending().await,
    }
}
