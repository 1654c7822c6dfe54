//! One's own matter: how it stands, by when what is expected, notices, talk, and what can be done.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use db::{Tx, params};
use kernel::{AttachmentId, Ctx};
use matters::{
    Kind, Matter, Phase, attachments, clocks,
    notices::{self, Notice},
    talk::{self, Message, Side},
};
use web::{App, Context, Flash, Form, Frame, Problem, Result, form_page, redirect};

use super::{VISIT, frame, status, token, with_cookie};
use crate::{
    petition::person,
    plain,
    rating::{self, Rating},
    visit,
};

db::sql! {
    UNIT = "SELECT name, phone FROM unit WHERE id = $1";
}

/// What the page shows of a matter.
pub(super) struct Shown {
    pub number: String,
    pub kind: Kind,
    pub day: String,
    pub unit: String,
    pub phone: String,
    pub state: (&'static str, &'static str),
    pub expected: Vec<(String, String)>,
    pub answer: Option<String>,
    pub notices: Vec<Notice>,
    pub messages: Vec<Message>,
    pub is_done: bool,
    pub may_withdraw: bool,
    pub may_rate: bool,
    pub rating: Option<Rating>,
}

#[derive(Template)]
#[template(path = "portal/matter.html")]
pub(super) struct Page {
    pub frame: Frame,
    pub form: Form,
    pub shown: Shown,
}

/// The matter of the visit of the cookie, found for the person; the visit lives on.
pub(super) fn visited(tx: &mut Tx, ctx: &Ctx, token: &str) -> Result<Option<Matter>> {
    let Some(id) = visit::matter(tx, ctx, token)? else { return Ok(None) };
    Ok(Some(matters::by_id(tx, &person(ctx), id)?))
}

fn load(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Shown> {
    let by = person(ctx);
    let unit = tx.one(&UNIT, &params![matter.unit])?.ok_or(Problem::NotFound)?;
    let notices = notices::read_on_page(tx, &by, matter)?;
    let messages = talk::of(tx, &by, matter.id)?;
    talk::seen(tx, &by, matter.id, Side::Office)?;
    let clocks = clocks::of(tx, matter, ctx.today())?;
    let rating = rating::of(tx, &by, matter.id)?;
    let is_done = matter.phase == Phase::Done;
    Ok(Shown {
        number: matter.number.clone(),
        kind: matter.kind,
        day: plain::day(matter.received_on),
        unit: unit.get("name")?,
        phone: unit.get("phone")?,
        state: plain::state(matter.kind, &matter.state, matter.phase, matter.outcome.as_deref()),
        expected: plain::expected(matter, &clocks, ctx.today()),
        answer: intake::facts_of(tx, matter.id)?.and_then(|contact| contact.answer),
        notices,
        messages,
        is_done,
        may_withdraw: matter.kind == Kind::Complaint && !is_done && matter.state != matters::merge::MERGED,
        may_rate: rating::is_open(matter) && rating.is_none(),
        rating,
    })
}

/// The page with what was typed; `None` when the visit is over.
pub(super) async fn matter_page(
    app: &App,
    ctx: &Ctx,
    headers: &HeaderMap,
    form: Form,
    flash: Flash,
) -> Result<Option<Response>> {
    let Some(token) = token(headers, VISIT) else { return Ok(None) };
    let by = ctx.clone();
    let shown = app.db.write(move |tx| {
        let Some(matter) = visited(tx, &by, &token)? else { return Ok::<_, Problem>(None) };
        load(tx, &by, &matter).map(Some)
    });
    let Some(shown) = shown.await? else { return Ok(None) };
    let frame = frame(app, ctx, "办理情况").flash(flash.0);
    form_page(&form.clone(), &Page { frame, form, shown }).map(Some)
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
    flash: Flash,
) -> Result<Response> {
    let page = matter_page(&app, &ctx, &headers, Form::default(), flash).await?;
    Ok(page.unwrap_or_else(status::gone))
}

pub(super) async fn end(State(app): State<App>, Context(_): Context, headers: HeaderMap) -> Result<Response> {
    if let Some(token) = token(&headers, VISIT) {
        app.db.write(move |tx| visit::end(tx, &token)).await?;
    }
    with_cookie(&app, redirect("/public", "已经退出，可以放心离开"), VISIT, "")
}

/// A file of the talk, in the copy that tells no place.
pub(super) async fn file(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<AttachmentId>,
    headers: HeaderMap,
) -> Result<Response> {
    let Some(token) = token(&headers, VISIT) else { return Ok(status::gone()) };
    let found = app.db.write(move |tx| {
        let Some(matter) = visited(tx, &ctx, &token)? else { return Ok::<_, Problem>(None) };
        if !talk::holds_file(tx, matter.id, id)? {
            return Err(Problem::NotFound);
        }
        attachments::find(tx, matter.id, id).map(Some)
    });
    let Some(file) = found.await? else { return Ok(status::gone()) };
    let (vault, shown) = (attachments::Vault::of(&app), file.clone());
    let read = tokio::task::spawn_blocking(move || attachments::bytes(&vault, &shown));
    matters::download(&file, read.await.map_err(|error| Problem::Fault(error.to_string()))??)
}
