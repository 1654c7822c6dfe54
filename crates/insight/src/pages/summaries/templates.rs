//! Templates of reports: read, written, tried on the office's own figures, put to use from a day by a second person.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use jiff::civil::Date;
use kernel::{Ctx, Permission};
use serde::Deserialize;
use web::{App, Context, Flash, Form, Frame, Html, Problem, Result, Sample, form_page, page, redirect};

use crate::{
    ABSENT, FIGURES,
    summary::{self, Draft, Edition, EditionId, Outward, Series, paragraphs, shipped},
};

use super::houses::{self, HouseLine};

struct Line {
    key: String,
    name: String,
    used: String,
    outward: String,
}

struct EditionLine {
    id: String,
    name: String,
    told: String,
    outward: String,
    state: String,
    waits: bool,
}

fn edition_line(one: &Edition, today: Date) -> EditionLine {
    let decided = one.decider.as_deref().unwrap_or_default();
    let state = match one.valid_from {
        None => "待核准".to_owned(),
        Some(from) if from > today => format!("{from} 起启用，{decided}核准"),
        Some(from) => format!("{from} 起使用，{decided}核准"),
    };
    EditionLine {
        id: one.id.to_string(),
        name: one.name.clone(),
        told: format!("{}提出：{}", one.proposer, one.note),
        outward: match one.begins.as_str() {
            "" => one.outward.told(),
            first => format!("{}，从 {first} 起", one.outward.told()),
        },
        state,
        waits: one.valid_from.is_none(),
    }
}

#[derive(Template)]
#[template(path = "insight/templates.html")]
struct List {
    frame: Frame,
    lines: Vec<Line>,
    editions: Vec<EditionLine>,
    houses: Vec<HouseLine>,
    may_write: bool,
}

pub(super) async fn list(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let load = move |tx: &mut db::Tx| {
        let (editions, templates) = (summary::editions(tx)?, summary::templates(tx, &by)?);
        Ok::<_, Problem>((editions, templates, summary::houses(tx)?))
    };
    let (editions, templates, houses) = app.db.read(load).await?;
    let today = ctx.today();
    let line = |one: &summary::Template| {
        let own = summary::in_use(&editions, &one.key, today);
        let used = own.map_or_else(
            || "随程序的".to_owned(),
            |own| format!("本单位的，{} 起", own.valid_from.map(|day| day.to_string()).unwrap_or_default()),
        );
        Line { key: one.key.to_string(), name: one.name.to_string(), used, outward: one.outward.told() }
    };
    let names: Vec<_> = templates.iter().map(|one| (one.key.to_string(), one.name.to_string())).collect();
    page(&List {
        frame: Frame::new(&app, &ctx, "总结模板", "/figures").flash(flash.0),
        lines: templates.iter().map(line).collect(),
        editions: editions.iter().rev().map(|one| edition_line(one, today)).collect(),
        houses: houses::lines(&houses, &names),
        may_write: ctx.may(Permission::Approve).is_ok(),
    })
}

#[derive(Template)]
#[template(path = "insight/template_edit.html")]
struct Edit {
    frame: Frame,
    form: Form,
    fields: Vec<Html>,
    /// Figures: code and name.
    figures: Vec<(String, String)>,
    /// The text on the office's own figures.
    tried: Option<(String, Vec<String>)>,
}

fn edit_page(app: &App, ctx: &Ctx, form: Form, tried: Option<(String, Vec<String>)>) -> Edit {
    edit(Frame::new(app, ctx, "修改模板", "/figures"), form, tried)
}

fn edit(frame: Frame, form: Form, tried: Option<(String, Vec<String>)>) -> Edit {
    let series: web::Options =
        Series::ALL.iter().map(|one| (one.code().to_owned(), one.label().to_owned())).collect();
    let fields = vec![
        form.hidden("key"),
        form.line("name", "模板名称", ""),
        form.area("source", "模板", "一行一段；第一行 # 后写标题；数字只能用指标", 26),
        form.select("series", "编号方式", "批准时取号，按年连续编；撤销批准后再批准仍用原号", &series),
        form.line("word", "发文字号的代字", "选发文字号的填写，例如 消保通；同一代字全局共用一个序列。今年已经在纸上用过几号的，填写接下来的一号，例如 消保通〔2026〕3号"),
        form.tick("has_head", "用红头"),
        form.line("mark", "红头上的字", "发文机关标志或者刊名，例如 信息专报；不填为本单位名称"),
        form.line("note", "说明", "改了什么、为什么改"),
    ];
    let known = FIGURES.iter().map(|one| (one.id.to_owned(), one.name.to_owned()));
    let absent = ABSENT.iter().map(|one| (one.id.to_owned(), format!("{}（未记录）", one.name)));
    Edit { frame, fields, form, figures: known.chain(absent).collect(), tried }
}

/// The ground of a new edition: the one in use, or the shipped one again.
#[derive(Deserialize)]
pub(super) struct Ground {
    #[serde(default)]
    key: String,
    #[serde(default)]
    shipped: String,
}

pub(super) async fn ask(
    State(app): State<App>,
    Context(ctx): Context,
    Query(ground): Query<Ground>,
) -> Result<Response> {
    let mut form = Form::filled([("key", ground.key.clone()), ("series", "none".to_owned())]);
    if !ground.key.is_empty() {
        let (by, key) = (ctx.clone(), ground.key.clone());
        let used = match shipped(&ground.key).filter(|_| !ground.shipped.is_empty()) {
            Some(first) => Some(first.clone()),
            None => app.db.read(move |tx| summary::template(tx, &by, &key)).await?,
        };
        let used = used.ok_or(Problem::NotFound)?;
        let note = if ground.shipped.is_empty() { "" } else { "恢复随程序的模板" };
        form = form
            .with("name", used.name.to_string())
            .with("source", used.source.to_string())
            .with("series", used.outward.series.code().to_owned())
            .with("word", used.outward.word.to_string())
            .with("mark", used.outward.mark.to_string())
            .with("note", note.to_owned());
        if used.outward.has_head {
            form = form.with("has_head", "yes".to_owned());
        }
    }
    page(&edit_page(&app, &ctx, form, None))
}

