//! The shifts of a unit.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use kernel::Ctx;
use web::{App, Context, Flash, Form, Frame, Options, Result, Sample, form_page, redirect};

use super::Asked;
use crate::{
    place,
    rules::Days,
    shift::{self, NewShift, Shift, ShiftId},
};

#[derive(Template)]
#[template(path = "duty/shifts.html")]
struct Shifts {
    frame: Frame,
    form: Form,
    unit: String,
    unit_name: String,
    shifts: Vec<Shift>,
    days: Options,
}

fn days() -> Options {
    Days::ALL.iter().map(|days| (days.code().to_owned(), days.label().to_owned())).collect()
}

async fn answer(app: &App, ctx: &Ctx, unit: String, form: Form, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let (unit, shifts) = app
        .db
        .read(move |tx| {
            let unit = place::kept(tx, &by, &unit)?;
            let shifts = shift::of_unit(tx, unit.id, by.today())?;
            Ok::<_, web::Problem>((unit, shifts))
        })
        .await?;
    let frame = Frame::new(app, ctx, "班次", "/duty").flash(flash.0);
    let shown = form.clone().with("unit", unit.code.clone());
    let page = Shifts { frame, form: shown, unit: unit.code, unit_name: unit.name, shifts, days: days() };
    form_page(&form, &page)
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> Result<Response> {
    let form = Form::filled([("officers", "1".to_owned()), ("led", "yes".to_owned())]);
    answer(&app, &ctx, asked.unit, form, flash).await
}

pub(super) async fn define(
    State(app): State<App>,
    Context(ctx): Context,
    mut form: Form,
) -> Result<Response> {
    let unit = form.value("unit").to_owned();
    let new = NewShift {
        name: form.text("name", 30),
        days: form.value("days").to_owned(),
        begins: form.text("begins", 10),
        ends: form.text("ends", 10),
        officers: form.number("officers").unwrap_or(0),
        led: form.checked("led"),
        approval: form.checked("approval"),
        from: form.date("from"),
    };
    if !form.has_errors() {
        let (by, code) = (ctx.clone(), unit.clone());
        match app.db.write(move |tx| shift::define(tx, &by, &code, &new)).await {
            Ok(_) => {
                return Ok(redirect(
                    &format!("/duty/shifts?{}", web::query_of(&[("unit", &unit)])),
                    "已设立班次",
                ));
            }
            Err(problem) => form.absorb(problem)?,
        }
    }
    answer(&app, &ctx, unit, form, Flash::default()).await
}

pub(super) async fn end(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<ShiftId>,
    form: Form,
) -> Result<Response> {
    app.db.write(move |tx| shift::end(tx, &ctx, id)).await?;
    let unit = web::query_of(&[("unit", form.value("unit"))]);
    Ok(redirect(&format!("/duty/shifts?{unit}"), "已停用，今天的班次站完为止"))
}

pub(super) fn samples() -> Vec<Sample> {
    let cell = super::month::sample_day().cells.remove(0);
    let page = Shifts {
        frame: Frame::bare(),
        form: Form::default(),
        unit: "2301".into(),
        unit_name: "中山所".into(),
        shifts: vec![cell.shift],
        days: days(),
    };
    vec![Sample::of("duty_shifts", &page)]
}
