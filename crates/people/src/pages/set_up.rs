//! Set-up of an empty bureau: name, region, units, calendar check. Shut once done (SEC_35).

use askama::Template;
use axum::{extract::State, response::Response};
use kernel::{Ctx, Permission};
use web::{App, Context, Form, Frame, Problem, Result, Sample, form_page, redirect};

use crate::{
    setting,
    setup::{self, SetUp, UnitRow},
};

#[derive(Template)]
#[template(path = "people/set_up.html")]
struct SetUpPage {
    frame: Frame,
    form: Form,
    calendar: String,
    missing: Option<String>,
}

fn set_up_page(app: &App, ctx: &Ctx, form: Form) -> Result<Response> {
    let calendar = &law::Law::in_use().calendar;
    let (first, last) = (calendar.years().next().unwrap_or(0), calendar.years().last().unwrap_or(0));
    let year = ctx.today().year();
    let missing = [year, year + 1].into_iter().find(|year| !calendar.years().any(|known| known == *year));
    form_page(
        &form.clone(),
        &SetUpPage {
            frame: Frame::new(app, ctx, "初始化", ""),
            form,
            calendar: format!("放假安排已内置 {first} 年至 {last} 年"),
            missing: missing.map(|year| {
                format!("{year} 年的放假安排尚未发布或者尚未导入，落在该年的期限只按周末推算并会提示")
            }),
        },
    )
}

async fn open(app: &App, ctx: &Ctx) -> Result<()> {
    ctx.may(Permission::KeepPeople)?;
    let done = app.db.read(|tx| setting::get(tx, "bureau")).await?;
    if done.is_some() { Err(Problem::NotFound) } else { Ok(()) }
}

pub(super) async fn show(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    open(&app, &ctx).await?;
    set_up_page(&app, &ctx, Form::default())
}

pub(super) async fn store(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    open(&app, &ctx).await?;
    let bureau = form.required("bureau", "请填写单位全称", 60);
    let region = form.required("region", "请填写六位行政区划代码", 6);
    if codes::regions::find(&region, Some(ctx.today())).is_none() {
        form.error("region", "没有这个行政区划代码，例如哈尔滨市为 230100");
    }
    let lines = form.value("units").lines().filter(|line| !line.trim().is_empty());
    let units = lines.map(|line| {
        let mut row = UnitRow::default();
        for (cell, text) in row.cells.iter_mut().zip(line.split([',', '，', '\t'])) {
            text.trim().clone_into(cell);
        }
        row
    });
    let answers = SetUp { bureau, region, units: units.collect() };
    if !form.has_errors() {
        let by = ctx.clone();
        match app.db.write(move |tx| setup::store(tx, &by, &answers)).await {
            Ok(()) => {
                app.config.rename(form.value("bureau"));
                return Ok(redirect("/people", "初始化完成，请新增人员"));
            }
            Err(problem) => form.absorb(problem)?,
        }
    }
    set_up_page(&app, &ctx, form)
}

pub(super) fn samples() -> Vec<Sample> {
    let missing = Some("2027 年的放假安排尚未导入".to_owned());
    vec![Sample::of(
        "set_up",
        &SetUpPage {
            frame: Frame::bare(),
            form: Form::default(),
            calendar: "2004 年至 2026 年".into(),
            missing,
        },
    )]
}
