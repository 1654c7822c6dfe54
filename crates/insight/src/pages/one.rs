//! One figure: its number, its parts and its rows; where it knows a sum, by one that was named.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use db::Tx;
use kernel::{Ctx, Money};
use web::{App, Context, Form, Frame, Html, Options, Problem, Result, Sample, form_page, page};

use super::{Asked, coded, dates, name_of, query};
use crate::{
    chart,
    compute::{self, Answer, Cut, Period, RowLine},
    figure::{Dimension, FIGURES, Figure, Measure, Things, find},
    kept::Reading,
};

/// Rows on a page.
const LINES: usize = 100;

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
    /// Where a sum may be named, what it is when none is.
    bound: Option<String>,
    /// The sum that was named, in words.
    least: String,
}

/// The sum that a figure knows.
const fn bound(figure: &Figure) -> Option<Money> {
    match figure.measure {
        Measure::AtLeast { least, .. } => Some(Money::from_fen(least)),
        _ => None,
    }
}

/// The sum of an address, as the address keeps it.
fn kept_least(least: Option<Money>) -> String {
    least.map_or_else(String::new, |least| format!("&amp;least={least}"))
}

fn least_words(least: Option<Money>) -> String {
    least.map_or_else(String::new, |least| format!("不少于 {} 元", least.grouped()))
}

/// The sum that an address without a form names.
pub(super) fn least_of(figure: &Figure, asked: &Asked) -> Result<Option<Money>> {
    if bound(figure).is_none() || asked.least.is_empty() {
        return Ok(None);
    }
    Ok(Some(
        asked
            .least
            .parse()
            .map_err(|wrong: kernel::MoneyError| Problem::Malformed(format!("界线：{wrong}")))?,
    ))
}

/// The parts of a figure with their names and the way to their rows.
fn parts(figure: &Figure, period: Period, dimension: Dimension, cuts: &[Cut], least: &str) -> Vec<Part> {
    let part = |cut: &Cut| {
        let (id, by, key) = (figure.id, dimension.code(), coded(&cut.key));
        Part {
            name: name_of(figure, dimension, &cut.key),
            words: Answer { part: cut.value, whole: None }.words(figure),
            link: Html(format!("/figures/{id}/rows?{}&amp;by={by}&amp;key={key}{least}", query(period))),
            key: cut.key.clone(),
        }
    };
    cuts.iter().map(part).collect()
}

fn look(
    tx: &mut Tx,
    ctx: &Ctx,
    (figure, period): (&Figure, Period),
    dimension: Dimension,
    least: Option<Money>,
) -> Result<(Answer, Vec<Cut>)> {
    if let Some(least) = least
        && let Some(found) = compute::at_least(tx, ctx, figure, period, least.fen(), Some(dimension))?
    {
        return Ok(found);
    }
    let reading = Reading::open(tx, ctx)?;
    Ok((reading.value(tx, figure, period)?, reading.by(tx, figure, period, dimension)?))
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let figure = find(&id).ok_or(Problem::NotFound)?;
    let period = asked.period(ctx.today());
    let first = if figure.things == Things::Matters { Dimension::Problem } else { Dimension::Detail };
    let dimension = Dimension::from_code(&asked.by).unwrap_or(first);
    let mut form = dates(period).with("by", dimension.code().to_owned()).with("least", asked.least);
    let least = bound(figure).and_then(|_| form.money("least"));
    let by = ctx.clone();
    let read = move |tx: &mut Tx| look(tx, &by, (figure, period), dimension, least);
    let ((total, cuts), age) = app.db.read_aged(read).await?;
    let parts = parts(figure, period, dimension, &cuts, &kept_least(least));
    let bars: Vec<_> = cuts
        .iter()
        .zip(&parts)
        .take(20)
        .map(|(cut, part)| (part.name.clone(), cut.value, part.words.clone()))
        .collect();
    let dimensions = figure.dimensions().map(|one| (one.code().to_owned(), one.label().to_owned())).collect();
    let shown = Show {
        frame: Frame::new(&app, &ctx, figure.name, "/figures").aged(age),
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
        bound: bound(figure).map(|least| format!("不填为 {} 元", least.grouped())),
        least: least_words(least),
    };
    form_page(&shown.form.clone(), &shown)
}

