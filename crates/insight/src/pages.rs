//! Figures: a table first, a picture beside it, every number a link to its rows.

mod detail;
mod listings;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use jiff::civil::Date;
use kernel::Permission;
use law::{Law, Listed};
use serde::Deserialize;
use web::{App, Context, Form, Frame, Html, May, Options, Problem, Result, Routes, Sample, page};

mod kpi;
mod operations;
mod summaries;
mod views;

use crate::{
    chart,
    compute::{self, Period, RowLine},
    figure::{Dimension, FIGURES, Figure, Things, find},
    kept::Reading,
};

pub use kpi::told as kpi_told;
pub use listings::listings;
pub use operations::told as operations_told;
pub use views::keep as save_view;
pub use views::told as views_told;
pub use views::way;

/// Rows on a page.
const LINES: usize = 100;

/// The statements of the pages.
pub(crate) fn statements() -> Vec<db::Sql> {
    views::STATEMENTS.to_vec()
}

/// The routes of this crate.
pub fn routes() -> Routes {
    let view = May::Can(Permission::ViewFigures);
    let own = Routes::new()
        .get("/figures", view, board)
        .get("/figures/{id}", view, show)
        .get("/figures/{id}/rows", view, rows)
        .get("/operations", view, operations::show);
    own.merge(kpi::routes()).merge(summaries::routes()).merge(views::routes())
}

#[derive(Clone, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    key: String,
    #[serde(default)]
    after: String,
}

impl Asked {
    /// The period asked for; this year so far when nothing is.
    fn period(&self, today: Date) -> Period {
        let from = self.from.parse().unwrap_or_else(|_| today.first_of_year());
        let to = self.to.parse().unwrap_or(today);
        Period { from, to: to.max(from) }
    }
}

struct Line {
    figure: &'static Figure,
    now: String,
    year: String,
    year_growth: String,
    before: String,
    before_growth: String,
    under: String,
}

#[derive(Template)]
#[template(path = "insight/board.html")]
struct Board {
    frame: Frame,
    form: Form,
    period: String,
    query: Html,
    lines: Vec<Line>,
}

pub(crate) fn query(period: Period) -> Html {
    Html(format!("from={}&amp;to={}", period.from, period.to))
}

fn dates(period: Period) -> Form {
    Form::filled([("from", period.from.to_string()), ("to", period.to.to_string())])
}

async fn board(
    State(app): State<App>,
    Context(ctx): Context,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let period = asked.period(ctx.today());
    let by = ctx.clone();
    let (lines, age) = app
        .db
        .read_aged(move |tx| {
            let mut lines = Vec::new();
            let reading = Reading::open(tx, &by)?;
            let now = reading.values(tx, period)?;
            let year = reading.values(tx, period.year_before())?;
            let before = reading.values(tx, period.before())?;
            for (((figure, now), year), before) in FIGURES.iter().zip(now).zip(year).zip(before) {
                let under = now.under(figure);
                lines.push(Line {
                    figure,
                    now: now.words(figure),
                    year: year.words(figure),
                    year_growth: now.growth(year),
                    before: before.words(figure),
                    before_growth: now.growth(before),
                    under,
                });
            }
            Ok::<_, Problem>(lines)
        })
        .await?;
    let frame = Frame::new(&app, &ctx, "统计", "/figures").aged(age);
    let words = format!("{} 至 {}", period.from, period.to);
    page(&Board { frame, form: dates(period), period: words, query: query(period), lines })
}

struct Part {
    key: String,
    name: String,
    words: String,
    link: Html,
}

#[derive(Template)]
#[template(path = "insight/show.html")]
struct Show {
    frame: Frame,
    form: Form,
    figure: &'static Figure,
    period: String,
    total: String,
    under: String,
    by: &'static str,
    dimensions: Options,
    parts: Vec<Part>,
    chart: Html,
    query: Html,
}

pub(crate) fn name(dimension: Dimension, key: &str) -> String {
    let lists = &Law::in_use().classification;
    let known = match dimension {
        Dimension::Kind => matters::Kind::from_code(key).map(|kind| kind.label().to_owned()),
        Dimension::Channel => Some(Listed::name(&lists.channels, key).to_owned()),
        Dimension::Goods => lists.goods.name(key).map(str::to_owned),
        Dimension::Problem => lists.problems.name(key).map(str::to_owned),
        Dimension::Outcome => Some(matters::outcome_words(key).to_owned()),
        Dimension::Hour => Some(format!("{key} 时")),
        Dimension::Phase => matters::Phase::from_code(key).map(|phase| phase.label().to_owned()),
        Dimension::Unit | Dimension::Month | Dimension::Due | Dimension::Detail => Some(key.to_owned()),
    };
    known.filter(|name| !name.is_empty()).unwrap_or_else(|| "未记录".to_owned())
}

/// The name of a part of `figure`.
pub(crate) fn name_of(figure: &Figure, dimension: Dimension, key: &str) -> String {
    if dimension == Dimension::Detail { detail::name(figure.things, key) } else { name(dimension, key) }
}

