//! Registering a contact while on the telephone.

use advice::Aside;
use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{Html, Response},
};
use jiff::{Timestamp, civil::Date};
use kernel::{Ctx, OFFICE_ZONE, Quantity};
use law::{Classification, Law, Listed};
use matters::{Kind, parties, ways};
use serde::Deserialize;
use web::{
    App, Context, Flash, Form, Frame, Html as Markup, Options, Problem, Result, Sample, escape, form_page,
    redirect, redirect_from,
};

use super::advise::{Advised, aside_sample};
use crate::{
    NewContact, Respondent,
    contact::register,
    draft,
    once::{self, Once},
    split::{Split, split},
};

const PAGE: &str = "desk";

struct Lists {
    kinds: Options,
    channels: Options,
    goods: Options,
    problems: Options,
    demands: Options,
    sales_ways: Options,
    topics: Options,
}

#[derive(Template)]
#[template(path = "intake/desk.html")]
struct Desk {
    frame: Frame,
    form: Form,
    lists: Lists,
    saved: Option<String>,
    /// What is suggested for it.
    aside: Markup,
    /// Who is on duty now.
    duty: Option<String>,
}

/// What may be chosen on `day`: retired entries are not offered.
pub(super) fn listed(list: &[Listed], day: Date) -> Options {
    Listed::offered(list, day).map(|one| (one.code.clone(), one.name.clone())).collect()
}

fn tree(tree: &law::Tree, day: Date) -> Options {
    let words = |code: &str| tree.path(code);
    tree.offered(day).map(|node| (node.code.clone(), words(&node.code))).collect()
}

fn lists(all: &Classification, day: Date) -> Lists {
    Lists {
        kinds: Kind::ALL.iter().map(|kind| (kind.code().to_owned(), kind.label().to_owned())).collect(),
        channels: listed(&all.channels, day),
        goods: tree(&all.goods, day),
        problems: tree(&all.problems, day),
        demands: listed(&all.demands, day),
        sales_ways: listed(&all.sales_ways, day),
        topics: listed(&all.topics, day),
    }
}

/// The desk with what is suggested beside it.
pub(super) async fn desk_page(
    app: &App,
    frame: Frame,
    ctx: &Ctx,
    form: Form,
    saved: Option<String>,
    aside: &Aside,
) -> Result<Response> {
    let (lists, aside) = (lists(&Law::in_use().classification, ctx.today()), aside.html()?);
    let by = ctx.clone();
    let duty = app.db.read(move |tx| ways::on_duty(tx, &by)).await?;
    form_page(&form.clone(), &Desk { frame, form, lists, saved, aside, duty })
}

/// The frame of the desk.
pub(super) fn desk_frame(app: &App, ctx: &Ctx) -> Frame {
    Frame::new(app, ctx, "接待台", "/desk")
}

pub(super) async fn show(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let kept = app.db.read(move |tx| draft::load(tx, &by, PAGE)).await?;
    let fresh =
        vec![("kind".to_owned(), "consultation".to_owned()), ("channel".to_owned(), "phone".to_owned())];
    let (pairs, saved) = kept.map_or((fresh, None), |(pairs, at)| (pairs, Some(kernel::office_minute(at))));
    let form = Form::filled(pairs.iter().map(|(name, value)| (name.as_str(), value.clone())));
    let form = form.with("once", once::drawn(&ctx));
    let frame = desk_frame(&app, &ctx).flash(flash.0);
    desk_page(&app, frame, &ctx, form, saved, &Aside::empty(&app.config.data)).await
}

