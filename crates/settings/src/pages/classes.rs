//! Trees and lists: their editions, the draft in a plain form and as csv, the preview and the day.

mod change;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use db::Tx;
use kernel::{Ctx, Refusal};
use law::Law;
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, Sample, form_page, page, redirect};

pub(super) use change::{add, change, put_csv};

use crate::{
    classification::{
        self, ClassEdition, ClassEditionId, TREES, by_id,
        entries::{self, Entry, Shape},
        entries_of, label, latest_entries,
    },
    csv_tree, in_use,
};

struct TreeLine {
    key: &'static str,
    label: &'static str,
    edition: String,
    offered: usize,
    retired: usize,
    draft: bool,
}

#[derive(Template)]
#[template(path = "settings/classification.html")]
struct Trees {
    frame: Frame,
    trees: Vec<TreeLine>,
}

struct EditionLine {
    id: String,
    number: i64,
    from: String,
    made: String,
    reason: String,
    is_draft: bool,
}

struct EntryLine {
    code: String,
    name: String,
    retired: bool,
    since: String,
    into: String,
    matters: String,
}

#[derive(Template)]
#[template(path = "settings/tree.html")]
struct Tree {
    frame: Frame,
    key: String,
    label: &'static str,
    current: String,
    draft: Option<String>,
    editions: Vec<EditionLine>,
    entries: Vec<EntryLine>,
}

#[derive(Template)]
#[template(path = "settings/class.html")]
struct Class {
    frame: Frame,
    form: Form,
    id: String,
    key: String,
    title: String,
    made: String,
    is_draft: bool,
    is_tree: bool,
    version: i64,
    code_hint: &'static str,
    codes: Options,
    acts: Options,
    entries: Vec<EntryLine>,
}

#[derive(Template)]
#[template(path = "settings/class_preview.html")]
pub(super) struct Preview {
    frame: Frame,
    form: Form,
    id: String,
    title: String,
    pub version: i64,
    pub fault: Option<String>,
    pub differences: Vec<String>,
    pub affected: Vec<(String, i64)>,
}

fn tree_line(tx: &mut Tx, key: &'static str, label: &'static str) -> Result<TreeLine> {
    let editions = classification::list(tx, key)?;
    let nodes = Law::in_use().classification.entries(key).unwrap_or_default();
    let retired = nodes.iter().filter(|node| node.retired_on.is_some()).count();
    Ok(TreeLine {
        key,
        label,
        edition: edition_words(&editions),
        offered: nodes.len() - retired,
        retired,
        draft: editions.iter().any(|edition| edition.state == "draft"),
    })
}

/// The edition in force, or the next that is planned, in words.
fn edition_words(editions: &[ClassEdition]) -> String {
    match editions.iter().find(|edition| edition.state == "active") {
        Some(edition) => {
            let from = edition.valid_from.map(|from| from.to_string()).unwrap_or_default();
            format!("第 {} 版，{from} 起", edition.number)
        }
        None => "第 1 版，随程序发布".to_owned(),
    }
}

pub(super) async fn list(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    let load =
        |tx: &mut Tx| TREES.iter().map(|(key, label)| tree_line(tx, key, label)).collect::<Result<Vec<_>>>();
    let trees = app.db.read(load).await?;
    page(&Trees { frame: Frame::new(&app, &ctx, "分类", "/settings"), trees })
}

fn entry_line(entry: &Entry, uses: &[(String, i64)]) -> EntryLine {
    let matters = uses.iter().find(|(code, _)| *code == entry.code).map(|(_, count)| count.to_string());
    EntryLine {
        code: entry.code.clone(),
        name: format!("{}{}", "　".repeat(entry.depth()), entry.name),
        retired: entry.retired,
        since: entry.retired_on.map(|day| format!("（{day} 起）")).unwrap_or_default(),
        into: entry.into.join(" "),
        matters: matters.unwrap_or_default(),
    }
}

