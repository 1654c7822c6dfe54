//! The interface: the routes of all operations, and what stands around them.

use std::{collections::BTreeMap, future::Future, pin::Pin, sync::Arc};

use axum::{
    Router,
    extract::{RawPathParams, Request},
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::{self, MethodRouter},
};
use web::{App, May, Problem, Result, Routes};

use crate::{
    open311,
    operation::{Method, Operation, Right},
    pace::Pace,
    problem::Trouble,
    serve, table,
};

/// A line of the health check: name, colour, words.
pub type HealthLine = (&'static str, &'static str, String);
/// The health check, which the server lends.
pub type Health = fn(App) -> Pin<Box<dyn Future<Output = Result<Vec<HealthLine>>> + Send>>;

/// What the operations share.
pub struct Face {
    /// The application.
    pub app: App,
    /// The health check.
    pub health: Health,
    pub(crate) pages: Router,
    pub(crate) pace: Pace,
    rights: BTreeMap<(&'static str, &'static str), May>,
}

impl Face {
    /// The right an operation takes; `None` where its page is gone.
    pub(crate) fn right(&self, operation: &Operation) -> Option<May> {
        right(&self.rights, operation)
    }
}

fn rights(pages: &Routes) -> BTreeMap<(&'static str, &'static str), May> {
    pages.entries().iter().map(|entry| ((entry.method, entry.path), entry.may)).collect()
}

fn right(rights: &BTreeMap<(&'static str, &'static str), May>, operation: &Operation) -> Option<May> {
    match operation.right {
        Right::Is(may) => Some(may),
        Right::Of(page) => {
            let own = rights.get(&(operation.method.word(), page));
            own.or_else(|| rights.get(&("GET", page))).or_else(|| rights.get(&("POST", page))).copied()
        }
    }
}

/// Every operation with its right as `pages` give it, for the authorisation matrix.
pub fn rights_of(pages: &Routes) -> Vec<(&'static Operation, Option<May>)> {
    let rights = rights(pages);
    table::operations().map(|operation| (operation, right(&rights, operation))).collect()
}

/// The interface over `pages`, whose handlers do the changes; `rest` answers everything else.
pub fn router(app: &App, pages: Routes, health: Health, rest: Router) -> Router {
    let rights = rights(&pages);
    let pages = pages.into_router().with_state(app.clone());
    let face = Arc::new(Face { app: app.clone(), health, pages, pace: Pace::default(), rights });
    let routes = table::operations()
        .fold(Router::new(), |routes, operation| routes.route(operation.path, route(&face, operation)));
    Router::new()
        .nest("/api/v1", dressed(&face, "/api/v1", routes))
        .nest("/open311/v2", dressed(&face, "/open311/v2", open311::router(&face)))
        .fallback_service(rest)
}

fn dressed(face: &Arc<Face>, below: &'static str, routes: Router) -> Router {
    let face = Arc::clone(face);
    let layer = move |request: Request, next: Next| dress(Arc::clone(&face), below, request, next);
    routes
        .fallback(|| async { Trouble::not_found() })
        .method_not_allowed_fallback(|| async {
            Trouble::new(StatusCode::METHOD_NOT_ALLOWED, "method", "这个地址不支持这种方法")
        })
        .layer(middleware::from_fn(layer))
}

fn route(face: &Arc<Face>, operation: &'static Operation) -> MethodRouter {
    let face = Arc::clone(face);
    let handler = move |path: RawPathParams, request: Request| {
        let path = path.iter().map(|(_, value)| value.to_owned()).collect::<Vec<_>>();
        serve::serve(Arc::clone(&face), operation, path, request)
    };
    match operation.method {
        Method::Get => routing::get(handler),
        Method::Post => routing::post(handler),
    }
}

/// Headers, the log, a fault instead of a broken connection. A request goes on when its sender is gone, so that a claimed
/// idempotency key gets its answer.
async fn dress(face: Arc<Face>, below: &'static str, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), format!("{below}{}", request.uri().path()));
    if web::holds_nul(request.uri()) {
        return Trouble::not_found().into_response();
    }
    let mut response = match tokio::spawn(next.run(request)).await {
        Ok(response) => response,
        Err(panic) => Trouble::from(Problem::Fault(format!("a handler panicked: {panic}"))).into_response(),
    };
    if let Some(cause) = response.extensions().get::<Trouble>().and_then(|trouble| trouble.fault.as_ref()) {
        tracing::error!(%method, %path, %cause, "fault");
    }
    let headers = response.headers_mut();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("referrer-policy", "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let at = kernel::office_minute(face.app.ground.clock.now());
    tracing::info!(%method, %path, status = response.status().as_u16(), %at, "answered a program");
    response
}
