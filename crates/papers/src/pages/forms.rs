//! The forms and their editions, for who keeps them; an edition tried on a real matter by a head.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::FormEditionId;
use law::Law;
use web::{App, Context, Flash, Frame, Problem, Result, Sample, page};

use super::show::trial;
use crate::{
    document::Document,
    edition::{self, Edition},
    facts, form, language, number, opening, values,
};

#[derive(Template)]
#[template(path = "papers/forms.html")]
struct List {
    frame: Frame,
    forms: Vec<(&'static form::Form, String)>,
}

/// An edition as the form's page lists it.
struct Line {
    series: String,
    sets: String,
    title: String,
    note: String,
    from: String,
    state: &'static str,
    id: Option<FormEditionId>,
}

#[derive(Template)]
#[template(path = "papers/form.html")]
struct Show {
    frame: Frame,
    form: &'static form::Form,
    lines: Vec<Line>,
}

pub(super) async fn list(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    let words = app.db.read(|tx| {
        let forms = form::all().iter().map(|form| Ok((form, number::word(tx, form)?)));
        forms.collect::<Result<Vec<_>>>()
    });
    let frame = Frame::new(&app, &ctx, "文书式样", "/forms").flash(flash.0);
    page(&List { frame, forms: words.await? })
}

fn sets_words(form: &form::Form, series: &str) -> String {
    let ids = form.series(series).map_or(&[][..], |edition| &edition.rule_sets[..]);
    let titles =
        ids.iter().map(|id| Law::in_use().rule_set(id).map_or_else(|| id.clone(), law::RuleSet::citation));
    titles.collect::<Vec<_>>().join("；")
}

fn lines(form: &form::Form, editions: &[Edition], today: jiff::civil::Date) -> Vec<Line> {
    editions
        .iter()
        .map(|own| {
            let used = edition::in_use(editions, &own.series, today);
            let is_used = used.is_some_and(|used| used.id == own.id && used.series == own.series);
            let later = own.valid_from.is_some_and(|from| from > today);
            let state = match own.valid_from {
                None => "未启用",
                _ if is_used => "使用中",
                _ if later => "待启用",
                _ => "已替换",
            };
            Line {
                series: own.series.clone(),
                sets: sets_words(form, &own.series),
                title: own.title.clone(),
                note: own.note.clone(),
                from: own.valid_from.map_or_else(String::new, |from| from.to_string()),
                state,
                id: own.id,
            }
        })
        .collect()
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(key): Path<String>,
    flash: Flash,
) -> Result<Response> {
    let form = form::find(&key).ok_or(Problem::NotFound)?;
    let editions = app.db.read(move |tx| edition::of(tx, form)).await?;
    let frame = Frame::new(&app, &ctx, form.name(), "/forms").flash(flash.0);
    page(&Show { frame, form, lines: lines(form, &editions, ctx.today()) })
}

/// An edition that is not in use yet, on a real matter: personal fields masked, nothing stored.
pub(super) async fn on_matter(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, FormEditionId)>,
) -> Result<Response> {
    let (by, seen) = (ctx.clone(), number.clone());
    let shown = app.db.read(move |tx| {
        let matter = matters::find(tx, &by, &seen)?;
        let edition = edition::find(tx, id)?;
        let form = form::find(&edition.form).ok_or(Problem::NotFound)?;
        let set = Law::in_use().rule_set(&matter.rule_set).ok_or(Problem::NotFound)?;
        let all = values::fill(form, &facts::of(tx, &by, &matter)?, &number::seal_name(tx)?);
        let values = values::seen(form, &all, opening::closed(&by, matter.kind));
        let marked = language::render(&edition.text, &values::context(form, &values, set, matter.kind));
        let marked = marked.map_err(|fault| kernel::Refusal::new("form_text", fault.sentence()))?;
        Ok::<_, Problem>((Document::parse(&marked), edition.title))
    });
    let (document, title) = shown.await?;
    trial(&document, &title, format!("/matters/{number}"))
}

pub(super) fn samples() -> Vec<Sample> {
    let frame = || Frame { title: "文书式样".into(), ..Frame::bare() };
    let forms = form::all().iter().map(|form| (form, form.word.clone())).collect();
    let mut samples = vec![Sample::of("forms", &List { frame: frame(), forms })];
    for form in form::all() {
        let mut editions: Vec<Edition> =
            form.editions.iter().filter_map(|own| edition::shipped(form, own.series())).collect();
        if let Some(first) = editions.first().cloned() {
            let id = Some(FormEditionId::from_uuid(Default::default()));
            editions.push(Edition { id, valid_from: None, ..first });
        }
        let lines = lines(form, &editions, jiff::civil::Date::constant(2026, 11, 24));
        samples.push(Sample::of("form", &Show { frame: frame(), form, lines }));
    }
    samples
}
