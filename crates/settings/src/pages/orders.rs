//! Rule sets and clocks in force, and proposals to put something else in their place.

mod ask;
mod hours;
mod pauses;
mod shown;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::Ctx;
use law::{Law, Replaced, RuleSet};
use web::{App, Context, Flash, Form, Frame, Options, Result, Sample, form_page, redirect};

pub(super) use ask::{Asking, edit, propose, propose_text, text};
pub(super) use hours::{ask_hours, propose_hours};
pub(super) use shown::{Shown, compared, load};

use super::calendar::Line;
use crate::{
    EditionId, Kind, NewEdition,
    edition::{self, WEEKENDS_ROLL, WEEKENDS_STAND},
};

struct ClockLine {
    key: String,
    title: String,
    trigger: String,
    length: String,
    article: String,
    replaced: Option<String>,
}

struct SetLine {
    id: String,
    title: String,
    span: String,
    current: bool,
    source: String,
    confidence: String,
    replaced: Option<String>,
    clocks: Vec<ClockLine>,
}

#[derive(Template)]
#[template(path = "settings/rules.html")]
struct Rules {
    frame: Frame,
    form: Form,
    edition: String,
    proposals: Vec<Line>,
    sets: Vec<SetLine>,
    counting: &'static str,
    weekend: Options,
    hours: Vec<String>,
}

fn replaced(mark: Option<&Replaced>) -> Option<String> {
    mark.map(|mark| format!("{} {}；{}；理由：{}", mark.on, mark.who, mark.before, mark.why))
}

fn clock_line(clock: &law::ClockRule) -> ClockLine {
    let from = clock.valid_from.map(|from| format!("（{from} 起）")).unwrap_or_default();
    let to = clock.valid_to.map(|to| format!("（至 {to}）")).unwrap_or_default();
    ClockLine {
        key: clock.key.clone(),
        title: clock.title.clone(),
        trigger: clock.trigger.clone(),
        length: format!("{}{from}{to}", clock.length_words()),
        article: clock.article.clone(),
        replaced: replaced(clock.replaced.as_ref()),
    }
}

fn set_line(set: &RuleSet, law: &Law, ctx: &Ctx) -> SetLine {
    let end = set.valid_to.map_or_else(|| "现行".to_owned(), |to| to.to_string());
    SetLine {
        id: set.id.clone(),
        title: set.citation(),
        span: format!("{} 至 {end}", set.valid_from),
        current: law.rule_set_on(ctx.today()).is_some_and(|now| now.id == set.id),
        source: set.source.clone(),
        confidence: confidence(&set.confidence),
        replaced: replaced(set.replaced.as_ref()),
        clocks: set.clocks.iter().map(clock_line).collect(),
    }
}

/// A confidence mark of `law/` in words.
pub(super) fn confidence(mark: &str) -> String {
    let words = match mark.get(..2) {
        Some("V-") => "已核对原文",
        Some("V2") => "二手公开资料，请核对原文",
        Some("K-") => "通识，请核对原文",
        _ => "本单位录入",
    };
    words.to_owned()
}

fn weekend() -> Options {
    [("roll", "顺延到其后第一个工作日"), ("stand", "不顺延，只有法定节假日顺延")]
        .map(|(code, words)| (code.to_owned(), words.to_owned()))
        .to_vec()
}

fn rules_page(app: &App, ctx: &Ctx, form: Form, proposals: Vec<Line>, flash: Flash) -> Rules {
    let law = Law::in_use();
    let mut sets: Vec<SetLine> = law.rule_sets.iter().rev().map(|set| set_line(set, law, ctx)).collect();
    sets.push(SetLine {
        id: String::new(),
        title: "其他程序的期限".to_owned(),
        span: "各条自己的施行日".to_owned(),
        current: false,
        source: "law/clocks.toml，各条注明条款".to_owned(),
        confidence: confidence("V-H"),
        replaced: None,
        clocks: law.clocks.iter().map(clock_line).collect(),
    });
    let stands = law.calendar.weekend_ends_stand;
    Rules {
        frame: Frame::new(app, ctx, "规则和期限", "/settings").flash(flash.0),
        form,
        edition: law.edition.clone(),
        proposals,
        sets,
        counting: if stands { "不顺延" } else { "顺延" },
        weekend: weekend(),
        hours: hours::told(law),
    }
}

