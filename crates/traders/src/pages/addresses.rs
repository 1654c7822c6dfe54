//! Addresses of a record in their time.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Ctx, Id, TraderId, kind};
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, form_page, redirect};

use super::{open_record, options};
use crate::{Address, NewAddress, Trader, address};

#[derive(Template)]
#[template(path = "traders/addresses.html")]
pub(super) struct Addresses {
    pub(super) frame: Frame,
    pub(super) form: Form,
    pub(super) trader: Trader,
    pub(super) addresses: Vec<Address>,
    pub(super) kinds: Options,
}

async fn addresses_page(app: App, ctx: Ctx, id: TraderId, form: Form, flash: Flash) -> Result<Response> {
    let look = move |tx: &mut db::Tx| Ok::<_, Problem>((open_record(tx, id)?, address::of(tx, id)?));
    let (trader, addresses) = app.db.read(look).await?;
    let frame = Frame::new(&app, &ctx, "地址", "/traders").flash(flash.0);
    form_page(&form.clone(), &Addresses { frame, form, trader, addresses, kinds: options(address::KINDS) })
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TraderId>,
    flash: Flash,
) -> Result<Response> {
    addresses_page(app, ctx, id, Form::default(), flash).await
}

pub(super) async fn add(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TraderId>,
    mut form: Form,
) -> Result<Response> {
    let new = NewAddress {
        kind: form.text("kind", 10),
        region: form.text("region", 6),
        line: form.required("line", "请填写地址", 200),
        from_day: form.date("from_day"),
    };
    if !form.has_errors() {
        let by = ctx.clone();
        match app.db.write(move |tx| address::add(tx, &by, id, &new)).await {
            Ok(()) => return Ok(redirect(&format!("/traders/{id}/addresses"), "已登记地址")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    addresses_page(app, ctx, id, form, Flash::default()).await
}

pub(super) async fn end(
    State(app): State<App>,
    Context(ctx): Context,
    Path((id, key)): Path<(TraderId, Id<kind::Trader>)>,
) -> Result<Response> {
    let today = ctx.today();
    app.db.write(move |tx| address::end(tx, &ctx, id, key, today)).await?;
    Ok(redirect(&format!("/traders/{id}/addresses"), "已停用，历史中保留"))
}
