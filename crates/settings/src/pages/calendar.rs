//! The calendar: a year's notice and the office's own days, looked at before they are put in force.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use db::Tx;
use kernel::Ctx;
use law::{Calendar, Law, Notice};
use serde::Deserialize;
use web::{App, Context, Flash, Form, Frame, Problem, Result, Sample, form_page, redirect};

use super::{
    months::{Month, changes, months},
    moved::Moved,
    text_of,
};
use crate::{
    Edition, EditionId, Kind, NewEdition, State as Stage,
    edition::{self, by_id},
    in_use,
};

/// An edition in the list.
pub(super) struct Line {
    pub id: String,
    pub title: String,
    pub source: String,
    pub made: String,
    pub state: &'static str,
    pub colour: &'static str,
    pub moved: i64,
}

impl Line {
    pub fn of(edition: &Edition) -> Self {
        let moved = edition.moved;
        Self {
            id: edition.id.to_string(),
            title: edition.title(),
            source: edition.source.clone(),
            made: made(edition),
            state: edition.state.label(),
            colour: colour(edition.state),
            moved,
        }
    }
}

/// Who made it and when, who decided and when.
pub(super) fn made(edition: &Edition) -> String {
    let mut words = format!("{} {}", kernel::office_minute(edition.made_at), edition.made_name);
    if let Some(at) = edition.decided_at {
        let verb = edition.state.label();
        words.push_str(&format!("；{} {} {verb}", kernel::office_minute(at), edition.decided_name));
    }
    words
}

pub(super) const fn colour(state: Stage) -> &'static str {
    match state {
        Stage::Draft | Stage::Proposed => "soon",
        Stage::Active => "ok",
        Stage::Rejected => "late",
        Stage::Dropped => "done",
    }
}

#[derive(Template)]
#[template(path = "settings/calendar.html")]
struct Year {
    frame: Frame,
    form: Form,
    year: i16,
    known: bool,
    first: i16,
    last: i16,
    years: Vec<(i16, bool)>,
    source: Option<String>,
    months: Vec<Month>,
    editions: Vec<Line>,
}

#[derive(Template)]
#[template(path = "settings/calendar_preview.html")]
struct Preview {
    frame: Frame,
    form: Form,
    id: String,
    title: String,
    made: String,
    source: String,
    state: &'static str,
    colour: &'static str,
    is_draft: bool,
    year: i16,
    doubts: Vec<String>,
    changes: Vec<String>,
    months: Vec<Month>,
    moved: Moved,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    year: Option<i16>,
}

fn year_page(app: &App, ctx: &Ctx, year: i16, form: Form, rows: &[Edition], flash: Flash) -> Year {
    let calendar = &Law::in_use().calendar;
    let known: Vec<i16> = calendar.years().collect();
    let this = ctx.today().year();
    Year {
        frame: Frame::new(app, ctx, "放假安排", "/settings").flash(flash.0),
        form,
        year,
        known: known.contains(&year),
        first: known.first().copied().unwrap_or(this),
        last: known.last().copied().unwrap_or(this),
        years: (this - 2..=this + 2).map(|one| (one, known.contains(&one))).collect(),
        source: calendar.source(year).map(str::to_owned),
        months: months(calendar, None, year),
        editions: rows.iter().map(Line::of).collect(),
    }
}

fn all(tx: &mut Tx) -> Result<Vec<Edition>> {
    let mut rows = edition::of_kind(tx, Kind::Calendar)?;
    rows.extend(edition::of_kind(tx, Kind::Closed)?);
    rows.sort_by_key(|row| std::cmp::Reverse(row.made_at));
    Ok(rows)
}

