//! Writing an edition: tried on sample data, refused with its line when it is broken, put to use from a day.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use jiff::civil::Date;
use kernel::FormEditionId;
use serde::Deserialize;
use web::{App, Context, Flash, Form, Frame, Html, Problem, Result, Sample, form_page, page, redirect};

use super::sheet::Sheet;
use crate::{
    edition::{self, Draft, Edition},
    form::{self, COMMON},
    language::TEXT_LIMIT,
};

#[derive(Template)]
#[template(path = "papers/editor.html")]
struct Editor {
    frame: Frame,
    own: &'static form::Form,
    series: String,
    form: Form,
    fields: Vec<Html>,
    action: String,
    /// Fields and words a text may use.
    names: Vec<(String, String)>,
    /// Set once it is stored: its id and the form that puts it to use.
    stored: Option<(FormEditionId, Html)>,
    /// Set once it is in use: since when; then it is only read.
    used: Option<Date>,
    text: String,
}

fn fields(form: &Form) -> Vec<Html> {
    vec![
        form.hidden("series"),
        form.hidden("_version"),
        form.line("title", "标题", ""),
        form.area("text", "内容", "一行一段；版式标记和字段见旁边的表", 26),
        form.line("note", "说明", "改了什么、依据什么"),
    ]
}

fn names(own: &form::Form) -> Vec<(String, String)> {
    let mine = own.fields.iter().map(|field| (field.key.clone(), field.label.clone()));
    mine.chain(COMMON.iter().map(|(name, words)| ((*name).to_owned(), (*words).to_owned()))).collect()
}

fn editor(
    frame: Frame,
    own: &'static form::Form,
    series: String,
    form: Form,
    edition: Option<&Edition>,
) -> Editor {
    let stored = edition.and_then(|edition| edition.id.filter(|_| edition.valid_from.is_none()));
    let action =
        stored.map_or_else(|| format!("/forms/{}/new", own.key), |id| format!("/form_editions/{id}"));
    Editor {
        frame,
        own,
        series,
        fields: fields(&form),
        stored: stored.map(|id| (id, form.day("valid_from", "启用日期", "从这一天起草的文书用这一版"))),
        used: edition.and_then(|edition| edition.valid_from),
        text: edition.map_or_else(String::new, |edition| edition.text.clone()),
        form,
        action,
        names: names(own),
    }
}

fn filled(edition: &Edition) -> Form {
    Form::filled([
        ("series", edition.series.clone()),
        ("_version", edition.version.to_string()),
        ("title", edition.title.clone()),
        ("text", edition.text.clone()),
        ("note", edition.note.clone()),
    ])
}

fn typed(form: &mut Form) -> Draft {
    Draft {
        title: form.text("title", 100),
        text: form.text("text", TEXT_LIMIT).replace('\r', ""),
        note: form.text("note", 500),
    }
}

/// Which series, and which edition is the ground of a new one.
#[derive(Deserialize)]
pub(super) struct From {
    #[serde(default)]
    series: String,
    id: Option<FormEditionId>,
}

pub(super) async fn ask(
    State(app): State<App>,
    Context(ctx): Context,
    Path(key): Path<String>,
    Query(from): Query<From>,
) -> Result<Response> {
    let own = form::find(&key).ok_or(Problem::NotFound)?;
    let ground = match from.id {
        Some(id) => app.db.read(move |tx| edition::find(tx, id)).await?,
        None => edition::shipped(own, &from.series).ok_or(Problem::NotFound)?,
    };
    let form = filled(&ground);
    page(&editor(Frame::new(&app, &ctx, "另存新版", "/forms"), own, ground.series.clone(), form, None))
}

