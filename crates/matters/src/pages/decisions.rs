//! What a head decides beside the procedure: another rule set, a clock lengthened or taken back, who keeps away.

use axum::{
    extract::{Path, State},
    response::Response,
};
use db::Tx;
use kernel::{Ctx, OfficerId, Refusal};
use law::RuleSet;
use web::{App, Context, Form, Html, Options, Problem, Result, Sample};

use super::{
    step::{Desk, Step, Words},
    work::handlers,
};
use crate::{Kind, Matter, clocks, matter, relations};

const RULE_SET: Words = Words {
    title: "更换适用规定",
    lead: "默认适用收到之日施行的规定。更换后，正在计算的期限从原起算日按新选的规定重新计算；理由长期保留。",
    button: "更换",
};

fn rule_set_fields(form: &Form, sets: &Options) -> Vec<Html> {
    vec![
        form.hidden("_version"),
        form.select("rule_set", "适用规定", "办理期间曾经施行的规定", sets),
        form.area("reason", "理由", "例如：当事人书面要求适用，经集体讨论决定", 3),
    ]
}

fn other_sets(found: &Matter, ctx: &Ctx) -> Options {
    let sets = clocks::choices(found, ctx).into_iter().filter(|set| set.id != found.rule_set);
    sets.map(|set: &RuleSet| (set.id.clone(), set.citation())).collect()
}

pub(super) async fn ask_rule_set(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: "rule_set" };
    let found = desk.matter().await?;
    let form = Form::filled([("_version", found.version.to_string())]);
    let fields = rule_set_fields(&form, &other_sets(&found, &ctx));
    desk.page(form, &RULE_SET, fields)
}

pub(super) async fn rule_set(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: "rule_set" };
    let sets = other_sets(&desk.matter().await?, &ctx);
    let (id, reason, version) =
        (form.value("rule_set").to_owned(), form.text("reason", 500), form.number("_version"));
    let (by, seen) = (ctx.clone(), number.clone());
    let chosen = app.db.write(move |tx| {
        let mut found = matter::lock(tx, &by, &seen, version)?;
        clocks::choose_rule_set(tx, &by, &mut found, &id, &reason)
    });
    desk.answer(chosen.await, "已更换适用规定", form, &RULE_SET, |form| rule_set_fields(form, &sets))
}

const EXTENSION: Words =
    Words {
        title: "延长期限", lead: "只有规定允许延长的期限可以延长，且只能延长一次。", button: "批准延长"
    };

const VOID: Words = Words {
    title: "撤销期限",
    lead: "用于不应当开始计算的期限，例如类型登记有误。撤销后既不算按期，也不算逾期；理由长期保留。",
    button: "撤销",
};

fn reason(form: &Form) -> Vec<Html> {
    vec![form.hidden("_version"), form.area("reason", "理由", "", 3)]
}

async fn asked(desk: Desk<'_>, words: &Words) -> Result<Response> {
    let found = desk.matter().await?;
    let form = Form::filled([("_version", found.version.to_string())]);
    let fields = reason(&form);
    desk.page(form, words, fields)
}

/// Something done to a clock by its key, with a reason.
type OnClock = fn(&mut Tx, &Ctx, &Matter, &str, &str) -> Result<()>;

async fn done(
    desk: Desk<'_>,
    key: String,
    mut form: Form,
    words: &Words,
    flash: &str,
    act: OnClock,
) -> Result<Response> {
    let why = form.required("reason", "请写明理由", 500);
    let version = form.number("_version");
    if form.has_errors() {
        let fields = reason(&form);
        return desk.page(form, words, fields);
    }
    let (by, seen) = (desk.ctx.clone(), desk.number.to_owned());
    let done = desk.app.db.write(move |tx| {
        let found = matter::lock(tx, &by, &seen, version)?;
        act(tx, &by, &found, &key, &why)
    });
    desk.answer(done.await, flash, form, words, reason)
}

pub(super) async fn ask_extension(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, key)): Path<(String, String)>,
) -> Result<Response> {
    let path = format!("clocks/{key}/extension");
    asked(Desk { app: &app, ctx: &ctx, number: &number, path: &path }, &EXTENSION).await
}

pub(super) async fn extension(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, key)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let path = format!("clocks/{key}/extension");
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: &path };
    done(desk, key, form, &EXTENSION, "已延长", clocks::extend).await
}

pub(super) async fn ask_void(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, key)): Path<(String, String)>,
) -> Result<Response> {
    let path = format!("clocks/{key}/void");
    asked(Desk { app: &app, ctx: &ctx, number: &number, path: &path }, &VOID).await
}

