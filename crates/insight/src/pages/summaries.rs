//! Reports with frozen figures (总结、简报): made from one snapshot, written on, read again, approved, handed in.

mod compare;
mod edit;
mod file;
mod marked;
mod show;
mod step;

use askama::Template;
use axum::{extract::State, response::Response};
use db::Tx;
use jiff::civil::Date;
use kernel::{Ctx, Permission, office_minute};
use web::{
    App, Context, Flash, Form, Frame, May, Options, Problem, Result, Routes, Sample, form_page, redirect,
};

use crate::{
    compute::Period,
    summary::{self, Act, Kept, SHIPPED, State as Standing, SummaryId, shipped},
};

pub(super) fn routes() -> Routes {
    let view = May::Can(Permission::ViewFigures);
    let own = Routes::new()
        .get("/summaries", view, list)
        .post("/summaries", view, make)
        .get("/summaries/{id}", view, show::show)
        .get("/summaries/{id}/again", view, show::again)
        .get("/summaries/{id}/docx", view, file::docx)
        .get("/summaries/{id}/edit", view, edit::ask)
        .post("/summaries/{id}/edit", view, edit::store)
        .get("/summaries/{id}/compare", view, compare::show)
        .post("/summaries/{id}/comments", view, show::comment)
        .post("/summaries/{id}/comments/{comment}/end", view, show::settle);
    let steps = Act::ALL.iter().copied().filter(|act| *act != Act::Save);
    steps.fold(own, |routes, act| {
        let may = if act.is_heads() { May::Can(Permission::Approve) } else { view };
        let path = step::address(act);
        routes.get(path, may, step::ask(act)).post(path, may, step::store(act))
    })
}

/// A report in the list.
struct Line {
    id: String,
    title: String,
    unit: String,
    period: String,
    made: String,
    state: Standing,
    version: i64,
    handed_in: String,
}

fn line(kept: &Kept) -> Line {
    Line {
        id: kept.id.to_string(),
        title: kept.title.clone(),
        unit: kept.office.name.clone(),
        period: format!("{} 至 {}", kept.period.from, kept.period.to),
        made: format!("{} {}", office_minute(kept.as_of), kept.maker),
        state: kept.state,
        version: kept.version,
        handed_in: kept.handed_in.map(office_minute).unwrap_or_default(),
    }
}

#[derive(Template)]
#[template(path = "insight/summaries.html")]
struct Summaries {
    frame: Frame,
    form: Form,
    units: Options,
    templates: Options,
    lines: Vec<Line>,
}

fn templates() -> Options {
    SHIPPED.iter().map(|one| (one.key.to_string(), one.name.to_string())).collect()
}

async fn shown(app: App, ctx: Ctx, form: Form, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let look = move |tx: &mut Tx| Ok::<_, Problem>((summary::list(tx, &by)?, summary::offices(tx, &by)?));
    let (kept, offices) = app.db.read(look).await?;
    let units = offices.into_iter().map(|office| (office.id.to_string(), office.name)).collect();
    let frame = Frame::new(&app, &ctx, "总结", "/figures").flash(flash.0);
    let lines = kept.iter().map(line).collect();
    form_page(&form.clone(), &Summaries { frame, form, units, templates: templates(), lines })
}

async fn list(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    let (today, unit) = (ctx.today(), ctx.officer()?.unit.to_string());
    let last = today.first_of_month().yesterday().unwrap_or(today);
    let form = Form::filled([
        ("from", last.first_of_month().to_string()),
        ("to", last.to_string()),
        ("unit", unit),
        ("template", SHIPPED[0].key.to_string()),
    ]);
    shown(app, ctx, form, flash).await
}

async fn make(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    let (from, to, unit) = (form.date("from"), form.date("to"), form.id("unit"));
    let template = shipped(form.value("template")).cloned();
    if template.is_none() {
        form.error("template", "请从列表中选择模板");
    }
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        form.error("to", "结束日期不能早于开始日期");
    }
    for (name, missing) in [("from", from.is_none()), ("to", to.is_none()), ("unit", unit.is_none())] {
        if missing && form.error_of(name).is_none() {
            form.error(name, "请填写");
        }
    }
    if let (Some(from), Some(to), Some(unit), Some(template), false) =
        (from, to, unit, template, form.has_errors())
    {
        match made(&app, &ctx, (Period { from, to }, unit), template).await {
            Ok(id) => return Ok(redirect(&format!("/summaries/{id}"), "已生成，数字已冻结")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    shown(app, ctx, form, Flash::default()).await
}

/// Makes a report from one snapshot and keeps it.
async fn made(
    app: &App,
    ctx: &Ctx,
    (period, unit): (Period, kernel::UnitId),
    template: summary::Template,
) -> Result<SummaryId> {
    let by = ctx.clone();
    let made = app.db.read(move |tx| {
        let offices = summary::offices(tx, &by)?;
        let office = offices.iter().find(|office| office.id == unit).ok_or(Problem::NotFound)?;
        summary::make(tx, &by, office, period, &template)
    });
    let (made, by) = (made.await?, ctx.clone());
    app.db.write(move |tx| summary::keep(tx, &by, &made)).await
}

fn sample_line() -> Line {
    Line {
        id: "1".into(),
        title: "南岗分局2026年9月工作总结".into(),
        unit: "南岗分局".into(),
        period: "2026-09-01 至 2026-09-30".into(),
        made: "2026-10-01 09:00 张伟".into(),
        state: Standing::Draft,
        version: 2,
        handed_in: String::new(),
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let period = Period { from: Date::constant(2026, 9, 1), to: Date::constant(2026, 9, 30) };
    let form = Form::filled([("from", period.from.to_string()), ("to", period.to.to_string())]);
    let units = vec![("1".to_owned(), "南岗分局".to_owned())];
    let list =
        Summaries { frame: Frame::bare(), form, units, templates: templates(), lines: vec![sample_line()] };
    let own = vec![Sample::of("summaries", &list)];
    own.into_iter()
        .chain(show::samples())
        .chain(edit::samples())
        .chain(compare::samples())
        .chain(step::samples())
        .collect()
}
