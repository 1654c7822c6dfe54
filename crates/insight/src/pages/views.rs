//! Saved filters (保存的筛选): a list's address under a name, for oneself or for everybody of the unit. What a list shows is still
//! decided by who opens it.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use db::{Tx, params};
use kernel::{Ctx, Id, Permission, Refusal, kind};
use matters::ways::Way;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use web::{
    App, Context, Flash, Form, Frame, Html, May, Problem, Result, Routes, Sample, form_page, redirect,
};

/// An id of a saved filter.
type ViewId = Id<kind::Journal>;

/// The pages whose filters can be saved, and the right it takes to open them.
const PAGES: &[(&str, &str, Permission)] = &[
    ("/matters", "事项", Permission::ViewMatters),
    ("/figures", "统计", Permission::ViewFigures),
    ("/work", "工作", Permission::ViewMatters),
    ("/traders", "经营者", Permission::ViewTraders),
    ("/odr", "先行和解", Permission::ViewMatters),
];
/// Filters one officer may keep.
const MOST: i64 = 50;
/// Characters of a filter.
const LONGEST: usize = 1_000;

db::sql! {
    INSERT = "INSERT INTO saved_view (id, officer_id, unit_path, name, page, query, shared, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    REMOVE = "DELETE FROM saved_view WHERE id = $1 AND officer_id = $2";
    COUNT = "SELECT COUNT(*) FROM saved_view WHERE officer_id = $1";
    OF = "SELECT v.id, v.officer_id, o.name AS owner, v.name, v.page, v.query, v.shared FROM saved_view v JOIN officer o ON o.id = v.officer_id \
          WHERE v.officer_id = $1 OR (v.shared = TRUE AND $2 LIKE v.unit_path || '%') ORDER BY v.page, v.name, v.id";
}

/// A saved filter as the page shows it.
struct View {
    id: String,
    name: String,
    page: &'static str,
    href: Html,
    address: String,
    shared: bool,
    own: bool,
    owner: String,
}

pub(super) fn routes() -> Routes {
    let signed_in = May::SignedIn;
    Routes::new().get("/views", signed_in, list).post("/views", signed_in, save).post(
        "/views/{id}/end",
        signed_in,
        end,
    )
}

/// The page and the filter of an address of ours; a refusal for any other.
fn of_address(address: &str) -> Result<(&'static str, String), Refusal> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let known = PAGES.iter().find(|(page, ..)| *page == path);
    let (page, ..) = known.ok_or_else(|| {
        Refusal::new("address", "请从事项、统计、工作、经营者等列表的地址栏复制，以“/”开头").at("address")
    })?;
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query)
        .map_err(|_| Refusal::new("address", "筛选条件不完整，请重新复制地址").at("address"))?;
    let kept =
        pairs.into_iter().filter(|(key, value)| key != "after" && !value.is_empty()).collect::<Vec<_>>();
    let query = serde_urlencoded::to_string(kept).unwrap_or_default();
    if query.len() > LONGEST {
        return Err(Refusal::new("address", "筛选条件过长").at("address"));
    }
    Ok((page, query))
}

/// Saves the list at `address` under `name`, for the actor or for everybody of the actor's unit and below.
///
/// # Errors
/// Refusals for an address that is no list of ours, or for more filters than one officer may keep.
pub fn keep(tx: &mut Tx, ctx: &Ctx, name: &str, address: &str, shared: bool) -> Result<()> {
    let officer = ctx.officer()?;
    let (page, query) = of_address(address)?;
    if tx.scalar::<i64>(&COUNT, &params![officer.id])? >= MOST {
        return Err(Refusal::new("views", format!("最多保存 {MOST} 个筛选，请先删除不用的")).into());
    }
    let id: ViewId = ctx.id();
    tx.execute(&INSERT, &params![id, officer.id, officer.unit_path, name, page, query, shared, ctx.now])?;
    Ok(())
}

