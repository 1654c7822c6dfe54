//! Sending: outside every transaction, to an address that was looked up once and judged, without following anywhere else.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use db::{Tx, params};
use jobs::{Job, TRIES};
use kernel::Actor;
use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
};
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
/// Deliveries that one round looks at.
const ROUND: usize = 10_000;
/// Receivers spoken to at once; to each one delivery at a time.
const AT_ONCE: usize = 16;

db::sql! {
    WHOSE = "SELECT id, webhook_id FROM webhook_delivery WHERE state = 'waiting'";
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
#[derive(Default)]
struct Outcome {
    status: Option<u16>,
    error: Option<String>,
    /// Whether it did not answer in time.
    silent: bool,
}

impl Outcome {
    fn failed(words: impl Into<String>) -> Self {
        Self { error: Some(words.into()), ..Self::default() }
    }
}

/// Sends until `stop` says so: what is under way is finished first.
pub async fn run(app: &App, mut stop: watch::Receiver<bool>) {
    let mut sending = Sending::new(stop.clone());
    loop {
        if let Err(problem) = sending.begin(app).await {
            tracing::error!(%problem, "webhooks");
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
    if let Err(problem) = sending.finish().await {
        tracing::error!(%problem, "webhooks");
    }
}

/// Sends what is due at the clock's present instant; how many arrived.
///
/// # Errors
/// A fault of the database; what does not arrive is kept with its delivery and tried again.
pub async fn deliver_due(app: &App) -> Result<usize> {
    let (_running, stop) = watch::channel(false);
    let mut sending = Sending::new(stop);
    sending.begin(app).await?;
    sending.finish().await
}

/// Whose deliveries; `None` for jobs whose delivery is gone.
type Receiver = Option<WebhookId>;

/// What is under way: each receiver has a line of its own, so that one who does not answer holds up nobody else.
pub struct Sending {
    busy: BTreeSet<Receiver>,
    lines: JoinSet<(Receiver, Result<usize>)>,
    room: Arc<Semaphore>,
    stop: watch::Receiver<bool>,
    arrived: usize,
}

impl Sending {
    /// Nothing under way. Lines end after the delivery at hand once `stop` says so.
    pub fn new(stop: watch::Receiver<bool>) -> Self {
        let (busy, lines) = (BTreeSet::new(), JoinSet::new());
        Self { busy, lines, room: Arc::new(Semaphore::new(AT_ONCE)), stop, arrived: 0 }
    }

    /// Begins a line to every receiver that something is due for and that has none; waits for none of them.
    ///
    /// # Errors
    /// A fault of the database, now or in a line that has ended.
    pub async fn begin(&mut self, app: &App) -> Result<()> {
        while let Some(ended) = self.lines.try_join_next() {
            self.end(ended)?;
        }
        let now = app.ground.clock.now();
        for (receiver, subjects) in app.db.read(move |tx| sorted(tx, now)).await? {
            if self.busy.insert(receiver) {
                let (app, stop, room) = (app.clone(), self.stop.clone(), Arc::clone(&self.room));
                self.lines.spawn(async move {
                    let place = room.acquire_owned().await;
                    let sent = line(&app, subjects, &stop).await;
                    drop(place);
                    (receiver, sent)
                });
            }
        }
        Ok(())
    }

    /// Waits for every line; how many deliveries arrived since the beginning.
    ///
    /// # Errors
    /// As [`Sending::begin`].
    pub async fn finish(&mut self) -> Result<usize> {
        while let Some(ended) = self.lines.join_next().await {
            self.end(ended)?;
        }
        Ok(self.arrived)
    }

    fn end(&mut self, ended: Result<(Receiver, Result<usize>), tokio::task::JoinError>) -> Result<()> {
        match ended {
            Ok((receiver, sent)) => {
                self.busy.remove(&receiver);
                self.arrived += sent?;
                Ok(())
            }
            Err(error) => {
                // Whose line it was is not known any more: those that are still under way are claimed, and claims lapse.
                self.busy.clear();
                Err(Problem::Fault(error.to_string()))
            }
        }
    }
}

/// What is due, by receiver.
fn sorted(tx: &mut Tx, now: jiff::Timestamp) -> Result<BTreeMap<Receiver, Vec<String>>> {
    let due = jobs::due(tx, now, event::JOB, ROUND)?;
    let mut lines: BTreeMap<Receiver, Vec<String>> = BTreeMap::new();
    if due.is_empty() {
        return Ok(lines);
    }
    let mut whose: BTreeMap<String, WebhookId> = BTreeMap::new();
    for row in tx.query(&WHOSE, &[])? {
        whose.insert(row.get::<DeliveryId>("id")?.to_string(), row.get("webhook_id")?);
    }
    for subject in due {
        lines.entry(whose.get(&subject).copied()).or_default().push(subject);
    }
    Ok(lines)
}

/// Sends one receiver's deliveries, one after the other. Who does not answer at all is left alone until the next round.
async fn line(app: &App, subjects: Vec<String>, stop: &watch::Receiver<bool>) -> Result<usize> {
    let mut arrived = 0;
    for subject in subjects {
        if *stop.borrow() {
            break;
        }
        let now = app.ground.clock.now();
        let job = app.db.write(move |tx| jobs::claim_this(tx, now, event::JOB, &subject)).await?;
        let Some(job) = job else { continue };
        match deliver(app, job).await? {
            Sent::Arrived => arrived += 1,
            Sent::Answered => {}
            Sent::Silence => break,
        }
    }
    Ok(arrived)
}

/// How a delivery ended, for the line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sent {
    Arrived,
    Answered,
    Silence,
}

async fn deliver(app: &App, job: Job) -> Result<Sent> {
    let Ok(id) = job.subject.parse::<DeliveryId>() else {
        return settle(app, job, None, Outcome::failed("不是推送的编号")).await;
    };
    let ground = app.ground.clone();
    let parcel = app.db.read(move |tx| load(tx, &ground.keyring, id)).await?;
    let outcome = match parcel {
        None => Outcome::failed("推送记录已不存在"),
        // Nobody wants it any more: done, not tried again.
        Some(parcel) if !parcel.enabled => Outcome::default(),
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

async fn settle(app: &App, job: Job, id: Option<DeliveryId>, outcome: Outcome) -> Result<Sent> {
    let ctx = app.ctx(Actor::System("推送"));
    let sent = match &outcome {
        Outcome { error: None, .. } => Sent::Arrived,
        Outcome { silent: true, .. } => Sent::Silence,
        _ => Sent::Answered,
    };
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
    Ok(sent)
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
        Ok(status @ 200..=299) => Outcome { status: Some(status), ..Outcome::default() },
        Ok(status) => Outcome { status: Some(status), ..Outcome::failed(format!("对方答复 {status}")) },
        Err(error) => {
            let silent = matches!(error, ureq::Error::Timeout(_));
            Outcome { silent, ..Outcome::failed(format!("没有送达：{}", kind(&error))) }
        }
    }
}

fn kind(error: &ureq::Error) -> &'static str {
    match error {
        ureq::Error::Timeout(_) => "超过 10 秒没有答复",
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => "证书或者加密不符",
        _ => "连接不上",
    }
}
