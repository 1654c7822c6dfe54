//! Pages of traders: search, record, edit, merge, and the partial the desk looks up with.

mod addresses;
mod edit;
mod join;
mod listings;
mod names;
mod samples;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{Html, Response},
};
use db::{Cursor, Page, Select, Tx, Way, params};
use kernel::{Ctx, Permission, TraderId};
use serde::Deserialize;
use web::{App, Context, Flash, Frame, May, Options, Problem, Result, Routes, escape, page};

use crate::{
    Address, Alias, Hit, Merge, Trader, address, alias, find, letters, look_up, merge, slots, tag,
    tokens::Exact, trader,
};

db::sql! {
    MATTERS = "WITH RECURSIVE family (id) AS (SELECT t.id FROM trader t WHERE t.id = $1 \
               UNION SELECT t.id FROM trader t JOIN family f ON t.merged_into = f.id) \
               SELECT m.number, m.title, m.received_on, m.phase FROM family f JOIN matter m ON m.trader_id = f.id \
               WHERE m.unit_path >= $2 AND m.unit_path < $3 AND NOT EXISTS ( \
               SELECT 1 FROM recusal r WHERE r.matter_id = m.id AND r.officer_id = $4 AND r.granted = TRUE) \
               ORDER BY m.received_on DESC, m.number DESC LIMIT 50";
}

pub use listings::listings;
pub use samples::samples;

/// Lines of a page of the list.
const LINES: usize = 50;

/// The routes of this crate.
pub fn routes() -> Routes {
    let (view, keep) = (May::Can(Permission::ViewTraders), May::Can(Permission::KeepTraders));
    let merge = May::Can(Permission::MergeTraders);
    Routes::new()
        .get("/traders", view, list)
        .get("/traders/lookup", May::Can(Permission::Register), lookup)
        .get("/traders/new", keep, edit::new)
        .post("/traders", keep, edit::store)
        .get("/traders/{id}", view, show)
        .get("/traders/{id}/edit", keep, edit::edit)
        .post("/traders/{id}", keep, edit::change)
        .get("/traders/{id}/aliases", keep, names::aliases)
        .post("/traders/{id}/aliases", keep, names::add_alias)
        .post("/traders/{id}/aliases/{key}/removal", keep, names::remove_alias)
        .get("/traders/{id}/addresses", keep, addresses::show)
        .post("/traders/{id}/addresses", keep, addresses::add)
        .post("/traders/{id}/addresses/{key}/end", keep, addresses::end)
        .get("/traders/{id}/tags", keep, names::tags)
        .post("/traders/{id}/tags", keep, names::add_tag)
        .post("/traders/{id}/tags/removal", keep, names::remove_tag)
        .get("/traders/{id}/merge", merge, join::choose)
        .post("/traders/{id}/merges", merge, join::join)
        .post("/traders/merges/{id}/undo", merge, join::part)
}

/// The list in its widest form, for the test that prepares it on both engines.
pub fn selects() -> Vec<Select> {
    [db::Engine::Sqlite, db::Engine::Postgres]
        .into_iter()
        .flat_map(|engine| {
            let last = Cursor::of(params!["甲", TraderId::from_uuid(Default::default())]);
            [lines(engine, "名优企业", LINES, Some(&last)), listings::list(engine, "名优企业", Some(&last))]
        })
        .collect()
}

fn lines(engine: db::Engine, tag: &str, size: usize, after: Option<&Cursor>) -> Select {
    let head = "SELECT t.id, t.name, t.name_key, t.credit_code, t.address, t.phone FROM trader t";
    tagged(Select::from(head), engine, tag).pages("t.name_key, t.id", Way::Up, size, after)
}

/// Records that were not merged away, with a tag when one is asked for.
fn tagged(list: Select, engine: db::Engine, tag: &str) -> Select {
    let list = list.and("t.merged_into IS NULL", []);
    if tag.is_empty() {
        return list;
    }
    let token = vec![vec![Exact::Tag.token(tag)]];
    list.and("t.id IN SEARCH_DOCS(?)", [db::match_query(engine, &token)])
}

#[derive(Clone, Default, Deserialize)]
struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    tag: String,
    #[serde(default)]
    after: String,
}

#[derive(Template)]
#[template(path = "traders/list.html")]
struct List {
    frame: Frame,
    q: String,
    tag: String,
    hits: Vec<Hit>,
    next: Option<String>,
    export: web::Html,
    may_keep: bool,
}

async fn list(
    State(app): State<App>,
    Context(ctx): Context,
    Query(search): Query<Search>,
    flash: Flash,
) -> Result<Response> {
    let wanted = search.clone();
    let found = app.db.read(move |tx| search_or_list(tx, &wanted)).await?;
    let next = found.next.map(|cursor| cursor.to_string());
    let frame = Frame::new(&app, &ctx, "经营者", "/traders").flash(flash.0);
    // What was looked for by name is at most a page: the file would be no more than what is seen.
    let export = match search.q.trim() {
        "" => web::export_link(&ctx, "traders", &web::query_of(&[("tag", &search.tag)])),
        _ => web::Html::default(),
    };
    let may_keep = ctx.may(Permission::KeepTraders).is_ok();
    page(&List { frame, q: search.q, tag: search.tag, hits: found.rows, next, export, may_keep })
}

