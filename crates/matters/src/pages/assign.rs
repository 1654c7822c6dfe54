//! 分派: who is here, with how much, and who is proposed; one press gives it.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use db::Tx;
use kernel::{Ctx, OfficerId, Refusal, UnitId};
use web::{App, Context, Form, Frame, Options, Problem, Result, Sample, form_page, redirect};

use super::work::target;
use crate::{
    assignment,
    jurisdiction::{self, Advised},
    load::{self, Load},
    matter,
};

#[derive(Template)]
#[template(path = "matters/assign.html")]
struct Assign {
    frame: Frame,
    form: Form,
    number: String,
    advised: Option<Advised>,
    /// Key and name of the proposal.
    proposed: Option<(String, String)>,
    loads: Vec<Load>,
    units: Options,
    chosen: String,
}

fn load(tx: &mut Tx, ctx: &Ctx, number: &str) -> Result<(Assign, i64)> {
    let found = matter::find(tx, ctx, number)?;
    let loads = load::loads(tx, ctx, found.kind, Some(&found))?;
    let advised = jurisdiction::latest(tx, &found)?;
    let path = ctx.officer()?.unit_path.clone();
    let units =
        people::units(tx)?.into_iter().filter(|unit| unit.path.starts_with(&path) && unit.kind != "station");
    let units: Vec<people::Unit> = units.collect();
    // The unit that jurisdiction points to, where it is below the actor; else the one that has the matter.
    let named = advised.as_ref().and_then(|advised| advised.unit.as_ref());
    let there = named.and_then(|(id, _)| units.iter().find(|unit| unit.id == *id));
    let place = there.map_or(found.unit_path.as_str(), |unit| unit.path.as_str());
    let proposed =
        load::proposal(&loads, place).map(|load| (load.key(), format!("{} {}", load.unit_name, load.name)));
    let shown = Assign {
        frame: Frame::bare(),
        form: Form::default(),
        number: found.number,
        advised,
        chosen: proposed.as_ref().map(|(key, _)| key.clone()).unwrap_or_default(),
        proposed,
        loads,
        units: units.into_iter().map(|unit| (unit.id.to_string(), unit.name)).collect(),
    };
    Ok((shown, found.version))
}

async fn assign_page(app: App, ctx: Ctx, number: String, form: Form) -> Result<Response> {
    let by = ctx.clone();
    let (mut shown, version) = app.db.read(move |tx| load(tx, &by, &number)).await?;
    shown.frame = Frame::new(&app, &ctx, "分派", "/matters");
    if !form.value("target").is_empty() {
        form.value("target").clone_into(&mut shown.chosen);
    }
    shown.form =
        if form.has_errors() { form.clone() } else { Form::filled([("_version", version.to_string())]) };
    form_page(&form, &shown)
}

pub(super) async fn ask(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    assign_page(app, ctx, number, Form::default()).await
}

/// Where to: an officer, or only a unit of the actor's.
fn place(
    tx: &mut Tx,
    ctx: &Ctx,
    found: &crate::Matter,
    chosen: &str,
    unit: Option<UnitId>,
) -> Result<(UnitId, Option<OfficerId>)> {
    if let Some(unit) = unit {
        let path = people::unit_by_id(tx, unit)?.path;
        if !path.starts_with(&ctx.officer()?.unit_path) {
            return Err(Problem::NotFound);
        }
        return Ok((unit, None));
    }
    let (unit, officer) = target(chosen)?;
    assignment::ahead(tx, found, unit, officer)?;
    let known = load::may_be_given(tx, ctx, found.kind, unit, officer)?;
    if known { Ok((unit, Some(officer))) } else { Err(Problem::NotFound) }
}

pub(super) async fn store(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let (chosen, unit): (String, Option<UnitId>) = (form.value("target").to_owned(), form.id("unit"));
    let (words, version) = (form.text("words", 200), form.number("_version"));
    let (by, seen) = (ctx.clone(), number.clone());
    let assigned = app.db.write(move |tx| {
        let mut found = matter::lock(tx, &by, &seen, version)?;
        if chosen.is_empty() && unit.is_none() {
            return Err(Refusal::new("assign_target", "请选择承办人或者单位").at("target").into());
        }
        let (unit, officer) = place(tx, &by, &found, &chosen, unit)?;
        assignment::assign(tx, &by, &mut found, unit, officer, &words)
    });
    match assigned.await {
        Ok(()) => Ok(redirect(&format!("/matters/{number}"), "已分派")),
        Err(problem) => {
            form.absorb(problem)?;
            assign_page(app, ctx, number, form).await
        }
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let load = |name: &str, open, away_until, recused| Load {
        officer: kernel::Id::from_uuid(Default::default()),
        name: name.into(),
        unit: kernel::Id::from_uuid(Default::default()),
        unit_name: "中山所".into(),
        unit_path: "/001/001/".into(),
        role: kernel::Role::Handler,
        open,
        today: 1,
        late: 2,
        away_until,
        recused,
    };
    let day = Some(jiff::civil::Date::constant(2026, 10, 10));
    let assign = Assign {
        frame: Frame::bare(),
        form: Form::default(),
        number: "TS-1".into(),
        advised: Some(Advised {
            whose: "被投诉人住所地".into(),
            article: "第十三条".into(),
            ..Advised::default()
        }),
        proposed: Some(("1|2".into(), "中山所 李敏".into())),
        loads: vec![load("李敏", 3, None, false), load("张伟", 1, day, false), load("王强", 0, None, true)],
        units: vec![("1".into(), "中山所".into())],
        chosen: "1|2".into(),
    };
    vec![Sample::of("assignment", &assign)]
}
