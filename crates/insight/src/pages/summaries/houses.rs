//! The office's own Word documents: uploaded, looked through, put to use by another, ended; and a report filled into the one in use.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Ctx, Permission, Refusal, office_minute};
use matters::attachments::Vault;
use web::{App, Context, DOCX, Flash, Form, Frame, Problem, Result, Sample, download, form_page, redirect};

use crate::summary::{self, Fit, House, HouseId, Offered, PLACES, SummaryId};

/// A document in the list.
pub(super) struct HouseLine {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) reports: String,
    pub(super) version: i64,
    pub(super) note: String,
    pub(super) uploaded: String,
    pub(super) state: String,
    pub(super) waits: bool,
}

/// The documents for the page of templates; `names` are those of templates by their keys.
pub(super) fn lines(houses: &[House], names: &[(String, String)]) -> Vec<HouseLine> {
    houses.iter().map(|one| line(one, houses, names)).collect()
}

fn line(one: &House, all: &[House], names: &[(String, String)]) -> HouseLine {
    let name = names.iter().find(|(key, _)| *key == one.template).map(|(_, name)| name.clone());
    let in_use = summary::house_in_use(all, &one.template).is_some_and(|used| used.id == one.id);
    let told = |(who, at): &(String, jiff::Timestamp)| format!("{} {who}", office_minute(*at));
    let state = match (&one.ended, &one.released) {
        (Some(ended), _) => format!("{}停用", told(ended)),
        (None, None) => "待核准".to_owned(),
        (None, Some(released)) if in_use => format!("使用中，{}核准", told(released)),
        (None, Some(_)) => "已有新版".to_owned(),
    };
    HouseLine {
        id: one.id.to_string(),
        name: one.name.clone(),
        reports: if one.template.is_empty() {
            ALL.to_owned()
        } else {
            name.unwrap_or_else(|| one.template.clone())
        },
        version: one.version,
        note: one.note.clone(),
        uploaded: format!("{} {}", office_minute(one.at), one.uploader),
        state,
        waits: one.released.is_none() && one.ended.is_none(),
    }
}

/// Reports of every template that has no document of its own.
const ALL: &str = "其他各种总结";

fn names(templates: &[summary::Template]) -> Vec<(String, String)> {
    templates.iter().map(|one| (one.key.to_string(), one.name.to_string())).collect()
}

#[derive(Template)]
#[template(path = "insight/house_new.html")]
struct New {
    frame: Frame,
    form: Form,
    templates: Vec<(String, String)>,
    places: &'static [(&'static str, &'static str)],
}

async fn asked(app: &App, ctx: &Ctx, form: Form) -> Result<Response> {
    let by = ctx.clone();
    let templates = app.db.read(move |tx| summary::templates(tx, &by)).await?;
    let all = [("all".to_owned(), ALL.to_owned())];
    let frame = Frame::new(app, ctx, "上传本局文件样式", "/figures");
    let templates = all.into_iter().chain(names(&templates)).collect();
    form_page(&form.clone(), &New { frame, form, templates, places: PLACES })
}

pub(super) async fn ask(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    asked(&app, &ctx, Form::filled([("template", "all".to_owned())])).await
}

/// The file that came with the form, looked at and kept.
async fn kept(app: &App, form: &mut Form) -> Result<Option<Offered>> {
    let template = form.required("template", "请选择用于哪种总结", 80);
    let template = if template == "all" { String::new() } else { template };
    let note = form.required("note", "请写明这一版改了什么、为什么改", 200);
    let Some(file) = form.files.first().cloned() else {
        form.error("file", "请选择要上传的 Word 文档（.docx）");
        return Ok(None);
    };
    if form.has_errors() {
        // A browser does not send a file again by itself.
        form.error("file", "请重新选择文件");
        return Ok(None);
    }
    let vault = Vault::documents(&app.config.data, &app.ground);
    let name = file.name.clone();
    let work = move || -> Result<(Fit, String, usize)> {
        let fit = summary::examine(&file.bytes)?;
        Ok((fit, vault.store(&file.bytes)?, file.bytes.len()))
    };
    match tokio::task::spawn_blocking(work).await.map_err(|error| Problem::Fault(error.to_string()))? {
        Ok((fit, digest, size)) => Ok(Some(Offered { template, name, note, file: (digest, size), fit })),
        Err(problem) => form.absorb(problem).map(|()| None),
    }
}

pub(super) async fn store(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    if let Some(offered) = kept(&app, &mut form).await? {
        let by = ctx.clone();
        match app.db.write(move |tx| summary::offer(tx, &by, &offered)).await {
            Ok(id) => {
                return Ok(redirect(&format!("/summary-documents/{id}"), "已上传，等待另一位局领导核准"));
            }
            Err(problem) => form.absorb(problem)?,
        }
    }
    asked(&app, &ctx, form).await
}