fn search_or_list(tx: &mut Tx, search: &Search) -> Result<Page<Hit>> {
    if !search.q.trim().is_empty() {
        return Ok(Page { rows: look_up(tx, &search.q, LINES)?, next: None });
    }
    let after = if search.after.is_empty() { None } else { Some(search.after.parse::<Cursor>()?) };
    listed(tx, search.tag.trim(), LINES, after.as_ref())
}

/// A page of the records by name, of those with `tag` when one is named.
///
/// # Errors
/// A cursor of another list; a fault of the database.
pub fn listed(tx: &mut Tx, tag: &str, size: usize, after: Option<&Cursor>) -> Result<Page<Hit>> {
    let list = lines(tx.engine(), tag, size, after);
    tx.page(&list, |row| {
        Ok(Hit {
            id: row.get("id")?,
            name: row.get("name")?,
            alias: None,
            credit_code: row.get("credit_code")?,
            address: row.get("address")?,
            phone: row.get("phone")?,
        })
    })
}

async fn lookup(State(app): State<App>, Query(search): Query<Search>) -> Result<Html<String>> {
    let hits = app.db.read(move |tx| look_up(tx, &search.q, 8)).await?;
    Ok(Html(hits.iter().map(option).collect()))
}

/// A line of the look-up: each `data-` name is the field of the desk's form that it fills.
fn option(hit: &Hit) -> String {
    let alias = hit.alias.as_ref().map_or_else(String::new, |alias| format!("（{}）", escape(alias)));
    format!(
        "<li role=\"option\" data-trader_id=\"{}\" data-respondent_name=\"{name}\" data-respondent_address=\"{address}\" data-respondent_phone=\"{}\">{name}{alias}<br><small>{} {address}</small></li>",
        hit.id,
        escape(&hit.phone),
        escape(hit.credit_code.as_deref().unwrap_or("")),
        name = escape(&hit.name),
        address = escape(&hit.address),
    )
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
    trader: Trader,
    checks: Vec<codes::Checked>,
    letters: Option<String>,
    form: String,
    region: String,
    industry: String,
    state: String,
    aliases: Vec<Alias>,
    addresses: Vec<Address>,
    tags: Vec<String>,
    merges: Vec<Merge>,
    matters: Vec<MatterLine>,
    history: Option<web::Html>,
    may_keep: bool,
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

fn word(list: &[(&str, &str)], code: &str) -> String {
    list.iter().find(|(known, _)| *known == code).map_or(code, |(_, words)| words).to_owned()
}

/// Everything of a record, within the actor's reach.
fn record(tx: &mut Tx, ctx: &Ctx, id: TraderId) -> Result<Show> {
    let trader = find(tx, id)?;
    let history = slots::history(tx, ctx, id)?;
    let matters = if history.is_some() { Vec::new() } else { matters(tx, ctx, id)? };
    Ok(Show {
        frame: Frame::bare(),
        checks: trader.checks(),
        letters: letters::foreign(&trader.name),
        form: word(trader::FORMS, &trader.form),
        region: trader.region.as_deref().map_or_else(String::new, |code| codes::regions::path(code, None)),
        industry: trader.industry.as_deref().map_or_else(String::new, codes::industry::path),
        state: word(trader::STATES, &trader.state),
        aliases: alias::of(tx, id)?,
        addresses: address::of(tx, id)?,
        tags: tag::of(tx, id)?,
        merges: merge::of(tx, id)?,
        may_keep: ctx.may(Permission::KeepTraders).is_ok(),
        may_merge: ctx.may(Permission::MergeTraders).is_ok() && trader.merged_into.is_none(),
        matters,
        history,
        trader,
    })
}

async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TraderId>,
    flash: Flash,
) -> Result<Response> {
    let by = ctx.clone();
    let mut show = app.db.read(move |tx| record(tx, &by, id)).await?;
    show.frame = Frame::new(&app, &ctx, show.trader.name.clone(), "/traders").flash(flash.0);
    page(&show)
}

fn options(list: &[(&str, &str)]) -> Options {
    list.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect()
}

/// The record a sub-page belongs to; one that was merged is changed through the kept one.
fn open_record(tx: &mut Tx, id: TraderId) -> Result<Trader> {
    let trader = find(tx, id)?;
    if trader.merged_into.is_some() {
        return Err(kernel::Refusal::new("merged", "这份档案已合并，请在保留的档案中办理").into());
    }
    Ok::<_, Problem>(trader)
}