async fn list_page(app: &App, ctx: &Ctx, form: Form, flash: Flash) -> Result<Response> {
    let load = |tx: &mut db::Tx| {
        let mut rows = Vec::new();
        for kind in [Kind::RuleSet, Kind::Clock, Kind::Counting] {
            rows.extend(edition::of_kind(tx, kind)?);
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.made_at));
        Ok::<_, web::Problem>(rows.iter().map(Line::of).collect())
    };
    let proposals = app.db.read(load).await?;
    form_page(&form.clone(), &rules_page(app, ctx, form, proposals, flash))
}

pub(super) async fn list(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    list_page(&app, &ctx, Form::default(), flash).await
}

pub(super) async fn counting(
    State(app): State<App>,
    Context(ctx): Context,
    mut form: Form,
) -> Result<Response> {
    let weekend = form.choice("weekend", ["roll", "stand"], "请选择");
    let new = NewEdition {
        kind: Kind::Counting,
        subject: "weekend".to_owned(),
        text: if weekend == "stand" { WEEKENDS_STAND } else { WEEKENDS_ROLL }.to_owned(),
        source: form.text("source", 200),
        reason: form.text("reason", 500),
    };
    match store(&app, &ctx, form, new).await? {
        Ok(done) => Ok(done),
        Err(form) => list_page(&app, &ctx, form, Flash::default()).await,
    }
}

/// Proposes `new`; gives the form back where something must be mended.
async fn store(app: &App, ctx: &Ctx, mut form: Form, new: NewEdition) -> Result<Result<Response, Form>> {
    if !form.has_errors() {
        let by = ctx.clone();
        match app.db.write(move |tx| edition::propose(tx, &by, &new)).await {
            Ok(id) => return Ok(Ok(redirect(&format!("/settings/rules/{id}"), "已提出，等待局领导核准"))),
            Err(problem) => form.absorb(problem)?,
        }
    }
    Ok(Err(form))
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<EditionId>,
    flash: Flash,
) -> Result<Response> {
    let by = ctx.clone();
    let mut shown = app.db.read(move |tx| load(tx, &by, id, false)).await?;
    shown.frame = Frame::new(&app, &ctx, shown.title.clone(), "/settings").flash(flash.0);
    web::page(&shown)
}

pub(super) async fn drop_proposal(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<EditionId>,
) -> Result<Response> {
    app.db.write(move |tx| edition::drop_edition(tx, &ctx, id)).await?;
    Ok(redirect("/settings/rules", "已放弃，没有改变任何期限"))
}

pub(super) fn samples() -> Vec<Sample> {
    let law = Law::shipped();
    let mark = Replaced::new(jiff::civil::date(2026, 9, 1), "甲提出，乙核准", "省局要求", "原为 7 个工作日");
    let sets = law.rule_sets.iter().take(1).map(|set| SetLine {
        id: set.id.clone(),
        title: set.citation(),
        span: "2026-04-15 至 现行".into(),
        current: true,
        source: set.source.clone(),
        confidence: confidence(&set.confidence),
        replaced: replaced(Some(&mark)),
        clocks: set.clocks.iter().map(clock_line).collect(),
    });
    let line = Line {
        id: "1".into(),
        title: "单项期限 R121/accept".into(),
        source: "省局通知".into(),
        made: "2026-11-26 09:00 张".into(),
        state: "待核准",
        colour: "soon",
        moved: 0,
    };
    let rules = Rules {
        frame: Frame::bare(),
        form: Form::default(),
        edition: "x".into(),
        proposals: vec![line],
        sets: sets.collect(),
        counting: "顺延",
        weekend: weekend(),
        hours: vec!["2026-12-01 起：08:30 至 17:30".into()],
    };
    let mut all = vec![Sample::of("rules", &rules)];
    all.extend(ask::samples());
    all.extend(shown::samples());
    all
}