async fn page_of(app: &App, ctx: &Ctx, year: i16, mut form: Form, flash: Flash) -> Result<Response> {
    let rows = app.db.read(all).await?;
    if !form.has_errors() {
        let closed = Law::in_use().calendar.closed(year);
        let lines: Vec<String> = closed.iter().map(|day| format!("{} {} 放假", day.date, day.name)).collect();
        form = Form::filled([("year", year.to_string()), ("closed", lines.join("\n"))]);
    }
    form_page(&form.clone(), &year_page(app, ctx, year, form, &rows, flash))
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> Result<Response> {
    let known = Law::in_use().calendar.years().last().unwrap_or_default();
    // The next year to be put in, or the last that is known.
    let next = if known < ctx.today().year() + 1 { ctx.today().year() + 1 } else { known };
    let year = asked.year.filter(|year| (2000..=2100).contains(year)).unwrap_or(next);
    page_of(&app, &ctx, year, Form::default(), flash).await
}

fn year_of(form: &mut Form, name: &str) -> i16 {
    let year = form.number(name).and_then(|year| i16::try_from(year).ok());
    let year = year.filter(|year| (2000..=2100).contains(year));
    if year.is_none() {
        form.error(name, "请填写年份，例如 2027");
    }
    year.unwrap_or_default()
}

pub(super) async fn upload(
    State(app): State<App>,
    Context(ctx): Context,
    mut form: Form,
) -> Result<Response> {
    let year = year_of(&mut form, "year");
    let (text, source) = (text_of(&mut form), form.text("source", 200));
    let notice = Notice::read(&text, year).map_err(|error| form.error("text", error.to_string())).ok();
    if let Some(notice) = notice.filter(|_| !form.has_errors()) {
        let new = NewEdition {
            kind: Kind::Calendar,
            subject: year.to_string(),
            text: notice.to_json(),
            source,
            reason: String::new(),
        };
        let by = ctx.clone();
        let id = app.db.write(move |tx| edition::keep(tx, &by, &new)).await?;
        return Ok(redirect(&format!("/settings/calendar/{id}"), "已读入，请核对后启用"));
    }
    let year = if year == 0 { ctx.today().year() } else { year };
    page_of(&app, &ctx, year, form, Flash::default()).await
}

pub(super) async fn close(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    let year = year_of(&mut form, "closed_year");
    let (text, source) = (form.text("closed", 5_000), form.text("closed_source", 200));
    let notice = if text.is_empty() { Ok(Notice::default()) } else { Notice::read(&text, year) };
    let days = notice.map_err(|error| form.error("closed", error.to_string())).unwrap_or_default().days;
    if days.iter().any(|day| !day.off || day.date.year() != year) {
        form.error("closed", format!("这里只填 {year} 年的休息日"));
    }
    if !form.has_errors() {
        let text = serde_json::to_string(&days).unwrap_or_default();
        let new =
            NewEdition { kind: Kind::Closed, subject: year.to_string(), text, source, reason: String::new() };
        let by = ctx.clone();
        let id = app.db.write(move |tx| edition::keep(tx, &by, &new)).await?;
        return Ok(redirect(&format!("/settings/calendar/{id}"), "已读入，请核对后启用"));
    }
    page_of(&app, &ctx, if year == 0 { ctx.today().year() } else { year }, form, Flash::default()).await
}

pub(super) fn doubts(edition: &Edition, before: &Calendar) -> Vec<String> {
    let year = edition.subject.parse().unwrap_or_default();
    let mut doubts = match edition.kind {
        Kind::Calendar => Notice::read(&edition.text, year).map(|notice| notice.doubts()).unwrap_or_default(),
        _ => Vec::new(),
    };
    if edition.kind == Kind::Closed && !before.years().any(|known| known == year) {
        doubts.push(format!("{year} 年的放假安排还没有录入"));
    }
    doubts
}

fn load(tx: &mut Tx, ctx: &Ctx, id: EditionId) -> Result<Preview> {
    let edition = by_id(tx, id)?;
    if !matches!(edition.kind, Kind::Calendar | Kind::Closed) {
        return Err(Problem::NotFound);
    }
    let year = edition.subject.parse().unwrap_or_default();
    let before = &Law::in_use().calendar;
    let is_draft = edition.state == Stage::Draft;
    // What was decided is history: it is shown as it was put in, not compared with what came later.
    let law = in_use::with(tx, ctx.today(), &edition)?;
    let moved = if is_draft { Moved::look(tx, &law)? } else { Moved::default() };
    Ok(Preview {
        frame: Frame::bare(),
        form: Form::default(),
        id: id.to_string(),
        title: edition.title(),
        made: made(&edition),
        source: edition.source.clone(),
        state: edition.state.label(),
        colour: colour(edition.state),
        is_draft,
        year,
        doubts: doubts(&edition, before),
        changes: changes(before, &law.calendar, year),
        months: months(&law.calendar, Some(before), year),
        moved,
    })
}

async fn preview_page(app: &App, ctx: &Ctx, id: EditionId, form: Form, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let mut shown = app.db.read(move |tx| load(tx, &by, id)).await?;
    shown.frame = Frame::new(app, ctx, shown.title.clone(), "/settings").flash(flash.0);
    shown.form = form.clone();
    form_page(&form, &shown)
}

pub(super) async fn preview(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<EditionId>,
    flash: Flash,
) -> Result<Response> {
    preview_page(&app, &ctx, id, Form::default(), flash).await
}

pub(super) async fn activate(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<EditionId>,
    mut form: Form,
) -> Result<Response> {
    let (by, today) = (ctx.clone(), ctx.today());
    match app.db.write(move |tx| edition::activate(tx, &by, id, "")).await {
        Ok(edition) => {
            app.db.read(move |tx| in_use::follow(tx, today)).await?;
            let words = format!("已启用，{} 项期限将重新计算", edition.moved);
            Ok(redirect(&format!("/settings/calendar?year={}", edition.subject), &words))
        }
        Err(problem) => {
            form.absorb(problem)?;
            preview_page(&app, &ctx, id, form, Flash::default()).await
        }
    }
}

pub(super) async fn drop_draft(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<EditionId>,
) -> Result<Response> {
    app.db.write(move |tx| edition::drop_edition(tx, &ctx, id)).await?;
    Ok(redirect("/settings/calendar", "已放弃，没有改变任何期限"))
}

pub(super) fn samples() -> Vec<Sample> {
    let law = Law::shipped();
    let mut after = law.calendar.clone();
    if let Ok(notice) = Notice::read("2027-02-05 春节 放假", 2027) {
        after.apply(&notice, "x");
    }
    let line = Line {
        id: "1".into(),
        title: "2027 年放假安排".into(),
        source: "国办发明电".into(),
        made: "2026-11-26 09:00 张".into(),
        state: "已启用",
        colour: "ok",
        moved: 3,
    };
    let mut form = Form::filled([("year", "2027".to_owned())]);
    form.error("text", "第 2 行：“2027-02-31”不是日期");
    let year = Year {
        frame: Frame::bare(),
        form: form.clone(),
        year: 2027,
        known: false,
        first: 2004,
        last: 2026,
        years: vec![(2026, true), (2027, false)],
        source: Some("本单位录入的安排".into()),
        months: months(&law.calendar, None, 2027),
        editions: vec![line],
    };
    let preview = Preview {
        frame: Frame::bare(),
        form: Form::default(),
        id: "1".into(),
        title: "2027 年放假安排".into(),
        made: "张".into(),
        source: "国办发明电".into(),
        state: "待启用",
        colour: "soon",
        is_draft: true,
        year: 2027,
        doubts: vec!["没有国庆".into()],
        changes: changes(&law.calendar, &after, 2027),
        months: months(&after, Some(&law.calendar), 2027),
        moved: Moved::sample(),
    };
    vec![Sample::of("calendar", &year), Sample::of("calendar preview", &preview)]
}
