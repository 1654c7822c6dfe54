//! A new record, and changes of one.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use kernel::{Ctx, TraderId};
use web::{App, Context, Form, Frame, Options, Result, form_page, redirect};

use super::{Search, open_record, options};
use crate::{Hit, NewTrader, amend, as_typed, create, letters, near, trader};

#[derive(Template)]
#[template(path = "traders/edit.html")]
pub(super) struct Edit {
    pub(super) frame: Frame,
    pub(super) form: Form,
    pub(super) action: String,
    pub(super) states: Options,
    pub(super) forms: Options,
    pub(super) near: Vec<Hit>,
    pub(super) letters: bool,
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
    let (states, forms) = (options(trader::STATES), options(trader::FORMS));
    let letters = letters::foreign(form.value("name")).is_some();
    form_page(&form.clone(), &Edit { frame, form, action, states, forms, near, letters })
}

pub(super) async fn new(
    State(app): State<App>,
    Context(ctx): Context,
    Query(search): Query<Search>,
) -> Result<Response> {
    let form =
        Form::filled([("name", search.q), ("form", "company".to_owned()), ("state", "open".to_owned())]);
    edit_page(&app, &ctx, "新增经营者", "/traders".to_owned(), form, Vec::new())
}

fn read_form(form: &mut Form) -> NewTrader {
    form.refuse_masked(&["name", "credit_code", "address", "phone", "contact"]);
    NewTrader {
        name: form.required("name", "请填写经营者名称", 120),
        credit_code: form.text("credit_code", 40),
        old_number: form.text("old_number", 40),
        organisation_code: form.text("organisation_code", 20),
        form: form.choice("form", trader::FORMS.iter().map(|(code, _)| *code), "请选择类型"),
        state: form.choice("state", trader::STATES.iter().map(|(code, _)| *code), "请选择状态"),
        industry: form.text("industry", 10),
        region: form.text("region", 6),
        address: form.text("address", 200),
        phone: form.text("phone", 40),
        contact: form.text("contact", 40),
        source: "desk".to_owned(),
        demo: false,
        letters_checked: form.checked("letters_checked"),
    }
}

pub(super) async fn store(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    let new = read_form(&mut form);
    let mut others = Vec::new();
    if !form.has_errors() && !form.checked("not_near") {
        let name = new.name.clone();
        others = app.db.read(move |tx| near(tx, &name, None)).await?;
        if !others.is_empty() {
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
    edit_page(&app, &ctx, "新增经营者", "/traders".to_owned(), form, others)
}

pub(super) async fn edit(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TraderId>,
) -> Result<Response> {
    let trader = app.db.read(move |tx| open_record(tx, id)).await?;
    let typed = as_typed(&trader);
    let form = Form::filled([
        ("name", typed.name),
        ("credit_code", typed.credit_code),
        ("old_number", typed.old_number),
        ("organisation_code", typed.organisation_code),
        ("form", typed.form),
        ("state", typed.state),
        ("industry", typed.industry),
        ("region", typed.region),
        ("address", typed.address),
        ("phone", typed.phone),
        ("contact", typed.contact),
        ("_version", trader.version.to_string()),
    ]);
    edit_page(&app, &ctx, "修改经营者", format!("/traders/{id}"), form, Vec::new())
}

pub(super) async fn change(
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
