//! Efficiency of units (考核, R25): rates by unit and month, red and black lists, limits.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use db::Tx;
use jiff::civil::Date;
use kernel::{Ctx, Permission};
use serde_json::{Value as Json, json};
use web::{
    App, Context, Flash, Form, Frame, Html, May, Options, Result, Routes, Sample, form_page, redirect,
};

use super::{Asked, coded, dates, query};
use crate::{
    compute::{Answer, Period},
    figure::{Figure, find},
    kpi::{self, KPIS, Limit, Rate, Verdict},
};

pub(super) fn routes() -> Routes {
    let view = May::Can(Permission::ViewFigures);
    Routes::new().get("/kpi", view, show).post("/kpi", May::Can(Permission::Approve), limit)
}

/// A rate as it is shown.
struct Cell {
    month: String,
    words: String,
    under: String,
}

/// A unit, over the whole period and by month.
struct Line {
    unit: String,
    words: String,
    part: i64,
    whole: i64,
    link: Html,
    interval: String,
    verdict: &'static str,
    colour: &'static str,
    /// Whether the interval holds the limit.
    unsure: bool,
    months: Vec<Cell>,
}

/// A rate with its units.
struct Group {
    figure: &'static Figure,
    of: &'static str,
    limit: String,
    months: Vec<String>,
    lines: Vec<Line>,
}

impl Group {
    /// Whether some unit is on a list: without limits nobody is, and the column would stand empty.
    fn is_judged(&self) -> bool {
        self.lines.iter().any(|line| !line.verdict.is_empty())
    }
}

#[derive(Template)]
#[template(path = "insight/kpi.html")]
struct Kpi {
    frame: Frame,
    form: Form,
    period: String,
    groups: Vec<Group>,
    export: Html,
    base: Html,
    may_set: bool,
    figures: Options,
}