pub(super) async fn void(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, key)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let path = format!("clocks/{key}/void");
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: &path };
    done(desk, key, form, &VOID, "已撤销", clocks::void).await
}

const RECUSAL: Words = Words {
    title: "申请回避",
    lead: "登记当事人申请或者本人提出的回避；决定前可以继续办理不涉及调解的工作。",
    button: "登记",
};

const DECISION: Words = Words {
    title: "决定回避",
    lead: "决定回避后，该同事不再看到这件事项，须另行分派。本人的回避由他人决定。",
    button: "决定",
};

fn recusal_fields(form: &Form, colleagues: &Options) -> Vec<Html> {
    vec![
        form.select("officer", "谁应当回避", "", colleagues),
        form.line("by", "由谁提出", "例如：举报人、本人"),
        form.area("reason", "理由", "", 3),
    ]
}

/// The officers who could meet the matter, once each.
async fn officers(desk: Desk<'_>) -> Result<Options> {
    let (by, seen) = (desk.ctx.clone(), desk.number.to_owned());
    desk.app
        .db
        .read(move |tx| {
            let found = matter::find(tx, &by, &seen)?;
            if found.kind == Kind::Complaint {
                let words = "投诉的回避会中止调解，请在事项页面的“下一步”中办理";
                return Err(Refusal::new("recusal_of_complaint", words).into());
            }
            let mut found = Options::new();
            for (code, words) in handlers(tx, &by)? {
                let id = code.split_once('|').map_or("", |(_, officer)| officer).to_owned();
                if !found.iter().any(|(known, _)| *known == id) {
                    found.push((id, words));
                }
            }
            Ok::<_, Problem>(found)
        })
        .await
}

pub(super) async fn ask_recusal(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: "recusals" };
    let form = Form::default();
    let fields = recusal_fields(&form, &officers(desk).await?);
    desk.page(form, &RECUSAL, fields)
}

pub(super) async fn recusal(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: "recusals" };
    let colleagues = officers(desk).await?;
    let known = colleagues.iter().map(|(code, _)| code.as_str());
    form.choice("officer", known, "请选择谁应当回避");
    let who: Option<OfficerId> = form.id("officer");
    let (by_whom, why) = (form.required("by", "请填写由谁提出", 60), form.text("reason", 500));
    let Some(who) = who.filter(|_| !form.has_errors()) else {
        let fields = recusal_fields(&form, &colleagues);
        return desk.page(form, &RECUSAL, fields);
    };
    let (by, seen) = (ctx.clone(), number.clone());
    let asked = app.db.write(move |tx| {
        let found = matter::lock(tx, &by, &seen, None)?;
        relations::request_recusal(tx, &by, &found, who, &why, &by_whom)
    });
    desk.answer(asked.await, "已登记回避申请", form, &RECUSAL, |form| {
        recusal_fields(form, &colleagues)
    })
}

fn decision_fields(form: &Form) -> Vec<Html> {
    let answers = vec![("yes".to_owned(), "应当回避".to_owned()), ("no".to_owned(), "不需要回避".to_owned())];
    vec![form.hidden("_version"), form.radios("granted", "决定", "", &answers)]
}

pub(super) async fn ask_decision(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: "recusals/decision" };
    officers(desk).await?;
    let form = Form::filled([("_version", desk.matter().await?.version.to_string())]);
    let fields = decision_fields(&form);
    desk.page(form, &DECISION, fields)
}

pub(super) async fn decision(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: "recusals/decision" };
    officers(desk).await?;
    let granted = form.choice("granted", ["yes", "no"], "请选择决定") == "yes";
    let version = form.number("_version");
    if form.has_errors() {
        let fields = decision_fields(&form);
        return desk.page(form, &DECISION, fields);
    }
    let (by, seen) = (ctx.clone(), number.clone());
    let decided = app.db.write(move |tx| {
        let mut found = matter::lock(tx, &by, &seen, version)?;
        relations::settle_recusal(tx, &by, &mut found, granted)
    });
    desk.answer(decided.await, "已作出决定", form, &DECISION, decision_fields)
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::default();
    form.error("reason", "请写明理由");
    let some: Options = vec![("R20".into(), "暂行办法".into())];
    vec![
        Sample::of("rule_set", &Step::sample(form.clone(), rule_set_fields(&form, &some), &RULE_SET)),
        Sample::of("extension", &Step::sample(form.clone(), reason(&form), &EXTENSION)),
        Sample::of("clock_void", &Step::sample(form.clone(), reason(&form), &VOID)),
        Sample::of("recusal", &Step::sample(form.clone(), recusal_fields(&form, &some), &RECUSAL)),
        Sample::of("recusal_decision", &Step::sample(form.clone(), decision_fields(&form), &DECISION)),
    ]
}
