//! The book of a day: the days of a month, one day, its print.

mod paper;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use db::Tx;
use jiff::civil::Date;
use kernel::{Ctx, Permission};
use people::Unit;
use serde::Deserialize;
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, Sample, form_page, page, redirect};

pub use self::paper::paper;
pub(super) use self::paper::{docx, print};
use super::{Asked, day_of, print::Print};
use crate::{
    book::{self, Count, LINES, Line, Part},
    listing::names,
    place,
    remark::{self, Kind, Remark},
    roster,
    rules::{day_words, weekday},
    seal::{self, Finding, Seal},
};

/// A day in the list.
struct DayLine {
    day: Date,
    weekday: &'static str,
    words: String,
    count: i64,
    sealed: bool,
}

#[derive(Template)]
#[template(path = "duty/days.html")]
struct Days {
    frame: Frame,
    form: Form,
    units: Options,
    unit: String,
    unit_name: String,
    title: String,
    before: String,
    after: String,
    days: Vec<DayLine>,
}

/// The unit whose book is asked for: within the own subtree, for a book is no notice board.
fn unit_of(tx: &mut Tx, ctx: &Ctx, code: &str) -> Result<Unit> {
    let own = place::path(ctx);
    let units = people::units(tx)?;
    let found =
        units.into_iter().find(|unit| if code.is_empty() { unit.path == own } else { unit.code == code });
    found.filter(|unit| unit.path.starts_with(&own)).ok_or(Problem::NotFound)
}

fn units_of(tx: &mut Tx, ctx: &Ctx) -> Result<Options> {
    let own = place::path(ctx);
    let mut units = people::units(tx)?;
    units.retain(|unit| unit.path.starts_with(&own));
    Ok(units.into_iter().map(|unit| (unit.code, unit.name)).collect())
}

pub(super) async fn days(
    State(app): State<App>,
    Context(ctx): Context,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (first, last) = asked.days(&ctx);
    let by = ctx.clone();
    let (unit, units, counts, sealed) = app
        .db
        .read(move |tx| {
            let unit = unit_of(tx, &by, &asked.unit)?;
            let counts = book::per_day(tx, &by, first, last, &unit.path)?;
            Ok::<_, Problem>((unit, units_of(tx, &by)?, counts, seal::days(tx, first, last)?))
        })
        .await?;
    let calendar = &law::Law::in_use().calendar;
    let line = |day: Date| DayLine {
        day,
        weekday: weekday(day),
        words: day_words(calendar, day),
        count: counts.get(&day).copied().unwrap_or(0),
        sealed: sealed.contains(&day),
    };
    let mut days: Vec<DayLine> = roster::days(first, last.min(ctx.today())).map(line).collect();
    days.reverse();
    let (before, after) = super::months(first);
    page(&Days {
        frame: Frame::new(&app, &ctx, "申诉举报日记", "/day-log"),
        form: Form::filled([("unit", unit.code.clone()), ("month", first.strftime("%Y-%m").to_string())]),
        units,
        title: format!("{} 年 {} 月", first.year(), first.month()),
        before,
        after,
        days,
        unit: unit.code,
        unit_name: unit.name,
    })
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    unit: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    verify: String,
}

#[derive(Template)]
#[template(path = "duty/book.html")]
struct Book {
    frame: Frame,
    form: Form,
    unit: String,
    unit_name: String,
    day: Date,
    weekday: &'static str,
    words: String,
    duty: Vec<String>,
    counts: Vec<Count>,
    lines: Vec<Line>,
    next: Option<String>,
    remarks: Vec<Remark>,
    seal: Option<Seal>,
    finding: Option<Finding>,
    kinds: Options,
    writes: bool,
}

/// What a book shows of the database.
struct Seen {
    unit: Unit,
    duty: Vec<String>,
    counts: Vec<Count>,
    lines: Vec<Line>,
    next: Option<String>,
    remarks: Vec<Remark>,
    seal: Option<Seal>,
    finding: Option<Finding>,
}

fn duty_of(tx: &mut Tx, unit: &Unit, day: Date) -> Result<Vec<String>> {
    let Some(day) = roster::of_unit(tx, unit, day, day)?.pop() else { return Ok(Vec::new()) };
    let words = |cell: &roster::Cell| {
        let lead = if cell.leaders.is_empty() {
            String::new()
        } else {
            format!("（带班 {}）", names(&cell.leaders))
        };
        let who = if cell.officers.is_empty() { "没有排班".to_owned() } else { names(&cell.officers) };
        format!("{} {who}{lead}", cell.shift.name)
    };
    Ok(day.cells.iter().map(words).collect())
}

fn seen(tx: &mut Tx, ctx: &Ctx, day: Date, wish: &Wish, size: usize) -> Result<Seen> {
    let unit = unit_of(tx, ctx, &wish.unit)?;
    let after = wish.after.parse().ok();
    let (lines, next) = book::lines(tx, ctx, day, &unit.path, size, after.as_ref())?;
    let finding = if wish.verify.is_empty() { None } else { Some(seal::verify(tx, ctx.keyring(), day)?) };
    Ok(Seen {
        duty: duty_of(tx, &unit, day)?,
        counts: book::counts(tx, ctx, day, &unit.path)?,
        remarks: remark::list(tx, ctx, day, &unit.path)?,
        seal: seal::of(tx, day)?,
        finding,
        lines,
        next: next.map(|next| next.to_string()),
        unit,
    })
}