/// Hundredths of a per cent as they are typed and shown: 90, 86.67.
fn percent(hundredths: i64) -> String {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// An end of an interval, in per cent.
fn hundredth(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

fn limit_words(limit: &Limit) -> String {
    let told = [("红榜：不低于", limit.red), ("黑榜：低于", limit.black)];
    let told = told.iter().filter_map(|(words, value)| Some(format!("{words} {} %", percent((*value)?))));
    let told: Vec<String> = told.collect();
    if told.is_empty() {
        return "没有设定红榜、黑榜界线".to_owned();
    }
    format!("{}；基数不足 {} 的不评", told.join("，"), limit.least)
}

/// What is said of a unit, and its colour. Where chance alone could carry the rate over the limit, that is said too: by the exact
/// interval, for a list has consequences.
fn judged(limit: &Limit, answer: Answer) -> (&'static str, &'static str, bool) {
    let (is_red, bound) = match limit.judge(answer) {
        Verdict::Red => (true, limit.red),
        Verdict::Black => (false, limit.black),
        Verdict::Between | Verdict::Few => return ("", "", false),
    };
    // Only for who is on a list: the exact interval is found step by step.
    let Some(interval) = answer.exact_interval() else { return ("", "", false) };
    #[expect(clippy::cast_precision_loss, reason = "at most 10,000")]
    let unsure = bound.is_some_and(|bound| {
        interval.low <= bound as f64 / 10_000.0 && bound as f64 / 10_000.0 <= interval.high
    });
    match (is_red, unsure) {
        (true, _) => ("红榜", "ok", unsure),
        (false, true) => ("黑榜", "soon", true),
        (false, false) => ("黑榜", "late", false),
    }
}

fn group(figure: &'static Figure, rates: &[Rate], limit: &Limit, period: Period) -> Group {
    let own: Vec<&Rate> = rates.iter().filter(|rate| rate.figure == figure.id).collect();
    let mut months: Vec<String> =
        own.iter().map(|rate| rate.month.clone()).filter(|month| !month.is_empty()).collect();
    months.sort();
    months.dedup();
    // A hundred units and two years: some thousand rates, each looked for once.
    let answers: HashMap<(&str, &str), Answer> =
        own.iter().map(|rate| ((rate.unit.as_str(), rate.month.as_str()), rate.answer)).collect();
    let cell = |unit: &str, month: &String| {
        let known = answers.get(&(unit, month.as_str())).copied();
        let answer = known.unwrap_or(Answer { part: 0, whole: Some(0) });
        let whole = answer.whole.unwrap_or(0);
        let under = if whole == 0 { String::new() } else { format!("{} ÷ {whole}", answer.part) };
        Cell { month: month.clone(), words: answer.words(figure), under }
    };
    let line = |rate: &&Rate| {
        let (verdict, colour, unsure) =
            if rate.unit.is_empty() { ("", "", false) } else { judged(limit, rate.answer) };
        let by = if rate.unit.is_empty() {
            String::new()
        } else {
            format!("&amp;by=unit&amp;key={}", coded(&rate.unit))
        };
        let interval = rate.answer.interval();
        Line {
            unit: if rate.unit.is_empty() { "合计".to_owned() } else { rate.unit.clone() },
            words: rate.answer.words(figure),
            part: rate.answer.part,
            whole: rate.answer.whole.unwrap_or(0),
            link: Html(format!("/figures/{}/rows?{}{by}", figure.id, query(period))),
            interval: interval
                .map_or_else(String::new, |one| format!("{} 至 {}", hundredth(one.low), hundredth(one.high))),
            verdict,
            colour,
            unsure,
            months: months.iter().map(|month| cell(&rate.unit, month)).collect(),
        }
    };
    let lines = own.iter().filter(|rate| rate.month.is_empty()).map(line).collect();
    let of = match figure.measure {
        crate::figure::Measure::Share { of, .. } => of,
        _ => "",
    };
    Group { figure, of, limit: limit_words(limit), months, lines }
}

fn groups(tx: &mut Tx, ctx: &Ctx, period: Period) -> Result<Vec<Group>> {
    let (rates, limits) = (kpi::rates(tx, ctx, period)?, kpi::limits(tx)?);
    let one = |id: &&str| {
        let figure = find(id)?;
        let limit = limits.iter().find(|limit| limit.figure == **id)?;
        Some(group(figure, &rates, limit, period))
    };
    Ok(KPIS.iter().filter_map(one).collect())
}

/// The rates as programs read them.
///
/// # Errors
/// A fault of the database.
pub fn told(tx: &mut Tx, ctx: &Ctx, period: Period) -> Result<Json> {
    let period = kpi::over(period, ctx.today());
    let limits = kpi::limits(tx)?;
    let rates = kpi::rates(tx, ctx, period)?;
    let rate = |rate: &Rate| {
        let interval = rate.answer.interval();
        json!({
            "figure": rate.figure, "unit": rate.unit, "month": rate.month, "part": rate.answer.part, "whole": rate.answer.whole,
            "low": interval.map(|one| hundredth(one.low)), "high": interval.map(|one| hundredth(one.high)),
        })
    };
    let limit =
        |one: &Limit| json!({ "figure": one.figure, "red": one.red, "black": one.black, "least": one.least });
    Ok(json!({
        "from": period.from, "to": period.to, "rates": rates.iter().map(rate).collect::<Vec<_>>(),
        "limits": limits.iter().map(limit).collect::<Vec<_>>(),
    }))
}

fn may_set(ctx: &Ctx) -> bool {
    let top = ctx.officer().is_ok_and(|officer| officer.unit_path.matches('/').count() <= 2);
    top && ctx.may(Permission::Approve).is_ok()
}

fn figures() -> Options {
    let name = |id: &str| find(id).map_or(id, |one| one.name).to_owned();
    KPIS.iter().map(|id| ((*id).to_owned(), name(id))).collect()
}

async fn shown(app: App, ctx: Ctx, period: Period, form: Form, flash: Flash) -> Result<Response> {
    let period = kpi::over(period, ctx.today());
    let by = ctx.clone();
    let (groups, age) = app.db.read_aged(move |tx| groups(tx, &by, period)).await?;
    let (from, to) = (period.from.to_string(), period.to.to_string());
    let pairs = web::query_of(&[("from", from.as_str()), ("to", &to)]);
    let frame = Frame::new(&app, &ctx, "考核", "/figures").aged(age).flash(flash.0);
    let (export, base) = (web::export_link(&ctx, "kpi", &pairs), web::export_link(&ctx, "kpi_base", ""));
    form_page(
        &form.clone(),
        &Kpi {
            frame,
            form,
            period: format!("{from} 至 {to}"),
            groups,
            export,
            base,
            may_set: may_set(&ctx),
            figures: figures(),
        },
    )
}

async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> Result<Response> {
    let period = asked.period(ctx.today());
    let days = dates(period);
    let least = crate::answer::FEW.to_string();
    let form = Form::filled(
        days.pairs().iter().map(|(key, value)| (key.as_str(), value.clone())).chain([("least", least)]),
    );
    shown(app, ctx, period, form, flash).await
}

/// A typed per cent in whole hundredths; nothing where nothing is typed.
fn hundredths(form: &mut Form, name: &str) -> Option<i64> {
    let text = form.text(name, 10).trim_end_matches(['%', ' ']).to_owned();
    if text.is_empty() {
        return None;
    }
    let (whole, places) = text.split_once('.').unwrap_or((&text, ""));
    let read = || Some(whole.parse::<i64>().ok()? * 100 + format!("{places:0<2}").parse::<i64>().ok()?);
    let value = if places.len() > 2 { None } else { read().filter(|value| (0..=10_000).contains(value)) };
    if value.is_none() {
        form.error(name, "请填写 0 至 100 之间的数，最多两位小数");
    }
    value
}

async fn limit(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    let (red, black, least) =
        (hundredths(&mut form, "red"), hundredths(&mut form, "black"), form.number("least"));
    if least.is_none() && form.error_of("least").is_none() {
        form.error("least", "请填写最小基数");
    }
    if let (Some(least), false) = (least, form.has_errors()) {
        let limit = Limit { figure: form.value("figure").to_owned(), red, black, least };
        let by = ctx.clone();
        match app.db.write(move |tx| kpi::set_limit(tx, &by, &limit)).await {
            Ok(()) => return Ok(redirect("/kpi", "已设定考核界线")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    let today = ctx.today();
    shown(app, ctx, Period { from: today.first_of_year(), to: today }, form, Flash::default()).await
}

pub(super) fn samples() -> Vec<Sample> {
    let rate = |unit: &str, month: &str, part, whole| Rate {
        figure: "settled_of_closed",
        unit: unit.to_owned(),
        month: month.to_owned(),
        answer: Answer { part, whole: Some(whole) },
    };
    let rates = [
        rate("", "", 112, 173),
        rate("", "2026-01", 112, 173),
        rate("中山所", "", 60, 62),
        rate("中山所", "2026-01", 60, 62),
        rate("学府所", "", 52, 111),
        rate("学府所", "2026-01", 52, 111),
    ];
    let limit = Limit { figure: "settled_of_closed".into(), red: Some(9_000), black: Some(6_000), least: 30 };
    let period = Period { from: Date::constant(2026, 1, 1), to: Date::constant(2026, 1, 31) };
    let groups =
        find("settled_of_closed").map(|figure| group(figure, &rates, &limit, period)).into_iter().collect();
    let page = Kpi {
        frame: Frame::bare(),
        form: dates(period),
        period: "2026年1月".into(),
        groups,
        export: Html::default(),
        base: Html::default(),
        may_set: true,
        figures: figures(),
    };
    vec![Sample::of("kpi", &page)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_typed_as_per_cent() {
        let typed = |text: &str| {
            let mut form = Form::filled([("red", text.to_owned())]);
            let value = hundredths(&mut form, "red");
            (value, form.has_errors())
        };
        assert_eq!(typed("90"), (Some(9_000), false));
        assert_eq!(typed("86.67 %"), (Some(8_667), false));
        assert_eq!(typed("86.6"), (Some(8_660), false));
        assert_eq!(typed(""), (None, false));
        for wrong in ["-1", "101", "九十", "1.234"] {
            assert_eq!(typed(wrong), (None, true), "{wrong}");
        }
        assert_eq!((percent(8_660), percent(10_000)), ("86.6".to_owned(), "100".to_owned()));
    }

    /// 48 of 50: Wilson's interval begins at 86.54 %, the exact one at 86.29 %.
    #[test]
    fn a_list_is_doubted_by_the_exact_interval() {
        let answer = Answer { part: 48, whole: Some(50) };
        let limit = |red| Limit { figure: KPIS[0].to_owned(), red: Some(red), black: None, least: 30 };
        assert_eq!(judged(&limit(8_640), answer), ("红榜", "ok", true));
        assert_eq!(judged(&limit(8_600), answer), ("红榜", "ok", false));
    }
}
