//! A proposal: what it changes, which clocks it moves, and the decision.

use askama::Template;
use db::Tx;
use kernel::Ctx;
use law::{ClockRule, Law, OfficeHours, RuleSet};
use web::{Form, Frame, Problem, Result, Sample};

use super::{
    super::{
        calendar::{colour, made},
        moved::Moved,
    },
    pauses,
};
use crate::{
    Edition, EditionId, Kind, State,
    edition::{HOURS, by_id},
    in_use,
};

/// (what, before, after).
type Difference = (String, String, String);

#[derive(Template)]
#[template(path = "settings/rule.html")]
pub(in crate::pages) struct Shown {
    pub frame: Frame,
    pub form: Form,
    id: String,
    pub title: String,
    made: String,
    source: String,
    reason: String,
    words: String,
    state: &'static str,
    colour: &'static str,
    is_open: bool,
    decides: bool,
    differences: Vec<Difference>,
    text: String,
    moved: Moved,
    back: &'static str,
}

fn clock_lines(clock: Option<&ClockRule>) -> Vec<(&'static str, String)> {
    let Some(clock) = clock else { return Vec::new() };
    let day = |day: Option<jiff::civil::Date>| {
        day.map_or_else(|| "规定施行起".to_owned(), |day| format!("{day} 起"))
    };
    vec![
        ("长度", clock.length_words()),
        ("延长由谁批准", clock.extension.as_ref().map_or_else(String::new, |more| more.approver.clone())),
        ("条款", clock.article.clone()),
        ("逾期后果", clock.consequence.clone()),
        ("适用于起算日", day(clock.valid_from)),
        ("暂停事由", clock.pauses.iter().map(pauses::told).collect::<Vec<_>>().join("；")),
    ]
}

fn set_lines(set: Option<&RuleSet>) -> Vec<(&'static str, String)> {
    let Some(set) = set else { return Vec::new() };
    let clock = |clock: &ClockRule| format!("{} {}", clock.title, clock.length_words());
    vec![
        ("名称", set.citation()),
        (
            "施行",
            format!("{} 至 {}", set.valid_from, set.valid_to.map_or("现行".to_owned(), |to| to.to_string())),
        ),
        ("期限", set.clocks.iter().map(clock).collect::<Vec<_>>().join("；")),
        ("不予受理情形", format!("{} 项", set.refusal_grounds.len())),
        ("终止调解情形", format!("{} 项", set.termination_grounds.len())),
        ("来源", set.source.clone()),
    ]
}

/// What differs between two lists of the same lines.
fn compare(before: &[(&'static str, String)], after: &[(&'static str, String)]) -> Vec<Difference> {
    let value = |name: &str, lines: &[(&'static str, String)]| {
        lines.iter().find(|(known, _)| *known == name).map_or_else(String::new, |(_, value)| value.clone())
    };
    let lines = after.iter().map(|(name, new)| ((*name).to_owned(), value(name, before), new.clone()));
    lines.filter(|(_, before, after)| before != after).collect()
}

fn differences(edition: &Edition, before: &Law, after: &Law) -> Vec<Difference> {
    match edition.kind {
        Kind::Clock => {
            let (set, key) = edition.subject.split_once('/').unwrap_or(("", &edition.subject));
            let new = ClockRule::from_toml(&edition.text).ok();
            let day = new.as_ref().and_then(|clock| clock.valid_from).unwrap_or(jiff::civil::Date::MAX);
            compare(&clock_lines(before.clock_of(set, key, day)), &clock_lines(new.as_ref()))
        }
        Kind::RuleSet => {
            let mut all = compare(
                &set_lines(before.rule_set(&edition.subject)),
                &set_lines(after.rule_set(&edition.subject)),
            );
            // A new order ends the one before it: that is told too.
            for old in before.rule_sets.iter().filter(|old| old.id != edition.subject) {
                let end = |set: &RuleSet| set.valid_to.map_or("现行".to_owned(), |to| to.to_string());
                if let Some(new) = after.rule_set(&old.id).filter(|new| new.valid_to != old.valid_to) {
                    all.push((format!("{}的失效日", old.citation()), end(old), end(new)));
                }
            }
            all
        }
        Kind::Counting if edition.subject == HOURS => {
            let new = OfficeHours::from_toml(&edition.text).ok();
            let day = new.as_ref().map_or(jiff::civil::Date::MAX, |hours| hours.valid_from);
            let lines = |hours: Option<&OfficeHours>| {
                let own = hours.map(|hours| (hours.words(), format!("{} 起收到的", hours.valid_from)));
                let (words, from) =
                    own.unwrap_or_else(|| ("不设办公时间，按收到当日起算".to_owned(), String::new()));
                vec![("办公时间", words), ("适用于", from)]
            };
            compare(&lines(before.calendar.hours_on(day)), &lines(new.as_ref()))
        }
        _ => {
            let words =
                |law: &Law| if law.calendar.weekend_ends_stand { "不顺延" } else { "顺延" }.to_owned();
            vec![("期限届满遇普通周末".to_owned(), words(before), words(after))]
        }
    }
}

/// What a proposal differs in, and which clocks it moves while it waits.
///
/// # Errors
/// [`Problem::NotFound`] for a calendar; a refusal when it cannot be read any more.
pub(in crate::pages) fn compared(
    tx: &mut Tx,
    ctx: &Ctx,
    edition: &Edition,
) -> Result<(Vec<Difference>, Moved)> {
    if matches!(edition.kind, Kind::Calendar | Kind::Closed) {
        return Err(Problem::NotFound);
    }
    let is_open = edition.state == State::Proposed;
    let before = in_use::put_together(tx, ctx.today())?;
    let after = in_use::with(tx, ctx.today(), edition)?;
    let moved = if is_open { Moved::look(tx, &after)? } else { Moved::default() };
    Ok((differences(edition, if is_open { &before } else { Law::base() }, &after), moved))
}

/// A proposal as the page shows it; `decides` for who may confirm.
///
/// # Errors
/// [`Problem::NotFound`]; a refusal when it cannot be read any more.
pub(in crate::pages) fn load(tx: &mut Tx, ctx: &Ctx, id: EditionId, decides: bool) -> Result<Shown> {
    let edition = by_id(tx, id)?;
    let (differences, moved) = compared(tx, ctx, &edition)?;
    let is_open = edition.state == State::Proposed;
    Ok(Shown {
        frame: Frame::bare(),
        form: Form::default(),
        id: id.to_string(),
        title: edition.title(),
        made: made(&edition),
        source: edition.source.clone(),
        reason: edition.reason.clone(),
        words: edition.decided_words.clone(),
        state: edition.state.label(),
        colour: colour(edition.state),
        is_open,
        decides,
        differences,
        text: edition.text,
        moved,
        back: if decides { "/approvals" } else { "/settings/rules" },
    })
}

pub(super) fn samples() -> Vec<Sample> {
    let sample = |decides: bool| Shown {
        frame: Frame::bare(),
        form: Form::default(),
        id: "1".into(),
        title: "单项期限 R121/accept".into(),
        made: "2026-11-26 09:00 张".into(),
        source: "省局通知".into(),
        reason: "按省局要求提前".into(),
        words: String::new(),
        state: "待核准",
        colour: "soon",
        is_open: true,
        decides,
        differences: vec![("长度".into(), "7 个工作日".into(), "5 个工作日".into())],
        text: "length = 5".into(),
        moved: Moved::sample(),
        back: "/settings/rules",
    };
    vec![Sample::of("rule", &sample(false)), Sample::of("rule to confirm", &sample(true))]
}
