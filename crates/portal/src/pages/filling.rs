//! One question a page: shown with what was answered, kept right or wrong, led on to the next.

use advice::Guess;
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::HeaderMap,
    response::Response,
};
use kernel::Ctx;
use matters::attachments;
use serde::Deserialize;
use web::{App, Context, Flash, Form, Frame, Html, Problem, Result, Upload, form_page, redirect};

use super::{DRAFT, frame, to, token};
use crate::{
    answers::Petition,
    draft::{self, Draft, Photo, PhotoId},
    limits, petition,
    question::{self, Question},
};

#[derive(Template)]
#[template(path = "portal/ask.html")]
pub(super) struct Ask {
    pub frame: Frame,
    /// Where the person came from.
    pub back: String,
    /// `投诉 · 第 3 步，共 15 步`.
    pub place: String,
    pub title: &'static str,
    pub hint: &'static str,
    pub form: Form,
    pub fields: Vec<Html>,
    pub action: String,
    /// Photographs sent so far, where they are asked for.
    pub photos: Option<Vec<Photo>>,
    /// Classes that the person's words suggest.
    pub hints: Vec<Guess>,
    /// The field they fill in.
    pub name: &'static str,
    /// Whether the one field repeats the question, so that its label is only read aloud.
    pub single: bool,
}

#[derive(Clone, Copy, Deserialize, Default)]
pub(super) struct Way {
    /// Whether the person came from the page of all answers and goes back there.
    #[serde(default)]
    pub check: bool,
}

/// What a handler needs of the draft of the cookie.
pub(super) type Found = (Draft, Petition, Vec<Photo>);

/// The draft of the cookie with its petition; not one that was sent already.
pub(super) async fn open(app: &App, ctx: &Ctx, headers: &HeaderMap) -> Result<Option<Found>> {
    let Some(token) = token(headers, DRAFT) else { return Ok(None) };
    let by = ctx.clone();
    app.db
        .read(move |tx| {
            let Some(draft) = draft::load(tx, &by, &token)?.filter(|draft| draft.matter.is_none()) else {
                return Ok(None);
            };
            let petition = petition::of_draft(tx, &by, &draft)?;
            let photos = draft::photos(tx, &by, draft.id)?;
            Ok(Some((draft, petition, photos)))
        })
        .await
}

/// Whoever has no draft any more begins again.
pub(super) fn begin_again() -> Response {
    redirect("/public", "没有正在填写的内容（超过 2 小时没有继续填写会自动清除），请重新开始")
}

fn address(question: Question, way: Way) -> String {
    format!("/public/form/{}{}", question.code(), if way.check { "?check=true" } else { "" })
}

/// The page of `question`; `form` may hold what was typed just now with its errors.
pub(super) fn ask(
    frame: Frame,
    petition: &Petition,
    question: Question,
    form: Form,
    photos: &[Photo],
    way: Way,
) -> Ask {
    let path = petition.path();
    let at = path.iter().position(|one| *one == question).unwrap_or_default();
    let before = at.checked_sub(1).and_then(|before| path.get(before));
    let back = match before {
        _ if way.check => "/public/check".to_owned(),
        Some(before) => address(*before, way),
        None => format!("/public/new/{}", petition.kind.code()),
    };
    let (title, hint) = question::words(petition.kind, question);
    let fields = petition.fields(question, &form);
    Ask {
        frame: Frame { title: title.to_owned(), ..frame },
        back,
        place: format!("{} · 第 {} 步，共 {} 步", petition.kind.label(), at + 1, petition.length() + 1),
        title,
        hint,
        single: fields.len() == 1 && question != Question::Photos,
        hints: Vec::new(),
        name: question.code(),
        fields,
        form,
        action: address(question, way),
        photos: (question == Question::Photos).then(|| photos.to_vec()),
    }
}

fn asked(code: &str, petition: &Petition) -> Option<Question> {
    Question::from_code(code).filter(|question| petition.path().contains(question))
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(code): Path<String>,
    Query(way): Query<Way>,
    headers: HeaderMap,
    flash: Flash,
) -> Result<Response> {
    let Some((_, petition, photos)) = open(&app, &ctx, &headers).await? else { return Ok(begin_again()) };
    let Some(question) = asked(&code, &petition) else { return Ok(to("/public/check")) };
    let frame = frame(&app, &ctx, "").flash(flash.0);
    let form = petition.form.clone();
    let hints = petition.hints(question, &advice::models(&app.config.data));
    form_page(&form.clone(), &Ask { hints, ..ask(frame, &petition, question, form, &photos, way) })
}

