//! Choosing examples (典型案例): matters behind the figures of a report, by figure, class, sum, unit and number; those that are chosen stand
//! above. Without script.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use db::Tx;
use kernel::{Ctx, workflow};
use law::Law;
use serde::Deserialize;
use web::{App, Context, Form, Frame, Options, Problem, Result, Sample, form_page, redirect};

use super::show::stale;
use crate::{
    compute::{Filter, RowLine},
    figure::{self, Figure},
    summary::{self, Act, Example, ExampleId, Kept, MOST_EXAMPLES, MOVES, OFFERED, Office, SummaryId},
};

struct Chosen {
    id: String,
    number: String,
    words: String,
}

#[derive(Template)]
#[template(path = "insight/summary_examples.html")]
struct Examples {
    frame: Frame,
    form: Form,
    id: String,
    title: String,
    most: usize,
    chosen: Vec<Chosen>,
    figures: Options,
    goods: Options,
    problems: Options,
    units: Options,
    lines: Vec<RowLine>,
    /// Whether there are more than are shown.
    more: bool,
    /// The numbers that are ticked.
    ticked: Vec<String>,
}

impl Examples {
    fn ticks(&self, number: &str) -> bool {
        self.ticked.iter().any(|one| one == number)
    }
}

/// What is looked for.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    figure: String,
    goods: String,
    problem: String,
    unit: String,
    least: String,
    find: String,
}

const FIELDS: [&str; 6] = ["figure", "goods", "problem", "unit", "least", "find"];

impl Asked {
    fn form(self) -> Form {
        let values = [self.figure, self.goods, self.problem, self.unit, self.least, self.find];
        Form::filled(FIELDS.into_iter().zip(values))
    }
}

fn filter(form: &mut Form) -> Filter {
    let find = form.text("find", 60);
    Filter {
        goods: form.value("goods").to_owned(),
        problem: form.value("problem").to_owned(),
        least: form.money("least").map(kernel::Money::fen),
        unit: form.id("unit"),
        number: find,
        whole: false,
    }
}

/// Everything the page shows.
struct Read {
    kept: Kept,
    units: Vec<Office>,
    lines: Vec<RowLine>,
}

/// The figure that is looked through: the one asked for, else what was settled, else the first.
fn wanted(kept: &Kept, id: &str) -> Option<&'static Figure> {
    let all = kept.chosen_from();
    let of = |id: &str| all.iter().find(|one| one.id == id).copied();
    of(id).or_else(|| of("settled")).or_else(|| all.first().copied())
}

fn read(tx: &mut Tx, ctx: &Ctx, id: SummaryId, figure: &str, filter: &Filter) -> Result<Read> {
    let kept = summary::find(tx, ctx, id)?;
    workflow::find(MOVES, kept.state, Act::Save, Some(ctx.officer()?.role))?;
    kept.ledger()?;
    let lines = match wanted(&kept, figure) {
        Some(figure) => kept.offered(tx, ctx, figure, filter)?,
        None => Vec::new(),
    };
    let mut units = summary::offices(tx, ctx)?;
    units.retain(|one| one.path.starts_with(&kept.office.path));
    Ok(Read { kept, units, lines })
}

fn chosen(example: &Example) -> Chosen {
    Chosen {
        id: example.id.to_string(),
        number: example.number.clone(),
        words: format!("{}（{}选用）", example.words().join("，"), example.who),
    }
}

/// The roots of a tree, which cuts of figures go by.
fn roots(tree: &law::Tree, day: jiff::civil::Date) -> Options {
    let roots = tree.offered(day).filter(|node| !node.code.contains('.'));
    roots.map(|node| (node.code.clone(), node.name.clone())).collect()
}