fn kinds() -> Options {
    Kind::ALL.iter().map(|kind| (kind.code().to_owned(), kind.label().to_owned())).collect()
}

async fn answer(app: &App, ctx: &Ctx, day: Date, wish: Wish, form: Form, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let seen = app.db.read(move |tx| seen(tx, &by, day, &wish, LINES)).await?;
    let frame = Frame::new(app, ctx, format!("{day} 申诉举报日记"), "/day-log").flash(flash.0);
    let writes = ctx.may(Permission::StandDuty).is_ok();
    form_page(&form.clone(), &book_page(frame, form, day, seen, writes))
}

fn book_page(frame: Frame, form: Form, day: Date, seen: Seen, writes: bool) -> Book {
    Book {
        frame,
        form: form.with("unit", seen.unit.code.clone()),
        unit: seen.unit.code,
        unit_name: seen.unit.name,
        day,
        weekday: weekday(day),
        words: day_words(&law::Law::in_use().calendar, day),
        duty: seen.duty,
        counts: seen.counts,
        lines: seen.lines,
        next: seen.next,
        remarks: seen.remarks,
        seal: seen.seal,
        finding: seen.finding,
        kinds: kinds(),
        writes,
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(key): Path<String>,
    Query(wish): Query<Wish>,
    flash: Flash,
) -> Result<Response> {
    let form = Form::filled([("kind", "remark".to_owned())]);
    answer(&app, &ctx, day_of(&key)?, wish, form, flash).await
}

pub(super) async fn write(
    State(app): State<App>,
    Context(ctx): Context,
    Path(key): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let (day, words) = (day_of(&key)?, form.text("words", 1_000));
    let kind = Kind::from_code(form.value("kind"));
    if kind.is_none() {
        form.error("kind", "请选择备注还是更正");
    }
    let unit = form.value("unit").to_owned();
    if let (Some(kind), false) = (kind, form.has_errors()) {
        let by = ctx.clone();
        match app.db.write(move |tx| remark::write(tx, &by, day, kind, &words)).await {
            Ok(_) => {
                let query = web::query_of(&[("unit", &unit)]);
                return Ok(redirect(&format!("/day-log/{day}?{query}"), "已登记，原有各行不变"));
            }
            Err(problem) => form.absorb(problem)?,
        }
    }
    answer(&app, &ctx, day, Wish { unit, ..Wish::default() }, form, Flash::default()).await
}

fn sample(lines: bool) -> Seen {
    let line = |later| Line {
        at: "09:30".into(),
        number: "TS-2301-2026-00012".into(),
        kind: "投诉",
        title: "牛奶变质".into(),
        part: Part::Intake,
        what: "登记".into(),
        who: "张伟（中山所 承办人）".into(),
        unit: "中山所".into(),
        later,
    };
    let day = Date::constant(2026, 9, 23);
    let seal = Seal {
        day,
        at: jiff::Timestamp::UNIX_EPOCH,
        rows: 12,
        digest: "00ff".into(),
        before: String::new(),
        heads: journal::Heads::new(),
    };
    let remark = |holds| Remark {
        id: kernel::Id::from_uuid(Default::default()),
        kind: Kind::Correction,
        unit: "中山所".into(),
        words: "第 3 行的登记应为上午".into(),
        by: "张伟".into(),
        at: jiff::Timestamp::UNIX_EPOCH,
        holds,
    };
    let finding = Finding {
        day,
        seal: Some(seal.clone()),
        faults: vec!["摘要与封存时不一致".into()],
        rows: 11,
        later: 1,
    };
    Seen {
        unit: Unit {
            id: kernel::UnitId::from_uuid(Default::default()),
            parent: None,
            code: "2301".into(),
            name: "中山所".into(),
            kind: "office".into(),
            path: "/001/".into(),
        },
        duty: vec!["白班 张伟（带班 李敏）".into()],
        counts: vec![Count { unit: "中山所".into(), intake: 2, acts: 1, notices: 1 }],
        lines: if lines { vec![line(false), line(true)] } else { Vec::new() },
        next: lines.then(|| "x1".to_owned()),
        remarks: if lines { vec![remark(true), remark(false)] } else { Vec::new() },
        seal: lines.then_some(seal),
        finding: lines.then_some(finding),
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let day = Date::constant(2026, 9, 23);
    let line = |count, sealed| DayLine { day, weekday: "周三", words: "工作日".into(), count, sealed };
    let days = Days {
        frame: Frame::bare(),
        form: Form::default(),
        units: vec![("2301".into(), "中山所".into())],
        unit: "2301".into(),
        unit_name: "中山所".into(),
        title: "2026 年 9 月".into(),
        before: "2026-08".into(),
        after: "2026-10".into(),
        days: vec![line(12, true), line(0, false)],
    };
    let book = |lines| book_page(Frame::bare(), Form::default(), day, sample(lines), true);
    let paper = paper::of("南岗分局", day, &sample(true), "2026-09-24 09:00");
    let print = Print::of("申诉举报日记".to_owned(), "/day-log".to_owned(), "返回日记", paper);
    vec![
        Sample::of("day_log", &days),
        Sample::of("day_log_day", &book(true)),
        Sample::of("day_log_day_empty", &book(false)),
        Sample::of("day_log_print", &print),
    ]
}