/// Keeps the answer, whatever it is; `None` when the draft is gone.
async fn keep(app: &App, ctx: &Ctx, token: String, question: Question, typed: Form) -> Result<Option<Found>> {
    let by = ctx.clone();
    app.db
        .write(move |tx| {
            let Some(mut draft) = draft::lock(tx, &by, &token)?.filter(|draft| draft.matter.is_none()) else {
                return Ok(None);
            };
            draft::save(tx, &by, &mut draft, question::fields(question), &typed)?;
            let petition = petition::of_draft(tx, &by, &draft)?;
            let photos = draft::photos(tx, &by, draft.id)?;
            Ok(Some((draft, petition, photos)))
        })
        .await
}

pub(super) async fn store(
    State(app): State<App>,
    Context(ctx): Context,
    Path(code): Path<String>,
    Query(way): Query<Way>,
    headers: HeaderMap,
    mut typed: Form,
) -> Result<Response> {
    let question = Question::from_code(&code).ok_or(Problem::NotFound)?;
    let files = std::mem::take(&mut typed.files);
    let kept = match token(&headers, DRAFT) {
        Some(token) => keep(&app, &ctx, token, question, typed).await?,
        None => None,
    };
    let Some((draft, petition, photos)) = kept else { return Ok(begin_again()) };
    let mut form = petition.checked(question);
    if !files.is_empty() && question == Question::Photos {
        let count = files.len();
        match take(&app, &ctx, &draft, files).await {
            Ok(()) => return Ok(redirect(&address(question, way), &format!("已收到 {count} 份"))),
            Err(problem) => form.absorb(problem)?,
        }
    }
    if form.has_errors() {
        let frame = frame(&app, &ctx, "");
        let hints = petition.hints(question, &advice::models(&app.config.data));
        return form_page(
            &form.clone(),
            &Ask { hints, ..ask(frame, &petition, question, form, &photos, way) },
        );
    }
    Ok(to(&next(&petition, question, way)))
}

/// After a good answer: the next question, or the page of all answers when the person came from there or nothing is left.
fn next(petition: &Petition, question: Question, way: Way) -> String {
    if way.check {
        // Another answer may have opened new questions.
        return petition.first_open().map_or_else(|| "/public/check".to_owned(), |open| address(open, way));
    }
    let path = petition.path();
    let after = path.iter().skip_while(|one| **one != question).nth(1);
    after.map_or_else(|| "/public/check".to_owned(), |after| address(*after, way))
}

/// Checks photographs by their bytes, seals them and keeps them with the draft.
async fn take(app: &App, ctx: &Ctx, draft: &Draft, files: Vec<Upload>) -> Result<()> {
    let by = ctx.clone();
    let looked = tokio::task::spawn_blocking(move || {
        let fit = files.iter().map(|file| look(file).map(|()| (file.name.clone(), file.bytes.to_vec())));
        Ok::<_, Problem>(draft::seal_photos(&by, &fit.collect::<Result<Vec<_>>>()?))
    });
    let fit = looked.await.map_err(|error| Problem::Fault(error.to_string()))??;
    let (by, draft) = (ctx.clone(), draft.clone());
    app.db.write(move |tx| draft::add_photos(tx, &by, &draft, &fit)).await
}

/// A photograph or a PDF of a size that telephones make.
pub(super) fn look(file: &Upload) -> Result<()> {
    let refuse =
        |code, words: &str| kernel::Refusal::new(code, format!("“{}”{words}", file.name)).at("files");
    if file.bytes.len() > limits::PHOTO_BYTES {
        return Err(refuse("photo_large", "超过 8 MB，请在手机上选小一些的尺寸再传").into());
    }
    let media = attachments::check(&file.name, &file.bytes)?;
    if media.starts_with("image/") || media == "application/pdf" {
        return Ok(());
    }
    Err(refuse("photo_kind", "不是照片或者 PDF").into())
}

pub(super) async fn drop_photo(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<PhotoId>,
    Query(way): Query<Way>,
    headers: HeaderMap,
) -> Result<Response> {
    let Some((draft, ..)) = open(&app, &ctx, &headers).await? else { return Ok(begin_again()) };
    app.db.write(move |tx| draft::drop_photo(tx, draft.id, id)).await?;
    Ok(redirect(&address(Question::Photos, way), "已移除"))
}
