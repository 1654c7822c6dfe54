//! Tokens: given out and shown once, listed, revoked.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Ctx, office_minute};
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, Sample, form_page, redirect};

use crate::{
    field::lists,
    scope::Scope,
    token::{self, Listed, NewToken, PER_MINUTE, TokenId},
};

struct Line {
    id: String,
    label: String,
    who: String,
    scopes: String,
    until: String,
    used: String,
    open: bool,
}

#[derive(Template)]
#[template(path = "api/tokens.html")]
struct Tokens {
    frame: Frame,
    form: Form,
    shown: Option<(String, String)>,
    lines: Vec<Line>,
    officers: Options,
    scopes: Options,
}

fn line(token: &Listed, ctx: &Ctx) -> Line {
    let scopes: Vec<_> = token.scopes.iter().map(|scope| scope.label()).collect();
    let until = office_minute(token.expires_at);
    Line {
        id: token.id.to_string(),
        label: token.label.clone(),
        who: format!("{} {}", token.login, token.post),
        scopes: scopes.join("、"),
        until: match token.revoked_at {
            Some(at) => format!("{} 作废", office_minute(at)),
            None if token.expires_at <= ctx.now => format!("{until} 已到期"),
            None => until,
        },
        used: token.used_at.map_or_else(|| "从未".to_owned(), office_minute),
        open: token.revoked_at.is_none() && token.expires_at > ctx.now,
    }
}

async fn tokens_page(
    app: App,
    ctx: Ctx,
    form: Form,
    shown: Option<(String, String)>,
    flash: Flash,
) -> Result<Response> {
    let by = ctx.clone();
    let (tokens, officers) =
        app.db.read(move |tx| Ok::<_, Problem>((token::list(tx, &by)?, people::officers(tx, &by)?))).await?;
    let with_post = officers.into_iter().filter(|officer| officer.enabled && !officer.posts.is_empty());
    let officers = with_post
        .map(|one| (one.login.clone(), format!("{} {} {}", one.login, one.name, one.posts)))
        .collect();
    let frame = Frame::new(&app, &ctx, "接口令牌", "/tokens").flash(flash.0);
    let lines = tokens.iter().map(|token| line(token, &ctx)).collect();
    form_page(&form.clone(), &Tokens { frame, form, shown, lines, officers, scopes: lists::scopes() })
}

fn fresh() -> Form {
    Form::filled([("days", "90".to_owned()), ("per_minute", PER_MINUTE.to_string())])
}

pub(super) async fn list(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    tokens_page(app, ctx, fresh(), None, flash).await
}

pub(super) async fn create(
    State(app): State<App>,
    Context(ctx): Context,
    mut form: Form,
) -> Result<Response> {
    let new = NewToken {
        label: form.text("label", 60),
        login: form.required("login", "请选择代表谁", 40),
        post: None,
        scopes: form.all("scopes").iter().filter_map(|word| Scope::from_code(word)).collect(),
        days: form.number("days").unwrap_or_default(),
        per_minute: form.number("per_minute").unwrap_or(PER_MINUTE),
    };
    if !form.has_errors() {
        let by = ctx.clone();
        match app.db.write(move |tx| token::create(tx, &by, &new)).await {
            Ok(made) => {
                let shown = Some((form.value("label").to_owned(), made.text));
                return tokens_page(app, ctx, fresh(), shown, Flash::default()).await;
            }
            Err(problem) => form.absorb(problem)?,
        }
    }
    tokens_page(app, ctx, form, None, Flash::default()).await
}

pub(super) async fn revoke(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TokenId>,
) -> Result<Response> {
    app.db.write(move |tx| token::revoke(tx, &ctx, id)).await?;
    Ok(redirect("/tokens", "令牌已作废，立即生效"))
}

pub(super) fn samples() -> Vec<Sample> {
    let line = Line {
        id: "1".into(),
        label: "12345平台".into(),
        who: "desk 指挥中心 接待员".into(),
        scopes: "登记、办理".into(),
        until: "2026-12-24 09:00".into(),
        used: "从未".into(),
        open: true,
    };
    let mut form = fresh();
    form.error("scopes", "请选择令牌的范围");
    let page = Tokens {
        frame: Frame::bare(),
        form,
        shown: Some(("12345平台".into(), "xbt_1_2".into())),
        lines: vec![line],
        officers: vec![("desk".into(), "接待".into())],
        scopes: lists::scopes(),
    };
    vec![Sample::of("tokens", &page)]
}
