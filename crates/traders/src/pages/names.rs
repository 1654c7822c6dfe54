//! Other names and tags of a record.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Ctx, Id, TraderId, kind};
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, form_page, redirect};

use super::{open_record, options};
use crate::{Alias, Trader, alias, tag};

#[derive(Template)]
#[template(path = "traders/aliases.html")]
pub(super) struct Aliases {
    pub(super) frame: Frame,
    pub(super) form: Form,
    pub(super) trader: Trader,
    pub(super) aliases: Vec<Alias>,
    pub(super) kinds: Options,
}

async fn aliases_page(app: App, ctx: Ctx, id: TraderId, form: Form, flash: Flash) -> Result<Response> {
    let look = move |tx: &mut db::Tx| Ok::<_, Problem>((open_record(tx, id)?, alias::of(tx, id)?));
    let (trader, aliases) = app.db.read(look).await?;
    let frame = Frame::new(&app, &ctx, "别名", "/traders").flash(flash.0);
    form_page(&form.clone(), &Aliases { frame, form, trader, aliases, kinds: options(alias::KINDS) })
}

pub(super) async fn aliases(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TraderId>,
    flash: Flash,
) -> Result<Response> {
    aliases_page(app, ctx, id, Form::default(), flash).await
}

pub(super) async fn add_alias(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TraderId>,
    mut form: Form,
) -> Result<Response> {
    let (words, kind, by) = (form.text("alias", 120), form.text("kind", 10), ctx.clone());
    if !form.has_errors() {
        match app.db.write(move |tx| alias::add(tx, &by, id, &words, &kind)).await {
            Ok(()) => return Ok(redirect(&format!("/traders/{id}/aliases"), "已登记别名")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    aliases_page(app, ctx, id, form, Flash::default()).await
}

pub(super) async fn remove_alias(
    State(app): State<App>,
    Context(ctx): Context,
    Path((id, key)): Path<(TraderId, Id<kind::Trader>)>,
) -> Result<Response> {
    app.db.write(move |tx| alias::remove(tx, &ctx, id, key)).await?;
    Ok(redirect(&format!("/traders/{id}/aliases"), "已删除别名，日志中保留"))
}

#[derive(Template)]
#[template(path = "traders/tags.html")]
pub(super) struct Tags {
    pub(super) frame: Frame,
    pub(super) form: Form,
    pub(super) trader: Trader,
    pub(super) tags: Vec<String>,
    pub(super) offered: Vec<&'static str>,
}

async fn tags_page(app: App, ctx: Ctx, id: TraderId, form: Form, flash: Flash) -> Result<Response> {
    let look = move |tx: &mut db::Tx| Ok::<_, Problem>((open_record(tx, id)?, tag::of(tx, id)?));
    let (trader, tags) = app.db.read(look).await?;
    let offered = tag::OFFERED.iter().copied().filter(|offer| !tags.iter().any(|tag| tag == offer)).collect();
    let frame = Frame::new(&app, &ctx, "标签", "/traders").flash(flash.0);
    form_page(&form.clone(), &Tags { frame, form, trader, tags, offered })
}

pub(super) async fn tags(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TraderId>,
    flash: Flash,
) -> Result<Response> {
    tags_page(app, ctx, id, Form::default(), flash).await
}

pub(super) async fn add_tag(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TraderId>,
    mut form: Form,
) -> Result<Response> {
    let (words, by) = (form.text("tag", 20), ctx.clone());
    if !form.has_errors() {
        match app.db.write(move |tx| tag::add(tx, &by, id, &words)).await {
            Ok(()) => return Ok(redirect(&format!("/traders/{id}/tags"), "已加标签")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    tags_page(app, ctx, id, form, Flash::default()).await
}

pub(super) async fn remove_tag(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TraderId>,
    form: Form,
) -> Result<Response> {
    let words = form.value("tag").to_owned();
    app.db.write(move |tx| tag::remove(tx, &ctx, id, &words)).await?;
    Ok(redirect(&format!("/traders/{id}/tags"), "已去掉标签"))
}
