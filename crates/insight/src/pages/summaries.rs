//! Reports with frozen figures (总结、简报): made from one snapshot, read again, handed in.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use db::Tx;
use jiff::civil::Date;
use kernel::{Ctx, Permission, office_minute};
use web::{
    App, Context, Flash, Form, Frame, Html, May, Options, Problem, Result, Routes, Sample, form_page, page,
    redirect,
};

use super::coded;
use crate::{
    compute::Period,
    summary::{self, Difference, Frozen, Kept, SHIPPED, SummaryId, shipped},
};

pub(super) fn routes() -> Routes {
    let view = May::Can(Permission::ViewFigures);
    Routes::new()
        .get("/summaries", view, list)
        .post("/summaries", view, make)
        .get("/summaries/{id}", view, show)
        .get("/summaries/{id}/again", view, again)
        .post("/summaries/{id}/hand-in", May::Can(Permission::Approve), hand_in)
}

/// A report in the list.
struct Line {
    id: String,
    title: String,
    unit: String,
    period: String,
    made: String,
    handed_in: String,
}

fn line(kept: &Kept) -> Line {
    Line {
        id: kept.id.to_string(),
        title: kept.title.clone(),
        unit: kept.office.name.clone(),
        period: format!("{} 至 {}", kept.period.from, kept.period.to),
        made: format!("{} {}", office_minute(kept.as_of), kept.maker),
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
    SHIPPED.iter().map(|one| (one.key.to_owned(), one.name.to_owned())).collect()
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
        ("template", SHIPPED[0].key.to_owned()),
    ]);
    shown(app, ctx, form, flash).await
}

async fn make(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    let (from, to, unit) = (form.date("from"), form.date("to"), form.id("unit"));
    let template = shipped(form.value("template"));
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
    template: &'static summary::Template,
) -> Result<SummaryId> {
    let by = ctx.clone();
    let made = app.db.read(move |tx| {
        let offices = summary::offices(tx, &by)?;
        let office = offices.iter().find(|office| office.id == unit).ok_or(Problem::NotFound)?;
        summary::make(tx, &by, office, period, template)
    });
    let (made, by) = (made.await?, ctx.clone());
    app.db.write(move |tx| summary::keep(tx, &by, &made)).await
}

/// A figure of a report, with the way to its rows.
struct FigureLine {
    one: Frozen,
    link: Html,
}

fn figure_line(kept: &Kept, one: &Frozen) -> FigureLine {
    let Period { from, to } = kept.period;
    let part = one.fact.split_once('[').and_then(|(_, rest)| rest.split(']').next()?.split_once('='));
    let part =
        part.map_or_else(String::new, |(by, key)| format!("&amp;by={}&amp;key={}", coded(by), coded(key)));
    // What nobody records has no rows.
    let link = if crate::find(&one.figure).is_some() {
        format!("/figures/{}/rows?from={from}&amp;to={to}{part}", one.figure)
    } else {
        String::new()
    };
    FigureLine { one: one.clone(), link: Html(link) }
}

#[derive(Template)]
#[template(path = "insight/summary.html")]
struct Show {
    frame: Frame,
    line: Line,
    paragraphs: Vec<String>,
    figures: Vec<FigureLine>,
    may_hand_in: bool,
    /// What a re-run says differently; none when it was not asked.
    again: Option<Vec<Difference>>,
}

fn show_page(app: &App, ctx: &Ctx, kept: &Kept, again: Option<Vec<Difference>>) -> Show {
    let paragraphs = kept.text.lines().skip(1).filter(|line| !line.trim().is_empty()).map(str::to_owned);
    Show {
        frame: Frame::new(app, ctx, &kept.title, "/figures"),
        line: line(kept),
        paragraphs: paragraphs.collect(),
        figures: kept.figures.iter().map(|one| figure_line(kept, one)).collect(),
        may_hand_in: kept.handed_in.is_none() && ctx.may(Permission::Approve).is_ok(),
        again,
    }
}

async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<SummaryId>,
    flash: Flash,
) -> Result<Response> {
    let by = ctx.clone();
    let kept = app.db.read(move |tx| summary::find(tx, &by, id)).await?;
    let mut shown = show_page(&app, &ctx, &kept, None);
    shown.frame = shown.frame.flash(flash.0);
    page(&shown)
}

async fn again(State(app): State<App>, Context(ctx): Context, Path(id): Path<SummaryId>) -> Result<Response> {
    let by = ctx.clone();
    let look = move |tx: &mut Tx| {
        let kept = summary::find(tx, &by, id)?;
        let differences = kept.again(tx, &by)?;
        Ok::<_, Problem>((kept, differences))
    };
    let (kept, differences) = app.db.read(look).await?;
    page(&show_page(&app, &ctx, &kept, Some(differences)))
}

async fn hand_in(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<SummaryId>,
) -> Result<Response> {
    app.db.write(move |tx| summary::hand_in(tx, &ctx, id)).await?;
    Ok(redirect(&format!("/summaries/{id}"), "已登记报送"))
}

pub(super) fn samples() -> Vec<Sample> {
    let line = || Line {
        id: "1".into(),
        title: "南岗分局2026年9月工作总结".into(),
        unit: "南岗分局".into(),
        period: "2026-09-01 至 2026-09-30".into(),
        made: "2026-10-01 09:00 张伟".into(),
        handed_in: String::new(),
    };
    let period = Period { from: Date::constant(2026, 9, 1), to: Date::constant(2026, 9, 30) };
    let form = Form::filled([("from", period.from.to_string()), ("to", period.to.to_string())]);
    let units = vec![("1".to_owned(), "南岗分局".to_owned())];
    let list = Summaries { frame: Frame::bare(), form, units, templates: templates(), lines: vec![line()] };
    let one = Frozen {
        fact: "received".into(),
        name: "接收总量".into(),
        figure: "received".into(),
        version: 1,
        params: "{}".into(),
        numbers: [Some(12), None, None, None],
        words: "12件".into(),
        query_digest: "00".into(),
        rows_digest: "00".into(),
    };
    let difference =
        Difference { name: "接收总量".into(), then: "12件".into(), now: "13件".into(), why: "数字" };
    let show = Show {
        frame: Frame::bare(),
        line: line(),
        paragraphs: vec!["一、总体情况".into(), "接收各类事项12件。".into()],
        figures: vec![FigureLine { one, link: Html("/figures/received/rows?from=2026-09-01".into()) }],
        may_hand_in: true,
        again: Some(vec![difference]),
    };
    vec![Sample::of("summaries", &list), Sample::of("summary", &show)]
}
