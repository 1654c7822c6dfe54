//! Steps of a report: one form per act, with words where the act asks for them.

use std::{future::Future, pin::Pin};

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Ctx, workflow};
use web::{App, Context, Form, Frame, Html, Problem, Result, Sample, form_page, redirect};

use super::show::stale;
use crate::summary::{self, Act, Kept, MOVES, SummaryId};

type Answer = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;

/// The address of an act.
pub(super) const fn address(act: Act) -> &'static str {
    match act {
        Act::Save => "/summaries/{id}/edit",
        Act::Submit => "/summaries/{id}/submission",
        Act::Withdraw => "/summaries/{id}/withdrawal",
        Act::Review => "/summaries/{id}/review",
        Act::SendBack => "/summaries/{id}/return",
        Act::Approve => "/summaries/{id}/approval",
        Act::Reopen => "/summaries/{id}/reopening",
        Act::HandIn => "/summaries/{id}/hand-in",
        Act::Discard => "/summaries/{id}/discard",
    }
}

/// What an act's form says.
const fn lead(act: Act) -> &'static str {
    match act {
        Act::Save => "",
        Act::Submit => {
            "送审前由核对程序再读一遍全文，数字须与生成时冻结的指标一致。送审后不能再改，需要修改的先撤回。"
        }
        Act::Withdraw => "撤回后继续修改，改好再送审。",
        Act::Review => {
            "审核人须是没有起草、修改过这份总结的负责人；局领导起草的，可以由科室负责人审核。审核后送局领导批准。"
        }
        Act::SendBack => "退回起草人修改，理由记入办理记录。",
        Act::Approve => "起草和审核是两个人，局领导批准。批准后正文不再变动。",
        Act::Reopen => "撤销批准后退回起草；已经报送的不能撤销。",
        Act::HandIn => "登记报送给谁、用什么方式。报送的一版从此不变。",
        Act::Discard => "不再使用这份草稿；记录保留，不能恢复。",
    }
}

#[derive(Template)]
#[template(path = "insight/summary_step.html")]
struct Asking {
    frame: Frame,
    form: Form,
    id: String,
    title: String,
    version: i64,
    action: String,
    lead: &'static str,
    /// What else it brings about.
    brings: String,
    field: Option<Html>,
    button: &'static str,
}

fn asking(frame: Frame, kept: (&str, &str, i64), act: Act, form: Form) -> Asking {
    let (id, title, version) = kept;
    let field = (!act.asks().is_empty()).then(|| form.area("words", act.asks(), "", 3));
    Asking {
        frame,
        field,
        form,
        id: id.to_owned(),
        title: title.to_owned(),
        version,
        action: address(act).replace("{id}", id),
        lead: lead(act),
        brings: String::new(),
        button: act.label(),
    }
}

fn brings(kept: &Kept, act: Act) -> String {
    match kept.publishes().len() {
        many if many > 0 && act == Act::HandIn => {
            format!("同时，表内 {many} 件投诉将登记为已公示，公示的地方即下面所写；决定不予公示的除外。")
        }
        _ => String::new(),
    }
}

fn asked(app: &App, ctx: &Ctx, kept: &Kept, act: Act, form: Form) -> Result<Response> {
    let frame = Frame::new(app, ctx, act.label(), "/figures");
    let id = kept.id.to_string();
    let form = form.with("_version", kept.version.to_string());
    let mut page = asking(frame, (&id, &kept.title, kept.version), act, form);
    page.brings = brings(kept, act);
    form_page(&page.form.clone(), &page)
}

/// The handler that shows the form of `act`.
pub(super) fn ask(
    act: Act,
) -> impl Fn(State<App>, Context, Path<SummaryId>) -> Answer + Clone + Send + 'static {
    move |State(app), Context(ctx), Path(id)| Box::pin(show(app, ctx, id, act))
}

/// The handler that does `act`.
pub(super) fn store(
    act: Act,
) -> impl Fn(State<App>, Context, Path<SummaryId>, Form) -> Answer + Clone + Send + 'static {
    move |State(app), Context(ctx), Path(id), form| Box::pin(take(app, ctx, id, act, form))
}

async fn show(app: App, ctx: Ctx, id: SummaryId, act: Act) -> Result<Response> {
    let by = ctx.clone();
    let kept = app.db.read(move |tx| summary::find(tx, &by, id)).await?;
    workflow::find(MOVES, kept.state, act, Some(ctx.officer()?.role))?;
    asked(&app, &ctx, &kept, act, Form::default())
}

async fn take(app: App, ctx: Ctx, id: SummaryId, act: Act, mut form: Form) -> Result<Response> {
    let (version, words) = (form.number("_version"), form.text("words", 500));
    let by = ctx.clone();
    let kept = app.db.read(move |tx| summary::find(tx, &by, id)).await?;
    if !form.has_errors() {
        let by = ctx.clone();
        // A program that names no version means the one that stands.
        let version = version.unwrap_or(kept.version);
        match app.db.write(move |tx| summary::perform(tx, &by, id, version, act, &words)).await {
            Ok(()) => return Ok(redirect(&format!("/summaries/{id}"), &format!("“{}”已完成", act.label()))),
            Err(problem @ Problem::Stale(_)) => form.error("", stale(problem)?),
            Err(problem) => form.absorb(problem)?,
        }
    }
    asked(&app, &ctx, &kept, act, form)
}

pub(super) fn samples() -> Vec<Sample> {
    let step = |act: &Act| {
        let mut form = Form::default();
        form.error("", "第 2 段第 5 字“13件”核对不上");
        let frame = Frame { title: act.label().to_owned(), ..Frame::bare() };
        Sample::of("summary_step", &asking(frame, ("1", "总结", 2), *act, form))
    };
    Act::ALL.iter().map(step).collect()
}
