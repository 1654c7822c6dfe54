//! Accounts of the identity service: who is whom, decided by the administrator.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::Ctx;
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, Sample, form_page, redirect};

use crate::account::{self, AccountId, Line};

#[derive(Template)]
#[template(path = "sso/directory.html")]
struct Directory {
    frame: Frame,
    form: Form,
    lines: Vec<Line>,
    officers: Options,
    configured: bool,
}

async fn shown(app: App, ctx: Ctx, form: Form, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let (lines, people) = app
        .db
        .read(move |tx| Ok::<_, Problem>((account::list(tx, &by)?, people::officers(tx, &by)?)))
        .await?;
    let officers = people
        .into_iter()
        .map(|person| (person.id.to_string(), format!("{}（{}）", person.name, person.login)));
    let frame = Frame::new(&app, &ctx, "统一身份认证账号", "/people").flash(flash.0);
    let configured = app.config.unified();
    form_page(&form.clone(), &Directory { frame, form, lines, officers: officers.collect(), configured })
}

pub(super) async fn list(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    shown(app, ctx, Form::default(), flash).await
}

pub(super) async fn approve(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<AccountId>,
    mut form: Form,
) -> Result<Response> {
    let (officer, by) = (form.id("officer"), ctx.clone());
    match app.db.write(move |tx| account::approve(tx, &by, id, officer)).await {
        Ok(()) => Ok(redirect("/people/sso", "已关联，对方现在可以登录")),
        Err(problem) => {
            form.absorb(problem)?;
            shown(app, ctx, form, Flash::default()).await
        }
    }
}

pub(super) async fn end(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<AccountId>,
) -> Result<Response> {
    app.db.write(move |tx| account::end(tx, &ctx, id)).await?;
    Ok(redirect("/people/sso", "已解除关联"))
}

pub(super) fn samples() -> Vec<Sample> {
    let line = |waiting| Line {
        id: "1".into(),
        name: "张伟".into(),
        login: "zhangwei".into(),
        state: if waiting { "待核准" } else { "已关联" },
        first: "2026-11-24 09:00".into(),
        last: String::new(),
        officer: if waiting { String::new() } else { "张伟".into() },
        waiting,
        linked: !waiting,
    };
    let page = Directory {
        frame: Frame::bare(),
        form: Form::default(),
        lines: vec![line(true), line(false)],
        officers: vec![("1".into(), "张伟（zhangwei）".into())],
        configured: true,
    };
    vec![Sample::of("sso", &page)]
}