fn edition_line(edition: &ClassEdition) -> EditionLine {
    let decided = if edition.decided_name.is_empty() {
        String::new()
    } else {
        format!("；{}启用", edition.decided_name)
    };
    EditionLine {
        id: edition.id.to_string(),
        number: edition.number,
        from: edition.valid_from.map(|from| from.to_string()).unwrap_or_default(),
        made: format!("{} {}起草{decided}", kernel::office_minute(edition.made_at), edition.made_name),
        reason: edition.reason.clone(),
        is_draft: edition.state == "draft",
    }
}

pub(super) async fn tree(
    State(app): State<App>,
    Context(ctx): Context,
    Path(key): Path<String>,
    flash: Flash,
) -> Result<Response> {
    let label = label(&key)?;
    let seen = key.clone();
    let load = move |tx: &mut Tx| {
        let uses = classification::in_use(tx, &seen)?;
        Ok::<_, Problem>((classification::list(tx, &seen)?, uses))
    };
    let (editions, uses) = app.db.read(load).await?;
    let nodes = Law::in_use().classification.entries(&key).unwrap_or_default().into_iter().map(Entry::from);
    let draft = editions.iter().find(|edition| edition.state == "draft");
    page(&Tree {
        frame: Frame::new(&app, &ctx, label, "/settings").flash(flash.0),
        label,
        current: edition_words(&editions),
        draft: draft.map(|draft| draft.id.to_string()),
        entries: nodes.map(|entry| entry_line(&entry, &uses)).collect(),
        editions: editions.iter().map(edition_line).collect(),
        key,
    })
}

pub(super) async fn begin(
    State(app): State<App>,
    Context(ctx): Context,
    Path(key): Path<String>,
    mut form: Form,
) -> Result<Response> {
    label(&key)?;
    let from = form.id("from");
    let id = app.db.write(move |tx| classification::begin(tx, &ctx, &key, from)).await?;
    Ok(redirect(&format!("/settings/classes/{id}"), "草稿已建立，启用之前不影响登记"))
}

fn acts(is_tree: bool) -> Options {
    let all = [
        ("rename", "改名"),
        ("retire", "停用"),
        ("restore", "恢复"),
        ("up", "上移"),
        ("move", "移到别的上级"),
    ];
    let kept = all.into_iter().filter(|(code, _)| is_tree || *code != "move");
    kept.map(|(code, words)| (code.to_owned(), words.to_owned())).collect()
}

fn class_page(edition: &ClassEdition, all: &[Entry], form: Form) -> Result<Class> {
    let is_tree = Shape::of(&edition.tree) == Shape::Tree;
    let title = format!("{}第 {} 版", label(&edition.tree)?, edition.number);
    let line = edition_line(edition);
    let words = |entry: &Entry| {
        let gone = if entry.retired { "（停用）" } else { "" };
        (entry.code.clone(), format!("{} {}{gone}", entry.code, entry.name))
    };
    Ok(Class {
        frame: Frame::bare(),
        form,
        id: edition.id.to_string(),
        key: edition.tree.clone(),
        title,
        made: format!("{}{}", line.made, if line.is_draft { "，启用之前不影响登记" } else { "" }),
        is_draft: line.is_draft,
        is_tree,
        version: edition.version,
        code_hint: if is_tree {
            "选了上级的可以不填，自动取下一个"
        } else {
            "小写字母、数字，例如 wechat"
        },
        codes: all.iter().map(words).collect(),
        acts: acts(is_tree),
        entries: all.iter().map(|entry| entry_line(entry, &[])).collect(),
    })
}

