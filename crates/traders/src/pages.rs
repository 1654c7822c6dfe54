//! Pages of traders: search, record, edit, merge, and the partial the desk looks up with.

mod samples;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{Html, Response},
};
use db::{Tx, params};
use kernel::{Ctx, Permission, TraderId};
use serde::Deserialize;
use web::{
    App, Context, Flash, Form, Frame, May, Options, Problem, Result, Routes, escape, form_page, page,
    redirect,
};

use crate::{Alias, Hit, Merge, NewTrader, Trader, alias, amend, create, find, look_up, merge, trader};

db::sql! {
    MATTERS = "SELECT m.number, m.title, m.kind, m.received_on, m.phase FROM matter m JOIN trader t ON t.id = m.trader_id \
               WHERE (t.id = $1 OR t.merged_into = $1) AND m.unit_path >= $2 AND m.unit_path < $3 AND NOT EXISTS ( \
               SELECT 1 FROM recusal r WHERE r.matter_id = m.id AND r.officer_id = $4 AND r.granted = TRUE) \
               ORDER BY m.received_on DESC, m.number DESC LIMIT 50";
    LATEST = "SELECT id, name, NULL AS alias, credit_code, address, phone FROM trader WHERE merged_into IS NULL ORDER BY name_key LIMIT $1";
}

pub use samples::samples;

/// The routes of this crate.
pub fn routes() -> Routes {
    let keep = May::Can(Permission::KeepTraders);
    let merge = May::Can(Permission::MergeTraders);
    Routes::new()
        .get("/traders", keep, list)
        .get("/traders/lookup", May::Can(Permission::Register), lookup)
        .get("/traders/new", keep, new)
        .post("/traders", keep, store)
        .get("/traders/{id}", keep, show)
        .get("/traders/{id}/edit", keep, edit)
        .post("/traders/{id}", keep, change)
        .post("/traders/{id}/aliases", keep, name)
        .post("/traders/{id}/merges", merge, join)
        .post("/traders/merges/{id}/undo", merge, part)
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "traders/list.html")]
struct List {
    frame: Frame,
    q: String,
    hits: Vec<Hit>,
}

async fn list(
    State(app): State<App>,
    Context(ctx): Context,
    Query(search): Query<Search>,
) -> Result<Response> {
    let q = search.q.clone();
    let hits =
        app.db.read(move |tx| if q.trim().is_empty() { latest(tx) } else { look_up(tx, &q, 50) }).await?;
    page(&List { frame: Frame::new(&app, &ctx, "经营者", "/traders"), q: search.q, hits })
}

