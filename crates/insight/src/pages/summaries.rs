//! Reports with frozen figures (总结、简报): made from one snapshot, written on, read again, approved, handed in.

mod compare;
mod edit;
mod examples;
mod file;
mod houses;
mod marked;
mod register;
mod show;
mod step;
mod templates;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use db::Tx;
use jiff::{ToSpan as _, civil::Date};
use kernel::{Ctx, OfficerId, Permission, Refusal, UnitId, office_minute};
use serde::Deserialize;
use web::{
    App, Context, Flash, Form, Frame, Html, May, Options, Problem, Result, Routes, Sample, form_page,
    redirect,
};

use crate::{
    compute::Period,
    summary::{self, Act, Kept, SHIPPED, State as Standing, SummaryId},
};

pub(super) fn routes() -> Routes {
    let view = May::Can(Permission::ViewFigures);
    let own = Routes::new()
        .get("/summaries", view, list)
        .post("/summaries", view, make)
        .get("/summary-templates", view, templates::list)
        .get("/summary-templates/new", May::Can(Permission::Approve), templates::ask)
        .post("/summary-templates/new", May::Can(Permission::Approve), templates::store)
        .post("/summary-templates/preview", May::Can(Permission::Approve), templates::preview)
        .get("/summary-templates/{id}", view, templates::show)
        .post(
            "/summary-templates/{id}/activation",
            May::Can(Permission::ConfirmSettings),
            templates::activate,
        )
        .get("/summary-documents/new", May::Can(Permission::Approve), houses::ask)
        .post("/summary-documents/new", May::Can(Permission::Approve), houses::store)
        .get("/summary-documents/{id}", view, houses::show)
        .get("/summary-documents/{id}/file", view, houses::file)
        .post("/summary-documents/{id}/release", May::Can(Permission::ConfirmSettings), houses::release)
        .post("/summary-documents/{id}/end", May::Can(Permission::ConfirmSettings), houses::end)
        .get("/summary-numbers", view, register::show)
        .get("/summaries/{id}/own", view, houses::filled)
        .get("/summaries/{id}", view, show::show)
        .get("/summaries/{id}/again", view, show::again)
        .get("/summaries/{id}/docx", view, file::docx)
        .get("/summaries/{id}/edit", view, edit::ask)
        .post("/summaries/{id}/edit", view, edit::store)
        .get("/summaries/{id}/examples", view, examples::ask)
        .post("/summaries/{id}/examples", view, examples::choose)
        .post("/summaries/{id}/examples/{example}/end", view, examples::unchoose)
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
    officers: Options,
    lines: Vec<Line>,
    /// Periods that are asked for most, with their addresses.
    usual: Vec<(&'static str, Html)>,
    /// How far the counts are, while they are being made; empty when they stand.
    counting: String,
}

/// What the form begins with.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    from: String,
    to: String,
    template: String,
}

/// The month and the quarter before, this year so far and whole, the year before.
fn usual(today: Date) -> Vec<(&'static str, Html)> {
    let before = |day: Date| day.yesterday().unwrap_or(day);
    let month = before(today.first_of_month());
    let begun = today.first_of_month().saturating_sub((i32::from(today.month() - 1) % 3).months());
    let (quarter, year) = (before(begun), before(today.first_of_year()));
    let all = [
        ("上月", month.first_of_month(), month, "work"),
        ("上季度", quarter.first_of_month().saturating_sub(2.months()), quarter, "quarter"),
        ("今年以来", today.first_of_year(), today, "work"),
        ("今年全年", today.first_of_year(), today.last_of_year(), "work"),
        ("上年", year.first_of_year(), year, "work"),
    ];
    let way = |(name, from, to, template): (&'static str, Date, Date, &str)| {
        (name, Html(format!("/summaries?from={from}&amp;to={to}&amp;template={template}")))
    };
    all.into_iter().map(way).collect()
}

/// Matters that are not counted in a moment.
const MANY: i64 = 20_000;

/// What may be chosen: units, templates, officers.
struct Choices {
    offices: Vec<summary::Office>,
    templates: Vec<summary::Template>,
    officers: Vec<(OfficerId, String)>,
}

fn choices(tx: &mut Tx, ctx: &Ctx) -> Result<Choices> {
    Ok(Choices {
        offices: summary::offices(tx, ctx)?,
        templates: summary::templates(tx, ctx)?,
        officers: summary::officers(tx, ctx)?,
    })
}

