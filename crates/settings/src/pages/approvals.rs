//! What waits for the second person: rules, clocks and what is forgotten when.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use db::Tx;
use jiff::civil::Date;
use kernel::Ctx;
use web::{App, Context, Flash, Form, Frame, Problem, Result, Sample, form_page, redirect};

use super::{calendar::Line, orders, retention::waiting_words};
use crate::{
    EditionId, edition, in_use,
    retention::{self, Decision, DecisionId},
};

/// A decision about retention that waits.
struct Proposal {
    id: String,
    title: String,
    change: String,
    does: String,
    reason: String,
    made: String,
    source: String,
    waiting: String,
}

#[derive(Template)]
#[template(path = "settings/approvals.html")]
struct Approvals {
    frame: Frame,
    form: Form,
    rules: Vec<Line>,
    retention: Vec<Proposal>,
}

fn proposal(tx: &mut Tx, decision: &Decision, today: Date) -> Result<Proposal> {
    let rule = retention::rule(&decision.rule)?;
    let waiting = retention::waiting(tx, rule, decision.months, today)?;
    let change = if decision.enabled {
        format!("自{}起满 {} 个月后清除", rule.counts_from, decision.months)
    } else {
        "停止自动清除".to_owned()
    };
    Ok(Proposal {
        id: decision.id.to_string(),
        title: rule.title.clone(),
        change,
        does: rule.does.clone(),
        reason: decision.reason.clone(),
        made: format!("{} {}", kernel::office_minute(decision.made_at), decision.made_name),
        source: format!(
            "至少 {} 个月；{}（{}）",
            rule.least,
            rule.source,
            orders::confidence(&rule.confidence)
        ),
        waiting: waiting_words(&waiting),
    })
}

fn load(tx: &mut Tx, today: Date) -> Result<(Vec<Line>, Vec<Proposal>)> {
    let rules = edition::proposed(tx)?.iter().map(Line::of).collect();
    let mut proposals = Vec::new();
    for decision in retention::decisions(tx, "proposed")? {
        proposals.push(proposal(tx, &decision, today)?);
    }
    Ok((rules, proposals))
}

async fn list_page(app: &App, ctx: &Ctx, form: Form, flash: Flash) -> Result<Response> {
    let today = ctx.today();
    let (rules, retention) = app.db.read(move |tx| load(tx, today)).await?;
    let frame = Frame::new(app, ctx, "规则核准", "/approvals").flash(flash.0);
    form_page(&form.clone(), &Approvals { frame, form, rules, retention })
}

pub(super) async fn list(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    list_page(&app, &ctx, Form::default(), flash).await
}

async fn shown(app: &App, ctx: &Ctx, id: EditionId, form: Form) -> Result<Response> {
    let by = ctx.clone();
    let mut shown: orders::Shown = app.db.read(move |tx| orders::load(tx, &by, id, true)).await?;
    shown.frame = Frame::new(app, ctx, shown.title.clone(), "/approvals");
    shown.form = form.clone();
    form_page(&form, &shown)
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<EditionId>,
) -> Result<Response> {
    shown(&app, &ctx, id, Form::default()).await
}

pub(super) async fn decide(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<EditionId>,
    mut form: Form,
) -> Result<Response> {
    let decision = form.choice("decision", ["yes", "no"], "请选择核准或者不予核准");
    let words = form.text("words", 500);
    if form.has_errors() {
        return shown(&app, &ctx, id, form).await;
    }
    let by = ctx.clone();
    let done = app.db.write(move |tx| {
        if decision == "yes" {
            return edition::activate(tx, &by, id, &words).map(|edition| Some(edition.moved));
        }
        edition::reject(tx, &by, id, &words).map(|()| None)
    });
    match done.await {
        Ok(Some(moved)) => {
            let today = ctx.today();
            app.db.read(move |tx| in_use::follow(tx, today)).await?;
            Ok(redirect("/approvals", &format!("已核准并启用，{moved} 项期限将重新计算")))
        }
        Ok(None) => Ok(redirect("/approvals", "已退回，没有改变任何期限")),
        Err(problem) => {
            form.absorb(problem)?;
            shown(&app, &ctx, id, form).await
        }
    }
}

pub(super) async fn decide_retention(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<DecisionId>,
    mut form: Form,
) -> Result<Response> {
    let decision = form.choice("decision", ["yes", "no"], "请选择核准或者不予核准");
    let words = form.text("words", 500);
    if !form.has_errors() {
        let (by, confirm) = (ctx.clone(), decision == "yes");
        let done = app.db.write(move |tx| retention::decide(tx, &by, id, confirm, &words)).await;
        match done {
            Ok(_) if confirm => return Ok(redirect("/approvals", "已核准，每日自动执行并留存证明")),
            Ok(_) => return Ok(redirect("/approvals", "已退回，没有清除任何内容")),
            Err(problem) => on_top(&mut form, problem)?,
        }
    }
    list_page(&app, &ctx, form, Flash::default()).await
}

/// Several forms are on the page: a refusal stands on top of it.
fn on_top(form: &mut Form, problem: Problem) -> Result<()> {
    match problem {
        Problem::Refused(refusal) => {
            form.error("", refusal.to_string());
            Ok(())
        }
        other => Err(other),
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let line = Line {
        id: "1".into(),
        title: "单项期限 R121/accept".into(),
        source: "省局通知".into(),
        made: "2026-11-26 09:00 张".into(),
        state: "待核准",
        colour: "soon",
        moved: 0,
    };
    let proposal = Proposal {
        id: "1".into(),
        title: "投诉的个人信息".into(),
        change: "满 120 个月后清除".into(),
        does: "清除".into(),
        reason: "归档计划".into(),
        made: "张".into(),
        source: "档案法".into(),
        waiting: "3 件".into(),
    };
    let page = Approvals {
        frame: Frame::bare(),
        form: Form::default(),
        rules: vec![line],
        retention: vec![proposal],
    };
    vec![Sample::of("approvals", &page)]
}
