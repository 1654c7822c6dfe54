//! The matter: facts left, next acts right, clocks, papers, timeline below.

mod acts;
mod sample;
mod ties;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use db::{Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, MatterId, Permission, Refusal};
use law::{Explanation, Law, Listed};
use web::{App, Context, Flash, Form, Frame, Html, Options, Problem, Result, form_page, page, redirect};

use super::{
    Line, NAMED, line_of, named,
    talk::{self, Talk},
};
use acts::{Group, groups};
pub(super) use sample::samples;
use ties::Ties;

use crate::{
    ActLink, Kind, Matter, Phase,
    attachments::{self, Attachment},
    clocks::{self, Clock},
    matter, merge,
    notices::{self, Notice},
    parties::{self, Party},
    relations::{self, LinkId, Linked},
    slots, timeline,
};

struct ClockLine {
    key: String,
    title: String,
    colour: &'static str,
    words: String,
    due: String,
    other: Option<String>,
    /// Why it was taken back or handed over.
    why: Option<String>,
    runs: bool,
    may_grow: bool,
}

#[derive(Template)]
#[template(path = "matters/show.html")]
struct Show {
    frame: Frame,
    form: Form,
    line: Line,
    classes: Vec<(&'static str, String)>,
    /// Id and name; no id for those who may not read the record.
    trader: Option<(String, String)>,
    clocks: Vec<ClockLine>,
    facts: Html,
    /// Steps of the procedure, the likeliest first.
    steps: Vec<ActLink>,
    /// The other acts.
    groups: Vec<Group>,
    /// Whether it is still being handled.
    open: bool,
    parties: Vec<Party>,
    notices: Vec<Notice>,
    files: Vec<Attachment>,
    talk: Talk,
    linked: Vec<Linked>,
    ties: Ties,
    link_kinds: Options,
    timeline: Vec<timeline::Line>,
    may: Rights,
}

/// What the page offers beside the acts of the procedure.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "one question each, asked by the template")]
struct Rights {
    /// People in the clear.
    unmask: bool,
    /// Files as they came.
    original: bool,
    dispatch: bool,
    give_back: bool,
    /// Files and links.
    keep: bool,
    /// Whether a file may show the reporter: of a report.
    mark: bool,
    /// Notices whose proof comes later.
    tell: bool,
    /// Clocks.
    decide: bool,
    /// The rule set, where another one was in force while the matter was open.
    choose_law: bool,
    /// Recusals, where the procedure has no act for them.
    recuse: bool,
    decide_recusal: bool,
}

impl Rights {
    fn of(ctx: &Ctx, matter: &Matter, people: &[Party], recusal_open: bool) -> Self {
        let may = |permission| ctx.may(permission).is_ok();
        let open = matter.phase != Phase::Done && matter.state != merge::MERGED;
        let own_act = matter.kind == Kind::Complaint;
        Self {
            unmask: may(Permission::Unmask)
                && people.iter().any(|party| !party.sealed || parties::may_open_reporter(ctx, matter)),
            original: may(Permission::Unmask)
                && (matter.kind != Kind::Report || parties::may_open_reporter(ctx, matter)),
            dispatch: may(Permission::Dispatch) && open,
            give_back: may(Permission::HandleComplaint) && open,
            keep: may(Permission::Register),
            mark: may(Permission::Register) && matter.kind == Kind::Report,
            tell: may(Permission::HandleComplaint),
            decide: may(Permission::Approve) && open,
            choose_law: may(Permission::Approve) && open && clocks::choices(matter, ctx).len() > 1,
            recuse: may(Permission::HandleComplaint) && open && !own_act && !recusal_open,
            decide_recusal: may(Permission::Approve) && open && !own_act && recusal_open,
        }
    }
}

impl Rights {
    /// The acts of the spine.
    fn acts(self, number: &str) -> Vec<ActLink> {
        let offered = [
            (self.dispatch, "assignment", "分派", ""),
            (self.give_back, "return", "退回分派", "第四十一条"),
            (self.tell, "notices", "告知", ""),
            (self.recuse, "recusals", "申请回避", ""),
            (self.decide_recusal, "recusals/decision", "决定回避", ""),
            (self.choose_law, "rule_set", "更换适用规定", ""),
            (self.decide, "void", "作废登记（登记有误）", ""),
        ];
        let link = |(_, path, label, article): (bool, &str, &str, &str)| ActLink {
            href: format!("/matters/{number}/{path}"),
            label: label.to_owned(),
            article: article.to_owned(),
        };
        offered.into_iter().filter(|(may, ..)| *may).map(link).collect()
    }
}

/// How a clock ended.
fn ended(result: &str, day: Date) -> String {
    match result {
        "late" => format!("{day} 完成，逾期"),
        "kept" => format!("{day} 完成，按期"),
        "merged" => format!("{day} 起随主办事项"),
        _ => format!("{day} 撤销，不计按期也不计逾期"),
    }
}

fn clock_line(clock: &Clock, today: Date) -> ClockLine {
    let due = clock.explanation.due;
    let days = (clock.alarm() - today).get_days();
    let (colour, words) = match (&clock.result, clock.stopped_on, clock.paused) {
        (Some(result), Some(day), _) => ("stopped", ended(result, day)),
        (_, _, true) => ("stopped", "暂停计算".to_owned()),
        _ if days < 0 => ("late", format!("已超期 {} 天", -days)),
        _ if days == 0 => ("soon", "今天到期".to_owned()),
        _ if days <= 3 => ("soon", format!("还有 {days} 天")),
        _ => ("ok", format!("还有 {days} 天")),
    };
    let other = clock.other.as_ref().map(|other| {
        format!(
            "按{}计算为 {}，以较早的预警",
            Law::in_use().rule_set(&other.rule_set).map_or("新规定", |set| set.title.as_str()),
            other.due
        )
    });
    ClockLine {
        key: clock.key.clone(),
        title: clock.title.clone(),
        colour,
        words,
        due: due.to_string(),
        other,
        why: clock.words.clone().filter(|_| !clock.runs()),
        runs: clock.runs(),
        may_grow: clock.runs() && clock.may_be_extended(),
    }
}

fn classes(matter: &Matter) -> Vec<(&'static str, String)> {
    let lists = &Law::in_use().classification;
    let mut facts = vec![
        ("收到日期", matter.received_on.to_string()),
        ("接收方式", Listed::name(&lists.channels, &matter.channel).to_owned()),
    ];
    let path = |tree: &law::Tree, code: &Option<String>| {
        code.as_deref().map_or_else(String::new, |code| tree.path(code))
    };
    facts.push(("商品或者服务", path(&lists.goods, &matter.goods)));
    facts.push(("问题类别", path(&lists.problems, &matter.problem)));
    facts.push(("发生地点", matter.place.clone()));
    facts.push((
        "争议金额",
        matter.amount.map_or_else(String::new, |money| format!("{} 元", money.grouped())),
    ));
    facts.push((
        "挽回损失",
        matter.recovered.map_or_else(String::new, |money| format!("{} 元", money.grouped())),
    ));
    facts.push(("外部编号", matter.outside_number.clone().unwrap_or_default()));
    facts.push((
        "适用规定",
        Law::in_use()
            .rule_set(&matter.rule_set)
            .map_or_else(|| matter.rule_set.clone(), law::RuleSet::citation),
    ));
    facts.retain(|(_, words)| !words.is_empty());
    facts
}

pub(super) async fn matter_page(
    app: App,
    ctx: Ctx,
    number: String,
    form: Form,
    flash: Flash,
) -> Result<Response> {
    let by = ctx.clone();
    let asked = number.clone();
    let mut shown = app.db.read(move |tx| load(tx, &by, &asked)).await?;
    if shown.talk.has_news() {
        talk::seen(&app, &ctx, &number).await?;
    }
    shown.frame = Frame::new(&app, &ctx, shown.line.number.clone(), "/matters").flash(flash.0);
    shown.form = form.clone();
    form_page(&form, &shown)
}

fn told(tx: &mut Tx, ctx: &Ctx, matter: MatterId) -> Result<Vec<timeline::Line>> {
    let rows = journal::of(tx, matter)?.into_iter();
    rows.map(|row| Ok(timeline::line(&timeline::within_reach(tx, ctx, row)?))).collect()
}

/// The files of a matter; where one comes from is told as far as the actor may know.
fn files(tx: &mut Tx, ctx: &Ctx, matter: MatterId) -> Result<Vec<Attachment>> {
    let mut files = attachments::of(tx, matter)?;
    for number in files.iter_mut().filter_map(|file| file.shared_from.as_mut()) {
        if !timeline::is_known(tx, ctx, number)? {
            timeline::ANOTHER.clone_into(number);
        }
    }
    Ok(files)
}

fn load(tx: &mut Tx, ctx: &Ctx, number: &str) -> Result<Show> {
    let found = matter::find(tx, ctx, number)?;
    let rows = tx.select(&named(NAMED, ctx).and("m.id = ?", params![found.id]))?;
    let line = line_of(rows.first().ok_or(Problem::NotFound)?, ctx.today())?;
    let mut facts = Html::default();
    let mut acts = Vec::new();
    for slot in slots::of(found.kind) {
        facts.0.push_str(&(slot.facts)(tx, ctx, &found)?.0);
        acts.extend((slot.acts)(tx, ctx, &found)?);
    }
    let may_read = ctx.may(Permission::ViewTraders).is_ok();
    let trader = match found.trader {
        Some(id) => tx
            .one(&super::list::TRADER_NAME, &params![id])?
            .map(|row| {
                Ok::<_, db::Error>((if may_read { id.to_string() } else { String::new() }, row.get("name")?))
            })
            .transpose()?,
        None => None,
    };
    let clocks = clocks::of(tx, &found, ctx.today())?;
    let mut people = parties::of(tx, ctx, found.id)?;
    if let Some(set) = Law::in_use().rule_set(&found.rule_set) {
        people.iter_mut().for_each(|party| party.role = set.say(&party.role).into_owned());
    }
    let recusal_open = relations::recusals(tx, found.id)?.iter().any(|recusal| recusal.granted.is_none());
    let (ties, may) = (Ties::of(tx, ctx, &found)?, Rights::of(ctx, &found, &people, recusal_open));
    acts.extend(may.acts(&found.number));
    acts.extend(ties.acts.iter().cloned());
    let (steps, groups) = groups(acts, found.officer.is_none());
    Ok(Show {
        frame: Frame::bare(),
        form: Form::default(),
        line,
        classes: classes(&found),
        trader,
        clocks: clocks.iter().map(|clock| clock_line(clock, ctx.today())).collect(),
        facts,
        steps,
        groups,
        open: found.phase != Phase::Done && found.state != merge::MERGED,
        notices: notices::of(tx, found.id)?,
        files: files(tx, ctx, found.id)?,
        talk: Talk::load(tx, ctx, &found)?,
        linked: relations::linked(tx, ctx, found.id)?,
        ties,
        link_kinds: relations::BY_HAND
            .iter()
            .map(|(code, words)| ((*code).to_owned(), (*words).to_owned()))
            .collect(),
        timeline: told(tx, ctx, found.id)?,
        may,
        parties: people,
    })
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    flash: Flash,
) -> Result<Response> {
    matter_page(app, ctx, number, Form::default(), flash).await
}

#[derive(Template)]
#[template(path = "matters/clock.html")]
struct Why {
    frame: Frame,
    number: String,
    title: String,
    ends: Vec<Explanation>,
}

pub(super) async fn clock(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, key)): Path<(String, String)>,
) -> Result<Response> {
    let by = ctx.clone();
    let (number, clock) = app
        .db
        .read(move |tx| {
            let found = matter::find(tx, &by, &number)?;
            let clocks = clocks::of(tx, &found, by.today())?;
            // The latest of its key: a clock may have run twice.
            let clock = clocks.into_iter().rev().find(|clock| clock.key == key).ok_or(Problem::NotFound)?;
            Ok::<_, Problem>((number, clock))
        })
        .await?;
    let frame = Frame::new(&app, &ctx, "为什么是这一天", "/matters");
    page(&Why {
        frame,
        number,
        title: clock.title,
        ends: [Some(clock.explanation), clock.other].into_iter().flatten().collect(),
    })
}

