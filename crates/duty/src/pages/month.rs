//! The roster of a month, who is on duty now, what is lacking, how often everybody stood.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use db::Tx;
use jiff::civil::Date;
use kernel::{Ctx, Permission};
use people::Unit;
use web::{App, Context, Flash, Form, Frame, Html, Options, Result, Sample, export_link, page};

use super::Asked;
use crate::{
    place,
    roster::{self, Count, Day, Gap},
    rules::{Class, Days, Hours, Part},
    shift::{Shift, ShiftId},
    turn::{Turn, TurnId},
};

#[derive(Template)]
#[template(path = "duty/month.html")]
struct Month {
    frame: Frame,
    form: Form,
    units: Options,
    unit: String,
    unit_name: String,
    title: String,
    month: String,
    before: String,
    after: String,
    now: Vec<String>,
    gaps: Vec<Gap>,
    days: Vec<Day>,
    counts: Vec<Count>,
    since: Date,
    export: Html,
    /// Whether the actor stands duty.
    stands: bool,
    today: Date,
    keeps: bool,
}

impl Month {
    /// Whether the month has no shift at all.
    fn is_bare(&self) -> bool {
        self.days.iter().all(|day| day.cells.is_empty())
    }
}

/// What the page shows of the database.
struct Seen {
    unit: Unit,
    units: Options,
    now: Vec<String>,
    gaps: Vec<Gap>,
    days: Vec<Day>,
    counts: Vec<Count>,
}

fn seen(tx: &mut Tx, ctx: &Ctx, asked: &Asked) -> Result<Seen> {
    let unit = place::find(tx, ctx, &asked.unit)?;
    let (first, last) = asked.days(ctx);
    let gaps = if place::keeps(ctx, &unit) { roster::gaps(tx, &unit.path, ctx.today())? } else { Vec::new() };
    let now = roster::now_below(tx, ctx)?.iter().map(roster::Now::words).collect();
    let days = roster::of_unit(tx, &unit, first, last)?;
    let counts = roster::counts(tx, &unit, year_of(last), last)?;
    Ok(Seen { units: super::choices(tx, ctx, &unit)?, unit, now, gaps, days, counts })
}

/// From when on turns are counted: the first of January.
fn year_of(day: Date) -> Date {
    Date::new(day.year(), 1, 1).unwrap_or(day)
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> Result<Response> {
    let (by, wish) = (ctx.clone(), asked.clone());
    let seen = app.db.read(move |tx| seen(tx, &by, &wish)).await?;
    let frame = Frame::new(&app, &ctx, "值班表", "/duty").flash(flash.0);
    page(&month_page(frame, &ctx, &asked, seen))
}

fn month_page(frame: Frame, ctx: &Ctx, asked: &Asked, seen: Seen) -> Month {
    let (first, last) = asked.days(ctx);
    let (before, after) = super::months(first);
    let month = first.strftime("%Y-%m").to_string();
    let Seen { unit, units, now, gaps, days, counts } = seen;
    Month {
        frame,
        form: Form::filled([("unit", unit.code.clone()), ("month", month.clone())]),
        units,
        title: format!("{} 年 {} 月", first.year(), first.month()),
        month,
        before,
        after,
        now,
        gaps,
        days,
        counts,
        since: year_of(last),
        export: export_link(ctx, "duty", &format!("unit={}&from={first}&to={last}", unit.code)),
        stands: ctx.may(Permission::StandDuty).is_ok(),
        today: ctx.today(),
        keeps: place::keeps(ctx, &unit),
        unit: unit.code,
        unit_name: unit.name,
    }
}

/// A day for samples.
pub(crate) fn sample_day() -> Day {
    let day = Date::constant(2026, 10, 1);
    let shift = Shift {
        id: ShiftId::from_uuid(Default::default()),
        unit: kernel::UnitId::from_uuid(Default::default()),
        unit_path: "/001/".into(),
        name: "节假日班".into(),
        days: Days::Free,
        hours: Hours { begins: 510, ends: 1050 },
        officers: 2,
        led: true,
        approval: true,
        from: day,
        to: None,
    };
    let turn = |name: &str, part: Part, away: bool| Turn {
        id: TurnId::from_uuid(Default::default()),
        shift: shift.id,
        unit_path: "/001/".into(),
        day,
        officer: kernel::OfficerId::from_uuid(Default::default()),
        name: name.into(),
        part,
        away,
        version: 1,
    };
    let cell = roster::Cell {
        officers: vec![turn("张伟", Part::Officer, false), turn("王强", Part::Officer, true)],
        leaders: vec![turn("李敏", Part::Leader, false)],
        lacks: "缺值班人员 1 名".into(),
        shift,
    };
    Day { day, class: Class::Holiday, words: "国庆节".into(), cells: vec![cell] }
}

pub(super) fn samples() -> Vec<Sample> {
    let gap = Gap {
        day: Date::constant(2026, 10, 1),
        unit: "2301".into(),
        unit_name: "中山所".into(),
        shift: "节假日班".into(),
        lacks: "缺带班领导".into(),
    };
    let count = Count {
        officer: kernel::OfficerId::from_uuid(Default::default()),
        name: "张伟".into(),
        worked: 3,
        weekend: 1,
        holiday: 1,
    };
    let month = |days: Vec<Day>, gaps: Vec<Gap>, counts: Vec<Count>| Month {
        frame: Frame::bare(),
        form: Form::default(),
        units: vec![("2301".into(), "中山所".into())],
        unit: "2301".into(),
        unit_name: "中山所".into(),
        title: "2026 年 10 月".into(),
        month: "2026-10".into(),
        before: "2026-09".into(),
        after: "2026-11".into(),
        now: if days.is_empty() {
            Vec::new()
        } else {
            vec!["中山所白班 张伟（带班 李敏）".into()]
        },
        gaps,
        days,
        counts,
        since: Date::constant(2026, 1, 1),
        export: Html::default(),
        stands: true,
        today: Date::constant(2026, 9, 23),
        keeps: true,
    };
    vec![
        Sample::of("duty", &month(vec![sample_day()], vec![gap], vec![count])),
        Sample::of("duty_empty", &month(Vec::new(), Vec::new(), Vec::new())),
    ]
}
