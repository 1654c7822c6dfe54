//! The form of an act.

use std::{future::Future, pin::Pin};

use askama::Template;
use axum::{
    extract::{Path, State as App_},
    response::Response,
};
use kernel::{Ctx, workflow};
use law::{Law, Listed, RuleSet};
use matters::attachments;
use web::{App, Context, Form, Frame, Html, Options, Problem, Result, Sample, form_page, redirect};

use super::fields;
use crate::{
    acts::{self, Input, perform},
    procedure::{Act, MOVES},
};

#[derive(Template)]
#[template(path = "complaints/act.html")]
struct Step {
    frame: Frame,
    number: String,
    title: String,
    article: String,
    form: Form,
    fields: Vec<Html>,
    action: String,
    button: &'static str,
}

type Answer = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;

/// The handler that shows the form of `act`.
pub(super) fn show(act: Act) -> impl Fn(App_<App>, Context, Path<String>) -> Answer + Clone + Send + 'static {
    move |App_(app), Context(ctx), Path(number)| Box::pin(ask(app, ctx, number, act))
}

/// The handler that does `act`.
pub(super) fn store(
    act: Act,
) -> impl Fn(App_<App>, Context, Path<String>, Form) -> Answer + Clone + Send + 'static {
    move |App_(app), Context(ctx), Path(number), form| Box::pin(take(app, ctx, number, act, form))
}

async fn ask(app: App, ctx: Ctx, number: String, act: Act) -> Result<Response> {
    let (by, seen) = (ctx.clone(), number.clone());
    let found = app
        .db
        .read(move |tx| {
            let found = matters::find(tx, &by, &seen)?;
            // Only a lawful act has a form: a stale link says why not.
            workflow::find(
                MOVES,
                acts::state_of(&found)?,
                act,
                by.officer().ok().map(|officer| officer.role),
            )?;
            Ok::<_, Problem>(found)
        })
        .await?;
    let form = Form::filled([("_version", found.version.to_string())]);
    step(&app, &ctx, &found, act, form)
}

fn step(app: &App, ctx: &Ctx, matter: &matters::Matter, act: Act, form: Form) -> Result<Response> {
    let set =
        Law::in_use().rule_set(&matter.rule_set).ok_or_else(|| Problem::Fault("no rule set".to_owned()))?;
    form_page(
        &form.clone(),
        &page(
            Frame::new(app, ctx, act.label(), "/matters"),
            [&matter.number, &matter.title],
            act,
            form,
            (set, &sends(app)),
        ),
    )
}

/// The channels by which the program sends, with their words.
fn sends(app: &App) -> Options {
    let lists = &Law::in_use().classification;
    let word = |code: &str| (code.to_owned(), Listed::name(&lists.notice_channels, code).to_owned());
    matters::notices::sends(&app.config.data).into_iter().map(word).collect()
}

fn page(frame: Frame, of: [&str; 2], act: Act, form: Form, law: (&RuleSet, &Options)) -> Step {
    let ([number, title], (set, sends)) = (of, law);
    let current = MOVES.iter().find(|row| row.act == act).map_or("", |row| row.article);
    let article = set.article(act.code(), current);
    let article = if article.is_empty() { String::new() } else { format!("{}{article}", set.citation()) };
    let fields = fields::of(act, &form, set, sends);
    let action = format!("/matters/{number}/{}", act.code());
    Step {
        frame,
        number: number.to_owned(),
        title: title.to_owned(),
        article,
        form,
        fields,
        action,
        button: act.label(),
    }
}

async fn take(app: App, ctx: Ctx, number: String, act: Act, mut form: Form) -> Result<Response> {
    let (input, version) = read(&mut form);
    let kept = attachments::keep_all(&app, &mut form).await?;
    if !form.has_errors() {
        let input = Input { files: kept, ..input };
        let (by, seen) = (ctx.clone(), number.clone());
        match app.db.write(move |tx| perform(tx, &by, &seen, version, act, &input)).await {
            // A recusal that was granted takes the matter out of the officer's sight.
            Ok(matter) => {
                return Ok(redirect(
                    &format!("/matters/{}", matter.number),
                    &format!("“{}”已完成", act.label()),
                ));
            }
            Err(problem) => form.absorb(problem)?,
        }
    }
    let found = app.db.read({
        let by = ctx.clone();
        move |tx| matters::find(tx, &by, &number)
    });
    step(&app, &ctx, &found.await?, act, form)
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
        side: form.text("side", 100),
        sum: form.money("sum"),
        recovered: form.money("recovered"),
        punitive: form.money("punitive"),
        fraud: form.checked("fraud"),
        yes: [form.checked("yes"), form.checked("yes2")],
        notice: matters::notices::read_form(form, ""),
        notice_to_trader: matters::notices::read_form(form, "trader_"),
        tell: form.text("tell", 20),
        tell_address: form.text("tell_address", 200),
        files: Vec::new(),
    };
    form.refuse_masked(&["tell_address"]);
    (input, form.number("_version"))
}

pub(super) fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    let sends: Options = vec![("sms".into(), "短信".into())];
    for set in &Law::in_use().rule_sets {
        for act in Act::ALL {
            let mut form = Form::default();
            form.error("words", "请写明理由");
            samples.push(Sample::of(
                act.code(),
                &page(Frame::bare(), ["TS-1", "乳制品变质"], *act, form, (set, &sends)),
            ));
        }
    }
    samples
}