pub(crate) fn coded(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// The parts of a figure with their names and the way to their rows.
fn parts(figure: &Figure, period: Period, dimension: Dimension, cuts: &[compute::Cut]) -> Vec<Part> {
    let part = |cut: &compute::Cut| {
        let (id, by, key) = (figure.id, dimension.code(), coded(&cut.key));
        Part {
            name: name_of(figure, dimension, &cut.key),
            words: compute::Answer { part: cut.value, whole: None }.words(figure),
            link: Html(format!("/figures/{id}/rows?{}&amp;by={by}&amp;key={key}", query(period))),
            key: cut.key.clone(),
        }
    };
    cuts.iter().map(part).collect()
}

async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let figure = find(&id).ok_or(Problem::NotFound)?;
    let period = asked.period(ctx.today());
    let first = if figure.things == Things::Matters { Dimension::Problem } else { Dimension::Detail };
    let dimension = Dimension::from_code(&asked.by).unwrap_or(first);
    let by = ctx.clone();
    let ((total, cuts), age) = app
        .db
        .read_aged(move |tx| {
            let reading = Reading::open(tx, &by)?;
            Ok::<_, Problem>((reading.value(tx, figure, period)?, reading.by(tx, figure, period, dimension)?))
        })
        .await?;
    let parts = parts(figure, period, dimension, &cuts);
    let bars: Vec<_> = cuts
        .iter()
        .zip(&parts)
        .take(20)
        .map(|(cut, part)| (part.name.clone(), cut.value, part.words.clone()))
        .collect();
    let frame = Frame::new(&app, &ctx, figure.name, "/figures").aged(age);
    let dimensions = figure.dimensions().map(|one| (one.code().to_owned(), one.label().to_owned())).collect();
    let mut form = dates(period);
    form = Form::filled(
        form.pairs()
            .iter()
            .map(|(key, value)| (key.as_str(), value.clone()))
            .chain([("by", dimension.code().to_owned())]),
    );
    page(&Show {
        frame,
        form,
        figure,
        period: format!("{} 至 {}", period.from, period.to),
        total: total.words(figure),
        under: total.under(figure),
        by: dimension.label(),
        dimensions,
        chart: chart::bars(&format!("{}按{}", figure.name, dimension.label()), &bars),
        parts,
        query: query(period),
    })
}

#[derive(Template)]
#[template(path = "insight/rows.html")]
struct Rows {
    frame: Frame,
    figure: &'static Figure,
    period: String,
    part: String,
    /// Whether a row may stand for several of what is counted.
    counts_things: bool,
    lines: Vec<RowLine>,
    next: Option<Html>,
    export: Html,
}

async fn rows(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let figure = find(&id).ok_or(Problem::NotFound)?;
    let period = asked.period(ctx.today());
    let dimension = Dimension::from_code(&asked.by);
    let (by, wanted) = (ctx.clone(), asked.clone());
    let (mut lines, age) = app
        .db
        .read_aged(move |tx| {
            let part = dimension.map(|dimension| (dimension, wanted.key.as_str()));
            compute::rows(tx, &by, figure, period, part, &wanted.after, LINES + 1)
        })
        .await?;
    let more = lines.len() > LINES;
    lines.truncate(LINES);
    let next = lines.last().filter(|_| more).map(|last| {
        Html(format!(
            "/figures/{id}/rows?{}&amp;by={}&amp;key={}&amp;after={}",
            query(period),
            coded(&asked.by),
            coded(&asked.key),
            coded(&last.number)
        ))
    });
    let part = dimension.map_or_else(String::new, |dimension| {
        format!("{}：{}", dimension.label(), name_of(figure, dimension, &asked.key))
    });
    let (from, to) = (period.from.to_string(), period.to.to_string());
    let pairs = [("id", id.as_str()), ("from", &from), ("to", &to), ("by", &asked.by), ("key", &asked.key)];
    let export = web::export_link(&ctx, "figure", &web::query_of(&pairs));
    let counts_things = figure.things != Things::Matters;
    let frame = Frame::new(&app, &ctx, figure.name, "/figures").aged(age);
    page(&Rows {
        frame, figure, period: format!("{from} 至 {to}"), part, counts_things, lines, next, export
    })
}

fn sample_row() -> RowLine {
    RowLine {
        number: "TS-1".into(),
        title: "变质".into(),
        kind: "投诉",
        unit: "中山所".into(),
        received: "2026-01-01".into(),
        closed: String::new(),
        recovered: String::new(),
        times: 2,
    }
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<Sample> {
    let period = Period { from: Date::constant(2026, 1, 1), to: Date::constant(2026, 6, 30) };
    let figure = &FIGURES[FIGURES.len() - 1];
    let line = Line {
        figure,
        now: "64.74 %".into(),
        year: "—".into(),
        year_growth: "—".into(),
        before: "—".into(),
        before_growth: "—".into(),
        under: "112 ÷ 173（本期投诉办结）".into(),
    };
    let board = Board {
        frame: Frame::bare(),
        form: dates(period),
        period: "上半年".into(),
        query: query(period),
        lines: vec![line],
    };
    let part = Part {
        key: "P01".into(),
        name: "质量".into(),
        words: "12".into(),
        link: Html("/figures/received/rows?by=problem".into()),
    };
    let dimensions =
        Dimension::ALL.iter().map(|one| (one.code().to_owned(), one.label().to_owned())).collect();
    let show = Show {
        frame: Frame::bare(),
        form: dates(period),
        figure,
        period: "上半年".into(),
        total: "12".into(),
        under: "112 ÷ 173（本期投诉办结）".into(),
        by: "问题类别",
        dimensions,
        parts: vec![part],
        chart: chart::bars("接收", &[("质量".into(), 12, "12".into())]),
        query: query(period),
    };
    let rows = Rows {
        frame: Frame::bare(),
        figure,
        period: "上半年".into(),
        part: "质量".into(),
        counts_things: true,
        lines: vec![sample_row()],
        next: Some(Html("/figures/received/rows?after=1".into())),
        export: Html::default(),
    };
    let own = vec![Sample::of("figures", &board), Sample::of("figure", &show), Sample::of("rows", &rows)];
    own.into_iter()
        .chain(kpi::samples())
        .chain(operations::samples())
        .chain(summaries::samples())
        .chain(views::samples())
        .collect()
}