fn of(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<View>> {
    let officer = ctx.officer()?;
    let mut views = Vec::new();
    for row in tx.query(&OF, &params![officer.id, officer.unit_path])? {
        let (page, query): (String, String) = (row.get("page")?, row.get("query")?);
        // One that was shared by somebody with other rights leads nowhere.
        let open = PAGES.iter().find(|(path, _, right)| *path == page && ctx.may(*right).is_ok());
        let Some((_, words, _)) = open else { continue };
        views.push(View {
            id: row.get::<ViewId>("id")?.to_string(),
            name: row.get("name")?,
            page: words,
            href: Html(format!("{}?{}", web::escape(&page), web::escape(&query))),
            address: format!("{page}?{query}"),
            shared: row.get("shared")?,
            own: row.get::<kernel::OfficerId>("officer_id")? == officer.id,
            owner: row.get("owner")?,
        });
    }
    Ok(views)
}

/// The way on from the work list.
///
/// # Errors
/// None: nothing is asked of the database.
pub fn way(_: &mut Tx, _: &Ctx) -> Result<Option<Way>> {
    Ok(Some(Way { href: "/views", label: "保存的筛选", count: 0, what: "" }))
}

/// The saved filters as programs read them.
///
/// # Errors
/// A fault of the database.
pub fn told(tx: &mut Tx, ctx: &Ctx) -> Result<Json> {
    let one = |view: &View| {
        json!({
            "id": view.id, "name": view.name, "page": view.page, "address": view.address,
            "shared": view.shared, "own": view.own, "owner": view.owner,
        })
    };
    Ok(json!({ "views": of(tx, ctx)?.iter().map(one).collect::<Vec<_>>() }))
}

#[derive(Template)]
#[template(path = "insight/views.html")]
struct Views {
    frame: Frame,
    form: Form,
    views: Vec<View>,
}

/// The address to be saved, when a list led here.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    address: String,
}

async fn shown(app: App, ctx: Ctx, form: Form, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let views = app.db.read(move |tx| of(tx, &by)).await?;
    let frame = Frame::new(&app, &ctx, "保存的筛选", "/views").flash(flash.0);
    form_page(&form.clone(), &Views { frame, form, views })
}

async fn list(
    State(app): State<App>,
    Context(ctx): Context,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> Result<Response> {
    shown(app, ctx, Form::filled([("address", asked.address)]), flash).await
}

async fn save(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    let name = form.required("name", "请填写名称", 40);
    let address = form.required("address", "请填写要保存的列表地址", LONGEST);
    let shared = form.checked("shared");
    if !form.has_errors() {
        let by = ctx.clone();
        match app.db.write(move |tx| keep(tx, &by, &name, &address, shared)).await {
            Ok(()) => return Ok(redirect("/views", "已保存")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    shown(app, ctx, form, Flash::default()).await
}

async fn end(State(app): State<App>, Context(ctx): Context, Path(id): Path<ViewId>) -> Result<Response> {
    let officer = ctx.officer()?.id;
    app.db
        .write(move |tx| tx.exactly_one(&REMOVE, &params![id, officer]).map_err(|_| Problem::NotFound))
        .await?;
    Ok(redirect("/views", "已删除"))
}

pub(super) fn samples() -> Vec<Sample> {
    let view = View {
        id: "1".into(),
        name: "超期的投诉".into(),
        page: "事项",
        href: Html("/matters?kind=complaint".into()),
        address: "/matters?kind=complaint".into(),
        shared: true,
        own: true,
        owner: "张伟".into(),
    };
    let page = Views { frame: Frame::bare(), form: Form::default(), views: vec![view] };
    vec![Sample::of("views", &page)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_17_only_lists_of_ours_are_saved() {
        let kept = of_address("/matters?kind=complaint&q=%E7%89%9B%E5%A5%B6&after=5%7CTS&to=").unwrap();
        assert_eq!(kept, ("/matters", "kind=complaint&q=%E7%89%9B%E5%A5%B6".to_owned()));
        for bad in [
            "https://example.org/matters",
            "//example.org",
            "/matters/../account",
            "javascript:alert(1)",
            "/sign-out",
            "",
        ] {
            assert!(of_address(bad).is_err(), "{bad}");
        }
    }
}
