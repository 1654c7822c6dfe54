//! What the person writes about a matter: a message, further material, taking it back, a rating.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use complaints::{Act, Input, MOVES};
use db::Tx;
use jiff::ToSpan as _;
use kernel::{Ctx, workflow};
use matters::{
    Kind, Matter, attachments,
    talk::{self, Message, MessageKind, Side},
};
use web::{App, Context, Flash, Form, Frame, Html, Options, Problem, Result, form_page, redirect};

use super::{
    VISIT,
    filling::look,
    frame,
    matter::{matter_page, visited},
    status, token,
};
use crate::{
    limits,
    petition::person,
    rating::{self, SCORES},
};

const MATTER: &str = "/public/matter";
/// Minutes within which the same words are a second press.
const AGAIN_MINUTES: i64 = 10;

/// A form about one's own matter.
#[derive(Template)]
#[template(path = "portal/write.html")]
pub(super) struct Write {
    pub frame: Frame,
    pub lead: String,
    pub form: Form,
    pub fields: Vec<Html>,
    pub action: &'static str,
    pub button: &'static str,
    /// Whether what is done cannot be undone.
    pub grave: bool,
}

/// Does something to the matter of the visit; `None` when the visit is over.
async fn with_matter<T: Send + 'static>(
    app: &App,
    ctx: &Ctx,
    headers: &HeaderMap,
    work: impl Fn(&mut Tx, &Ctx, &Matter) -> Result<T> + Send + 'static,
) -> Result<Option<T>> {
    let Some(token) = token(headers, VISIT) else { return Ok(None) };
    let ctx = ctx.clone();
    app.db
        .write(move |tx| {
            let Some(matter) = visited(tx, &ctx, &token)? else { return Ok::<_, Problem>(None) };
            work(tx, &person(&ctx), &matter).map(Some)
        })
        .await
}

/// Writes unless the same words were the last the person wrote: a second press is not a second message (SEC_45).
fn hear(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    kind: MessageKind,
    text: &str,
    files: &[attachments::Stored],
) -> Result<()> {
    let talk = talk::of(tx, ctx, matter.id)?;
    let just_now = ctx.now.checked_sub(AGAIN_MINUTES.minutes()).unwrap_or(ctx.now);
    let same = |one: &&Message| {
        one.side == Side::Person
            && one.at > just_now
            && one.kind == kind
            && one.text == text.trim()
            && one.files.len() == files.len()
    };
    // Said again after an answer or a while, the same words mean something.
    let again =
        talk.iter().rev().find(same).is_some_and(|earlier| talk.iter().all(|one| one.at <= earlier.at));
    if !again {
        talk::hear(tx, ctx, matter, kind, text, files)?;
    }
    Ok(())
}

