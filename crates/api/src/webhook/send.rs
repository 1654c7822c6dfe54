//! Sending: outside every transaction, to an address that was looked up once and judged, without following anywhere else.

use std::{net::SocketAddr, time::Duration};

use db::{Tx, params};
use jobs::{Job, TRIES};
use kernel::Actor;
use tokio::sync::watch;
use ureq::{
    Agent,
    config::Config,
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};
use web::{App, Problem, Result};

use super::{
    DeliveryId, NETS, SECRET, WebhookId, event,
    net::{Nets, Target, target},
    signature,
};

/// Pause of the loop when nothing is due.
const PAUSE: Duration = Duration::from_secs(5);
/// A delivery takes no longer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Deliveries of one round.
const ROUND: usize = 500;

db::sql! {
    LOAD = "SELECT w.id, w.url, w.secret, w.algorithm, w.enabled, d.event, d.payload FROM webhook_delivery d \
            JOIN webhook w ON w.id = d.webhook_id WHERE d.id = $1";
    SENT = "UPDATE webhook_delivery SET state = 'sent', attempts = attempts + 1, sent_at = $2, status = $3, error = NULL WHERE id = $1";
    FAILED = "UPDATE webhook_delivery SET state = $2, attempts = attempts + 1, status = $3, error = $4 WHERE id = $1";
}

/// What is sent, and where.
#[derive(Clone)]
struct Parcel {
    url: String,
    secret: String,
    algorithm: String,
    enabled: bool,
    event: String,
    body: String,
    nets: Nets,
}

/// How it went: the other side's status, and why it failed.
struct Outcome {
    status: Option<u16>,
    error: Option<String>,
}

impl Outcome {
    fn failed(words: impl Into<String>) -> Self {
        Self { status: None, error: Some(words.into()) }
    }
}

/// Sends until `stop` says so.
pub async fn run(app: &App, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(problem) = deliver_due(app).await {
            tracing::error!(%problem, "webhooks");
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// Sends what is due at the clock's present instant; how many arrived.
///
/// # Errors
/// A fault of the database; what does not arrive is kept with its delivery and tried again.
pub async fn deliver_due(app: &App) -> Result<usize> {
    let mut arrived = 0;
    for _ in 0..ROUND {
        let now = app.ground.clock.now();
        let Some(job) = app.db.write(move |tx| jobs::claim(tx, now, event::JOB)).await? else { break };
        arrived += usize::from(deliver(app, job).await?);
    }
    Ok(arrived)
}

async fn deliver(app: &App, job: Job) -> Result<bool> {
    let Ok(id) = job.subject.parse::<DeliveryId>() else {
        return settle(app, job, None, Outcome::failed("不是推送的编号")).await;
    };
    let ground = app.ground.clone();
    let parcel = app.db.read(move |tx| load(tx, &ground.keyring, id)).await?;
    let outcome = match parcel {
        None => Outcome::failed("推送记录已不存在"),
        // Nobody wants it any more: done, not tried again.
        Some(parcel) if !parcel.enabled => Outcome { status: None, error: None },
        Some(parcel) => {
            let seconds = app.ground.clock.now().as_second();
            let work = move || send(&parcel, id, seconds);
            tokio::task::spawn_blocking(work).await.map_err(|error| Problem::Fault(error.to_string()))?
        }
    };
    settle(app, job, Some(id), outcome).await
}

fn load(tx: &mut Tx, keyring: &kernel::Keyring, id: DeliveryId) -> Result<Option<Parcel>> {
    let Some(row) = tx.one(&LOAD, &params![id])? else { return Ok(None) };
    let hook: WebhookId = row.get("id")?;
    let nets = people::setting(tx, NETS)?.unwrap_or_default();
    Ok(Some(Parcel {
        url: row.get("url")?,
        secret: keyring.open(SECRET, hook.uuid(), &row.get::<Vec<u8>>("secret")?)?,
        algorithm: row.get("algorithm")?,
        enabled: row.get("enabled")?,
        event: row.get("event")?,
        body: row.get("payload")?,
        nets: Nets::parse(&nets).map_err(Problem::Fault)?,
    }))
}

async fn settle(app: &App, job: Job, id: Option<DeliveryId>, outcome: Outcome) -> Result<bool> {
    let ctx = app.ctx(Actor::System("推送"));
    let arrived = outcome.error.is_none();
    app.db
        .write(move |tx| {
            let status = outcome.status.map(i64::from);
            match (&outcome.error, id) {
                (None, Some(id)) => drop(tx.execute(&SENT, &params![id, ctx.now, status])?),
                (Some(error), Some(id)) => {
                    let state = if job.attempt >= TRIES { "dead" } else { "waiting" };
                    tx.execute(&FAILED, &params![id, state, status, error])?;
                }
                (_, None) => {}
            }
            jobs::settle(tx, ctx.now, &job, outcome.error.clone().map_or(Ok(()), Err))
        })
        .await?;
    Ok(arrived)
}

/// The addresses of a name, all of which may be sent to: looked up once, so that a second look-up cannot lead elsewhere.
fn look_up(target: &Target, nets: &Nets) -> Result<Vec<SocketAddr>, String> {
    let found = std::net::ToSocketAddrs::to_socket_addrs(&(target.host.as_str(), target.port));
    let found: Vec<SocketAddr> = found.map_err(|_| "找不到这个主机".to_owned())?.collect();
    if found.is_empty() {
        return Err("找不到这个主机".to_owned());
    }
    if let Some(inner) = found.iter().find(|address| !nets.allow(address.ip())) {
        return Err(format!("{} 不是公网地址，也不在管理员允许的网段内", inner.ip()));
    }
    Ok(found)
}

/// Answers every look-up with the addresses that were judged.
#[derive(Debug)]
struct Pinned(Vec<SocketAddr>);

impl Resolver for Pinned {
    fn resolve(
        &self,
        _: &ureq::http::Uri,
        _: &Config,
        _: NextTimeout,
    ) -> std::result::Result<ResolvedSocketAddrs, ureq::Error> {
        let mut found = self.empty();
        self.0.iter().take(16).for_each(|address| found.push(*address));
        Ok(found)
    }
}

fn send(parcel: &Parcel, id: DeliveryId, seconds: i64) -> Outcome {
    let found = target(&parcel.url).and_then(|target| look_up(&target, &parcel.nets));
    let addresses = match found {
        Ok(addresses) => addresses,
        Err(words) => return Outcome::failed(words),
    };
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .timeout_global(Some(PATIENCE))
        .user_agent("xiaobao")
        .build();
    let agent = Agent::with_parts(config, DefaultConnector::default(), Pinned(addresses));
    let sent = agent
        .post(&parcel.url)
        .header("content-type", "application/json")
        .header("xiaobao-event", &parcel.event)
        .header("xiaobao-delivery", id.to_string())
        .header("xiaobao-signature", signature(&parcel.algorithm, &parcel.secret, seconds, &parcel.body))
        .send(&parcel.body);
    // What the other side writes is never kept: only its status.
    match sent.map(|response| response.status().as_u16()) {
        Ok(status @ 200..=299) => Outcome { status: Some(status), error: None },
        Ok(status) => Outcome { status: Some(status), error: Some(format!("对方答复 {status}")) },
        Err(error) => Outcome::failed(format!("没有送达：{}", kind(&error))),
    }
}

fn kind(error: &ureq::Error) -> &'static str {
    match error {
        ureq::Error::Timeout(_) => "超过 10 秒没有答复",
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => "证书或者加密不符",
        _ => "连接不上",
    }
}