async fn shown(app: &App, ctx: &Ctx, id: ClassEditionId, form: Form, flash: Flash) -> Result<Response> {
    let load = move |tx: &mut Tx| Ok::<_, Problem>((by_id(tx, id)?, entries_of(tx, id)?));
    let (edition, all) = app.db.read(load).await?;
    let mut shown = class_page(&edition, &all, form.clone())?;
    shown.frame = Frame::new(app, ctx, shown.title.clone(), "/settings").flash(flash.0);
    form_page(&form, &shown)
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<ClassEditionId>,
    flash: Flash,
) -> Result<Response> {
    shown(&app, &ctx, id, Form::default(), flash).await
}

pub(super) async fn csv(State(app): State<App>, Path(id): Path<ClassEditionId>) -> Result<Response> {
    let load = move |tx: &mut Tx| Ok::<_, Problem>((by_id(tx, id)?, entries_of(tx, id)?));
    let (edition, all) = app.db.read(load).await?;
    let name = format!("attachment; filename=\"{}-{}.csv\"", edition.tree, edition.number);
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, csv_tree::write(&all)).into_response())
}

pub(super) fn load_preview(tx: &mut Tx, id: ClassEditionId) -> Result<Preview> {
    let edition = by_id(tx, id)?;
    if edition.state != "draft" {
        return Err(Problem::NotFound);
    }
    let (before, after) = (latest_entries(tx, &edition.tree)?, entries_of(tx, id)?);
    let uses = classification::in_use(tx, &edition.tree)?;
    let was = |code: &str| before.iter().any(|old| old.code == code && old.retired);
    let gone = after.iter().filter(|entry| entry.retired && !was(&entry.code));
    let affected = gone.filter_map(|entry| {
        let (_, count) = uses.iter().find(|(code, _)| *code == entry.code)?;
        Some((format!("{} {}", entry.code, entry.name), *count))
    });
    Ok(Preview {
        frame: Frame::bare(),
        form: Form::default(),
        id: id.to_string(),
        title: format!("{}第 {} 版", label(&edition.tree)?, edition.number),
        version: edition.version,
        fault: entries::check(&edition.tree, &before, &after).err().map(|fault: Refusal| fault.to_string()),
        differences: entries::differences(&before, &after),
        affected: affected.collect(),
    })
}

async fn preview_page(app: &App, ctx: &Ctx, id: ClassEditionId, form: Form) -> Result<Response> {
    let mut shown = app.db.read(move |tx| load_preview(tx, id)).await?;
    shown.frame = Frame::new(app, ctx, shown.title.clone(), "/settings");
    shown.form = form.clone();
    form_page(&form, &shown)
}

pub(super) async fn preview(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<ClassEditionId>,
) -> Result<Response> {
    let form = Form::filled([("valid_from", ctx.today().to_string())]);
    preview_page(&app, &ctx, id, form).await
}

pub(super) async fn activate(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<ClassEditionId>,
    mut form: Form,
) -> Result<Response> {
    let (from, version) = (form.date("valid_from"), form.number("_version").unwrap_or_default());
    let reason = form.text("reason", 500);
    if from.is_none() {
        form.error("valid_from", "请填写从哪天起启用");
    }
    if let Some(from) = from.filter(|_| !form.has_errors()) {
        let (by, today) = (ctx.clone(), ctx.today());
        let done =
            app.db.write(move |tx| classification::activate(tx, &by, id, version, from, &reason)).await;
        match done {
            Ok(edition) => {
                app.db.read(move |tx| in_use::follow(tx, today)).await?;
                let words = format!("第 {} 版自 {from} 起启用", edition.number);
                return Ok(redirect(&format!("/settings/classification/{}", edition.tree), &words));
            }
            Err(problem) => form.absorb(problem)?,
        }
    }
    preview_page(&app, &ctx, id, form).await
}

pub(super) async fn drop_draft(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<ClassEditionId>,
) -> Result<Response> {
    app.db.write(move |tx| classification::drop_draft(tx, &ctx, id)).await?;
    Ok(redirect("/settings/classification", "草稿已放弃"))
}

pub(super) fn samples() -> Vec<Sample> {
    change::samples()
}