fn latest(tx: &mut Tx) -> Result<Vec<Hit>> {
    let rows = tx.query(&LATEST, &params![50])?;
    let read = |row: &db::Row| {
        Ok::<_, db::Error>(Hit {
            id: row.get("id")?,
            name: row.get("name")?,
            alias: None,
            credit_code: row.get("credit_code")?,
            address: row.get("address")?,
            phone: row.get("phone")?,
        })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

async fn lookup(State(app): State<App>, Query(search): Query<Search>) -> Result<Html<String>> {
    let hits = app.db.read(move |tx| look_up(tx, &search.q, 8)).await?;
    let line = |hit: &Hit| {
        let alias = hit.alias.as_ref().map_or_else(String::new, |alias| format!("（{}）", escape(alias)));
        format!(
            "<li role=\"option\" data-trader_id=\"{}\" data-respondent_name=\"{name}\" data-respondent_address=\"{address}\" data-respondent_phone=\"{}\">{name}{alias}<br><small>{} {address}</small></li>",
            hit.id,
            escape(&hit.phone),
            escape(hit.credit_code.as_deref().unwrap_or("")),
            name = escape(&hit.name),
            address = escape(&hit.address),
        )
    };
    Ok(Html(hits.iter().map(line).collect()))
}

struct MatterLine {
    number: String,
    title: String,
    received: String,
    done: bool,
}

#[derive(Template)]
#[template(path = "traders/show.html")]
struct Show {
    frame: Frame,
    form: Form,
    trader: Trader,
    checks: Vec<codes::Checked>,
    region: String,
    industry: String,
    state: String,
    kinds: Options,
    aliases: Vec<Alias>,
    merges: Vec<Merge>,
    matters: Vec<MatterLine>,
    may_merge: bool,
}

fn matters(tx: &mut Tx, ctx: &Ctx, id: TraderId) -> Result<Vec<MatterLine>> {
    let officer = ctx.officer()?;
    let rows =
        tx.query(&MATTERS, &params![id, officer.unit_path, format!("{}~", officer.unit_path), officer.id])?;
    let read = |row: &db::Row| {
        Ok::<_, db::Error>(MatterLine {
            number: row.get("number")?,
            title: row.get("title")?,
            received: row.get("received_on")?,
            done: row.get::<String>("phase")? == "done",
        })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

async fn record(app: App, ctx: Ctx, id: TraderId, form: Form, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let look = move |tx: &mut Tx| {
        Ok::<_, Problem>((find(tx, id)?, alias::of(tx, id)?, merge::of(tx, id)?, matters(tx, &by, id)?))
    };
    let (trader, aliases, merges, matters) = app.db.read(look).await?;
    let numbers = [trader.credit_code.as_deref(), trader.old_number.as_deref()];
    let checks = numbers.into_iter().flatten().map(codes::check).collect();
    let words = |list: &[(&str, &str)], code: &str| {
        list.iter().find(|(known, _)| *known == code).map_or(code, |(_, words)| words).to_owned()
    };
    let frame = Frame::new(&app, &ctx, trader.name.clone(), "/traders").flash(flash.0);
    form_page(
        &form.clone(),
        &Show {
            frame,
            form,
            checks,
            region: trader
                .region
                .as_deref()
                .map_or_else(String::new, |code| codes::regions::path(code, None)),
            industry: trader.industry.as_deref().map_or_else(String::new, codes::industry::path),
            state: words(trader::STATES, &trader.state),
            kinds: options(alias::KINDS),
            may_merge: ctx.may(Permission::MergeTraders).is_ok(),
            trader,
            aliases,
            merges,
            matters,
        },
    )
}

async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TraderId>,
    flash: Flash,
) -> Result<Response> {
    record(app, ctx, id, Form::default(), flash).await
}

fn options(list: &[(&str, &str)]) -> Options {
    list.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect()
}

#[derive(Template)]
#[template(path = "traders/edit.html")]
struct Edit {
    frame: Frame,
    form: Form,
    action: String,
    states: Options,
    forms: Options,
    near: Vec<Hit>,
}

fn edit_page(
    app: &App,
    ctx: &Ctx,
    title: &str,
    action: String,
    form: Form,
    near: Vec<Hit>,
) -> Result<Response> {
    let frame = Frame::new(app, ctx, title, "/traders");
    form_page(
        &form.clone(),
        &Edit { frame, form, action, states: options(trader::STATES), forms: options(trader::FORMS), near },
    )
}

async fn new(
    State(app): State<App>,
    Context(ctx): Context,
    Query(search): Query<Search>,
) -> Result<Response> {
    let form =
        Form::filled([("name", search.q), ("form", "company".to_owned()), ("state", "open".to_owned())]);
    edit_page(&app, &ctx, "新增经营者", "/traders".to_owned(), form, Vec::new())
}

fn read_form(form: &mut Form) -> NewTrader {
    form.refuse_masked(&["name", "address", "phone", "contact"]);
    NewTrader {
        name: form.required("name", "请填写经营者名称", 120),
        credit_code: form.text("credit_code", 40),
        old_number: form.text("old_number", 40),
        form: form.choice("form", trader::FORMS.iter().map(|(code, _)| *code), "请选择类型"),
        state: form.choice("state", trader::STATES.iter().map(|(code, _)| *code), "请选择状态"),
        industry: form.text("industry", 10),
        region: form.text("region", 6),
        address: form.text("address", 200),
        phone: form.text("phone", 40),
        contact: form.text("contact", 40),
        source: "desk".to_owned(),
        demo: false,
    }
}

async fn store(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    let new = read_form(&mut form);
    let mut near = Vec::new();
    if !form.has_errors() && !form.checked("not_near") {
        let name = new.name.clone();
        near = app.db.read(move |tx| near_names(tx, &name)).await?;
        if !near.is_empty() {
            form.error("not_near", "已有名称相近的档案，请先核对；确认不是同一家后勾选再保存");
        }
    }
    if !form.has_errors() {
        let by = ctx.clone();
        match app.db.write(move |tx| create(tx, &by, &new)).await {
            Ok(id) => return Ok(redirect(&format!("/traders/{id}"), "已建立经营者档案")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    edit_page(&app, &ctx, "新增经营者", "/traders".to_owned(), form, near)
}

fn near_names(tx: &mut Tx, name: &str) -> Result<Vec<Hit>> {
    let folded = codes::names::fold(name);
    let start: String = folded.chars().take(4).collect();
    let mut hits = look_up(tx, &start, 30)?;
    hits.retain(|hit| codes::names::similarity(&hit.name, name) >= 0.6);
    Ok(hits)
}

async fn edit(State(app): State<App>, Context(ctx): Context, Path(id): Path<TraderId>) -> Result<Response> {
    let trader = app.db.read(move |tx| find(tx, id)).await?;
    let form = Form::filled([
        ("name", trader.name),
        ("credit_code", trader.credit_code.unwrap_or_default()),
        ("old_number", trader.old_number.unwrap_or_default()),
        ("form", trader.form),
        ("state", trader.state),
        ("industry", trader.industry.unwrap_or_default()),
        ("region", trader.region.unwrap_or_default()),
        ("address", trader.address),
        ("phone", trader.phone),
        ("contact", trader.contact),
        ("_version", trader.version.to_string()),
    ]);
    edit_page(&app, &ctx, "修改经营者", format!("/traders/{id}"), form, Vec::new())
}

async fn change(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TraderId>,
    mut form: Form,
) -> Result<Response> {
    let new = read_form(&mut form);
    let version = form.number("_version").unwrap_or(0);
    if !form.has_errors() {
        let by = ctx.clone();
        match app.db.write(move |tx| amend(tx, &by, id, version, &new)).await {
            Ok(()) => return Ok(redirect(&format!("/traders/{id}"), "已保存")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    edit_page(&app, &ctx, "修改经营者", format!("/traders/{id}"), form, Vec::new())
}

async fn name(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TraderId>,
    mut form: Form,
) -> Result<Response> {
    let (words, kind, by) = (form.text("alias", 120), form.text("kind", 10), ctx.clone());
    match app.db.write(move |tx| alias::add(tx, &by, id, &words, &kind)).await {
        Ok(()) => Ok(redirect(&format!("/traders/{id}"), "已登记别名")),
        Err(problem) => {
            form.absorb(problem)?;
            record(app, ctx, id, form, Flash::default()).await
        }
    }
}

async fn join(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TraderId>,
    mut form: Form,
) -> Result<Response> {
    let code = form.required("other", "请填写另一份档案的信用代码或者完整名称", 120);
    let (reason, by) = (form.text("reason", 200), ctx.clone());
    if form.has_errors() {
        return record(app, ctx, id, form, Flash::default()).await;
    }
    let joined = app.db.write(move |tx| {
        let hits = look_up(tx, &code, 5)?;
        let found: Vec<_> = hits.iter().filter(|hit| hit.id != id).collect();
        let [other] = found[..] else {
            return Err(kernel::Refusal::new(
                "merge_other",
                "没有找到唯一的另一份档案，请填写完整的信用代码或者名称",
            )
            .at("other")
            .into());
        };
        merge::merge(tx, &by, id, other.id, &reason)
    });
    match joined.await {
        Ok(()) => Ok(redirect(&format!("/traders/{id}"), "已合并，可以随时撤销")),
        Err(problem) => {
            form.absorb(problem)?;
            record(app, ctx, id, form, Flash::default()).await
        }
    }
}

async fn part(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TraderId>,
    form: Form,
) -> Result<Response> {
    let reason = form.value("reason").to_owned();
    let kept = app.db.write(move |tx| merge::undo(tx, &ctx, id, &reason)).await?;
    Ok(redirect(&format!("/traders/{kept}"), "合并已撤销"))
}
