//! Figures: a table first, a picture beside it, every number a link to its rows.

mod detail;
mod listings;
mod one;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use jiff::civil::Date;
use kernel::Permission;
use law::{Law, Listed};
use serde::Deserialize;
use web::{App, Context, Form, Frame, Html, May, Problem, Result, Routes, Sample, page};

mod kpi;
mod operations;
mod publicity;
mod summaries;
mod views;

use crate::{
    compute::{self, Period},
    figure::{Dimension, FIGURES, Figure, find},
    kept::Reading,
};

pub use kpi::told as kpi_told;
pub use listings::listings;
pub use operations::told as operations_told;
pub use publicity::publicity_slots;
pub use views::keep as save_view;
pub use views::told as views_told;
pub use views::way;

/// The statements of the pages.
pub(crate) fn statements() -> Vec<db::Sql> {
    views::STATEMENTS.to_vec()
}

/// The routes of this crate.
pub fn routes() -> Routes {
    let view = May::Can(Permission::ViewFigures);
    let own = Routes::new()
        .get("/figures", view, board)
        .get("/figures/{id}", view, one::show)
        .get("/figures/{id}/rows", view, one::rows)
        .get("/operations", view, operations::show);
    own.merge(kpi::routes()).merge(publicity::routes()).merge(summaries::routes()).merge(views::routes())
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
    /// A sum in yuan.
    #[serde(default)]
    least: String,
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
    vec![Sample::of("figures", &board)]
        .into_iter()
        .chain(one::samples(period))
        .chain(kpi::samples())
        .chain(operations::samples())
        .chain(publicity::samples())
        .chain(summaries::samples())
        .chain(views::samples())
        .collect()
}
