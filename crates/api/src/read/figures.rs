//! Figures: the number, its parts, its rows.

use db::Tx;
use insight::{Answer, Dimension, Figure, Measure, Period};
use kernel::{Money, Refusal};
use serde_json::{Value as Json, json};
use web::{Problem, Result};

use super::size;
use crate::operation::Asked;

/// This year so far, unless days are named.
fn period(asked: &Asked) -> Period {
    let today = asked.ctx.today();
    let from = asked.parsed("from").unwrap_or_else(|| today.first_of_year());
    let to = asked.parsed("to").unwrap_or(today);
    Period { from, to: to.max(from) }
}

fn told(figure: &Figure, period: Period, value: Answer) -> Json {
    json!({
        "id": figure.id,
        "name": figure.name,
        "definition": figure.definition,
        "unit": figure.unit,
        "from": period.from,
        "to": period.to,
        "part": value.part,
        "whole": value.whole,
        "words": value.words(figure),
    })
}

/// The sum that is asked for, in 分; refused where the figure knows none.
fn least(asked: &Asked, figure: &Figure) -> Result<Option<i64>> {
    let Some(least) = asked.parsed::<Money>("least") else { return Ok(None) };
    if matches!(figure.measure, Measure::AtLeast { .. }) {
        return Ok(Some(least.fen()));
    }
    Err(Refusal::new("least", format!("{}没有界线，不能另定", figure.name)).at("least").into())
}

fn wanted(asked: &Asked) -> Result<&'static Figure> {
    insight::find(asked.part(0)).ok_or(Problem::NotFound)
}

fn dimension(asked: &Asked) -> Option<Dimension> {
    asked.text("by").and_then(Dimension::from_code)
}

/// `GET /figures`.
pub(crate) fn all(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let period = period(asked);
    let values = insight::values(tx, &asked.ctx, period)?;
    let figures = insight::FIGURES.iter().zip(values).map(|(figure, value)| told(figure, period, value));
    Ok(json!({ "figures": figures.collect::<Vec<_>>() }))
}

/// `GET /figures/{id}`.
pub(crate) fn show(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let (figure, period, by) = (wanted(asked)?, period(asked), dimension(asked));
    let named = match least(asked, figure)? {
        Some(least) => insight::at_least(tx, &asked.ctx, figure, period, least, by)?,
        None => None,
    };
    let (value, cuts) = match (named, by) {
        (Some(found), _) => found,
        (None, Some(by)) => {
            let value = insight::value(tx, &asked.ctx, figure, period)?;
            (value, insight::by(tx, &asked.ctx, figure, period, by)?)
        }
        (None, None) => (insight::value(tx, &asked.ctx, figure, period)?, Vec::new()),
    };
    let cuts: Vec<Json> = cuts.iter().map(|cut| json!({ "key": cut.key, "value": cut.value })).collect();
    Ok(json!({ "figure": told(figure, period, value), "by": asked.text("by"), "cuts": cuts }))
}

/// `GET /figures/{id}/rows`.
pub(crate) fn rows(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let (figure, limit) = (wanted(asked)?, size(asked));
    let part = dimension(asked).map(|by| (by, asked.text("key").unwrap_or_default()));
    let after = asked.text("after").unwrap_or_default();
    let of = (figure, least(asked, figure)?);
    let mut rows = insight::rows_of(tx, &asked.ctx, of, period(asked), part, (after, limit + 1))?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| row.number.clone());
    let told = rows.iter().map(|row| {
        json!({
            "number": row.number, "title": row.title, "kind": row.kind, "unit": row.unit,
            "received_on": row.received, "closed_on": row.closed, "recovered": row.recovered,
        })
    });
    Ok(json!({ "rows": told.collect::<Vec<_>>(), "next": next }))
}

/// `GET /operations`.
pub(crate) fn operations(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    insight::operations_told(tx, &asked.ctx)
}

/// `GET /kpi`.
pub(crate) fn kpi(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    insight::kpi_told(tx, &asked.ctx, period(asked))
}

/// `GET /views`.
pub(crate) fn views(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    insight::views_told(tx, &asked.ctx)
}
