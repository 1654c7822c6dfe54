//! Settings as programs read them: what the pages show, in JSON.

mod classes;
mod kept;

use db::Tx;
use kernel::Ctx;
use law::{ClockRule, Law, Replaced, RuleSet};
use serde_json::{Value as Json, json};
use web::{Problem, Result};

pub use self::{
    classes::{class, class_preview, tree, trees},
    kept::{approvals, jobs, retention},
};
use super::{calendar as days, months, moved::Moved, orders};
use crate::{
    Edition, EditionId, Kind, State,
    edition::{self, by_id},
    in_use,
};

fn line(edition: &Edition) -> Json {
    json!({
        "id": edition.id,
        "kind": edition.kind.code(),
        "subject": edition.subject,
        "title": edition.title(),
        "source": edition.source,
        "reason": edition.reason,
        "state": edition.state.code(),
        "state_words": edition.state.label(),
        "made_by": edition.made_name,
        "made_at": edition.made_at,
        "decided_by": edition.decided_name,
        "decided_at": edition.decided_at,
        "decided_words": edition.decided_words,
        "moved": edition.moved,
    })
}

fn lines(tx: &mut Tx, kinds: &[Kind]) -> Result<Vec<Json>> {
    let mut rows = Vec::new();
    for kind in kinds {
        rows.extend(edition::of_kind(tx, *kind)?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.made_at));
    Ok(rows.iter().map(line).collect())
}

/// A year's days off and worked, and what was put in for any year.
///
/// # Errors
/// A fault of the database.
pub fn calendar(tx: &mut Tx, year: i16) -> Result<Json> {
    let calendar = &Law::in_use().calendar;
    let day = |day: &law::NoticeDay| json!({ "name": day.name, "date": day.date, "off": day.off });
    let years: Vec<i16> = calendar.years().collect();
    Ok(json!({
        "year": year,
        "known": years.contains(&year),
        "years": years,
        "source": calendar.source(year),
        "days": calendar.notice(year).days.iter().map(day).collect::<Vec<_>>(),
        "closed": calendar.closed(year).iter().map(day).collect::<Vec<_>>(),
        "editions": lines(tx, &[Kind::Calendar, Kind::Closed])?,
    }))
}

fn shift(moved: &Moved) -> Json {
    let group = |(unit, clock, by, count): &(String, String, String, usize)| json!({ "unit": unit, "clock": clock, "by": by, "count": count });
    json!({
        "running": moved.running, "count": moved.count, "fault": moved.fault,
        "groups": moved.groups.iter().map(group).collect::<Vec<_>>(),
    })
}

/// What was put in for a year: which days change, which clocks move.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn calendar_edition(tx: &mut Tx, ctx: &Ctx, id: EditionId) -> Result<Json> {
    let edition = by_id(tx, id)?;
    if !matches!(edition.kind, Kind::Calendar | Kind::Closed) {
        return Err(Problem::NotFound);
    }
    let year = edition.subject.parse().unwrap_or_default();
    let before = &Law::in_use().calendar;
    let law = in_use::with(tx, ctx.today(), &edition)?;
    let moved = if edition.state == State::Draft { Moved::look(tx, &law)? } else { Moved::default() };
    Ok(json!({
        "edition": line(&edition),
        "doubts": days::doubts(&edition, before),
        "changes": months::changes(before, &law.calendar, year),
        "moved": shift(&moved),
    }))
}

fn replaced(mark: Option<&Replaced>) -> Option<Json> {
    mark.map(|mark| json!({ "on": mark.on, "by": mark.who, "why": mark.why, "before": mark.before }))
}

fn clock(clock: &ClockRule) -> Json {
    json!({
        "key": clock.key,
        "title": clock.title,
        "trigger": clock.trigger,
        "length": clock.length,
        "unit": clock.unit.code(),
        "extension": clock.extension.as_ref().map(|more| more.length),
        "approver": clock.extension.as_ref().map(|more| &more.approver),
        "article": clock.article,
        "consequence": clock.consequence,
        "valid_from": clock.valid_from,
        "valid_to": clock.valid_to,
        "replaced": replaced(clock.replaced.as_ref()),
    })
}

/// The rule sets and clocks in force, and the proposals to put something else in their place.
///
/// # Errors
/// A fault of the database.
pub fn law(tx: &mut Tx, ctx: &Ctx) -> Result<Json> {
    let law = Law::in_use();
    let current = law.rule_set_on(ctx.today()).map(|set| set.id.as_str());
    let set = |set: &RuleSet| {
        json!({
            "id": set.id,
            "title": set.citation(),
            "valid_from": set.valid_from,
            "valid_to": set.valid_to,
            "current": current == Some(set.id.as_str()),
            "source": set.source,
            "confidence": set.confidence,
            "replaced": replaced(set.replaced.as_ref()),
            "clocks": set.clocks.iter().map(clock).collect::<Vec<_>>(),
        })
    };
    Ok(json!({
        "edition": law.edition,
        "weekend": if law.calendar.weekend_ends_stand { "stand" } else { "roll" },
        "sets": law.rule_sets.iter().map(set).collect::<Vec<_>>(),
        "clocks": law.clocks.iter().map(clock).collect::<Vec<_>>(),
        "proposals": lines(tx, &[Kind::RuleSet, Kind::Clock, Kind::Counting])?,
    }))
}

/// A proposal: what differs, which clocks move.
///
/// # Errors
/// [`Problem::NotFound`]; a refusal when it cannot be read any more.
pub fn rule(tx: &mut Tx, ctx: &Ctx, id: EditionId) -> Result<Json> {
    let edition = by_id(tx, id)?;
    let (differences, moved) = orders::compared(tx, ctx, &edition)?;
    let difference = |(what, before, after): &(String, String, String)| json!({ "what": what, "before": before, "after": after });
    Ok(json!({
        "edition": line(&edition),
        "differences": differences.iter().map(difference).collect::<Vec<_>>(),
        "text": edition.text,
        "moved": shift(&moved),
    }))
}
