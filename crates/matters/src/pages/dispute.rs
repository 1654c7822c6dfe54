//! 管辖争议: opened by a unit's head, answered by the other's, decided by the common superior.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use jiff::civil::Date;
use kernel::{Actor, Ctx, UnitId};
use web::{
    App, Context, Flash, Form, Frame, Html, Options, Problem, Result, Sample, form_page, page, redirect,
};

use super::step::{Desk, Step, Words};
use crate::{
    clocks,
    dispute::{self, Dispute, DisputeId, Part, Stand},
    matter,
};

const OPEN: Words = Words {
    title: "提出管辖争议",
    lead: "双方自发生争议之日起七个工作日内协商，协商不成的由共同的上级指定（令第121号 第三十三条）。本件的其他期限照常计算，指定之前仍由现办单位办理。",
    button: "提出",
};

fn open_fields(form: &Form, units: &Options) -> Vec<Html> {
    vec![
        form.select("other", "认为由谁处理", "", units),
        form.area("words", "理由和依据", "例如：经营地址在学府路，属学府所辖区", 3),
    ]
}

async fn units(app: &App) -> Result<Options> {
    let list = app.db.read(people::units).await?;
    let offered = list.iter().filter(|unit| unit.kind != "station");
    Ok(offered.map(|unit| (unit.id.to_string(), unit.name.clone())).collect())
}

pub(super) async fn ask(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: "dispute" };
    desk.matter().await?;
    let form = Form::default();
    let fields = open_fields(&form, &units(&app).await?);
    desk.page(form, &OPEN, fields)
}

pub(super) async fn open(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let (other, words): (Option<UnitId>, _) = (form.id("other"), form.text("words", 1000));
    let (by, seen) = (ctx.clone(), number.clone());
    let opened = app.db.write(move |tx| {
        let found = matter::lock(tx, &by, &seen, None)?;
        let none = || kernel::Refusal::new("dispute_unit", "请选择认为有权处理的单位").at("other");
        dispute::open(tx, &by, &found, other.ok_or_else(none)?, &words)
    });
    let opened = opened.await;
    let units = units(&app).await?;
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: "dispute" };
    desk.answer(opened, "已提出管辖争议", form, &OPEN, |form| open_fields(form, &units))
}

#[derive(Template)]
#[template(path = "matters/disputes.html")]
struct List {
    frame: Frame,
    disputes: Vec<Dispute>,
}

pub(super) async fn list(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let disputes = app.db.read(move |tx| dispute::all(tx, &by)).await?;
    page(&List { frame: Frame::new(&app, &ctx, "管辖争议", "/work").flash(flash.0), disputes })
}

#[derive(Template)]
#[template(path = "matters/dispute.html")]
struct Show {
    frame: Frame,
    form: Form,
    dispute: Dispute,
    part: Part,
    due: Option<Date>,
    reachable: bool,
    units: Options,
}

async fn dispute_page(app: App, ctx: Ctx, id: DisputeId, form: Form, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let (dispute, due, reachable) = app
        .db
        .read(move |tx| {
            let found = dispute::find(tx, &by, id)?;
            let of = matter::by_id(tx, &by.by(Actor::System("spine")), found.matter)?;
            let clocks = clocks::of(tx, &of, by.today())?;
            let due = clocks.iter().rev().find(|clock| clock.key == clocks::DISPUTE);
            let reachable = matter::by_id(tx, &by, found.matter).is_ok();
            Ok::<_, Problem>((found, due.map(|clock| clock.explanation.due), reachable))
        })
        .await?;
    let both = [&dispute.unit, &dispute.other];
    let units = both.iter().map(|(id, name, _)| (id.to_string(), name.clone())).collect();
    let frame = Frame::new(&app, &ctx, "管辖争议", "/work").flash(flash.0);
    let part = dispute.part(&ctx);
    form_page(&form.clone(), &Show { frame, form, dispute, part, due, reachable, units })
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<DisputeId>,
    flash: Flash,
) -> Result<Response> {
    dispute_page(app, ctx, id, Form::default(), flash).await
}

pub(super) async fn answer(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<DisputeId>,
    mut form: Form,
) -> Result<Response> {
    let (takes, words) = (form.value("takes") == "yes", form.text("words", 1000));
    if !["yes", "no"].contains(&form.value("takes")) {
        form.error("takes", "请选择是否同意处理");
    }
    let by = ctx.clone();
    let done = if form.has_errors() {
        Ok(())
    } else {
        app.db.write(move |tx| dispute::answer(tx, &by, id, takes, &words)).await
    };
    told(app, ctx, id, form, done, "已答复").await
}

pub(super) async fn rule(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<DisputeId>,
    mut form: Form,
) -> Result<Response> {
    let (unit, words): (Option<UnitId>, _) = (form.id("unit"), form.text("words", 1000));
    if unit.is_none() {
        form.error("unit", "请选择由谁处理");
    }
    let by = ctx.clone();
    let done = match unit {
        Some(unit) if !form.has_errors() => {
            app.db.write(move |tx| dispute::rule(tx, &by, id, unit, &words)).await
        }
        _ => Ok(()),
    };
    told(app, ctx, id, form, done, "已指定").await
}

pub(super) async fn withdraw(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<DisputeId>,
) -> Result<Response> {
    let by = ctx.clone();
    let done = app.db.write(move |tx| dispute::withdraw(tx, &by, id)).await;
    told(app, ctx, id, Form::default(), done, "已撤回").await
}

async fn told(
    app: App,
    ctx: Ctx,
    id: DisputeId,
    mut form: Form,
    done: Result<()>,
    words: &str,
) -> Result<Response> {
    if let Err(problem) = done {
        form.absorb(problem)?;
    }
    if form.has_errors() {
        return dispute_page(app, ctx, id, form, Flash::default()).await;
    }
    Ok(redirect(&format!("/disputes/{id}"), words))
}

pub(super) fn samples() -> Vec<Sample> {
    let unit = |name: &str| (kernel::Id::from_uuid(Default::default()), name.to_owned(), "/001/".to_owned());
    let dispute = Dispute {
        id: kernel::Id::from_uuid(Default::default()),
        matter: kernel::Id::from_uuid(Default::default()),
        number: "TS-1".into(),
        title: "好再来超市 乳制品 变质".into(),
        place: "学府路".into(),
        trader: "好再来超市".into(),
        unit: unit("中山所"),
        other: unit("学府所"),
        reason: "经营地址在学府路".into(),
        opened_on: Date::constant(2026, 9, 23),
        stand: Stand::Refused,
        answer: "登记地址在中山路".into(),
        ruling: String::new(),
    };
    let form = Form::default();
    let units: Options = vec![("1".into(), "中山所".into()), ("2".into(), "学府所".into())];
    let show = Show {
        frame: Frame::bare(),
        form: form.clone(),
        dispute: dispute.clone(),
        part: Part { own: true, other: true, above: true },
        due: Some(Date::constant(2026, 10, 10)),
        reachable: true,
        units: units.clone(),
    };
    vec![
        Sample::of("dispute_open", &Step::sample(form.clone(), open_fields(&form, &units), &OPEN)),
        Sample::of("dispute", &show),
        Sample::of("disputes", &List { frame: Frame::bare(), disputes: vec![dispute] }),
        Sample::of("disputes_empty", &List { frame: Frame::bare(), disputes: Vec::new() }),
    ]
}
