//! 核对经营者: who may be meant, the link and its end.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use db::Tx;
use kernel::{Ctx, TraderId};
use serde::Deserialize;
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, Sample, form_page, redirect};

use crate::whom::{Found, Link, Why, candidates, link, links, unlink};

#[derive(Template)]
#[template(path = "intake/whom.html")]
struct Page {
    frame: Frame,
    form: Form,
    number: String,
    /// Whether a trader is linked.
    linked: bool,
    links: Vec<Link>,
    found: Vec<Found>,
    /// Why none of them is sure.
    held: Option<&'static str>,
    whys: Options,
}

/// A name to look for in the place of the contact's.
#[derive(Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
}

struct Loaded {
    version: i64,
    linked: bool,
    links: Vec<Link>,
    found: Vec<Found>,
    held: Option<&'static str>,
}

fn load(tx: &mut Tx, ctx: &Ctx, number: &str, name: &str) -> Result<Loaded> {
    let matter = matters::find(tx, ctx, number)?;
    let (mut found, held) = candidates(tx, ctx, &matter, name)?;
    found.retain(|one| Some(one.trader) != matter.trader);
    let (version, linked) = (matter.version, matter.trader.is_some());
    Ok(Loaded { version, linked, links: links(tx, &matter)?, found, held })
}

async fn whom_page(app: App, ctx: Ctx, number: String, mut form: Form, flash: Flash) -> Result<Response> {
    let (by, seen, name) = (ctx.clone(), number.clone(), form.text("q", 120));
    let of = app.db.read(move |tx| load(tx, &by, &seen, &name)).await?;
    if form.value("_version").is_empty() {
        form = form.with("_version", of.version.to_string());
    }
    let frame = Frame::new(&app, &ctx, "核对经营者", "/matters").flash(flash.0);
    let whys = Why::ALL.map(|why| (why.code().to_owned(), why.words().to_owned())).to_vec();
    let (linked, links, found, held) = (of.linked, of.links, of.found, of.held);
    form_page(&form.clone(), &Page { frame, form, number, linked, links, found, held, whys })
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> Result<Response> {
    whom_page(app, ctx, number, Form::filled([("q", asked.q)]), flash).await
}

pub(super) async fn store(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let version = form.number("_version");
    let trader = form.value("trader").parse::<TraderId>();
    let (by, seen) = (ctx.clone(), number.clone());
    let done = match trader {
        Ok(trader) => app.db.write(move |tx| link(tx, &by, &seen, version, trader)).await,
        Err(_) => Err(kernel::Refusal::new("trader", "请选择经营者").at("trader").into()),
    };
    answered(app, ctx, number, form, (done, "已对应，依据随同保存")).await
}

pub(super) async fn end(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let version = form.number("_version");
    let why = Why::ALL.into_iter().find(|why| why.code() == form.value("why"));
    let (by, seen) = (ctx.clone(), number.clone());
    let done = match why {
        Some(why) => app.db.write(move |tx| unlink(tx, &by, &seen, version, why)).await,
        None => Err(kernel::Refusal::new("why", "请选择解除的原因").at("why").into()),
    };
    answered(app, ctx, number, form, (done, "已解除，原来的对应保留备查")).await
}

async fn answered(
    app: App,
    ctx: Ctx,
    number: String,
    mut form: Form,
    (done, words): (Result<(), Problem>, &str),
) -> Result<Response> {
    match done {
        Ok(()) => Ok(redirect(&format!("/matters/{number}/trader"), words)),
        Err(problem) => {
            form.absorb(problem)?;
            whom_page(app, ctx, number, form, Flash::default()).await
        }
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let trader = kernel::Id::from_uuid(Default::default());
    let found = Found {
        trader,
        name: "哈尔滨好再来餐饮管理有限公司".into(),
        address: "哈尔滨市道里区中央大街89号".into(),
        score: 6.1,
        why: "字号相近，行业一致，地址一致".into(),
        enough: true,
    };
    let past = Link {
        name: "好再来超市".into(),
        why: "字号一致".into(),
        made: "张伟 2026-09-24 10:00".into(),
        ended: "张伟 2026-09-25 10:00 不是这一户".into(),
    };
    let whys: Options = Why::ALL.map(|why| (why.code().to_owned(), why.words().to_owned())).to_vec();
    let page = |linked, links, found: Vec<Found>, held| Page {
        frame: Frame::bare(),
        form: Form::default(),
        number: "TS-1".into(),
        linked,
        links,
        found,
        held,
        whys: whys.clone(),
    };
    let present = Link { ended: String::new(), ..past.clone() };
    vec![
        Sample::of("whom", &page(true, vec![present, past], vec![found], None)),
        Sample::of("whom_none", &page(false, Vec::new(), Vec::new(), Some("登记库中没有相近的名称"))),
    ]
}
