//! The public pages: no account, no script, one question a page, every answer kept until it is sent.

mod filling;
mod matter;
mod samples;
mod sending;
mod start;
mod status;
mod written;

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
};
use kernel::Ctx;
use web::{App, Frame, May, Problem, Result, Routes};

pub(crate) use matter::STATEMENTS;
pub use samples::samples;

/// The cookie of a draft; gone with the browser.
const DRAFT: &str = "xb_draft";
/// The cookie of a visit; gone with the browser.
const VISIT: &str = "xb_visit";

/// The routes of this crate: everybody may.
pub fn routes() -> Routes {
    let all = May::Public;
    Routes::new()
        .get("/public", all, start::show)
        .get("/public/new/{kind}", all, start::intro)
        .post("/public/new/{kind}", all, start::begin)
        .post("/public/leave", all, start::leave)
        .get("/public/stations", all, start::stations)
        .get("/public/form/{question}", all, filling::show)
        .post("/public/form/{question}", all, filling::store)
        .post("/public/photos/{id}/removal", all, filling::drop_photo)
        .get("/public/check", all, sending::check)
        .post("/public/submission", all, sending::send)
        .get("/public/receipt", all, sending::receipt)
        .get("/public/status", all, status::ask)
        .post("/public/status", all, status::enter)
        .get("/public/matter", all, matter::show)
        .post("/public/matter/end", all, matter::end)
        .get("/public/matter/files/{id}", all, matter::file)
        .post("/public/matter/message", all, written::message)
        .get("/public/matter/supplement", all, written::ask_supplement)
        .post("/public/matter/supplement", all, written::supplement)
        .get("/public/matter/withdrawal", all, written::ask_withdrawal)
        .post("/public/matter/withdrawal", all, written::withdraw)
        .get("/public/matter/rating", all, written::ask_rating)
        .post("/public/matter/rating", all, written::rate)
}

fn frame(app: &App, ctx: &Ctx, title: &str) -> Frame {
    Frame::new(app, ctx, title, "/public")
}

fn token(headers: &HeaderMap, name: &str) -> Option<String> {
    web::cookie(headers, name).filter(|token| !token.is_empty())
}

/// Sets a cookie that ends with the browser; an empty token takes it away.
fn with_cookie(app: &App, mut response: Response, name: &str, token: &str) -> Result<Response> {
    let secure = if app.config.secure_cookies { "; Secure" } else { "" };
    let age = if token.is_empty() { "; Max-Age=0" } else { "" };
    let cookie = format!("{name}={token}; Path=/public; HttpOnly; SameSite=Lax{age}{secure}");
    let cookie = HeaderValue::from_str(&cookie).map_err(|error| Problem::Fault(error.to_string()))?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

fn to(path: &str) -> Response {
    Redirect::to(path).into_response()
}
