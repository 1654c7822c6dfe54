//! Lists taken out: asked for, watched, fetched.

use std::time::Duration;

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use db::Tx;
use kernel::{Ctx, Permission, office_minute};
use matters::ways::Way;
use web::{
    App, Class, Context, Form, Frame, Html, Listing, Options, Problem, Result, Sample, form_page, page,
    redirect,
};

use crate::{
    download,
    export::{self, Export, ExportId, Format, Wish},
    produce, registry,
};

/// How long a request waits for a file that is nearly there.
const PATIENCE: Duration = Duration::from_secs(2);
/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(50);

struct Line {
    id: String,
    number: String,
    title: String,
    words: String,
    at: String,
    state: &'static str,
    colour: &'static str,
    more: String,
    personal: bool,
}

impl Line {
    fn of(export: &Export) -> Self {
        let listing = registry::find(&export.list);
        let (state, colour) = match export.state.as_str() {
            "waiting" => ("排队中", "waiting"),
            "running" => ("正在导出", "running"),
            "done" => ("可以下载", "ok"),
            "failed" => ("没有完成", "late"),
            _ => ("已过期", "done"),
        };
        let more = match (&export.error, export.state.as_str()) {
            (Some(error), _) => error.clone(),
            (None, "waiting") => String::new(),
            (None, "gone") => "文件保留七天，需要请重新导出".to_owned(),
            (None, _) => format!("{} 行", export.lines),
        };
        Self {
            id: export.id.to_string(),
            number: export.number.clone(),
            title: listing.map_or_else(|| export.list.clone(), |listing| listing.title.to_owned()),
            words: listing.map_or_else(String::new, |listing| export::words(&listing, &export.filter)),
            at: office_minute(export.asked_at),
            state,
            colour,
            more,
            personal: export.reason.is_some(),
        }
    }
}

#[derive(Template)]
#[template(path = "exchange/list.html")]
struct List {
    frame: Frame,
    lines: Vec<Line>,
    may_import: bool,
    feedback: Vec<(&'static str, &'static str)>,
}

/// How many files lie ready, on the way on from the work list.
///
/// # Errors
/// A fault when the database does not answer.
pub fn way(tx: &mut Tx, ctx: &Ctx) -> Result<Option<Way>> {
    if ctx.may(Permission::Export).is_err() {
        return Ok(None);
    }
    let count = export::mine(tx, ctx)?.iter().filter(|export| export.state == "done").count();
    Ok(Some(Way { href: "/exports", label: "数据交换", count, what: "份文件可以下载" }))
}

/// The files for other systems, for whoever may make them.
fn feedback_of(ctx: &Ctx) -> Vec<(&'static str, &'static str)> {
    let own = crate::feedback::listings().into_iter();
    own.filter(|listing| ctx.may(listing.right).is_ok()).map(|listing| (listing.key, listing.title)).collect()
}

pub(super) async fn list(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    let by = ctx.clone();
    let mine = app.db.read(move |tx| export::mine(tx, &by)).await?;
    let frame = Frame::new(&app, &ctx, "数据交换", "/exports");
    let may_import = ctx.may(Permission::Dispatch).is_ok();
    page(&List { frame, lines: mine.iter().map(Line::of).collect(), may_import, feedback: feedback_of(&ctx) })
}

#[derive(Template)]
#[template(path = "exchange/new.html")]
struct New {
    frame: Frame,
    form: Form,
    title: &'static str,
    words: String,
    formats: Options,
    columns: Vec<(&'static str, &'static str)>,
    personal: bool,
    feedback: bool,
}

fn formats() -> Options {
    vec![("csv".to_owned(), "CSV".to_owned()), ("xlsx".to_owned(), "Excel 工作簿（xlsx）".to_owned())]
}

fn new_page(frame: Frame, ctx: &Ctx, listing: &Listing, form: Form) -> New {
    let class = |class| match class {
        Class::Public => "公开",
        Class::Internal => "内部",
        Class::Personal => "个人信息，默认不带",
    };
    let openable = listing.open.is_some();
    let shown = listing.columns.iter().filter(|column| openable || column.class != Class::Personal);
    New {
        title: listing.title,
        words: export::words(listing, form.value("filter")),
        formats: formats(),
        columns: shown.map(|column| (column.title, class(column.class))).collect(),
        personal: openable && ctx.may(Permission::Unmask).is_ok(),
        feedback: crate::feedback::is_one(listing),
        frame,
        form,
    }
}

/// The query of an address in its two halves: which list, and the list's own filter.
fn parted(query: &str) -> (String, String) {
    let (mut list, mut filter) = (String::new(), Vec::new());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.strip_prefix("list=") {
            Some(key) => key.clone_into(&mut list),
            None => filter.push(pair),
        }
    }
    (list, filter.join("&"))
}

pub(super) async fn new(
    State(app): State<App>,
    Context(ctx): Context,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let (list, filter) = parted(&query.unwrap_or_default());
    let listing = export::allowed(&ctx, &list)?;
    let form = Form::filled([("list", list), ("filter", filter), ("format", "csv".to_owned())]);
    page(&new_page(Frame::new(&app, &ctx, "导出", "/exports"), &ctx, &listing, form))
}