#[derive(Template)]
#[template(path = "insight/rows.html")]
struct Rows {
    frame: Frame,
    figure: &'static Figure,
    period: String,
    part: String,
    /// The sum that was named, in words.
    least: String,
    /// Whether a row may stand for several of what is counted.
    counts_things: bool,
    lines: Vec<RowLine>,
    next: Option<Html>,
    export: Html,
}

/// The way to the rows after `last`.
fn next_page(figure: &Figure, period: Period, asked: &Asked, least: Option<Money>, last: &RowLine) -> Html {
    Html(format!(
        "/figures/{}/rows?{}&amp;by={}&amp;key={}{}&amp;after={}",
        figure.id,
        query(period),
        coded(&asked.by),
        coded(&asked.key),
        kept_least(least),
        coded(&last.number)
    ))
}

pub(super) async fn rows(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let figure = find(&id).ok_or(Problem::NotFound)?;
    let period = asked.period(ctx.today());
    let dimension = Dimension::from_code(&asked.by);
    let least = least_of(figure, &asked)?;
    let (by, wanted) = (ctx.clone(), asked.clone());
    let (mut lines, age) = app
        .db
        .read_aged(move |tx| {
            let part = dimension.map(|dimension| (dimension, wanted.key.as_str()));
            let most = (wanted.after.as_str(), LINES + 1);
            compute::rows_of(tx, &by, (figure, least.map(Money::fen)), period, part, most)
        })
        .await?;
    let more = lines.len() > LINES;
    lines.truncate(LINES);
    let next = lines.last().filter(|_| more).map(|last| next_page(figure, period, &asked, least, last));
    let part = dimension.map_or_else(String::new, |dimension| {
        format!("{}：{}", dimension.label(), name_of(figure, dimension, &asked.key))
    });
    let (from, to) = (period.from.to_string(), period.to.to_string());
    let sum = least.map(|least| least.to_string()).unwrap_or_default();
    let pairs = [
        ("id", id.as_str()),
        ("from", &from),
        ("to", &to),
        ("by", &asked.by),
        ("key", &asked.key),
        ("least", &sum),
    ];
    page(&Rows {
        frame: Frame::new(&app, &ctx, figure.name, "/figures").aged(age),
        figure,
        period: format!("{from} 至 {to}"),
        part,
        least: least_words(least),
        counts_things: figure.things != Things::Matters,
        lines,
        next,
        export: web::export_link(&ctx, "figure", &web::query_of(&pairs)),
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

pub(super) fn samples(period: Period) -> Vec<Sample> {
    let figure = &FIGURES[FIGURES.len() - 1];
    let part = Part {
        key: "P01".into(),
        name: "质量".into(),
        words: "12".into(),
        link: Html("/figures/received/rows?by=problem".into()),
    };
    let mut form = dates(period).with("least", "很多".into());
    form.error("least", "请填写金额");
    let show = Show {
        frame: Frame::bare(),
        form,
        figure,
        period: "上半年".into(),
        total: "12".into(),
        under: "112 ÷ 173（本期投诉办结）".into(),
        by: "问题类别",
        dimensions: Dimension::ALL
            .iter()
            .map(|one| (one.code().to_owned(), one.label().to_owned()))
            .collect(),
        parts: vec![part],
        chart: chart::bars("接收", &[("质量".into(), 12, "12".into())]),
        query: query(period),
        bound: Some("不填为 10,000.00 元".into()),
        least: "不少于 2,000.00 元".into(),
    };
    let rows = Rows {
        frame: Frame::bare(),
        figure,
        period: "上半年".into(),
        part: "质量".into(),
        least: "不少于 2,000.00 元".into(),
        counts_things: true,
        lines: vec![sample_row()],
        next: Some(Html("/figures/received/rows?after=1".into())),
        export: Html::default(),
    };
    vec![Sample::of("figure", &show), Sample::of("rows", &rows)]
}
