//! Set-up of an empty bureau: name, region, units, calendar check. Shut once done (SEC_35).

use askama::Template;
use axum::{extract::State, response::Response};
use kernel::{Ctx, Permission};
use web::{App, Context, Form, Frame, Problem, Result, Sample, form_page, redirect};

use crate::{
    setting,
    setup::{self, SetUp, UnitRow},
};

/// The columns of a table of units, in the order of [`UnitRow::cells`].
const COLUMNS: [&str; 7] = ["代码", "名称", "类别", "上级代码", "区划", "地址", "电话"];

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

/// The lines of the text field: cells parted by commas or tabs.
fn typed(text: &str) -> Vec<UnitRow> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let row = |line: &str| {
        let mut row = UnitRow::default();
        for (cell, text) in row.cells.iter_mut().zip(line.split([',', '，', '\t'])) {
            text.trim().clone_into(cell);
        }
        row
    };
    lines.map(row).collect()
}

/// The rows of the table that came with the form, by the names of its columns.
async fn uploaded(app: &App, form: &Form) -> Result<Vec<UnitRow>, String> {
    let Some(file) = form.files.first() else { return Ok(Vec::new()) };
    let ending = if file.name.to_lowercase().ends_with(".xlsx") { "xlsx" } else { "csv" };
    let path =
        app.config.data.join(format!("units-{}.{ending}", kernel::hex(&app.ground.entropy.bytes::<8>())));
    let bytes = file.bytes.clone();
    let read = move || {
        let written = std::fs::write(&path, &bytes).map_err(|error| error.to_string());
        let read = written.and_then(|()| sheets::read(&path).map_err(|error| error.to_string()));
        // Best effort: what was uploaded is not kept.
        let _ = std::fs::remove_file(&path);
        read
    };
    let lines = tokio::task::spawn_blocking(read).await.map_err(|error| error.to_string())??;
    if lines.iter().any(|(_, cells)| !cells.contains_key("代码") || !cells.contains_key("名称")) {
        return Err("机构表的表头须有“代码”“名称”“类别”“上级代码”，后面可以有“区划”“地址”“电话”".to_owned());
    }
    let row = |(_, cells): &sheets::Line| UnitRow {
        cells: COLUMNS.map(|name| cells.get(name).cloned().unwrap_or_default()),
    };
    Ok(lines.iter().map(row).collect())
}

pub(super) async fn store(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    open(&app, &ctx).await?;
    let bureau = form.required("bureau", "请填写单位全称", 60);
    let region = form.required("region", "请填写六位行政区划代码", 6);
    if codes::regions::find(&region, Some(ctx.today())).is_none() {
        form.error("region", "没有这个行政区划代码，例如哈尔滨市为 230100");
    }
    let mut units = typed(form.value("units"));
    match uploaded(&app, &form).await {
        Ok(rows) => units.extend(rows),
        Err(words) => form.error("table", words),
    }
    let answers = SetUp { bureau, region, units };
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