async fn shown(app: App, ctx: Ctx, form: Form, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let look = move |tx: &mut Tx| {
        Ok::<_, Problem>((summary::list(tx, &by)?, choices(tx, &by)?, crate::kept::standing(tx)?))
    };
    let (kept, choices, standing) = app.db.read(look).await?;
    // Of few matters nobody waits.
    let made = standing.made.filter(|(_, all)| *all > MANY);
    let page = Summaries {
        frame: Frame::new(&app, &ctx, "总结", "/figures").flash(flash.0),
        form,
        units: choices.offices.into_iter().map(|office| (office.id.to_string(), office.name)).collect(),
        templates: choices.templates.iter().map(|one| (one.key.to_string(), one.name.to_string())).collect(),
        officers: choices.officers.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        lines: kept.iter().map(line).collect(),
        usual: usual(ctx.today()),
        counting: made
            .map(|(done, all)| format!("统计汇总进行到 {done} / {all} 件；现在生成要逐件统计，会慢"))
            .unwrap_or_default(),
    };
    form_page(&page.form.clone(), &page)
}

async fn list(
    State(app): State<App>,
    Context(ctx): Context,
    Query(wanted): Query<Wanted>,
    flash: Flash,
) -> Result<Response> {
    let (today, unit) = (ctx.today(), ctx.officer()?.unit.to_string());
    let last = today.first_of_month().yesterday().unwrap_or(today);
    let form = Form::filled([
        ("from", wanted.from.parse::<Date>().unwrap_or(last.first_of_month()).to_string()),
        ("to", wanted.to.parse::<Date>().unwrap_or(last).to_string()),
        ("unit", unit),
        (
            "template",
            Some(wanted.template).filter(|key| !key.is_empty()).unwrap_or(SHIPPED[0].key.to_string()),
        ),
    ]);
    shown(app, ctx, form, flash).await
}

/// What was chosen.
struct Chosen {
    period: Period,
    unit: UnitId,
    template: String,
    officer: Option<OfficerId>,
}

fn chosen(form: &mut Form) -> Option<Chosen> {
    let (from, to, unit) = (form.date("from"), form.date("to"), form.id("unit"));
    let template = form.required("template", "请从列表中选择模板", 80);
    let officer = form.id("officer");
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
    if form.has_errors() {
        return None;
    }
    Some(Chosen { period: Period { from: from?, to: to? }, unit: unit?, template, officer })
}

async fn make(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    if let Some(chosen) = chosen(&mut form) {
        match made(&app, &ctx, chosen).await {
            Ok(id) => return Ok(redirect(&format!("/summaries/{id}"), "已生成，数字已冻结")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    shown(app, ctx, form, Flash::default()).await
}

/// Makes a report from one snapshot and keeps it.
async fn made(app: &App, ctx: &Ctx, chosen: Chosen) -> Result<SummaryId> {
    summary::may_write(ctx)?;
    let by = ctx.clone();
    let made = app.db.read(move |tx| {
        let choices = choices(tx, &by)?;
        let office = choices.offices.iter().find(|one| one.id == chosen.unit).ok_or(Problem::NotFound)?;
        let template = choices.templates.iter().find(|one| one.key == chosen.template);
        let template =
            template.ok_or_else(|| Refusal::new("template", "请从列表中选择模板").at("template"))?;
        let about = match chosen.officer {
            Some(id) => {
                let known = choices.officers.into_iter().find(|(officer, _)| *officer == id);
                Some(known.ok_or_else(|| {
                    Refusal::new("officer", "述职报告只能由本人或者负责人生成").at("officer")
                })?)
            }
            None => None,
        };
        summary::make(tx, &by, &summary::Asked { office, period: chosen.period, template, about })
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
    let list = Summaries {
        frame: Frame::bare(),
        form,
        units,
        templates: SHIPPED.iter().map(|one| (one.key.to_string(), one.name.to_string())).collect(),
        officers: vec![("1".to_owned(), "张".to_owned())],
        lines: vec![sample_line()],
        usual: usual(Date::constant(2026, 11, 27)),
        counting: "统计汇总进行到 64 / 1000000 件；现在生成要逐件统计，会慢".into(),
    };
    let own = vec![Sample::of("summaries", &list)];
    own.into_iter()
        .chain(show::samples())
        .chain(edit::samples())
        .chain(examples::samples())
        .chain(compare::samples())
        .chain(step::samples())
        .chain(templates::samples())
        .chain(houses::samples())
        .chain(register::samples())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_periods_are_whole() {
        let told = |day: &str| {
            let ways = usual(day.parse().unwrap());
            ways.iter()
                .map(|(_, way)| way.0.replace("&amp;", " ").replace("/summaries?", ""))
                .collect::<Vec<_>>()
        };
        let november = told("2026-11-27");
        assert_eq!(november[0], "from=2026-10-01 to=2026-10-31 template=work");
        assert_eq!(november[1], "from=2026-07-01 to=2026-09-30 template=quarter");
        assert_eq!(november[3], "from=2026-01-01 to=2026-12-31 template=work");
        let january = told("2027-01-04");
        assert_eq!(january[0], "from=2026-12-01 to=2026-12-31 template=work");
        assert_eq!(january[1], "from=2026-10-01 to=2026-12-31 template=quarter");
        assert_eq!(january[4], "from=2026-01-01 to=2026-12-31 template=work");
    }
}