pub(super) async fn draft(State(app): State<App>, Context(ctx): Context, form: Form) -> Result<StatusCode> {
    app.db.write(move |tx| draft::save(tx, &ctx, PAGE, form.pairs())).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn drop_draft(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    app.db.write(move |tx| draft::forget(tx, &ctx, PAGE)).await?;
    Ok(redirect("/desk", "草稿已清除"))
}

#[derive(Deserialize)]
pub(super) struct Telephone {
    #[serde(default)]
    q: String,
}

pub(super) async fn earlier(
    State(app): State<App>,
    Context(ctx): Context,
    Query(telephone): Query<Telephone>,
) -> Result<Html<String>> {
    let found = app.db.read(move |tx| parties::earlier(tx, &ctx, &telephone.q)).await?;
    let line = |one: &parties::Earlier| {
        format!(
            "<li data-href=\"/matters/{number}\"><span class=\"number\">{number}</span> {} <small>{} {}</small></li>",
            escape(&one.title),
            escape(&one.name),
            one.received_on,
            number = one.number,
        )
    };
    Ok(Html(found.iter().map(line).collect()))
}

/// Noon of a past day, or now: a letter received yesterday counts from yesterday.
fn instant(day: Option<Date>, ctx: &Ctx) -> Timestamp {
    let past = day.filter(|day| *day != ctx.today());
    past.and_then(|day| OFFICE_ZONE.to_timestamp(day.at(12, 0, 0, 0)).ok()).unwrap_or(ctx.now)
}

fn optional(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn person(form: &mut Form, complains: bool) -> parties::NewParty {
    parties::NewParty {
        // Of a report it becomes the reporter when it is registered.
        role: if complains { "complainant" } else { "caller" }.to_owned(),
        name: form.text("name", 60),
        phone: form.text("phone", 40),
        address: form.text("address", 200),
        publish: form.checked("publish"),
        entrust: form.checked("entrust"),
        ..parties::NewParty::default()
    }
}

/// The agent, when there is one: the authority must have been seen (第十一条).
fn agent(form: &mut Form) -> Option<parties::NewParty> {
    let name = form.text("agent_name", 60);
    if name.is_empty() {
        return None;
    }
    if !form.checked("agent_papers") {
        form.error("agent_papers", "委托他人代为投诉须有授权委托书原件和受托人身份证明（第十一条）");
    }
    let phone = form.text("agent_phone", 40);
    Some(parties::NewParty { role: "agent".to_owned(), name, phone, ..parties::NewParty::default() })
}

/// A line for each of the others: name, then telephone.
fn others(form: &mut Form) -> Vec<parties::NewParty> {
    let text = form.text("others", 5_000);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let person = |line: &str| {
        let (name, phone) = line.split_once([' ', ',', '，', '\t']).unwrap_or((line, ""));
        parties::NewParty {
            role: "complainant".to_owned(),
            name: name.trim().to_owned(),
            phone: phone.trim().to_owned(),
            ..parties::NewParty::default()
        }
    };
    lines.map(person).collect()
}

/// What a dispute needs that is to be settled: who, against whom, what for (第十条).
fn ask_people(form: &mut Form, kind: Option<Kind>) -> bool {
    if !matches!(kind, Some(Kind::Complaint | Kind::Settlement)) {
        return false;
    }
    if kind == Some(Kind::Settlement) && form.value("trader_id").is_empty() {
        form.error("respondent_name", "先行和解请从列表中选择已加入的经营者");
    }
    form.required("name", "投诉须登记投诉人姓名（第十条）", 60);
    form.required("phone", "投诉须登记投诉人电话（第十条）", 40);
    form.required("respondent_name", "投诉须登记被投诉人名称（第十条）", 120);
    if form.all("demands").is_empty() {
        form.error("demands", "投诉须有具体的诉求（第十条）");
    }
    true
}

fn quantity(form: &mut Form) -> Quantity {
    let number = form.text("quantity", 18);
    if number.is_empty() {
        return Quantity::default();
    }
    let quantity = Quantity::new(&number, form.value("quantity_unit"));
    quantity.map_err(|words| form.error("quantity", words)).unwrap_or_default()
}

fn read(form: &mut Form, ctx: &Ctx) -> Result<Option<NewContact>> {
    let kind = Kind::from_code(form.value("kind"));
    if kind.is_none() {
        form.error("kind", "请选择类型");
    }
    form.refuse_masked(&["name", "phone", "address"]);
    let needs_people = ask_people(form, kind);
    let quantity = quantity(form);
    let answered = form
        .checked("answered")
        .then(|| (form.text("topic", 20), form.required("answer", "请填写答复内容", 2000)));
    let received = form.date("received_on");
    let facts = form.required("facts", "请填写事情经过", 10_000);
    let new = NewContact {
        channel: form.text("channel", 20),
        person: person(form, needs_people),
        agent: agent(form),
        others: others(form),
        representatives: ["representative_1", "representative_2"]
            .into_iter()
            .filter_map(|name| optional(form.text(name, 60)))
            .collect(),
        respondent: Respondent {
            trader: form.id("trader_id"),
            name: form.text("respondent_name", 120),
            address: form.text("respondent_address", 200),
            phone: form.text("respondent_phone", 40),
        },
        goods: optional(form.text("goods", 20)),
        problem: optional(form.text("problem", 20)),
        goods_name: form.text("goods_name", 100),
        brand: form.text("brand", 40),
        place: form.text("place", 200),
        happened_on: form.date("happened_on"),
        known_on: form.date("known_on"),
        amount: form.money("amount"),
        quantity,
        demands: form.all("demands"),
        demand_words: form.text("demand_words", 500),
        sales_way: form.text("sales_way", 20),
        answer: answered,
        outside_number: optional(form.text("outside_number", 60)),
        source: "desk".to_owned(),
        ..NewContact::new(kind.unwrap_or(Kind::Other), ctx.officer()?.unit, instant(received, ctx), facts)
    };
    Ok((!form.has_errors()).then_some(new))
}

/// What was typed, when it is whole and tells of no reporter.
fn discreet(form: &mut Form, ctx: &Ctx) -> Result<Option<NewContact>> {
    let new = read(form, ctx)?.filter(|new| {
        let names = new.names_the_reporter();
        if names {
            form.error("facts", "内容中出现了举报人的姓名或者电话，请改用“举报人”；身份信息只在上面填写，加密保存（第三十七条）");
        }
        !names
    });
    Ok(new)
}

fn may_also_report(form: &mut Form) {
    if form.checked("also_report")
        && (form.value("kind") != Kind::Complaint.code() || form.checked("answered"))
    {
        form.error("also_report", "只有登记待办的投诉可以同时分立举报；只举报的，类型请选“举报”");
    }
}

/// The report in a complaint (第九条), when it was ticked.
fn also_report(form: &Form, new: &NewContact) -> Option<Split> {
    let ticked = form.checked("also_report") && new.kind == Kind::Complaint;
    ticked.then(|| Split { named: form.checked("named"), ..Split::default() })
}

pub(super) async fn store(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    may_also_report(&mut form);
    if let Some(new) = discreet(&mut form, &ctx)? {
        let by = ctx.clone();
        let also = also_report(&form, &new);
        let once = Once::of(&ctx, &form);
        let advised = Advised::of(&app, &ctx, &form).await;
        let stored = app.db.write(move |tx| {
            if let Some(number) = once.as_ref().map(|once| once.take(tx, &by)).transpose()?.flatten() {
                return Ok(Registered::Before(number));
            }
            let mut matter = register(tx, &by, &new)?;
            advised.follow(tx, &by, &mut matter)?;
            let report = also.as_ref().map(|how| split(tx, &by, &matter, how)).transpose()?;
            draft::forget(tx, &by, PAGE)?;
            once.as_ref().map(|once| once.registered(tx, &matter.number)).transpose()?;
            let (number, is_done) = (matter.number, matter.outcome.is_some());
            Ok::<_, Problem>(Registered::Now { number, is_done, report: report.map(|report| report.number) })
        });
        match stored.await {
            Ok(registered) => return Ok(told(&registered)),
            Err(problem) => form.absorb(problem)?,
        }
    }
    desk_page(&app, desk_frame(&app, &ctx), &ctx, form, None, &Aside::empty(&app.config.data)).await
}

/// What became of a form that was sent.
enum Registered {
    Now {
        number: String,
        /// Answered on the spot: nothing is left to do.
        is_done: bool,
        /// The number of the report in it.
        report: Option<String>,
    },
    /// Sent again: the number it got the first time.
    Before(String),
}

fn told(registered: &Registered) -> Response {
    let to = |number: &str, words: &str| redirect(&format!("/matters/{number}"), words);
    match registered {
        Registered::Now { number, report: Some(report), .. } => {
            to(number, &format!("已登记，投诉编号 {number}，同时分立举报 {report}"))
        }
        Registered::Now { number, is_done: true, .. } => {
            redirect_from("/desk", &format!("/matters/{number}"), &format!("{number} 已登记并答复完毕"))
        }
        Registered::Now { number, .. } => to(number, &format!("已登记，编号 {number}")),
        Registered::Before(number) => to(number, &format!("这份表单已经登记过，编号 {number}，没有重复登记")),
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::filled([("facts", "牛奶变质".to_owned())]);
    form.error("name", "请填写姓名");
    let desk = Desk {
        frame: Frame::bare(),
        form,
        lists: lists(&Law::in_use().classification, jiff::civil::date(2026, 9, 23)),
        saved: Some("2026-11-24 09:00".into()),
        aside: aside_sample(),
        duty: Some("中山所白班 张伟（带班 李敏）".into()),
    };
    vec![Sample::of("desk", &desk)]
}
