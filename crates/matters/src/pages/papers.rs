//! Files of a matter: sent in, shown without what tells a place, opened as they came with a reason, taken off with one.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use kernel::{AttachmentId, Ctx};
use web::{App, Context, Flash, Form, Html, Problem, Result, Sample, redirect};

use super::{
    coded,
    show::matter_page,
    step::{Desk, Step, Words},
};
use crate::{
    attachments::{self, Attachment, Vault},
    matter,
};

async fn off_the_threads<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Problem::Fault(error.to_string()))?
}

pub(super) async fn attach(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    // Who may not know of the matter stores nothing on the disk either.
    Desk { app: &app, ctx: &ctx, number: &number, path: "" }.matter().await?;
    if form.files.is_empty() {
        form.error("files", "请选择要上传的文件");
    }
    let kept = attachments::keep_all(&app, &mut form).await?;
    if form.has_errors() {
        return matter_page(app, ctx, number, form, Flash::default()).await;
    }
    let (target, count, shows) = (format!("/matters/{number}"), kept.len(), !form.checked("shows_nobody"));
    app.db
        .write(move |tx| {
            let found = matter::find(tx, &ctx, &number)?;
            for file in &kept {
                attachments::add_evidence(tx, &ctx, &found, file, shows)?;
            }
            Ok::<_, Problem>(())
        })
        .await?;
    Ok(redirect(&target, &format!("已上传 {count} 个文件")))
}

/// A file to be saved, never to be shown by the browser as a page of ours (SEC_07).
///
/// # Errors
/// A fault when the file's name or kind cannot stand in a header.
pub fn download(file: &Attachment, bytes: Vec<u8>) -> Result<Response> {
    let mut response = bytes.into_response();
    let name = format!("attachment; filename*=UTF-8''{}", coded(&file.name));
    for (key, value) in [
        (header::CONTENT_TYPE, file.media.as_str()),
        (header::CONTENT_DISPOSITION, &name),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        let value = HeaderValue::from_str(value).map_err(|error| Problem::Fault(error.to_string()))?;
        response.headers_mut().insert(key, value);
    }
    Ok(response)
}

/// A file of the matter, sealed or not: for forms about it.
async fn find(app: &App, ctx: &Ctx, number: &str, id: AttachmentId) -> Result<Attachment> {
    let (ctx, number) = (ctx.clone(), number.to_owned());
    app.db
        .read(move |tx| {
            let found = matter::find(tx, &ctx, &number)?;
            attachments::find(tx, found.id, id)
        })
        .await
}

pub(super) async fn file(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, AttachmentId)>,
) -> Result<Response> {
    let file = app
        .db
        .read(move |tx| {
            let found = matter::find(tx, &ctx, &number)?;
            attachments::find_shown(tx, found.id, id)
        })
        .await?;
    let (vault, shown) = (Vault::of(&app), file.clone());
    download(&file, off_the_threads(move || attachments::bytes(&vault, &shown)).await?)
}

const ORIGINAL: Words = Words {
    title: "查看附件原件",
    lead: "原件可能含有拍摄地点等个人信息。查看会留下记录：谁、何时、什么理由。",
    button: "下载原件",
};

const MARK: Words = Words {
    title: "附件是否显示举报人身份",
    lead: "签名、姓名、电话、聊天头像、邮寄封面等会显示举报人身份的，只有有权查看举报人身份的人说明理由后才能打开（第三十七条）。",
    button: "保存",
};

const REMOVAL: Words = Words {
    title: "移除附件",
    lead: "移除后不再显示；文件和记录仍然保留备查。作为送达或者暂停证明的附件不能移除。",
    button: "移除",
};

fn reason(form: &Form) -> Vec<Html> {
    vec![form.line("reason", "理由", "至少 4 个字")]
}

