//! Signs of what nobody complains of, and what a probe of a few shops proves.

use askama::Template;
use axum::{
    extract::{Query, State as App_},
    response::Response,
};
use sentinel::interval::{none_of, wilson};
use serde::Deserialize;
use web::{App, Context, Form, Frame, Problem, Result, Sample, form_page};

use crate::{
    silent::{self, Signs, Silence},
    stream::Names,
};

/// Shops of a probe at most.
const PROBED: u32 = 100_000;

struct Line {
    term: String,
    mentions: u32,
    complaints: u32,
    traders: u32,
    most: u32,
}

struct Small {
    sum: String,
    traders: usize,
    contacts: usize,
    with: String,
}

struct Quiet {
    goods: String,
    area: String,
    observed: u32,
    expected: String,
    sure: String,
}

#[derive(Template)]
#[template(path = "watch/silent.html")]
struct Page {
    frame: Frame,
    form: Form,
    read: String,
    lines: Vec<Line>,
    sums: Vec<Small>,
    quiet: Vec<Quiet>,
    proved: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    probed: String,
    #[serde(default)]
    found: String,
}

/// What a probe says: `found` of `probed` shops, drawn by lot, had it.
fn proved(probed: u32, found: u32) -> String {
    let whole = |share: f64| format!("{:.1}%", share * 100.0);
    if found == 0 {
        return format!(
            "抽查 {probed} 家，一家也没有：如果是随机抽取，全行业有的不会超过 {}（单侧 95%）。",
            whole(none_of(probed, 0.95))
        );
    }
    let share = f64::from(found) / f64::from(probed);
    let interval = wilson(found, probed, 0.95);
    format!(
        "抽查 {probed} 家，{found} 家有：{}；如果是随机抽取，全行业在 {} 到 {} 之间（95% 区间）。",
        whole(share),
        whole(interval.low),
        whole(interval.high)
    )
}

/// What was asked of a probe; the errors stand beside the fields.
fn probe(form: &mut Form) -> Option<String> {
    if form.value("probed").is_empty() && form.value("found").is_empty() {
        return None;
    }
    let count = |name: &str| form.value(name).trim().parse::<u32>().ok();
    let probed = count("probed").filter(|probed| (1..=PROBED).contains(probed));
    let found = count("found").filter(|found| probed.is_none_or(|probed| *found <= probed));
    if probed.is_none() {
        form.error("probed", "请填写抽查了几家，1 到 100000");
    }
    if found.is_none() {
        form.error("found", "请填写其中几家有，不能多于抽查的家数");
    }
    Some(proved(probed?, found?))
}

fn yuan(fen: i64) -> String {
    if fen % 100 == 0 { format!("{} 元", fen / 100) } else { format!("{}.{:02} 元", fen / 100, fen % 100) }
}

fn page(frame: Frame, form: Form, signs: &Signs, quiet: Vec<Quiet>, proved: Option<String>) -> Page {
    let line = |one: &sentinel::hidden::Practice| Line {
        term: one.term.clone(),
        mentions: one.mentions,
        complaints: one.complaints,
        traders: one.traders,
        most: one.most,
    };
    let small = |one: &silent::Sum| Small {
        sum: yuan(one.fen),
        traders: one.traders,
        contacts: one.contacts,
        with: one.with.as_ref().map_or(String::new(), |(term, count)| format!("{term}（{count} 件）")),
    };
    let read = match signs.from {
        Some(from) => format!("读了 {from} 以来的 {} 件来件（最多两万件，最近的在先）。", signs.contacts),
        None => "还没有来件。".to_owned(),
    };
    Page {
        frame,
        form,
        read,
        lines: signs.practices.iter().map(line).collect(),
        sums: signs.sums.iter().map(small).collect(),
        quiet,
        proved,
    }
}

fn named(goods: String, area: String, one: &Silence) -> Quiet {
    let (expected, sure) = (format!("{:.1}", one.expected), format!("{:.0}%", (one.sure * 100.0).min(99.0)));
    Quiet { goods, area, observed: one.observed, expected, sure }
}

pub(super) async fn show(
    App_(app): App_<App>,
    Context(ctx): Context,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let mut form = Form::filled([("probed", asked.probed), ("found", asked.found)]);
    let proved = probe(&mut form);
    let today = ctx.today();
    let told = app.db.read(move |tx| silent::told(tx, today)).await?;
    let signs = tokio::task::spawn_blocking(move || silent::read(&told)).await;
    let signs = signs.map_err(|error| Problem::Fault(error.to_string()))?;
    let silences = signs.silences.clone();
    let quiet = app
        .db
        .read(move |tx| {
            let mut names = Names::default();
            silences
                .iter()
                .map(|one| {
                    let goods = names.value(tx, "goods", &one.goods)?;
                    Ok::<_, Problem>(named(goods, names.value(tx, "area", &one.area)?, one))
                })
                .collect::<Result<Vec<_>>>()
        })
        .await?;
    let frame = Frame::new(&app, &ctx, "零投诉线索", "/alarms");
    form_page(&form.clone(), &page(frame, form, &signs, quiet, proved))
}

pub(super) fn samples() -> Vec<Sample> {
    let practice = sentinel::hidden::Practice {
        term: "消毒餐具费".into(),
        mentions: 80,
        complaints: 0,
        traders: 60,
        most: 2,
        score: 3.9,
        rows: Vec::new(),
    };
    let sum = |fen, with| silent::Sum { fen, traders: 60, contacts: 80, with };
    let silence =
        Silence { goods: "S01".into(), area: "unit:1".into(), observed: 1, expected: 24.3, sure: 0.99 };
    let signs = Signs {
        contacts: 3_000,
        from: Some(jiff::civil::date(2025, 9, 23)),
        practices: vec![practice],
        sums: vec![sum(100, Some(("消毒餐具费".into(), 78))), sum(150, None)],
        silences: Vec::new(),
    };
    let quiet = vec![named("餐饮和住宿".into(), "中山所".into(), &silence)];
    let form = Form::filled([("probed", "30".to_owned()), ("found", "12".to_owned())]);
    let full = page(Frame::bare(), form, &signs, quiet, Some(proved(30, 12)));
    let empty = page(Frame::bare(), Form::default(), &Signs::default(), Vec::new(), None);
    vec![Sample::of("alarms_silent", &full), Sample::of("alarms_silent_empty", &empty)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The figures of the notes on probes: 12 of 30 and none of 30.
    #[test]
    fn a_probe_says_how_little_a_handful_proves() {
        assert!(proved(30, 12).contains("40.0%") && proved(30, 12).contains("24.6% 到 57.7%"));
        assert!(proved(30, 0).contains("不会超过 9.5%"));
        let mut form = Form::filled([("probed", "5".to_owned()), ("found", "9".to_owned())]);
        assert_eq!(probe(&mut form), None);
        assert!(form.has_errors());
        assert_eq!(probe(&mut Form::default()), None);
    }
}
