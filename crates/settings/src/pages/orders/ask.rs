//! The forms: one clock by its fields, or a whole order as a text.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use jiff::civil::Date;
use kernel::Ctx;
use law::{ClockRule, Extension, Law, RuleSet, Unit};
use serde::Deserialize;
use web::{App, Context, Form, Frame, Html, Options, Problem, Result, Sample, form_page};

use super::{super::text_of, pauses, store};
use crate::{Kind, NewEdition};

/// A form of this crate.
#[derive(Template)]
#[template(path = "settings/form.html")]
pub(in crate::pages) struct Asking {
    pub frame: Frame,
    pub form: Form,
    pub lead: String,
    pub fields: Vec<Html>,
    pub action: String,
    pub upload: bool,
    pub button: &'static str,
    pub back: String,
}

#[derive(Clone, Deserialize)]
pub(in crate::pages) struct Which {
    #[serde(default)]
    set: String,
    #[serde(default)]
    key: String,
}

const UNITS: [(&str, Unit); 3] = [("wd", Unit::WorkingDays), ("nd", Unit::NaturalDays), ("h", Unit::Hours)];

fn units() -> Options {
    UNITS.map(|(code, unit)| (code.to_owned(), unit.label().to_owned())).to_vec()
}

/// The clock as it stands now, to be changed.
fn current(which: &Which, day: Date) -> Result<&'static ClockRule> {
    let law = Law::in_use();
    let clock = law.clock_of(&which.set, &which.key, day);
    let other = || match which.set.as_str() {
        "" => law.clocks.iter().rev().find(|clock| clock.key == which.key),
        id => law.rule_set(id)?.clock(&which.key),
    };
    clock.or_else(other).ok_or(Problem::NotFound)
}

fn asking(app: &App, ctx: &Ctx, which: &Which, clock: &ClockRule, form: Form) -> Asking {
    let order = Law::in_use().rule_set(&which.set).map_or_else(String::new, RuleSet::citation);
    let lead = format!("{order}{}“{}”，现为 {}。", clock.article, clock.title, clock.length_words());
    let mut fields = vec![
        form.input("length", "长度", "", "number", "min=\"1\" max=\"3660\""),
        form.radios("unit", "单位", "", &units()),
        form.input("extension", "可以延长多少", "不能延长的留空", "number", "min=\"0\" max=\"3660\""),
        form.line("approver", "延长由谁批准", ""),
        form.line("article", "条款", ""),
        form.line("consequence", "逾期后果", ""),
    ];
    fields.extend(pauses::fields(&form, Law::in_use(), clock));
    fields.extend([
        form.day(
            "valid_from",
            "从哪天起算的期限适用",
            "更早起算的期限保持原样；更正错误的数据可以填过去的日期",
        ),
        form.line("source", "依据", "文件名称和文号"),
        form.area("reason", "理由", "", 3),
        form.hidden("set"),
        form.hidden("key"),
    ]);
    Asking {
        frame: Frame::new(app, ctx, "调整期限", "/settings"),
        form,
        lead,
        fields,
        action: "/settings/rules/clock".to_owned(),
        upload: false,
        button: "提出变更",
        back: "/settings/rules".to_owned(),
    }
}

fn filled(which: &Which, clock: &ClockRule, today: Date) -> Form {
    let more = clock.extension.as_ref();
    let form = Form::filled([
        ("set", which.set.clone()),
        ("key", which.key.clone()),
        ("length", clock.length.to_string()),
        ("unit", clock.unit.code().to_owned()),
        ("extension", more.map_or_else(String::new, |more| more.length.to_string())),
        ("approver", more.map_or_else(String::new, |more| more.approver.clone())),
        ("article", clock.article.clone()),
        ("consequence", clock.consequence.clone()),
        ("valid_from", today.to_string()),
    ]);
    pauses::filled(form, Law::in_use(), clock)
}

pub(in crate::pages) async fn edit(
    State(app): State<App>,
    Context(ctx): Context,
    Query(which): Query<Which>,
) -> Result<Response> {
    let clock = current(&which, ctx.today())?;
    let form = filled(&which, clock, ctx.today());
    form_page(&form.clone(), &asking(&app, &ctx, &which, clock, form))
}

fn length(form: &mut Form, name: &str, least: i64) -> Option<u16> {
    let typed = form.number(name)?;
    let fits = (least..=3_660).contains(&typed);
    if !fits {
        form.error(name, format!("应在 {least} 至 3660 之间"));
    }
    u16::try_from(typed).ok().filter(|_| fits)
}

