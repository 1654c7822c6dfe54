//! The form of an act.

use std::{future::Future, pin::Pin};

use askama::Template;
use axum::{
    extract::{Path, State as App_},
    response::Response,
};
use db::Tx;
use kernel::{Ctx, Refusal, workflow};
use law::{Law, Tell};
use matters::{Kind, Matter, attachments, notices};
use web::{App, Context, Form, Frame, Html, Problem, Result, Sample, form_page, redirect};

use super::{
    Deed,
    fields::{self, Asked},
};
use crate::{
    MOVES,
    acts::{self, Input},
    along, clue, file,
    procedure::Act,
    reward,
};

#[derive(Template)]
#[template(path = "reports/act.html")]
struct Step {
    frame: Frame,
    number: String,
    title: String,
    article: String,
    notes: Html,
    form: Form,
    fields: Vec<Html>,
    action: String,
    button: &'static str,
}

type Answer = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;

/// The handler that shows the form of `deed`.
pub(super) fn show(
    deed: Deed,
) -> impl Fn(App_<App>, Context, Path<String>) -> Answer + Clone + Send + 'static {
    move |App_(app), Context(ctx), Path(number)| Box::pin(ask(app, ctx, number, deed))
}

/// The handler that does `deed`.
pub(super) fn store(
    deed: Deed,
) -> impl Fn(App_<App>, Context, Path<String>, Form) -> Answer + Clone + Send + 'static {
    move |App_(app), Context(ctx), Path(number), form| Box::pin(take(app, ctx, number, deed, form))
}

/// Only a lawful act has a form: a stale link says why not.
fn lawful(tx: &mut Tx, ctx: &Ctx, matter: &Matter, deed: Deed) -> Result<()> {
    let role = ctx.officer().ok().map(|officer| officer.role);
    match deed {
        Deed::Report(act) => {
            workflow::find(MOVES, acts::state_of(matter)?, act, role)?;
        }
        Deed::Reward(act) => {
            acts::state_of(matter)?;
            workflow::find(reward::MOVES, reward::state_of(tx, matter.id)?, act, role)?;
        }
        Deed::Clue if matter.kind != Kind::Complaint => {
            return Err(Refusal::new("not_a_complaint", "只有投诉可以转出案件线索").into());
        }
        Deed::Clue => {}
    }
    Ok(())
}

async fn ask(app: App, ctx: Ctx, number: String, deed: Deed) -> Result<Response> {
    let by = ctx.clone();
    let found = app.db.read(move |tx| {
        let found = matters::find(tx, &by, &number)?;
        lawful(tx, &by, &found, deed)?;
        let asked = asked(tx, &by, &found, deed)?;
        Ok::<_, Problem>((found, asked))
    });
    let (found, asked) = found.await?;
    let form = fields::filled(&found, deed, &asked);
    form_page(&form.clone(), &page(frame(&app, &ctx, deed), &found, deed, form, &asked)?)
}

/// What the form must know beside the matter.
fn asked(tx: &mut Tx, ctx: &Ctx, matter: &Matter, deed: Deed) -> Result<Asked> {
    let report = file::load(tx, matter.id)?;
    let duties = match deed {
        Deed::Report(Act::Tell | Act::Close) => file::duties(tx, matter, &report)?,
        _ => Vec::new(),
    };
    let along = match deed {
        Deed::Report(Act::Tell | Act::Close) => along::of(tx, ctx, matter, &report)?,
        _ => Vec::new(),
    };
    let owed = |one: along::Along| {
        let open: Vec<_> = one.open().map(|told| told.duty.clone()).collect();
        (one.matter.number, open)
    };
    let sheet = match deed {
        Deed::Report(Act::NotAgain | Act::Merge) => crate::evidence::sheet(tx, ctx, matter)?,
        _ => crate::Evidence::default(),
    };
    Ok(Asked {
        received_on: matter.received_on,
        problem: matter.problem.clone(),
        tags: file::tags(tx, matter.id)?.iter().map(|tag| tag.key.clone()).collect(),
        open: duties.into_iter().filter(|told| told.on.is_none()).map(|told| told.duty).collect(),
        along: along.into_iter().map(owed).filter(|(_, open)| !open.is_empty()).collect(),
        sheet,
        reward: reward::load(tx, matter.id)?,
        report,
    })
}

