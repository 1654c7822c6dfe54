//! What is forgotten when: rules with what they would do today, holds, and the proof of each run.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use db::Tx;
use jiff::civil::Date;
use kernel::{Ctx, Permission};
use web::{App, Context, Flash, Form, Frame, Problem, Result, Sample, form_page, redirect};

use super::orders::{Asking, confidence};
use crate::retention::{self, Decision, HoldId, JOB, Rule, Waiting};

struct RuleLine {
    key: String,
    title: String,
    does: String,
    counts_from: String,
    months: i64,
    least: i64,
    source: String,
    confidence: String,
    enabled: bool,
    proposed: bool,
    by: String,
    waiting: String,
}

struct HoldLine {
    id: String,
    number: String,
    reason: String,
    by: String,
}

struct RunLine {
    at: String,
    title: String,
    before: String,
    items: i64,
    fields: i64,
    by: String,
    digest: String,
}

#[derive(Template)]
#[template(path = "settings/retention.html")]
struct Page {
    frame: Frame,
    form: Form,
    rules: Vec<RuleLine>,
    holds: Vec<HoldLine>,
    runs: Vec<RunLine>,
}

/// What would be forgotten and what keeps the rest, in words.
pub(super) fn waiting_words(waiting: &Waiting) -> String {
    let kept = [
        ("法律保全", waiting.held),
        ("关联未结事项", waiting.linked),
        ("期限、回访、告知、文书、争议或者奖励未完", waiting.pending),
    ];
    let kept: Vec<String> = kept
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(why, count)| format!("因{why}保留 {count} 件"))
        .collect();
    let kept = if kept.is_empty() { String::new() } else { format!("；{}", kept.join("，")) };
    format!("{} 件{kept}", waiting.due)
}

fn rule_line(
    tx: &mut Tx,
    rule: &Rule,
    active: &[Decision],
    proposed: &[Decision],
    today: Date,
) -> Result<RuleLine> {
    let decision = active.iter().find(|decision| decision.rule == rule.key && decision.enabled);
    let months = decision.map_or(rule.months, |decision| decision.months);
    let by = decision.map(|decision| format!("{}提出，{}核准", decision.made_name, decision.decided_name));
    Ok(RuleLine {
        key: rule.key.clone(),
        title: rule.title.clone(),
        does: rule.does.clone(),
        counts_from: rule.counts_from.clone(),
        months,
        least: rule.least,
        source: rule.source.clone(),
        confidence: confidence(&rule.confidence),
        enabled: decision.is_some(),
        proposed: proposed.iter().any(|decision| decision.rule == rule.key),
        by: by.unwrap_or_default(),
        waiting: waiting_words(&retention::waiting(tx, rule, months, today)?),
    })
}

fn load(tx: &mut Tx, today: Date) -> Result<(Vec<RuleLine>, Vec<HoldLine>, Vec<RunLine>)> {
    let (active, proposed) = (retention::decisions(tx, "active")?, retention::decisions(tx, "proposed")?);
    let mut lines = Vec::new();
    for rule in retention::rules() {
        lines.push(rule_line(tx, rule, &active, &proposed, today)?);
    }
    let hold = |hold: retention::Hold| HoldLine {
        id: hold.id.to_string(),
        number: hold.number,
        reason: hold.reason,
        by: format!("{} {}", kernel::office_minute(hold.at), hold.by_name),
    };
    let run = |run: retention::Run| RunLine {
        at: kernel::office_minute(run.at),
        title: run.title,
        before: run.before.to_string(),
        items: run.items,
        fields: run.fields,
        by: run.by,
        digest: run.digest,
    };
    let holds = retention::holds(tx)?.into_iter().map(hold).collect();
    Ok((lines, holds, retention::runs(tx, 50)?.into_iter().map(run).collect()))
}

async fn shown(app: &App, ctx: &Ctx, form: Form, flash: Flash) -> Result<Response> {
    let today = ctx.today();
    let (rules, holds, runs) = app.db.read(move |tx| load(tx, today)).await?;
    let frame = Frame::new(app, ctx, "保存期限", "/settings").flash(flash.0);
    form_page(&form.clone(), &Page { frame, form, rules, holds, runs })
}

pub(super) async fn show(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    shown(&app, &ctx, Form::default(), flash).await
}

