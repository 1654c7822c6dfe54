//! Who settles first, and how well.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use jiff::civil::Date;
use kernel::{Ctx, Permission};
use serde::Deserialize;
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, Sample, form_page, page, redirect};

use crate::{
    body::{self, Body, BodyId, KINDS, NewBody},
    score::{self, Row, Score},
};

/// The period of the scoreboard.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Period {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

impl Period {
    /// As asked, else the year so far.
    fn days(&self, today: Date) -> (Date, Date) {
        let first = Date::new(today.year(), 1, 1).unwrap_or(today);
        (self.from.parse().unwrap_or(first), self.to.parse().unwrap_or(today))
    }
}

fn period_form((from, to): (Date, Date)) -> Form {
    Form::filled([("from", from.to_string()), ("to", to.to_string())])
}

#[derive(Template)]
#[template(path = "odr/board.html")]
struct Board {
    frame: Frame,
    form: Form,
    query: String,
    bodies: Vec<Body>,
    scores: Vec<Score>,
    may_join: bool,
}

pub(super) async fn board(
    State(app): State<App>,
    Context(ctx): Context,
    Query(period): Query<Period>,
    flash: Flash,
) -> Result<Response> {
    let days = period.days(ctx.today());
    let by = ctx.clone();
    let (bodies, rows) = app
        .db
        .read(move |tx| {
            Ok::<_, Problem>((body::list(tx, &by)?, score::rows(tx, &score::list(&by, Some(days), None))?))
        })
        .await?;
    page(&Board {
        frame: Frame::new(&app, &ctx, "先行和解", "/odr").flash(flash.0),
        form: period_form(days),
        query: format!("from={}&to={}", days.0, days.1),
        scores: score::board(&rows),
        bodies,
        may_join: ctx.may(Permission::Approve).is_ok(),
    })
}

#[derive(Template)]
#[template(path = "odr/body.html")]
struct One {
    frame: Frame,
    body: Body,
    form: Form,
    rows: Vec<Row>,
    may_leave: bool,
}

async fn one(
    app: App,
    ctx: Ctx,
    id: BodyId,
    days: (Date, Date),
    form: Form,
    flash: Flash,
) -> Result<Response> {
    let by = ctx.clone();
    let (body, rows) = app
        .db
        .read(move |tx| {
            let body = body::find(tx, &by, id)?;
            Ok::<_, Problem>((body, score::rows(tx, &score::list(&by, Some(days), Some(id)))?))
        })
        .await?;
    let may_leave = ctx.may(Permission::Approve).is_ok() && body.left_on.is_none();
    let frame = Frame::new(&app, &ctx, body.name.clone(), "/odr").flash(flash.0);
    form_page(&form.clone(), &One { frame, body, form, rows, may_leave })
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<BodyId>,
    Query(period): Query<Period>,
    flash: Flash,
) -> Result<Response> {
    let days = period.days(ctx.today());
    one(app, ctx, id, days, period_form(days), flash).await
}

pub(super) async fn leave(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<BodyId>,
    mut form: Form,
) -> Result<Response> {
    let (by, reason) = (ctx.clone(), form.text("reason", 200));
    match app.db.write(move |tx| body::leave(tx, &by, id, &reason)).await {
        Ok(()) => Ok(redirect("/odr", "已登记退出")),
        Err(problem) => {
            form.absorb(problem)?;
            let days = Period::default().days(ctx.today());
            one(app, ctx, id, days, form, Flash::default()).await
        }
    }
}

#[derive(Template)]
#[template(path = "odr/join.html")]
struct Join {
    frame: Frame,
    form: Form,
    kinds: Options,
}

fn kinds() -> Options {
    KINDS.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect()
}

fn join_page(app: &App, ctx: &Ctx, form: Form) -> Result<Response> {
    let frame = Frame::new(app, ctx, "登记先行和解单位", "/odr");
    form_page(&form.clone(), &Join { frame, form, kinds: kinds() })
}

pub(super) async fn ask(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    join_page(&app, &ctx, Form::default())
}

pub(super) async fn join(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    let new = NewBody {
        kind: form.text("kind", 20),
        name: form.text("name", 100),
        trader: form.text("trader", 100),
        field: form.text("field", 60),
        phone: form.text("phone", 40),
        paper: form.text("paper", 60),
    };
    if !form.has_errors() {
        let by = ctx.clone();
        match app.db.write(move |tx| body::join(tx, &by, &new)).await {
            Ok(id) => return Ok(redirect(&format!("/odr/bodies/{id}"), "已登记")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    join_page(&app, &ctx, form)
}

pub(super) fn samples() -> Vec<Sample> {
    let body = Body {
        id: BodyId::from_uuid(Default::default()),
        kind: "trader".into(),
        name: "好再来超市".into(),
        trader: None,
        field: String::new(),
        phone: "0451-12345678".into(),
        paper: "承诺〔2026〕3号".into(),
        joined_on: Date::constant(2026, 3, 15),
        left_on: None,
        left_reason: String::new(),
    };
    let row = Row {
        number: "HJ-2301-2026-00001".into(),
        title: "乳制品变质".into(),
        body: body.id,
        name: body.name.clone(),
        kind: "trader".into(),
        way: "settle".into(),
        from: Date::constant(2026, 9, 1),
        answered_on: Some(Date::constant(2026, 9, 4)),
        ended_on: Some(Date::constant(2026, 9, 5)),
        ended_as: Some("settled".into()),
        recovered: None,
        due: Some(Date::constant(2026, 9, 15)),
    };
    let board = Board {
        frame: Frame::bare(),
        form: Form::default(),
        query: String::new(),
        bodies: vec![body.clone()],
        scores: score::board(std::slice::from_ref(&row)),
        may_join: true,
    };
    let one = One { frame: Frame::bare(), body, form: Form::default(), rows: vec![row], may_leave: true };
    let join = Join { frame: Frame::bare(), form: Form::default(), kinds: kinds() };
    vec![Sample::of("odr", &board), Sample::of("odr_body", &one), Sample::of("odr_join", &join)]
}
