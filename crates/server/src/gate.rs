//! The gate in front of everything: so many requests are worked on at the same time, so many more wait their turn for a
//! moment, and whoever comes beyond that is told at once when to come again (issue 4 A). Without it a rush makes everybody
//! wait longer and longer until nobody is served; with it those who are let in are served as on any other day.
//!
//! What is refused here has reached no handler, so nothing of it was done. What was let in is never broken off.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use askama::Template;
use axum::{
    Router,
    body::{self, Body},
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use web::{Frame, Sample};

/// A form up to this size is read whole before it takes a seat: who sends slowly keeps nobody out. Files go by other seats.
const SMALL: usize = 64 * 1024;
/// How long a small form may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(20);
/// Seconds after which a refused request may come again.
const AGAIN: &str = "2";

/// How many are served at once, how many more may wait, and how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub seats: usize,
    pub queue: usize,
    pub patience: Duration,
}

/// Two cores serve some thousand small requests a second: the last of these waits well below half a second.
const SMALLS: Limits = Limits { seats: 64, queue: 256, patience: Duration::from_secs(1) };
/// Files arrive at the sender's pace.
const LARGES: Limits = Limits { seats: 32, queue: 64, patience: Duration::from_secs(5) };

/// One line with its seats.
struct Line {
    seats: Arc<Semaphore>,
    waiting: AtomicUsize,
    limits: Limits,
}

/// Whoever goes away while waiting makes room.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Line {
    fn new(limits: Limits) -> Self {
        Self { seats: Arc::new(Semaphore::new(limits.seats)), waiting: AtomicUsize::new(0), limits }
    }

    /// A seat, at once or after a short wait; none when too many wait already.
    async fn seat(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(seat) = Arc::clone(&self.seats).try_acquire_owned() {
            return Some(seat);
        }
        let before = self.waiting.fetch_add(1, Ordering::AcqRel);
        let _place = Waiting(&self.waiting);
        if before >= self.limits.queue {
            return None;
        }
        let seat = tokio::time::timeout(self.limits.patience, Arc::clone(&self.seats).acquire_owned());
        seat.await.ok()?.ok()
    }
}

#[derive(Template)]
#[template(path = "busy.html")]
struct Busy {
    frame: Frame,
}

impl Busy {
    fn new() -> Self {
        Self { frame: Frame { title: "系统正忙".to_owned(), ..Frame::bare() } }
    }
}

/// The gate.
struct Gate {
    small: Line,
    large: Line,
    /// The page of who is refused, made once: refusing must cost nothing.
    page: String,
}

/// Puts the gate around `routes`.
pub(crate) fn around(routes: Router) -> Router {
    with(routes, SMALLS, LARGES)
}

fn with(routes: Router, small: Limits, large: Limits) -> Router {
    let page = Busy::new().render().unwrap_or_default();
    let gate = Arc::new(Gate { small: Line::new(small), large: Line::new(large), page });
    routes.layer(middleware::from_fn(move |request: Request, next: Next| {
        pass(Arc::clone(&gate), request, next)
    }))
}

async fn pass(gate: Arc<Gate>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    // What is compiled in costs nothing, and who watches the office must see it most of all when it is busy.
    if path.starts_with("/assets/") || path == "/alive" {
        return next.run(request).await;
    }
    let program = path.starts_with("/api/") || path.starts_with("/open311/");
    let (request, line) = match arrive(request).await {
        Ok((request, true)) => (request, &gate.small),
        Ok((request, false)) => (request, &gate.large),
        Err(status) => return status.into_response(),
    };
    let Some(seat) = line.seat().await else {
        tracing::warn!("too many requests at once: one was asked to come again");
        return refused(&gate, program);
    };
    // A task of its own: the seat is free when the work is done, and not when the sender stops waiting for it.
    let work = tokio::spawn(async move {
        let response = next.run(request).await;
        drop(seat);
        response
    });
    let mut response = work.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().entry(header::RETRY_AFTER).or_insert(HeaderValue::from_static(AGAIN));
    }
    response
}