pub(super) async fn ask_original(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, AttachmentId)>,
) -> Result<Response> {
    find(&app, &ctx, &number, id).await?;
    let path = format!("attachments/{id}/original");
    let form = Form::default();
    let fields = reason(&form);
    Desk { app: &app, ctx: &ctx, number: &number, path: &path }.page(form, &ORIGINAL, fields)
}

pub(super) async fn original(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, AttachmentId)>,
    mut form: Form,
) -> Result<Response> {
    let (words, by, seen) = (form.text("reason", 200), ctx.clone(), number.clone());
    let opened = app.db.write(move |tx| {
        let found = matter::find(tx, &by, &seen)?;
        attachments::original(tx, &by, &found, id, &words)
    });
    match opened.await {
        Ok(file) => {
            let (vault, shown) = (Vault::of(&app), file.clone());
            download(&file, off_the_threads(move || attachments::original_bytes(&vault, &shown)).await?)
        }
        Err(problem) => {
            let path = format!("attachments/{id}/original");
            let desk = Desk { app: &app, ctx: &ctx, number: &number, path: &path };
            desk.answer(Err(problem), "", form, &ORIGINAL, reason)
        }
    }
}

const SHOWS: &[(&str, &str)] = &[("yes", "可能显示举报人身份，封存"), ("no", "已经看过，不显示举报人身份")];

fn mark_fields(form: &Form) -> Vec<Html> {
    let options = SHOWS.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect();
    vec![form.radios("shows", "这个附件", "", &options), form.line("reason", "理由", "至少 4 个字")]
}

pub(super) async fn ask_mark(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, AttachmentId)>,
) -> Result<Response> {
    find(&app, &ctx, &number, id).await?;
    let path = format!("attachments/{id}/mark");
    let form = Form::default();
    let fields = mark_fields(&form);
    Desk { app: &app, ctx: &ctx, number: &number, path: &path }.page(form, &MARK, fields)
}

pub(super) async fn mark(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, AttachmentId)>,
    mut form: Form,
) -> Result<Response> {
    find(&app, &ctx, &number, id).await?;
    let path = format!("attachments/{id}/mark");
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: &path };
    let shows = form.choice("shows", SHOWS.iter().map(|(code, _)| *code), "请选择");
    let reason = form.text("reason", 200);
    if form.has_errors() {
        let fields = mark_fields(&form);
        return desk.page(form, &MARK, fields);
    }
    let (by, seen) = (ctx.clone(), number.clone());
    let marked = app.db.write(move |tx| {
        let found = matter::find(tx, &by, &seen)?;
        attachments::mark(tx, &by, &found, id, shows == "yes", &reason)
    });
    desk.answer(marked.await, "已保存", form, &MARK, mark_fields)
}

pub(super) async fn ask_removal(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, AttachmentId)>,
) -> Result<Response> {
    find(&app, &ctx, &number, id).await?;
    let path = format!("attachments/{id}/removal");
    let form = Form::default();
    let fields = reason(&form);
    Desk { app: &app, ctx: &ctx, number: &number, path: &path }.page(form, &REMOVAL, fields)
}

pub(super) async fn remove(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, AttachmentId)>,
    mut form: Form,
) -> Result<Response> {
    let (words, by, seen) = (form.text("reason", 200), ctx.clone(), number.clone());
    let removed = app.db.write(move |tx| {
        let found = matter::find(tx, &by, &seen)?;
        attachments::remove(tx, &by, &found, id, &words)
    });
    let path = format!("attachments/{id}/removal");
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: &path };
    desk.answer(removed.await, "已移除附件", form, &REMOVAL, reason)
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::default();
    form.error("reason", "请写明理由");
    vec![
        Sample::of("original", &Step::sample(form.clone(), reason(&form), &ORIGINAL)),
        Sample::of("mark", &Step::sample(form.clone(), mark_fields(&form), &MARK)),
        Sample::of("removal", &Step::sample(form.clone(), reason(&form), &REMOVAL)),
    ]
}
