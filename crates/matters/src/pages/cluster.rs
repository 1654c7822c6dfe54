//! 同一事项: every number of one thing side by side, and from there merging and parting.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use db::Tx;
use kernel::{Ctx, Permission};
use law::{Law, Listed};
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, Sample, form_page, redirect};

use super::{Line, NAMED, line_of, named};
use crate::{Phase, clocks, cluster, matter, merge};

/// A clock in a cell.
struct Ran {
    title: String,
    words: String,
    colour: &'static str,
}

struct Entry {
    line: Line,
    channel: String,
    outside: String,
    ties: Vec<String>,
    clocks: Vec<Ran>,
    here: bool,
    /// Can be ticked: to be merged into this matter, or to be taken out of it.
    may_join: bool,
    may_part: bool,
}

#[derive(Template)]
#[template(path = "matters/cluster.html")]
struct Cluster {
    frame: Frame,
    form: Form,
    number: String,
    version: i64,
    entries: Vec<Entry>,
    may: bool,
    parts: bool,
    /// Matters that are probably the same thing.
    offers: Vec<Offer>,
    /// What can be done with one of them.
    ways: Options,
}

/// A matter that is probably the same thing.
struct Offer {
    line: Line,
    channel: String,
    outside: String,
    reasons: Vec<String>,
    may: bool,
}

fn load(tx: &mut Tx, ctx: &Ctx, number: &str) -> Result<Cluster> {
    let found = matter::find(tx, ctx, number)?;
    let may = ctx.may(Permission::Dispatch).is_ok();
    let followers = merge::followers(tx, found.id)?;
    let mut entries = Vec::new();
    for member in cluster::of(tx, ctx, &found)? {
        let one = &member.matter;
        let rows = tx.select(&named(NAMED, ctx).and("m.id = ?", db::params![one.id]))?;
        let line = line_of(rows.first().ok_or(Problem::NotFound)?, ctx.today())?;
        let here = one.id == found.id;
        let merged = one.state == merge::MERGED;
        let joined =
            followers.iter().any(|follower| follower.matter == one.id && follower.why == merge::Why::Merge);
        entries.push(Entry {
            line,
            channel: Listed::name(&Law::in_use().classification.channels, &one.channel).to_owned(),
            outside: one.outside_number.clone().unwrap_or_default(),
            ties: member.ties,
            clocks: clocks::of(tx, one, ctx.today())?.iter().map(|clock| ran(clock, ctx)).collect(),
            here,
            may_join: may && !here && !merged && one.kind == found.kind && one.phase != Phase::Done,
            may_part: may && joined && one.phase != Phase::Done,
        });
    }
    let candidates = cluster::candidates(tx, ctx, &found)?;
    let can = |way: &str| candidates.iter().any(|one| one.ways.contains(&way));
    let ways = cluster::WAYS.iter().filter(|(way, _)| can(way));
    Ok(Cluster {
        frame: Frame::bare(),
        form: Form::default(),
        ways: ways.map(|(way, words)| ((*way).to_owned(), (*words).to_owned())).collect(),
        offers: offers(tx, ctx, &candidates)?,
        number: found.number,
        version: found.version,
        parts: entries.iter().any(|entry| entry.may_part),
        entries,
        may: may && found.phase != Phase::Done && found.state != merge::MERGED,
    })
}

fn offers(tx: &mut Tx, ctx: &Ctx, candidates: &[cluster::Candidate]) -> Result<Vec<Offer>> {
    let mut offers = Vec::new();
    for one in candidates {
        let rows = tx.select(&named(NAMED, ctx).and("m.id = ?", db::params![one.matter.id]))?;
        offers.push(Offer {
            line: line_of(rows.first().ok_or(Problem::NotFound)?, ctx.today())?,
            channel: Listed::name(&Law::in_use().classification.channels, &one.matter.channel).to_owned(),
            outside: one.matter.outside_number.clone().unwrap_or_default(),
            reasons: one.reasons.clone(),
            may: !one.ways.is_empty(),
        });
    }
    Ok(offers)
}