pub(super) async fn link(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let (other, kind, reason) = (
        form.required("other", "请填写另一件事项的编号", 60),
        form.text("kind", 20),
        form.text("reason", 200),
    );
    let (by, from) = (ctx.clone(), number.clone());
    let store = move |tx: &mut Tx| {
        // In the order of the numbers, so that two who link at once never wait for each other.
        if other < from {
            drop(matter::lock(tx, &by, &other, None));
        }
        let mut one = matter::lock(tx, &by, &from, None)?;
        let two = match matter::lock(tx, &by, &other, None) {
            Err(Problem::NotFound) => {
                return Err(Refusal::new("link_other", "没有找到这个编号的事项").at("other").into());
            }
            found => found?,
        };
        relations::relate(tx, &by, &mut one, &two, &kind, &reason)
    };
    if !form.has_errors() {
        match app.db.write(store).await {
            Ok(told) => return Ok(redirect(&format!("/matters/{number}"), told.words())),
            Err(problem) => form.absorb(problem)?,
        }
    }
    matter_page(app, ctx, number, form, Flash::default()).await
}

pub(super) async fn unlink(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, LinkId)>,
) -> Result<Response> {
    let (by, seen) = (ctx.clone(), number.clone());
    app.db
        .write(move |tx| {
            let found = matter::find(tx, &by, &seen)?;
            relations::part(tx, &by, &found, id)
        })
        .await?;
    Ok(redirect(&format!("/matters/{number}"), "已解除关联"))
}