pub(super) async fn message(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response> {
    let text = form.required("talk_text", "请填写留言", talk::LONGEST);
    if !form.has_errors() {
        let work = move |tx: &mut Tx, ctx: &Ctx, matter: &Matter| {
            hear(tx, ctx, matter, MessageKind::Message, &text, &[])
        };
        match with_matter(&app, &ctx, &headers, work).await {
            Ok(Some(())) => return Ok(redirect(MATTER, "留言已经送到承办单位")),
            Ok(None) => return Err(status::gone_while_typing()),
            Err(problem) => form.absorb(problem)?,
        }
    }
    let page = matter_page(&app, &ctx, &headers, form, Flash::default()).await?;
    page.ok_or_else(status::gone_while_typing)
}

/// The page of a form about the matter, when there is a visit.
async fn page(app: &App, ctx: &Ctx, headers: &HeaderMap, form: Form, words: Words) -> Result<Response> {
    let about = with_matter(app, ctx, headers, |_, _, matter| Ok(matter.clone())).await?;
    let Some(matter) = about else { return Ok(status::gone()) };
    let (title, lead, fields) = words(&form, &matter);
    let (action, button, grave) = match title {
        "补充材料" => ("/public/matter/supplement", "提交补充材料", false),
        "撤回投诉" => ("/public/matter/withdrawal", "确认撤回", true),
        _ => ("/public/matter/rating", "提交评价", false),
    };
    let frame = frame(app, ctx, title);
    form_page(&form.clone(), &Write { frame, lead, form, fields, action, button, grave })
}

/// What a person must know before files go: the place of a picture is taken out, what a PDF says of its author is not.
const PDF_HINT: &str = "一次最多 5 份，每份不超过 8 MB。照片里的拍摄地点不会给商家看到；PDF 文件里可能存有作者的姓名、单位，系统不会替您清除，不想让人看到的请改传照片或者截图";

/// Title, lead and fields of a form about a matter.
pub(super) type Words = fn(&Form, &Matter) -> (&'static str, String, Vec<Html>);

pub(super) fn supplement_words(form: &Form, _: &Matter) -> (&'static str, String, Vec<Html>) {
    let fields = vec![
        form.area("talk_text", "补充说明", "新的情况、证据，或者我们要您补充的内容", 6),
        form.file("files", "照片或者 PDF", PDF_HINT),
    ];
    ("补充材料", "补充的内容会送到承办单位，也会留在办理记录里。".to_owned(), fields)
}

pub(super) async fn ask_supplement(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
) -> Result<Response> {
    page(&app, &ctx, &headers, Form::default(), supplement_words).await
}

pub(super) async fn supplement(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response> {
    // Nothing is stored for whoever has no visit.
    if with_matter(&app, &ctx, &headers, |_, _, _| Ok(())).await?.is_none() {
        return Err(status::gone_while_typing());
    }
    let text = form.text("talk_text", talk::LONGEST);
    let files = keep(&app, &mut form).await?;
    if text.is_empty() && files.is_empty() {
        form.error("talk_text", "请写补充说明，或者选择照片");
    }
    if !form.has_errors() {
        let work = move |tx: &mut Tx, ctx: &Ctx, matter: &Matter| {
            hear(tx, ctx, matter, MessageKind::Supplement, &text, &files)
        };
        match with_matter(&app, &ctx, &headers, work).await {
            Ok(Some(())) => return Ok(redirect(MATTER, "补充材料已经收到")),
            Ok(None) => return Err(status::gone_while_typing()),
            Err(problem) => form.absorb(problem)?,
        }
    }
    page(&app, &ctx, &headers, form, supplement_words).await
}

/// Checks and stores the photographs of a supplement.
async fn keep(app: &App, form: &mut Form) -> Result<Vec<attachments::Stored>> {
    let (vault, files) = (attachments::Vault::of(app), std::mem::take(&mut form.files));
    if files.len() > limits::PHOTOS {
        form.error("files", format!("一次最多 {} 份", limits::PHOTOS));
        return Ok(Vec::new());
    }
    let work = move || {
        files.iter().try_for_each(look)?;
        files
            .iter()
            .map(|file| attachments::keep(&vault, &file.name, &file.bytes))
            .collect::<Result<Vec<_>>>()
    };
    match tokio::task::spawn_blocking(work).await.map_err(|error| Problem::Fault(error.to_string()))? {
        Ok(kept) => Ok(kept),
        Err(problem) => form.absorb(problem).map(|()| Vec::new()),
    }
}

/// Whether the table lets a complaint be taken back by the complainant alone: before it was accepted.
fn is_lawful(matter: &Matter) -> bool {
    let state = complaints::State::from_code(&matter.state);
    state.is_some_and(|state| workflow::find(MOVES, state, Act::Withdraw, None).is_ok())
}

pub(super) fn withdrawal_words(form: &Form, matter: &Matter) -> (&'static str, String, Vec<Html>) {
    let lead = if is_lawful(matter) {
        "撤回以后，这件投诉就办结了，不能恢复。以后还有需要，可以重新投诉。"
    } else {
        "这件投诉已经在办理。您的撤回请求会送到承办单位，由承办单位和您核实以后办结。"
    };
    ("撤回投诉", lead.to_owned(), vec![form.area("reason", "为什么撤回", "可以不填", 3)])
}

pub(super) async fn ask_withdrawal(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
) -> Result<Response> {
    page(&app, &ctx, &headers, Form::default(), withdrawal_words).await
}

pub(super) async fn withdraw(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response> {
    let reason = form.text("reason", 500);
    if !form.has_errors() {
        let work = move |tx: &mut Tx, ctx: &Ctx, matter: &Matter| take_back(tx, ctx, matter, &reason);
        match with_matter(&app, &ctx, &headers, work).await {
            Ok(Some(words)) => return Ok(redirect(MATTER, words)),
            Ok(None) => return Err(status::gone_while_typing()),
            Err(problem) => form.absorb(problem)?,
        }
    }
    page(&app, &ctx, &headers, form, withdrawal_words).await
}

/// Takes a complaint back by the table where it lets the complainant, and asks the office to where it does not. The reason
/// goes into the talk, sealed: the journal says only that it was taken back.
fn take_back(tx: &mut Tx, ctx: &Ctx, matter: &Matter, reason: &str) -> Result<&'static str> {
    if matter.kind != Kind::Complaint || matter.phase == matters::Phase::Done {
        let words = "这一件不能撤回；有情况请留言告诉我们";
        return Err(kernel::Refusal::new("not_withdrawable", words).into());
    }
    let words = if reason.is_empty() { "我要撤回这件投诉" } else { reason };
    hear(tx, ctx, matter, MessageKind::Withdrawal, words, &[])?;
    if !is_lawful(matter) {
        return Ok("撤回请求已经送到承办单位");
    }
    let words = format!("投诉人 {} 凭查询码在公众页面撤回", kernel::office_minute(ctx.now));
    let input = Input { words, ..Input::default() };
    complaints::perform(tx, ctx, &matter.number, None, Act::Withdraw, &input)?;
    Ok("已经撤回")
}

pub(super) fn rating_words(form: &Form, _: &Matter) -> (&'static str, String, Vec<Html>) {
    let scores: Options =
        SCORES.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect();
    let fields = vec![
        form.radios("score", "您对这一件的办理满意吗？", "", &scores),
        form.area("reason", "为什么", "可以不填；不满意的，请告诉我们哪里没有做好", 4),
    ];
    ("评价", "每一件只能评价一次。评价只用来改进工作，不影响您以后办事。".to_owned(), fields)
}

pub(super) async fn ask_rating(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
) -> Result<Response> {
    page(&app, &ctx, &headers, Form::default(), rating_words).await
}

pub(super) async fn rate(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response> {
    let score = form.choice("score", SCORES.iter().map(|(code, _)| *code), "请选择一项");
    let (score, reason) = (score.parse().unwrap_or_default(), form.text("reason", 1_000));
    if !form.has_errors() {
        let work =
            move |tx: &mut Tx, ctx: &Ctx, matter: &Matter| rating::rate(tx, ctx, matter, score, &reason);
        match with_matter(&app, &ctx, &headers, work).await {
            Ok(Some(())) => return Ok(redirect(MATTER, "谢谢您的评价")),
            Ok(None) => return Err(status::gone_while_typing()),
            Err(problem) => form.absorb(problem)?,
        }
    }
    page(&app, &ctx, &headers, form, rating_words).await
}