fn typed(form: &mut Form) -> Draft {
    // A program that says nothing of it means no number.
    let series = Series::from_code(form.value("series")).unwrap_or(Series::None);
    let outward = Outward {
        series,
        word: form.text("word", 40).into(),
        has_head: form.checked("has_head"),
        mark: form.text("mark", 40).into(),
    };
    Draft {
        outward,
        key: form.text("key", 80),
        name: form.text("name", 40),
        source: form.text("source", 20_000).replace('\r', "") + "\n",
        note: form.required("note", "请写明改了什么、为什么改", 200),
    }
}

/// The typed template on the office's own figures of last month; keeps nothing.
pub(super) async fn preview(
    State(app): State<App>,
    Context(ctx): Context,
    mut form: Form,
) -> Result<Response> {
    let mut draft =
        typed(&mut Form::filled(form.pairs().iter().map(|(key, value)| (key.as_str(), value.clone()))));
    draft.key.clear();
    let by = ctx.clone();
    let tried = match app.db.read(move |tx| summary::preview(tx, &by, &draft)).await {
        Ok(made) => {
            let lines = paragraphs(&made.text).into_iter().map(|(_, line)| line.to_owned()).collect();
            Some((made.title, lines))
        }
        Err(problem) => {
            form.absorb(problem)?;
            None
        }
    };
    form_page(&form.clone(), &edit_page(&app, &ctx, form, tried))
}

pub(super) async fn store(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    let draft = typed(&mut form);
    if !form.has_errors() {
        let by = ctx.clone();
        match app.db.write(move |tx| summary::propose(tx, &by, &draft)).await {
            Ok(id) => return Ok(redirect(&format!("/summary-templates/{id}"), "已提出，等待局领导核准")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    form_page(&form.clone(), &edit_page(&app, &ctx, form, None))
}

#[derive(Template)]
#[template(path = "insight/template.html")]
struct Show {
    frame: Frame,
    form: Form,
    line: EditionLine,
    key: String,
    /// How reports of the edition in use go out.
    outward: String,
    compared: Html,
    may_decide: bool,
}

async fn shown(app: &App, ctx: &Ctx, id: EditionId, form: Form, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let load = move |tx: &mut db::Tx| {
        let one = summary::edition(tx, id)?;
        let used = summary::template(tx, &by, &one.key)?;
        Ok::<_, Problem>((one, used))
    };
    let (one, used) = app.db.read(load).await?;
    let outward = used.as_ref().map(|used| used.outward.told()).unwrap_or_default();
    let before = used.map(|used| used.source.to_string()).unwrap_or_default();
    let show = Show {
        frame: Frame::new(app, ctx, one.name.clone(), "/figures").flash(flash.0),
        form,
        line: edition_line(&one, ctx.today()),
        key: one.key.clone(),
        outward,
        compared: super::compare::marked(&before, &one.source),
        may_decide: one.valid_from.is_none() && ctx.may(Permission::ConfirmSettings).is_ok(),
    };
    form_page(&show.form.clone(), &show)
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<EditionId>,
    flash: Flash,
) -> Result<Response> {
    let form = Form::filled([("valid_from", ctx.today().to_string())]);
    shown(&app, &ctx, id, form, flash).await
}

pub(super) async fn activate(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<EditionId>,
    mut form: Form,
) -> Result<Response> {
    let from = form.date("valid_from");
    if !form.has_errors() {
        let by = ctx.clone();
        match app.db.write(move |tx| summary::activate(tx, &by, id, from)).await {
            Ok(()) => return Ok(redirect("/summary-templates", "已核准启用")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    shown(&app, &ctx, id, form, Flash::default()).await
}

pub(super) fn samples() -> Vec<Sample> {
    let line = || EditionLine {
        id: "1".into(),
        name: "工作总结".into(),
        told: "张提出：加一段".into(),
        outward: "消保通〔年〕号，红头".into(),
        state: "待核准".into(),
        waits: true,
    };
    let list = List {
        frame: Frame::bare(),
        lines: vec![Line {
            key: "work".into(),
            name: "工作总结".into(),
            used: "随程序的".into(),
            outward: "期号".into(),
        }],
        editions: vec![line()],
        houses: vec![houses::sample_line()],
        may_write: true,
    };
    let mut form = Form::filled([("name", "工作总结".to_owned()), ("source", "# 总结".to_owned())]);
    form.error("source", "第 1 行第 3 字“84件”是直接写的数字");
    let tried = Some(("总结".to_owned(), vec!["接收12件。".to_owned()]));
    let edit = edit(Frame { title: "修改模板".into(), ..Frame::bare() }, form, tried);
    let mut form = Form::default();
    form.error("valid_from", "请填写启用日期");
    let show = Show {
        frame: Frame::bare(),
        form,
        line: line(),
        key: "work".into(),
        outward: "不编号".into(),
        compared: Html("一<ins>二</ins>".into()),
        may_decide: true,
    };
    vec![
        Sample::of("summary_templates", &list),
        Sample::of("summary_template_edit", &edit),
        Sample::of("summary_template", &show),
    ]
}