async fn shown(app: &App, ctx: &Ctx, id: SummaryId, mut form: Form) -> Result<Response> {
    let filter = filter(&mut form);
    let (by, figure) = (ctx.clone(), form.value("figure").to_owned());
    let read = app.db.read(move |tx| read(tx, &by, id, &figure, &filter)).await?;
    let Read { kept, units, mut lines } = read;
    let more = lines.len() > OFFERED;
    lines.truncate(OFFERED);
    lines.retain(|line| !kept.examples.iter().any(|one| one.number == line.number));
    let lists = Law::in_use();
    let first = wanted(&kept, form.value("figure")).map_or("", |one| one.id).to_owned();
    let ticked = form.all("number");
    let page = Examples {
        frame: Frame::new(app, ctx, format!("选用典型案例：{}", kept.title), "/figures"),
        form: form.with("_version", kept.version.to_string()).with("figure", first),
        id: id.to_string(),
        title: kept.title.clone(),
        most: MOST_EXAMPLES,
        chosen: kept.examples.iter().map(chosen).collect(),
        figures: kept.chosen_from().iter().map(|one| (one.id.to_owned(), one.name.to_owned())).collect(),
        goods: roots(&lists.classification.goods, ctx.today()),
        problems: roots(&lists.classification.problems, ctx.today()),
        units: units.into_iter().map(|unit| (unit.id.to_string(), unit.name)).collect(),
        lines,
        more,
        ticked,
    };
    form_page(&page.form.clone(), &page)
}

pub(super) async fn ask(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<SummaryId>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    shown(&app, &ctx, id, asked.form()).await
}

/// The refusal of a stale version stands beside what was ticked, and the next try is on what stands now.
fn absorbed(mut form: Form, problem: Problem) -> Result<Form> {
    match problem {
        problem @ Problem::Stale(_) => {
            form.error("number", format!("{}。勾选的还在下面", stale(problem)?));
        }
        problem => form.absorb(problem)?,
    }
    Ok(form)
}

pub(super) async fn choose(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<SummaryId>,
    mut form: Form,
) -> Result<Response> {
    let base = form.number("_version").unwrap_or(0);
    let numbers: Vec<String> = form.all("number").into_iter().filter(|one| !one.is_empty()).collect();
    let (by, many) = (ctx.clone(), numbers.len());
    match app.db.write(move |tx| summary::choose(tx, &by, id, base, &numbers)).await {
        Ok(version) => Ok(redirect(
            &format!("/summaries/{id}"),
            &format!("{many} 个典型案例已写入正文，保存为第 {version} 版；请通读文字，需要的再修改"),
        )),
        Err(problem) => shown(&app, &ctx, id, absorbed(form, problem)?).await,
    }
}

pub(super) async fn unchoose(
    State(app): State<App>,
    Context(ctx): Context,
    Path((id, example)): Path<(SummaryId, ExampleId)>,
    mut form: Form,
) -> Result<Response> {
    let base = form.number("_version").unwrap_or(0);
    let by = ctx.clone();
    match app.db.write(move |tx| summary::unchoose(tx, &by, id, base, example)).await {
        Ok(version) => {
            Ok(redirect(&format!("/summaries/{id}/examples"), &format!("已换下，正文保存为第 {version} 版")))
        }
        Err(problem) => shown(&app, &ctx, id, absorbed(form, problem)?).await,
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::filled([("_version", "2".to_owned()), ("least", "很多".to_owned())]);
    form.error("number", "请勾选要写入正文的事项");
    let line = RowLine {
        number: "TS-1".into(),
        title: "变质".into(),
        kind: "投诉",
        unit: "中山所".into(),
        received: "2026-09-01".into(),
        closed: "2026-09-10".into(),
        recovered: "68.50".into(),
        times: 1,
    };
    let one = || vec![("1".to_owned(), "一".to_owned())];
    let page = Examples {
        frame: Frame { title: "选用典型案例".into(), ..Frame::bare() },
        form,
        id: "1".into(),
        title: "总结".into(),
        most: MOST_EXAMPLES,
        chosen: vec![Chosen {
            id: "2".into(), number: "TS-2".into(), words: "办结 2026年9月9日".into()
        }],
        figures: figure::FIGURES.iter().take(2).map(|one| (one.id.to_owned(), one.name.to_owned())).collect(),
        goods: one(),
        problems: one(),
        units: one(),
        lines: vec![line],
        more: true,
        ticked: vec!["TS-1".into()],
    };
    vec![Sample::of("summary_examples", &page)]
}
