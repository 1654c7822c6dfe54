//! Drafting a paper and changing its open fields.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Ctx, PaperId, Refusal};
use law::{Law, RuleSet};
use web::{App, Context, Form, Frame, Html, Options, Problem, Result, Sample, redirect};

use super::sheet::{Desk, Step};
use crate::{
    form::{self, FieldKind, FieldRule},
    opening,
    paper::{self, Paper},
    values::{self, Sight, Values},
};

const LEAD: &str = "按本件的种类、办理状态和适用规定列出可以起草的文书；内容从事项自动带入，起草后可以修改。";

fn choice(form: &Form, offered: &Options) -> Vec<Html> {
    vec![form.radios("form", "文书", "", offered)]
}

fn step(frame: Frame, number: &str, form: Form, offered: &Options) -> Step {
    let fields = choice(&form, offered);
    let back = format!("/matters/{number}");
    let action = format!("{back}/papers/new");
    Step {
        frame,
        back,
        about: number.to_owned(),
        lead: LEAD.to_owned(),
        form,
        fields,
        action,
        button: "起草文书",
    }
}

async fn offered(app: &App, ctx: &Ctx, number: &str) -> Result<Options> {
    let (by, seen) = (ctx.clone(), number.to_owned());
    app.db
        .read(move |tx| {
            let matter = matters::find(tx, &by, &seen)?;
            let forms = paper::offered(tx, &by, &matter)?;
            if forms.is_empty() {
                let words = "本件现在没有可以起草的文书，或者您的岗位不能起草";
                return Err(Refusal::new("no_form", words).into());
            }
            let title = |form: &&form::Form| {
                form.shipped(&matter.rule_set).map_or_else(|| form.name().to_owned(), |own| own.title.clone())
            };
            Ok(forms.iter().map(|form| (form.key.clone(), title(form))).collect())
        })
        .await
}

pub(super) async fn ask(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    let offered = offered(&app, &ctx, &number).await?;
    step(Frame::new(&app, &ctx, "起草文书", "/matters"), &number, Form::default(), &offered).answer()
}

pub(super) async fn store(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let offered = offered(&app, &ctx, &number).await?;
    let key = form.choice("form", offered.iter().map(|(key, _)| key.as_str()), "请选择文书");
    if !form.has_errors() {
        let (by, seen) = (ctx.clone(), number.clone());
        let drafted = app.db.write(move |tx| {
            let matter = matters::find(tx, &by, &seen)?;
            paper::draft(tx, &by, &matter, form::find(&key).ok_or(Problem::NotFound)?)
        });
        match drafted.await {
            Ok(id) => {
                let to = format!("/matters/{number}/papers/{id}/amendment");
                return Ok(redirect(&to, "已起草，请核对各栏内容"));
            }
            Err(problem) => form.absorb(problem)?,
        }
    }
    step(Frame::new(&app, &ctx, "起草文书", "/matters"), &number, form, &offered).answer()
}

fn grounds(list: &[law::Ground]) -> Options {
    list.iter().map(|ground| (ground.code.clone(), format!("（{}）{}", ground.code, ground.short))).collect()
}

/// The control of a field. Personal fields come empty with a masked hint: what is typed replaces, empty leaves as it is.
fn control(form: &Form, field: &FieldRule, set: &RuleSet, seen: &Values) -> Html {
    let (name, label) = (field.key.as_str(), field.label.as_str());
    if field.personal.is_some() {
        let known = seen.get(name).filter(|value| !value.is_empty());
        let hint = known.map_or_else(
            || "事项中没有；在这里填写的加密保存".to_owned(),
            |known| format!("已带入：{known}。不改就不填；改在这里填写完整内容"),
        );
        return form.line(name, label, &hint);
    }
    match field.kind {
        FieldKind::Line => form.line(name, label, &field.hint),
        FieldKind::Area => form.area(name, label, &field.hint, 4),
        FieldKind::Day => form.day(name, label, &field.hint),
        FieldKind::Time => form.input(name, label, &field.hint, "datetime-local", ""),
        FieldKind::Choice => form.radios(name, label, &field.hint, &field.options),
        FieldKind::YesNo => form.radios(
            name,
            label,
            &field.hint,
            &vec![("yes".into(), "是".into()), ("no".into(), "否".into())],
        ),
        FieldKind::RefusalGround => form.select(name, label, &field.hint, &grounds(&set.refusal_grounds)),
        FieldKind::TerminationGround => {
            form.select(name, label, &field.hint, &grounds(&set.termination_grounds))
        }
    }
}

