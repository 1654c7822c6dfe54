//! The way in by the identity service, and out.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
};
use kernel::{Ctx, OfficerId, Refusal};
use serde::Deserialize;
use web::{App, Context, Flash, Frame, Problem, Result, Sample, page};

use crate::{
    Config,
    account::{self, Standing},
    provider::Provider,
    request::{self, Secrets},
};

/// The cookie that binds a sign-in to its browser.
const COOKIE: &str = "xb_sso";

#[derive(Template)]
#[template(path = "sso/told.html")]
struct Told {
    frame: Frame,
    words: &'static str,
    link: Option<(&'static str, String)>,
}

#[derive(Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    next: String,
}

/// What the service sends the browser back with.
#[derive(Default, Deserialize)]
pub(super) struct Back {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    error: String,
}

fn config(app: &App) -> Result<Config> {
    let found = Config::load(&app.config.data).map_err(|error| Problem::Fault(error.to_string()))?;
    found.ok_or(Problem::NotFound)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Problem::Fault(error.to_string()))?
}

fn with_cookie(app: &App, mut response: Response, state: &str) -> Response {
    let secure = if app.config.secure_cookies { "; Secure" } else { "" };
    let age = if state.is_empty() { 0 } else { 600 };
    let cookie =
        format!("{COOKIE}={state}; Path=/sign-in/sso; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn state_of(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value.to_owned())
}

async fn set_out(app: &App, ctx: &Ctx, officer: Option<OfficerId>, next: String) -> Result<Response> {
    let config = config(app)?;
    let secrets = Secrets::new(ctx);
    let (state, provider) = (secrets.state.clone(), blocking(move || Provider::discover(&config)).await?);
    let way = provider.way_in(&secrets);
    let by = ctx.clone();
    app.db.write(move |tx| request::begin(tx, &by, &secrets, officer, &next)).await?;
    Ok(with_cookie(app, Redirect::to(&way).into_response(), &state))
}

pub(super) async fn begin(
    State(app): State<App>,
    Context(ctx): Context,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    set_out(&app, &ctx, None, asked.next).await
}

/// Somebody signed in links the own account: proved at the service, so nobody has to approve it.
///
/// Only from a page of ours: another site that had put its own account into this browser at the service would otherwise link
/// that account to the officer (SEC_16).
pub(super) async fn link(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
) -> Result<Response> {
    let officer = ctx.officer()?.id;
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok()).unwrap_or("none");
    if site != "same-origin" && site != "none" {
        let words = "请从“我的账户”页面关联统一身份认证账号";
        return Err(Problem::Forbidden(Refusal::new("cross_site", words)));
    }
    let linked = app.db.read(move |tx| account::is_linked(tx, officer)).await?;
    if linked {
        return Err(Refusal::new("sso_linked", "您已经关联了统一身份认证账号").into());
    }
    set_out(&app, &ctx, Some(officer), "/account".to_owned()).await
}

pub(super) async fn come_back(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Result<Response> {
    if back.state.is_empty() || state_of(&headers).as_deref() != Some(back.state.as_str()) {
        let words = "这次登录不是从这个浏览器开始的，请重新登录";
        return Err(Refusal::new("sso_state", words).into());
    }
    let (by, state) = (ctx.clone(), back.state.clone());
    let (officer, next) = app.db.write(move |tx| request::take(tx, &by, &state)).await?;
    if officer.is_some() && ctx.officer().ok().map(|here| here.id) != officer {
        let words = "关联期间已经退出或者换了人员，请登录后重新关联";
        return Err(Refusal::new("sso_state", words).into());
    }
    if !back.error.is_empty() || back.code.is_empty() {
        return Err(
            Refusal::new("sso_declined", "统一身份认证没有完成登录，请重试，或者用登录名和密码登录").into()
        );
    }
    let (config, secrets, now) = (config(&app)?, Secrets::of(&ctx, back.state), ctx.now);
    let who = blocking(move || Provider::discover(&config)?.identity(back.code, &secrets, now)).await?;
    let by = ctx.clone();
    let standing = app.db.write(move |tx| account::recognise(tx, &by, &who, officer)).await?;
    let response = match standing {
        Standing::Linked(officer) => people::enter(&app, &ctx, officer, &headers, &next).await?,
        Standing::Waiting => told(
            &app,
            &ctx,
            "身份已经确认。您是第一次用这个账号登录，须由系统管理员核准对应的人员，核准后即可登录。",
            None,
        )?,
        Standing::Refused => told(&app, &ctx, "这个账号没有关联可以登录的人员，请联系系统管理员。", None)?,
    };
    Ok(with_cookie(&app, response, ""))
}

fn told(app: &App, ctx: &Ctx, words: &'static str, link: Option<(&'static str, String)>) -> Result<Response> {
    page(&Told { frame: Frame::new(app, ctx, "统一身份认证", ""), words, link })
}

pub(super) async fn left(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    config(&app)?;
    let words = "已退出本系统。多人共用电脑的，请同时退出统一身份认证，否则别人可以直接登录。";
    let link = Some(("退出统一身份认证", "/sign-in/sso/leave".to_owned()));
    let frame = Frame::new(&app, &ctx, "已退出", "").flash(flash.0);
    page(&Told { frame, words, link })
}

pub(super) async fn leave(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    let config = config(&app)?;
    match blocking(move || Ok(Provider::discover(&config)?.way_out())).await? {
        Some(way) => Ok(Redirect::to(&way).into_response()),
        None => told(&app, &ctx, "统一身份认证服务没有提供退出地址，请关闭浏览器。", None),
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let link = Some(("退出统一身份认证", "/sign-in/sso/leave".to_owned()));
    vec![Sample::of("sso_told", &Told { frame: Frame::bare(), words: "已退出本系统。", link })]
}
