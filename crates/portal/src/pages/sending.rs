//! All answers on one page, sending them, and the receipt.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::Response,
};
use kernel::Ctx;
use matters::{
    Matter, attachments, clocks,
    receipts::{self, Code},
};
use serde::Deserialize;
use web::{App, Context, Flash, Form, Frame, Problem, Result, form_page, page};

use super::{
    DRAFT,
    filling::{begin_again, open},
    frame, to, token,
};
use crate::{
    answers::Petition,
    draft::{self, Draft, Photo},
    petition, plain,
    question::Question,
};

/// An answer as the page shows it.
pub(super) struct Answer {
    pub label: &'static str,
    pub lines: Vec<String>,
    pub href: String,
    pub missing: bool,
}

#[derive(Template)]
#[template(path = "portal/check.html")]
pub(super) struct Check {
    pub frame: Frame,
    pub kind: &'static str,
    pub report: bool,
    pub answers: Vec<Answer>,
    pub form: Form,
    /// Whether everything is answered.
    pub ready: bool,
}

pub(super) fn check_page(frame: Frame, petition: &Petition, photos: &[Photo], form: Form) -> Check {
    let path = petition.path();
    let answers: Vec<Answer> = path
        .iter()
        .map(|question| {
            let mut lines = petition.told(*question);
            if *question == Question::Photos {
                lines =
                    photos.iter().map(|photo| format!("{}（{}）", photo.name, photo.size_words())).collect();
            }
            let missing = petition.checked(*question).has_errors();
            let href = format!("/public/form/{}?check=true", question.code());
            Answer { label: question.label(), lines, href, missing }
        })
        .collect();
    let ready = answers.iter().all(|answer| !answer.missing);
    let report = petition.kind == matters::Kind::Report;
    Check { frame, kind: petition.kind.label(), report, answers, form, ready }
}

#[derive(Deserialize)]
pub(super) struct Begun {
    /// Whether the person has only begun: the first question follows at once.
    #[serde(default)]
    first: String,
}

pub(super) async fn check(
    State(app): State<App>,
    Context(ctx): Context,
    Query(begun): Query<Begun>,
    headers: HeaderMap,
    flash: Flash,
) -> Result<Response> {
    let Some((_, petition, photos)) = open(&app, &ctx, &headers).await? else {
        if !begun.first.is_empty() {
            let words = "您的浏览器没有打开 Cookie，网页记不住您填写的内容。请打开以后再试，或者拨打 12315";
            return Err(kernel::Refusal::new("no_cookies", words).into());
        }
        // Sent already: the receipt is what the person looks for.
        return if sent(&app, &ctx, &headers).await?.is_some() {
            Ok(to("/public/receipt"))
        } else {
            Ok(begin_again())
        };
    };
    if let Some(question) = petition.path().first().filter(|_| !begun.first.is_empty()) {
        return Ok(to(&format!("/public/form/{}", question.code())));
    }
    let frame = frame(&app, &ctx, "核对您的回答").flash(flash.0);
    page(&check_page(frame, &petition, &photos, Form::default()))
}

pub(super) async fn send(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response> {
    let Some(token) = token(&headers, DRAFT) else { return Ok(begin_again()) };
    let Some((draft, petition, photos)) = open(&app, &ctx, &headers).await? else {
        return if sent(&app, &ctx, &headers).await?.is_some() {
            Ok(to("/public/receipt"))
        } else {
            Ok(begin_again())
        };
    };
    if !form.value("website").is_empty() {
        // A trap for scripts; a person whose browser filled it in is told and loses nothing.
        form.error("website", "请清空“请不要填写这一格”，再按提交");
    } else if petition.first_open().is_some() {
        form.error("", "还有问题没有回答，请补上后再提交");
    } else if let Err(problem) = register(&app, &ctx, token, draft).await {
        // The fields are on other pages, so the sentence stands on top.
        let Problem::Refused(refusal) = problem else { return Err(problem) };
        form.error("", refusal.to_string());
    } else {
        return Ok(to("/public/receipt"));
    }
    let frame = frame(&app, &ctx, "核对您的回答");
    form_page(&form.clone(), &check_page(frame, &petition, &photos, form))
}

/// Stores the photographs, then registers everything in one transaction.
async fn register(app: &App, ctx: &Ctx, token: String, draft: Draft) -> Result<()> {
    let by = ctx.clone();
    let photos = app
        .db
        .read(move |tx| {
            // The limits first: what is refused leaves nothing on the disk.
            petition::may_send(tx, &by, &draft)?;
            draft::photo_bytes(tx, &by, draft.id)
        })
        .await?;
    let vault = attachments::Vault::of(app);
    let store = move || {
        photos.iter().map(|(name, bytes)| attachments::keep(&vault, name, bytes)).collect::<Result<Vec<_>>>()
    };
    let kept =
        tokio::task::spawn_blocking(store).await.map_err(|error| Problem::Fault(error.to_string()))??;
    let by = ctx.clone();
    let models = advice::models(&app.config.data);
    app.db.write(move |tx| petition::send(tx, &by, &models, &token, &kept)).await
}

/// The matter the draft of the cookie became, with its code while that is the one in force, and what is expected.
type Sent = (Matter, Option<Code>, Vec<(String, String)>);

async fn sent(app: &App, ctx: &Ctx, headers: &HeaderMap) -> Result<Option<Sent>> {
    let Some(token) = token(headers, DRAFT) else { return Ok(None) };
    let ctx = ctx.clone();
    app.db
        .read(move |tx| {
            let Some(id) = draft::load(tx, &ctx, &token)?.and_then(|draft| draft.matter) else {
                return Ok(None);
            };
            let matter = matters::by_id(tx, &petition::person(&ctx), id)?;
            let code = Code::of_secret(&ctx, &token);
            let holds = receipts::holds(tx, &ctx, id, &code)?;
            let expected = plain::expected(&matter, &clocks::of(tx, &matter, ctx.today())?, ctx.today());
            Ok(Some((matter, holds.then_some(code), expected)))
        })
        .await
}

#[derive(Template)]
#[template(path = "portal/receipt.html")]
pub(super) struct Receipt {
    pub frame: Frame,
    pub kind: &'static str,
    pub report: bool,
    pub number: String,
    pub code: Option<String>,
    pub day: String,
    pub expected: Vec<(String, String)>,
}

pub(super) async fn receipt(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
) -> Result<Response> {
    let Some((matter, code, expected)) = sent(&app, &ctx, &headers).await? else { return Ok(begin_again()) };
    page(&Receipt {
        frame: frame(&app, &ctx, "已经提交"),
        kind: matter.kind.label(),
        report: matter.kind == matters::Kind::Report,
        number: matter.number,
        code: code.map(|code| code.to_string()),
        day: plain::day(matter.received_on),
        expected,
    })
}