pub(super) async fn store(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    let listing = export::allowed(&ctx, form.value("list"))?;
    let format = Format::from_ending(form.value("format"));
    if format.is_none() {
        form.error("format", "请选择文件格式");
    }
    let reason = form.text("reason", 200);
    let mut filter = form.text("filter", 4_000);
    if form.checked("again") {
        "again=yes".clone_into(&mut filter);
    }
    if let (Some(format), false) = (format, form.has_errors()) {
        let reason = form.checked("personal").then_some(reason);
        let (wish, by) = (Wish { list: listing.key.to_owned(), filter, format, reason }, ctx.clone());
        match app.db.write(move |tx| export::ask(tx, &by, &wish)).await {
            Ok(id) => {
                begin(&app, id).await;
                return Ok(redirect(&format!("/exports/{id}"), ""));
            }
            Err(problem) => form.absorb(problem)?,
        }
    }
    let frame = Frame::new(&app, &ctx, "导出", "/exports");
    form_page(&form.clone(), &new_page(frame, &ctx, &listing, form))
}

/// Lets the file be produced; waits a moment, since most are short.
async fn begin(app: &App, id: ExportId) {
    let app = app.clone();
    let work = tokio::spawn(async move {
        if let Err(problem) = produce(&app, id).await {
            tracing::error!(%problem, "export");
        }
    });
    if tokio::time::timeout(PATIENCE, work).await.is_err() {
        tracing::debug!(%id, "a long export goes on by itself");
    }
}

#[derive(Template)]
#[template(path = "exchange/show.html")]
struct Show {
    frame: Frame,
    line: Line,
    running: bool,
    growing: bool,
    ready: bool,
    ending: &'static str,
    size: String,
    digest: String,
    until: String,
    list: String,
    again: Html,
}

fn show_page(frame: Frame, export: &Export) -> Show {
    let running = matches!(export.state.as_str(), "waiting" | "running");
    Show {
        frame,
        line: Line::of(export),
        running,
        growing: running && export.format == Format::Csv,
        ready: export.state == "done",
        ending: export.format.ending(),
        size: format!("{} 字节", export.bytes),
        digest: export.digest.clone(),
        until: export.expires_at.map(office_minute).unwrap_or_default(),
        list: export.list.clone(),
        again: Html(web::escape(&export.filter)),
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<ExportId>,
) -> Result<Response> {
    let export = settled(&app, &ctx, id).await?;
    let frame = Frame::new(&app, &ctx, "导出", "/exports");
    let shown = show_page(frame, &export);
    let mut response = page(&shown)?;
    if shown.running {
        // Works without script; the page says it too.
        response.headers_mut().insert(header::REFRESH, HeaderValue::from_static("3"));
    }
    Ok(response)
}

/// The export, after a moment when it is not finished yet.
async fn settled(app: &App, ctx: &Ctx, id: ExportId) -> Result<Export> {
    let looks = PATIENCE.as_millis() / LOOK.as_millis();
    let mut left = looks;
    loop {
        let by = ctx.clone();
        let export = app.db.read(move |tx| export::find(tx, &by, id)).await?;
        if !matches!(export.state.as_str(), "waiting" | "running") || left == 0 {
            return Ok(export);
        }
        left -= 1;
        tokio::time::sleep(LOOK).await;
    }
}

pub(super) async fn file(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<ExportId>,
    headers: HeaderMap,
) -> Result<Response> {
    let by = ctx.clone();
    let export = app.db.read(move |tx| export::fetchable(tx, &by, id)).await?;
    match (export.state.as_str(), export.format) {
        ("done", _) => download::finished(&app, &export, &headers).await,
        ("waiting" | "running", Format::Csv) => Ok(download::growing(&app, &ctx, &export)),
        _ => Err(Problem::NotFound),
    }
}

fn sample(state: &str) -> Export {
    Export {
        id: ExportId::from_uuid(Default::default()),
        number: "DC-2026-00001".into(),
        list: "feedback".into(),
        filter: String::new(),
        format: Format::Csv,
        reason: None,
        officer: kernel::OfficerId::from_uuid(Default::default()),
        post: None,
        asked_at: jiff::Timestamp::UNIX_EPOCH,
        state: state.into(),
        lines: 12_000,
        bytes: 1_200_000,
        digest: "66c7f0f4".into(),
        expires_at: None,
        error: None,
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let lines = || vec![Line::of(&sample("done")), Line::of(&sample("failed"))];
    let feedback = vec![("feedback", "12315 办理结果回填")];
    let list = |lines| List { frame: Frame::bare(), lines, may_import: true, feedback: feedback.clone() };
    let new = New {
        frame: Frame::bare(),
        form: Form::default(),
        title: "事项清单",
        words: "全部".into(),
        formats: formats(),
        columns: vec![("编号", "内部")],
        personal: true,
        feedback: true,
    };
    let show = |state: &str| show_page(Frame::bare(), &sample(state));
    vec![
        Sample::of("exports", &list(lines())),
        Sample::of("exports_empty", &list(Vec::new())),
        Sample::of("export_new", &new),
        Sample::of("export_running", &show("running")),
        Sample::of("export_done", &show("done")),
        Sample::of("export_gone", &show("gone")),
    ]
}