fn ran(clock: &clocks::Clock, ctx: &Ctx) -> Ran {
    let due = clock.explanation.due;
    let (words, colour) = match clock.result.as_deref() {
        Some("kept") => ("按期完成".to_owned(), ""),
        Some("late") => ("逾期完成".to_owned(), ""),
        Some("merged") => ("随主办事项".to_owned(), ""),
        Some(_) => ("已撤销".to_owned(), ""),
        None if clock.paused => ("暂停计算".to_owned(), ""),
        None if clock.alarm() < ctx.today() => (format!("{due} 到期，已超期"), "late"),
        None => (format!("{due} 到期"), "ok"),
    };
    Ran { title: clock.title.clone(), words, colour }
}

async fn cluster_page(app: App, ctx: Ctx, number: String, form: Form, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let mut shown = app.db.read(move |tx| load(tx, &by, &number)).await?;
    shown.frame = Frame::new(&app, &ctx, "同一事项", "/matters").flash(flash.0);
    shown.form = form.clone();
    form_page(&form, &shown)
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    flash: Flash,
) -> Result<Response> {
    cluster_page(app, ctx, number, Form::default(), flash).await
}

/// The ticked numbers, and one that was typed.
fn chosen(form: &mut Form) -> Vec<String> {
    let mut numbers = form.all("number");
    numbers.push(form.text("other", 60));
    numbers
}

pub(super) async fn merge(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let (numbers, reason, version) = (chosen(&mut form), form.text("reason", 200), form.number("_version"));
    let (by, leader) = (ctx.clone(), number.clone());
    let done = app.db.write(move |tx| merge::merge(tx, &by, &leader, version, &numbers, &reason)).await;
    answer(app, ctx, number, form, done, "已并案").await
}

pub(super) async fn join(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let (other, version) = (form.text("candidate", 60), form.number("_version"));
    let (way, why) = (form.text("way", 20), form.text("why", 200));
    let (by, here) = (ctx.clone(), number.clone());
    let done = app.db.write(move |tx| cluster::join(tx, &by, &here, version, &other, (&way, &why))).await;
    let words = *done.as_ref().unwrap_or(&"");
    answer(app, ctx, number, form, done.map(drop), words).await
}

pub(super) async fn part(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let (numbers, reason) = (form.all("part"), form.text("reason", 200));
    let (by, leader) = (ctx.clone(), number.clone());
    let done = app.db.write(move |tx| merge::unmerge(tx, &by, &leader, &numbers, &reason)).await;
    answer(app, ctx, number, form, done, "已撤销并案，状态、承办人和期限恢复原样").await
}

async fn answer(
    app: App,
    ctx: Ctx,
    number: String,
    mut form: Form,
    done: Result<()>,
    words: &str,
) -> Result<Response> {
    match done {
        Ok(()) => Ok(redirect(&format!("/matters/{number}/cluster"), words)),
        Err(problem) => {
            form.absorb(problem)?;
            cluster_page(app, ctx, number, form, Flash::default()).await
        }
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let entry = |here| Entry {
        line: super::sample_line(),
        channel: "12345".into(),
        outside: "QZ20261124".into(),
        ties: vec!["补充 TS-1".into()],
        clocks: vec![Ran {
            title: "受理决定并告知".into(), words: "2026-10-10 到期".into(), colour: "ok"
        }],
        here,
        may_join: !here,
        may_part: !here,
    };
    let cluster = Cluster {
        frame: Frame::bare(),
        form: Form::default(),
        number: "TS-1".into(),
        version: 1,
        entries: vec![entry(true), entry(false)],
        may: true,
        parts: true,
        offers: vec![Offer {
            line: super::sample_line(),
            channel: "12345".into(),
            outside: "QZ20261124".into(),
            reasons: vec!["内容相同，同一天收到".into(), "同一电话，同一天收到".into()],
            may: true,
        }],
        ways: cluster::WAYS.iter().map(|(way, words)| ((*way).into(), (*words).into())).collect(),
    };
    vec![Sample::of("cluster", &cluster)]
}
