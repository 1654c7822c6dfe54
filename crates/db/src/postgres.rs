//! The server engine: a pool of connections, each lent to one command on a blocking thread.

use std::{error::Error as StdError, sync::Arc};

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use futures_util::TryStreamExt;
use tokio::runtime::Handle;
use tokio_postgres::{
    NoTls, Statement,
    error::SqlState,
    types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};
use uuid::Uuid;

use crate::{Error, Row, Value};

/// A connection lent to one command; remembers whether what failed may be tried again.
pub(crate) struct Session {
    client: Object,
    handle: Handle,
    pub(crate) retryable: bool,
}

pub(crate) async fn open(url: &str, size: usize) -> Result<Pool, Error> {
    let mut config: tokio_postgres::Config = url.parse().map_err(Error::fault)?;
    config.application_name("xiaobao");
    config.options("-c timezone=UTC -c lock_timeout=30s -c idle_in_transaction_session_timeout=60s");
    let manager = Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
    let pool = Pool::builder(manager).max_size(size).runtime(Runtime::Tokio1).build().map_err(Error::fault)?;
    let encoding: String = pool.get().await?.query_one("SHOW server_encoding", &[]).await?.get(0);
    if encoding != "UTF8" {
        return Err(Error::Other(format!("PostgreSQL 数据库编码为 {encoding}，请用 UTF8 编码重新建库")));
    }
    Ok(pool)
}

impl Session {
    pub(crate) fn new(client: Object, handle: Handle) -> Self {
        Self { client, handle, retryable: false }
    }

    pub(crate) fn batch(&mut self, text: &str) -> Result<(), Error> {
        let outcome = self.handle.block_on(self.client.batch_execute(text));
        self.judge(outcome)
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Throws the connection away instead of giving it back.
    pub(crate) fn discard(self) {
        drop(Object::take(self.client));
    }

    pub(crate) fn prepare(&mut self, text: &str) -> Result<Statement, Error> {
        let outcome = self.handle.block_on(self.client.prepare_cached(text));
        self.judge(outcome)
    }

    pub(crate) fn execute(&mut self, text: &str, values: &[Value]) -> Result<u64, Error> {
        let statement = self.prepare(text)?;
        let outcome = self.handle.block_on(self.client.execute_raw(&statement, values));
        self.judge(outcome)
    }

    pub(crate) fn rows<E: From<Error>>(
        &mut self,
        text: &str,
        values: &[Value],
        each: &mut impl FnMut(Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let statement = self.prepare(text)?;
        let columns: Arc<[String]> = statement.columns().iter().map(|column| column.name().to_owned()).collect();
        let stream = self.handle.block_on(self.client.query_raw(&statement, values));
        let mut stream = Box::pin(self.judge(stream)?);
        loop {
            let next = self.handle.block_on(stream.try_next());
            let Some(row) = self.judge(next)? else { return Ok(()) };
            let values = (0..columns.len()).map(|at| row.try_get::<_, Column>(at).map(|column| column.0));
            let values = values.collect::<Result<_, _>>().map_err(Error::from)?;
            each(Row::new(&columns, values))?;
        }
    }

    fn judge<T>(&mut self, outcome: Result<T, tokio_postgres::Error>) -> Result<T, Error> {
        outcome.map_err(|error| {
            let code = error.code();
            self.retryable |= code == Some(&SqlState::T_R_SERIALIZATION_FAILURE)
                || code == Some(&SqlState::T_R_DEADLOCK_DETECTED)
                || self.client.is_closed();
            error.into()
        })
    }
}

impl ToSql for Value {
    fn to_sql(&self, wanted: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Bool(it) => it.to_sql(wanted, out),
            Self::Int(it) => match *wanted {
                Type::INT2 => i16::try_from(*it)?.to_sql(wanted, out),
                Type::INT4 => i32::try_from(*it)?.to_sql(wanted, out),
                Type::BOOL => (*it != 0).to_sql(wanted, out),
                Type::FLOAT8 => (*it as f64).to_sql(wanted, out),
                _ => it.to_sql(wanted, out),
            },
            Self::Real(it) => it.to_sql(wanted, out),
            Self::Text(it) => it.to_sql(wanted, out),
            Self::Bytes(it) => it.to_sql(wanted, out),
            Self::Id(it) => it.to_sql(wanted, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

struct Column(Value);

impl<'a> FromSql<'a> for Column {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self(match *kind {
            Type::BOOL => Value::Bool(bool::from_sql(kind, raw)?),
            Type::INT2 => Value::Int(i16::from_sql(kind, raw)?.into()),
            Type::INT4 => Value::Int(i32::from_sql(kind, raw)?.into()),
            Type::INT8 => Value::Int(i64::from_sql(kind, raw)?),
            Type::FLOAT4 => Value::Real(f32::from_sql(kind, raw)?.into()),
            Type::FLOAT8 => Value::Real(f64::from_sql(kind, raw)?),
            Type::BYTEA => Value::Bytes(raw.to_vec()),
            Type::UUID => Value::Id(Uuid::from_sql(kind, raw)?),
            _ => Value::Text(String::from_sql(kind, raw)?),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