/// The clock as it was typed, with title and trigger of the one it replaces.
fn typed(form: &mut Form, clock: &ClockRule) -> ClockRule {
    let unit = form.choice("unit", UNITS.map(|(code, _)| code), "请选择单位");
    if form.value("length").is_empty() {
        form.error("length", "请填写长度");
    }
    let long = length(form, "length", 1);
    let more = length(form, "extension", 0).filter(|more| *more > 0);
    let approver = form.text("approver", 60);
    if more.is_some() && approver.is_empty() {
        form.error("approver", "可以延长的，请写明由谁批准");
    }
    let valid_from = form.date("valid_from");
    if valid_from.is_none() {
        form.error("valid_from", "请填写从哪天起适用");
    }
    ClockRule {
        length: long.unwrap_or(clock.length),
        unit: UNITS.iter().find(|(code, _)| *code == unit).map_or(clock.unit, |(_, unit)| *unit),
        extension: more.map(|length| Extension { length, approver }),
        article: form.required("article", "请填写条款", 120),
        consequence: form.text("consequence", 200),
        pauses: pauses::typed(form, Law::in_use(), clock),
        valid_from,
        valid_to: None,
        replaced: None,
        ..clock.clone()
    }
}

pub(in crate::pages) async fn propose(
    State(app): State<App>,
    Context(ctx): Context,
    mut form: Form,
) -> Result<Response> {
    let which = Which { set: form.value("set").to_owned(), key: form.value("key").to_owned() };
    let clock = current(&which, ctx.today())?;
    let new = typed(&mut form, clock);
    if new == (ClockRule { valid_from: new.valid_from, valid_to: None, replaced: None, ..clock.clone() }) {
        form.error("length", "与现在的规定没有不同");
    }
    let new = NewEdition {
        kind: Kind::Clock,
        subject: format!("{}/{}", which.set, which.key),
        text: new.to_toml(),
        source: form.text("source", 200),
        reason: form.text("reason", 500),
    };
    match store(&app, &ctx, form, new).await? {
        Ok(done) => Ok(done),
        Err(form) => form_page(&form.clone(), &asking(&app, &ctx, &which, clock, form)),
    }
}

fn text_page(app: &App, ctx: &Ctx, form: &Form) -> Result<Response> {
    let fields = vec![
        form.area(
            "text",
            "规定文件",
            "与随程序发布的 law/rulesets/*.toml 写法相同；代号相同的整部替换，代号不同的新增",
            14,
        ),
        form.file("file", "或者上传文件", "TOML，UTF-8 编码"),
        form.line("source", "依据", "文件名称和文号"),
        form.area("reason", "理由", "", 3),
    ];
    let lead = "新规定从它的施行日起适用于当日及以后收到的投诉举报；前一部规定自动止于前一日。";
    let asking = Asking {
        frame: Frame::new(app, ctx, "上传规定文件", "/settings"),
        form: form.clone(),
        lead: lead.to_owned(),
        fields,
        action: "/settings/rules/text".to_owned(),
        upload: true,
        button: "提出变更",
        back: "/settings/rules".to_owned(),
    };
    form_page(form, &asking)
}

pub(in crate::pages) async fn text(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    text_page(&app, &ctx, &Form::default())
}

pub(in crate::pages) async fn propose_text(
    State(app): State<App>,
    Context(ctx): Context,
    mut form: Form,
) -> Result<Response> {
    let text = text_of(&mut form);
    let set = RuleSet::from_toml(&text).map_err(|error| form.error("text", error.to_string())).ok();
    let new = NewEdition {
        kind: Kind::RuleSet,
        subject: set.map(|set| set.id).unwrap_or_default(),
        text,
        source: form.text("source", 200),
        reason: form.text("reason", 500),
    };
    match store(&app, &ctx, form, new).await? {
        Ok(done) => Ok(done),
        Err(form) => text_page(&app, &ctx, &form),
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::filled([("unit", "wd".to_owned())]);
    form.error("length", "请填写长度");
    let fields = vec![form.line("length", "长度", ""), form.radios("unit", "单位", "", &units())];
    let asking = Asking {
        frame: Frame::bare(),
        form,
        lead: "受理".into(),
        fields,
        action: "/settings/rules/clock".into(),
        upload: true,
        button: "提出变更",
        back: "/settings/rules".into(),
    };
    vec![Sample::of("settings form", &asking)]
}