#[derive(Template)]
#[template(path = "insight/house.html")]
struct Show {
    frame: Frame,
    form: Form,
    line: HouseLine,
    size: String,
    places: Vec<String>,
    unused: Vec<&'static str>,
    numbers: Vec<String>,
    may_release: bool,
    may_end: bool,
}

async fn shown(app: &App, ctx: &Ctx, id: HouseId, form: Form, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let load = move |tx: &mut db::Tx| {
        let (houses, templates) = (summary::houses(tx)?, summary::templates(tx, &by)?);
        Ok::<_, Problem>((summary::house(tx, id)?, houses, names(&templates)))
    };
    let (one, houses, names) = app.db.read(load).await?;
    let (decides, line) = (ctx.may(Permission::ConfirmSettings).is_ok(), line(&one, &houses, &names));
    let show = Show {
        frame: Frame::new(app, ctx, format!("{}（第 {} 版）", line.reports, line.version), "/figures")
            .flash(flash.0),
        form,
        size: format!("{} KB", (one.size + 1023) / 1024),
        unused: one.unused(),
        may_release: decides && line.waits,
        may_end: decides && one.ended.is_none(),
        line,
        places: one.places,
        numbers: one.numbers,
    };
    form_page(&show.form.clone(), &show)
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<HouseId>,
    flash: Flash,
) -> Result<Response> {
    shown(&app, &ctx, id, Form::default(), flash).await
}

/// The bytes of a document, off the async threads.
async fn bytes(app: &App, digest: String) -> Result<Vec<u8>> {
    let vault = Vault::documents(&app.config.data, &app.ground);
    let load = tokio::task::spawn_blocking(move || vault.load(&digest)).await;
    load.map_err(|error| Problem::Fault(error.to_string()))?
}

pub(super) async fn file(State(app): State<App>, Path(id): Path<HouseId>) -> Result<Response> {
    let one = app.db.read(move |tx| summary::house(tx, id)).await?;
    Ok(download(&one.name, DOCX, bytes(&app, one.digest).await?))
}

pub(super) async fn release(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<HouseId>,
    mut form: Form,
) -> Result<Response> {
    let by = ctx.clone();
    match app.db.write(move |tx| summary::release(tx, &by, id)).await {
        Ok(()) => return Ok(redirect("/summary-templates", "已核准启用，总结页面上可以按本局文件样式导出")),
        Err(problem) => form.absorb(problem)?,
    }
    shown(&app, &ctx, id, form, Flash::default()).await
}

pub(super) async fn end(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<HouseId>,
) -> Result<Response> {
    app.db.write(move |tx| summary::end(tx, &ctx, id)).await?;
    Ok(redirect("/summary-templates", "已停用"))
}

/// A report in the office's own document.
pub(super) async fn filled(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<SummaryId>,
) -> Result<Response> {
    let load = move |tx: &mut db::Tx| {
        let leaving = summary::leaving(tx, &ctx, id)?;
        let houses = summary::houses(tx)?;
        let used = summary::house_in_use(&houses, leaving.template()).map(|one| one.digest.clone());
        Ok::<_, Problem>((leaving, used))
    };
    let (leaving, used) = app.db.read(load).await?;
    let Some(used) = used else {
        let words = "还没有启用的本局文件样式：请在“总结模板”中上传，并由另一位局领导核准";
        return Err(Refusal::new("no_house", words).into());
    };
    let (document, name) = (bytes(&app, used).await?, format!("{}.docx", leaving.sheet.title));
    let work = tokio::task::spawn_blocking(move || leaving.into_house(&document)).await;
    Ok(download(&name, DOCX, work.map_err(|error| Problem::Fault(error.to_string()))??))
}

pub(super) fn sample_line() -> HouseLine {
    HouseLine {
        id: "1".into(),
        name: "局发文红头.docx".into(),
        reports: "通报".into(),
        version: 2,
        note: "换了局徽".into(),
        uploaded: "2026-10-01 09:00 张伟".into(),
        state: "待核准".into(),
        waits: true,
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::filled([("template", "all".to_owned())]);
    form.error("file", "文档中有总结没有的占位：{{正 文}}，是不是 {{正文}}");
    let frame = Frame { title: "上传本局文件样式".into(), ..Frame::bare() };
    let new = New { frame, form, templates: vec![("all".into(), ALL.into())], places: PLACES };
    let mut form = Form::default();
    form.error("", "文件样式不能由上传的人自己启用");
    let show = Show {
        frame: Frame { title: "通报（第 2 版）".into(), ..Frame::bare() },
        form,
        line: sample_line(),
        size: "24 KB".into(),
        places: vec!["标题".into(), "正文".into()],
        unused: vec!["编号"],
        numbers: vec!["第 3 段第 5 字“20份”".into()],
        may_release: true,
        may_end: true,
    };
    vec![Sample::of("summary_house_new", &new), Sample::of("summary_house", &show)]
}
