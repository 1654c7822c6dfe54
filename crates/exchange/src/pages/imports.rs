//! Files brought in: uploaded, checked, run, reconciled.

use std::{fs, io::Write as _, path::PathBuf, time::Duration};

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use db::Tx;
use kernel::{Ctx, UnitId, hex, office_minute, sm3};
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, Sample, form_page, page, redirect};

use crate::{
    bring,
    inbox::{self, InboxFile, InboxId, InboxLine, MAPS, Parcel},
    sheet::guarded,
};

/// How long a request waits for a check that is nearly done.
const PATIENCE: Duration = Duration::from_secs(2);
/// Rows to look at on a page.
const SHOWN: usize = 200;

struct FileLine {
    id: String,
    name: String,
    map: &'static str,
    at: String,
    state: &'static str,
    colour: &'static str,
    error: String,
    counts: [i64; 6],
    encoding: String,
    unread: String,
}

impl FileLine {
    fn of(file: &InboxFile) -> Self {
        let (state, colour) = match file.state.as_str() {
            "checking" => ("正在检查", "running"),
            "checked" => ("已检查，等待导入", "soon"),
            "waiting" => ("排队中", "waiting"),
            "running" => ("正在导入", "running"),
            "done" => ("已导入", "ok"),
            "failed" => ("没有完成", "late"),
            _ => ("文件已清除", "done"),
        };
        Self {
            id: file.id.to_string(),
            name: if file.name.is_empty() { "（已清除）".to_owned() } else { file.name.clone() },
            map: MAPS.iter().find(|(word, _)| *word == file.map).map_or("", |(_, name)| name),
            at: office_minute(file.uploaded_at),
            state,
            colour,
            error: file.error.clone().unwrap_or_default(),
            counts: file.counts,
            encoding: file.encoding.clone(),
            unread: file.unread.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "exchange/imports.html")]
struct List {
    frame: Frame,
    form: Form,
    maps: Options,
    units: Options,
    files: Vec<FileLine>,
}

fn maps() -> Options {
    MAPS.iter().map(|(word, name)| ((*word).to_owned(), (*name).to_owned())).collect()
}

/// The units of the actor's subtree, by id.
fn units(tx: &mut Tx, ctx: &Ctx) -> Result<Options> {
    let below = ctx.officer()?.unit_path.clone();
    let units = people::units(tx)?.into_iter().filter(|unit| unit.path.starts_with(&below));
    Ok(units.map(|unit| (unit.id.to_string(), unit.name)).collect())
}

async fn listed(app: App, ctx: Ctx, form: Form, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let load = move |tx: &mut Tx| Ok::<_, Problem>((units(tx, &by)?, inbox::mine(tx, &by)?));
    let (units, files) = app.db.read(load).await?;
    let frame = Frame::new(&app, &ctx, "导入文件", "/exports").flash(flash.0);
    let files = files.iter().map(FileLine::of).collect();
    form_page(&form.clone(), &List { frame, form, maps: maps(), units, files })
}

pub(super) async fn list(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    let unit = ctx.officer()?.unit.to_string();
    let form = Form::filled([("map", "national".to_owned()), ("unit", unit)]);
    listed(app, ctx, form, flash).await
}

/// What was uploaded, or sentences at the fields.
fn parcel(form: &mut Form, open: &Options) -> Option<(Parcel, axum::body::Bytes)> {
    let map = form.choice("map", MAPS.iter().map(|(word, _)| *word), "请选择表头");
    let unit: Option<UnitId> = form.id("unit");
    if !unit.is_some_and(|unit| open.iter().any(|(id, _)| *id == unit.to_string())) {
        form.error("unit", "请从列表中选择接收单位");
    }
    let sent = |name: &str| form.files.iter().find(|file| file.field == name).cloned();
    let (file, map_file) = (sent("file"), sent("map_file"));
    let name = file.as_ref().map_or_else(String::new, |file| file.name.chars().take(200).collect());
    let lower = name.to_lowercase();
    if !lower.ends_with(".csv") && !lower.ends_with(".xlsx") {
        form.error("file", "请选择 xlsx 或者 CSV 文件");
    }
    let map_text = map_file.filter(|_| map == "own").map(|file| sheets::words_of(&file.bytes)).transpose();
    let map_text = map_text.map(|read| read.map(|(text, _)| text)).unwrap_or_else(|error| {
        form.error("map_file", error.to_string());
        None
    });
    if map == "own" && map_text.is_none() {
        form.error("map_file", "请上传映射文件");
    }
    if let Err(Problem::Refused(refusal)) = inbox::map(&map, map_text.as_deref()) {
        form.refuse(&refusal);
    }
    let (unit, file) = (unit?, file?);
    let digest = hex(&sm3(&file.bytes));
    (!form.has_errors()).then_some((Parcel { name, digest, map, map_text, unit }, file.bytes))
}

fn keep(path: &PathBuf, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}

pub(super) async fn upload(
    State(app): State<App>,
    Context(ctx): Context,
    mut form: Form,
) -> Result<Response> {
    let by = ctx.clone();
    let open = app.db.read(move |tx| units(tx, &by)).await?;
    let Some((parcel, bytes)) = parcel(&mut form, &open) else {
        return listed(app, ctx, form, Flash::default()).await;
    };
    let id: InboxId = ctx.id();
    let path = app.config.data.join(inbox::path(id, &parcel.name));
    let kept = tokio::task::spawn_blocking(move || keep(&path, &bytes)).await;
    kept.map_err(|error| Problem::Fault(error.to_string()))??;
    let by = ctx.clone();
    app.db.write(move |tx| inbox::receive(tx, &by, id, &parcel)).await?;
    begin(&app, id).await;
    Ok(redirect(&format!("/imports/{id}"), ""))
}

/// Lets the file be worked on; waits a moment, since most are short.
async fn begin(app: &App, id: InboxId) {
    let app = app.clone();
    let work = tokio::spawn(async move {
        if let Err(problem) = bring(&app, id).await {
            tracing::error!(%problem, "import");
        }
    });
    if tokio::time::timeout(PATIENCE, work).await.is_err() {
        tracing::debug!(%id, "a long import goes on by itself");
    }
}

struct LineShown {
    line: i64,
    kind: &'static str,
    colour: &'static str,
    words: String,
    matters: Vec<String>,
    open: bool,
}

impl From<InboxLine> for LineShown {
    fn from(line: InboxLine) -> Self {
        let (kind, colour) = match line.kind.as_str() {
            "bad" => ("有错误", "late"),
            "changed" => ("有变化", "soon"),
            "linked" => ("并入", "ok"),
            "joined" => ("已关联", "ok"),
            _ => ("疑似同一件", "soon"),
        };
        let matters: Vec<_> = line.matter.split('|').filter(|it| !it.is_empty()).map(str::to_owned).collect();
        let open = line.kind == "alike" && matters.len() == 2;
        Self { line: line.line, kind, colour, words: line.words, matters, open }
    }
}

#[derive(Template)]
#[template(path = "exchange/import.html")]
struct Show {
    frame: Frame,
    file: FileLine,
    counts: Vec<(&'static str, i64)>,
    lines: Vec<LineShown>,
    more: bool,
    dry_run: bool,
    running: bool,
    may_run: bool,
    balanced: bool,
    faults: bool,
}

/// The reconciliation sheet: the first is the sum of the others.
fn reconciled(counts: [i64; 6]) -> Vec<(&'static str, i64)> {
    ["读取", "= 新增", "+ 已有", "+ 并入", "+ 有变化", "+ 有错误"].into_iter().zip(counts).collect()
}

fn show_page(frame: Frame, file: &InboxFile, lines: Vec<InboxLine>) -> Show {
    let state = file.state.as_str();
    let [read, parts @ ..] = file.counts;
    Show {
        frame,
        counts: reconciled(file.counts),
        more: lines.len() >= SHOWN,
        lines: lines.into_iter().map(Into::into).collect(),
        dry_run: matches!(state, "checking" | "checked"),
        running: matches!(state, "checking" | "waiting" | "running"),
        may_run: state == "checked" || (state == "failed" && read > 0),
        balanced: matches!(state, "checked" | "done") && read == parts.iter().sum::<i64>(),
        faults: matches!(state, "checked" | "done") && file.counts[4] + file.counts[5] > 0,
        file: FileLine::of(file),
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<InboxId>,
    flash: Flash,
) -> Result<Response> {
    let by = ctx.clone();
    let load = move |tx: &mut Tx| Ok::<_, Problem>((inbox::find(tx, &by, id)?, inbox::lines(tx, id, false)?));
    let (file, lines) = app.db.read(load).await?;
    let frame = Frame::new(&app, &ctx, "导入文件", "/exports").flash(flash.0);
    let shown = show_page(frame, &file, lines);
    let mut response = page(&shown)?;
    if shown.running {
        response.headers_mut().insert(header::REFRESH, HeaderValue::from_static("3"));
    }
    Ok(response)
}

pub(super) async fn run(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<InboxId>,
) -> Result<Response> {
    app.db.write(move |tx| inbox::run(tx, &ctx, id)).await?;
    begin(&app, id).await;
    Ok(redirect(&format!("/imports/{id}"), ""))
}

pub(super) async fn link(
    State(app): State<App>,
    Context(ctx): Context,
    Path((id, line)): Path<(InboxId, i64)>,
) -> Result<Response> {
    app.db.write(move |tx| inbox::link(tx, &ctx, id, line)).await?;
    Ok(redirect(&format!("/imports/{id}"), "已关联为同一件"))
}

pub(super) async fn faults(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<InboxId>,
) -> Result<Response> {
    let load = move |tx: &mut Tx| Ok::<_, Problem>((inbox::find(tx, &ctx, id)?, inbox::lines(tx, id, true)?));
    let (file, lines) = app.db.read(load).await?;
    let path = app.config.data.join(file.file());
    let made = tokio::task::spawn_blocking(move || fault_file(&path, &lines)).await;
    let bytes = made.map_err(|error| Problem::Fault(error.to_string()))??;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"errors.csv\""),
    ];
    Ok((headers, bytes).into_response())
}

/// The rows that were refused or differ, as they stood, with the reason: mended, the file can be uploaded again.
fn fault_file(path: &std::path::Path, lines: &[InboxLine]) -> Result<Vec<u8>> {
    let wrong = |error: &dyn std::fmt::Display| Problem::Malformed(error.to_string());
    let headers = sheets::survey(path).map_err(|error| wrong(&error))?.headers;
    let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let titles = headers.iter().map(String::as_str).chain(["行号", "原因"]);
    out.write_record(titles).map_err(|error| wrong(&error))?;
    let mut waiting = lines.iter().filter(|line| matches!(line.kind.as_str(), "bad" | "changed")).peekable();
    for row in sheets::rows(path).map_err(|error| wrong(&error))? {
        let (number, row) = row.map_err(|error| wrong(&error))?;
        let Some(line) = waiting.next_if(|line| usize::try_from(line.line) == Ok(number)) else { continue };
        let cells =
            headers.iter().map(|header| row.get(header).map(|cell| guarded(cell)).unwrap_or_default());
        let record = cells.chain([number.to_string(), line.words.clone()]);
        out.write_record(record).map_err(|error| wrong(&error))?;
    }
    out.into_inner().map_err(|error| wrong(&error))
}

pub(super) fn samples() -> Vec<Sample> {
    let line = |state: &'static str| FileLine {
        id: "1".into(),
        name: "12345工单.xlsx".into(),
        map: MAPS[1].1,
        at: "2026-11-24 09:00".into(),
        state,
        colour: "ok",
        error: String::new(),
        counts: [5, 2, 1, 1, 0, 1],
        encoding: "GB18030（GBK）".into(),
        unread: "备注".into(),
    };
    let shown = |kind: &str, matter: &str| {
        let (kind, words, matter) = (kind.to_owned(), "缺少登记编号".to_owned(), matter.to_owned());
        LineShown::from(InboxLine { line: 4, kind, words, matter })
    };
    let list = List {
        frame: Frame::bare(),
        form: Form::default(),
        maps: maps(),
        units: vec![("1".into(), "中山所".into())],
        files: vec![line("已导入")],
    };
    let show = Show {
        frame: Frame::bare(),
        file: line("已检查，等待导入"),
        counts: reconciled([5, 2, 1, 1, 0, 1]),
        lines: vec![shown("bad", ""), shown("alike", "TS-2|TS-1")],
        more: true,
        dry_run: true,
        running: true,
        may_run: true,
        balanced: true,
        faults: true,
    };
    vec![Sample::of("imports", &list), Sample::of("import", &show)]
}
