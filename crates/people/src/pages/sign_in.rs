//! Sign-in with a password, or with a one-time code that sets one.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use kernel::{Ctx, OfficerId};
use serde::Deserialize;
use web::{App, Context, Form, Frame, Result, Sample, form_page, redirect};

use crate::{Password, code, session, totp};

#[derive(Template)]
#[template(path = "people/sign_in.html")]
struct SignIn {
    frame: Frame,
    form: Form,
    /// Whether the bureau's administrator has described an identity service (crate `sso`).
    unified: bool,
}

#[derive(Template)]
#[template(path = "people/code.html")]
struct Code {
    frame: Frame,
    form: Form,
}

#[derive(Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

fn sign_in_page(app: &App, ctx: &Ctx, form: Form) -> Result<Response> {
    let unified = app.config.unified();
    form_page(&form.clone(), &SignIn { frame: Frame::new(app, ctx, "登录", ""), form, unified })
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Query(next): Query<Next>,
) -> Result<Response> {
    sign_in_page(&app, &ctx, Form::filled([("next", next.next)]))
}

pub(super) async fn enter(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response> {
    let login = form.required("login", "请填写登录名", 40);
    let password = form.required("password", "请填写密码", 256);
    if form.has_errors() {
        return sign_in_page(&app, &ctx, form);
    }
    let (name, now) = (login.clone(), ctx.now);
    let known = app.db.read(move |tx| session::known(tx, &name, now)).await?;
    let fits = Password::verify(known.password, password).await;
    let passed = match known.id.filter(|_| fits && !known.waits) {
        None => None,
        Some(id) => {
            let (by, code) = (ctx.clone(), form.text("totp", 20));
            let passed = app.db.write(move |tx| totp::pass(tx, &by, id, &code)).await?;
            passed.then_some(id)
        }
    };
    match passed {
        Some(officer) => begin(&app, &ctx, officer, &headers, form.value("next")).await,
        None => {
            // Who tries on while the account waits makes it wait no longer: guessing all day locks nobody out for good (SEC_21).
            if let Some(officer) = known.id.filter(|_| !known.waits) {
                let (by, login) = (ctx.clone(), login.clone());
                app.db.write(move |tx| session::failed(tx, &by, officer, &login)).await?;
            }
            form.error("login", "登录名、密码或者动态口令不对；连续输错后需要等待片刻再试");
            sign_in_page(&app, &ctx, form)
        }
    }
}

/// Begins a session for `officer`, who has been recognised, and leads on to `next`, a path of ours. The old session of the
/// browser ends (SEC_19).
///
/// # Errors
/// A fault of the database.
pub async fn begin(
    app: &App,
    ctx: &Ctx,
    officer: OfficerId,
    headers: &HeaderMap,
    next: &str,
) -> Result<Response> {
    let agent =
        headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let (by, old) = (ctx.clone(), session::token(headers));
    let token = app.db.write(move |tx| session::begin(tx, &by, officer, old.as_deref(), &agent)).await?;
    let target = if next.is_empty() || next.starts_with("/sign-in") { "/" } else { next };
    let mut response = redirect(target, "");
    if let Ok(cookie) = HeaderValue::from_str(&session::cookie(app, &token)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn code_page(app: &App, ctx: &Ctx, form: Form) -> Result<Response> {
    form_page(&form.clone(), &Code { frame: Frame::new(app, ctx, "用一次性登录码登录", ""), form })
}

pub(super) async fn show_code(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    code_page(&app, &ctx, Form::default())
}

pub(super) async fn enter_code(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response> {
    let login = form.required("login", "请填写登录名", 40);
    let given = form.required("code", "请填写一次性登录码", 40);
    let password = form.required("password", "请设置新密码", 256);
    if form.value("again") != password {
        form.error("again", "两次填写的密码不一致");
    }
    if let Err(refusal) = Password::judge(&password, &login) {
        form.refuse(&refusal);
    }
    if form.has_errors() {
        return code_page(&app, &ctx, form);
    }
    let hash = Password::hash(password, ctx.entropy()).await?.0;
    let by = ctx.clone();
    let officer = app.db.write(move |tx| {
        let officer = code::redeem(tx, &by, &login, &given)?;
        officer.map(|id| code::set_password(tx, &by, id, &hash).map(|()| id)).transpose()
    });
    match officer.await? {
        Some(officer) => begin(&app, &ctx, officer, &headers, "/").await,
        None => {
            form.error("code", "登录名或者登录码不对，或者登录码已过期、已用过；请向管理员要新的登录码");
            code_page(&app, &ctx, form)
        }
    }
}

pub(super) async fn leave(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
) -> Result<Response> {
    if let Some(token) = session::token(&headers) {
        app.db.write(move |tx| session::end(tx, &ctx, &token)).await?;
    }
    let unified = app.config.unified();
    let mut response = redirect(if unified { "/sign-in/sso/left" } else { "/sign-in" }, "已退出");
    if let Ok(cookie) = HeaderValue::from_str(&session::cookie(&app, "")) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::filled([("login", "zhang".to_owned())]);
    form.error("login", "登录名或者密码不对");
    vec![
        Sample::of("sign_in", &SignIn { frame: Frame::bare(), form, unified: true }),
        Sample::of("code", &Code { frame: Frame::bare(), form: Form::default() }),
    ]
}