pub(super) async fn store(
    State(app): State<App>,
    Context(ctx): Context,
    Path(key): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let own = form::find(&key).ok_or(Problem::NotFound)?;
    let series = form.choice("series", own.editions.iter().map(form::Shipped::series), "没有这个系列");
    let draft = typed(&mut form);
    if !form.has_errors() {
        let (by, of) = (ctx.clone(), series.clone());
        match app.db.write(move |tx| edition::write(tx, &by, own, &of, &draft)).await {
            Ok(id) => return Ok(redirect(&format!("/form_editions/{id}"), "已保存，尚未启用")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    let page = editor(Frame::new(&app, &ctx, "另存新版", "/forms"), own, series, form, None);
    form_page(&page.form.clone(), &page)
}

/// The typed text on the sample matter, as it would be printed; nothing is stored.
pub(super) async fn preview(
    State(app): State<App>,
    Context(ctx): Context,
    Path(key): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let own = form::find(&key).ok_or(Problem::NotFound)?;
    let series = form.choice("series", own.editions.iter().map(form::Shipped::series), "没有这个系列");
    let draft = typed(&mut form);
    let shown = edition::check(own, &series, &draft).and_then(|()| edition::on_sample(own, &series, &draft));
    match shown {
        Ok((document, heading)) => {
            let mut sheet = Sheet::new(&document, &heading, "试印");
            "样例数据，不是真实事项。用浏览器的后退键回到编辑页面。".clone_into(&mut sheet.words);
            page(&sheet)
        }
        Err(refusal) => {
            form.refuse(&refusal);
            let page = editor(Frame::new(&app, &ctx, "另存新版", "/forms"), own, series, form, None);
            form_page(&page.form.clone(), &page)
        }
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<FormEditionId>,
    flash: Flash,
) -> Result<Response> {
    let edition = app.db.read(move |tx| edition::find(tx, id)).await?;
    let own = form::find(&edition.form).ok_or(Problem::NotFound)?;
    let frame = Frame::new(&app, &ctx, edition.title.clone(), "/forms").flash(flash.0);
    page(&editor(frame, own, edition.series.clone(), filled(&edition), Some(&edition)))
}

pub(super) async fn rewrite(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<FormEditionId>,
    mut form: Form,
) -> Result<Response> {
    let (draft, version) = (typed(&mut form), form.number("_version").unwrap_or_default());
    let by = ctx.clone();
    let stored = if form.has_errors() {
        Ok(())
    } else {
        app.db.write(move |tx| edition::rewrite(tx, &by, id, version, &draft)).await
    };
    again(&app, &ctx, id, form, stored, "已保存，尚未启用").await
}

pub(super) async fn activate(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<FormEditionId>,
    mut form: Form,
) -> Result<Response> {
    let (from, version) = (form.date("valid_from"), form.number("_version").unwrap_or_default());
    let by = ctx.clone();
    let stored = if form.has_errors() {
        Ok(())
    } else {
        app.db.write(move |tx| edition::activate(tx, &by, id, version, from)).await
    };
    again(&app, &ctx, id, form, stored, "已设定启用日期").await
}

/// Back to the edition when it was done; the form again, with everything typed, when not.
async fn again(
    app: &App,
    ctx: &kernel::Ctx,
    id: FormEditionId,
    mut form: Form,
    done: Result<()>,
    words: &str,
) -> Result<Response> {
    if let Err(problem) = done {
        form.absorb(problem)?;
    }
    if !form.has_errors() {
        return Ok(redirect(&format!("/form_editions/{id}"), words));
    }
    let edition = app.db.read(move |tx| edition::find(tx, id)).await?;
    let own = form::find(&edition.form).ok_or(Problem::NotFound)?;
    // The activation's form carries the day alone: the text comes from the store.
    let mut shown = if form.value("title").is_empty() { filled(&edition) } else { form.clone() };
    for (name, sentence) in form.errors() {
        shown.error(name, sentence.clone());
    }
    let frame = Frame::new(app, ctx, edition.title.clone(), "/forms");
    let page = editor(frame, own, edition.series.clone(), shown, Some(&edition));
    form_page(&page.form.clone(), &page)
}

pub(super) fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    for own in form::all() {
        let Some(ground) = own.editions.first().and_then(|first| edition::shipped(own, first.series()))
        else {
            continue;
        };
        let id = Some(FormEditionId::from_uuid(Default::default()));
        let mut form = filled(&ground);
        form.error("text", "第 2 行：没有“x”这个字段");
        for edition in [
            None,
            Some(Edition { id, valid_from: None, ..ground.clone() }),
            Some(Edition { id, ..ground.clone() }),
        ] {
            let frame = Frame { title: "另存新版".into(), ..Frame::bare() };
            let page = editor(frame, own, ground.series.clone(), form.clone(), edition.as_ref());
            samples.push(Sample::of("editor", &page));
        }
    }
    samples
}