/// The request with its small body read, and whether it is small.
async fn arrive(request: Request) -> Result<(Request, bool), StatusCode> {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    match length {
        None if request.headers().contains_key(header::TRANSFER_ENCODING) => Ok((request, false)),
        None | Some(0) => Ok((request, true)),
        Some(length) if length <= SMALL => {
            let (parts, body) = request.into_parts();
            match tokio::time::timeout(ARRIVAL, body::to_bytes(body, SMALL)).await {
                Ok(Ok(bytes)) => Ok((Request::from_parts(parts, Body::from(bytes)), true)),
                Ok(Err(_)) => Err(StatusCode::BAD_REQUEST),
                Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
            }
        }
        Some(_) => Ok((request, false)),
    }
}

fn refused(gate: &Gate, program: bool) -> Response {
    let (kind, text) = if program {
        let words = r#"{"type":"about:blank","status":503,"code":"busy","detail":"系统正忙，这个请求没有执行，请稍候再试"}"#;
        ("application/problem+json", words.to_owned())
    } else {
        ("text/html; charset=utf-8", gate.page.clone())
    };
    let headers: [(HeaderName, &'static str); 5] = [
        (header::CONTENT_TYPE, kind),
        (header::RETRY_AFTER, AGAIN),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'",
        ),
    ];
    (StatusCode::SERVICE_UNAVAILABLE, headers, text).into_response()
}

pub(crate) fn samples() -> Vec<Sample> {
    vec![Sample::of("busy", &Busy::new())]
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::sync::Notify;
    use tower::ServiceExt as _;

    use super::*;

    fn ask(path: &str) -> Request {
        Request::builder().uri(path).body(Body::empty()).expect("a request")
    }

    /// Work that says when it has begun and ends when it is let go.
    #[derive(Default)]
    struct Work {
        begun: Arc<Notify>,
        go: Arc<Notify>,
    }

    impl Work {
        fn at(&self, path: &'static str) -> Router {
            let (begun, go) = (self.begun.clone(), self.go.clone());
            let handler = move || async move {
                begun.notify_one();
                go.notified().await;
            };
            Router::new().route(path, get(handler))
        }
    }

    /// One seat, one place to wait: the third is told to come again, at once, and the first two are served.
    #[tokio::test]
    async fn who_comes_beyond_the_queue_is_told_when_to_come_again() {
        let work = Work::default();
        let limits = Limits { seats: 1, queue: 1, patience: Duration::from_secs(600) };
        let office = with(work.at("/desk").route("/alive", get(|| async {})), limits, limits);
        let first = tokio::spawn(office.clone().oneshot(ask("/desk")));
        work.begun.notified().await;
        let mut second = Box::pin(office.clone().oneshot(ask("/desk")));
        let waited = tokio::time::timeout(Duration::from_millis(20), &mut second).await;
        assert!(waited.is_err(), "the second waits for the seat");
        let third = office.clone().oneshot(ask("/desk")).await.expect("an answer");
        assert_eq!(third.status(), 503);
        assert_eq!(third.headers()[header::RETRY_AFTER], AGAIN);
        let alive = office.clone().oneshot(ask("/alive")).await.expect("an answer");
        assert_eq!(alive.status(), 200, "who watches is let in");
        work.go.notify_one();
        assert_eq!(first.await.expect("served").expect("an answer").status(), 200);
        work.go.notify_one();
        assert_eq!(second.await.expect("an answer").status(), 200);
    }

    /// Whoever stops waiting gives up neither the work that was begun nor somebody else's seat.
    #[tokio::test]
    async fn a_seat_is_free_when_the_work_is_done_and_not_before() {
        let work = Work::default();
        let limits = Limits { seats: 1, queue: 0, patience: Duration::ZERO };
        let office = with(work.at("/api/v1/matters"), limits, limits);
        let gone = tokio::spawn(office.clone().oneshot(ask("/api/v1/matters")));
        work.begun.notified().await;
        gone.abort();
        assert!(gone.await.is_err());
        let answer = office.clone().oneshot(ask("/api/v1/matters")).await.expect("an answer");
        assert_eq!(answer.status(), 503, "the work of who went away still has the seat");
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/problem+json");
        work.go.notify_one();
        let last = loop {
            let answer = tokio::spawn(office.clone().oneshot(ask("/api/v1/matters")));
            tokio::select! {
                () = work.begun.notified() => { work.go.notify_one(); break answer.await.expect("served").expect("an answer"); }
                () = tokio::time::sleep(Duration::from_millis(20)) => answer.abort(),
            }
        };
        assert_eq!(last.status(), 200);
    }
}