fn frame(app: &App, ctx: &Ctx, deed: Deed) -> Frame {
    Frame::new(app, ctx, deed.label(), "/matters")
}

fn page(frame: Frame, matter: &Matter, deed: Deed, form: Form, asked: &Asked) -> Result<Step> {
    Ok(Step {
        frame,
        number: matter.number.clone(),
        title: matter.title.clone(),
        article: deed.article(file::rule_set(matter)?),
        notes: fields::notes(deed, asked),
        fields: fields::of(deed, &form, asked),
        form,
        action: format!("/matters/{}/{}", matter.number, deed.code()),
        button: deed.label(),
    })
}

async fn take(app: App, ctx: Ctx, number: String, deed: Deed, mut form: Form) -> Result<Response> {
    let (input, version) = read(&mut form);
    let files = attachments::keep_all(&app, &mut form).await?;
    if !form.has_errors() {
        let input = Input { files, ..input };
        let (by, seen) = (ctx.clone(), number.clone());
        let done = app.db.write(move |tx| match deed {
            Deed::Report(act) => acts::perform(tx, &by, &seen, version, act, &input),
            Deed::Reward(act) => reward::perform(tx, &by, &seen, version, act, &input),
            Deed::Clue => clue::from_complaint(tx, &by, &seen, version, &input),
        });
        match done.await {
            Ok(matter) => {
                let words = format!("“{}”已完成", deed.label());
                return Ok(redirect(&format!("/matters/{}", matter.number), &words));
            }
            Err(problem) => form.absorb(problem)?,
        }
    }
    let by = ctx.clone();
    let found = app.db.read(move |tx| {
        let found = matters::find(tx, &by, &number)?;
        let asked = asked(tx, &by, &found, deed)?;
        Ok::<_, Problem>((found, asked))
    });
    let (found, asked) = found.await?;
    form_page(&form.clone(), &page(frame(&app, &ctx, deed), &found, deed, form, &asked)?)
}

fn read(form: &mut Form) -> (Input, Option<i64>) {
    let input = Input {
        ground: form.text("ground", 10),
        words: form.text("words", 5000),
        items: form.all("items"),
        day: form.date("day"),
        at: form.instant("at"),
        way: form.text("way", 20),
        place: form.text("place", 200),
        who: form.text("who", 200),
        paper: form.text("paper", 200),
        other: form.text("other", 60),
        yes: form.checked("yes"),
        fine: form.money("fine"),
        confiscated: form.money("confiscated"),
        grade: form.number("grade").unwrap_or(0),
        amount: form.money("amount"),
        notice: notices::read_form(form, ""),
        files: Vec::new(),
    };
    (input, form.number("_version"))
}

pub(super) fn samples() -> Vec<Sample> {
    let law = Law::in_use();
    let tag = law.reports.tags.iter().find(|tag| tag.tell == Tell::Handling);
    let asked = Asked::sample(tag);
    let sample = |deed: Deed| {
        let mut form = Form::default();
        form.error("words", "请写明具体情况");
        let step = Step {
            frame: Frame { title: deed.label().into(), ..Frame::bare() },
            number: "JB-1".into(),
            title: "无照经营".into(),
            article: law.rule_set("R121").map_or_else(String::new, |set| deed.article(set)),
            notes: fields::notes(deed, &asked),
            fields: fields::of(deed, &form, &asked),
            form,
            action: "/matters/JB-1/report".into(),
            button: deed.label(),
        };
        Sample::of(deed.code(), &step)
    };
    Deed::all().map(sample).collect()
}
