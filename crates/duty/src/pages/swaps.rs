//! Exchanges: asking for one, the list, the words of the other and of the head.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use jiff::civil::Date;
use kernel::Ctx;
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, Sample, form_page, page, redirect};

use crate::{
    procedure::{Act, State as Stand},
    rules::weekday,
    swap::{self, Swap, SwapId},
    turn::{Turn, TurnId, of_officer},
};

/// One exchange with what the actor may do.
struct Line {
    swap: Swap,
    acts: Vec<(&'static str, &'static str)>,
}

/// A turn of the actor.
struct Own {
    id: String,
    day: Date,
    weekday: &'static str,
    part: &'static str,
}

#[derive(Template)]
#[template(path = "duty/swaps.html")]
struct Swaps {
    frame: Frame,
    own: Vec<Own>,
    lines: Vec<Line>,
}

fn line(ctx: &Ctx, swap: Swap) -> Line {
    let acts = swap.acts(ctx).into_iter().map(|act| (end(act), act.label())).collect();
    Line { swap, acts }
}

/// The end of the address of an act.
const fn end(act: Act) -> &'static str {
    match act {
        Act::Agree => "agreement",
        Act::Refuse => "refusal",
        Act::Withdraw => "withdrawal",
        Act::Approve => "approval",
        Act::Reject => "rejection",
        Act::Carry => "",
    }
}

fn own(turn: &Turn) -> Own {
    Own { id: turn.id.to_string(), day: turn.day, weekday: weekday(turn.day), part: turn.part.label() }
}

pub(super) async fn list(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let (swaps, turns) = app
        .db
        .read(move |tx| {
            let turns = of_officer(tx, by.officer()?.id, by.today())?;
            Ok::<_, Problem>((swap::list(tx, &by)?, turns))
        })
        .await?;
    page(&Swaps {
        frame: Frame::new(&app, &ctx, "换班", "/duty").flash(flash.0),
        own: turns.iter().take(60).map(own).collect(),
        lines: swaps.into_iter().map(|swap| line(&ctx, swap)).collect(),
    })
}

#[derive(Template)]
#[template(path = "duty/ask.html")]
struct Ask {
    frame: Frame,
    form: Form,
    id: String,
    what: String,
    with: Options,
    approval: bool,
}

async fn answer(app: &App, ctx: &Ctx, id: TurnId, form: Form) -> Result<Response> {
    let by = ctx.clone();
    let (turn, shift, with) = app
        .db
        .read(move |tx| {
            let (turn, shift) = swap::own(tx, &by, id)?;
            let with = swap::partners(tx, &by, &turn, &shift)?;
            Ok::<_, Problem>((turn, shift, with))
        })
        .await?;
    let page = Ask {
        frame: Frame::new(app, ctx, "换班", "/duty"),
        form: form.clone(),
        id: id.to_string(),
        what: format!("{} {} {}", turn.day, weekday(turn.day), shift.name),
        with,
        approval: shift.approval,
    };
    form_page(&form, &page)
}

pub(super) async fn ask(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TurnId>,
) -> Result<Response> {
    answer(&app, &ctx, id, Form::default()).await
}

pub(super) async fn store(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TurnId>,
    mut form: Form,
) -> Result<Response> {
    let (with, reason) = (form.value("with").to_owned(), form.text("reason", 200));
    if !form.has_errors() {
        let by = ctx.clone();
        match app.db.write(move |tx| swap::ask(tx, &by, id, &with, &reason)).await {
            Ok(_) => return Ok(redirect("/duty/swaps", "已提出换班，等对方答复")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    answer(&app, &ctx, id, form).await
}

async fn perform(app: &App, ctx: Ctx, id: SwapId, act: Act) -> Result<Response> {
    let swap = app.db.write(move |tx| swap::perform(tx, &ctx, id, act)).await?;
    Ok(redirect("/duty/swaps", &format!("{} {}：{}", swap.day, swap.shift, swap.state.label())))
}

macro_rules! acts {
    ($($name:ident => $act:ident;)*) => {
        $(pub(super) async fn $name(State(app): State<App>, Context(ctx): Context, Path(id): Path<SwapId>) -> Result<Response> {
            perform(&app, ctx, id, Act::$act).await
        })*
    };
}

acts! {
    agree => Agree;
    refuse => Refuse;
    withdraw => Withdraw;
    approve => Approve;
    reject => Reject;
}

pub(super) fn samples() -> Vec<Sample> {
    let swap = Swap {
        id: SwapId::from_uuid(Default::default()),
        turn: TurnId::from_uuid(Default::default()),
        other: None,
        unit_path: "/001/".into(),
        from: kernel::Id::from_uuid(Default::default()),
        from_name: "张伟".into(),
        to: kernel::Id::from_uuid(Default::default()),
        to_name: "王强".into(),
        shift: "节假日班".into(),
        day: Date::constant(2026, 10, 1),
        other_day: Some(Date::constant(2026, 10, 3)),
        reason: "家中有事".into(),
        state: Stand::Asked,
        asked: jiff::Timestamp::UNIX_EPOCH,
        version: 1,
    };
    let turn = Own { id: "1".into(), day: Date::constant(2026, 10, 1), weekday: "周四", part: "值班" };
    let acts = vec![("agreement", "同意换班"), ("refusal", "不同意")];
    let list = |own, lines| Swaps { frame: Frame::bare(), own, lines };
    let ask = Ask {
        frame: Frame::bare(),
        form: Form::default(),
        id: "1".into(),
        what: "2026-10-01 周四 节假日班".into(),
        with: vec![("1|".into(), "由 王强 代班".into())],
        approval: true,
    };
    vec![
        Sample::of("duty_swaps", &list(vec![turn], vec![Line { swap, acts }])),
        Sample::of("duty_swaps_empty", &list(Vec::new(), Vec::new())),
        Sample::of("duty_swap", &ask),
    ]
}
