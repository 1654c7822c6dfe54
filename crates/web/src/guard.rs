//! What stands around every request: cross-site refusal, headers, limits, a page for every problem, the log.

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing,
};
use kernel::{Actor, Refusal};

use crate::{
    App, Context, Frame, Problem, assets,
    frame::{ProblemPage, PublicProblem},
};

/// Bytes a form may carry with its files.
const BODY_LIMIT: usize = 25 * 1024 * 1024;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Wraps the routes. `session` is the layer of `people` that finds out who asks; it runs inside these.
pub fn layers(app: &App, routes: Router<App>, session: impl FnOnce(Router<App>) -> Router<App>) -> Router {
    let routes =
        routes.route("/assets/{file}", routing::get(assets::serve)).fallback(|| async { Problem::NotFound });
    let inner = routes
        .layer(middleware::from_fn_with_state(app.clone(), dress))
        .layer(DefaultBodyLimit::max(BODY_LIMIT));
    session(inner)
        .layer(middleware::from_fn(same_site))
        .layer(middleware::from_fn(harden))
        .with_state(app.clone())
}

/// Turns a problem into its page and writes faults to the log, once.
async fn dress(State(app): State<App>, context: Context, request: Request, next: Next) -> Response {
    let Context(ctx) = context;
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let back = own_referer(request.headers());
    let flash = cookie(request.headers(), "xb_flash").is_some();
    let response = if holds_nul(request.uri()) {
        Problem::NotFound.into_response()
    } else {
        run_caught(request, next).await
    };
    let logged = told(&path);
    let mut response = match response.extensions().get::<Problem>() {
        None => response,
        Some(problem) => {
            if let Problem::Fault(cause) = problem {
                tracing::error!(request = %ctx.request, %method, path = %logged, %cause, "fault");
            }
            let frame = Frame::new(&app, &ctx, "", &path);
            let page = if path == "/public" || path.starts_with("/public/") || path.starts_with("/odr/links/")
            {
                crate::page(&PublicProblem::new(frame, problem, back, &ctx.request))
            } else {
                crate::page(&ProblemPage::new(frame, problem, back, &ctx.request))
            };
            (problem.status(), page.unwrap_or_else(IntoResponse::into_response)).into_response()
        }
    };
    if flash && method == Method::GET && response.status().is_success() {
        let gone = HeaderValue::from_static("xb_flash=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    let who = if let Actor::Officer(officer) = &ctx.actor { officer.id.to_string() } else { String::new() };
    tracing::info!(request = %ctx.request, %method, path = %logged, status = response.status().as_u16(), %who, "answered");
    response
}

/// The path as the log may have it: a segment of 32 and more hexadecimal signs is somebody's one-time key (SEC_34).
fn told(path: &str) -> String {
    let key = |part: &&str| part.len() >= 32 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    path.split('/').map(|part| if key(&part) { "…" } else { part }).collect::<Vec<_>>().join("/")
}

/// Whether path or query holds a NUL, written as `%00`: no text of ours has one, no engine keeps one, and asking one for it
/// would be a fault (SEC_15).
pub fn holds_nul(uri: &Uri) -> bool {
    uri.path().contains("%00") || uri.query().is_some_and(|query| query.contains("%00"))
}

/// A panic in a handler becomes a fault; the connection and the program live on.
async fn run_caught(request: Request, next: Next) -> Response {
    match tokio::spawn(next.run(request)).await {
        Ok(response) => response,
        Err(panic) => Problem::Fault(format!("a handler panicked: {panic}")).into_response(),
    }
}

/// The path the person came from, when it is ours.
fn own_referer(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let referer = headers.get(header::REFERER)?.to_str().ok()?;
    let (_, rest) = referer.split_once("://")?;
    let path = rest.strip_prefix(host)?;
    (path.starts_with('/') && !path.starts_with("//")).then(|| path.to_owned())
}

/// A cookie of the request.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

/// Refuses changes asked for by another site (SEC_16): `Sec-Fetch-Site`, then `Origin`, then `Referer` for old browsers.
async fn same_site(request: Request, next: Next) -> Response {
    if request.method() == Method::GET || request.method() == Method::HEAD || from_here(request.headers()) {
        return next.run(request).await;
    }
    let words = "这个请求不是从本系统的页面发出的，已拒绝。请从系统页面重新操作";
    Problem::Forbidden(Refusal::new("cross_site", words)).into_response()
}

fn from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let source = text("origin").or_else(|| text("referer")).and_then(|source| source.split_once("://"));
    match (source, text("host")) {
        (Some((_, rest)), Some(host)) => rest.split('/').next() == Some(host),
        // Nothing says where it comes from: only a program without our cookie may.
        (None, _) => cookie(headers, "xb_session").is_none(),
        (Some(_), None) => false,
    }
}

async fn harden(request: Request, next: Next) -> Response<Body> {
    let immutable = request.uri().path().starts_with("/assets/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("permissions-policy", "geolocation=(), camera=(), microphone=()"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !immutable {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let mut refused = Problem::Malformed("文件太大：一次最多上传 25 MB".to_owned()).into_response();
        *refused.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return refused;
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_34_a_one_time_key_in_an_address_does_not_reach_the_log() {
        let key = "0123456789abcdef0123456789ABCDEF";
        assert_eq!(told(&format!("/odr/links/{key}")), "/odr/links/…");
        assert_eq!(told("/matters/TS-23-2026-00001"), "/matters/TS-23-2026-00001");
        assert_eq!(
            told("/exports/01900000-0000-7000-8000-000000000001/file"),
            "/exports/01900000-0000-7000-8000-000000000001/file"
        );
    }

    #[test]
    fn sec_17_the_way_back_is_a_path_of_ours() {
        let back = |referer: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static("office.example"));
            headers.insert(header::REFERER, HeaderValue::from_str(referer).unwrap());
            own_referer(&headers)
        };
        assert_eq!(back("https://office.example/matters").as_deref(), Some("/matters"));
        for bad in [
            "https://office.example//elsewhere.example/",
            "https://elsewhere.example/",
            "https://office.example.elsewhere/",
        ] {
            assert_eq!(back(bad), None, "{bad}");
        }
    }
}
