//! One's own account: the post acted from, the password, open sessions.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use kernel::{Ctx, PostId, office_minute};
use web::{App, Context, Flash, Form, Frame, Problem, Result, Sample, form_page, redirect};

use crate::{Password, code, post, session, totp};

#[derive(Template)]
#[template(path = "people/account.html")]
struct Account {
    frame: Frame,
    form: Form,
    posts: Vec<PostLine>,
    sessions: Vec<SessionLine>,
    totp_on: bool,
    unified: bool,
    secret: String,
}

struct PostLine {
    id: String,
    words: String,
    current: bool,
}

struct SessionLine {
    digest: String,
    began: String,
    seen: String,
    agent: String,
    here: bool,
}

async fn account_page(
    app: App,
    ctx: Ctx,
    here: Option<String>,
    form: Form,
    flash: Flash,
) -> Result<Response> {
    let officer = ctx.officer()?.clone();
    let (by, at) = (ctx.clone(), ctx.now);
    let (posts, open, totp_on) = app
        .db
        .read(move |tx| {
            Ok::<_, Problem>((
                post::active(tx, officer.id, by.today())?,
                session::mine(tx, officer.id, at)?,
                totp::is_on(tx, officer.id)?,
            ))
        })
        .await?;
    let current = ctx.officer()?.post;
    let posts = posts.into_iter().map(|found| PostLine {
        words: format!("{} {}", found.officer.unit_name, found.officer.role.label()),
        current: found.id == current,
        id: found.id.to_string(),
    });
    let here = here.map(|token| session::digest(&token));
    let sessions = open.into_iter().map(|open| SessionLine {
        here: Some(&open.digest) == here.as_ref(),
        began: office_minute(open.made_at),
        seen: office_minute(open.seen_at),
        agent: open.agent,
        digest: open.digest,
    });
    let frame = Frame::new(&app, &ctx, "我的账户", "/account").flash(flash.0);
    // A secret that was shown stays while its code is typed again.
    let secret = Some(form.value("totp_secret").to_owned()).filter(|text| !text.is_empty());
    let secret = secret.unwrap_or_else(|| totp::propose(&ctx));
    form_page(
        &form.clone(),
        &Account {
            frame,
            form,
            posts: posts.collect(),
            sessions: sessions.collect(),
            totp_on,
            unified: app.config.unified(),
            secret,
        },
    )
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
    flash: Flash,
) -> Result<Response> {
    account_page(app, ctx, session::token(&headers), Form::default(), flash).await
}

pub(super) async fn switch_post(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response> {
    let chosen: PostId = form.id("post").ok_or(Problem::NotFound)?;
    let officer = ctx.officer()?.id;
    let token = session::token(&headers).ok_or(Problem::SignIn)?;
    let words = app
        .db
        .write(move |tx| {
            let posts = post::active(tx, officer, ctx.today())?;
            let found = posts.iter().find(|found| found.id == chosen).ok_or(Problem::NotFound)?;
            session::switch(tx, &token, chosen)?;
            Ok::<_, Problem>(format!(
                "现在以“{} {}”办理",
                found.officer.unit_name,
                found.officer.role.label()
            ))
        })
        .await?;
    Ok(redirect("/", &words))
}

pub(super) async fn change_password(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response> {
    let old = form.required("old", "请填写现在的密码", 256);
    let password = form.required("password", "请填写新密码", 256);
    if form.value("again") != password {
        form.error("again", "两次填写的密码不一致");
    }
    if let Err(refusal) = Password::judge(&password, "") {
        form.refuse(&refusal);
    }
    let officer = ctx.officer()?.id;
    let stored = app.db.read(move |tx| crate::officer::stored_password(tx, officer)).await?;
    if !form.has_errors() && !Password::verify(stored, old).await {
        form.error("old", "现在的密码不对");
    }
    if form.has_errors() {
        return account_page(app, ctx, session::token(&headers), form, Flash::default()).await;
    }
    let hash = Password::hash(password, ctx.entropy()).await?.0;
    app.db.write(move |tx| code::set_password(tx, &ctx, officer, &hash)).await?;
    Ok(redirect("/sign-in", "密码已修改，请用新密码登录"))
}

pub(super) async fn enrol_totp(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response> {
    let (secret, code) = (form.text("totp_secret", 64), form.text("totp_code", 20));
    let (by, officer) = (ctx.clone(), ctx.officer()?.id);
    match app.db.write(move |tx| totp::enrol(tx, &by, officer, &secret, &code)).await {
        Ok(()) => Ok(redirect("/account", "动态口令已启用，下次登录须填写")),
        Err(problem) => {
            form.absorb(problem)?;
            account_page(app, ctx, session::token(&headers), form, Flash::default()).await
        }
    }
}

pub(super) async fn end_totp(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response> {
    let (old, officer) = (form.text("totp_password", 256), ctx.officer()?.id);
    let stored = app.db.read(move |tx| crate::officer::stored_password(tx, officer)).await?;
    if !Password::verify(stored, old).await {
        form.error("totp_password", "密码不对");
        return account_page(app, ctx, session::token(&headers), form, Flash::default()).await;
    }
    app.db.write(move |tx| totp::drop_secret(tx, &ctx, officer)).await?;
    Ok(redirect("/account", "动态口令已停用"))
}

pub(super) async fn end_session(
    State(app): State<App>,
    Context(ctx): Context,
    Path(digest): Path<String>,
) -> Result<Response> {
    let officer = ctx.officer()?.id;
    app.db.write(move |tx| session::end_one(tx, &ctx, &digest, officer)).await?;
    Ok(redirect("/account", "该登录已结束"))
}

pub(super) fn samples() -> Vec<Sample> {
    let posts = vec![
        PostLine { id: "1".into(), words: "中山所 承办人".into(), current: true },
        PostLine { id: "2".into(), words: "指挥中心 接待员".into(), current: false },
    ];
    let sessions = vec![SessionLine {
        digest: "a".into(),
        began: "2026-11-24 09:00".into(),
        seen: "2026-11-24 10:00".into(),
        agent: "Firefox".into(),
        here: false,
    }];
    vec![Sample::of(
        "account",
        &Account {
            frame: Frame::bare(),
            form: Form::default(),
            posts,
            sessions,
            totp_on: false,
            unified: true,
            secret: "JBSWY3DPEHPK3PXP".into(),
        },
    )]
}
