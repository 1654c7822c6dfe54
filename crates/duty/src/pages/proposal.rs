//! The proposal: shown first, taken as shown.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use jiff::civil::Date;
use kernel::Ctx;
use people::Unit;
use serde::Deserialize;
use web::{App, Context, Form, Frame, Result, Sample, form_page, redirect};

use crate::{
    place,
    proposal::{self, Line, Wish},
    roster::Count,
    rules::{Class, Part},
};

#[derive(Template)]
#[template(path = "duty/proposal.html")]
struct Page {
    frame: Frame,
    form: Form,
    unit: String,
    unit_name: String,
    /// `None` until days are asked for.
    lines: Option<Vec<Line>>,
    counts: Vec<Count>,
    nobody: usize,
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    unit: String,
    #[serde(default)]
    month: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    wide: String,
}

impl Asked {
    /// The form: as asked, else the rest of the month.
    fn form(&self, today: Date) -> Form {
        let month = format!("{}-01", self.month).parse::<Date>().unwrap_or(today).first_of_month();
        let (first, last) = (month.max(today), month.last_of_month().max(today));
        let or = |typed: &str, day: Date| if typed.is_empty() { day.to_string() } else { typed.to_owned() };
        Form::filled([
            ("unit", self.unit.clone()),
            ("from", or(&self.from, first)),
            ("to", or(&self.to, last)),
            ("wide", self.wide.clone()),
        ])
    }
}

fn wish(form: &mut Form) -> Option<Wish> {
    let (first, last) = (form.date("from"), form.date("to"));
    for (name, day) in [("from", first), ("to", last)] {
        if day.is_none() {
            form.error(name, "请填写日期");
        }
    }
    let unit = form.value("unit").to_owned();
    first.zip(last).map(|(first, last)| Wish { unit, first, last, wide: form.checked("wide") })
}

/// How often each would stand.
fn counted(lines: &[Line]) -> Vec<Count> {
    let calendar = &law::Law::in_use().calendar;
    let mut counts: Vec<Count> = Vec::new();
    for line in lines {
        let Some((officer, name)) = &line.who else { continue };
        let at = counts.iter().position(|count| count.officer == *officer).unwrap_or_else(|| {
            counts.push(Count { officer: *officer, name: name.clone(), worked: 0, weekend: 0, holiday: 0 });
            counts.len() - 1
        });
        match Class::of(calendar, line.day) {
            Class::Worked => counts[at].worked += 1,
            Class::Weekend => counts[at].weekend += 1,
            Class::Holiday => counts[at].holiday += 1,
        }
    }
    counts
}

async fn answer(app: &App, ctx: &Ctx, mut form: Form, draw: bool) -> Result<Response> {
    let code = form.value("unit").to_owned();
    let by = ctx.clone();
    let unit: Unit = app.db.read(move |tx| place::kept(tx, &by, &code)).await?;
    let mut lines = None;
    if draw && let Some(wish) = wish(&mut form) {
        let by = ctx.clone();
        match app.db.read(move |tx| proposal::draw(tx, &by, &wish)).await {
            Ok(drawn) => lines = Some(drawn),
            Err(problem) => form.absorb(problem)?,
        }
    }
    let mark = lines.as_deref().map(proposal::mark).unwrap_or_default();
    let page = Page {
        frame: Frame::new(app, ctx, "排班建议", "/duty"),
        form: form.clone().with("unit", unit.code.clone()).with("mark", mark),
        unit: unit.code,
        unit_name: unit.name,
        counts: lines.as_deref().map(counted).unwrap_or_default(),
        nobody: lines.iter().flatten().filter(|line| line.who.is_none()).count(),
        lines,
    };
    form_page(&form, &page)
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let draw = !asked.from.is_empty();
    answer(&app, &ctx, asked.form(ctx.today()), draw).await
}

pub(super) async fn take(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    let shown = form.value("mark").to_owned();
    if let Some(wish) = wish(&mut form) {
        let by = ctx.clone();
        let to = format!("/duty?unit={}&month={}", wish.unit, wish.first.strftime("%Y-%m"));
        match app.db.write(move |tx| proposal::take(tx, &by, &wish, &shown)).await {
            Ok(count) => return Ok(redirect(&to, &format!("已按建议排班 {count} 人次"))),
            Err(problem) => form.absorb(problem)?,
        }
    }
    answer(&app, &ctx, form, true).await
}

pub(super) fn samples() -> Vec<Sample> {
    let line = |who: Option<&str>| Line {
        day: Date::constant(2026, 10, 1),
        words: "国庆节".into(),
        shift: kernel::Id::from_uuid(Default::default()),
        shift_name: "节假日班".into(),
        part: Part::Officer,
        who: who.map(|name| (kernel::Id::from_uuid(Default::default()), name.to_owned())),
    };
    let page = |lines: Option<Vec<Line>>| Page {
        frame: Frame::bare(),
        form: Form::default(),
        unit: "2301".into(),
        unit_name: "中山所".into(),
        counts: lines.as_deref().map(counted).unwrap_or_default(),
        nobody: 1,
        lines,
    };
    vec![
        Sample::of("duty_proposal", &page(Some(vec![line(Some("张伟")), line(None)]))),
        Sample::of("duty_proposal_empty", &page(None)),
    ]
}
