//! One day of the roster, made by hand.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use db::Tx;
use jiff::civil::Date;
use kernel::{Ctx, OfficerId};
use people::Unit;
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, Sample, form_page, redirect};

use super::{Asked, day_of};
use crate::{
    place,
    roster::{self, Day},
    rules::Part,
    turn::{self, Able, TurnId},
};

#[derive(Template)]
#[template(path = "duty/day.html")]
struct OneDay {
    frame: Frame,
    form: Form,
    unit: String,
    unit_name: String,
    day: Day,
    shifts: Options,
    parts: Options,
    people: Options,
    past: bool,
}

fn words(one: &Able) -> (String, String) {
    let away = if one.away { "（请假）" } else { "" };
    let lead = if one.leads { "（可带班）" } else { "" };
    (one.officer.to_string(), format!("{} {}{lead}{away}", one.unit_name, one.name))
}

fn parts() -> Options {
    Part::ALL.iter().map(|part| (part.code().to_owned(), part.label().to_owned())).collect()
}

fn seen(tx: &mut Tx, ctx: &Ctx, unit: &str, day: Date) -> Result<(Unit, Day, Vec<Able>)> {
    let unit = place::kept(tx, ctx, unit)?;
    let shown = roster::of_unit(tx, &unit, day, day)?.pop().ok_or(Problem::NotFound)?;
    let able = turn::able(tx, &unit, day)?;
    Ok((unit, shown, able))
}

async fn answer(app: &App, ctx: &Ctx, unit: String, day: Date, form: Form, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let (unit, day, able) = app.db.read(move |tx| seen(tx, &by, &unit, day)).await?;
    let option = |cell: &roster::Cell| {
        (cell.shift.id.to_string(), format!("{} {}", cell.shift.name, cell.shift.hours.words()))
    };
    let shown = form.clone().with("unit", unit.code.clone()).with("day", day.day.to_string());
    let page = OneDay {
        frame: Frame::new(app, ctx, format!("{} 值班", day.day), "/duty").flash(flash.0),
        form: shown,
        unit: unit.code,
        unit_name: unit.name,
        shifts: day.cells.iter().map(option).collect(),
        parts: parts(),
        people: able.iter().map(words).collect(),
        past: day.day < ctx.today(),
        day,
    };
    form_page(&form, &page)
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(key): Path<String>,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> Result<Response> {
    let day = day_of(&key)?;
    answer(&app, &ctx, asked.unit, day, Form::filled([("part", "officer".to_owned())]), flash).await
}

pub(super) async fn set(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    let (unit, day) = (form.value("unit").to_owned(), form.date("day"));
    let Some(day) = day else { return Err(Problem::Malformed("请填写日期".to_owned())) };
    let shift = form.id("shift");
    let officer: Option<OfficerId> = form.id("officer");
    let part = Part::from_code(form.value("part"));
    for (name, missing, words) in [
        ("shift", shift.is_none(), "请选择班次"),
        ("officer", officer.is_none(), "请选择人员"),
        ("part", part.is_none(), "请选择值班还是带班"),
    ] {
        if missing {
            form.error(name, words);
        }
    }
    if let (Some(shift), Some(officer), Some(part)) = (shift, officer, part) {
        let by = ctx.clone();
        match app.db.write(move |tx| turn::set(tx, &by, shift, day, officer, part)).await {
            Ok(_) => return Ok(redirect(&format!("/duty/days/{day}?unit={unit}"), "已排班")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    answer(&app, &ctx, unit, day, form, Flash::default()).await
}

pub(super) async fn remove(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TurnId>,
    form: Form,
) -> Result<Response> {
    let turn = app.db.write(move |tx| turn::remove(tx, &ctx, id)).await?;
    let unit = web::query_of(&[("unit", form.value("unit"))]);
    Ok(redirect(&format!("/duty/days/{}?{unit}", turn.day), &format!("已撤下 {}", turn.name)))
}

pub(super) fn samples() -> Vec<Sample> {
    let page = OneDay {
        frame: Frame::bare(),
        form: Form::default(),
        unit: "2301".into(),
        unit_name: "中山所".into(),
        day: super::month::sample_day(),
        shifts: vec![("1".into(), "节假日班 08:30—17:30".into())],
        parts: parts(),
        people: vec![("1".into(), "中山所 张伟".into())],
        past: false,
    };
    vec![Sample::of("duty_day", &page)]
}
