//! Office hours: what is received after them, or on a day off, counts as received on the next working day (regulations §8, 6).

use axum::{extract::State, response::Response};
use jiff::civil::Time;
use kernel::Ctx;
use law::{Hours, Law, OfficeHours, Season};
use web::{App, Context, Form, Frame, Options, Result, form_page};

use super::{Asking, store};
use crate::{Kind, NewEdition, edition::HOURS};

/// The office hours that were set, in lines.
pub(super) fn told(law: &Law) -> Vec<String> {
    let one =
        |hours: &OfficeHours| format!("{} 起收到的：{}{}", hours.valid_from, hours.words(), hours.source);
    law.calendar.hours().iter().map(one).collect()
}

fn asking(app: &App, ctx: &Ctx, form: Form) -> Asking {
    let rule: Options = [("next", "视为其后第一个工作日收到"), ("same", "按收到当日起算（不设办公时间）")]
        .map(|(code, words)| (code.to_owned(), words.to_owned()))
        .to_vec();
    let time = |name: &str, label: &str, hint: &str| form.input(name, label, hint, "time", "");
    let fields = vec![
        form.radios("rule", "下班以后或者休息日收到的网页、来函", "", &rule),
        time("opens", "上班时间", "例如 08:30"),
        time("closes", "下班时间", "这一分钟及以后收到的算办公时间外"),
        form.line("season_from", "夏季或者冬季另有作息的，从哪天", "月-日，例如 05-01；没有的留空"),
        form.line("season_to", "到哪天", "月-日，例如 09-30；可以跨年"),
        time("season_opens", "这段时间的上班时间", ""),
        time("season_closes", "这段时间的下班时间", ""),
        form.day("valid_from", "从哪天收到的适用", "更早收到的保持原样"),
        form.line("source", "依据", "文件名称和文号"),
        form.area("reason", "理由", "", 3),
    ];
    let lead =
        "只影响法定届满日；预警日期始终按收到当日计算，不会因此推后。电话、来访和其他部门转来的不受影响。";
    Asking {
        frame: Frame::new(app, ctx, "设置办公时间", "/settings"),
        form,
        lead: lead.to_owned(),
        fields,
        action: "/settings/rules/hours".to_owned(),
        upload: false,
        button: "提出变更",
        back: "/settings/rules".to_owned(),
    }
}

pub(in crate::pages) async fn ask_hours(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    let mut form = Form::filled([("rule", "next".to_owned()), ("valid_from", ctx.today().to_string())]);
    if let Some(now) = Law::in_use().calendar.hours_on(ctx.today()) {
        let time = |time: Time| time.strftime("%H:%M").to_string();
        if let Some(hours) = &now.hours {
            form = form.with("opens", time(hours.opens)).with("closes", time(hours.closes));
        }
        if let Some(season) = &now.season {
            form = form.with("season_from", season.from.clone()).with("season_to", season.to.clone());
            form = form.with("season_opens", time(season.opens)).with("season_closes", time(season.closes));
        }
    }
    form_page(&form.clone(), &asking(&app, &ctx, form))
}

/// A time of the day that must be there.
fn time(form: &mut Form, name: &str, missing: &str) -> Option<Time> {
    let typed = form.text(name, 8).replace('：', ":");
    let read =
        if typed.is_empty() { Err(missing) } else { typed.parse().map_err(|_| "时间请写成 17:30") };
    read.map_err(|sentence| form.error(name, sentence)).ok()
}

fn later(form: &mut Form, name: &str, (opens, closes): (Time, Time)) {
    if closes <= opens {
        form.error(name, "下班时间应当晚于上班时间");
    }
}

fn season(form: &mut Form) -> Option<Season> {
    let (from, to) = (form.text("season_from", 5), form.text("season_to", 5));
    if from.is_empty() && to.is_empty() && form.value("season_closes").is_empty() {
        return None;
    }
    for (name, day) in [("season_from", &from), ("season_to", &to)] {
        let known = day.len() == 5 && format!("2024-{day}").parse::<jiff::civil::Date>().is_ok();
        if !known {
            form.error(name, "请写成“月-日”，例如 05-01");
        }
    }
    let opens = time(form, "season_opens", "请填写这段时间的上班时间");
    let closes = time(form, "season_closes", "请填写这段时间的下班时间");
    let (opens, closes) = opens.zip(closes)?;
    later(form, "season_closes", (opens, closes));
    Some(Season { from, to, opens, closes })
}

/// The hours as they were typed.
fn typed(form: &mut Form) -> Option<OfficeHours> {
    let rule = form.choice("rule", ["next", "same"], "请选择怎么算");
    let valid_from = form.date("valid_from");
    if valid_from.is_none() {
        form.error("valid_from", "请填写从哪天起适用");
    }
    let (mut hours, mut part) = (None, None);
    if rule == "next" {
        let opens = time(form, "opens", "请填写上班时间");
        let closes = time(form, "closes", "请填写下班时间");
        if let Some((opens, closes)) = opens.zip(closes) {
            later(form, "closes", (opens, closes));
            hours = Some(Hours { opens, closes });
        }
        part = season(form);
    }
    Some(OfficeHours { valid_from: valid_from?, hours, season: part, source: String::new() })
}

pub(in crate::pages) async fn propose_hours(
    State(app): State<App>,
    Context(ctx): Context,
    mut form: Form,
) -> Result<Response> {
    let hours = typed(&mut form);
    let same = |hours: &OfficeHours| {
        let now = Law::in_use().calendar.hours_on(hours.valid_from);
        let now = now.map(|now| (now.hours.clone(), now.season.clone())).unwrap_or_default();
        now == (hours.hours.clone(), hours.season.clone())
    };
    if !form.has_errors() && hours.as_ref().is_some_and(same) {
        form.error("rule", "与现在的规定没有不同");
    }
    let new = NewEdition {
        kind: Kind::Counting,
        subject: HOURS.to_owned(),
        text: hours.map(|hours| hours.to_toml()).unwrap_or_default(),
        source: form.text("source", 200),
        reason: form.text("reason", 500),
    };
    match store(&app, &ctx, form, new).await? {
        Ok(done) => Ok(done),
        Err(form) => form_page(&form.clone(), &asking(&app, &ctx, form)),
    }
}