fn ask_page(app: &App, ctx: &Ctx, rule: &Rule, form: &Form) -> Result<Response> {
    let least = format!("不得少于 {} 个月；{}（{}）", rule.least, rule.source, confidence(&rule.confidence));
    let ways = [("yes", "启用，到期自动清除"), ("no", "停用，不再自动清除")];
    let ways = ways.map(|(code, words)| (code.to_owned(), words.to_owned())).to_vec();
    let fields = vec![
        form.radios("enabled", "怎么处理", "", &ways),
        form.input("months", "保存多少个月", &least, "number", "min=\"1\" max=\"1200\""),
        form.area("reason", "理由", "例如：本单位归档范围和保管期限表第几项", 3),
    ];
    let asking = Asking {
        frame: Frame::new(app, ctx, rule.title.clone(), "/settings"),
        form: form.clone(),
        lead: format!("自{}起计算。{}。", rule.counts_from, rule.does),
        fields,
        action: format!("/settings/retention/rules/{}", rule.key),
        upload: false,
        button: "提出变更",
        back: "/settings/retention".to_owned(),
    };
    form_page(form, &asking)
}

pub(super) async fn ask(
    State(app): State<App>,
    Context(ctx): Context,
    Path(key): Path<String>,
) -> Result<Response> {
    let rule = retention::rule(&key)?;
    let form = Form::filled([("months", rule.months.to_string()), ("enabled", "yes".to_owned())]);
    ask_page(&app, &ctx, rule, &form)
}

pub(super) async fn propose(
    State(app): State<App>,
    Context(ctx): Context,
    Path(key): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let rule = retention::rule(&key)?;
    let enabled = form.choice("enabled", ["yes", "no"], "请选择怎么处理") == "yes";
    let (months, reason) = (form.number("months").unwrap_or_default(), form.text("reason", 500));
    if !form.has_errors() {
        let by = ctx.clone();
        let done = app.db.write(move |tx| retention::propose(tx, &by, &rule.key, months, enabled, &reason));
        match done.await {
            Ok(_) => return Ok(redirect("/settings/retention", "已提出，等待局领导核准")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    ask_page(&app, &ctx, rule, &form)
}

pub(super) async fn run_now(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    app.db
        .write(move |tx| {
            ctx.may(Permission::KeepSettings)?;
            jobs::enqueue(tx, &ctx, JOB, "", &serde_json::Value::Null, ctx.now)?;
            Ok::<_, Problem>(())
        })
        .await?;
    Ok(redirect("/settings/retention", "已排入后台任务，几秒后刷新可见证明；没有启用的规则不会执行"))
}

pub(super) async fn hold(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    let number = form.required("number", "请填写事项编号", 60);
    let reason = form.text("hold_reason", 200);
    if !form.has_errors() {
        let by = ctx.clone();
        match app.db.write(move |tx| retention::place(tx, &by, &number, &reason)).await {
            Ok(()) => return Ok(redirect("/settings/retention", "已保全，解除之前不清除")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    shown(&app, &ctx, form, Flash::default()).await
}

pub(super) async fn release(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<HoldId>,
    mut form: Form,
) -> Result<Response> {
    let reason = form.text("hold_reason", 200);
    let by = ctx.clone();
    match app.db.write(move |tx| retention::release(tx, &by, id, &reason)).await {
        Ok(()) => Ok(redirect("/settings/retention", "已解除保全")),
        Err(problem) => {
            form.absorb(problem)?;
            shown(&app, &ctx, form, Flash::default()).await
        }
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let waiting = Waiting { due: 3, held: 1, linked: 1, pending: 0 };
    let rules = retention::rules().iter().map(|rule| RuleLine {
        key: rule.key.clone(),
        title: rule.title.clone(),
        does: rule.does.clone(),
        counts_from: rule.counts_from.clone(),
        months: rule.months,
        least: rule.least,
        source: rule.source.clone(),
        confidence: confidence(&rule.confidence),
        enabled: rule.key == "drafts",
        proposed: true,
        by: "甲提出，乙核准".into(),
        waiting: waiting_words(&waiting),
    });
    let hold =
        HoldLine { id: "1".into(), number: "TS-1".into(), reason: "行政复议".into(), by: "甲".into() };
    let run = RunLine {
        at: "2026-11-26 09:00".into(),
        title: "投诉的个人信息".into(),
        before: "2016-11-26".into(),
        items: 3,
        fields: 12,
        by: "甲提出，乙核准".into(),
        digest: "66c7f0f4".into(),
    };
    let mut form = Form::default();
    form.error("number", "没有这个编号的事项");
    let page =
        Page { frame: Frame::bare(), form, rules: rules.collect(), holds: vec![hold], runs: vec![run] };
    vec![Sample::of("retention", &page)]
}