fn fields(form: &Form, paper: &form::Form, set: &RuleSet, seen: &Values) -> Vec<Html> {
    let own = paper.fields.iter().map(|field| control(form, field, set, seen));
    std::iter::once(form.hidden("_version")).chain(own).collect()
}

const AMEND: (&str, &str) =
    ("修改文书", "改动只在这份文书上，不改事项本身。带 * 遮盖的个人信息打印时显示全文。");

fn page(desk: Desk<'_>, paper: &Paper, sight: Sight, form: Form) -> Result<Response> {
    let own = paper.form()?;
    let set = Law::in_use().rule_set(&paper.rule_set).ok_or(Problem::NotFound)?;
    let seen = values::seen(own, &paper.values(desk.ctx)?, sight);
    let controls = fields(&form, own, set, &seen);
    desk.step(paper, AMEND, "amendment", form, controls).answer()
}

pub(super) async fn ask_amendment(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, PaperId)>,
) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, id };
    let (matter, paper) = desk.load().await?;
    paper::may_draft(&ctx, paper.form()?, &matter)?;
    kernel::workflow::find(
        crate::MOVES,
        paper.state,
        crate::Act::Amend,
        ctx.officer().ok().map(|officer| officer.role),
    )?;
    let stored = paper.values(&ctx)?;
    let open = paper.form()?.fields.iter().filter(|field| field.personal.is_none());
    let mut pairs: Vec<(&str, String)> =
        open.map(|field| (field.key.as_str(), stored.get(&field.key).cloned().unwrap_or_default())).collect();
    pairs.push(("_version", paper.version.to_string()));
    page(desk, &paper, opening::closed(&ctx, matter.kind), Form::filled(pairs))
}

/// What was typed: personal fields only where something was.
fn typed(form: &mut Form, paper: &form::Form) -> Values {
    let mut typed = BTreeMap::new();
    for field in &paper.fields {
        let most = if field.kind == FieldKind::Area { 5000 } else { 300 };
        let value = match field.kind {
            FieldKind::Day => form.date(&field.key).map_or_else(String::new, |day| day.to_string()),
            FieldKind::Time => form.text(&field.key, 20).replace(' ', "T"),
            _ => form.text(&field.key, most),
        };
        if field.personal.is_none() || !value.is_empty() {
            typed.insert(field.key.clone(), value);
        }
    }
    typed
}

pub(super) async fn amend(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, PaperId)>,
    mut form: Form,
) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, id };
    let (matter, paper) = desk.load().await?;
    let (version, typed) = (form.number("_version"), typed(&mut form, paper.form()?));
    if !form.has_errors() {
        let (by, seen) = (ctx.clone(), number.clone());
        let amended = app.db.write(move |tx| {
            let matter = matters::find(tx, &by, &seen)?;
            paper::amend(tx, &by, &matter, id, version, &typed)
        });
        match amended.await {
            Ok(()) => return Ok(desk.done("已保存")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    page(desk, &paper, opening::closed(&ctx, matter.kind), form)
}

pub(super) fn samples() -> Vec<Sample> {
    let mut wrong = Form::default();
    wrong.error("form", "请选择文书");
    let offered: Options =
        form::all().iter().map(|form| (form.key.clone(), form.name().to_owned())).collect();
    let mut samples = vec![Sample::of(
        "draft",
        &step(Frame { title: "起草文书".into(), ..Frame::bare() }, "TS-1", wrong, &offered),
    )];
    for own in form::all() {
        for set in &Law::in_use().rule_sets {
            let mut form = Form::default();
            form.error("about", "请填写");
            let seen = Values::from([("name".to_owned(), "王*".to_owned())]);
            let fields = fields(&form, own, set, &seen);
            let frame = Frame { title: own.name().to_owned(), ..Frame::bare() };
            let (back, action) = ("/matters/1".to_owned(), "/matters/1/papers/1/amendment".to_owned());
            let step = Step {
                frame,
                back,
                about: own.name().to_owned(),
                lead: AMEND.1.into(),
                form,
                fields,
                action,
                button: AMEND.0,
            };
            samples.push(Sample::of("amendment", &step));
        }
    }
    samples
}
